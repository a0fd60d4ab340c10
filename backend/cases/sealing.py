"""What of a case is sealed under its key, and how it is encoded: the state, the events, the drafts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from backend.engine import State, decode_events, dump, encode_events, load
from backend.engine import events as ev
from backend.vault import DataKey

STATE = "case-blob"
EVENTS = "case-events"
DRAFT = "task-draft"
REASON = "operation-reason"
_JSON = msgspec.json.Encoder(decimal_format="number")
_JSON_BACK = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def seal_state(key: DataKey, state: State) -> bytes:
    """The engine's dump, sealed."""
    return key.seal(STATE, dump(state))


def open_state(key: DataKey, blob: bytes) -> State:
    """The state that `seal_state` sealed."""
    return load(key.open(STATE, blob))


def seal_events(key: DataKey, events: Sequence[ev.Event]) -> bytes:
    """The events of one change, sealed."""
    return key.seal(EVENTS, encode_events(events))


def open_events(key: DataKey, body: bytes) -> tuple[ev.Event, ...]:
    """The events of one change."""
    return decode_events(key.open(EVENTS, body))


def encode_draft(answers: dict[str, Any]) -> bytes:
    """Answers as JSON; numbers stay numbers."""
    return _JSON.encode(answers)


def open_draft(key: DataKey, draft: bytes | None) -> dict[str, Any]:
    """The answers of a draft; none without one."""
    return _JSON_BACK.decode(key.open(DRAFT, draft)) if draft is not None else {}
