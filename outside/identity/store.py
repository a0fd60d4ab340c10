"""What the provider remembers while a login is under way: codes, nonces, access tokens."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin

CODE_SECONDS = 60
TOKEN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """What an authorization code stands for."""

    client_id: str
    sub: str
    redirect_uri: str
    scope: str
    nonce: str
    acr: str
    auth_time: int
    code_challenge: str
    code_challenge_method: str
    expires: float

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> str:
        return self.acr

    def get_amr(self) -> list[str]:
        return ["demo"]


class Store:
    """Codes, nonces and access tokens of this process; each code can be taken out once."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, tuple[str, str, float]] = {}
        self._nonces: dict[tuple[str, str], float] = {}

    def keep(self, code: str, what: Code) -> None:
        """Remembers a code and its nonce, and forgets what has run out."""
        now = self.clock()
        with self._lock:
            self._codes = {k: v for k, v in self._codes.items() if v.expires > now}
            self._nonces = {k: v for k, v in self._nonces.items() if v > now}
            self._codes[code] = what
            self._nonces[what.client_id, what.nonce] = now + 3600

    def take(self, code: str, client_id: str) -> Code | None:
        """The code's meaning, once, if it is fresh and was given to this client; it is gone in any case."""
        with self._lock:
            what = self._codes.pop(code, None)
        return what if what and what.expires > self.clock() and what.client_id == client_id else None

    def nonce_used(self, nonce: str, client_id: str) -> bool:
        """Whether a code was already given for this nonce within the hour."""
        with self._lock:
            return self._nonces.get((client_id, nonce), 0) > self.clock()

    def keep_token(self, token: str, sub: str, audience: str) -> None:
        """Remembers an access token for the userinfo endpoint."""
        now = self.clock()
        with self._lock:
            self._tokens = {k: v for k, v in self._tokens.items() if v[2] > now}
            self._tokens[token] = (sub, audience, now + TOKEN_SECONDS)

    def subject_of(self, token: str) -> str | None:
        """The `sub` that this access token was issued for, while it is valid."""
        with self._lock:
            found = self._tokens.get(token)
        return found[0] if found and found[2] > self.clock() else None
