"""Push: waking a person's devices without saying anything about the person.

A subscription is a capability of its owner. An endpoint that is already known for somebody else
becomes ours only after a challenge, encrypted to the given keys, came back: who merely knows the
address cannot take it over.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any, Protocol
from uuid import UUID

from backend.cases.records import Records
from backend.notify.ports import Pusher, PushRefused, Sent, Subscription, Wake

SEAL = "notify.subscription"
CHALLENGE_SECONDS = 60


class Seals(Protocol):
    """The part of the vault that push needs."""

    def seal(self, name: str, plaintext: bytes) -> bytes: ...
    def open(self, name: str, sealed: bytes) -> bytes: ...
    def mac(self, purpose: str, value: str | bytes) -> bytes: ...


class Push:
    """Subscriptions and deliveries."""

    def __init__(self, records: Records, vault: Seals, pusher: Pusher) -> None:
        self._records = records
        self._vault = vault
        self._pusher = pusher

    def subscribe(self, person: UUID, session: UUID, subscription: Subscription) -> tuple[UUID, bool]:
        """The subscription's id and whether it is live at once; raises `PushRefused` with the reason.

        Not live: the endpoint belongs to somebody else so far; a challenge was sent to it.
        """
        _check_keys(subscription)
        self._pusher.check(subscription.endpoint)
        digest = hashlib.sha256(subscription.endpoint.encode()).digest()
        foreign = self._records.row("notify.foreign_endpoint", endpoint_hash=digest, person_id=person)
        challenge = secrets.token_urlsafe(16) if foreign else None
        row = self._records.row(
            "notify.subscribe",
            person_id=person,
            session_id=session,
            endpoint_hash=digest,
            sealed=self._vault.seal(SEAL, _dump(subscription)),
            challenge_hash=hashlib.sha256(challenge.encode()).digest() if challenge else None,
            seconds=CHALLENGE_SECONDS,
        )
        assert row is not None
        if challenge:
            self._pusher.send(
                subscription, _wake({"t": "challenge", "ref": challenge}, secrets.token_urlsafe(12))
            )
        return row["id"], challenge is None

    def echo(self, person: UUID, subscription: UUID, challenge: str) -> bool:
        """Makes a challenged subscription live and takes the endpoint from its former owner."""
        digest = hashlib.sha256(challenge.encode()).digest()
        with self._records.transaction() as records:
            row = records.row("notify.echo", person_id=person, id=subscription, challenge_hash=digest)
            if row is None:
                return False
            records.run("notify.take_over", endpoint_hash=row["endpoint_hash"], person_id=person)
        return True

    def unsubscribe(self, person: UUID, subscription: UUID) -> bool:
        """Deletes the person's own subscription; False if there is none of that id."""
        return self._records.run("notify.unsubscribe", person_id=person, id=subscription) == 1

    def session_ended(self, session: UUID) -> None:
        """A logged-out device is no longer woken."""
        self._records.run("notify.unsubscribe_session", session_id=session)

    def plan(self, message: UUID) -> list[dict[str, Any]]:
        """One delivery per live subscription of the message's person; repeated calls add nothing."""
        return self._records.rows("notify.plan", message_id=message)

    def deliver(self, message: UUID, subscription: UUID) -> Sent | None:
        """Sends once; None if it was sent already or the subscription is gone.

        Raises `PushFailed` where asking again later may help. A refused endpoint counts as gone.
        """
        row = self._records.row("notify.delivery", message_id=message, subscription_id=subscription)
        if row is None or row["sent_at"] is not None:
            return None
        wake = _wake({"t": "case-update", "ref": str(message)}, self._topic(row["case_id"]))
        try:
            sent = self._pusher.send(_load(self._vault.open(SEAL, row["sealed"])), wake)
        except PushRefused:
            sent = Sent(410)
        self._records.run(
            "notify.delivered",
            message_id=message,
            subscription_id=subscription,
            status=sent.status,
            done=sent.accepted,
        )
        if sent.gone:
            self._records.run("notify.forget_subscription", id=subscription)
        return sent

    def _topic(self, case: UUID) -> str:
        """Stable per case, so that a newer push replaces an unseen one; tells nothing of the case."""
        return base64.urlsafe_b64encode(self._vault.mac("push-topic", case.bytes)[:15]).decode()


def _wake(payload: dict[str, str], topic: str) -> Wake:
    return Wake(json.dumps(payload, separators=(",", ":")).encode(), topic)


def _check_keys(subscription: Subscription) -> None:
    for text, size, what in ((subscription.p256dh, 65, "p256dh"), (subscription.auth, 16, "auth")):
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (ValueError, UnicodeEncodeError):
            raise PushRefused(f"{what} is not base64url") from None
        if len(raw) != size:
            raise PushRefused(f"{what} has not {size} bytes")


def _dump(subscription: Subscription) -> bytes:
    return json.dumps([subscription.endpoint, subscription.p256dh, subscription.auth]).encode()


def _load(plain: bytes) -> Subscription:
    return Subscription(*json.loads(plain))
