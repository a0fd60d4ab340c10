"""The X-Road Message Protocol for REST: identifiers, headers, request hash, errors (PR-REST 1.0.4)."""

import hashlib
import re
import uuid
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

ALLOWED = re.compile(r"[A-Za-z0-9'()+,\-.=?]+")
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
     "trailer", "transfer-encoding", "upgrade"}
)  # fmt: skip
REWRITTEN = frozenset({"host", "user-agent", "server", "content-length", "expect", "x-road-request-hash"})


class XRoadError(Exception):
    """A failure of X-Road itself (XR-ERR-01): type, message; `detail` is a UUID that finds it in the logs."""

    def __init__(self, type: str, message: str) -> None:
        super().__init__(type)
        self.type = type
        self.message = message
        self.detail = str(uuid.uuid4())

    @property
    def status(self) -> int:
        """400 when the caller is at fault, else 500."""
        return 400 if self.type.startswith("Client.") else 500


@dataclass(frozen=True, slots=True)
class Client:
    """A consumer: `instance/class/code[/subsystem]`."""

    instance: str
    member_class: str
    code: str
    subsystem: str | None = None

    def __str__(self) -> str:
        return "/".join(
            part for part in (self.instance, self.member_class, self.code, self.subsystem) if part
        )


def parts_of(raw: str) -> list[str]:
    """The identifier parts of a path, each decoded on its own: %2F stays inside its part (XR-PATH-02)."""
    try:
        return [unquote_to_bytes(part).decode() for part in raw.split("/")]
    except UnicodeDecodeError:
        raise XRoadError("Client.BadRequest", "An identifier is not valid UTF-8.") from None


def client_of(header: str | None) -> Client:
    """The consumer that X-Road-Client names (XR-HDR-01); a doubled header counts by its last value."""
    if not header:
        raise XRoadError("Client.BadRequest", "The header X-Road-Client is missing.")
    parts = parts_of(header.split(",")[-1].strip() if _doubled(header) else header.strip())
    if len(parts) not in (3, 4) or not all(ALLOWED.fullmatch(part) for part in parts):
        raise XRoadError("Client.BadRequest", "The header X-Road-Client is malformed.")
    return Client(*parts)


def _doubled(header: str) -> bool:
    """Whether a server joined two X-Road-Client lines by a comma, which may also be part of an identifier."""
    last = header.split(",")[-1].strip()
    return "," in header and last.count("/") in (2, 3)


def forwarded_headers(
    received: Iterable[tuple[str, str]], added: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The request headers as the provider's security server receives them (XR-HDR-02).

    Hop-by-hop headers, those that the servers rewrite, and those of which `added` brings the servers' own
    value are left out; the others keep their order.
    """
    own = list(added)
    dropped = HOP_BY_HOP | REWRITTEN | {name.lower() for name, _ in own}
    kept = [(name, value) for name, value in received if name.lower() not in dropped]
    if not any(name.lower() == "accept" for name, _ in kept):
        kept.append(("Accept", "application/json"))
    return kept + own


def request_hash(verb: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """The X-Road-Request-Hash (XR-HASH-01): base64(SHA512(SHA512(H) ‖ SHA512(B))), without a body
    base64(SHA512(H)).

    H is the verb, the target (path with query) and each header `Name:Value`, every one followed by CRLF
    (XR-HASH-02); `target` and `headers` are those that the provider's server received.
    """
    lines = [verb, target, *(f"{name}:{value}" for name, value in headers)]
    head = hashlib.sha512("".join(f"{line}\r\n" for line in lines).encode()).digest()
    if not body:
        return b64encode(head).decode()
    return b64encode(hashlib.sha512(head + hashlib.sha512(body).digest()).digest()).decode()
