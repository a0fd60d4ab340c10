"""The format of an audit leaf (TRUST 4.1): canonical, short, and without a person in it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.audit.leaf import canonical, leaf
from backend.rights import SYSTEM, Actor

PERSON = uuid4()
ANNA = Actor(kind="citizen", id=str(PERSON), channel="web", level="L2")
AT = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)


def test_a_leaf_says_who_did_what_when_and_to_which_record() -> None:
    case = uuid4()
    read = json.loads(leaf("task.submit", ANNA, case=case, case_seq=3, subject=PERSON, at=AT, body=b"sealed"))
    assert read["v"] == 1 and read["t"] == "2026-11-24T09:41:00.000000Z" and read["act"] == "task.submit"
    assert (read["case"], read["case_seq"], read["res"]) == (str(case), 3, "ok")
    assert read["body_h"] == hashlib.sha256(b"sealed").hexdigest()
    assert read["actor"]["id"] == read["subj"]


def test_no_person_id_stands_in_a_leaf_but_an_officials_and_a_machines_do() -> None:
    assert str(PERSON) not in leaf("x", ANNA, subject=PERSON).decode()
    assert json.loads(leaf("x", SYSTEM))["actor"] == {"k": "system", "id": "system:worker"}
    xenia = Actor(kind="staff", id="staff-1", channel="desk", department="residents-south")
    assert json.loads(leaf("x", xenia))["dept"] == "residents-south"


@given(
    st.dictionaries(
        st.text(st.characters(codec="ascii"), min_size=1),
        st.text(st.characters(codec="utf-8"), max_size=30)
        | st.integers(-(2**53), 2**53)
        | st.lists(st.text(max_size=5)),
        max_size=8,
    )
)
def test_canonical_is_rfc_8785_for_what_a_leaf_holds(record) -> None:
    try:
        expected = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert canonical(record) == expected


def test_a_leaf_has_at_most_four_kibibytes_and_a_reason_two_hundred_characters() -> None:
    with pytest.raises(ValueError, match="4 KiB"):
        leaf("x", SYSTEM, fields=["field"] * 1000)
    assert len(json.loads(leaf("x", SYSTEM, reason="r" * 900))["reason"]) == 200
