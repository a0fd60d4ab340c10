"""Procedures: a folder of BPMN, DMN, forms, texts and rules as one checked, immutable, versioned object."""

from backend.procedures.calendar import Calendar, Region, TimeLimit, read_regions
from backend.procedures.faults import Fault, PackFaults
from backend.procedures.folder import read_folder
from backend.procedures.forms import Checked, Fact, Form, Problem, Register
from backend.procedures.load import load_folder, load_pack
from backend.procedures.procedure import JobUse, Letter, Procedure, Stage, Task
from backend.procedures.rules import AccessRule, WrongAnswer

__all__ = [
    "AccessRule",
    "Calendar",
    "Checked",
    "Fact",
    "Fault",
    "Form",
    "JobUse",
    "Letter",
    "PackFaults",
    "Problem",
    "Procedure",
    "Region",
    "Register",
    "Stage",
    "Task",
    "TimeLimit",
    "WrongAnswer",
    "load_folder",
    "load_pack",
    "read_folder",
    "read_regions",
]
