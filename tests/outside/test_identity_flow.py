"""The demo eID: the code flow as a client library drives it over HTTP, and what must be refused."""

import base64
import hashlib
import re
import secrets
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.serving import make_server

from outside.identity.app import create_app
from outside.identity.clients import local_clients
from outside.people import build

CALLBACK = "http://localhost:8000/login/callback"


@pytest.fixture(scope="module")
def idp(tmp_path_factory):
    """A running provider: its issuer and its application."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ERRAND_HOME", str(tmp_path_factory.mktemp("home")))

    def answer(environ, start_response):
        return app(environ, start_response)

    server = make_server("127.0.0.1", 0, answer, threaded=True)
    issuer = f"http://127.0.0.1:{server.port}"
    app = create_app(local_clients(8000), issuer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield issuer, app
    server.shutdown()
    thread.join()
    server.server_close()
    patch.undo()


def session(issuer, client_id="errand-web", callback=CALLBACK):
    return OAuth2Session(
        client_id,
        redirect_uri=callback,
        scope="openid profile eid",
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
    )


def start(issuer, client, **more):
    verifier = secrets.token_urlsafe(48)
    url, state = client.create_authorization_url(
        f"{issuer}/authorize", code_verifier=verifier, nonce=secrets.token_urlsafe(16), **more
    )
    return url, state, verifier


def log_in(url, person="anna"):
    answer = requests.post(url, data={"person": person}, allow_redirects=False, timeout=5)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def query(location):
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def claims_of(issuer, token):
    keys = KeySet.import_key_set(requests.get(f"{issuer}/jwks", timeout=5).json())
    return jwt.decode(token["id_token"], keys, algorithms=["ES256"]).claims


def whole(issuer, client_id="errand-web", person="anna", callback=CALLBACK, **more):
    client = session(issuer, client_id, callback)
    url, state, verifier = start(issuer, client, **more)
    location = log_in(url, person)
    assert query(location)["state"] == state
    token = client.fetch_token(f"{issuer}/token", authorization_response=location, code_verifier=verifier)
    return claims_of(issuer, token), token, url, location


def test_discovery_says_what_the_provider_does(idp):
    issuer, _ = idp
    meta = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).json()
    assert meta["issuer"] == issuer
    assert meta["code_challenge_methods_supported"] == ["S256"]
    assert meta["authorization_response_iss_parameter_supported"] is True
    for name in (
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "end_session_endpoint",
        "userinfo_endpoint",
    ):
        assert meta[name].startswith(issuer + "/")
    assert "d" not in requests.get(f"{issuer}/jwks", timeout=5).json()["keys"][0]


def test_a_citizen_logs_in(idp):
    issuer, _ = idp
    before = int(time.time())
    claims, token, url, location = whole(issuer, prompt="login", max_age="0")
    assert (claims["iss"], claims["aud"]) == (issuer, "errand-web")
    assert claims["name"] == "Anna Orsel"
    assert claims["person_identifier"] == build().named["anna"].id
    assert claims["acr"] == "substantial"
    assert before <= claims["auth_time"] <= time.time() < claims["exp"]
    assert claims["nonce"] == query(url)["nonce"]
    assert claims["person_identifier"] not in claims["sub"]
    assert query(location)["iss"] == issuer  # RFC 9207
    info = requests.get(
        f"{issuer}/userinfo", headers={"Authorization": f"Bearer {token['access_token']}"}, timeout=5
    ).json()
    assert info["sub"] == claims["sub"] and info["name"] == "Anna Orsel"
    assert requests.get(f"{issuer}/userinfo", timeout=5).status_code == 401
    assert "roles" not in claims


def test_staff_log_in_at_the_desk_alone(idp):
    issuer, _ = idp
    desk = "http://desk.localhost:8000/login/callback"
    claims, *_ = whole(issuer, "errand-desk", "xenia", desk)
    assert claims["roles"] == ["caseworker"]
    assert (claims["department"], claims["region"]) == ("residents-south", "south")
    assert "person_identifier" not in claims
    url, *_ = start(issuer, session(issuer))
    assert requests.post(url, data={"person": "xenia"}, allow_redirects=False, timeout=5).status_code == 200
    url, *_ = start(issuer, session(issuer, "errand-desk", desk))
    assert requests.post(url, data={"person": "anna"}, allow_redirects=False, timeout=5).status_code == 200


def test_acr_values_choose_the_level_among_known_ones(idp):
    issuer, _ = idp
    assert whole(issuer, acr_values="urn:unknown high")[0]["acr"] == "high"
    assert whole(issuer, acr_values="low")[0]["acr"] == "low"
    assert whole(issuer, acr_values="golden")[0]["acr"] == "substantial"


def test_sub_is_stable_and_differs_between_people(idp):
    issuer, _ = idp
    assert whole(issuer)[0]["sub"] == whole(issuer)[0]["sub"] != whole(issuer, person="boris")[0]["sub"]


def token_request(issuer, code, verifier, **more):
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": "errand-web",
        "code_verifier": verifier,
    }
    return requests.post(f"{issuer}/token", data=body | more, timeout=5)


@pytest.fixture
def fresh(idp):
    issuer, _ = idp
    url, _, verifier = start(issuer, session(issuer))
    return issuer, query(log_in(url))["code"], verifier


def test_a_code_is_used_once(fresh):
    issuer, code, verifier = fresh
    assert token_request(issuer, code, verifier).status_code == 200
    again = token_request(issuer, code, verifier)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_wrong_verifier_is_refused_and_burns_the_code(fresh):
    issuer, code, verifier = fresh
    assert token_request(issuer, code, "x" * 60).json()["error"] == "invalid_grant"
    assert token_request(issuer, code, verifier).json()["error"] == "invalid_grant"


def test_no_verifier_other_client_other_redirect_are_refused(idp):
    issuer, _ = idp
    for change in ({"code_verifier": ""}, {"client_id": "errand-kiosk"}, {"redirect_uri": CALLBACK + "/"}):
        url, _, verifier = start(issuer, session(issuer))
        code = query(log_in(url))["code"]
        assert token_request(issuer, code, verifier, **change).status_code in (400, 401)


def test_a_code_dies_after_sixty_seconds(idp, fresh):
    _, app = idp
    issuer, code, verifier = fresh
    store = app.extensions["provider"].store
    store.clock = lambda: time.time() + 61
    try:
        assert token_request(issuer, code, verifier).json()["error"] == "invalid_grant"
    finally:
        store.clock = time.time


def authorize(issuer, **changes):
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 50).digest()).rstrip(b"=").decode()
    params = {
        "response_type": "code",
        "client_id": "errand-web",
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "state": "s1",
        "nonce": secrets.token_hex(8),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    params.update(changes)
    params = {k: v for k, v in params.items() if v is not None}
    return requests.get(f"{issuer}/authorize", params=params, allow_redirects=False, timeout=5)


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:8000/login/callback/",
        "http://localhost:8000/login/callback?x=1",
        "http://localhost:8001/login/callback",
        "http://LOCALHOST:8000/login/callback",
        "http://kiosk.localhost:8000/login/callback",
        "http://localhost:8000@evil.example/login/callback",
        "//evil.example",
        None,
    ],
)
def test_redirect_uris_are_compared_exactly_and_never_followed(idp, uri):
    answer = authorize(idp[0], redirect_uri=uri)
    assert answer.status_code == 400 and "Location" not in answer.headers


def test_an_unknown_client_gets_a_page_and_no_redirect(idp):
    assert authorize(idp[0], client_id="who").status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "eyJ"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
    ],
)
def test_wrong_requests_go_back_with_error_and_issuer(idp, changes, error):
    answer = authorize(idp[0], **changes)
    assert answer.status_code == 303 and answer.headers["Location"].startswith(CALLBACK)
    told = query(answer.headers["Location"])
    assert told["error"] == error and told["iss"] == idp[0]
    assert told.get("state") == (None if "state" in changes else "s1")


def test_a_nonce_is_used_once(idp):
    issuer, _ = idp
    url, *_ = start(issuer, session(issuer))
    log_in(url)
    assert query(log_in(url))["error"] == "invalid_request"


def test_who_does_not_want_to_log_in_goes_back(idp):
    issuer, _ = idp
    url, state, _ = start(issuer, session(issuer))
    told = query(log_in(url, "nobody"))
    assert (told["error"], told["state"], told["iss"]) == ("access_denied", state, issuer)


def test_logout_goes_back_only_to_registered_pages(idp):
    issuer, _ = idp
    _, token, *_ = whole(issuer)

    def logout(**params):
        return requests.get(f"{issuer}/end_session", params=params, allow_redirects=False, timeout=5)

    home = {"id_token_hint": token["id_token"], "post_logout_redirect_uri": "http://localhost:8000/"}
    assert logout(**home, state="bye").headers["Location"] == "http://localhost:8000/?state=bye"
    assert logout(**home | {"post_logout_redirect_uri": "http://evil.example/"}).status_code == 200
    assert logout(**home | {"id_token_hint": token["id_token"][:-8] + "AAAAAAAA"}).status_code == 200
    assert logout(**home, client_id="errand-desk").status_code == 200
    assert logout().status_code == 200


def test_a_confidential_client_must_show_its_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("ERRAND_HOME", str(tmp_path))
    app = create_app(local_clients(8000, "s3cret"), "http://localhost:8011")
    browser = app.test_client()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 50).digest()).rstrip(b"=").decode()
    params = {"response_type": "code", "client_id": "errand-web", "redirect_uri": CALLBACK, "scope": "openid"}
    params |= {"state": "s", "code_challenge": challenge, "code_challenge_method": "S256"}
    body = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": "v" * 50}

    def code(nonce):
        sent = browser.post("/authorize", query_string=params | {"nonce": nonce}, data={"person": "anna"})
        return query(sent.location)["code"]

    wrong = {"client_id": "errand-web", "client_secret": "guess"}
    assert browser.post("/token", data=body | wrong | {"code": code("1")}).status_code == 401
    assert (
        browser.post("/token", data=body | {"client_id": "errand-web", "code": code("2")}).status_code == 401
    )
    right = browser.post("/token", data=body | {"code": code("3")}, auth=("errand-web", "s3cret"))
    assert right.status_code == 200 and right.headers["Cache-Control"] == "no-store"


def test_the_key_outlives_a_restart_and_is_private(tmp_path, monkeypatch):
    monkeypatch.setenv("ERRAND_HOME", str(tmp_path))
    one = create_app(issuer="http://localhost:8011").test_client().get("/jwks").json
    two = create_app(issuer="http://localhost:8011").test_client().get("/jwks").json
    assert one == two
    assert (tmp_path / "outside" / "idp-key.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("locales", "lang", "direction"),
    [
        ("zh-Hans", "zh-Hans", "ltr"),
        ("zh-CN en", "zh-Hans", "ltr"),
        ("ar", "ar", "rtl"),
        ("fr de", "en", "ltr"),
    ],
)
def test_the_page_speaks_the_language_asked_for(idp, locales, lang, direction):
    page = authorize(idp[0], ui_locales=locales).text
    assert f'<html lang="{lang}" dir="{direction}"' in page


def test_the_page_offers_people_by_touch_letter_and_text(idp):
    page = authorize(idp[0]).text
    assert re.findall(r'name="person" value="(\w+)"', page)[:2] == ["anna", "boris"]
    assert "14 March 1988" in page and "<script" not in page
    assert "Mira Orsel" not in authorize(idp[0], find="orsel").text  # a child has no eID
    assert "Carla Venn" in authorize(idp[0], initial="V").text
    assert "陈晓雨" in authorize(idp[0], find="陈").text
    assert "Nobody has this name" in authorize(idp[0], find="qqqq").text
    assert "&lt;b&gt;" in authorize(idp[0], find="<b>").text
    kiosk = authorize(
        idp[0], client_id="errand-kiosk", redirect_uri="http://kiosk.localhost:8000/login/callback"
    )
    assert 'data-screen="kiosk"' in kiosk.text and 'name="find"' not in kiosk.text
    assert "form-action 'self' http://kiosk.localhost:8000" in kiosk.headers["Content-Security-Policy"]
    assert "Xenia" not in page and "no-store" in kiosk.headers["Cache-Control"]


def test_every_arabic_and_chinese_character_of_the_page_has_a_glyph():
    from outside.identity import texts

    css = (Path(texts.__file__).parent / "static/fonts/fonts.css").read_text()
    covered = set()
    for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", css):
        covered |= set(range(int(first, 16), int(last or first, 16) + 1))
    words = [*texts.LANGUAGES.values(), *(word for words in texts.TEXTS.values() for word in words.values())]
    needed = {ord(c) for c in "".join(words) + "".join(person.name for person in build())}
    assert {chr(c) for c in needed if 0x0600 <= c <= 0x06FF or c >= 0x2E80} <= {chr(c) for c in covered}
