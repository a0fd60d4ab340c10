"""A BPMN 2.0 engine without clock, I/O or framework: `decide` gives events, `apply` gives state. See
README.md."""

from . import commands as commands
from . import events as events
from .compiling import compile_all as compile_all
from .compiling import compile_process as compile_process
from .compiling import every_fault as every_fault
from .decide import Step as Step
from .decide import decide as decide
from .decide import step as step
from .effects import apply as apply
from .effects import replay as replay
from .host import Host as Host
from .limits import Limits as Limits
from .migration import Plan as Plan
from .migration import default_mapping as default_mapping
from .migration import migrate as migrate
from .migration import migrate_back as migrate_back
from .migration import plan_migration as plan_migration
from .model import Definitions as Definitions
from .model import Fault as Fault
from .model import ModelFaults as ModelFaults
from .model import read_bpmn as read_bpmn
from .nodes import Process as Process
from .refused import Refused as Refused
from .state import State as State
from .storage import decode_events as decode_events
from .storage import dump as dump
from .storage import encode_events as encode_events
from .storage import load as load
