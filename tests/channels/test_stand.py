"""A page is drawn from one version of its case: what changes while it is read is read again, never mixed."""

from __future__ import annotations

import importlib
from types import SimpleNamespace as Thing
from typing import Any
from uuid import uuid4

import pytest

walk = importlib.import_module("backend.channel.walk.stand")

CASE = uuid4()


class Door:
    """A case whose job is done, and whose task opens, while a page is read: after `calls` reads."""

    def __init__(self, calls: int) -> None:
        self.calls = calls
        self.session = uuid4()
        self.leased = False

    @property
    def opened(self) -> bool:
        self.calls -= 1
        return self.calls < 0

    def case(self, _case: Any) -> Any:
        version = (2 if self.opened else 1) + self.leased
        lease = Thing(session=self.session if self.leased else None, live=self.leased)
        elements = ("check",) if version > 1 else ()
        return Thing(
            case=CASE, case_version=version, status="running", procedure="p", version="v", elements=elements,
            lease=lease, subject=None,
        )  # fmt: skip

    def open_tasks(self, _case: Any) -> list[Any]:
        return [Thing(task=7, audience="citizen", element="check", facts={})] if self.opened else []

    def task(self, _case: Any, _task: int) -> Any:
        return self.open_tasks(CASE)[0]

    def waiting(self, _case: Any) -> list[Any]:
        return [] if self.opened else [Thing(type="registry_query")]

    def take_lease(self, _case: Any) -> None:
        self.leased = True

    def actor(self) -> Any:
        return Thing(session=self.session)

    def errand(self) -> Any:
        procedure = Thing(tasks={"check": Thing(form=None)})
        return Thing(packs=Thing(get=lambda *_: procedure))

    def masked_for(self, _view: Any) -> bool:
        return False


@pytest.mark.parametrize("calls", range(12))
def test_what_opens_between_two_reads_is_shown_or_told_later(monkeypatch: Any, calls: int) -> None:
    door = Door(calls)
    monkeypatch.setattr(walk, "door", door)
    monkeypatch.setattr(walk, "facts_of", lambda *_: {})
    found = walk.stand(CASE)
    if found.kind == "question":
        assert found.view.elements and found.view.lease.session == door.session
    else:
        assert found.kind == "waiting" and found.waits and found.view.case_version == 1


def test_a_screen_that_only_looks_takes_nothing(monkeypatch: Any) -> None:
    door = Door(0)
    monkeypatch.setattr(walk, "door", door)
    monkeypatch.setattr(walk, "facts_of", lambda *_: {})
    assert walk.stand(CASE, take=False).kind == "question" and not door.leased
