"""The applications that may log people in here, and where their browsers may be sent back to."""

import hmac
import os
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import ClientMixin

from outside.places import errand_origin, origin_of

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


PREFIXES = {"errand-web": "", "errand-kiosk": "kiosk.", "errand-desk": "desk."}


def clients_of(origins: dict[str, str], secret: str = "") -> dict[str, Client]:
    """The clients of an installation, whose pages stand on these origins by client id."""
    return {
        client_id: Client(
            client_id,
            "staff" if client_id == "errand-desk" else "citizen",
            (f"{origin}/login/callback",),
            (f"{origin}/",),
            secret,
        )
        for client_id, origin in origins.items()
    }


def local_clients(port: int, secret: str = "") -> dict[str, Client]:
    """The clients of an Errand whose pages stand on this port of this machine."""
    names = PREFIXES.items()
    return clients_of({id: origin_of("http", f"{prefix}localhost", port) for id, prefix in names}, secret)


def usual_clients() -> dict[str, Client]:
    """The clients of the Errand beside this provider, with the secret in ERRAND_IDP_SECRET, if any."""
    origins = {client_id: errand_origin(prefix) for client_id, prefix in PREFIXES.items()}
    return clients_of(origins, os.environ.get("ERRAND_IDP_SECRET", ""))
