# ruff: noqa: E501  (models stand on one line each)
"""Random scopes inside each other, full of events that throw and catch, under random commands.

Whatever is thrown where: the state equals the replayed events, no token is lost, nothing is open in a scope that
ended, and the same command gives the same events.
"""

import itertools
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.engine import (
    Limits,
    Refused,
    commands,
    decide,
    decode_events,
    dump,
    encode_events,
    load,
    replay,
    step,
)
from tests.engine.models import NOW, compiled, flows, message, model, script, user
from tests.engine.test_replay import check_tokens, some_command

ROOTS = message("M") + (
    '<signal id="G" name="G"/><error id="E1" errorCode="E1"/><escalation id="X1" escalationCode="X1"/>'
    '<escalation id="X2" escalationCode="X2"/>'
)
MESSAGE = '<messageEventDefinition messageRef="M"/>'
SIGNAL = '<signalEventDefinition signalRef="G"/>'
THROWN = {
    "message": MESSAGE,
    "signal": SIGNAL,
    "escalation": '<escalationEventDefinition escalationRef="X1"/>',
    "other": '<escalationEventDefinition escalationRef="X2"/>',
    "error": '<errorEventDefinition errorRef="E1"/>',
    "several": MESSAGE + SIGNAL + '<escalationEventDefinition escalationRef="X1"/>',
    "none": "",
    "terminate": "<terminateEventDefinition/>",
}
CAUGHT = {
    "message": MESSAGE,
    "signal": SIGNAL,
    "escalation": '<escalationEventDefinition escalationRef="X1"/>',
    "all": "<escalationEventDefinition/>",
    "error": '<errorEventDefinition errorRef="E1"/>',
    "several": SIGNAL + '<escalationEventDefinition escalationRef="X1"/>',
    "condition": "<conditionalEventDefinition><condition>=maybe &gt; 2</condition></conditionalEventDefinition>",
    "timer": "<timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition>",
}
STEPS = ("user", "script", "message", "signal", "escalation", "other", "several", "scope", "loop", "many")
LOOPS = {
    "scope": "",
    "loop": '<standardLoopCharacteristics loopMaximum="2"/>',
    "many": "<multiInstanceLoopCharacteristics><loopCardinality>=2</loopCardinality></multiInstanceLoopCharacteristics>",
}
CATCHERS = st.lists(st.tuples(st.sampled_from(sorted(CAUGHT)), st.booleans(), st.booleans()), max_size=3)


class Drawing:
    """Draws a scope: one or two paths of steps, an end for each, handlers inside, boundaries around."""

    def __init__(self, choose):
        self.choose = choose
        self.numbers = itertools.count(1)

    def scope(self, depth, start):
        nodes, lines = f'<startEvent id="{start}"/><parallelGateway id="{start}g"/>', [f"{start}>{start}g"]
        for _ in range(self.choose(st.integers(1, 2))):
            at = f"{start}g"
            for step_kind in self.choose(st.lists(st.sampled_from(STEPS), max_size=3)):
                drawn, more, id = self.step(step_kind, depth)
                nodes, lines, at = nodes + drawn, [*lines, *more, f"{at}>{id}"], id
            end = self.choose(st.sampled_from(sorted(THROWN)))
            id = f"e{next(self.numbers)}"
            nodes, lines = nodes + f'<endEvent id="{id}">{THROWN[end]}</endEvent>', [*lines, f"{at}>{id}"]
        for kind, keep, both in self.choose(CATCHERS):
            nodes += self.handler(kind, keep, both, depth)
        return nodes + flows(*lines)

    def handler(self, kind, keep, both, depth):
        n = next(self.numbers)
        flag = "false" if keep and kind != "error" else "true"
        attributes = (
            f'isInterrupting="{flag}" parallelMultiple="{"true" if both and kind == "several" else "false"}"'
        )
        start = f'<startEvent id="s{n}" {attributes}>{CAUGHT[kind]}</startEvent>'
        drawn, more, id = self.step(self.choose(st.sampled_from(STEPS)), depth + 1)
        end = self.choose(st.sampled_from(sorted(THROWN)))
        last = f'<endEvent id="e{n}">{THROWN[end]}</endEvent>'
        inside = start + drawn + last + flows(*more, f"s{n}>{id}>e{n}")
        return f'<subProcess id="h{n}" triggeredByEvent="true">{inside}</subProcess>'

    def step(self, kind, depth):
        n = next(self.numbers)
        id = f"n{n}"
        if kind in THROWN:
            return f'<intermediateThrowEvent id="{id}">{THROWN[kind]}</intermediateThrowEvent>', [], id
        if kind == "script":
            return script(id, "n + 1", "maybe"), [], id
        if kind == "user" or depth > 1:
            nodes = user(id)
        else:
            nodes = f'<subProcess id="{id}">{LOOPS[kind]}{self.scope(depth + 1, f"i{n}")}</subProcess>'
        lines = []
        for one, keep, both in self.choose(CATCHERS):
            b = next(self.numbers)
            flag = "false" if keep and one != "error" else "true"
            attributes = f'attachedToRef="{id}" cancelActivity="{flag}" parallelMultiple="{"true" if both and one == "several" else "false"}"'
            nodes += f'<boundaryEvent id="b{b}" {attributes}>{CAUGHT[one]}</boundaryEvent>' + user(f"z{b}")
            lines.append(f"b{b}>z{b}")
        return nodes, lines, id


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=12))
def test_whatever_is_thrown_where_no_token_is_lost(data, choices):
    process = compiled(model(Drawing(data.draw).scope(0, "i0"), roots=ROOTS))
    limits = Limits(moves=2000, scopes=400)
    first = step(process, None, commands.StartProcess({"n": 1}), NOW, limits)
    state, history, now = first.state, list(first.events), NOW
    for choice, value in choices:
        check_tokens(state)
        command = some_command(state, choice, value)
        blob, now = dump(state), now + timedelta(hours=value)
        try:
            events = decide(process, load(blob), command, now, limits)
        except Refused:
            continue
        assert (
            decide(process, load(blob), command, now, limits)
            == events
            == decode_events(encode_events(events))
        )
        state = step(process, state, command, now, limits).state
        history += events
    check_tokens(state)
    assert replay(history) == state
