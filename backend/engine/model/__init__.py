"""Reading: BPMN XML to a tree of elements that keeps everything, and the rules that say what is wrong with
it."""

from .element import Definitions as Definitions
from .element import Element as Element
from .faults import Fault as Fault
from .faults import ModelFaults as ModelFaults
from .read import read_bpmn as read_bpmn
from .xml import XmlLimits as XmlLimits
