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
    label = node.label.render(lang, done.scope.names, done.scope.now) if node.label else node.name
    if node.fact is not None:
        return _fact_row(form, node, label, facts.get(node.fact.key), done.choices.get(node.fact.key), lang)
    value = value_at(done.values, node.path) if node.path else None
    if node.check is None:
        return None
    if masked(node, facts):
        return {"label": label, "text": general_words()["form.masked_fact"].render(lang)}
    if value in (None, "", False):
        text = general_words()["form.not_answered"].render(lang)
        return {"label": label, "text": text} if node.required else None
    return {"label": label, "text": answer_in_words(node, done, lang)}


def _fact_row(
    form: Form, node: Node, label: str, fact: Fact | None, choice: str | None, lang: str
) -> dict[str, Any] | None:
    assert node.fact is not None
    if choice in ("own", "wrong"):
        return {"label": label, "text": general_words()[f"form.{choice}"].render(lang)}
    if choice is None or fact is None:
        return None
    if fact.values is None:
        return {"label": label, "text": general_words()["form.masked_fact"].render(lang)}
    source = form.texts.words(f"rule.{node.fact.key}.source", form.file).render(lang)
    return {
        "label": label,
        "text": "\n".join(fact_lines(node, fact.values, form.texts, lang)),
        "source": source,
        "fact": node.fact.key,
    }


def masked(node: Node, facts: Mapping[str, Fact]) -> bool:
    """Choices that come from facts which may not be shown here (a moved session before its login)."""
    hidden = any(fact.state == "known" and fact.values is None for fact in facts.values())
    return hidden and node.options is not None and "facts" in node.needs


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
