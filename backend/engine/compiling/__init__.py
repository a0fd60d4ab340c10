"""From Definitions to a Process: flows resolved, expressions compiled, what cannot run refused with every
fault."""

from .deployment import compile_all as compile_all
from .faults import every_fault as every_fault
from .process import compile_process as compile_process
