"""Reads a form-js file into components that can check and draw; every fault is noted (CAMUNDA8, part C)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from backend.procedures.expressions import Feel, Place, compile_feel
from backend.procedures.faults import Findings
from backend.procedures.forms import fields
from backend.procedures.forms.level import arrange
from backend.procedures.forms.nodes import Level, Node, Path
from backend.procedures.rules import AccessRule
from backend.procedures.texts import TEXT_KEY, Texts, Words

FORM_MAX_BYTES = 1024 * 1024
COMPONENTS_MAX = 500
DEPTH_MAX = 16

INPUTS = frozenset(
    [
        "textfield",
        "textarea",
        "number",
        "checkbox",
        "radio",
        "select",
        "checklist",
        "taglist",
        "datetime",
        "filepicker",
    ]
)
DRAWN = frozenset(
    ["text", "html", "image", "iframe", "spacer", "separator", "button", "table", "documentPreview"]
)
ALL_TYPES = INPUTS | DRAWN | {"group", "dynamiclist", "expression"}
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,7}\Z")
_WORDED = ("label", "description", "text", "content", "alt", "dateLabel", "timeLabel")


class Facts:
    """What the reader must know of the pack: its texts and access rules."""

    def __init__(self, texts: Texts, rules: Mapping[str, AccessRule]) -> None:
        self.texts = texts
        self.rules = rules


def read_form_json(file: str, data: bytes, findings: Findings) -> dict[str, Any] | None:
    """The file as JSON: numbers exact, no key twice; None and a fault if it is none."""
    place = Place(findings, file)
    if len(data) > FORM_MAX_BYTES:
        place.fault("FJ-01", "The form is larger than 1 MiB.", "Split the task or shorten the form.")
        return None
    try:
        raw = json.loads(
            data.decode("utf-8"),
            parse_float=Decimal,
            object_pairs_hook=_without_doubles,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        text = f"This is no JSON: {getattr(error, 'msg', None) or error}."
        findings.add(file, "FJ-01", text, "Save the form again in the modeler.", line=line)
        return None
    if (
        not isinstance(raw, dict)
        or raw.get("type") != "default"
        or not isinstance(raw.get("components"), list)
    ):
        place.fault(
            "FJ-01", "This is no form of form-js.", 'It needs "type": "default" and "components": […].'
        )
        return None
    if not isinstance(raw.get("id"), str) or not re.fullmatch(r"[A-Za-z_][\w.-]{0,127}", raw["id"], re.ASCII):
        place.fault("FJ-02", "The form has no usable id.", "Give it an id of letters, digits, - and _.")
        return None
    return raw


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return result


class Reader:
    """One form being read."""

    def __init__(self, file: str, facts: Facts, findings: Findings) -> None:
        self.file = file
        self.texts = facts.texts
        self.rules = facts.rules
        self.place = Place(findings, file)
        self.count = 0
        self.ids: set[str] = set()
        self.names = frozenset({"facts", "this", "parent", "i"})

    def level(self, components: list[Any], prefix: Path, depth: int) -> Level:
        """A form or the rows of a list; `arrange` orders it."""
        nodes = self.nodes(components, prefix, depth)
        return arrange(nodes, self.place)

    def nodes(self, components: list[Any], prefix: Path, depth: int) -> tuple[Node, ...]:
        if depth > DEPTH_MAX:
            self.place.fault("FJ-01", f"The form nests deeper than {DEPTH_MAX} levels.", "Make it flatter.")
            return ()
        read = (self.node(raw, prefix, depth) for raw in components)
        return tuple(node for node in read if node is not None)

    def node(self, raw: Any, prefix: Path, depth: int) -> Node | None:
        self.count += 1
        if self.count == COMPONENTS_MAX + 1:
            self.place.fault(
                "FJ-01", f"The form has more than {COMPONENTS_MAX} components.", "Split the task."
            )
        if self.count > COMPONENTS_MAX:
            return None
        if not isinstance(raw, dict) or raw.get("type") not in ALL_TYPES:
            kind = raw.get("type") if isinstance(raw, dict) else raw
            remedy = f"Use one of: {', '.join(sorted(ALL_TYPES))}."
            self.place.fault(
                "FJ-01", f"A component has the type {kind!r}, which form-js does not know.", remedy
            )
            return None
        node = Node(id=self.identity(raw), type=raw["type"], raw=raw)
        place = self.place.at(str(raw.get("key") or node.id))
        self.common(node, place)
        if node.type in INPUTS:
            node.path = self.path(raw, "key", prefix, place)
            fields.compile_field(node, self, place)
        elif node.type == "expression":
            node.path = self.path(raw, "key", prefix, place)
            node.computed = self.feel(raw.get("expression"), place, "expression")
        elif node.type == "group":
            inner = (*prefix, *str(raw["path"]).split(".")) if raw.get("path") else prefix
            node.children = self.nodes(_components(raw), inner, depth + 1)
            self.fact(node, prefix, place)
        elif node.type == "dynamiclist":
            node.path = self.path(raw, "path", prefix, place)
            node.empty = []
            node.rows = self.level(_components(raw), (), depth + 1)
        elif node.type == "table":
            node.computed = self.feel(raw.get("dataSource"), place, "dataSource")
        fields.compile_conditions(node, self, place)
        return node

    def identity(self, raw: Mapping[str, Any]) -> str:
        name = str(raw.get("id") or raw.get("key") or f"component_{self.count}")
        if name in self.ids:
            self.place.at(name).fault(
                "FJ-02", f"Two components have the id {name}.", "Give one of them another id."
            )
        self.ids.add(name)
        return name

    def common(self, node: Node, place: Place) -> None:
        """Words and properties; every text of a form is a key of texts/<lang>.yaml, or FEEL."""
        found: dict[str, Words] = {}
        for name in _WORDED:
            text = node.raw.get(name)
            if isinstance(text, str) and text.strip():
                words = self.words(text, place)
                if words is not None:
                    found[name] = words
        node.words = found
        node.label, node.description = found.get("label"), found.get("description")
        if node.type in INPUTS | {"group"} and node.label is None and node.raw.get("label") is None:
            place.fault(
                "PACK-TEXT-06", "The component has no label.", "Give it the key of a text as its label."
            )
        properties = node.raw.get("properties") or {}
        if not isinstance(properties, dict) or not all(isinstance(v, str) for v in properties.values()):
            place.fault("FJ-01", "properties are not texts.", "Write each property's value as a text.")
            properties = {}
        node.properties = properties
        if "title" in properties:
            title = self.words(properties["title"], place)
            node.words = {**found, "title": title} if title else found

    def words(self, text: str, place: Place) -> Words | None:
        """The words of a text key; any other text is a fault: nobody could read it in another language."""
        text = text.strip()
        if not TEXT_KEY.match(text):
            remedy = "Move it to texts/<language>.yaml and write its key here, such as where.street.label."
            place.fault("PACK-TEXT-06", f"The text “{text[:60]}” stands in the form itself.", remedy)
            return None
        return self.texts.words(text, f"{self.file} ({place.element})")

    def path(self, raw: Mapping[str, Any], name: str, prefix: Path, place: Place) -> Path:
        key = raw.get(name)
        if not isinstance(key, str) or not _KEY.match(key):
            remedy = "Use letters, digits and _, parts joined by dots; begin with a letter."
            place.fault("FJ-DATA-01", f"The component has no usable {name}.", remedy)
            return (*prefix, f"unusable_{self.count}")
        return (*prefix, *key.split("."))

    def fact(self, node: Node, prefix: Path, place: Place) -> None:
        """A group with properties.fact: a fact card (DESIGN 6)."""
        rule_id = node.properties.get("fact")
        if rule_id is None:
            return
        rule = self.rules.get(rule_id)
        if rule is None:
            remedy = "Write the rule in rules.yaml, with its version, or correct the name here."
            place.fault("PACK-FACT-01", f"No rule {rule_id} exists for this fact.", remedy)
            return
        if prefix:
            place.fault(
                "PACK-FACT-02", "A fact stands inside a path or a list.", "Move it to the top of the form."
            )
        node.fact = rule
        node.path = (rule.key,)
        by = f"{self.file} ({place.element})"
        node.fact_lines = self.texts.words(f"fact.{rule.key}.lines", by)
        for field, kind in rule.response_fields.items():
            fields.use_code_texts(self.texts, f"value.{rule.key}.{field}", kind, by)

    def feel(self, text: Any, place: Place, what: str) -> Feel | None:
        if not isinstance(text, str) or not text.strip():
            place.fault("PACK-FEEL-01", f"The {what} is empty.", "Write FEEL, such as =a + b.")
            return None
        return compile_feel(text.strip(), self.names, place)


def _components(raw: Mapping[str, Any]) -> list[Any]:
    found = raw.get("components")
    return found if isinstance(found, list) else []
