"""Messages and pushes: once each, nothing personal, and an endpoint cannot be taken from its owner."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.adapters.postgres.database import Database
from backend.notify import Inbox, Push, PushRefused, Sent, Subscription
from backend.notify.kinds import kinds
from backend.notify.ports import Wake
from backend.vault import Vault


class Phones:
    """A push service that remembers what it was sent, and answers what it is told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Wake]] = []
        self.answer = Sent(201)

    def check(self, endpoint: str) -> None:
        if not endpoint.startswith("https://"):
            raise PushRefused("only https")

    def send(self, subscription: Subscription, wake: Wake) -> Sent:
        self.sent.append((subscription.endpoint, wake))
        return self.answer


def body(**over: Any) -> dict[str, Any]:
    return {
        "subject": str(uuid4()),
        "procedure": "move",
        "pack_version": "v1",
        "types": [],
        "tasks": [],
        "failures": [],
        "submitted": False,
        "under_way": False,
        "actor": "citizen",
    } | over


def a_phone(name: str = "a") -> Subscription:
    point = b"\x04" + os.urandom(64)
    return Subscription(
        f"https://push.example/{name}{uuid4()}",
        base64.urlsafe_b64encode(point).decode(),
        base64.urlsafe_b64encode(os.urandom(16)).decode(),
    )


@pytest.fixture(scope="module")
def records(database: str) -> Iterator[Database]:
    made = Database(database)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("told", "worth"),
    [
        ({}, ()),
        ({"submitted": True}, ("receipt",)),
        ({"types": ["ProcessCompleted"], "actor": "staff"}, ("decided",)),
        ({"types": ["LeaseMoved"], "actor": "anonymous"}, ("moved",)),
        ({"failures": ["registry-down"], "actor": "system"}, ("registry_down",)),
        ({"tasks": [[9, "answer", "citizen", ""]], "actor": "staff", "under_way": True}, ("task_waiting",)),
        ({"tasks": [[9, "answer", "citizen", ""]], "actor": "citizen", "under_way": True}, ()),
        ({"tasks": [[9, "decide", "staff", "residents-south"]], "actor": "citizen", "under_way": True}, ()),
    ],
)
def test_which_changes_are_worth_a_message(told: dict[str, Any], worth: tuple[str, ...]) -> None:
    assert kinds(body(**told)) == worth


def test_a_change_that_is_told_twice_is_one_message(records: Database) -> None:
    inbox, anna, case = Inbox(records), uuid4(), uuid4()
    told = body(subject=str(anna), submitted=True)
    first, again = inbox.tell(case, 4, told), inbox.tell(case, 4, told)
    assert first == again and len(first) == 1
    assert [each.kind for each in inbox.messages(anna)] == ["receipt"]
    assert inbox.unread(anna) == 1
    assert not inbox.read(uuid4(), first[0])
    assert inbox.read(anna, first[0]) and inbox.unread(anna) == 0


def test_A19_a_push_says_nothing_and_goes_once(records: Database) -> None:
    phones = Phones()
    push, inbox = Push(records, Vault.ephemeral(), phones), Inbox(records)
    anna, case = uuid4(), uuid4()
    phone = a_phone()
    subscription, live = push.subscribe(anna, uuid4(), phone)
    assert live
    message = inbox.tell(case, 1, body(subject=str(anna), submitted=True))[0]
    for _ in range(2):
        for planned in push.plan(message):
            push.deliver(message, planned["subscription_id"])
    assert [endpoint for endpoint, _ in phones.sent] == [phone.endpoint]
    wake = phones.sent[0][1]
    assert json.loads(wake.payload) == {"t": "case-update", "ref": str(message)}
    assert str(case) not in wake.topic and len(wake.topic) <= 32
    assert push.plan(message) == []
    assert push.deliver(message, subscription) is None


def test_a_gone_subscription_is_deleted(records: Database) -> None:
    phones = Phones()
    push, inbox, anna = Push(records, Vault.ephemeral(), phones), Inbox(records), uuid4()
    push.subscribe(anna, uuid4(), a_phone())
    message = inbox.tell(uuid4(), 1, body(subject=str(anna), submitted=True))[0]
    phones.answer = Sent(410)
    planned = push.plan(message)[0]["subscription_id"]
    assert push.deliver(message, planned) == Sent(410)
    assert push.plan(message) == []


def test_A18_an_endpoint_is_not_taken_by_knowing_it(records: Database) -> None:
    phones = Phones()
    push = Push(records, Vault.ephemeral(), phones)
    anna, boris, phone = uuid4(), uuid4(), a_phone()
    hers, _ = push.subscribe(anna, uuid4(), phone)
    his, live = push.subscribe(boris, uuid4(), phone)
    assert not live
    told = json.loads(phones.sent[-1][1].payload)
    assert told["t"] == "challenge"
    inbox = Inbox(records)
    message = inbox.tell(uuid4(), 1, body(subject=str(boris), submitted=True))[0]
    assert push.plan(message) == []
    assert not push.echo(boris, his, "guessed")
    assert not push.echo(anna, his, told["ref"])
    assert not push.unsubscribe(boris, hers)
    assert push.echo(boris, his, told["ref"])
    assert [each["subscription_id"] for each in push.plan(message)] == [his]
    assert not push.unsubscribe(anna, hers)


@pytest.mark.parametrize(
    "changed",
    [
        {"endpoint": "http://push.example/x"},
        {"p256dh": "AAAA"},
        {"auth": "AAAA"},
        {"p256dh": "ключ"},
    ],
)
def test_A17_wrong_subscriptions_are_refused(records: Database, changed: dict[str, str]) -> None:
    phone = a_phone()
    given = {"endpoint": phone.endpoint, "p256dh": phone.p256dh, "auth": phone.auth} | changed
    with pytest.raises(PushRefused):
        Push(records, Vault.ephemeral(), Phones()).subscribe(uuid4(), uuid4(), Subscription(**given))


def test_a_logged_out_device_is_not_woken(records: Database) -> None:
    push, inbox = Push(records, Vault.ephemeral(), Phones()), Inbox(records)
    anna, session = uuid4(), UUID(int=7)
    push.subscribe(anna, session, a_phone())
    push.session_ended(session)
    message = inbox.tell(uuid4(), 1, body(subject=str(anna), submitted=True))[0]
    assert push.plan(message) == []
