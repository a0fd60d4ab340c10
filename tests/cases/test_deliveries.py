"""X-MSG-01, X-MSG-02, X-SIG-01 between cases, on the real database: one receiver, once; kept for a time; all
hear a signal."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest

from backend.cases.deliveries import Deliveries
from tests.house import APPLY, House
from tests.variants import AT, variant


@pytest.fixture
def deliveries(house: House) -> Deliveries:
    packs = house.cases.packs
    for name in ("asked", "early", "raced"):
        packs.deploy(variant("message", name), f"throws_{name}")
        packs.deploy(variant("message", name, catches=True), f"waits_{name}")
    packs.deploy(variant("message", "begun"), "throws_begun")
    packs.deploy(variant("message", "begun", at="start"), "starts_begun")
    packs.deploy(variant("signal", "alarm"), "throws_alarm")
    packs.deploy(variant("signal", "alarm", catches=True), "waits_alarm")
    packs.deploy(variant("signal", "alarm", at="start"), "starts_alarm")
    return Deliveries(house.records, house.tools, house.cases)


def at_check(house: House, procedure: str) -> UUID:
    """A case that has come to the event."""
    anna = house.citizen()
    case = house.start(anna, procedure=procedure).case
    for answers in (APPLY, {"confirmed": True}):
        house.submit(anna, case, answers)
    return case


def moved_on(house: House, case: UUID) -> bool:
    return not house.count("subscription", case)


def cases_of(house: House, procedure: str) -> list[UUID]:
    rows = house.sql("SELECT case_id FROM case_state WHERE procedure = %s ORDER BY started", procedure)
    return [row["case_id"] for row in rows]


def test_X_MSG_01_the_oldest_waiting_case_has_it_and_only_once(house: House, deliveries: Deliveries) -> None:
    first, second = at_check(house, "waits_asked"), at_check(house, "waits_asked")
    sender = at_check(house, "throws_asked")
    for _ in range(3):  # a worker that died after its work does it again
        deliveries.carry(sender, AT)
    assert moved_on(house, first) and not moved_on(house, second)
    assert house.sql("SELECT receiver FROM message WHERE case_id = %s", sender) == [{"receiver": first}]
    deliveries.carry(at_check(house, "throws_asked"), AT)
    assert moved_on(house, second)


def test_X_MSG_01_a_message_before_its_receiver_is_kept(house: House, deliveries: Deliveries) -> None:
    sender = at_check(house, "throws_early")
    deliveries.carry(sender, AT)
    late = at_check(house, "waits_early")
    (wanted,) = house.records.rows("delivery.wanted", cases=[late])
    assert wanted["case_id"] == sender
    deliveries.give(sender, wanted["message"])
    deliveries.give(sender, wanted["message"])
    assert moved_on(house, late)


def test_a_message_past_its_time_reaches_nobody(house: House, deliveries: Deliveries) -> None:
    sender = at_check(house, "throws_early")
    deliveries.carry(sender, AT)
    house.sql("UPDATE message SET until = clock_timestamp() WHERE case_id = %s", sender)
    late = at_check(house, "waits_early")
    assert house.records.rows("delivery.wanted", cases=[late]) == []
    assert not moved_on(house, late)


def test_ten_workers_carry_one_message_to_one_case(house: House, deliveries: Deliveries) -> None:
    waiting = [at_check(house, "waits_raced") for _ in range(3)]
    sender = at_check(house, "throws_raced")
    errors: list[BaseException] = []

    def carry() -> None:
        try:
            deliveries.carry(sender, AT)
        except BaseException as error:  # a worker's task is tried again
            errors.append(error)

    threads = [threading.Thread(target=carry) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    deliveries.carry(sender, AT)
    assert sum(moved_on(house, case) for case in waiting) == 1


def test_X_INST_04_a_message_begins_a_case_and_its_conversation_no_second(
    house: House, deliveries: Deliveries
) -> None:
    sender = at_check(house, "throws_begun")
    for _ in range(2):
        deliveries.carry(sender, AT)
    (begun,) = cases_of(house, "starts_begun")
    again = at_check(house, "throws_begun")
    deliveries.carry(again, AT)
    assert cases_of(house, "starts_begun") == [begun]
    (row,) = house.sql("SELECT subject, region FROM case_state WHERE case_id = %s", begun)
    (of_sender,) = house.sql("SELECT subject, region FROM case_state WHERE case_id = %s", sender)
    assert row == of_sender


def test_X_SIG_01_a_signal_reaches_every_waiting_case_and_begins_its_procedures_once(
    house: House, deliveries: Deliveries
) -> None:
    waiting = [at_check(house, "waits_alarm") for _ in range(3)]
    sender = at_check(house, "throws_alarm")
    for _ in range(2):
        deliveries.carry(sender, AT)
    assert all(moved_on(house, case) for case in waiting)
    assert len(cases_of(house, "starts_alarm")) == 1
    late = at_check(house, "waits_alarm")
    assert not moved_on(house, late)


def test_no_payload_stands_in_the_table_of_messages(house: House, deliveries: Deliveries) -> None:
    sender = at_check(house, "throws_early")
    deliveries.carry(sender, AT)
    (row,) = house.sql("SELECT * FROM message WHERE case_id = %s", sender)
    assert set(row) == {
        "case_id", "message", "version", "name", "key", "thrown", "until", "receiver", "began",
    }  # fmt: skip
    assert bytes(row["key"]) == house.vault.blind("message-key", "one")
