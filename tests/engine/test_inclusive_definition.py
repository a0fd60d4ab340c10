"""The inclusive join and the complex gateway's reset against the words of the standard, over random graphs
with loops (X-INCL-02, X-CPLX-03).

What the engine works out when it compiles is compared with a search of paths for each token; and in random
runs every join that fires may, and none that could is left waiting.
"""

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from backend.engine import Limits, ModelFaults, apply, commands, step
from backend.engine import events as ev
from backend.engine.elements.joins import expected
from tests.engine.models import NOW, compiled, model

KINDS = ("userTask", "inclusiveGateway", "exclusiveGateway", "parallelGateway", "complexGateway", "task")
SIZE = 7
NUMBERS = st.integers(0, SIZE - 1)
EDGES = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=4, max_size=16, unique=True)
FEW = Limits(moves=200, scopes=50)
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def ends(graph, join, flow):
    """Incoming flows of the join at the end of a path that starts with `flow` and does not visit the join."""
    found, stack, seen = set(), [flow], set()
    while stack:
        at = stack.pop()
        if at in seen:
            continue
        seen.add(at)
        target = graph[at][1]
        if target == join:
            found.add(at)
        else:
            stack += [other for other, (source, _) in graph.items() if source == target]
    return found


def blocked(graph, join, flows, nodes=(), seen=()):
    """Table 13.3: whether a token on one of the flows, or in one of the nodes, is still awaited. seen: flows
    that a complex gateway took a token from in its first phase (table 13.5)."""
    full = {flow for flow in flows if graph[flow][1] == join} | set(seen)
    leaving = {node: [flow for flow, (source, _) in graph.items() if source == node] for node in nodes}
    tokens = [ends(graph, join, flow) for flow in flows]
    tokens += [set().union(*(ends(graph, join, flow) for flow in leaving[node])) for node in nodes]
    return any(reached - full and not reached & full for reached in tokens)


@settings(max_examples=250, deadline=None, suppress_health_check=QUIET)
@given(EDGES, st.lists(st.integers(0, 15), min_size=1, max_size=5))
def test_X_INCL_02_reach_worked_out_before_is_the_standards_definition(edges, tokens):
    nodes = "".join(f'<inclusiveGateway id="n{number}"/>' for number in range(SIZE))
    graph = {f"n{a}_n{b}": (f"n{a}", f"n{b}") for a, b in edges}
    process = compiled(model(nodes, *(f"{a}>{b}" for a, b in graph.values())))
    flows = list(graph)
    marking = {flows[number % len(flows)] for number in tokens}
    for node in process.root.joins:
        full = [flow for flow in node.incoming if flow in marking]
        if full:
            assert node.join is not None
            found = expected(node.join, node.join.full(full), marking)
            assert found == blocked(graph, node.id, marking), (node.id, marking)


def drawn(kinds, edges):
    """A process of these nodes and flows, begun at n0; of a choice the last flow is the default."""
    graph = {f"n{a}_n{b}": (f"n{a}", f"n{b}") for a, b in edges}
    leaving = {f"n{number}": [] for number in range(SIZE)}
    for flow, (source, _) in graph.items():
        leaving[source].append(flow)
    nodes, lines = ['<startEvent id="s"/>'], ["s>n0"]
    for number, kind in enumerate(kinds):
        out = leaving[f"n{number}"]
        chooses = kind in ("inclusiveGateway", "exclusiveGateway", "complexGateway") and len(out) > 1
        default = f'default="{out[-1]}"' if chooses else ""
        wanted = "<activationCondition>=activationCount &gt;= 2</activationCondition>"
        nodes.append(f'<{kind} id="n{number}" {default}>{wanted if kind[0] == "c" else ""}</{kind}>')
        for index, flow in enumerate(out):
            condition = f": modulo(x, {index + 2}) = 0" if chooses and flow != out[-1] else ""
            lines.append(">".join(graph[flow]) + condition)
    return compiled(model("".join(nodes), *lines)), {"s_n0": ("s", "n0"), **graph}


def standing(state):
    """Flows and nodes of the process that hold a token which does not move."""
    return list(state.scopes[1].arrived), [one.element for one in state.scopes.values() if one.parent]


def seen_by(state, join):
    """The flows by which a complex gateway was started, None when it was not."""
    return state.scopes[1].memory.get(f"{join}:seen")


def check_firings(graph, joins, state, events):
    """Fold the events; whatever inclusive join fires or complex gateway resets may by the standard."""
    for event in events:
        if isinstance(event, ev.Remembered) and event.scope == 1:
            for join in [join for join in joins if event.memory.get(f"{join}:seen", "") is None]:
                assert not state.moving
                assert not blocked(graph, join, *standing(state), seen_by(state, join))
        if isinstance(event, ev.JoinFired) and joins.get(event.element) == "inclusiveGateway" and event.taken:
            assert not state.moving
            flows, nodes = standing(state)
            assert set(event.consumed) == {flow for flow in flows if graph[flow][1] == event.element}
            assert not blocked(graph, event.element, flows, nodes)
        state = apply(state, event)
    return state


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(
    st.lists(st.sampled_from(KINDS), min_size=SIZE, max_size=SIZE),
    EDGES,
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 11)), min_size=1, max_size=10),
)
def test_X_INCL_05_X_CPLX_03_in_every_run_a_join_goes_on_when_it_may_and_never_before(kinds, edges, choices):
    try:
        process, graph = drawn(kinds, edges)
    except ModelFaults:
        assume(False)
    joins = {node.id: node.kind for node in process.root.joins}
    assume(joins)
    started = step(process, None, commands.StartProcess({"x": choices[0][1]}), NOW, FEW)
    state = check_firings(graph, joins, apply(None, started.events[0]), started.events[1:])
    for choice, value in choices:
        if not state.tasks or state.halted or len(state.tasks) > 20:
            break
        key = list(state.tasks)[choice % len(state.tasks)]
        events = step(process, state, commands.CompleteTask(key, {"x": value}), NOW, FEW).events
        state = check_firings(graph, joins, state, events)
        flows, nodes = standing(state)
        for join, kind in joins.items() if not state.halted and state.status == "active" else ():
            seen = seen_by(state, join)
            waits = any(graph[flow][1] == join for flow in flows) and kind == "inclusiveGateway"
            if waits or seen:
                assert blocked(graph, join, flows, nodes, seen or ()), f"{join} could go on"
