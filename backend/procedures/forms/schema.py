"""A form for machines: JSON Schema 2020-12 of its answers, and its form-js file in one language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from backend.procedures.forms.evaluate import CHOICES
from backend.procedures.forms.nodes import Level, Node
from backend.procedures.texts import TEXT_KEY

if TYPE_CHECKING:
    from backend.procedures.forms.form import Form

_FORMATS = {"date": "date", "time": "time", "datetime": "date-time"}


def json_schema(form: Form, lang: str) -> dict[str, Any]:
    """What the answers may be; conditions are not in it, so only what is always asked is required."""
    schema = _level(form.level, lang, {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:errand:form:{form.id}",
        **schema,
    }


def _level(level: Level, lang: str, _outer: Mapping[str, Any]) -> dict[str, Any]:
    root: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {}}
    for step in level.steps:
        node = step.node
        if not node.path or (node.check is None and node.rows is None and node.fact is None):
            continue
        target = root
        for name in node.path[:-1]:
            target = target["properties"].setdefault(
                name, {"type": "object", "additionalProperties": False, "properties": {}}
            )
        target["properties"][node.path[-1]] = _node(node, lang)
        always = all(parent.fact is None and not parent.hide for parent in step.parents)
        if len(node.path) == 1 and always and not node.hide and (node.required or node.fact is not None):
            root.setdefault("required", []).append(node.path[0])
    return root


def _node(node: Node, lang: str) -> dict[str, Any]:
    title = node.label.render(lang) if node.label else node.name
    if node.fact is not None:
        return {"title": title, "enum": list(CHOICES)}
    if node.rows is not None:
        return {"title": title, "type": "array", "maxItems": 100, "items": _level(node.rows, lang, {})}
    return {"title": title, **_input(node)}


def _input(node: Node) -> dict[str, Any]:
    validate = node.raw.get("validate") or {}
    constant = {name: value for name, value in validate.items() if not str(value).startswith("=")}
    match node.type:
        case "textfield" | "textarea":
            names = {"minLength": "minLength", "maxLength": "maxLength", "pattern": "pattern"}
            return {"type": "string"} | {to: constant[name] for name, to in names.items() if name in constant}
        case "number" if node.raw.get("serializeToString") is True:
            return {"type": ["string", "null"]}
        case "number":
            limits = {
                to: _plain(constant[name])
                for name, to in (("min", "minimum"), ("max", "maximum"))
                if name in constant
            }
            return {"type": ["number", "null"], **limits}
        case "checkbox":
            return {"const": True} if node.required else {"type": "boolean"}
        case "datetime":
            kind = "string" if node.required else ["string", "null"]
            return {"type": kind, "format": _FORMATS[str(node.raw.get("subtype", "date"))]}
        case "checklist" | "taglist":
            return {"type": "array", "uniqueItems": True, "items": _choice(node)}
        case "filepicker":
            handle = {"type": "string"}
            return {"type": "array", "items": handle} if node.empty == [] else {"type": ["string", "null"]}
    return _choice(node)


def _choice(node: Node) -> dict[str, Any]:
    values = node.raw.get("values")
    if not isinstance(values, list):
        return {
            "type": ["string", "number", "boolean"]
            if node.required
            else ["string", "number", "boolean", "null"]
        }
    known = [_plain(entry["value"]) for entry in values if isinstance(entry, dict) and "value" in entry]
    return {"enum": known if node.required or node.empty == [] else [*known, None]}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def as_form_js(form: Form, lang: str) -> dict[str, Any]:
    """The file with every text key replaced by its words (templates stay: form-js evaluates them itself)."""
    result = _translated(form.raw, form, lang)
    assert isinstance(result, dict)
    return result


_WORDED = frozenset(("label", "description", "text", "content", "alt", "dateLabel", "timeLabel"))


def _translated(value: Any, form: Form, lang: str, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _translated(item, form, lang, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_translated(item, form, lang) for item in value]
    if isinstance(value, str) and name in _WORDED and TEXT_KEY.match(value):
        return form.texts.words(value, form.file).template(lang).source
    return _plain(value)
