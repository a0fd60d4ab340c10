"""Two screens of one person do anything in any order: the case stays whole, and only the holder's writes go
in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.cases import Ask, sealing
from backend.cases import errors as err
from backend.cases.commands import RenewLease, SaveDraft, Submit, TakeLease
from backend.engine import replay

APPLY = {**{f"field_{n:02d}": f"value number {n}" for n in range(11)}, "amount": 80}
ANSWERS = {"apply": APPLY, "confirm": {"confirmed": True}, "pay": {"paid": True, "ref": "PAY-1"}}
SCREENS = st.sampled_from([0, 1])
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), SCREENS, st.booleans()),
        st.tuples(st.just("again"), SCREENS, st.booleans()),
        st.tuples(st.just("save"), SCREENS, st.booleans()),
        st.tuples(st.just("take"), SCREENS, st.booleans()),
        st.tuples(st.just("renew"), SCREENS, st.booleans()),
    ),
    max_size=14,
)


class Screens:
    """What each of two screens last saw, and what was accepted from it."""

    def __init__(self, house):
        self.house = house
        web = house.citizen()
        phone = msgspec.structs.replace(
            web, channel="phone", session=house.session("citizen", "phone", UUID(web.id))
        )
        self.actors = [web, phone]
        self.case = house.start(web).case
        self.epochs = [1, 1]  # what each screen believes
        self.sent: list[Ask] = []
        self.accepted: list[int] = []
        self.number = 0

    def step(self, what: str, screen: int, flag: bool) -> None:
        """One thing that a screen does; `flag` makes it wrong: a stale revision, no force, another's
        epoch."""
        ask = self.sent[-1] if what == "again" and self.sent else self.ask(what, screen, flag)
        if ask is None:
            return
        before = self.facts()
        try:
            changed = self.house.cases.change(ask)
        except err.CaseError:
            assert self.facts() == before, "a refusal left a trace"
            return
        if changed.replayed or what == "again":
            assert self.facts() == before or not self.sent
            return
        assert before["epoch"] == ask.lease or isinstance(ask.command, TakeLease)
        self.accepted.append(changed.lease)
        if isinstance(ask.command, TakeLease):
            self.epochs[screen] = changed.lease
        if ask.key:
            self.sent.append(ask)

    def ask(self, what: str, screen: int, flag: bool) -> Ask | None:
        self.number += 1
        given: dict[str, Any] = {
            "actor": self.actors[screen],
            "case": self.case,
            "key": f"key-{self.number:020d}",
        }
        if what == "take":
            return Ask(command=TakeLease(force=not flag), **given)
        given["lease"] = self.epochs[screen]
        if what == "renew":
            return Ask(command=RenewLease(), **{**given, "key": ""})
        tasks = self.house.records.rows("cases.tasks", case_id=self.case)
        if not tasks or tasks[0]["audience"] != "citizen":
            return None
        given["revision"] = tasks[0]["revision"] - flag
        answers, number = ANSWERS[tasks[0]["element"]], tasks[0]["task"]
        if what == "save":
            return Ask(command=SaveDraft(task=number, answers={"n": self.number}), **{**given, "key": ""})
        return Ask(command=Submit(task=number, answers=answers), **given)

    def facts(self) -> dict[str, Any]:
        row = self.house.records.row("cases.case_row", case_id=self.case)
        return {
            "version": row["version"],
            "epoch": row["lease_epoch"],
            "revisions": [
                task["revision"] for task in self.house.records.rows("cases.tasks", case_id=self.case)
            ],
            "completed": self.house.count("completion", self.case),
        }

    def check(self) -> None:
        """Versions without a gap, leases that only grew, and a history that folds to the snapshot."""
        assert self.accepted == sorted(self.accepted)
        row = self.house.records.row("cases.case_row", case_id=self.case)
        key = self.house.vault.unwrap(row["wrapped"])
        bodies = self.house.records.rows("cases.event_bodies", case_id=self.case)
        assert [body["version"] for body in bodies] == list(range(1, row["version"] + 1))
        events = [event for body in bodies for event in sealing.open_events(key, body["body"])]
        assert replay(events) == sealing.open_state(key, row["blob"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_two_screens_do_the_case_stays_whole(house, moves):
    screens = Screens(house)
    for move in moves:
        screens.step(*move)
    screens.check()
