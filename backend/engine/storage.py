"""State and events as bytes (msgpack) and back, exactly: decimals, dates, zones and all.

State begins with a schema number; a blob of an older schema is brought up when it is loaded. FEEL values
travel as extension types.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from .events import AnyEvent, Event
from .feel.values import decode_ext, encode_ext
from .state import SCHEMA, State
from .upgrades import upgraded

PLAIN: Final = frozenset({str, bool, type(None), int})
EVENTS_SCHEMA: Final = 1

_encoder: Final = msgspec.msgpack.Encoder()
_state_decoder: Final = msgspec.msgpack.Decoder(State, ext_hook=decode_ext)
_raw_decoder: Final = msgspec.msgpack.Decoder(ext_hook=decode_ext, strict=False)
_events_decoder: Final = msgspec.msgpack.Decoder(tuple[int, list[AnyEvent]], ext_hook=decode_ext)


def dump(state: State) -> bytes:
    """The state as bytes. TypeError for a value that cannot be stored."""
    packed = state.__copy__()  # type: ignore[attr-defined]  # msgspec has it
    scopes = {}
    for key, scope in state.scopes.items():
        if scope.variables or scope.memory:
            scopes[key] = stored = scope.__copy__()  # type: ignore[attr-defined]
            stored.variables = pack(scope.variables)
            if scope.memory:
                stored.memory = pack(scope.memory)
        else:
            scopes[key] = scope
    packed.scopes = scopes
    return _encoder.encode(packed)


def load(blob: bytes) -> State:
    """The state that `dump` wrote, by this or an earlier release. ValueError when it is none."""
    try:
        state = _state_decoder.decode(blob)
    except msgspec.DecodeError:
        return _of_earlier(blob)
    return state if state.schema == SCHEMA else _of_earlier(blob)


def _of_earlier(blob: bytes) -> State:
    """The state of a dump whose schema is not this release's."""
    try:
        raw = upgraded(_raw_decoder.decode(blob), SCHEMA)
        return msgspec.convert(raw, State)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ValueError("not a dumped state") from error


def pack(variables: dict[str, Any]) -> dict[str, Any]:
    """Variables with extension types in place of what msgpack has no word for."""
    return {name: value if value.__class__ in PLAIN else _packed(value) for name, value in variables.items()}


def _packed(value: Any) -> Any:
    kind = value.__class__
    if kind in PLAIN:
        return value
    if kind is dict:
        return {name: item if item.__class__ in PLAIN else _packed(item) for name, item in value.items()}
    if kind is list:
        return [item if item.__class__ in PLAIN else _packed(item) for item in value]
    tag, data = encode_ext(value)
    return msgspec.msgpack.Ext(tag, data)


def encode_events(events: Iterable[Event]) -> bytes:
    """Events as bytes, for the history."""
    return _encoder.encode((EVENTS_SCHEMA, [_packed_event(event) for event in events]))


def decode_events(blob: bytes) -> tuple[Event, ...]:
    """The events that `encode_events` wrote. ValueError when they are none."""
    try:
        schema, events = _events_decoder.decode(blob)
    except msgspec.DecodeError as error:
        raise ValueError("not encoded events") from error
    if schema != EVENTS_SCHEMA:
        raise ValueError(f"events of the unknown schema {schema}")
    return tuple(events)


def _packed_event(event: Event) -> Event:
    for field in ("variables", "memory", "used"):
        if held := getattr(event, field, None):
            event = msgspec.structs.replace(event, **{field: pack(held)})
    return event
