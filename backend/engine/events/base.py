"""The base of all events."""

import msgspec


class Event(msgspec.Struct, frozen=True, tag_field="event", tag=True, array_like=True, gc=False):
    """Base of all events; an encoded event is an array that begins with its class name."""
