# ruff: noqa: E501  (models stand on one line each)
"""Random models of compensable blocks, calls and transactions × random commands, saved and restored each time.

The history replays to the same state, no token is lost, no completion is undone twice (X-COMP-02), and when all
work is done the instance has ended.
"""

import itertools
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.engine import apply, commands, dump, load, replay, step
from backend.engine import events as ev
from tests.engine.models import NOW, compiled, flows, message, model, user
from tests.engine.test_replay import check_tokens

LEAVES = st.sampled_from(
    ["task", "undoable", "undoable", "quick", "throw", "throw-on", "throw-one", "looped", "instances"]
)
BLOCKS = st.recursive(
    LEAVES,
    lambda inner: st.tuples(
        st.sampled_from(["seq", "seq", "par", "sub", "sub-undo", "sub-handler", "sub-undo-content", "call", "tx", "tx-cancel", "evsub", "rounds", "call-rounds", "tx-rounds"]), inner, inner
    ),
    max_leaves=9,
)  # fmt: skip


def bound(host, handler):
    return (
        f'<boundaryEvent id="cb{host}" attachedToRef="{host}"><compensateEventDefinition/></boundaryEvent>'
        f'<association id="as{host}" sourceRef="cb{host}" targetRef="{handler}"/>'
    )


def thrown(id, attributes=""):
    return f'<intermediateThrowEvent id="{id}"><compensateEventDefinition {attributes}/></intermediateThrowEvent>'


class Drawing:
    """Draws blocks; each gives (nodes, flows, first id, last id); called processes are collected."""

    def __init__(self):
        self.numbers = itertools.count(1)
        self.processes = []

    def draw(self, block):
        n = next(self.numbers)
        if isinstance(block, str):
            return self.leaf(block, n)
        kind, left, right = block
        a, b = self.draw(left), self.draw(right)
        if kind == "seq":
            return a[0] + b[0], [*a[1], *b[1], f"{a[3]}>{b[2]}"], a[2], b[3]
        if kind == "par":
            nodes = f'<parallelGateway id="g{n}"/><parallelGateway id="m{n}"/>' + a[0] + b[0]
            return (
                nodes,
                [*a[1], *b[1], f"g{n}>{a[2]}", f"g{n}>{b[2]}", f"{a[3]}>m{n}", f"{b[3]}>m{n}"],
                f"g{n}",
                f"m{n}",
            )
        inner = (
            f'<startEvent id="i{n}"/><endEvent id="e{n}"/>'
            + a[0]
            + flows(*a[1], f"i{n}>{a[2]}", f"{a[3]}>e{n}")
        )
        nodes = getattr(self, kind.replace("-", "_"))(n, inner)
        beside = [f"cu{n}>xm{n}"] if kind == "tx-cancel" else []
        nodes += f'<exclusiveGateway id="xm{n}"/>' + b[0]
        return nodes, [*b[1], f"S{n}>xm{n}>{b[2]}", *beside], f"S{n}", b[3]

    def sub(self, n, inner):
        return f'<subProcess id="S{n}">{inner}</subProcess>'

    def rounds(self, n, inner):
        return self.sub(n, self.loop(n) + inner)

    def loop(self, n):
        sequential = "true" if n % 2 else "false"
        return f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>=2</loopCardinality></multiInstanceLoopCharacteristics>'

    def call_rounds(self, n, inner):
        return self.call(n, inner).replace("/>", f">{self.loop(n)}</callActivity>")

    def tx_rounds(self, n, inner):
        return self.tx(n, self.loop(n) + inner)

    def sub_undo(self, n, inner):
        return (
            self.sub(n, inner)
            + bound(f"S{n}", f"u{n}")
            + user(f"u{n}", attributes='isForCompensation="true"')
        )

    def on_undo(self, n, nodes, *lines):
        start = f'<startEvent id="hs{n}"><compensateEventDefinition/></startEvent>'
        return f'<subProcess id="h{n}" triggeredByEvent="true">{start}{nodes}{flows(*lines)}</subProcess>'

    def sub_handler(self, n, inner):
        return self.sub(n, inner + self.on_undo(n, user(f"u{n}"), f"hs{n}>u{n}"))

    def sub_undo_content(self, n, inner):
        return self.sub(n, inner + self.on_undo(n, thrown(f"t{n}") + user(f"u{n}"), f"hs{n}>t{n}>u{n}"))

    def call(self, n, inner):
        self.processes.append(f'<process id="P{n}" isExecutable="true">{inner}</process>')
        return f'<callActivity id="S{n}" calledElement="P{n}"/>'

    def tx(self, n, inner):
        return f'<transaction id="S{n}">{inner}</transaction>'

    def tx_cancel(self, n, inner):
        cancel = (
            f'<parallelGateway id="cg{n}"/>'
            + user(f"ct{n}")
            + f'<endEvent id="ce{n}"><cancelEventDefinition/></endEvent>'
        )
        first = inner.split(f'sourceRef="i{n}" targetRef="')[1].split('"')[0]
        inner = inner.replace(
            f'sourceRef="i{n}" targetRef="{first}"', f'sourceRef="cg{n}" targetRef="{first}"'
        )
        lines = flows(f"i{n}>cg{n}>ct{n}>ce{n}").replace(f'id="i{n}_cg{n}"', f'id="ic{n}"')
        out = (
            f'<boundaryEvent id="cx{n}" attachedToRef="S{n}"><cancelEventDefinition/></boundaryEvent>'
            + user(f"cu{n}")
            + flows(f"cx{n}>cu{n}")
        )
        return f'<transaction id="S{n}">{inner}{cancel}{lines}</transaction>' + out

    def evsub(self, n, inner):
        start = f'<startEvent id="hs{n}" isInterrupting="{"true" if n % 2 else "false"}"><messageEventDefinition messageRef="M"/></startEvent>'
        handler = f'<subProcess id="h{n}" triggeredByEvent="true">{start}{thrown(f"t{n}")}{user(f"x{n}")}{flows(f"hs{n}>x{n}>t{n}")}</subProcess>'
        return self.sub(n, handler + inner)

    def leaf(self, kind, n):
        id = f"n{n}"
        nodes = {
            "task": user(id),
            "undoable": user(id) + bound(id, f"u{n}") + user(f"u{n}", attributes='isForCompensation="true"'),
            "quick": f'<task id="{id}"/>'
            + bound(id, f"u{n}")
            + f'<manualTask id="u{n}" isForCompensation="true"/>',
            "looped": user(id, '<standardLoopCharacteristics loopMaximum="2"/>')
            + bound(id, f"u{n}")
            + user(f"u{n}", attributes='isForCompensation="true"'),
            "instances": user(
                id,
                "<multiInstanceLoopCharacteristics><loopCardinality>=3</loopCardinality></multiInstanceLoopCharacteristics>",
            )
            + bound(id, f"u{n}")
            + user(f"u{n}", attributes='isForCompensation="true"'),
            "throw": thrown(id),
            "throw-on": thrown(id, 'waitForCompletion="false"'),
            "throw-one": user(id)
            + bound(id, f"u{n}")
            + user(f"u{n}", attributes='isForCompensation="true"')
            + thrown(f"t{n}", f'activityRef="{id}"'),
        }[kind]
        return (nodes, [f"{id}>t{n}"], id, f"t{n}") if kind == "throw-one" else (nodes, [], id, id)


def xml_of(block):
    drawing = Drawing()
    nodes, lines, first, last = drawing.draw(block)
    xml = model(
        f'<startEvent id="s"/><endEvent id="e"><compensateEventDefinition/></endEvent>{nodes}', *lines, f"s>{first}", f"{last}>e", roots=message("M")
    )  # fmt: skip
    more = "".join(drawing.processes).encode()
    return xml.replace(b"</definitions>", more + b"</definitions>")


def process_of(block):
    return compiled(xml_of(block), process_id="p")


def once(history):
    """No completion is undone twice: each task no oftener than it completed compensable."""
    completed = Counter(one.element for one in history if isinstance(one, ev.Compensable))
    undone = Counter(name for one in history if isinstance(one, ev.Compensating) for name in one.activities)
    for name, count in undone.items():
        if name.startswith("n"):  # a scope that was still active is entered to undo what completed in it
            assert count <= completed[name], name


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS, st.lists(st.integers(0, 9), max_size=12))
def test_X_COMP_02_whatever_happens_is_undone_once_and_replays(block, choices):
    process = process_of(block)
    history: list[ev.Event] = []
    state = None

    def do(command):
        nonlocal state
        result = step(process, state, command, NOW)
        folded = state
        for event in result.events:
            folded = apply(folded, event)
        history.extend(result.events)
        assert folded == result.state == replay(history)
        state = load(dump(result.state))
        assert state == result.state
        check_tokens(state)

    do(commands.StartProcess())
    for choice in choices:
        if state.status != "active":
            break
        if choice == 9 and state.subscriptions:
            do(commands.CorrelateMessage("M", "k"))
        elif state.tasks:
            do(commands.CompleteTask(list(state.tasks)[choice % len(state.tasks)]))
    for _ in range(200):
        if state.status == "active" and state.tasks:
            do(commands.CompleteTask(next(iter(state.tasks))))
    assert state.status == "completed"
    once(history)
