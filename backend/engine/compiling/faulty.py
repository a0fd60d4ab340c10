"""Collecting faults while a process is compiled, so that all are told at once."""

import re
from collections.abc import Callable
from typing import Final

from backend.engine.expressions import FeelFault, Value, feel, value
from backend.engine.model import Definitions, Element, Fault

from .names import ItemNames

FEEL: Final = re.compile(r"(|.*\bfeel\b.*|.*/spec/dmn/.*)\Z", re.IGNORECASE)
UNSAID: Final = "http://www.w3.org/1999/XPath"  # what the schema says of a file that names no language


class Compilation:
    """One compilation: the file, the decisions, zone and other files it may use, and the faults so far.

    files: all of the deployment; the first is the one whose nodes keep their ids. prefix: stands before the
    ids of another file's nodes and flows. calls: ids of the processes that each call activity may mean.
    """

    def __init__(
        self,
        definitions: Definitions,
        decisions: tuple[object, ...],
        zone: str,
        library: tuple[Definitions, ...] = (),
    ) -> None:
        self.definitions = definitions
        self.decisions = decisions
        self.zone = zone
        self.files = (definitions, *library)
        self.prefix = ""
        self.faults: list[Fault] = []
        self.names = ItemNames(definitions)
        self.calls: dict[str, tuple[str, ...]] = {}

    def beside(self, definitions: Definitions, process: str) -> "Compilation":
        """A compilation of another process of the deployment, which notes its faults here."""
        beside = Compilation(definitions, self.decisions, self.zone)
        beside.files, beside.faults, beside.calls = self.files, self.faults, self.calls
        beside.prefix = "" if definitions is self.files[0] else f"{process}:"
        return beside

    def fault(self, element: Element, rule: str, text: str, remedy: str, severity: str = "E") -> None:
        """Note one fault; an element without id of its own is named by the element around it."""
        owner = element
        while not owner.id and owner.parent is not None:
            owner = owner.parent
        name = element.name or owner.name
        self.faults.append(Fault(owner.id, name, element.line, rule, text, remedy, severity))

    def limit(self, element: Element, text: str, remedy: str) -> None:
        """A bound on values: refused in `strict`, told in `foreign`."""
        severity = "E" if self.definitions.profile == "strict" else "W"
        self.fault(element, "L-VALUE", text, remedy, severity)

    def feel(self, element: Element, text: str, rule: str = "C8-EXPR-01") -> Value | None:
        """FEEL, with or without `=`; None with a fault when it does not parse."""
        return self._compiled(feel, element, text, rule)

    def value(self, element: Element, text: str, rule: str = "C8-EXPR-01") -> Value | None:
        """A constant, or FEEL after `=`; None with a fault when it does not parse."""
        return self._compiled(value, element, text, rule)

    def _compiled(
        self, make: Callable[[str, frozenset[str]], Value], element: Element, text: str, rule: str
    ) -> Value | None:
        self._language(element, text)
        try:
            compiled = make(text, self.names.spaced)
        except FeelFault as found:
            self.fault(element, rule, f"the expression {text.strip()!r} is not FEEL: {found}", "correct it")
            return None
        if compiled.expression is not None and rule != "X-DATA-05":  # an association knows its ends' ids
            self.names.used |= compiled.expression.free
        return compiled

    def _language(self, element: Element, text: str) -> None:
        """Refuse an expression in another language than FEEL; a leading `=` says that it is FEEL."""
        said = element.get("language") or element.get("expressionLanguage")
        general = self.definitions.root.get("expressionLanguage")
        language = said or ("" if general == UNSAID or text.lstrip().startswith("=") else general)
        if not FEEL.match(language.strip()):
            what = f"the expression {text.strip()!r} is in {language!r}"
            self.fault(element, "C8-EXPR-01", what, "write FEEL and name no other language")
