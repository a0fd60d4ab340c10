"""Draws a form as plain dicts, one page for each top component (CAMUNDA8 FJ-LAYOUT-01, DESIGN 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Unpack

from markupsafe import Markup

from backend.procedures.dates import date_in_words
from backend.procedures.expressions import Feel
from backend.procedures.forms.display import answer_in_words, fact_lines
from backend.procedures.forms.evaluate import Evaluation, value_at
from backend.procedures.forms.facts import GivenFacts, as_facts
from backend.procedures.forms.nodes import ALL, Fact, Node, Problem, Setting, Source
from backend.procedures.markup import escape_markdown, to_html
from backend.procedures.problem_texts import general_words
from backend.procedures.texts import Words

if TYPE_CHECKING:
    from backend.procedures.forms.form import Form

NOT_DRAWN = frozenset(("expression", "iframe", "documentPreview"))
ONE_PAGE = frozenset(("desk",))


def pages(
    form: Form,
    answers: Mapping[str, Any],
    facts: GivenFacts | None,
    look: tuple[str, str],
    problems: Sequence[Problem],
    **setting: Unpack[Setting],
) -> list[dict[str, Any]]:
    """The pages that are visible now, for `look` = (language, screen).

    On the desk the whole form is one page; elsewhere one question a page. `problems` are drawn beside their
    fields, and what was typed stays. `action`, `hidden`, `phone` and `save` are the channel's to fill in.
    """
    done = form.evaluate(answers, facts, partial=True, **setting)
    drawer = _Drawer(form, done, as_facts(facts), answers, look)
    drawer.errors = {problem.pointer: problem.text(look[0]) for problem in reversed(problems)}
    drawer.variables = setting.get("variables") or {}
    return drawer.pages()


class _Drawer:
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

    def pages(self) -> list[dict[str, Any]]:
        groups = self.page_groups()
        if self.screen in ONE_PAGE and groups:
            groups = [[node for group in groups for node in group]]
        drawn = [self.page(group) for group in groups]
        questions = [page for page in drawn if page["kind"] != "text"]
        for index, page in enumerate(questions, start=1):
            page["index"], page["count"] = index, len(questions)
        for page in drawn[1:]:
            page["back"] = True
        if drawn:
            self.last_button(drawn[-1])
        return drawn

    def page_groups(self) -> list[list[Node]]:
        """Top components that are visible; texts before a question belong to its page."""
        groups: list[list[Node]] = []
        waiting: list[Node] = []
        for node in self.form.level.components:
            if not self.done.shown[id(node)] or node.type in NOT_DRAWN or node.type == "button":
                continue
            waiting.append(node)
            if self.asks_something(node):
                groups.append(waiting)
                waiting = []
        if waiting and groups and not any(node.properties.get("page") for node in waiting):
            groups[-1] += waiting
        elif waiting:
            groups.append(waiting)
        return groups

    def asks_something(self, node: Node) -> bool:
        if "review" in node.properties or node.properties.get("page"):
            return True
        return node.check is not None or node.type in ("group", "dynamiclist")

    def page(self, nodes: list[Node]) -> dict[str, Any]:
        asking = [node for node in nodes if self.asks_something(node)]
        main = asking[-1] if asking else nodes[-1]
        components = [drawn for node in nodes if (drawn := self.component(node)) is not None]
        kind, lead = self.kind(asking), None
        title = "" if len(asking) > 1 else self.say(main.words.get("title") or main.label)
        if kind == "question":
            lead = self.say(main.description) or None
            alone = next(component for component in components if component["id"] == main.id)
            alone["label"], alone["description"] = "", None
        elif kind == "review":
            lead = self.html(main)
        elif main.type == "group" and len(nodes) == 1:
            group = components[0]
            components = group["components"]
            if main.fact is not None:
                components = [group]
            elif components and components[0]["type"] == "text":
                lead = components.pop(0)["html"]
        return {
            "id": ALL if len(asking) > 1 else main.id,
            "kind": kind,
            "title": title,
            "lead": lead,
            "index": None,
            "count": None,
            "components": components,
            "submit": self.submit(main, kind),
            "back": False,
            "phone": False,
            "save": False,
            "action": "",
            "hidden": {},
        }

    def kind(self, asking: list[Node]) -> str:
        if len(asking) != 1:
            return "group" if asking else "text"
        main = asking[0]
        if "review" in main.properties:
            return "review"
        if main.check is not None:
            return "question"
        facts = main.fact is not None or any(child.fact is not None for child in main.children)
        return "facts" if facts else "group"

    def submit(self, main: Node, kind: str) -> dict[str, str] | None:
        if kind != "facts":
            return {"label": self.general["form.continue"].render(self.lang)}
        cards = [
            node for node in (main, *main.children) if node.fact is not None and self.done.shown[id(node)]
        ]
        if any(card.fact is not None and card.fact.key not in self.done.choices for card in cards):
            return None
        return {"label": self.general["form.use_and_continue"].render(self.lang)}

    def last_button(self, page: dict[str, Any]) -> None:
        """A submit button of the form gives the last page's primary button its words."""
        for node in self.form.level.components:
            submits = node.type == "button" and node.raw.get("action", "submit") == "submit"
            if submits and page["submit"] is not None and self.done.shown[id(node)]:
                page["submit"] = {"label": self.say(node.label)}

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
        if node.options is not None and self.masked(node):
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

    def masked(self, node: Node) -> bool:
        """Choices that come from facts which may not be shown here (a moved session before its login)."""
        hidden = any(fact.state == "known" and fact.values is None for fact in self.facts.values())
        return hidden and "facts" in node.needs

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
        words = (date_in_words(day, self.lang, weekday=True) for day in days)
        return [
            {
                "label": self.general["form.today"].render(self.lang) if day == today else text,
                "note": text if day == today else "",
                "value": day.isoformat(),
            }
            for day, text in zip(days, words, strict=True)
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

    def lines(self, node: Node, fact: Fact) -> list[str]:
        if fact.values is not None:
            return fact_lines(node, fact.values, self.form.texts, self.lang)
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


def only_known(form: Form, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the process's variables that this form asked for."""
    return {name: value for name, value in variables.items() if name in form.level.keys}


def summary_rows(
    form: Form, done: Evaluation, facts: Mapping[str, Fact], lang: str, *, change: bool
) -> list[dict[str, Any]]:
    """Each visible fact and answer in words: label, text, source of a fact, page that changes it."""
    rows: list[dict[str, Any]] = []
    for top in form.level.components:
        for node in _visible(top, done):
            row = _row(form, node, done, facts, lang)
            if row is not None:
                rows.append({**row, "id": node.id, "key": node.name} | ({"change": top.id} if change else {}))
    return rows


def _visible(node: Node, done: Evaluation) -> Iterable[Node]:
    if done.shown.get(id(node)):
        yield node
        for child in node.children:
            yield from _visible(child, done)


def _row(
    form: Form, node: Node, done: Evaluation, facts: Mapping[str, Fact], lang: str
) -> dict[str, Any] | None:
    if node.fact is not None:
        fact = facts.get(node.fact.key)
        choice = done.choices.get(node.fact.key)
        if choice == "use" and fact is not None and fact.values is not None:
            source = form.texts.words(f"rule.{node.fact.key}.source", form.file).render(lang)
            lines = fact_lines(node, fact.values, form.texts, lang)
            return {
                "label": node.label.render(lang) if node.label else "",
                "text": "\n".join(lines),
                "source": source,
            }
        if choice in ("own", "wrong"):
            label = node.label.render(lang) if node.label else ""
            return {"label": label, "text": general_words()[f"form.{choice}"].render(lang)}
        return None
    value = value_at(done.values, node.path) if node.path else None
    if node.check is None or (value in (None, "", False) and not node.required):
        return None
    label = node.label.render(lang, done.scope.names, done.scope.now) if node.label else node.name
    if value in (None, "", False):
        return {"label": label, "text": general_words()["form.not_answered"].render(lang)}
    return {"label": label, "text": answer_in_words(node, done, lang)}


def summary(
    form: Form,
    variables: Mapping[str, Any],
    facts: GivenFacts | None = None,
    lang: str = "en",
    *,
    now: datetime | None = None,
    source: Source | None = None,
) -> list[dict[str, Any]]:
    """What was answered in this form, from the process's variables, for staff and receipts."""
    done = form.evaluate(
        only_known(form, variables), facts, variables=variables, now=now, partial=True, source=source
    )
    return summary_rows(form, done, as_facts(facts), lang, change=False)
