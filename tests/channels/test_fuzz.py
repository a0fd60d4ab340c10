"""Whatever JSON comes, each call answers with 2xx or 4xx, never 5xx, and refuses as problem+json."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobile_api.call import CALLS, Call
from mobile_api.openapi import PART
from tests.channels.conftest import Browser, World

PROBLEM = "application/problem+json"
ENDING = {"end_session", "end_other_session", "open_device_session"}
TEXTS = st.text(max_size=30) | st.sampled_from(
    ["\0", "\u202e", "K2P", "south", "permit", str(uuid4()), "1", "A" * 22]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
WITH_BODY = [each for each in CALLS if each.body is not None and each.name not in ENDING]


@pytest.fixture(scope="module")
def anna(world: World) -> Browser:
    return world.citizen("anna")


def bodies(call: Call) -> st.SearchStrategy[Any]:
    """Mostly objects with the call's own fields and any values, sometimes anything."""
    assert call.body is not None
    own = dict.fromkeys(call.body.fields, VALUES)
    return st.fixed_dictionaries({}, optional=own) | VALUES


@pytest.mark.parametrize("call", WITH_BODY, ids=lambda call: call.name)
def test_no_body_breaks_a_call(anna: Browser, call: Call) -> None:
    case = anna.start()
    parts = {"case_id": case["case_id"], "task_id": case["task_id"]}
    path = PART.sub(lambda match: str(parts.get(match.group(2), uuid4())), call.path)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(body=bodies(call))
    def fuzz(body: Any) -> None:
        answer = anna.api(call.method, path, body, **{"If-Match": '"1"', "Errand-Lease": "1"})
        assert answer.status_code < 500, answer.text
        assert answer.status_code < 300 or answer.content_type == PROBLEM

    fuzz()
