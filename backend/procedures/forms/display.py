"""Facts and answers as a reader sees them: codes in words, dates written out, names as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.procedures.answer_types import FieldType
from backend.procedures.dates import date_in_words
from backend.procedures.forms.evaluate import Evaluation, value_at
from backend.procedures.forms.nodes import Node
from backend.procedures.problem_texts import general_words
from backend.procedures.rules import AccessRule
from backend.procedures.templates import in_words
from backend.procedures.texts import Texts


def fact_in_words(rule: AccessRule, values: Mapping[str, Any], texts: Texts, lang: str) -> dict[str, Any]:
    """The values of a fact with dates and codes in words, for its template `fact.<key>.lines`."""
    return _record(rule.response_fields, values, f"value.{rule.key}", texts, lang)


def _record(
    fields: Mapping[str, FieldType], values: Mapping[str, Any], key: str, texts: Texts, lang: str
) -> dict[str, Any]:
    return {
        name: _value(kind, values.get(name), f"{key}.{name}", texts, lang) for name, kind in fields.items()
    }


def _value(kind: FieldType, value: Any, key: str, texts: Texts, lang: str) -> Any:
    if value is None:
        return None
    match kind.kind:
        case "date" | "datetime":
            return date_in_words(str(value), lang)
        case "code":
            return texts.words(f"{key}.{value}", key).render(lang)
        case "list" if isinstance(value, list):
            return [_record(kind.fields, item, key, texts, lang) for item in value]
        case "record" if isinstance(value, Mapping):
            return _record(kind.fields, value, key, texts, lang)
    return value


def fact_lines(node: Node, values: Mapping[str, Any], texts: Texts, lang: str) -> list[str]:
    """The lines of a fact card."""
    assert node.fact is not None and node.fact_lines is not None
    text = node.fact_lines.render(lang, fact_in_words(node.fact, values, texts, lang))
    return [line.strip() for line in text.split("\n") if line.strip()]


def card_lines(node: Node, values: Mapping[str, Any], texts: Texts, lang: str) -> list[str | dict[str, str]]:
    """The lines of a fact card; what a line begins with stands apart as `bdi`, isolated in any direction."""
    assert node.fact is not None and node.fact_lines is not None
    context = fact_in_words(node.fact, values, texts, lang)
    text = node.fact_lines.template(lang).render(context, None, _marked)
    lines: list[str | dict[str, str]] = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        first, mark, rest = line.partition(_END)
        if mark and rest and first.startswith(_BEGIN):
            lines.append({"bdi": first.removeprefix(_BEGIN), "rest": _unmarked(rest)})
        else:
            lines.append(_unmarked(line))
    return lines


_BEGIN, _END = "\x02", "\x03"


def _marked(value: str) -> str:
    return _BEGIN + _unmarked(value) + _END


def _unmarked(text: str) -> str:
    return text.replace(_BEGIN, "").replace(_END, "")


def answer_in_words(node: Node, done: Evaluation, lang: str) -> str:
    """The kept answer of one field, in words."""
    value = value_at(done.values, node.path)
    general = general_words()
    if node.type == "checkbox":
        return general["form.yes" if value is True else "form.no"].render(lang)
    if node.options is not None:
        chosen = value if isinstance(value, list) else [] if value is None else [value]
        labels = [option.label for option in node.options(done.scope, lang) if option.value in chosen]
        return "\n".join(labels) if labels else general["form.nothing_chosen"].render(lang)
    if node.exact is not None and isinstance(value, str) and done.scope.source is not None:
        option = done.scope.source.exact(node.exact.id, value)
        return option.label if option else value
    if node.type == "datetime" and isinstance(value, str):
        return date_in_words(value, lang, weekday=True)
    return in_words(value)
