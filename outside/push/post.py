"""The subscriptions, the messages that wait, and the phones that have received them."""

import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outside.home import write_private
from outside.push.decrypt import Receiver, Undecryptable, b64url, unb64url

KEPT = 100
MODES = {
    "up": "Takes and delivers every message",
    "offline": "The phone is off: messages wait, a topic replaces, TTL runs",
    "gone": "Answers 410: the subscription has ended",
    "missing": "Answers 404: there is no such subscription",
    "busy": "Answers 429 with Retry-After",
    "slow": "Answers after some seconds",
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A mode; `seconds` an answer waits when slow, `retry_after` seconds told when busy."""

    mode: str = "up"
    seconds: float = 5.0
    retry_after: int = 5


@dataclass(slots=True)
class Message:
    """One push message; `body` is the plaintext, None and a `fault` if it could not be decrypted."""

    id: str
    size: int
    ttl: int
    urgency: str
    topic: str | None
    at: float
    sealed: bytes
    sender: dict[str, Any]
    body: str | None = None
    fault: str | None = None


@dataclass(slots=True)
class Subscription:
    """One subscription; `token` is the secret end of its endpoint, `sender_key` restricts who may send."""

    id: str
    token: str
    receiver: Receiver
    sender_key: str | None = None
    ended: bool = False
    pending: list[Message] = field(default_factory=list)
    received: list[Message] = field(default_factory=list)
    asked: int = 0


class PostOffice:
    """All subscriptions; kept in one private file, so that a restart does not end them."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.RLock()
        self._by_token: dict[str, Subscription] = {}
        self._by_id: dict[str, Subscription] = {}
        self._behaviour: dict[str, Behaviour] = {}
        self._load()

    def subscribe(self, sender_key: str | None = None) -> Subscription:
        """A new subscription with keys of its own."""
        subscription = Subscription(
            secrets.token_hex(8), secrets.token_urlsafe(32), Receiver.new(), sender_key
        )
        with self._lock:
            self._take(subscription)
            self._save()
        return subscription

    def by_token(self, token: str) -> Subscription | None:
        """The subscription whose endpoint ends so."""
        return self._by_token.get(token)

    def by_id(self, id: str) -> Subscription | None:
        """The subscription of this id."""
        return self._by_id.get(id)

    def all(self) -> list[Subscription]:
        """Every subscription, newest last."""
        with self._lock:
            return list(self._by_id.values())

    def end(self, subscription: Subscription) -> None:
        """The user agent unsubscribes: later messages are answered 410."""
        with self._lock:
            subscription.ended = True
            self._save()

    def behave(self, behaviour: Behaviour, id: str | None = None) -> None:
        """Sets how one subscription, or all, are served; who is no longer offline gets what waits."""
        with self._lock:
            if id is None:
                self._behaviour.clear()
            self._behaviour[id or "*"] = behaviour
            for subscription in self._by_id.values():
                self._deliver(subscription)

    def behaviour(self, subscription: Subscription | None = None) -> Behaviour:
        """How this subscription is served now (or all, without one)."""
        own = self._behaviour.get(subscription.id) if subscription else None
        return own or self._behaviour.get("*") or Behaviour()

    def accept(self, subscription: Subscription, message: Message) -> None:
        """Takes a message, which replaces a waiting one of its topic and goes out if the phone is on."""
        with self._lock:
            if message.topic:
                subscription.pending = [m for m in subscription.pending if m.topic != message.topic]
            subscription.pending.append(message)
            self._deliver(subscription)

    def waiting(self, subscription: Subscription) -> int:
        """How many messages wait, those that ran out not counted."""
        with self._lock:
            self._expire(subscription)
            return len(subscription.pending)

    def _deliver(self, subscription: Subscription) -> None:
        if self.behaviour(subscription).mode == "offline":
            # TTL 0 means: now or never
            subscription.pending = [m for m in subscription.pending if m.ttl > 0]
            return
        self._expire(subscription)
        for message in subscription.pending:
            try:
                message.body = subscription.receiver.open(message.sealed).decode()
            except Undecryptable as fault:
                message.fault = str(fault)
            except UnicodeDecodeError:
                message.fault = "The plaintext is not UTF-8."
            subscription.received.append(message)
        subscription.pending = []
        del subscription.received[:-KEPT]

    def _expire(self, subscription: Subscription) -> None:
        now = self._clock()
        subscription.pending = [m for m in subscription.pending if m.ttl == 0 or m.at + m.ttl > now]

    def _take(self, subscription: Subscription) -> None:
        self._by_token[subscription.token] = subscription
        self._by_id[subscription.id] = subscription

    def _save(self) -> None:
        rows = [
            {
                "id": one.id,
                "token": one.token,
                "private": b64url(one.receiver.secret),
                "auth": b64url(one.receiver.auth),
                "sender_key": one.sender_key,
                "ended": one.ended,
            }
            for one in self._by_id.values()
        ]
        write_private(self._path, json.dumps(rows[-1000:]))

    def _load(self) -> None:
        if not self._path.exists():
            return
        for row in json.loads(self._path.read_text()):
            receiver = Receiver.of(unb64url(row["private"]), unb64url(row["auth"]))
            self._take(Subscription(row["id"], row["token"], receiver, row["sender_key"], row["ended"]))
