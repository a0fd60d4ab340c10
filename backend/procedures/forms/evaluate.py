"""Answers against a form: what is visible, kept and wrong; one walk in the order of dependence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from backend.procedures.expressions import Feel
from backend.procedures.forms.nodes import Fact, Level, Lookup, Node, Path, Problem, Scope, Step, Wrong
from backend.procedures.problem_texts import general_words

ROWS_MAX = 100
UNKNOWN_SHOWN = 20
CHOICES = ("use", "wrong", "own")
ASKED = ("wrong", "own")
_ABSENT = object()


class Evaluation:
    """One walk over one level. After `run`: shown, values, problems, lookups, choices, typed."""

    def __init__(
        self, level: Level, scope: Scope, facts: Mapping[str, Fact], *, partial: bool, pointer: str = "#"
    ) -> None:
        self.level = level
        self.scope = scope
        self.facts = facts
        self.partial = partial
        self.pointer = pointer
        self.shown: dict[int, bool] = {}
        self.values: dict[str, Any] = {}
        self.found: list[tuple[int, Problem]] = []
        self.lookups: list[Lookup] = []
        self.choices: dict[str, str] = {}
        self.rows: dict[int, list[Evaluation]] = {}

    def run(self, answers: Mapping[str, Any]) -> Evaluation:
        self.unknown(self.level.keys, answers, ())
        for step in self.level.steps:
            self.take(step, answers)
        for step in self.level.steps:
            if step.node.bounds and self.shown[id(step.node)]:
                self.bound(step)
        self.found.sort(key=lambda entry: entry[0])
        return self

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problem for _, problem in self.found)

    def take(self, step: Step, answers: Mapping[str, Any]) -> None:
        node = step.node
        shown = all(self.shown[id(parent)] and self.asks(parent) for parent in step.parents)
        if shown and node.hide is not False:
            shown = not (node.hide is True or self.feel(node.hide) is True)
        self.shown[id(node)] = shown
        if not shown:
            return
        if node.fact is not None:
            self.choose(step, _at(answers, node.path))
        elif node.computed is not None and node.path:
            self.keep(node.path, node.computed.value(self.scope.names, self.scope.now))
        elif node.rows is not None:
            self.take_rows(step, _at(answers, node.path))
        elif node.check is not None and not self.true(node.disabled):
            self.field(step, _at(answers, node.path))

    def asks(self, parent: Node) -> bool:
        """Whether the fields of this group are asked: those of a fact only if it is not used."""
        return parent.fact is None or self.choices.get(parent.fact.key) in ASKED

    def choose(self, step: Step, raw: Any) -> None:
        """The choice about a fact; where the registry knows nothing, the person gives it (own)."""
        node = step.node
        assert node.fact is not None
        fact = self.facts.get(node.fact.key)
        known = fact is not None and fact.state == "known"
        choice = raw if known else "own"
        if choice is _ABSENT or choice is None or choice == "":
            if not self.partial:
                self.problem(step, Wrong("fact"))
            return
        if choice not in CHOICES:
            self.problem(step, Wrong("choice"))
            return
        self.choices[node.fact.key] = choice
        self.keep(node.path, choice)

    def field(self, step: Step, raw: Any) -> None:
        node = step.node
        if self.true(node.readonly):
            raw = _at(self.scope.names, node.path)
        if raw is _ABSENT:
            if self.partial:
                self.see(node.path, node.empty)
                return
            raw = None
        assert node.check is not None
        value = node.check(raw, self.scope)
        if isinstance(value, Wrong):
            if not (self.partial and value.code == "required"):
                self.problem(step, value)
            return
        self.keep(node.path, value)
        if node.exact is not None and value and self.scope.source is None:
            self.lookups.append(Lookup(self.pointer_of(node), node.exact.id, value))

    def bound(self, step: Step) -> None:
        value = _at(self.values, step.node.path)
        if value is _ABSENT:
            return
        for bound in step.node.bounds:
            wrong = bound(value, self.scope)
            if wrong is not None:
                self.problem(step, wrong)
                return

    def take_rows(self, step: Step, raw: Any) -> None:
        node = step.node
        assert node.rows is not None
        if raw is _ABSENT or raw is None:
            raw = []
        if type(raw) is not list or not all(type(row) is dict for row in raw):
            self.problem(step, Wrong("type"))
            return
        if len(raw) > ROWS_MAX:
            self.problem(step, Wrong("rows", {"max": ROWS_MAX}))
            return
        kept: list[dict[str, Any]] = []
        for index, row in enumerate(raw):
            inner = self.row(node, index, row)
            kept.append(inner.values)
            self.found += [(step.index, problem) for problem in inner.problems]
            self.lookups += inner.lookups
        self.keep(node.path, kept)

    def row(self, node: Node, index: int, row: dict[str, Any]) -> Evaluation:
        """One row: FEEL sees its names first, `this`, `parent` and `i` (FJ-EXPR-01)."""
        assert node.rows is not None
        outer = self.scope.names
        places = [*outer.get("i", []), Decimal(index + 1)]
        names = {**outer, "parent": outer, "i": places}
        scope = Scope(names, self.scope.now, self.scope.source)
        inner = Evaluation(
            node.rows, scope, self.facts, partial=self.partial, pointer=f"{self.pointer_of(node)}/{index}"
        )
        names["this"] = inner.values
        self.rows.setdefault(id(node), []).append(inner)
        return inner.run(row)

    def keep(self, path: Path, value: Any) -> None:
        _put(self.values, path, value)
        self.see(path, value)

    def see(self, path: Path, value: Any) -> None:
        """Let FEEL see a value; an unanswered field is empty, not unknown."""
        _put(self.scope.names, path, value)

    def unknown(self, tree: Mapping[str, Any], answers: Mapping[str, Any], path: Path) -> None:
        """Answers that no component asks for are refused (TRUST A25)."""
        for name, value in answers.items():
            known = tree.get(name) if isinstance(name, str) else None
            if known is None:
                if len(self.found) < UNKNOWN_SHOWN:
                    shown = str(name).encode("utf-8", "replace").decode()[:60]
                    self.found.append((-1, self._problem((*path, shown), "", Wrong("unknown"), None)))
            elif isinstance(known, Mapping):
                if isinstance(value, Mapping):
                    self.unknown(known, value, (*path, name))
                elif value is not None:
                    self.found.append((-1, self._problem((*path, name), "", Wrong("type"), None)))

    def problem(self, step: Step, wrong: Wrong) -> None:
        node = step.node
        self.found.append((step.index, self._problem(node.path, node.id, wrong, node)))

    def _problem(self, path: Iterable[str], component: str, wrong: Wrong, node: Node | None) -> Problem:
        path = tuple(path)
        words = node.problems.get(wrong.code) if node else None
        if words is None:
            words = general_words()[f"problem.{wrong.code}"]
        label = node.label if node else None
        pointer = "/".join((self.pointer, *(_escaped(part) for part in path)))
        return Problem(pointer, ".".join(path), component, wrong.code, words, wrong.params, label)

    def pointer_of(self, node: Node) -> str:
        return "/".join((self.pointer, *(_escaped(part) for part in node.path)))

    def feel(self, expression: Feel | bool) -> Any:
        return (
            expression.value(self.scope.names, self.scope.now) if isinstance(expression, Feel) else expression
        )

    def true(self, condition: Feel | bool) -> bool:
        return self.feel(condition) is True


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _put(target: dict[str, Any], path: Path, value: Any) -> None:
    for name in path[:-1]:
        inner = target.get(name)
        if not isinstance(inner, dict):
            inner = target[name] = {}
        target = inner
    target[path[-1]] = value


def _at(tree: Mapping[str, Any], path: Path) -> Any:
    value: Any = tree
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return _ABSENT
        value = value[name]
    return value


def value_at(tree: Mapping[str, Any], path: Path) -> Any:
    """The value at a path, or None."""
    found = _at(tree, path)
    return None if found is _ABSENT else found
