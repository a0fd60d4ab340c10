"""`read_bpmn`: bytes to Definitions, or every fault at once."""

from .check import check
from .element import Definitions
from .faults import ERROR, ModelFaults
from .xml import XmlLimits, parse


def read_bpmn(xml: bytes, profile: str = "strict", limits: XmlLimits | None = None) -> Definitions:
    """Read a BPMN 2.0 file and check it by the rules of the standard.

    profile: `strict` for our own procedures, `foreign` for others' models (what the standard forbids but
    what runs in one clear way is then a warning). Raises ModelFaults with every fault; warnings stay in
    `Definitions.warnings`. A model that cannot execute (a drawing, a choreography) reads; executing is
    `compile_process`'s matter.
    """
    definitions = parsed(xml, profile, limits)
    if any(fault.severity == ERROR for fault in definitions.warnings):
        raise ModelFaults(definitions.warnings)
    return definitions


def parsed(xml: bytes, profile: str, limits: XmlLimits | None = None) -> Definitions:
    """A file with all that the rules say of it as its warnings, refused or not; ModelFaults where no BPMN can
    be seen in it."""
    if profile not in ("strict", "foreign"):
        raise ValueError("profile is strict or foreign")
    definitions = Definitions(parse(xml, limits), xml, profile)
    definitions.warnings = check(definitions)
    if definitions.root.kind != "definitions":
        raise ModelFaults(definitions.warnings)
    return definitions
