"""Decision tables: evaluated rule by rule, with every hit told to the trace (D-TAB)."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from backend.engine.feel import Expression, UnaryTests, comparison
from backend.engine.feel.conformance import bind, converted
from backend.engine.feel.types import Type

from .hit_policies import POLICIES, Hit
from .outcome import TracedInput, TracedRule, TracedTable
from .session import Session, Variables


class Input(msgspec.Struct, frozen=True):
    """An input clause. allowed: tests of inputValues, or None. exact: a class whose values need no check."""

    id: str
    label: str
    expression: Expression
    type: Type
    allowed: UnaryTests | None
    exact: Any = None


class Output(msgspec.Struct, frozen=True):
    """An output clause. listed: expression of its outputValues in order of priority, or None."""

    id: str
    name: str
    type: Type
    allowed: UnaryTests | None
    listed: Expression | None
    default: Expression | None


class Rule(msgspec.Struct, frozen=True):
    """A rule. tests: (input's place, test, cell's id) of all but `-`; outputs: None for an empty cell."""

    id: str
    number: int
    tests: tuple[tuple[int, Callable[..., Any], str], ...]
    outputs: tuple[Expression | None, ...]
    texts: tuple[str, ...]
    annotations: tuple[tuple[str, str], ...]


class Table(msgspec.Struct, frozen=True):
    """A decision table, called like any boxed expression."""

    id: str
    name: str
    policy: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    def __call__(self, session: Session, variables: Variables) -> Any:
        """The result; its trace is added to the session."""
        outer, session.element = session.element, self.id
        values = self._input_values(session, variables)
        matched: list[TracedRule] = []
        result: Any = None
        chosen: tuple[int, ...] = ()
        if values is not None:
            hits = [
                self._hit(session, variables, rule, matched)
                for rule in self._matching(session, variables, values)
            ]
            session.element = self.id
            result, chosen = (
                POLICIES[self.policy](session, hits) if hits else (self._default(session, variables), ())
            )
        inputs = [
            TracedInput(clause.id, clause.label, clause.expression.text, value)
            for clause, value in zip(self.inputs, values or ())  # noqa: B905 (one for each, and hot)
        ]
        session.tables.append(
            TracedTable(self.id, self.name, self.policy, tuple(inputs), tuple(matched), chosen, result)
        )
        session.element = outer
        return result

    def _input_values(self, session: Session, variables: Variables) -> list[Any] | None:
        """Each input's value, found once; None if one is not allowed (D-TAB-03)."""
        values: list[Any] = []
        for clause in self.inputs:
            session.element = clause.id
            value = clause.expression.within(session, variables)
            if value.__class__ is not clause.exact:
                if _only_not_allowed(clause, value):
                    text = f"input {clause.label}: not one of the allowed values of its type"
                    return session.null("D-TAB-03", text)  # type: ignore[no-any-return]
                value = bind(session, 0, value, clause.type, f"input {clause.label}")
                if not _is_allowed(session, variables, clause.allowed, value):
                    text = f"input {clause.label}: not one of the allowed values"
                    return session.null("D-TAB-03", text)  # type: ignore[no-any-return]
            values.append(value)
        return values

    def _matching(self, session: Session, variables: Variables, values: list[Any]) -> Sequence[Rule]:
        """Rules whose cells are all satisfied; only the first one where no later one can count."""
        found: list[Rule] = []
        for rule in self.rules:
            for place, test, cell in rule.tests:
                session.element = cell
                try:
                    if test(session, variables, values[place]) is not True:
                        break
                except ArithmeticError:
                    session.null("F-NUM-01", "the number is out of range")
                    break
            else:
                found.append(rule)
                if self.policy == "F":
                    break
        return found

    def _hit(self, session: Session, variables: Variables, rule: Rule, matched: list[TracedRule]) -> Hit:
        outputs: dict[str, Any] = {}
        places: list[int] = []
        for clause, expression in zip(self.outputs, rule.outputs, strict=True):
            session.element = rule.id
            value = expression.within(session, variables) if expression is not None else None
            value = self._allowed(session, variables, clause, value)
            outputs[clause.name] = value
            if self.policy in "PO":
                places.append(_place(session, variables, clause, value))
        matched.append(TracedRule(rule.id, rule.number, rule.texts, outputs, rule.annotations))
        value = outputs if len(self.outputs) > 1 else outputs[self.outputs[0].name]
        return Hit(rule.number, value, tuple(places))

    def _allowed(self, session: Session, variables: Variables, clause: Output, value: Any) -> Any:
        """The value if it conforms to type and outputValues, else null (D-TAB-04)."""
        value = bind(session, 0, value, clause.type, f"output {clause.name or self.name}")
        if _is_allowed(session, variables, clause.allowed, value):
            return value
        return session.null("D-TAB-04", f"output {clause.name}: not one of the allowed values")

    def _default(self, session: Session, variables: Variables) -> Any:
        """What comes out when no rule hits (D-TAB-08)."""
        if all(clause.default is None for clause in self.outputs):
            return None
        values = {
            clause.name: self._allowed(session, variables, clause, clause.default.within(session, variables))
            if clause.default is not None
            else None
            for clause in self.outputs
        }
        return values if len(values) > 1 else next(iter(values.values()))


def _only_not_allowed(clause: Input, value: Any) -> bool:
    """True if the value is of the clause's type but for its allowed values, which replace inputValues."""
    if clause.allowed is not None or not clause.type.allowed or converted(value, clause.type)[1]:
        return False
    return converted(value, msgspec.structs.replace(clause.type, allowed=()))[1]


def _is_allowed(session: Session, variables: Variables, allowed: UnaryTests | None, value: Any) -> bool:
    return value is None or allowed is None or allowed.within(session, variables, value) is True


def _place(session: Session, variables: Variables, clause: Output, value: Any) -> int:
    """Position of an output among its listed values; last if it is not there (D-HIT-03)."""
    if clause.listed is None:
        return 0
    listed = clause.listed.within(session, variables) or []
    for place, wanted in enumerate(listed):
        if comparison.equal(session, wanted, value):
            return place
    session.null("D-HIT-03", f"output {clause.name}: not among the listed values")
    return len(listed)
