"""Random models in which everything loops × random commands: nothing is lost, all is counted, all replays."""

import re
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.engine import Refused, apply, commands, decide, dump, load, replay, step
from tests.engine.looping import multi, over, standard, times, until
from tests.engine.models import NOW, compiled, flows, model, user
from tests.engine.test_replay import BLOCKS, ROOTS, Drawing, check_tokens, some_command

DEFINED = ROOTS + '<signalEventDefinition id="gd" signalRef="G"/>'
LOOPS = (
    "",
    standard("n &lt; 3", 'loopMaximum="3"'),
    standard("loopCounter &lt; 3", 'testBefore="true"'),
    multi(over("[1, 2, 3]", "item", "all", "item + n")),
    multi(over("[1, 2, 3]", "item", "all", "said"), until("numberOfCompletedInstances >= 2")),
    multi("", times("n"), 'isSequential="true"'),
    multi(over("items"), until("n = 5"), 'isSequential="true" behavior="None" noneBehaviorEventRef="gd"'),
    multi("", times("2"), 'behavior="One"'),
    multi(over("if n > 4 then null else [n]")),
)
ACTIVITY = re.compile(r"</(userTask|serviceTask|scriptTask)>")


class Looping(Drawing):
    """Gives every activity and sub-process one of the loops, and makes some sub-processes ad-hoc."""

    def leaf(self, kind, n):
        nodes, lines, first, last = super().leaf(kind, n)
        loop = LOOPS[int(n[1:]) % len(LOOPS)]
        nodes = nodes.replace('messageRef="M"/>', f'messageRef="M">{loop}</receiveTask>', kind == "receive")
        return ACTIVITY.sub(f"{loop}\\g<0>", nodes, 1), lines, first, last

    def sub(self, kind, n, a, b):
        nodes, lines, first, last = super().sub(kind, n, a, b)
        end = nodes.index(f'<subProcess id="S{n}">') + len(f'<subProcess id="S{n}">')
        if n % 3 == 0:
            order = "Sequential" if n % 2 else "Parallel"
            tasks = user(f"p{n}") + user(f"q{n}")
            inner = f'<adHocSubProcess id="A{n}" ordering="{order}">{tasks}</adHocSubProcess>'
            nodes = nodes[:end] + inner + flows(f"i{n}>A{n}") + nodes[end:]
        loop = LOOPS[(n + 4) % len(LOOPS)]
        return nodes[:end] + loop + nodes[end:], lines, first, last


def xml_of(block):
    nodes, lines, first, last = Looping().draw(block)
    whole = f'<startEvent id="s"/><endEvent id="e"/>{nodes}'
    return model(whole, *lines, f"s>{first}", f"{last}>e", roots=DEFINED)


def process_of(block):
    return compiled(xml_of(block))


def check_counts(process, state):
    """Every multi-instance counts its instances right; no two rounds of a loop run at once."""
    for key, scope in state.scopes.items():
        node = process.nodes[scope.element]
        if node.loop is None or scope.round or node.loop.memory not in scope.memory:
            continue
        inner = [one for one in state.scopes.values() if one.parent == key and one.round]
        assert all(one.element == scope.element for one in inner)
        counts = scope.memory[node.loop.memory]
        if isinstance(counts, int):
            assert len(inner) <= 1 and all(one.round == counts for one in inner)
            continue
        begun, total, active, completed, terminated = counts
        waiting = sum(place == (key, node.loop.position) for place in state.moving)
        assert begun <= total and completed + terminated <= total
        if node.loop.sequential:
            assert len(inner) + waiting <= 1
        else:
            assert active == len(inner) + waiting == total - completed - terminated
        assert len({one.round for one in inner}) == len(inner)


def offered(process, state, choice, value):
    """A command that the state invites, also for ad-hoc sub-processes."""
    rooms = [key for key, one in state.scopes.items() if process.nodes[one.element].inner.adhoc]
    if rooms and choice % 5 == 0:
        key = rooms[choice % len(rooms)]
        return commands.ActivateAdHoc(key, "pq"[value % 2] + state.scopes[key].element[1:])
    return some_command(state, choice, value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS, st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=20))
def test_X_MI_02_loops_count_right_and_replay_whatever_happens(block, choices):
    process = process_of(block)
    now = NOW
    first = step(process, None, commands.StartProcess({"n": 1, "items": [1, 2]}), now)
    state, history = first.state, list(first.events)
    for choice, value in choices:
        check_tokens(state)
        check_counts(process, state)
        now += timedelta(hours=value)
        command = offered(process, state, choice, value)
        before = load(dump(state))
        try:
            events = decide(process, before, command, now)
        except Refused:
            continue
        assert decide(process, load(dump(state)), command, now) == events
        state = step(process, before, command, now).state
        folded = before
        for event in events:
            folded = apply(folded, event)
        assert folded == state
        history += events
    assert replay(history) == state
