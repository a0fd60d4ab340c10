"""K2P from the scan to the moved session, and everything that goes wrong on the way."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from backend.cases.errors import NotFound as CaseNotFound
from backend.cases.errors import NotFresh, SessionEnded
from backend.handoff import (
    Caller,
    HandoffEnded,
    HandoffNotAvailable,
    NotConfirmed,
    NotFound,
    NumberMismatch,
    TwoPhones,
)
from backend.handoff.errors import KeyReused, KindRefused, NoMoreCodes
from backend.handoff.offering import Offer
from backend.people import DeviceRefused, TooMany
from backend.rights import masked
from tests.handoff.conftest import APPLY, PHONE, Hall, Move, a_key
from tests.people.agent import Agent


def test_the_whole_way_of_the_wire_transcript(hall: Hall, move: Move) -> None:
    hall.draft(move.kiosk, move.started, {"field_00": "kept"})
    made = hall.handoff.create(move.wanted(), move.source())
    assert made.status == 201 and made.body["state"] == "OFFERED"
    assert re.fullmatch(r"https://errand\.example/h#[A-Za-z0-9_-]{22}", made.body["qr_url"])
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", made.body["user_code"])
    move.offer = made.body

    claim = hall.handoff.claim(move.target(), code=move.code)
    assert (claim.status, claim.body["state"], claim.body["kind"]) == (201, "CLAIMED", "K2P")
    assert claim.body["place"] == {"hall": "Southmere Town Hall", "kiosk": "3"}
    assert claim.body["scope_text"] == "Continue this application on this phone"
    assert len(claim.claim) >= 43 and "number" not in claim.body
    move.phone = Caller(agent=PHONE, claim=claim.claim)

    seen = hall.handoff.get(move.id, move.source()).body
    assert seen["state"] == "CLAIMED" and seen["peer"] == "a phone, Firefox"

    approved = hall.handoff.approve(move.id, move.target()).body
    assert approved["state"] == "APPROVED" and re.fullmatch(r"[0-9]{6}", approved["number"])
    assert "number" not in hall.handoff.get(move.id, move.source()).body

    confirmed = hall.handoff.confirm(move.id, move.source(), approved["number"])
    assert confirmed.body["state"] == "CONFIRMED"

    done = hall.handoff.activate(move.id, move.target())
    assert (done.body["state"], done.body["case_id"]) == ("ACTIVE", str(move.started.case))
    assert done.body["lease"] == move.started.lease + 1 and done.drop_claim

    phone = hall.people.sessions.resolve(done.session)
    assert (phone.kind, phone.channel, phone.level) == ("anonymous", "phone", "L0")
    assert phone.grant.case == move.started.case and phone.grant.handoff == move.id
    assert hall.people.sessions.live(move.kiosk.session) is None and move.kiosk.session in hall.ended
    task = hall.cases.read.task(phone, move.started.case, move.started.task)
    assert task.draft == {"field_00": "kept"}, "all answers are kept"
    view = hall.cases.read.case(phone, move.started.case)
    assert (view.lease.epoch, view.lease.session) == (done.body["lease"], phone.session)
    assert [event[2] for event in hall.told if event[0] == f"handoff:{move.id}"] == [
        "handoff.claimed", "handoff.approved", "handoff.confirmed", "handoff.active"
    ]  # fmt: skip
    assert hall.row(str(move.id))["evidence"] == ["E1", "E3", "E4"]


def test_the_audit_log_names_the_handoff(hall: Hall, move: Move) -> None:
    move.active()
    leaves = hall.sql("SELECT convert_from(leaf, 'UTF8') AS leaf FROM audit_stage ORDER BY id DESC LIMIT 5")
    assert any(f"handoff-{move.id.hex}" in row["leaf"] for row in leaves)


def test_the_typed_code_is_a_way_in_too_whatever_its_case_and_spaces(hall: Hall, move: Move) -> None:
    move.offered()
    typed = " " + move.offer["user_code"].lower().replace("-", " ")
    claim = hall.handoff.claim(move.target(), user_code=typed)
    assert claim.body["id"] == move.offer["id"]
    assert hall.row(str(move.id))["evidence"] == ["E1"], "no proof that the screen was read within 45 s"


def test_a_typed_code_is_good_for_120_seconds_and_changes_with_the_rounds(hall: Hall, move: Move) -> None:
    move.offered()
    hall.age(str(move.id), 121, "user_code_expires_at")
    with pytest.raises(HandoffNotAvailable):
        hall.handoff.claim(move.target(), user_code=move.offer["user_code"])
    again = hall.handoff.rotate(move.id, move.source()).body
    assert again["user_code"] != move.offer["user_code"]
    assert hall.handoff.claim(move.target(), user_code=again["user_code"]).status == 201


def test_a_code_lives_45_seconds_and_the_one_before_15_more(hall: Hall, move: Move) -> None:
    move.offered()
    hall.age(str(move.id), 44, "code_expires_at")
    first = move.code
    move.offer = hall.handoff.rotate(move.id, move.source()).body
    assert move.code != first
    with pytest.raises(HandoffNotAvailable):
        hall.age(str(move.id), 2, "previous_expires_at")
        hall.handoff.claim(move.target(), code=first)
    assert hall.handoff.claim(move.target(), code=move.code).status == 201

    other = Move(hall).offered()
    hall.age(str(other.id), 30, "code_expires_at")
    old = other.code
    hall.handoff.rotate(other.id, other.source())
    assert hall.handoff.claim(other.target(), code=old).status == 201, "read just before it changed"

    late = Move(hall).offered()
    hall.age(str(late.id), 46, "code_expires_at")
    with pytest.raises(HandoffNotAvailable):
        hall.handoff.claim(late.target(), code=late.code)


def test_after_ten_codes_somebody_must_touch_the_screen(hall: Hall, move: Move) -> None:
    move.offered()
    for left in range(8, -1, -1):
        assert hall.handoff.rotate(move.id, move.source()).body["rotations_left"] == left
    with pytest.raises(NoMoreCodes):
        hall.handoff.rotate(move.id, move.source())
    again = hall.handoff.rotate(move.id, move.source(), again=True).body
    assert again["rotations_left"] == 9 and again["user_code"]
    with pytest.raises(NoMoreCodes):
        hall.handoff.rotate(move.id, move.source(), again=True)


def test_a03_a_code_that_was_used_is_not_available_and_harms_nothing(hall: Hall, move: Move) -> None:
    done, phone = move.active()
    hall.sql(
        "UPDATE handoff SET used_grace_until = clock_timestamp() + interval '10 s' WHERE id = %s", move.id
    )
    for _ in range(3):
        with pytest.raises(HandoffNotAvailable):
            hall.handoff.claim(Caller(key=a_key(), agent=PHONE, address="198.51.100.9"), code=move.code)
    assert hall.people.sessions.resolve(done.session) == phone
    assert hall.cases.read.case(phone, move.started.case).lease.epoch == done.body["lease"]
    assert hall.row(str(move.id))["state"] == "ACTIVE"


def test_a03_the_claiming_browser_may_scan_again_before_the_number_is_typed(hall: Hall, move: Move) -> None:
    move.offered()
    key = a_key()
    first = hall.handoff.claim(move.target(key), code=move.code)
    lost = hall.handoff.claim(move.target(key), code=move.code)
    assert (lost.body, lost.claim, lost.replayed) == (first.body, first.claim, True)
    camera = hall.handoff.claim(move.target(claim=first.claim), code=move.code)
    assert (camera.body, camera.claim, camera.status) == (first.body, first.claim, 201)
    move.phone = Caller(agent=PHONE, claim=first.claim)
    hall.handoff.approve(UUID(first.body["id"]), move.target())
    assert hall.handoff.claim(move.target(), code=move.code).body["id"] == first.body["id"]
    assert hall.row(first.body["id"])["state"] == "APPROVED", "the number on her phone still counts"


def test_a04_three_wrong_numbers_end_it_and_the_right_one_comes_too_late(hall: Hall, move: Move) -> None:
    move.approved()
    wrong = "000000" if move.number != "000000" else "111111"
    for left in (2, 1):
        with pytest.raises(NumberMismatch) as told:
            hall.handoff.confirm(move.id, move.source(), wrong)
        assert told.value.attempts_left == left
    for number in (wrong, move.number):
        with pytest.raises(HandoffEnded) as ended:
            hall.handoff.confirm(move.id, move.source(), number)
        assert ended.value.reason == "rejected"
    assert hall.row(str(move.id))["state"] == "REJECTED"
    with pytest.raises(HandoffEnded):
        hall.handoff.activate(move.id, move.target())
    assert hall.people.sessions.live(move.kiosk.session) is not None


def test_a04_a_lost_answer_to_a_wrong_number_costs_no_second_try(hall: Hall, move: Move) -> None:
    move.approved()
    wrong, key = ("000000" if move.number != "000000" else "111111"), a_key()
    for _ in range(3):
        with pytest.raises(NumberMismatch) as told:
            hall.handoff.confirm(move.id, move.source(key), wrong)
        assert told.value.attempts_left == 2


def test_a04_the_right_number_after_90_seconds_gives_410_and_no_session(hall: Hall, move: Move) -> None:
    move.approved()
    hall.age(str(move.id), 91, "number_expires_at")
    with pytest.raises(HandoffEnded) as ended:
        hall.handoff.confirm(move.id, move.source(), move.number)
    assert ended.value.reason == "expired"
    assert hall.row(str(move.id))["receiver_session"] is None


def test_a05_two_phones_with_one_code_get_nowhere(hall: Hall, move: Move) -> None:
    move.approved()
    with pytest.raises(TwoPhones):
        hall.handoff.claim(Caller(key=a_key(), agent=PHONE, address="198.51.100.9"), code=move.code)
    with pytest.raises(HandoffEnded) as ended:
        hall.handoff.confirm(move.id, move.source(), move.number)
    assert ended.value.reason == "conflict"
    with pytest.raises(HandoffEnded):
        hall.handoff.get(move.id, move.source())


def test_a05_a_photo_of_the_code_after_its_45_seconds_annoys_nobody(hall: Hall, move: Move) -> None:
    move.claimed()
    hall.age(str(move.id), 60, "used_grace_until")
    with pytest.raises(HandoffNotAvailable):
        hall.handoff.claim(Caller(key=a_key(), agent=PHONE, address="198.51.100.9"), code=move.code)
    assert hall.row(str(move.id))["state"] == "CLAIMED"


def test_a06_without_the_number_nothing_moves(hall: Hall, move: Move) -> None:
    move.claimed()
    for _ in range(2):
        with pytest.raises(NotConfirmed):
            hall.handoff.activate(move.id, move.target())
        if hall.row(str(move.id))["state"] == "CLAIMED":
            hall.handoff.approve(move.id, move.target())
    with pytest.raises(NotConfirmed):
        hall.handoff.activate(move.id, move.source())


def test_a06_another_kiosk_cannot_type_the_number(hall: Hall, move: Move) -> None:
    move.approved()
    other = hall.at_kiosk(Agent(hall.people, "7"))
    with pytest.raises(NotFound):
        hall.handoff.confirm(move.id, Caller(actor=other, key=a_key()), move.number)
    assert hall.row(str(move.id))["number_tries"] == 0
    with pytest.raises(CaseNotFound):
        hall.cases.read.case(other, move.started.case)


def test_strangers_see_nothing_and_change_nothing(hall: Hall, move: Move) -> None:
    move.approved()
    stranger = Caller(key=a_key(), claim="x" * 43, actor=hall.at_kiosk(Agent(hall.people, "7")))
    room = hall.handoff
    for call in (
        lambda: room.get(move.id, stranger), lambda: room.approve(move.id, stranger),
        lambda: room.activate(move.id, stranger), lambda: room.cancel(move.id, stranger),
        lambda: room.rotate(move.id, stranger), lambda: room.get(uuid4(), stranger),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            call()
    assert hall.row(str(move.id))["state"] == "APPROVED"


def test_a07_after_the_move_the_kiosks_session_is_dead_for_every_call(hall: Hall, move: Move) -> None:
    _, phone = move.active()
    with pytest.raises(SessionEnded):
        hall.submit(move.kiosk, move.started.case, move.started.task, lease=move.started.lease)
    assert phone.session != move.kiosk.session


def test_a_moved_session_is_masked_and_asked_to_log_in_before_it_submits(hall: Hall, move: Move) -> None:
    done, phone = move.active()
    assert masked(phone, UUID(move.kiosk.id))
    with pytest.raises(NotFresh):
        hall.submit(phone, move.started.case, move.started.task, lease=done.body["lease"])


def test_a_login_on_the_moved_session_keeps_the_lease_and_may_submit(hall: Hall, move: Move) -> None:
    done, phone = move.active()
    _, anna = hall.people.sessions.rotate(
        phone, kind="citizen", person=UUID(move.kiosk.id), level="L2", auth_time=datetime.now(UTC), grant=None
    )
    assert hall.people.sessions.resolve(done.session) is None
    changed = hall.submit(anna, move.started.case, move.started.task, lease=done.body["lease"])
    assert not changed.replayed


def test_a_phone_that_is_logged_in_as_the_subject_stays_herself(hall: Hall, move: Move) -> None:
    own = hall.on_phone(move.kiosk.id)
    move.phone = Caller(agent=PHONE, actor=own)
    _, phone = move.active()
    assert (phone.kind, phone.id, phone.level, phone.grant) == ("citizen", move.kiosk.id, "L2", None)
    assert hall.people.sessions.live(own.session) is None, "the session that she had on the phone is replaced"


def test_a_phone_that_is_logged_in_as_another_person_is_not_merged(hall: Hall, move: Move) -> None:
    boris = hall.on_phone(hall.at_kiosk(Agent(hall.people, "7")).id)
    move.phone = Caller(agent=PHONE, actor=boris)
    _, phone = move.active()
    assert phone.kind == "anonymous" and phone.grant.case == move.started.case
    assert hall.cases.read.mine(boris) == []


def test_a_phone_that_logged_out_while_the_number_stood_there_gets_nothing(hall: Hall, move: Move) -> None:
    own = hall.on_phone(move.kiosk.id)
    move.phone = Caller(agent=PHONE, actor=own)
    move.approved()
    hall.people.sessions.end(own.session, "logout")
    with pytest.raises(HandoffEnded):
        hall.handoff.confirm(move.id, move.source(), move.number)


def test_a_dead_kiosk_session_moves_nothing(hall: Hall, move: Move) -> None:
    move.confirmed()
    hall.people.sessions.end(move.kiosk.session, "logout")
    with pytest.raises(HandoffEnded):
        hall.handoff.activate(move.id, move.target())
    assert hall.row(str(move.id))["receiver_session"] is None


def test_activation_must_come_within_30_seconds(hall: Hall, move: Move) -> None:
    move.confirmed()
    hall.age(str(move.id), 31, "activate_until")
    with pytest.raises(HandoffEnded):
        hall.handoff.activate(move.id, move.target())
    assert hall.people.sessions.live(move.kiosk.session) is not None


def test_only_an_enrolled_device_that_signs_now_may_offer(hall: Hall, move: Move) -> None:
    for proof in (None, Agent(hall.people, "7").proof("handoff"), hall.agent.proof("session")):
        offer = Offer(kind="K2P", case=move.started.case, task=move.started.task, proof=proof)
        with pytest.raises(DeviceRefused):
            hall.handoff.create(offer, move.source())
    with pytest.raises(KindRefused):
        hall.handoff.create(
            Offer(
                kind="P2K", case=move.started.case, task=move.started.task, proof=hall.agent.proof("handoff")
            ),
            move.source(),
        )


def test_a01_a_case_of_another_person_cannot_be_offered(hall: Hall, move: Move) -> None:
    boris = Move(hall)
    offer = Offer(kind="K2P", case=boris.started.case, task=1, proof=hall.agent.proof("handoff"))
    with pytest.raises(CaseNotFound):
        hall.handoff.create(offer, move.source())


def test_a_session_has_one_live_handoff(hall: Hall, move: Move) -> None:
    first = move.offered().id
    move.offered()
    assert hall.row(str(first))["state"] == "CANCELLED" and hall.row(str(move.id))["state"] == "OFFERED"


def test_the_person_can_end_what_came_of_it_from_anywhere(hall: Hall, move: Move) -> None:
    done, phone = move.active()
    anna = hall.on_phone(move.kiosk.id)
    ended = hall.handoff.cancel(move.id, Caller(actor=anna, key=a_key()))
    assert ended.body["state"] == "REVOKED"
    assert hall.people.sessions.resolve(done.session) is None and phone.session in hall.ended


def test_unknown_late_used_and_cancelled_codes_are_one_answer(hall: Hall) -> None:
    late, used, cancelled = Move(hall).offered(), Move(hall), Move(hall).offered()
    hall.age(str(late.id), 60, "code_expires_at")
    used.active()
    hall.handoff.cancel(cancelled.id, cancelled.source())
    answers = set()
    for code in (late.code, used.code, cancelled.code, "A" * 22, "", "not a code", "\0", "é" * 22):
        with pytest.raises(HandoffNotAvailable) as told:
            hall.handoff.claim(Caller(key=a_key(), address="198.51.100.9"), code=code)
        answers.add((told.value.status, told.value.slug, str(told.value), str(told.value.extra)))
    assert len(answers) == 1


def test_a12_the_same_key_gives_the_same_bytes_and_another_request_is_refused(hall: Hall, move: Move) -> None:
    key, offer = a_key(), move.wanted()
    first = hall.handoff.create(offer, move.source(key))
    again = hall.handoff.create(offer, move.source(key))
    assert again.body == first.body and again.replayed
    with pytest.raises(KeyReused):
        hall.handoff.create(Offer(kind="K2P", case=uuid4(), task=1, proof=offer.proof), move.source(key))
    move.offer = first.body
    claim = hall.handoff.claim(move.target(), code=move.code)
    move.phone = Caller(agent=PHONE, claim=claim.claim)
    key = a_key()
    number = hall.handoff.approve(move.id, move.target(key)).body
    assert hall.handoff.approve(move.id, move.target(key)).body == number
    key = a_key()
    hall.handoff.confirm(move.id, move.source(key), number["number"])
    assert hall.handoff.confirm(move.id, move.source(key), number["number"]).replayed
    with pytest.raises(KeyReused):
        hall.handoff.confirm(move.id, move.source(key), "000000")
    key = a_key()
    done = hall.handoff.activate(move.id, move.target(key))
    lost = hall.handoff.activate(move.id, move.target(key))
    assert (lost.body, lost.session, lost.replayed) == (done.body, done.session, True)
    assert hall.people.sessions.resolve(lost.session) is not None


def test_stored_codes_numbers_and_tokens_are_hashes_only(hall: Hall, move: Move) -> None:
    done, _ = move.active()
    stored = str(hall.sql("SELECT * FROM handoff")) + str(hall.sql("SELECT * FROM handoff_call"))
    for secret in (move.code, move.offer["user_code"], move.number, move.phone.claim, done.session):
        assert secret not in stored


def test_failed_scans_of_one_address_are_limited(hall: Hall) -> None:
    hall.limits._factor = 1
    try:
        with pytest.raises(TooMany) as told:
            for _ in range(25):
                try:
                    hall.handoff.claim(Caller(key=a_key(), address="192.0.2.200"), code="A" * 22)
                except HandoffNotAvailable:
                    continue
        assert 0 < told.value.retry_after <= 300
    finally:
        hall.limits._factor = 100


def test_three_rejected_numbers_disable_a_kiosk_for_a_while(hall: Hall) -> None:
    hall.limits._factor = 1
    agent, hall.agent = hall.agent, Agent(hall.people, "7")
    try:
        for _ in range(3):
            move = Move(hall).approved()
            wrong = "000000" if move.number != "000000" else "111111"
            for _ in range(3):
                with pytest.raises((NumberMismatch, HandoffEnded)):
                    hall.handoff.confirm(move.id, move.source(), wrong)
        with pytest.raises(TooMany):
            Move(hall).offered()
    finally:
        hall.limits._factor, hall.agent = 100, agent


def test_apply_is_what_the_form_wants() -> None:
    assert len(APPLY) == 12
