"""The shape of a table of effects."""

from collections.abc import Callable
from typing import Any

from backend.engine import events as ev
from backend.engine.state import State

Effects = dict[type[ev.Event], Callable[[State, Any], None]]
