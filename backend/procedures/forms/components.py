"""Draws single components of a form as plain dicts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from backend.procedures.dates import date_in_words, weekday_in_words
from backend.procedures.expressions import Feel
from backend.procedures.forms.display import card_lines
from backend.procedures.forms.evaluate import Evaluation, value_at
from backend.procedures.forms.nodes import Fact, Node
from backend.procedures.forms.summary import masked, only_known, summary_rows
from backend.procedures.markup import escape_markdown, to_html
from backend.procedures.problem_texts import general_words
from backend.procedures.texts import Words

if TYPE_CHECKING:
    from backend.procedures.forms.form import Form

NOT_DRAWN = frozenset(("expression", "iframe", "documentPreview"))


class Drawer:
    """Draws components of one evaluated form in one language; `errors`, by pointer, stand beside fields."""

    def __init__(
        self,
        form: Form,
        done: Evaluation,
        facts: Mapping[str, Fact],
        answers: Mapping[str, Any],
        look: tuple[str, str],
    ) -> None:
        self.form = form
        self.done = done
        self.facts = facts
        self.answers = answers
        self.lang, self.screen = look
        self.errors: dict[str, str] = {}
        self.variables: Mapping[str, Any] = {}
        self.general = general_words()

    def component(
        self, node: Node, prefix: str = "", done: Evaluation | None = None
    ) -> dict[str, Any] | None:
        """One component, or None if it is hidden or never drawn."""
        done = done or self.done
        if not done.shown.get(id(node)) or node.type in NOT_DRAWN or node.type == "button":
            return None
        layout = node.raw.get("layout") or {}
        drawn: dict[str, Any] = {
            "id": node.id,
            "type": node.type,
            "key": prefix + node.name,
            "label": self.say(node.label, done),
            "description": self.say(node.description, done) or None,
            "required": node.required,
            "disabled": done.true(node.disabled),
            "readonly": done.true(node.readonly),
            "row": layout.get("row"),
            "columns": layout.get("columns"),
        }
        if node.fact is not None:
            drawn |= {"fact": self.fact_card(node), "components": self.children(node, prefix, done)}
        elif node.type == "group":
            drawn |= {
                "components": self.children(node, prefix, done),
                "outline": node.raw.get("showOutline") is True,
            }
        elif node.rows is not None:
            drawn |= self.rows(node, prefix, done)
        elif node.check is not None:
            drawn |= self.input(node, done)
        else:
            drawn |= self.shown_only(node, done)
        return drawn

    def children(self, node: Node, prefix: str, done: Evaluation) -> list[dict[str, Any]]:
        drawn = (self.component(child, prefix, done) for child in node.children)
        return [child for child in drawn if child is not None]

    def rows(self, node: Node, prefix: str, done: Evaluation) -> dict[str, Any]:
        assert node.rows is not None
        rows = []
        for index, inner in enumerate(done.rows.get(id(node), [])):
            start = f"{prefix}{node.name}[{index}]."
            drawn = (self.component(child, start, inner) for child in node.rows.components)
            rows.append({"components": [child for child in drawn if child is not None]})
        free = node.raw.get("allowAddRemove") is not False
        error = self.errors.get(done.pointer_of(node))
        return {"rows": rows, "can_add": free, "can_remove": free, "error": error}

    def input(self, node: Node, done: Evaluation) -> dict[str, Any]:
        error = self.errors.get(done.pointer_of(node))
        value = value_at(done.values, node.path)
        if (value is None or value == "") and done is self.done:
            value = value_at(self.answers, node.path)
        drawn: dict[str, Any] = {"error": error, "value": value, **self.limits(node)}
        if node.search is not None:
            return drawn | self.search(node, value, done)
        if masked(node, self.facts):
            text = self.general["form.masked"].render(
                self.lang, {"count": len(value) if isinstance(value, list) else 1}
            )
            return {"type": "text", "html": to_html(text)}
        if node.options is not None:
            drawn["values"] = [
                {"label": option.label, "value": str(option.value), "description": option.description or None}
                for option in node.options(done.scope, self.lang)
            ]
            drawn["value"] = _posted(value, node.empty == [])
        elif node.type == "number":
            drawn["value"] = "" if value is None else str(value)
        elif node.type == "datetime":
            subtype = str(node.raw.get("subtype", "date"))
            drawn |= {"subtype": subtype, "quick": self.quick(node, subtype)}
        return drawn

    def limits(self, node: Node) -> dict[str, Any]:
        validate = node.raw.get("validate") or {}
        looks = node.raw.get("appearance") or {}
        kind = {"email": "email", "phone": "tel"}.get(str(validate.get("validationType")), "text")
        found = {
            "min_length": validate.get("minLength"),
            "max_length": validate.get("maxLength"),
            "min": validate.get("min"),
            "max": validate.get("max"),
            "decimals": node.raw.get("decimalDigits"),
            "prefix": looks.get("prefixAdorner"),
            "suffix": looks.get("suffixAdorner"),
            "input": kind if node.type == "textfield" else None,
            "autocomplete": node.properties.get("autocomplete"),
        }
        return {
            name: value
            for name, value in found.items()
            if value is not None and not str(value).startswith("=")
        }

    def search(self, node: Node, value: Any, done: Evaluation) -> dict[str, Any]:
        """A field that searches a register: a text field with suggestions."""
        assert node.search is not None
        source, text = done.scope.source, str(value or "")
        found = source.find(node.search.id, text) if source and len(text) >= 2 else []
        chosen = source.exact(node.exact.id, text) if source and text and node.exact else None
        return {
            "type": "textfield",
            "input": "search",
            "value": text,
            "chosen": chosen.label if chosen else None,
            "search": node.search.id,
            "suggestions": [
                {"label": option.label, "value": option.value, "description": option.description or None}
                for option in found
            ],
        }

    def quick(self, node: Node, subtype: str) -> list[dict[str, str]]:
        """properties.quick: `0 -3 -4`, days from today that one touch gives."""
        offsets = node.properties.get("quick", "").split() if subtype == "date" else []
        today = self.done.scope.now.date()
        days = [today + timedelta(days=int(offset)) for offset in offsets[:3]]
        return [
            {
                "label": self.general["form.today"].render(self.lang)
                if day == today
                else weekday_in_words(day, self.lang),
                "note": date_in_words(day, self.lang),
                "value": day.isoformat(),
            }
            for day in days
        ]

    def fact_card(self, node: Node) -> dict[str, Any]:
        rule = node.fact
        assert rule is not None
        fact = self.facts.get(rule.key) or Fact(state="nothing")
        by = self.form.file
        return {
            "rule": rule.name,
            "name": node.name,
            "title": self.say(node.label),
            "lines": self.lines(node, fact),
            "source": self.form.texts.words(f"rule.{rule.key}.source", by).render(self.lang),
            "read_at": fact.read_at.strftime("%H:%M") if fact.read_at else None,
            "purpose": self.form.texts.words(f"rule.{rule.key}.purpose", by).render(self.lang),
            "choice": self.done.choices.get(rule.key),
            "state": fact.state,
            "until": fact.until,
            "error": self.errors.get(self.done.pointer_of(node)),
        }

    def lines(self, node: Node, fact: Fact) -> list[str | dict[str, str]]:
        if fact.values is not None:
            return card_lines(node, fact.values, self.form.texts, self.lang)
        return [self.general["form.masked_fact"].render(self.lang)] if fact.state == "known" else []

    def shown_only(self, node: Node, done: Evaluation) -> dict[str, Any]:
        if "review" in node.properties:
            return {"type": "review", "rows": self.review(node.properties["review"])}
        html = self.html(node, done)
        if html is not None:
            return {"html": html}
        if node.type == "image":
            return {"source": str(node.raw.get("source", "")), "alt": self.say(node.words.get("alt"), done)}
        if node.type == "table":
            return self.table(node, done)
        return {"height": node.raw.get("height")}

    def html(self, node: Node, done: Evaluation | None = None) -> Markup | None:
        """A text component's Markdown, values escaped."""
        text, scope = node.words.get("text") or node.words.get("content"), (done or self.done).scope
        if text is None:
            return None
        return to_html(text.template(self.lang).render(scope.names, scope.now, escape_markdown))

    def table(self, node: Node, done: Evaluation) -> dict[str, Any]:
        source = node.computed
        rows = source.value(done.scope.names, done.scope.now) if isinstance(source, Feel) else []
        columns = [
            {"key": str(column.get("key")), "label": str(column.get("label", ""))}
            for column in node.raw.get("columns") or []
            if isinstance(column, dict)
        ]
        return {
            "columns": columns,
            "rows": rows if isinstance(rows, list) else [],
            "caption": self.say(node.label),
        }

    def review(self, form_id: str) -> list[dict[str, Any]]:
        """Check your answers: of this form (`.`, with Change) or of an earlier task's form (read only)."""
        if form_id == ".":
            return summary_rows(self.form, self.done, self.facts, self.lang, change=True)
        other = self.form.related.get(form_id)
        if other is None:
            return []
        done = other.evaluate(
            only_known(other, self.variables),
            self.facts,
            variables=self.variables,
            now=self.done.scope.now,
            partial=True,
            source=self.done.scope.source,
        )
        return summary_rows(other, done, self.facts, self.lang, change=False)

    def say(self, words: Words | None, done: Evaluation | None = None) -> str:
        if words is None:
            return ""
        scope = (done or self.done).scope
        return words.render(self.lang, scope.names, scope.now)


def _posted(value: Any, many: bool) -> list[str] | str | None:
    """A choice as HTML posts it."""
    if many:
        return [str(item) for item in value] if isinstance(value, list) else []
    return None if value is None else str(value)
