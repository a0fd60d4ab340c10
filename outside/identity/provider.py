"""The OpenID Connect provider: authorization code flow with PKCE, by Authlib's server side.

What is stricter than Authlib's defaults: PKCE with S256, `state` and `nonce` are mandatory for every client;
a code lives 60 seconds and is taken out of the store by the first attempt to use it.
"""

import secrets
import time
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Request
from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import OpenIDCode, UserInfo
from authlib.oidc.core.errors import LoginRequiredError
from flask import Flask
from joserfc.jwk import ECKey

from outside.identity.clients import Client
from outside.identity.store import CODE_SECONDS, TOKEN_SECONDS, Code, Store
from outside.identity.subjects import Directory, Subject

LEVELS = ("substantial", "high", "low")


class StrictPkce(CodeChallenge):  # type: ignore[misc]
    """PKCE that no client can leave out, with S256 only."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with the method S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


class Provider:
    """Everything that the endpoints need; `issuer` is the URL that names this provider."""

    def __init__(
        self, app: Flask, issuer: str, clients: dict[str, Client], directory: Directory, key: ECKey
    ) -> None:
        self.issuer = issuer
        self.clients = clients
        self.directory = directory
        self.key = key
        self.store = Store()
        app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": TOKEN_SECONDS}
        self.server = AuthorizationServer(app, query_client=clients.get, save_token=self._save_token)
        self.server.register_extension(_issuer(issuer))
        grant = type("CodeGrant", (_CodeGrant,), {"provider": self})
        openid = type("OpenId", (_OpenId,), {"provider": self})
        self.server.register_grant(grant, [StrictPkce(required=True), openid(require_nonce=True)])

    def _save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        self.store.keep_token(token["access_token"], request.user.sub, request.client.client_id)

    def metadata(self) -> dict[str, Any]:
        """The discovery document."""
        at = self.issuer.rstrip("/")
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "userinfo_endpoint": f"{at}/userinfo",
            "jwks_uri": f"{at}/jwks",
            "end_session_endpoint": f"{at}/end_session",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "eid", "staff"],
            "prompt_values_supported": ["none", "login", "select_account"],
            "acr_values_supported": list(LEVELS),
            "claims_supported": [
                "sub", "name", "person_identifier", "roles", "department", "region", "acr", "amr",
                "auth_time",
            ],
            "ui_locales_supported": ["en", "zh-Hans", "ar"],
            "authorization_response_iss_parameter_supported": True,
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }  # fmt: skip


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """Authlib's grant over this provider's store."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")
    provider: Provider

    def validate_authorization_request(self) -> str:
        redirect_uri: str = super().validate_authorization_request()
        data = self.request.payload.data
        fault = None
        if not data.get("state"):
            fault = InvalidRequestError("Missing 'state' in request.")
        elif "openid" not in self.request.scope.split():
            fault = InvalidScopeError("The scope 'openid' is required.")
        elif data.get("request") or data.get("request_uri"):
            fault = InvalidRequestError("Request objects are not supported.")
        elif data.get("response_mode", "query") != "query":
            fault = InvalidRequestError("Only the response mode 'query' is supported.")
        elif "none" in data.get("prompt", "").split():
            fault = LoginRequiredError("This provider keeps no session: it asks every time.")
        if fault:
            fault.redirect_uri = redirect_uri
            raise fault
        return redirect_uri

    def generate_authorization_code(self) -> str:
        return secrets.token_urlsafe(32)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        data, now = request.payload.data, self.provider.store.clock()
        asked = data.get("acr_values", "").split()
        self.provider.store.keep(
            code,
            Code(
                client_id=request.client.client_id,
                sub=request.user.sub,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                nonce=data["nonce"],
                acr=next((level for level in asked if level in LEVELS), LEVELS[0]),
                auth_time=int(now),
                code_challenge=data["code_challenge"],
                code_challenge_method=data["code_challenge_method"],
                expires=now + CODE_SECONDS,
            ),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return self.provider.store.take(code, client.client_id)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Nothing: it left the store when it was asked for."""

    def authenticate_user(self, authorization_code: Code) -> Subject | None:
        return self.provider.directory.by_sub(authorization_code.sub)


class _OpenId(OpenIDCode):  # type: ignore[misc]
    """The id token of this provider."""

    provider: Provider

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return self.provider.store.nonce_used(nonce, request.payload.client_id)

    def resolve_client_private_key(self, client: Client) -> ECKey:
        return self.provider.key

    def get_client_algorithm(self, client: Client) -> str:
        return "ES256"

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": self.provider.issuer, "aud": client.client_id, "exp": int(time.time()) + TOKEN_SECONDS}

    def get_encode_header(self, client: Client) -> dict[str, str]:
        return {"alg": "ES256", "kid": str(self.provider.key.kid)}

    def generate_user_info(self, user: Subject, scope: str) -> UserInfo:
        return UserInfo(sub=user.sub, **user.claims)


def _issuer(issuer: str) -> IssuerParameter:
    extension = IssuerParameter()
    extension.get_issuer = lambda: issuer
    return extension
