# ruff: noqa: E501  (models stand on one line each)
"""Guards (limits, counted): whatever a model does for ever ends as one incident of its case, and can be repaired."""

import pytest

from backend.engine import Host, Limits, commands, dump, load, replay, step
from backend.engine import events as ev
from tests.engine.models import HOUR, NOW, compiled, flows, message, model, raised, script, state, timer, user

START = '<startEvent id="s"/>'
MERGES = '<exclusiveGateway id="m"/><exclusiveGateway id="x"/>'
SIGNAL = '<signal id="G" name="G"/>'
ESCALATION = '<escalation id="E" escalationCode="E"/>'
THROW = '<intermediateThrowEvent id="t"><signalEventDefinition signalRef="G"/></intermediateThrowEvent>'


def handler(id, trigger, nodes, *lines):
    """A non-interrupting event sub-process."""
    start = f'<startEvent id="{id}s" isInterrupting="false">{trigger}</startEvent>'
    return f'<subProcess id="{id}" triggeredByEvent="true">{start}{nodes}{flows(*lines)}</subProcess>'


def turning(id, condition, written, expression):
    """A handler that writes a variable whenever a condition turns true."""
    trigger = f"<conditionalEventDefinition><condition>={condition}</condition></conditionalEventDefinition>"
    return handler(id, trigger, script(f"{id}t", expression, written), f"{id}s>{id}t")


def sub(id, nodes, *lines):
    return f'<subProcess id="{id}">{nodes}{flows(*lines)}</subProcess>'


def boundary(id, host, trigger, keeps):
    cancel = "false" if keeps else "true"
    return (
        f'<boundaryEvent id="{id}" attachedToRef="{host}" cancelActivity="{cancel}">{trigger}</boundaryEvent>'
    )


LOOP = "<standardLoopCharacteristics><loopCondition>=true</loopCondition></standardLoopCharacteristics>"


def many(number):
    inner = f"<loopCardinality>={number}</loopCardinality>"
    return f"<multiInstanceLoopCharacteristics>{inner}</multiInstanceLoopCharacteristics>"


ESCALATED = '<escalationEventDefinition escalationRef="E"/>'
ERROR = '<errorEventDefinition errorRef="E1"/>'
SIGNALLED = '<signalEventDefinition signalRef="G"/>'

ENDLESS = {
    "loop of scripts": model(START + MERGES + script("n", "n + 1", "n"), "s>m>n>x", "x>m"),
    "two tokens out of one": model(START + MERGES + '<parallelGateway id="g"/>', "s>m>g", "g>x", "g>m", "x>m"),
    "a task each round": model(START + MERGES + '<parallelGateway id="g"/>' + user("a"), "s>m>g", "g>a", "g>m"),
    "links in a circle": model(
        START + '<intermediateCatchEvent id="c"><linkEventDefinition name="L"/></intermediateCatchEvent>'
        '<intermediateThrowEvent id="l"><linkEventDefinition name="L"/></intermediateThrowEvent><exclusiveGateway id="m"/>',
        "s>m>l", "c>m",
    ),
    "a signal that throws itself": model(
        START + THROW + user("a") + handler("H", SIGNALLED, f'<endEvent id="he">{SIGNALLED}</endEvent>', "Hs>he"),
        "s>t>a", roots=SIGNAL,
    ),
    "a signal that throws itself twice": model(
        START + THROW + user("a")
        + handler("H", SIGNALLED, f'<endEvent id="he">{SIGNALLED}</endEvent><endEvent id="hf">{SIGNALLED}</endEvent>', "Hs>he", "Hs>hf"),
        "s>t>a", roots=SIGNAL,
    ),
    "conditions that turn each other": model(
        START + turning("A", "a > b", "b", "b + 2") + turning("B", "b > a", "a", "a + 2") + script("q", "a + 1", "a") + user("u"),
        "s>q>u",
    ),
    "escalations in a loop": model(
        START + sub("P", '<startEvent id="i"/><exclusiveGateway id="pm"/>'
        f'<intermediateThrowEvent id="th">{ESCALATED}</intermediateThrowEvent>', "i>pm>th>pm")
        + boundary("b", "P", ESCALATED, True) + user("z"),
        "s>P", "b>z", roots=ESCALATION,
    ),
    "escalations that begin anew": model(
        START + MERGES + sub("P", f'<startEvent id="i"/><intermediateThrowEvent id="th">{ESCALATED}</intermediateThrowEvent>', "i>th")
        + boundary("b", "P", ESCALATED, True),
        "s>m>P>m", "b>m", roots=ESCALATION,
    ),
    "a standard loop of nothing": model(START + f'<subProcess id="P">{LOOP}<task id="q"/></subProcess>', "s>P"),
    "a standard loop of scripts": model(START + script("a", "n + 1", "n").replace("</scriptTask>", f"{LOOP}</scriptTask>"), "s>a"),
    "many in each of many": model(START + f'<subProcess id="P">{many(900)}{user("a", many(900))}</subProcess>', "s>P"),
    "calls of itself, twice each": model(
        START + '<parallelGateway id="g"/><callActivity id="c" calledElement="p"/><callActivity id="d" calledElement="p"/>',
        "s>g", "g>c", "g>d",
    ),
    "compensation in a loop": model(
        START + '<exclusiveGateway id="m"/><task id="a"/><boundaryEvent id="cb" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
        '<scriptTask id="undo" isForCompensation="true"/><association id="as" sourceRef="cb" targetRef="undo"/>'
        '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>',
        "s>m>a>t>m",
    ),
    "a transaction cancelled for ever": model(
        START + '<exclusiveGateway id="m"/><transaction id="T"><startEvent id="ti"/><endEvent id="te"><cancelEventDefinition/></endEvent>'
        + flows("ti>te") + '</transaction><boundaryEvent id="tb" attachedToRef="T"><cancelEventDefinition/></boundaryEvent>',
        "s>m>T", "tb>m",
    ),
    "errors that begin anew": model(
        START + MERGES + sub("P", f'<startEvent id="i"/><endEvent id="th">{ERROR}</endEvent>', "i>th") + boundary("b", "P", ERROR, False),
        "s>m>P", "b>m", roots='<error id="E1" errorCode="E1"/>',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_one_incident_of_its_case(name):
    process = compiled(ENDLESS[name])
    began = step(process, None, commands.StartProcess({"n": 0, "a": 0, "b": 0}), NOW)
    (incident,) = began.state.incidents.values()
    assert incident.kind == "limit" and began.state.halted
    assert len(began.events) < 50_000
    assert load(dump(began.state)) == began.state == replay(began.events)
    again = step(process, began.state, commands.ResolveIncident(began.state.halted), NOW)
    assert [one.kind for one in again.state.incidents.values()] == ["limit"], (
        "resolved, it goes on to the next"
    )
    over = step(process, began.state, commands.Cancel(), NOW)
    assert over.state.status == "terminated" and not over.state.incidents


@pytest.mark.parametrize("cycle", ["R/PT1S", "R/PT1M"])
def test_a_cycle_that_is_years_late_is_one_incident(cycle):
    keep = 'attachedToRef="a" cancelActivity="false"'
    process = compiled(
        model(START + user("a") + timer("b", "boundaryEvent", "timeCycle", cycle, keep), "s>a")
    )
    began = step(process, None, commands.StartProcess(), NOW).state
    late = step(process, began, commands.FireTimers(), NOW + 99_999 * HOUR)
    assert [one.kind for one in late.state.incidents.values()] == ["limit"]
    assert sum(isinstance(one, ev.TimerFired) for one in late.events) <= Limits().moves


def test_timers_that_are_due_at_once_all_fire_in_order_X_TIME_04():
    number = 1_000
    tasks = "".join(
        user(f"a{n}") + timer(f"b{n}", "boundaryEvent", "timeDuration", "PT1H", f'attachedToRef="a{n}"')
        for n in range(number)
    )
    process = compiled(
        model(START + '<parallelGateway id="g"/>' + tasks, "s>g", *(f"g>a{n}" for n in range(number)))
    )
    began = step(process, None, commands.StartProcess(), NOW).state
    fired = step(process, began, commands.FireTimers(), NOW + HOUR)
    assert [one.element for one in fired.events if isinstance(one, ev.TimerFired)] == [
        f"b{n}" for n in range(number)
    ]
    assert fired.state.status == "completed"


def test_a_timer_set_while_others_fire_takes_its_turn_by_its_instant_X_TIME_04():
    keep = 'attachedToRef="a" cancelActivity="false"'
    nodes = (
        START
        + user("a")
        + timer("b", "boundaryEvent", "timeCycle", "R3/PT1H", keep)
        + timer("c", "boundaryEvent", "timeDuration", "PT90M", keep)
    )
    process = compiled(model(nodes + user("z"), "s>a", "b>z", "c>z"))
    began = step(process, None, commands.StartProcess(), NOW).state
    fired = step(process, began, commands.FireTimers(), NOW + 5 * HOUR)
    assert [one.element for one in fired.events if isinstance(one, ev.TimerFired)] == ["b", "c", "b", "b"]


@pytest.mark.parametrize("number", [10_001, 10**9])
def test_more_instances_than_may_live_are_refused_before_any_begins(number):
    began = step(compiled(model(START + user("a", many(number)), "s>a")), None, commands.StartProcess(), NOW)
    assert [one.kind for one in began.state.incidents.values()] == ["loop"]
    assert not began.state.tasks and len(began.events) < 10


def test_a_call_of_itself_stops_at_its_depth():
    process = compiled(model(START + '<callActivity id="c" calledElement="p"/>', "s>c"))
    began = step(process, None, commands.StartProcess(), NOW)
    assert [(one.element, one.kind) for one in began.state.incidents.values()] == [("c", "call")]
    assert len(began.state.scopes) < 200 and load(dump(began.state)) == began.state
    assert step(process, began.state, commands.Cancel(), NOW).state.status == "terminated"


def test_thousands_of_compensations_run_in_one_step():
    nodes = START + MERGES.replace('id="x"', 'id="x" default="x_t"') + script("n", "n + 1", "n") + (
        '<task id="a"/><boundaryEvent id="cb" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
        '<scriptTask id="undo" isForCompensation="true"/><association id="as" sourceRef="cb" targetRef="undo"/>'
        '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>'
    )  # fmt: skip
    process = compiled(model(nodes, "s>m>a>n>x", "x>m: n < 1000", "x>t"))
    began = step(process, None, commands.StartProcess({"n": 0}), NOW)
    assert began.state.status == "completed"
    kinds = (ev.NodePassed, ev.ElementCompleted)
    assert sum(isinstance(one, kinds) and one.element == "undo" for one in began.events) == 1_000


# --- between instances ---

CIRCLE = message("M", key='=""')
THROWN = '<messageEventDefinition messageRef="M"/>'
BEGUN_BY_ITSELF = model(
    f'{START}<startEvent id="z">{THROWN}</startEvent><endEvent id="e">{THROWN}</endEvent><exclusiveGateway id="m"/>',
    "s>m>e", "z>m", roots=CIRCLE,
)  # fmt: skip


def test_a_throw_far_from_its_origin_is_an_incident_of_the_thrower():
    process = compiled(BEGUN_BY_ITSELF)
    few = Limits(hops=5)
    near = step(process, None, commands.StartProcess(start="z", hops=4), NOW, few)
    (thrown,) = [one for one in near.events if isinstance(one, ev.MessageThrown)]
    assert thrown.hops == 5
    far = step(process, None, commands.StartProcess(start="z", hops=5), NOW, few)
    assert [(one.element, one.kind) for one in far.state.incidents.values()] == [("e", "message")]
    resolved = step(process, far.state, commands.ResolveIncident(next(iter(far.state.incidents))), NOW, few)
    assert resolved.state.status == "completed", "staff let it throw once more: a new origin"
    assert [one.hops for one in resolved.events if isinstance(one, ev.MessageThrown)] == [1]


def test_other_cases_do_not_notice_an_endless_one():
    good = model(START + user("a"), "s>a")
    host = Host([compiled(good), compiled(ENDLESS["loop of scripts"].replace(b'id="p"', b'id="q"'))], NOW)
    host.start("p")
    host.start("q", {"n": 0})
    assert raised(host, 2) == [("m", "limit")]
    host.complete(1, "a")
    assert state(host, 1).status == "completed"


def begun_by_what_it_throws(trigger, roots):
    """Two out of one, for ever."""
    ends = f'<endEvent id="e">{trigger}</endEvent><endEvent id="f">{trigger}</endEvent><task id="m"/>'
    return model(
        f'{START}<startEvent id="z">{trigger}</startEvent>{ends}', "s>m>e", "m>f", "z>m", roots=roots
    )


STORMS = {
    "a message begins its own process": BEGUN_BY_ITSELF,
    "a message begins two more": begun_by_what_it_throws(THROWN, CIRCLE),
    "a message with a key begins two more": begun_by_what_it_throws(THROWN, message("M")),
    "a signal begins two more": begun_by_what_it_throws(SIGNALLED, SIGNAL),
}


@pytest.mark.parametrize("name", STORMS)
def test_a_storm_between_instances_ends_as_incidents_and_others_go_on(name):
    host = Host(
        [compiled(STORMS[name]), compiled(model(START + user("a"), "s>a").replace(b'id="p"', b'id="q"'))], NOW
    )
    other = host.start("q")
    host.start("p", start="s")
    assert len(host.instances) < 20_000
    open_ = [one for one in host.instances.values() if one.state.incidents]
    assert open_ and all(
        incident.kind == "message" for one in open_ for incident in one.state.incidents.values()
    )
    host.complete(other, "a")
    assert state(host, other).status == "completed"


def test_two_cases_that_answer_each_other_for_ever_stop():
    def side(id, thrown, caught, *lines):
        nodes = (
            f'<intermediateThrowEvent id="t"><messageEventDefinition messageRef="{thrown}"/></intermediateThrowEvent>'
            f'<intermediateCatchEvent id="c"><messageEventDefinition messageRef="{caught}"/></intermediateCatchEvent>'
        )
        xml = model(START + '<exclusiveGateway id="m"/>' + nodes, *lines, roots=message("A") + message("B"))
        return compiled(xml.replace(b'id="p"', f'id="{id}"'.encode()))

    host = Host([side("one", "A", "B", "s>m>t>c>m"), side("two", "B", "A", "s>m>c>t>m")], NOW)
    host.start("two")
    host.start("one")
    stopped = [one for one in host.instances.values() if one.state.incidents]
    assert len(stopped) == 1 and [one.kind for one in stopped[0].state.incidents.values()] == ["message"]


def test_messages_that_nobody_awaits_cost_others_nothing():
    nodes = START + MERGES + f'<intermediateThrowEvent id="t">{THROWN}</intermediateThrowEvent>'
    host = Host([compiled(model(nodes, "s>m>t>m", roots=CIRCLE))], NOW)
    host.start("p")
    assert raised(host)[0][1] == "limit" and len(host.kept) > 1_000
