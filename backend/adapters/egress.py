"""The one way out: every HTTP call to another machine goes through here.

An address that a stranger may choose (a push endpoint, a webhook) must never reach the inside of
the installation. So a name is resolved once, every address is checked, and the connection is made
to the checked address with the name kept for TLS and Host: what was checked is what is called.
Redirects are never followed. Loopback and private addresses open only for `host:port` pairs that
the operator allows by setting (empty in production).
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import requests
from requests.adapters import HTTPAdapter

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
BODY_BYTES = 64 * 1024
POOL = 32

#: Ranges that `ipaddress.is_global` calls global although they can lead back inside (RFC 6052, 3056, 4380).
_TUNNELS = tuple(
    ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class EgressRefused(Exception):
    """We do not call this address."""


class EgressFailed(Exception):
    """The other side did not answer as it should: no connection, too slow, too long."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers (case-insensitive), at most `BODY_BYTES` of body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Egress:
    """Calls other machines within limits; `allow` holds `host:port` pairs that may be inside."""

    def __init__(self, allow: frozenset[str] = frozenset()) -> None:
        self._allow = allow
        self._session = self.session()

    def session(self) -> requests.Session:
        """A `requests` session for libraries: pinned addresses, no redirects, no environment."""
        session = _StraightSession()
        session.trust_env = False
        adapter = _PinnedAdapter(self)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    def resolve(self, url: str) -> tuple[SplitResult, str]:
        """The parts of `url` and one checked address to connect to; raises `EgressRefused`."""
        parts, port = _parts(url)
        host = parts.hostname or ""
        if f"{host}:{port}" in self._allow:
            return parts, _first_address(host, port)
        if parts.scheme != "https" or port != 443:
            raise EgressRefused("only https on port 443")
        addresses = _addresses(host, port)
        if not all(is_public(address) for address in addresses):
            raise EgressRefused("the name leads to an address that is not public")
        return parts, addresses[0]

    def call(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One call, one answer; raises `EgressRefused` before, `EgressFailed` after connecting.

        The other side may see the call twice if a connection breaks: give it a key that it knows again.
        """
        deadline = time.monotonic() + TOTAL_SECONDS
        try:
            return self._once(method, url, headers, body, deadline)
        except requests.ConnectionError as first:
            if isinstance(first, requests.ConnectTimeout):
                raise EgressFailed(type(first).__name__) from None
        except requests.RequestException as error:
            raise EgressFailed(type(error).__name__) from None
        try:  # a kept connection may have been closed by the other side while it rested: a new one tells
            return self._once(method, url, headers, body, deadline)
        except requests.RequestException as error:
            raise EgressFailed(type(error).__name__) from None

    def _once(
        self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes | None, deadline: float
    ) -> Answer:
        with self._session.request(
            method,
            url,
            headers=dict(headers or {}),
            data=body,
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, TOTAL_SECONDS),
        ) as response:
            return Answer(response.status_code, response.headers, _read(response, deadline))


class _StraightSession(requests.Session):
    """Hands a redirect back as the answer, also to a library that would have followed it."""

    def resolve_redirects(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        return iter(())


class _PinnedAdapter(HTTPAdapter):
    """Connects to the checked address and keeps the name for TLS and Host."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        super().__init__(pool_connections=POOL, pool_maxsize=POOL)

    def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):  # type: ignore[no-untyped-def]
        parts, address = self._egress.resolve(request.url)
        _, pool = self.build_connection_pool_key_attributes(request, verify, cert)
        if parts.scheme == "https":
            pool |= {"server_hostname": parts.hostname, "assert_hostname": parts.hostname}
        return self.poolmanager.connection_from_host(
            host=address, port=_parts(request.url)[1], scheme=parts.scheme, pool_kwargs=pool
        )

    def add_headers(self, request, **kwargs):  # type: ignore[no-untyped-def]
        request.headers.setdefault("Host", urlsplit(request.url).netloc)


def is_public(text: str) -> bool:
    """True if the address is on the public internet and cannot lead back inside."""
    address = ipaddress.ip_address(text.split("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    if any(address.version == net.version and address in net for net in _TUNNELS):
        return False
    return address.is_global and not address.is_multicast


def _parts(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        raise EgressRefused("not an http address") from None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise EgressRefused("not a plain address")
    return parts, port


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise EgressRefused("the name does not resolve") from None
    return [str(entry[4][0]) for entry in found]


def _first_address(host: str, port: int) -> str:
    """Names under `.localhost` are loopback by RFC 6761, whether or not the resolver knows them."""
    if host == "localhost" or host.endswith(".localhost"):
        return "127.0.0.1"
    return _addresses(host, port)[0]


def _read(response: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(16 * 1024):
        body += chunk
        if len(body) > BODY_BYTES:
            raise EgressFailed("the answer is too long")
        if time.monotonic() > deadline:
            raise EgressFailed("the answer took too long")
    return bytes(body)
