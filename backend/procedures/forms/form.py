"""One compiled form: checks answers, draws pages, reads HTML posts, tells its JSON Schema."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack

from msgspec import Struct

from backend.procedures.faults import Findings
from backend.procedures.forms.checks import as_instant
from backend.procedures.forms.evaluate import Evaluation
from backend.procedures.forms.facts import GivenFacts, as_facts, feel_facts
from backend.procedures.forms.html_post import Posted, from_html
from backend.procedures.forms.nodes import ALL, Checked, Level, Node, Problem, Scope, Setting, Source, Wrong
from backend.procedures.forms.pages import pages
from backend.procedures.forms.read import Facts, Reader, read_form_json
from backend.procedures.forms.schema import as_form_js, json_schema
from backend.procedures.forms.summary import summary

if TYPE_CHECKING:
    from backend.procedures.rules import AccessRule
    from backend.procedures.texts import Texts


class Form(Struct, kw_only=True):
    """A form of one user task. Immutable once its procedure is loaded.

    Facts are given by the name of their rule (`pop.identity`): a `Fact`, or just the mapping of its values.
    Answers are nested by the components' paths; a choice about a fact stands at its rule's key.
    """

    id: str
    file: str
    level: Level
    rules: Mapping[str, AccessRule]
    texts: Texts
    raw: Mapping[str, Any]
    related: Mapping[str, Form] = {}

    def check(
        self,
        answers: Mapping[str, Any],
        facts: GivenFacts | None = None,
        *,
        partial: bool = False,
        page: str | None = None,
        **setting: Unpack[Setting],
    ) -> Checked:
        """Check every answer (FJ-VAL-01 to 05) and keep what is visible.

        `partial`: a draft, where nothing is required yet. `page`: problems of that page only.
        """
        if type(answers) is not dict and not isinstance(answers, Mapping):
            return Checked({}, (_no_mapping(),))
        plain = self.level.plain
        if plain is not None and not partial and page is None:
            checked = _check_plain(plain, answers, Scope({}, as_instant(setting.get("now"))))
            if checked is not None:
                return checked
        done = self.evaluate(answers, facts, partial=partial, **setting)
        problems = done.problems
        if page is not None:
            members = self.members(page)
            problems = tuple(problem for problem in problems if problem.component in members)
        return Checked(done.values, problems, tuple(done.lookups), done.choices)

    def evaluate(
        self,
        answers: Mapping[str, Any],
        facts: GivenFacts | None = None,
        *,
        partial: bool = False,
        **setting: Unpack[Setting],
    ) -> Evaluation:
        """The whole evaluation, for those who draw."""
        known = as_facts(facts)
        variables = setting.get("variables") or {}
        names = copy.deepcopy(dict(variables)) if self.level.nested else dict(variables)
        names["facts"] = feel_facts(known)
        scope = Scope(names, as_instant(setting.get("now")), setting.get("source"))
        return Evaluation(self.level, scope, known, partial=partial).run(answers)

    def pages(
        self,
        answers: Mapping[str, Any],
        facts: GivenFacts | None = None,
        lang: str = "en",
        screen: str = "web",
        *,
        problems: Sequence[Problem] = (),
        **setting: Unpack[Setting],
    ) -> list[dict[str, Any]]:
        """The pages that are visible now, as plain dicts; see pages.py."""
        return pages(self, answers, facts, (lang, screen), problems, **setting)

    def summary(
        self,
        variables: Mapping[str, Any],
        facts: GivenFacts | None = None,
        lang: str = "en",
        *,
        now: datetime | None = None,
        source: Source | None = None,
    ) -> list[dict[str, Any]]:
        """What was answered, in words: rows of label, text, source, key."""
        return summary(self, variables, facts, lang, now=now, source=source)

    def from_html(self, posted: Posted | Mapping[str, Any], page: str | None = None) -> dict[str, Any]:
        """The answers in an HTML form's post; see html_post.py."""
        return from_html(self, posted, page)

    def json_schema(self, lang: str = "en") -> dict[str, Any]:
        """JSON Schema 2020-12 of the answers."""
        return json_schema(self, lang)

    def as_form_js(self, lang: str = "en") -> dict[str, Any]:
        """The form-js file with its texts in one language, for apps that draw by themselves."""
        return as_form_js(self, lang)

    def fields(self) -> list[Node]:
        """Every input, in document order, those of rows included."""
        found: list[Node] = []
        pending = list(self.level.components)
        while pending:
            node = pending.pop(0)
            if node.check is not None:
                found.append(node)
            pending[:0] = [*node.children, *(node.rows.components if node.rows else ())]
        return found

    def fact_groups(self) -> list[Node]:
        return sorted(
            (step.node for step in self.level.steps if step.node.fact is not None), key=lambda node: node.id
        )

    def members(self, page: str) -> frozenset[str]:
        """Ids of all components of a page: of the top component with this id, or of the whole form."""
        found: set[str] = set()
        pending = [node for node in self.level.components if page in (node.id, ALL)]
        while pending:
            node = pending.pop()
            found.add(node.id)
            pending += [*node.children, *(node.rows.components if node.rows else ())]
        return frozenset(found)


def read_form(file: str, data: bytes, facts: Facts, findings: Findings) -> Form | None:
    """Read and compile one .form file; None if it is so broken that nothing can be drawn from it."""
    raw = read_form_json(file, data, findings)
    if raw is None:
        return None
    level = Reader(file, facts, findings).level(raw["components"], (), 0)
    return Form(id=raw["id"], file=file, level=level, rules=facts.rules, texts=facts.texts, raw=raw)


def _check_plain(
    plain: tuple[tuple[str, Node], ...], answers: Mapping[str, Any], scope: Scope
) -> Checked | None:
    """The fast way: every field once; None as soon as anything is not as it should be."""
    values: dict[str, Any] = {}
    get = answers.get
    met = 0
    for key, node in plain:
        raw = get(key)
        if raw is not None or key in answers:
            met += 1
        value = node.check(raw, scope)  # type: ignore[misc]
        if type(value) is Wrong:
            return None
        values[key] = value
    return Checked(values, ()) if met == len(answers) else None


def _no_mapping() -> Problem:
    from backend.procedures.problem_texts import general_words

    return Problem("#", "", "", "type", general_words()["problem.type"])
