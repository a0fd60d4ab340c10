"""A DMN model that was read without an error: its decisions can be evaluated."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from backend.engine.feel import LimitExceeded, Limits
from backend.engine.feel.calls import call
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

    def __init__(
        self,
        name: str,
        namespace: str,
        nodes: dict[str, Node],
        order: Iterable[str],
        paths: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.nodes = nodes
        self.order = tuple(order)
        self.warnings: tuple[Fault, ...] = ()
        self.types: dict[str, Type] = {}
        self.members: frozenset[str] = frozenset()
        self.paths = dict(paths or {})
        self._plans: dict[tuple[str, ...], list[Node]] = {}
        self._by_name = {canonical(self._path_of(key)): key for key in reversed(nodes)}

    @property
    def decisions(self) -> dict[str, str]:
        """Names of decisions by id, own ones only."""
        return self._own("decision")

    @property
    def services(self) -> dict[str, str]:
        """Names of decision services by id, own ones only."""
        return self._own("decisionService")

    @property
    def knowledge_models(self) -> dict[str, str]:
        """Names of business knowledge models by id, own ones only."""
        return self._own("businessKnowledgeModel")

    def _own(self, kind: str) -> dict[str, str]:
        return {key: node.name for key, node in self.nodes.items() if node.kind == kind and "#" not in key}

    def _path_of(self, key: str) -> str:
        """The name of a node as this model writes it: behind the names of the imports that lead to it."""
        return ".".join([*filter(None, self.paths.get(key, ())), self.nodes[key].name])

    def __contains__(self, decision: object) -> bool:
        """True for the id or name of a decision, decision service or business knowledge model."""
        try:
            return isinstance(decision, str) and bool(self._key(decision))
        except KeyError:
            return False

    def inputs_of(self, decision: str) -> dict[str, Type]:
        """Names and types of all that a decision, service or knowledge model is given from outside."""
        node = self.nodes[self._key(decision)]
        if node.kind == "businessKnowledgeModel":
            function = self._function(Session(None, DEFAULT_LIMITS), node.id)
            return dict(zip(function.parameters, function.types, strict=True)) if function else {}
        if node.kind == "decisionService":
            return {self.nodes[key].name: self.nodes[key].type for key in node.service.inputs}
        return {n.name: n.type for n in self._required(node.id) if n.kind == "inputData"}

    def evaluate(
        self,
        decision: str,
        inputs: Mapping[str, Any],
        now: datetime.datetime | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Outcome:
        """The outcome of a decision, decision service or business knowledge model, named by id or name.

        inputs: values by the names of input data (JSON or FEEL values); for a service, of its inputs; for
        a knowledge model, of its parameters. Those of an imported model stand under the import's name, as a
        context or behind a dot.
        Raises KeyError for an unknown decision, LimitExceeded, and nothing else.
        """
        node = self.nodes[self._key(decision)]
        session = Session(now, limits)
        try:
            if node.kind == "businessKnowledgeModel":
                value = self._called(session, node, inputs)
            elif node.kind == "decisionService":
                value = self._service(session, node.service, self._given(session, node.service, inputs))
                value = bind(session, 0, value, result_of(node.type), f"service {node.name}")
            else:
                value = self._decided(session, node.id, self._inputs(session, node.id, inputs))
        except RecursionError:
            raise LimitExceeded("depth") from None
        return Outcome(value, tuple(session.decisions), tuple(session.diagnostics))

    def _key(self, decision: str) -> str:
        key = decision if decision in self.nodes else self._by_name.get(canonical(decision), "")
        if key not in self.nodes or self.nodes[key].kind == "inputData":
            raise KeyError(f"there is no decision '{decision}'")
        return key

    def _required(self, key: str, given: tuple[str, ...] = ()) -> list[Node]:
        """The node and all it requires, in order of evaluation; nothing behind what is given. Found once."""
        plan = self._plans.get((key, *given))
        if plan is None:
            plan = self._plans[key, *given] = self._plan(key, given)
        return plan

    def _plan(self, key: str, given: tuple[str, ...]) -> list[Node]:
        wanted = {key}
        pending = [key]
        while pending:
            more = [k for k in self.nodes[pending.pop()].needs if k not in wanted and k not in given]
            pending += more
            wanted.update(more)
        return [self.nodes[k] for k in self.order if k in wanted]

    def _inputs(self, session: Session, key: str, inputs: Mapping[str, Any]) -> Overlay:
        """Input data by id, read as their types; a missing one is null (D-DEC-03)."""
        values: Overlay = {}
        for node in self._required(key):
            if node.kind == "inputData":
                values[_id(node)] = self._input(session, node, inputs)
        return values

    def _input(self, session: Session, node: Node, inputs: Mapping[str, Any]) -> Any:
        session.element = node.element.id
        if node.name in inputs and node.id not in self.paths:
            given = inputs[node.name]
        else:
            given = _found(inputs, (*self.paths.get(node.id, ()), node.name))
        if given is ABSENT:
            return session.null("D-DEC-03", f"the input '{node.name}' is missing")
        return from_outside(session, given, node.type, f"input {node.name}")

    def _called(self, session: Session, node: Node, inputs: Mapping[str, Any]) -> Any:
        """A knowledge model called from outside by the names of its parameters (D-BKM-01)."""
        function = self._function(session, node.id)
        if not isinstance(function, Function):
            return session.null("D-BKM-01", "the knowledge model has no logic")
        session.element = node.element.id
        arguments = []
        for name, wanted in zip(function.parameters, function.types, strict=True):
            given = _found(inputs, (name,))
            what = f"parameter {name}"
            arguments.append(None if given is ABSENT else from_outside(session, given, wanted, what))
        outer, session.tables = session.tables, []
        value = call(session, 0, function, tuple(arguments))
        named = dict(zip(function.parameters, arguments, strict=True))
        made = TracedDecision(node.element.id, node.name, named, tuple(session.tables), value)
        session.decisions.append(made)
        session.tables = outer
        return value

    def _given(self, session: Session, service: Service, inputs: Mapping[str, Any]) -> list[Any]:
        return [self._input(session, self.nodes[key], inputs) for key in service.inputs]

    # -- evaluation ------------------------------------------------------------------------------------------

    def _decided(self, session: Session, key: str, values: Overlay, given: tuple[str, ...] = ()) -> Any:
        """The value of a decision; `values` holds what is known and gets all found on the way (D-DEC-02)."""
        for node in self._required(key, given):
            if node.kind == "decision" and _id(node) not in values:
                values[_id(node)] = self._decision(session, node, values)
        return values[key]

    def _decision(self, session: Session, node: Node, values: Overlay) -> Any:
        outer_element, outer_tables = session.element, session.tables
        session.element, session.tables = node.element.id, []
        given = self._placed(node, {key: values.get(key) for key in node.needs})
        scope = given
        if node.knows:
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
        nodes = self.nodes
        if not node.prefixes and among is None:
            return {nodes[key].variable: value for key, value in found.items()}
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
        results = {
            self.nodes[key].name: self._decided(session, key, values, service.inputs)
            for key in service.outputs
        }
        return results if len(results) > 1 else next(iter(results.values()), None)


def _value(session: Session, logic: Logic, scope: Variables) -> Any:
    try:
        return logic(session, scope)
    except ArithmeticError:
        return session.null("F-NUM-01", "a number that is none")


def _id(node: Node) -> str:
    return node.id


ABSENT: Any = object()


def _found(inputs: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value given under a path of names: in contexts, behind dots, or by the last name alone."""
    names = [name for name in path if name]
    for first in range(len(names)):
        at: Any = inputs
        for name in names[first:]:
            at = _entry(at, name)
        if at is ABSENT:
            at = _entry(inputs, ".".join(names[first:]))
        if at is not ABSENT:
            return at
    return ABSENT


def _entry(among: Any, name: str) -> Any:
    if not isinstance(among, Mapping):
        return ABSENT
    if name in among:
        return among[name]
    wanted = canonical(name)
    return next((value for key, value in among.items() if canonical(str(key)) == wanted), ABSENT)
