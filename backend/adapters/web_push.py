"""Web Push (RFC 8030, 8291, 8292) by pywebpush, through our one way out.

The connection, the loaded VAPID key and the VAPID token of an origin are kept and used again; the
ephemeral key and the salt of a message never are (pywebpush makes them anew for each message).
"""

from __future__ import annotations

import base64
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from py_vapid import Vapid02
from pywebpush import WebPusher

from backend.adapters.egress import CONNECT_SECONDS, TOTAL_SECONDS, Egress, EgressRefused
from backend.notify.ports import PushFailed, PushRefused, Sent, Subscription, Wake

TTL_SECONDS = 24 * 3600
TOKEN_SECONDS = 12 * 3600
ENDPOINT_BYTES = 1000
#: Every message is padded to this size, so that its length tells nothing.
PLAINTEXT_BYTES = 256


class VapidKeys:
    """The installation's VAPID key pair, made at first start and kept in `path` (mode 0600)."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            _make(path)
        self.signer = Vapid02.from_file(str(path))

    @property
    def public(self) -> str:
        """The `applicationServerKey` for the browser: the uncompressed point, base64url."""
        point = self.signer.public_key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


class WebPush:
    """Sends to push services; `subject` is the operator's mailto: or https: address."""

    def __init__(self, egress: Egress, keys: VapidKeys, subject: str) -> None:
        self._egress = egress
        self._keys = keys
        self._subject = subject
        self._session = egress.session()
        self._tokens: dict[str, tuple[float, dict[str, str]]] = {}
        self._lock = threading.Lock()

    def check(self, endpoint: str) -> None:
        if len(endpoint) > ENDPOINT_BYTES:
            raise PushRefused("the endpoint is too long")
        try:
            self._egress.resolve(endpoint)
        except EgressRefused as error:
            raise PushRefused(str(error)) from None

    def send(self, subscription: Subscription, wake: Wake) -> Sent:
        info = {
            "endpoint": subscription.endpoint,
            "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
        }
        headers = self._token(subscription.endpoint) | {"Topic": wake.topic, "Urgency": "normal"}
        try:
            answer = WebPusher(info, requests_session=self._session).send(
                wake.payload.ljust(PLAINTEXT_BYTES),
                headers,
                ttl=TTL_SECONDS,
                content_encoding="aes128gcm",
                timeout=(CONNECT_SECONDS, TOTAL_SECONDS),
            )
        except EgressRefused as error:
            raise PushRefused(str(error)) from None
        except (requests.RequestException, OSError) as error:
            raise PushFailed(type(error).__name__) from None
        except ValueError as error:
            raise PushRefused("the keys are not a point and a secret") from error
        return Sent(answer.status_code, _seconds(answer.headers.get("Retry-After")))

    def _token(self, endpoint: str) -> dict[str, str]:
        """The VAPID header of the endpoint's origin, signed at most once in `TOKEN_SECONDS`."""
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            until, token = self._tokens.get(origin, (0.0, {}))
            if until < time.time():
                until = time.time() + TOKEN_SECONDS
                claims = {"aud": origin, "exp": int(until) + 3600, "sub": self._subject}
                token = dict(self._keys.signer.sign(claims))
                self._tokens[origin] = (until, token)
            return dict(token)


def _make(path: Path) -> None:
    signer = Vapid02()
    signer.generate_keys()
    pem = signer.private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(pem)
    fresh.replace(path)


def _seconds(text: str | None) -> float | None:
    """Retry-After in seconds; a date is read as a minute, since clocks differ."""
    if text is None:
        return None
    return float(text) if text.isdecimal() else 60.0
