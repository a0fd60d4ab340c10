"""A DMN model that was read without an error: its decisions can be evaluated."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from backend.engine.feel import LimitExceeded, Limits
from backend.engine.feel.conformance import bind
from backend.engine.feel.diagnostics import DEFAULT_LIMITS
from backend.engine.feel.names import canonical
from backend.engine.feel.structures import Function
from backend.engine.feel.types import ANY, Type, result_of
from backend.engine.model import Fault

from .graph import Node
from .item_types import from_outside
from .outcome import Outcome, TracedDecision
from .services import Service
from .session import Logic, Session, Variables

Overlay = dict[str, Any]


class DecisionModel:
    """decisions, services, inputs by id; warnings: faults that did not refuse the model."""

    def __init__(self, name: str, namespace: str, nodes: dict[str, Node], order: Iterable[str]) -> None:
        self.name = name
        self.namespace = namespace
        self.nodes = nodes
        self.order = tuple(order)
        self.warnings: tuple[Fault, ...] = ()
        self.types: dict[str, Type] = {}
        self._plans: dict[str, list[Node]] = {}
        self._by_name = {canonical(node.name): key for key, node in nodes.items()}

    @property
    def decisions(self) -> dict[str, str]:
        """Names of decisions by id, own ones only."""
        return {
            key: node.name for key, node in self.nodes.items() if node.kind == "decision" and "#" not in key
        }

    @property
    def services(self) -> dict[str, str]:
        """Names of decision services by id, own ones only."""
        return {
            key: node.name
            for key, node in self.nodes.items()
            if node.kind == "decisionService" and "#" not in key
        }

    def __contains__(self, decision: object) -> bool:
        """True for the id or name of a decision or decision service."""
        try:
            return isinstance(decision, str) and bool(self._key(decision))
        except KeyError:
            return False

    def inputs_of(self, decision: str) -> dict[str, Type]:
        """Names and types of all input data that a decision or service depends on."""
        return {n.name: n.type for n in self._required(self._key(decision)) if n.kind == "inputData"}

    def evaluate(
        self,
        decision: str,
        inputs: Mapping[str, Any],
        now: datetime.datetime | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Outcome:
        """The outcome of a decision or decision service, named by id or name.

        inputs: values by the names of input data (JSON or FEEL values); for a service, of its inputs.
        Raises KeyError for an unknown decision, LimitExceeded, and nothing else.
        """
        node = self.nodes[self._key(decision)]
        session = Session(now, limits)
        try:
            if node.kind == "decisionService":
                value = self._service(session, node.service, self._given(session, node.service, inputs))
                value = bind(session, 0, value, result_of(node.type), f"service {node.name}")
            else:
                value = self._decided(session, node.id, self._inputs(session, node.id, inputs))
        except RecursionError:
            raise LimitExceeded("depth") from None
        return Outcome(value, tuple(session.decisions), tuple(session.diagnostics))

    def _key(self, decision: str) -> str:
        key = decision if decision in self.nodes else self._by_name.get(canonical(decision), "")
        if key not in self.nodes or self.nodes[key].kind not in ("decision", "decisionService"):
            raise KeyError(f"there is no decision '{decision}'")
        return key

    def _required(self, key: str) -> list[Node]:
        """The node and all it requires, in the order of evaluation; found once."""
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._plan(key)
        return plan

    def _plan(self, key: str) -> list[Node]:
        wanted = {key}
        pending = [key]
        while pending:
            node = self.nodes[pending.pop()]
            more = node.service.inputs if node.kind == "decisionService" else node.needs
            pending += [need for need in more if need not in wanted]
            wanted.update(more)
        return [self.nodes[k] for k in self.order if k in wanted]

    def _inputs(self, session: Session, key: str, inputs: Mapping[str, Any]) -> Overlay:
        """Input data by id, read as their types; a missing one is null (D-DEC-03)."""
        values: Overlay = {}
        for node in self._required(key):
            if node.kind == "inputData":
                values[_id(node)] = _input(session, node, inputs)
        return values

    def _given(self, session: Session, service: Service, inputs: Mapping[str, Any]) -> list[Any]:
        return [_input(session, self.nodes[key], inputs) for key in service.inputs]

    # -- evaluation ------------------------------------------------------------------------------------------

    def _decided(self, session: Session, key: str, values: Overlay) -> Any:
        """The value of a decision; `values` holds what is known and gets all found on the way (D-DEC-02)."""
        for node in self._required(key):
            if node.kind == "decision" and _id(node) not in values:
                values[_id(node)] = self._decision(session, node, values)
        return values[key]

    def _decision(self, session: Session, node: Node, values: Overlay) -> Any:
        outer_element, outer_tables = session.element, session.tables
        session.element, session.tables = node.element.id, []
        given = self._placed(node, {key: values.get(key) for key in node.needs})
        scope = self._placed(node, {key: self._function(session, key) for key in node.knows}, given)
        if node.logic is None:
            value = session.null("D-DEC-02", "the decision has no logic")
        else:
            value = bind(session, 0, _value(session, node.logic, scope), node.type, f"decision {node.name}")
        tables = tuple(session.tables)
        session.decisions.append(TracedDecision(node.element.id, node.name, given, tables, value))
        session.element, session.tables = outer_element, outer_tables
        return value

    def knowledge(self, session: Session, node: Node) -> Variables:
        """Functions of the knowledge models and services that a node requires (D-BKM, D-SVC-04)."""
        return self._placed(node, {key: self._function(session, key) for key in node.knows})

    def _placed(self, node: Node, found: Overlay, among: Variables | None = None) -> Variables:
        """Values by the names under which the node sees them; those of an import in a context (D-IMP-01)."""
        scope: Variables = dict(among or {})
        for key, value in found.items():
            prefix = node.prefixes.get(key)
            if prefix:
                scope[prefix] = {**scope.get(prefix, {}), self.nodes[key].variable: value}
            else:
                scope[self.nodes[key].variable] = value
        return scope

    def _function(self, session: Session, key: str) -> Any:
        known = session.results.get(key)
        if known is not None:
            return known
        node = self.nodes[key]
        if node.kind == "decisionService":
            made: Any = self._service_function(session, node)
        else:
            # The scope is filled after the function was made, so that it may call itself.
            scope: Variables = {}
            made = node.logic(session, scope) if node.logic is not None else None
            if isinstance(made, Function) and node.type is not ANY:
                made = Function(made.parameters, made.body, made.types, made.name, result_of(node.type))
            session.results[key] = made
            scope[node.variable] = made
            scope.update(self.knowledge(session, node))
        session.results[key] = made
        return made

    def _service_function(self, session: Session, node: Node) -> Function:
        service: Service = node.service
        parameters = [self.nodes[key] for key in service.inputs]

        def called(*arguments: Any) -> Any:
            return self._service(session, service, list(arguments))

        types = [parameter.type for parameter in parameters]
        names = [parameter.variable for parameter in parameters]
        return Function(names, called, types, node.name, result_of(node.type))

    def _service(self, session: Session, service: Service, arguments: list[Any]) -> Any:
        """Output decisions evaluated with the inputs given and nothing else (D-SVC-02)."""
        values = dict(zip(service.inputs, arguments, strict=True))
        results = {self.nodes[key].name: self._decided(session, key, values) for key in service.outputs}
        return results if len(results) > 1 else next(iter(results.values()), None)


def _value(session: Session, logic: Logic, scope: Variables) -> Any:
    try:
        return logic(session, scope)
    except ArithmeticError:
        return session.null("F-NUM-01", "a number that is none")


def _id(node: Node) -> str:
    return node.id


def _input(session: Session, node: Node, inputs: Mapping[str, Any]) -> Any:
    session.element = node.element.id
    if node.name in inputs:
        given = inputs[node.name]
    else:
        spelled = next(
            (value for name, value in inputs.items() if canonical(name) == canonical(node.name)), _ABSENT
        )
        if spelled is _ABSENT:
            return session.null("D-DEC-03", f"the input '{node.name}' is missing")
        given = spelled
    return from_outside(session, given, node.type, f"input {node.name}")


_ABSENT: Any = object()
