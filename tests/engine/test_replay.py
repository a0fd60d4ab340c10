# ruff: noqa: E501  (models stand on one line each)
"""Random models of blocks × random commands × dump and load after every command.

The state equals the replayed events, the same commands give the same events, no token is lost, nothing is open
that no scope holds.
"""

import itertools
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.engine import (
    Refused,
    apply,
    commands,
    decide,
    decode_events,
    dump,
    encode_events,
    load,
    replay,
    step,
)
from tests.engine.models import NOW, compiled, flows, io, message, model, script, service, timer, user

ROOTS = (
    message("M")
    + '<error id="E1" errorCode="E1"/><signal id="G" name="G"/><escalation id="X1" escalationCode="X1"/>'
)
CONDITION = "<conditionalEventDefinition><condition>=maybe &gt; 2</condition></conditionalEventDefinition>"
SEVERAL = f'<messageEventDefinition messageRef="M"/>{CONDITION}<timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition>'
LEAVES = st.sampled_from(
    [
        "user",
        "service",
        "script",
        "timer",
        "cycle",
        "boundary-timer",
        "boundary-message",
        "boundary-error",
        "receive",
        "mapped",
        "broken",
        "throw",
        "condition",
        "several",
        "all-of-several",
        "escalate",
        "link",
        "quantity",
        "waits-for-data",
        "gives-data",
    ]
)
BLOCKS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["seq", "xor", "par", "or", "some", "race", "or-task", "loop", "sub", "sub-bound", "sub-handler"]), inner, inner),
    ),
    max_leaves=6,
)  # fmt: skip


class Drawing:
    """Draws blocks; each gives (nodes, flows, first id, last id)."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def draw(self, block):
        n = next(self.numbers)
        if isinstance(block, str):
            return self.leaf(block, f"n{n}")
        kind, left, right = block
        a, b = self.draw(left), self.draw(right)
        if kind == "seq":
            return a[0] + b[0], [*a[1], *b[1], f"{a[3]}>{b[2]}"], a[2], b[3]
        if kind in ("xor", "par"):
            gate = "exclusiveGateway" if kind == "xor" else "parallelGateway"
            default = f'default="g{n}_{b[2]}"' if kind == "xor" else ""
            nodes = f'<{gate} id="g{n}" {default}/><{gate} id="m{n}"/>' + a[0] + b[0]
            first = f"g{n}>{a[2]}: n > 2" if kind == "xor" else f"g{n}>{a[2]}"
            return (
                nodes,
                [*a[1], *b[1], first, f"g{n}>{b[2]}", f"{a[3]}>m{n}", f"{b[3]}>m{n}"],
                f"g{n}",
                f"m{n}",
            )
        if kind in ("or", "some", "race"):
            return self.gates(kind, n, a, b)
        if kind == "or-task":
            nodes = user(f"u{n}", attributes=f'default="u{n}_{b[2]}"') + f'<task id="m{n}"/>' + a[0] + b[0]
            return (
                nodes,
                [*a[1], *b[1], f"u{n}>{a[2]}: n > 2", f"u{n}>{b[2]}", f"{a[3]}>m{n}", f"{b[3]}>m{n}"],
                f"u{n}",
                f"m{n}",
            )
        if kind == "loop":
            nodes = (
                f'<exclusiveGateway id="m{n}"/><exclusiveGateway id="x{n}" default="x{n}_{b[2]}"/>'
                + a[0]
                + b[0]
            )
            return (
                nodes,
                [*a[1], *b[1], f"m{n}>{a[2]}", f"{a[3]}>x{n}", f"x{n}>m{n}: n = 1", f"x{n}>{b[2]}"],
                f"m{n}",
                b[3],
            )
        return self.sub(kind, n, a, b)

    def gates(self, kind, n, a, b):
        """Inclusive split and join; a discriminator; a race of a message and a timer."""
        first, last = f"g{n}", f"m{n}"
        ends = [*a[1], *b[1], f"{a[3]}>{last}", f"{b[3]}>{last}"]
        if kind == "or":
            nodes = f'<inclusiveGateway id="{first}"/><inclusiveGateway id="{last}"/>'
            ends += [f"{first}>{a[2]}: n > 2", f"{first}>{b[2]}: n < 4"]
        elif kind == "some":
            count = "<activationCondition>=activationCount &gt;= 1</activationCondition>"
            nodes = f'<parallelGateway id="{first}"/><complexGateway id="{last}">{count}</complexGateway>'
            ends += [f"{first}>{a[2]}", f"{first}>{b[2]}"]
        else:
            awaited = f'<intermediateCatchEvent id="w{n}"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
            late = timer(f"l{n}", "intermediateCatchEvent", "timeDuration", "PT2H")
            nodes = f'<eventBasedGateway id="{first}"/><exclusiveGateway id="{last}"/>{awaited}{late}'
            ends += [f"{first}>w{n}>{a[2]}", f"{first}>l{n}>{b[2]}"]
        return nodes + a[0] + b[0], ends, first, last

    def sub(self, kind, n, a, b):
        inner = (
            f'<startEvent id="i{n}"/><endEvent id="e{n}"/>'
            + a[0]
            + flows(*a[1], f"i{n}>{a[2]}", f"{a[3]}>e{n}")
        )
        if kind == "sub-handler":
            start = f'<startEvent id="hs{n}" isInterrupting="{"true" if n % 2 else "false"}"><messageEventDefinition messageRef="M"/></startEvent>'
            inner += f'<subProcess id="h{n}" triggeredByEvent="true">{start}{user(f"ht{n}")}{flows(f"hs{n}>ht{n}")}</subProcess>'
            start = f'<startEvent id="cs{n}" isInterrupting="false">{CONDITION}</startEvent>'
            inner += f'<subProcess id="c{n}" triggeredByEvent="true">{start}{user(f"ct{n}")}{flows(f"cs{n}>ct{n}")}</subProcess>'
        nodes = f'<subProcess id="S{n}">{inner}</subProcess>' + b[0]
        lines = [*b[1], f"S{n}>{b[2]}"]
        if kind == "sub-bound":
            nodes += f'<boundaryEvent id="b{n}" attachedToRef="S{n}"><errorEventDefinition errorRef="E1"/></boundaryEvent><endEvent id="z{n}"/>'
            nodes += f'<boundaryEvent id="x{n}" attachedToRef="S{n}" cancelActivity="{"true" if n % 2 else "false"}"><escalationEventDefinition/></boundaryEvent>'
            lines += [f"b{n}>z{n}", f"x{n}>z{n}"]
        return nodes, lines, f"S{n}", b[3]

    def leaf(self, kind, n):
        if kind == "link":
            ends = zip(("Throw", "Catch"), (n, f"c{n}"), strict=True)
            link = "<intermediate{0}Event id='{1}'><linkEventDefinition name='L{2}'/></intermediate{0}Event>"
            return "".join(link.format(end, id, n) for end, id in ends), [], n, f"c{n}"
        if kind == "quantity":
            gives, takes = (
                f'<task id="{n}" completionQuantity="2"/>',
                user(f"q{n}", attributes='startQuantity="2"'),
            )
            return gives + takes, [f"{n}>q{n}"], n, f"q{n}"
        keep = f'attachedToRef="{n}" cancelActivity="false"'
        data = f'<dataObject id="d{n}" name="maybe"/>'
        nodes = {
            "user": user(n),
            "service": service(n),
            "script": script(n, "n + 1", "n"),
            "timer": timer(n, "intermediateCatchEvent", "timeDuration", "PT1H"),
            "cycle": timer(n, "intermediateCatchEvent", "timeCycle", "R2/PT1H"),
            "boundary-timer": user(n) + timer(f"b{n}", "boundaryEvent", "timeCycle", "R2/PT1H", keep) + user(f"z{n}"),
            "boundary-message": user(n) + f'<boundaryEvent id="b{n}" {keep}><messageEventDefinition messageRef="M"/></boundaryEvent>' + user(f"z{n}"),
            "boundary-error": service(n) + f'<boundaryEvent id="b{n}" attachedToRef="{n}"><errorEventDefinition errorRef="E1"/></boundaryEvent>' + user(f"z{n}"),
            "receive": f'<receiveTask id="{n}" messageRef="M"/>',
            "mapped": user(n, extension=io("in local = n", "out n = local + 1", "out c.d = n")),
            "broken": script(n, "maybe * 2", "maybe"),
            "throw": f'<intermediateThrowEvent id="{n}"><signalEventDefinition signalRef="G"/></intermediateThrowEvent>',
            "escalate": f'<intermediateThrowEvent id="{n}"><escalationEventDefinition escalationRef="X1"/></intermediateThrowEvent>',
            "condition": f'<intermediateCatchEvent id="{n}">{CONDITION}</intermediateCatchEvent>',
            "several": f'<intermediateCatchEvent id="{n}">{SEVERAL}</intermediateCatchEvent>',
            "all-of-several": user(n) + f'<boundaryEvent id="b{n}" {keep} parallelMultiple="true">{SEVERAL}</boundaryEvent>' + user(f"z{n}"),
            "waits-for-data": data + user(n, f'<ioSpecification><dataInput id="i{n}"/><inputSet><dataInputRefs>i{n}</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>d{n}</sourceRef><targetRef>i{n}</targetRef></dataInputAssociation>'),
            "gives-data": data + service(n, inner=f'<ioSpecification><dataOutput id="o{n}" name="n"/><inputSet/><outputSet><dataOutputRefs>o{n}</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><sourceRef>o{n}</sourceRef><targetRef>d{n}</targetRef></dataOutputAssociation>'),
        }[kind]  # fmt: skip
        return nodes, [f"b{n}>z{n}"] if f'id="z{n}"' in nodes else [], n, n


def xml_of(block):
    nodes, lines, first, last = Drawing().draw(block)
    whole = f'<startEvent id="s"/><endEvent id="e"/>{nodes}'
    return model(whole, *lines, f"s>{first}", f"{last}>e", roots=ROOTS)


def process_of(block):
    return compiled(xml_of(block))


def some_command(state, choice, value):
    """One of the commands that a state invites, or one that nobody invited."""
    offers = [
        commands.CompleteTask(key, {"n": value, f"v{value}": [value, {"x": None}]}) for key in state.tasks
    ]
    offers += [commands.CompleteJob(key, {"n": value}) for key in state.jobs]
    offers += [
        commands.FailJob(key, "down", value % 3, NOW + timedelta(days=1) if value == 2 else None)
        for key in state.jobs
    ]
    offers += [
        commands.ThrowError(key, "E1", variables={"why": value}) for key in (*state.jobs, *state.tasks)
    ]
    offers += [commands.ResolveIncident(key) for key in state.incidents]
    offers += [commands.UpdateVariables(key, {"maybe": value}) for key in state.scopes]
    offers += [
        commands.FireTimers(),
        commands.CorrelateMessage("M", "k", {"m": value}, f"id{value}"),
        commands.BroadcastSignal("G"),
    ]
    offers += [commands.Suspend(), commands.Resume(), commands.CompleteTask(9999), commands.StartProcess()]
    return offers[choice % len(offers)]


def check_tokens(state):
    """Every scope counts its tokens right; every token stands where something can still happen."""
    for key, scope in state.scopes.items():
        children = [inner for inner in state.scopes.values() if inner.parent == key]
        moving = sum(1 for at, _ in state.moving if at == key)
        assert scope.tokens == len(children) + moving + sum(scope.arrived.values())
        assert (scope.parent in state.scopes) == (key != 1)
    if state.status != "active":
        assert list(state.scopes) == [1] and state.scopes[1].tokens == 0
        assert not (
            state.tasks
            or state.jobs
            or state.timers
            or state.subscriptions
            or state.conditions
            or state.incidents
            or state.moving
        )
        return
    assert state.scopes[1].tokens > 0
    if not state.suspended and not state.halted:
        assert not state.moving
    held = {
        key for key, scope in state.scopes.items() if any(name.endswith(":waits") for name in scope.memory)
    }
    held |= {
        record.scope
        for kind in (state.jobs, state.timers, state.subscriptions, state.conditions, state.incidents)
        for record in kind.values()
    }
    assert held <= set(state.scopes), "nothing is open in a scope that ended"
    parents = {scope.parent for scope in state.scopes.values()}
    arrived = {key for key, scope in state.scopes.items() if scope.arrived}
    moving = {key for key, _ in state.moving}
    for key in state.scopes:
        assert key in held or key in state.tasks or key in parents or key in arrived or key in moving, (
            "a lost token"
        )


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS, st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=14))
def test_state_equals_replayed_events_whatever_happens(block, choices):
    process = process_of(block)
    now = NOW
    first = step(process, None, commands.StartProcess({"n": 1}), now)
    state, history = first.state, list(first.events)
    check_tokens(state)
    for choice, value in choices:
        now += timedelta(hours=value)
        command = some_command(state, choice, value)
        blob = dump(state)
        before = load(blob)
        assert before == state
        try:
            events = decide(process, before, command, now)
        except Refused:
            assert dump(before) == blob, "a refusal changes nothing"
            continue
        assert dump(before) == blob, "the state given is not changed"
        assert decide(process, load(blob), command, now) == events, "the same command gives the same events"
        assert decode_events(encode_events(events)) == events
        state = step(process, before, command, now).state
        folded = before
        for event in events:
            folded = apply(folded, event)
        assert folded == state
        history += events
        check_tokens(state)
    assert replay(history) == state
