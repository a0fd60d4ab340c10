"""Access rules as data (TRUST 3.1): which fields of which registry may be read, by whom, in which task, why.

Deny by default: what no rule lists is dropped by `AccessRule.project` before anything else sees it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from backend.procedures.answer_types import FieldType, WrongType, read_record
from backend.procedures.faults import Findings
from backend.procedures.yaml_text import Document

RULE_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-zA-Z0-9_]*)+@[1-9][0-9]{0,3}\Z")
REGISTRY = re.compile(r"[A-Za-z0-9'()+,\-.=?]+(/[A-Za-z0-9'()+,\-.=?]+){3,5}\Z")
SHARE_CLASSES = ("unconditional", "conditional", "none")
LEVELS = ("none", "low", "substantial", "high")
_RETENTION = re.compile(r"(case|P[0-9]+[DWMY])(\+P[0-9]+[DWMY])?\Z")
_RATE = re.compile(r"([1-9][0-9]{0,3})/(case|person)/(hour|day)\Z")


class WrongAnswer(ValueError):
    """A registry's answer breaks the types that the rule lists; the message names fields, never values."""


class Lookup(Struct, frozen=True):
    """How a register about no person is searched (`list` with `text`) or asked for one entry (`exists`).

    Each names a field: `text`, `limit` and `value` of the request, the others of the answer.
    """

    value: str
    label: str
    text: str = ""
    list: str = ""
    limit: str = ""
    exists: str = ""
    description: str = ""


class AccessRule(Struct, frozen=True, kw_only=True):
    """One permission to read. Texts: `rule.<key>.name`, `.source`, `.purpose`; `legal.<legal_basis>`."""

    id: str
    registry: str
    legal_basis: str
    share_class: str
    tasks: frozenset[str]
    actors: frozenset[str]
    subject: str
    request_fields: tuple[str, ...]
    response_fields: Mapping[str, FieldType]
    concepts: frozenset[str]
    acr_min: str
    subject_visible: bool
    preview: bool
    retention: str
    rate: tuple[int, str, str]
    lookup: Lookup | None = None

    @property
    def name(self) -> str:
        """The id without its version, as the case variable `facts` is keyed: pop.identity."""
        return self.id.partition("@")[0]

    @property
    def version(self) -> int:
        return int(self.id.partition("@")[2])

    @property
    def key(self) -> str:
        """The name as FEEL and answers can say it: pop_identity."""
        return self.name.replace(".", "_")

    @property
    def purpose(self) -> str:
        """The key of the text that says what the data is read for."""
        return f"rule.{self.key}.purpose"

    @property
    def service_code(self) -> str:
        return self.registry.rpartition("/")[2]

    def project(self, raw: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """(kept, surplus): the listed fields, types checked, and the names of those that nobody asked for.

        Raises WrongAnswer if a listed field is missing or has another type.
        """
        surplus: list[str] = []
        try:
            kept = read_record(self.response_fields, raw, "", surplus)
        except WrongType as wrong:
            raise WrongAnswer(f"{self.id}: {wrong}") from None
        return kept, tuple(surplus)


def read_rules(document: Document | None, findings: Findings) -> dict[str, AccessRule]:
    """Rules by id; every fault noted."""
    rules: dict[str, AccessRule] = {}
    if document is None:
        return rules
    if not isinstance(document.value, list):
        findings.add(
            document.file, "PACK-RULE-01", "The file is no list of rules.", "Begin each rule with `- id:`."
        )
        return rules
    names: dict[str, str] = {}
    for index, entry in enumerate(document.value):
        rule = _RuleReader(document, index, findings).read(entry)
        if rule is None:
            continue
        other = names.get(rule.key)
        if other is not None:
            text = f"{rule.id} and {other} have the same name."
            remedy = "Keep one version of a rule in a pack, or name the other differently."
            findings.add(
                document.file, "PACK-RULE-02", text, remedy, element=rule.id, line=document.line(index)
            )
        names[rule.key] = rule.id
        rules[rule.id] = rule
    return rules


class _RuleReader:
    """Reads one entry of rules.yaml; unknown and missing keys are faults."""

    NEEDED = (
        "id", "registry", "legal_basis", "share_class", "tasks", "actors", "subject", "request_fields",
        "response_fields", "acr_min", "subject_visible", "preview", "retention", "rate",
    )  # fmt: skip
    OPTIONAL = ("concepts", "lookup")

    def __init__(self, document: Document, index: int, findings: Findings) -> None:
        self.document = document
        self.index = index
        self.findings = findings
        self.element: str | None = None
        self.broken = False

    def read(self, entry: Any) -> AccessRule | None:
        if not isinstance(entry, dict):
            self.fault("This entry is no rule.", "Give it id, registry, tasks and the other keys.")
            return None
        self.element = str(entry.get("id", ""))
        for key in entry.keys() - set(self.NEEDED) - set(self.OPTIONAL):
            self.fault(f"A rule has no key {key}.", "Remove it or correct its spelling.", key)
        for key in self.NEEDED:
            if key not in entry:
                self.fault(f"The rule has no {key}.", "Add it: nothing is permitted by leaving it out.")
        if self.broken:
            return None
        rule = self.build(entry)
        return None if self.broken else rule

    def build(self, entry: dict[str, Any]) -> AccessRule:
        share_class = self.one_of(entry, "share_class", SHARE_CLASSES)
        if share_class == "none":
            self.fault("The share class none forbids reading.", "Remove the rule.", "share_class")
        return AccessRule(
            id=self.match(entry, "id", RULE_ID, "like pop.identity@1"),
            registry=self.match(entry, "registry", REGISTRY, "like XE/GOV/1001/pop/identity"),
            legal_basis=self.text(entry, "legal_basis"),
            share_class=share_class,
            tasks=frozenset(self.names(entry, "tasks")),
            actors=frozenset(self.names(entry, "actors")),
            subject=self.text(entry, "subject"),
            request_fields=self.names(entry, "request_fields"),
            response_fields=self.fields(entry),
            concepts=frozenset(self.names(entry, "concepts")) if "concepts" in entry else frozenset(),
            acr_min=self.one_of(entry, "acr_min", LEVELS),
            subject_visible=self.flag(entry, "subject_visible"),
            preview=self.flag(entry, "preview"),
            retention=self.match(entry, "retention", _RETENTION, "like case+P30D"),
            rate=self.rate(entry),
            lookup=self.lookup(entry),
        )

    def fields(self, entry: dict[str, Any]) -> dict[str, FieldType]:
        given = entry["response_fields"]
        if not isinstance(given, dict) or not given:
            self.fault("response_fields lists nothing.", "List each field with its type.", "response_fields")
            return {}
        result: dict[str, FieldType] = {}
        for name, spec in given.items():
            try:
                result[name] = FieldType.read(spec)
            except ValueError as error:
                self.fault(
                    f"The field {name} has no type that is known: {error}.",
                    FieldType.REMEDY,
                    "response_fields",
                )
        return result

    def lookup(self, entry: dict[str, Any]) -> Lookup | None:
        given = entry.get("lookup")
        if given is None:
            return None
        known = Lookup.__struct_fields__
        remedy = f"Give value and label, with text and list or with exists; keys are {', '.join(known)}."
        if not isinstance(given, dict) or not all(
            k in known and isinstance(v, str) for k, v in given.items()
        ):
            self.fault("lookup is not given as it should be.", remedy, "lookup")
        elif not {"value", "label"} <= given.keys() or ({"text", "list"} <= given.keys()) == (
            "exists" in given
        ):
            self.fault("lookup is neither a search nor a question for one entry.", remedy, "lookup")
        else:
            return Lookup(**given)
        return None

    def rate(self, entry: dict[str, Any]) -> tuple[int, str, str]:
        found = _RATE.match(self.match(entry, "rate", _RATE, "like 5/case/day"))
        return (int(found[1]), found[2], found[3]) if found else (0, "case", "day")

    def text(self, entry: dict[str, Any], key: str) -> str:
        value = entry[key]
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{key} is no text.", "Write a text.", key)
            return ""
        return value

    def match(self, entry: dict[str, Any], key: str, pattern: re.Pattern[str], example: str) -> str:
        value = entry[key]
        if not isinstance(value, str) or not pattern.match(value):
            self.fault(f"{key} does not have the right form.", f"Write it {example}.", key)
            return ""
        return value

    def one_of(self, entry: dict[str, Any], key: str, choices: tuple[str, ...]) -> str:
        value = entry[key]
        if value not in choices:
            self.fault(f"{key} is not one of {', '.join(choices)}.", "Choose one of them.", key)
            return choices[0]
        return str(value)

    def flag(self, entry: dict[str, Any], key: str) -> bool:
        if not isinstance(entry[key], bool):
            self.fault(f"{key} is neither true nor false.", "Write true or false.", key)
        return entry[key] is True

    def names(self, entry: dict[str, Any], key: str) -> tuple[str, ...]:
        value = entry[key]
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(item, str) and item for item in value)
        ):
            self.fault(f"{key} is no list of words.", "Write a list with at least one word.", key)
            return ()
        return tuple(value)

    def fault(self, text: str, remedy: str, key: str | None = None) -> None:
        self.broken = True
        line = self.document.line(self.index, key) if key else self.document.line(self.index)
        self.findings.add(self.document.file, "PACK-RULE-01", text, remedy, element=self.element, line=line)
