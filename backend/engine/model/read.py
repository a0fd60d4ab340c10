"""`read_bpmn`: a file to Definitions, or every fault at once."""

import re
from typing import Final

from .check import check
from .element import Definitions
from .faults import ERROR, ModelFaults
from .xml import XmlLimits, parse

DECLARED: Final = re.compile(r"\A\ufeff?\s*<\?xml\b[^>]*\?>")  # text has no encoding any more


def read_bpmn(xml: bytes | str, profile: str = "strict", limits: XmlLimits | None = None) -> Definitions:
    """Read a BPMN 2.0 file, bytes or text, and check it by the rules of the standard.

    profile: `strict` for our own procedures, `foreign` for others' models (what the standard forbids but
    what runs in one clear way is then a warning). Raises ModelFaults with every fault; warnings stay in
    `Definitions.warnings`. A model that cannot execute (a drawing, a choreography) reads; executing is
    `compile_process`'s matter.
    """
    definitions = parsed(xml, profile, limits)
    if any(fault.severity == ERROR for fault in definitions.warnings):
        raise ModelFaults(definitions.warnings)
    return definitions


def parsed(xml: bytes | str, profile: str, limits: XmlLimits | None = None) -> Definitions:
    """A file with all that the rules say of it as its warnings, refused or not; ModelFaults where no BPMN can
    be seen in it."""
    if profile not in ("strict", "foreign"):
        raise ValueError("profile is strict or foreign")
    if isinstance(xml, str):
        xml = DECLARED.sub("", xml, count=1).encode()
    definitions = Definitions(parse(xml, limits), xml, profile)
    definitions.warnings = check(definitions)
    if definitions.root.kind != "definitions":
        raise ModelFaults(definitions.warnings)
    return definitions
