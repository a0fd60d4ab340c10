"""What was answered in a form, in words: for staff, receipts and "check your answers"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backend.procedures.forms.display import answer_in_words, fact_lines
from backend.procedures.forms.evaluate import Evaluation, value_at
from backend.procedures.forms.facts import GivenFacts, as_facts
from backend.procedures.forms.nodes import Fact, Node, Source
from backend.procedures.problem_texts import general_words

if TYPE_CHECKING:
    from backend.procedures.forms.form import Form


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
