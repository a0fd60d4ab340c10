"""A BPMN 2.0 engine without clock, I/O or framework: `decide` gives events, `apply` gives state."""

from . import commands as commands
from . import events as events
from .refused import Refused as Refused
from .state import State as State
from .state import apply as apply
from .state import replay as replay
