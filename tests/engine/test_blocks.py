# ruff: noqa: E501  (models stand on one line each)
"""Block-structured models of everything that runs: whatever happens, when all work is done they complete.

After every command the state is stored and restored; it equals the replayed events; the same command gives the
same events. The explorer finds no deadlock, livelock or lack of synchronisation in any of them.
"""

import itertools
import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.engine import Refused, commands, compile_process, decide, dump, load, read_bpmn, replay, step
from backend.engine.soundness import explore
from tests.engine.models import HEAD, NOW, flows, message, script, service, timer, user

ROOTS = (
    message("M")
    + message("H")
    + ('<error id="E1" errorCode="E1"/><escalation id="X1" escalationCode="X1"/><signal id="G" name="G"/>')
)
LEAVES = st.sampled_from(
    ["user", "service", "script", "manual", "timer", "receive", "each", "in turn", "again"]
)
PAIRS = st.sampled_from(
    ["seq", "xor", "and", "or", "loop", "race", "sub", "error", "late", "told", "escalate", "call", "undo"]
)  # fmt: skip
BLOCKS = st.recursive(LEAVES, lambda inner: st.tuples(PAIRS, inner, inner), max_leaves=7)
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
EACH = "<multiInstanceLoopCharacteristics {}><loopCardinality>=2</loopCardinality></multiInstanceLoopCharacteristics>"
AGAIN = '<standardLoopCharacteristics loopMaximum="3"><loopCondition>=n = 1</loopCondition></standardLoopCharacteristics>'


class Drawing:
    """Draws blocks; each gives (nodes, flows, first id, last id). `called`: whole processes beside the main one."""

    def __init__(self):
        self.numbers = itertools.count(1)
        self.called = []

    def draw(self, block):
        n = next(self.numbers)
        if isinstance(block, str):
            return self.leaf(block, f"n{n}")
        kind, left, right = block
        a, b = self.draw(left), self.draw(right)
        made = {"seq": self.seq, "xor": self.split, "and": self.split, "or": self.split, "loop": self.loop,
                "race": self.race, "call": self.call}.get(kind, self.sub)  # fmt: skip
        return made(kind, n, a, b)

    def leaf(self, kind, n):
        nodes = {
            "user": user(n),
            "service": service(n),
            "script": script(n, "n + 0", "n"),
            "manual": f'<manualTask id="{n}"/>',
            "timer": timer(n, "intermediateCatchEvent", "timeDuration", "PT1H"),
            "receive": f'<receiveTask id="{n}" messageRef="M"/>',
            "each": user(n, EACH.format("")),
            "in turn": service(n, inner=EACH.format('isSequential="true"')),
            "again": user(n, AGAIN),
        }[kind]
        return nodes, [], n, n

    def seq(self, kind, n, a, b):
        return a[0] + b[0], [*a[1], *b[1], f"{a[3]}>{b[2]}"], a[2], b[3]

    def split(self, kind, n, a, b):
        gate = {"xor": "exclusive", "and": "parallel", "or": "inclusive"}[kind] + "Gateway"
        default = "" if kind == "and" else f'default="g{n}_{b[2]}"'
        first = f"g{n}>{a[2]}" + ("" if kind == "and" else ": n > 2")
        nodes = f'<{gate} id="g{n}" {default}/><{gate} id="m{n}"/>' + a[0] + b[0]
        lines = [first, f"g{n}>{b[2]}", f"{a[3]}>m{n}", f"{b[3]}>m{n}"]
        return nodes, [*a[1], *b[1], *lines], f"g{n}", f"m{n}"

    def loop(self, kind, n, a, b):
        nodes = (
            f'<exclusiveGateway id="m{n}"/><exclusiveGateway id="x{n}" default="x{n}_{b[2]}"/>'
            + a[0]
            + b[0]
            + user(f"w{n}")
        )
        lines = [f"m{n}>w{n}>{a[2]}", f"{a[3]}>x{n}", f"x{n}>m{n}: n = 1", f"x{n}>{b[2]}"]
        return nodes, [*a[1], *b[1], *lines], f"m{n}", b[3]

    def race(self, kind, n, a, b):
        nodes = f'<eventBasedGateway id="g{n}"/>' + timer(
            f"t{n}", "intermediateCatchEvent", "timeDuration", "PT1H"
        )
        nodes += f'<intermediateCatchEvent id="c{n}"><messageEventDefinition messageRef="M"/></intermediateCatchEvent><exclusiveGateway id="m{n}"/>'
        lines = [f"g{n}>t{n}>{a[2]}", f"g{n}>c{n}>{b[2]}", f"{a[3]}>m{n}", f"{b[3]}>m{n}"]
        return nodes + a[0] + b[0], [*a[1], *b[1], *lines], f"g{n}", f"m{n}"

    def call(self, kind, n, a, b):
        self.called.append(whole(f"q{n}", a))
        return (
            f'<callActivity id="c{n}" calledElement="q{n}"/>' + b[0],
            [*b[1], f"c{n}>{b[2]}"],
            f"c{n}",
            b[3],
        )

    def sub(self, kind, n, a, b):
        inner = f'<startEvent id="i{n}"/><endEvent id="e{n}"/>' + a[0]
        more = {
            "told": self.told,
            "escalate": lambda n: (
                f'<intermediateThrowEvent id="w{n}"><escalationEventDefinition escalationRef="X1"/></intermediateThrowEvent>'
            ),
        }
        inner += more.get(kind, lambda n: "")(n)
        way = f"i{n}>w{n}>{a[2]}" if kind == "escalate" else f"i{n}>{a[2]}"
        nodes = f'<subProcess id="S{n}">{inner}{flows(*a[1], way, f"{a[3]}>e{n}")}</subProcess>' + b[0]
        interrupted = kind in ("error", "late")
        lines = [*b[1], f"S{n}>y{n}>{b[2]}" if interrupted else f"S{n}>{b[2]}"]
        boundary, out = self.boundary(kind, n, b[2])
        return nodes + boundary, lines + out, f"S{n}", b[3]

    def told(self, n):
        start = f'<startEvent id="h{n}" isInterrupting="false"><messageEventDefinition messageRef="H"/></startEvent>'
        return f'<subProcess id="H{n}" triggeredByEvent="true">{start}{user(f"hu{n}")}{flows(f"h{n}>hu{n}")}</subProcess>'

    def boundary(self, kind, n, then):
        """(nodes, flows) of what hangs at a sub-process."""
        at = f'<boundaryEvent id="b{n}" attachedToRef="S{n}"'
        if kind in ("error", "late"):
            trigger = TIMER if kind == "late" else '<errorEventDefinition errorRef="E1"/>'
            merge = f'<exclusiveGateway id="y{n}"/>'
            return f"{at}>{trigger}</boundaryEvent>{user(f'u{n}')}{merge}", [f"b{n}>u{n}>y{n}"]
        if kind == "escalate":
            return (
                f'{at} cancelActivity="false"><escalationEventDefinition escalationRef="X1"/></boundaryEvent>{user(f"u{n}")}<endEvent id="z{n}"/>',
                [f"b{n}>u{n}>z{n}"],
            )
        if kind == "undo":
            link = f'<association id="as{n}" sourceRef="b{n}" targetRef="u{n}"/>'
            handler = user(f"u{n}", attributes='isForCompensation="true"')
            end = f'<endEvent id="z{n}"><compensateEventDefinition/></endEvent><parallelGateway id="y{n}"/>'
            return f"{at}><compensateEventDefinition/></boundaryEvent>{handler}{link}" + end.replace(
                f'<parallelGateway id="y{n}"/>', ""
            ), []
        return "", []


def whole(id, drawn):
    nodes, lines, first, last = drawn
    inside = f'<startEvent id="s{id}"/><endEvent id="e{id}"/>{nodes}{flows(*lines, f"s{id}>{first}", f"{last}>e{id}")}'
    return f'<process id="{id}" isExecutable="{"true" if id == "p" else "false"}">{inside}</process>'


def process_of(block):
    drawing = Drawing()
    main = whole("p", drawing.draw(block))
    return compile_process(
        read_bpmn(f"{HEAD}{ROOTS}{main}{''.join(drawing.called)}</definitions>".encode(), "foreign"), "p"
    )


def doing(state, value):
    """All that may be done now, in order."""
    found = [commands.CompleteTask(key, {"n": value}) for key in state.tasks]
    found += [commands.CompleteJob(key, {"n": value}) for key in state.jobs]
    found += [commands.ThrowError(key, "E1") for key in (*state.tasks, *state.jobs)] if value == 5 else []
    found += [commands.FireTimers()] if state.timers else []
    awaited = {one.name for one in state.subscriptions.values()} & ({"M", "H"} if value else {"M"})
    return found + [commands.CorrelateMessage(name, "k") for name in sorted(awaited)]


class Walk:
    """One instance, stored and restored after each command."""

    def __init__(self, process):
        self.process, self.now = process, NOW
        begun = step(process, None, commands.StartProcess({"n": 1}), NOW)
        self.state, self.history = begun.state, list(begun.events)

    def do(self, command):
        if isinstance(command, commands.FireTimers):
            self.now += timedelta(hours=1)
        before = load(dump(self.state))
        assert before == self.state
        try:
            events = decide(self.process, before, command, self.now)
        except Refused:
            return
        assert before == self.state and decide(self.process, load(dump(before)), command, self.now) == events
        self.state = step(self.process, before, command, self.now).state
        self.history += events
        assert replay(self.history) == self.state

    @property
    def going(self):
        return self.state.status == "active"


def walk_to_the_end(block, choices):
    walk = Walk(process_of(block))
    for choice, value in choices:
        if walk.going and (able := doing(walk.state, value)):
            walk.do(able[choice % len(able)])
            uncaught = [key for key, one in walk.state.incidents.items() if one.kind == "error"]
            for key in uncaught:
                walk.do(commands.ResolveIncident(key))
    for _ in range(500):
        if not walk.going:
            break
        able = doing(walk.state, 0)
        assert able, f"nothing can happen any more: {walk.state}"
        walk.do(able[0])
    assert walk.state.status == "completed" and not walk.state.incidents


CHOICES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(BLOCKS, CHOICES)
def test_no_token_is_lost_and_all_that_is_done_ends(block, choices):
    walk_to_the_end(block, choices)


def piles_up(block, looped=False):
    """Whether a loop makes ever more tokens beside itself: each round throws an escalation whose handler nobody
    need finish before the next. That is a lack of synchronisation, and rightly told."""
    if isinstance(block, str):
        return False
    kind, first, second = block
    if kind == "escalate" and looped:
        return True
    return any(piles_up(inner, looped or kind == "loop") for inner in (first, second))


def test_a_loop_that_leaves_a_token_beside_itself_each_round_is_unsound():
    block = ("loop", ("escalate", "user", "user"), "user")
    assert piles_up(block)
    assert [one.kind for one in explore(process_of(block), 1_500).findings] == ["lack of synchronisation"]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(BLOCKS.filter(lambda block: not piles_up(block)))
def test_what_is_built_of_blocks_is_sound(block):
    report = explore(process_of(block), 1_500)
    assert not [one for one in report.findings if one.kind != "dead activity"], report


@pytest.mark.deep
def test_deep_no_token_is_lost_in_thousands_of_models():
    examples = int(os.environ.get("ERRAND_DEEP_EXAMPLES", "3000"))
    deep = settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    deep(given(BLOCKS, CHOICES)(walk_to_the_end))()
