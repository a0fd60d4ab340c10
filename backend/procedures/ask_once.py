"""Ask once: a question whose concept a rule of the pack may fetch is refused (DESIGN 5, CC-04)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backend.procedures.faults import Findings
from backend.procedures.forms import Form
from backend.procedures.forms.nodes import Node
from backend.procedures.rules import AccessRule
from backend.procedures.vocabulary import vocabulary


def check_ask_once(forms: Mapping[str, Form], rules: Mapping[str, AccessRule], findings: Findings) -> None:
    """Every field names a known concept, and none that a rule fetches, but in that rule's own fact group."""
    known = vocabulary()
    fetched: dict[str, AccessRule] = {}
    for rule in rules.values():
        for concept in sorted(rule.concepts):
            if concept not in known:
                remedy = "Add it to config/vocabulary.yaml, or use the name that is there."
                text = f"The concept {concept} is in no vocabulary."
                findings.add("rules.yaml", "FJ-CONCEPT-01", text, remedy, element=rule.id)
            if rule.lookup is None:
                fetched[concept] = rule
    for form in forms.values():
        for node, facts in _questions(form.level.components, frozenset()):
            _check(form, node, facts, fetched, known, findings)


def _questions(nodes: tuple[Node, ...], facts: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    for node in nodes:
        inside = facts | {node.fact.id} if node.fact is not None else facts
        if node.check is not None:
            yield node, facts
        yield from _questions(node.children + (node.rows.components if node.rows else ()), inside)


def _check(
    form: Form,
    node: Node,
    facts: frozenset[str],
    fetched: Mapping[str, AccessRule],
    known: Mapping[str, str],
    findings: Findings,
) -> None:
    concept = node.concept
    if concept is None:
        remedy = "Add properties.concept with a name of config/vocabulary.yaml."
        findings.add(form.file, "FJ-CONCEPT-01", "The question names no concept.", remedy, element=node.name)
        return
    if concept not in known:
        remedy = "Add it to config/vocabulary.yaml, or use the name that is there."
        findings.add(
            form.file,
            "FJ-CONCEPT-01",
            f"The concept {concept} is in no vocabulary.",
            remedy,
            element=node.name,
        )
    rule = fetched.get(concept)
    if rule is not None and rule.id not in facts:
        text = f"The state knows the answer: {rule.id} fetches {concept}."
        remedy = f"Remove the question, or put it into a group with properties.fact: {rule.id}."
        findings.add(form.file, "PACK-ASK-ONCE", text, remedy, element=node.name)
