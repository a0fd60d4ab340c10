"""OpenID Connect against any provider: authorization code with PKCE, state, nonce and issuer checked, by
Authlib.

Nothing about a provider is built in: its endpoints and keys come from discovery, the rest from settings.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any, Protocol

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct
from requests import RequestException, Session

from backend.people.errors import LoginFailed
from backend.people.persons import Claims

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "Ed25519", "EdDSA"]
SECONDS = 10
KEEP_SECONDS = 3600
KEYS_AGAIN_SECONDS = 30  # a provider that rolls its keys is asked again, but not by every request
SKEW_SECONDS = 60
LIMIT = 100


class Answer(Protocol):
    """What a call outside gave."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...


class Outside(Protocol):
    """The one way out (adapters/egress)."""

    def session(self) -> Session: ...
    def call(self, method: str, url: str) -> Answer: ...


class OidcSettings(Struct, frozen=True, kw_only=True):
    """One provider for one channel. `claims` maps our words to the provider's names."""

    issuer: str
    client_id: str
    secret: str = ""
    levels: Mapping[str, str] = {}  # acr -> level; what is not named stays L0 and cannot log in
    acr_values: str = ""
    scope: str = "openid profile"
    claims: Mapping[str, str] = {}

    @classmethod
    def of(cls, environ: Mapping[str, str], channel: str, default_issuer: str) -> OidcSettings:
        """Settings of a channel ("web", "kiosk", "desk") from ERRAND_OIDC_[<CHANNEL>_]<NAME>."""

        def told(name: str, otherwise: str) -> str:
            own = environ.get(f"ERRAND_OIDC_{channel.upper()}_{name}")
            return own or environ.get(f"ERRAND_OIDC_{name}") or otherwise

        levels = told(
            "ACR_L2",
            "substantial high http://eidas.europa.eu/LoA/substantial http://eidas.europa.eu/LoA/high",
        )
        return cls(
            issuer=told("ISSUER", default_issuer).rstrip("/"),
            client_id=told("CLIENT_ID", f"errand-{channel}"),
            secret=told("SECRET", ""),
            levels=dict.fromkeys(levels.split(), "L2"),
            acr_values=told("ACR_VALUES", "substantial"),
            scope=told("SCOPE", "openid profile"),
            claims=json.loads(told("CLAIMS", "{}")),
        )


class Begun(Struct, frozen=True, kw_only=True):
    """What must be remembered between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str
    fresh: bool
    at: int


class Oidc:
    """A client of one provider."""

    def __init__(self, settings: OidcSettings, outside: Outside) -> None:
        self._settings = settings
        self._outside = outside
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self, redirect_uri: str, *, fresh: bool, lang: str) -> tuple[str, Begun]:
        """The address at the provider, and what to remember. `fresh`: a login of this moment, not an
        earlier one."""
        begun = Begun(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            fresh=fresh,
            at=int(time.time()),
        )
        more = {"prompt": "login", "max_age": "0"} if fresh else {}
        url, _ = self._client(redirect_uri).create_authorization_url(
            self._metadata()["authorization_endpoint"],
            state=begun.state,
            code_verifier=begun.verifier,
            nonce=begun.nonce,
            acr_values=self._settings.acr_values,
            ui_locales=lang,
            **more,
        )
        return str(url), begun

    def finish(self, redirect_uri: str, begun: Begun, answer: Mapping[str, str]) -> Claims:
        """The checked claims for the provider's answer (the callback's parameters). Raises LoginFailed."""
        metadata = self._metadata()
        if not secrets.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise LoginFailed
        named = answer.get("iss")
        must = metadata.get("authorization_response_iss_parameter_supported") is True
        if (named is None and must) or (named is not None and named.rstrip("/") != self._settings.issuer):
            raise LoginFailed
        if "code" not in answer:
            raise LoginFailed
        try:
            token = self._client(redirect_uri).fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=answer["code"],
                code_verifier=begun.verifier,
                allow_redirects=False,
                timeout=SECONDS,
            )
            return self._claims(token, begun)
        except (AuthlibBaseError, RequestException, JoseError, KeyError, ValueError, TypeError):
            raise LoginFailed from None

    def _claims(self, token: Mapping[str, Any], begun: Begun) -> Claims:
        raw = str(token["id_token"])
        decoded = self._decoded(raw)
        checked = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": str(self._metadata()["issuer"])},
                "aud": {"essential": True, "value": self._settings.client_id},
                "nonce": {"essential": True, "value": begun.nonce},
            },
            params={
                "nonce": begun.nonce,
                "client_id": self._settings.client_id,
                "access_token": token.get("access_token"),
            },
        )
        checked.validate(leeway=SKEW_SECONDS)
        return self._ours(checked, begun)

    def _ours(self, claims: Mapping[str, Any], begun: Begun) -> Claims:
        level = self._settings.levels.get(str(claims.get("acr", "")))
        auth_time = claims.get("auth_time")
        if level is None:
            raise LoginFailed("The provider did not identify you surely enough.")
        if begun.fresh and (auth_time is None or auth_time < begun.at - SKEW_SECONDS):
            raise LoginFailed
        get = self._claim(claims)
        roles = get("roles", [])
        return Claims(
            issuer=self._settings.issuer,
            subject=str(claims["sub"]),
            level=level,
            auth_time=int(auth_time) if auth_time is not None else None,
            name=_text(get("name", "")),
            pid=_text(get("person_identifier", "")),
            roles=tuple(_text(role) for role in roles[:20]) if isinstance(roles, list) else (),
            department=_text(get("department", "")),
            region=_text(get("region", "")),
        )

    def _claim(self, claims: Mapping[str, Any]) -> Any:
        names = self._settings.claims
        return lambda name, default: claims.get(names.get(name, name), default)

    def _decoded(self, raw: str) -> jwt.Token:
        """The token under a key of the provider; an unknown key is looked for once more."""
        keys = KeySet.import_key_set(self._keys())  # type: ignore[arg-type]
        try:
            return jwt.decode(raw, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            again = KeySet.import_key_set(self._keys(KEYS_AGAIN_SECONDS))  # type: ignore[arg-type]
            return jwt.decode(raw, again, algorithms=ALGORITHMS)

    def _client(self, redirect_uri: str) -> OAuth2Session:
        settings = self._settings
        client = OAuth2Session(
            settings.client_id,
            settings.secret or None,
            scope=settings.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=SECONDS,
        )
        client.trust_env = False
        checked = self._outside.session()
        for scheme in ("https://", "http://"):
            client.mount(scheme, checked.get_adapter(scheme))
        return client

    def _metadata(self) -> dict[str, Any]:
        found = self._document(f"{self._settings.issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self._settings.issuer:
            raise LoginFailed("The identity provider names another issuer.")
        return found

    def _keys(self, keep: float = KEEP_SECONDS) -> dict[str, Any]:
        return self._document(str(self._metadata()["jwks_uri"]), keep)

    def _document(self, url: str, keep: float = KEEP_SECONDS) -> dict[str, Any]:
        """A JSON document of the provider, kept for `keep` seconds."""
        with self._lock:
            kept = self._known.get(url)
            if kept is not None and time.monotonic() - kept[0] < keep:
                return kept[1]
            try:
                answer = self._outside.call("GET", url)
                found = json.loads(answer.body)
            except Exception:
                raise LoginFailed("The identity provider does not answer.") from None
            if answer.status != 200 or not isinstance(found, dict):
                raise LoginFailed("The identity provider does not answer.")
            self._known[url] = (time.monotonic(), found)
            return found


def _text(value: object) -> str:
    """A short line of text, whatever a provider sent."""
    return re.sub(r"[\x00-\x1f\x7f]", "", str(value))[:LIMIT] if isinstance(value, str | int) else ""
