"""The applications that may log people in here, and where their browsers may be sent back to."""

import hmac
import os
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import ClientMixin

from outside.serving import port_of

SCOPES = ("openid", "profile", "eid", "staff")


@dataclass(frozen=True)
class Client(ClientMixin):  # type: ignore[misc]
    """A registered client: `audience` says whether citizens or staff log in to it.

    Without a secret it is public and proves itself by PKCE alone, which every client here must use anyway.
    """

    client_id: str
    audience: str
    redirect_uris: tuple[str, ...]
    post_logout_uris: tuple[str, ...]
    secret: str = ""

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: a request must name its redirect URI."""

    def get_allowed_scope(self, scope: str | None) -> str:
        """The scopes asked for that exist here."""
        asked = (scope or "").split()
        return " ".join(name for name in SCOPES if name in asked)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Exact comparison of the whole text (RFC 9700, 2.1)."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return bool(self.secret) and hmac.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        allowed = ("client_secret_basic", "client_secret_post") if self.secret else ("none",)
        return endpoint == "token" and method in allowed

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


def clients_of(
    port: int, secret: str = "", scheme: str = "http", host: str = "localhost"
) -> dict[str, Client]:
    """The three clients of an installation: citizens on `host`, kiosks and desks on names before it."""
    found = {}
    usual = {"http": 80, "https": 443}[scheme]
    for client_id, prefix in (("errand-web", ""), ("errand-kiosk", "kiosk."), ("errand-desk", "desk.")):
        base = f"{scheme}://{prefix}{host}" + ("" if port == usual else f":{port}")
        found[client_id] = Client(
            client_id,
            "staff" if client_id == "errand-desk" else "citizen",
            (f"{base}/login/callback",),
            (f"{base}/",),
            secret,
        )
    return found


def usual_clients() -> dict[str, Client]:
    """As ERRAND_HOST, ERRAND_SCHEME, ERRAND_PUBLIC_PORT or ERRAND_WEB_PORT, and ERRAND_IDP_SECRET say."""
    environ = os.environ
    return clients_of(
        int(environ.get("ERRAND_PUBLIC_PORT") or port_of("ERRAND_WEB_PORT", 0)),
        environ.get("ERRAND_IDP_SECRET", ""),
        environ.get("ERRAND_SCHEME") or "http",
        environ.get("ERRAND_HOST") or "localhost",
    )
