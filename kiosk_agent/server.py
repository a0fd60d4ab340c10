"""How the agent reaches the server: one small HTTP client, no redirects, bounded answers."""

import http.client
import json
import secrets
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 10.0
LARGEST = 64 * 1024


class Unreachable(Exception):
    """No usable answer came: connection, time-out, a 5xx, or something that is no JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON object of an answer below 500; `body` is empty where there was none."""

    status: int
    body: dict[str, Any]

    @property
    def ok(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300


def post(server: str, path: str, body: dict[str, Any], timeout: float = TIMEOUT) -> Answer:
    """Sends a JSON object to `server` + `path`; raises Unreachable when it makes sense to try again later."""
    url = urlsplit(server)
    connection = _connection(url.scheme, url.hostname or "", url.port, timeout)
    headers = {
        "Host": url.netloc,
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-Errand": "1",
        "Idempotency-Key": secrets.token_urlsafe(24),
    }
    try:
        connection.request("POST", url.path.rstrip("/") + path, json.dumps(body).encode(), headers)
        response = connection.getresponse()
        raw = response.read(LARGEST)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(type(error).__name__) from None
    finally:
        connection.close()
    if response.status >= 500 or response.status == 429:
        raise Unreachable(f"status {response.status}")
    return Answer(response.status, _object(raw, response.status))


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> http.client.HTTPConnection:
    """A connection; `*.localhost` is this machine even where the resolver does not say so (RFC 6761)."""
    if host.endswith(".localhost") and not _resolves(host):
        host = "127.0.0.1"
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=timeout)


def _resolves(host: str) -> bool:
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return False
    return True


def _object(raw: bytes, status: int) -> dict[str, Any]:
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    if status >= 300:
        return {}
    raise Unreachable("an answer that is no JSON object")
