"""The provider's endpoints and its page: discovery, authorize, token, userinfo, jwks, end_session."""

import os
from urllib.parse import urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, jsonify, redirect, render_template, request
from joserfc import jwt
from joserfc.errors import JoseError
from werkzeug.wrappers import Response as AnyResponse

from outside.home import home
from outside.identity.clients import Client, usual_clients
from outside.identity.keys import public_keys, signing_key
from outside.identity.provider import Provider
from outside.identity.subjects import Directory
from outside.identity.texts import LANGUAGES, TEXTS, day, language_of
from outside.people import Population, build
from outside.places import port_of

OWN_PARAMETERS = frozenset({"person", "find", "initial"})


def create_app(
    clients: dict[str, Client] | None = None, issuer: str | None = None, book: Population | None = None
) -> Flask:
    """The provider; without arguments as the environment says (ERRAND_IDP_ISSUER, ERRAND_IDP_PORT, ...)."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 32 * 1024
    own = f"http://localhost:{port_of('ERRAND_IDP_PORT', 11)}"
    name = issuer or os.environ.get("ERRAND_IDP_ISSUER") or own
    directory = Directory(book or build())
    provider = Provider(app, name, clients or usual_clients(), directory, signing_key(home()))
    app.extensions["provider"] = provider
    _machine_routes(app, provider)
    _browser_routes(app, provider)
    app.after_request(_closed)
    return app


def _closed(response: Response) -> Response:
    """Nothing of these pages is stored, framed, sniffed or told to others."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Content-Security-Policy", _policy("'self'"))
    return response


def _policy(form_action: str) -> str:
    return (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {form_action}"
    )


def _machine_routes(app: Flask, provider: Provider) -> None:
    """What applications call: no page, no browser."""

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(provider.metadata())

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify(public_keys(provider.key))

    @app.post("/token")
    def token() -> Response:
        response: Response = provider.server.create_token_response()
        return response

    @app.get("/userinfo")
    def userinfo() -> Response:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        sub = provider.store.subject_of(value) if kind.lower() == "bearer" else None
        subject = provider.directory.by_sub(sub) if sub else None
        if subject is None:
            return Response(status=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return jsonify({"sub": subject.sub, **subject.claims})


def _browser_routes(app: Flask, provider: Provider) -> None:
    """What a browser is sent to."""

    @app.route("/authorize", methods=["GET", "POST"])
    def authorize() -> AnyResponse | tuple[str, int]:
        try:
            grant = provider.server.get_consent_grant(end_user=None)
        except OAuth2Error as error:
            return _refused(provider, error)
        client: Client = grant.request.client
        if request.method == "GET":
            return _login_page(provider, client)
        subject = provider.directory.get(client.audience, request.form.get("person", ""))
        if subject is None and request.form.get("person") != "nobody":
            return _login_page(provider, client)
        answer = provider.server.create_authorization_response(grant_user=subject, grant=grant)
        return redirect(answer.location, 303)

    @app.route("/end_session", methods=["GET", "POST"])
    def end_session() -> AnyResponse | str:
        client = _client_of_logout(provider)
        target = request.values.get("post_logout_redirect_uri", "")
        if client and target in client.post_logout_uris:
            state = request.values.get("state")
            return redirect(f"{target}?{urlencode({'state': state})}" if state else target, 303)
        return _plain_page("out")

    @app.get("/")
    def about() -> str:
        return _plain_page("out")


def _refused(provider: Provider, error: OAuth2Error) -> AnyResponse | tuple[str, int]:
    """Back to the client with the error, if its redirect URI was right; else a page, and no redirect."""
    if not error.redirect_uri:
        return _plain_page("bad"), 400
    answer: Response = provider.server.handle_error_response(None, error)
    separator = "&" if "?" in answer.location else "?"
    return redirect(f"{answer.location}{separator}{urlencode({'iss': provider.issuer})}", 303)


def _client_of_logout(provider: Provider) -> Client | None:
    """The client that the id token (which may have run out) or, without one, client_id names."""
    hint = request.values.get("id_token_hint")
    named = request.values.get("client_id")
    if not hint:
        return provider.clients.get(named or "")
    try:
        audience = str(jwt.decode(hint, provider.key, algorithms=["ES256"]).claims.get("aud"))
    except (JoseError, ValueError):
        return None
    return provider.clients.get(audience) if named in (None, audience) else None


def _language() -> str:
    return language_of(request.values.get("ui_locales"), list(request.accept_languages.values()))


def _here(**changes: str | None) -> str:
    """This very request's address with some parameters changed; those of the page itself are left out."""
    kept = {k: v for k, v in request.args.items() if k not in OWN_PARAMETERS}
    kept.update({k: v for k, v in changes.items() if v})
    return "?" + urlencode(kept)


def _login_page(provider: Provider, client: Client) -> Response:
    """Every name is a button that posts to the same address, so the parameters stay as they came."""
    language = _language()
    find, initial = request.args.get("find", "").strip()[:60], request.args.get("initial", "")[:1]
    searched = bool(find or initial)
    directory = provider.directory
    subjects = (
        directory.find(client.audience, find, initial) if searched else directory.first(client.audience)
    )
    page = render_template(
        "login.html",
        screen={"errand-kiosk": "kiosk", "errand-desk": "desk"}.get(client.client_id, "phone"),
        staff=client.audience == "staff",
        subjects=subjects,
        searched=searched,
        initial=initial,
        find=find,
        initials=directory.initials(client.audience),
        kept={k: v for k, v in request.args.items() if k not in OWN_PARAMETERS},
        **_words(language),
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    back = urlsplit(client.redirect_uris[0])
    response.headers["Content-Security-Policy"] = _policy(f"'self' {back.scheme}://{back.netloc}")
    return response


def _plain_page(kind: str) -> str:
    return render_template("plain.html", kind=kind, screen="phone", **_words(_language()))


def _words(language: str) -> dict[str, object]:
    return {
        "t": TEXTS[language],
        "language": language,
        "languages": LANGUAGES,
        "here": _here,
        "day": lambda born: day(born, language),
    }
