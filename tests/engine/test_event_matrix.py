# ruff: noqa: E501  (models stand on one line each)
"""Table A3: every trigger at every position. What it allows runs, what it forbids is refused (V-EVT-01)."""

import pytest

from backend.engine import Host, ModelFaults, commands, dump, load, read_bpmn, replay
from backend.engine import events as ev
from tests.engine.models import HOUR, NOW, compiled, flows, message, model, open_tasks, passed, state, user

ROOTS = message("M") + (
    '<signal id="G" name="G"/><error id="E1" errorCode="E1"/><escalation id="X1" escalationCode="X1"/>'
)
MESSAGE = '<messageEventDefinition messageRef="M"/>'
SIGNAL = '<signalEventDefinition signalRef="G"/>'
DEFINITIONS = {
    "none": "",
    "message": MESSAGE,
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "conditional": "<conditionalEventDefinition><condition>=go</condition></conditionalEventDefinition>",
    "signal": SIGNAL,
    "escalation": '<escalationEventDefinition escalationRef="X1"/>',
    "error": '<errorEventDefinition errorRef="E1"/>',
    "compensation": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "link": '<linkEventDefinition name="L"/>',
    "terminate": "<terminateEventDefinition/>",
    "multiple": MESSAGE + SIGNAL,
    "parallel multiple": MESSAGE + SIGNAL,
}
CATCHES = "message timer conditional signal multiple parallel-multiple"
ALLOWED = {
    "start: process": "none " + CATCHES,
    "start: sub-process": "none",
    "handler": CATCHES + " escalation error compensation",
    "handler, non-interrupting": CATCHES + " escalation",
    "catch": CATCHES + " link",
    "throw": "none message signal escalation compensation link multiple",
    "boundary": CATCHES + " escalation error compensation cancel",
    "boundary, non-interrupting": CATCHES + " escalation",
    "end": "none message signal escalation error compensation cancel terminate multiple",
}
ELSEWHERE = ("compensation", "cancel", "link")  # need more around them: see WITH_MORE
ALL = [(place, trigger) for place in ALLOWED for trigger in DEFINITIONS]


def allowed(place, trigger):
    return trigger.replace(" ", "-") in ALLOWED[place].split()


RUNS = [one for one in ALL if allowed(*one) and one[1] not in ELSEWHERE]
WARNED = [(place, "compensation") for place in ALLOWED if "non-interrupting" in place]  # V-EVT-04
FORBIDDEN = [one for one in ALL if not allowed(*one) and one not in WARNED]


def event(kind, id, trigger, attributes=""):
    parallel = ' parallelMultiple="true"' if trigger == "parallel multiple" else ""
    return f'<{kind} id="{id}" {attributes}{parallel}>{DEFINITIONS[trigger]}</{kind}>'


def sub(id, nodes, *lines, attributes=""):
    return f'<subProcess id="{id}" {attributes}>{nodes}{flows(*lines)}</subProcess>'


def drawn(place, trigger):
    """A model with the trigger at that place; what is reached by it is the task `h`, the work beside it `a`."""
    thrown = event("endEvent", "thrown", trigger if trigger in ("error", "escalation") else "none")
    work = '<startEvent id="i"/>' + user("a") + thrown
    keep = "false" if "non-interrupting" in place else "true"
    if place == "start: process":
        return model(event("startEvent", "x", trigger) + user("h"), "x>h", roots=ROOTS)
    if place == "start: sub-process":
        inner = sub("S", event("startEvent", "x", trigger) + user("h"), "x>h")
        return model('<startEvent id="s"/>' + inner, "s>S", roots=ROOTS)
    if place in ("catch", "throw"):
        kind = "intermediateCatchEvent" if place == "catch" else "intermediateThrowEvent"
        return model('<startEvent id="s"/>' + event(kind, "x", trigger) + user("h"), "s>x>h", roots=ROOTS)
    if place == "end":
        return model('<startEvent id="s"/>' + event("endEvent", "x", trigger), "s>x", roots=ROOTS)
    if place.startswith("handler"):
        start = event("startEvent", "x", trigger, f'isInterrupting="{keep}"')
        work += sub("H", start + user("h"), "x>h", attributes='triggeredByEvent="true"')
        inner = sub("S", work, "i>a>thrown")
        return model('<startEvent id="s"/>' + inner, "s>S", roots=ROOTS)
    bound = event("boundaryEvent", "x", trigger, f'attachedToRef="S" cancelActivity="{keep}"')
    inner = sub("S", work, "i>a>thrown") + bound + user("h")
    return model('<startEvent id="s"/>' + inner, "s>S", "x>h", roots=ROOTS)


def provoke(host, trigger):
    """Let what the event waits for happen."""
    if "multiple" in trigger:
        host.broadcast("G", {"signalled": True})
        if trigger == "parallel multiple":
            assert not any("h" in open_tasks(host, one) for one in host.instances), "one member is not enough"
            saved(host)
            host.publish("M", "k", {"told": True})
    elif trigger == "message":
        host.publish("M", "k")
    elif trigger == "timer":
        host.advance(NOW + HOUR)
    elif trigger == "signal":
        host.broadcast("G")
    elif trigger == "conditional":
        host.do(1, commands.UpdateVariables(1, {"go": True}))
    elif trigger in ("escalation", "error"):
        host.complete(1, "a")


def saved(host):
    """Put away and taken out again, and told anew from the history: the same."""
    for instance in host.instances.values():
        assert replay(instance.events) == instance.state
        instance.state = load(dump(instance.state))


@pytest.mark.parametrize(("place", "trigger"), RUNS, ids=[f"{one[0]}-{one[1]}" for one in RUNS])
def test_what_table_A3_allows_runs(place, trigger):
    host = Host([compiled(drawn(place, trigger))], NOW)
    if place == "start: process" and trigger in ("conditional", "parallel multiple"):
        host.start("p", {}, "x")  # the host decides when
    elif place == "start: process" and trigger != "none":
        provoke(host, trigger)
    else:
        host.start("p")
    saved(host)
    if place in ("throw", "end"):
        check_thrown(host, place, trigger)
        return
    if not place.startswith("start"):
        assert open_tasks(host) == ([] if place == "catch" else ["a"])
        provoke(host, trigger)
        saved(host)
    stays = "non-interrupting" in place and trigger not in ("escalation", "error")
    assert sorted(open_tasks(host)) == (["a", "h"] if stays else ["h"])
    if trigger == "parallel multiple" and not place.startswith("start"):
        assert place.startswith("handler") or state(host).variables == {"signalled": True, "told": True}
    if stays and trigger != "timer":
        again(host, trigger)
    for task in open_tasks(host):
        host.complete(1, task)
    assert state(host).status == "completed"


def again(host, trigger):
    """What does not interrupt fires at every occurrence (X-BND-02, X-EVSUB-02)."""
    if trigger == "conditional":
        host.do(1, commands.UpdateVariables(1, {"go": False}))
    provoke_again = {"parallel multiple": "parallel"}.get(trigger, trigger)
    if provoke_again == "parallel":
        host.publish("M", "k")
        host.broadcast("G")
    else:
        provoke(host, trigger)
    assert sorted(open_tasks(host)) == ["a", "h", "h"]


THROWN = {
    "message": [ev.MessageThrown], "signal": [ev.SignalThrown], "escalation": [ev.EscalationThrown],
    "error": [ev.ErrorThrown], "multiple": [ev.MessageThrown, ev.SignalThrown],
}  # fmt: skip
ENDS = {"error": "failed", "terminate": "terminated"}


def check_thrown(host, place, trigger):
    told = (ev.MessageThrown, ev.SignalThrown, ev.EscalationThrown, ev.ErrorThrown)
    assert [type(one) for one in host.instances[1].events if isinstance(one, told)] == THROWN.get(trigger, [])
    if place == "end":
        assert state(host).status == ENDS.get(trigger, "completed")
    else:
        assert open_tasks(host) == ["h"]


@pytest.mark.parametrize(("place", "trigger"), FORBIDDEN, ids=[f"{one[0]}-{one[1]}" for one in FORBIDDEN])
def test_V_EVT_01_what_table_A3_forbids_is_refused(place, trigger):
    with pytest.raises(ModelFaults) as refused:
        read_bpmn(drawn(place, trigger), "foreign")
    rules = {one.rule for one in refused.value.faults if one.severity == "E"}
    expected = {"V-EVT-01", "V-EVT-02", "V-EVT-04", "V-SUB-01", "V-EVSUB-03"}
    assert rules & expected, rules


UNDO = '<boundaryEvent id="b" attachedToRef="c"><compensateEventDefinition/></boundaryEvent><task id="undo" isForCompensation="true"/><association id="as" sourceRef="b" targetRef="undo" associationDirection="One"/>'
DONE = '<startEvent id="s"/><task id="c"/>'
CANCEL = (
    '<transaction id="T"><startEvent id="i"/>'
    + event("endEvent", "x", "cancel")
    + flows("i>x")
    + "</transaction>"
)
HANDLER = sub(
    "H",
    event("startEvent", "x", "compensation") + '<task id="reached"/>',
    "x>reached",
    attributes='triggeredByEvent="true"',
)
WITH_MORE = {
    "handler: compensation": (
        '<startEvent id="s"/>'
        + sub("S", '<startEvent id="i"/><task id="c"/>' + HANDLER, "i>c")
        + event("endEvent", "e", "compensation"),
        ["s>S>e"],
    ),
    "throw: compensation": (
        DONE + UNDO + event("intermediateThrowEvent", "x", "compensation") + '<task id="reached"/>',
        ["s>c>x>reached"],
    ),
    "end: compensation": (
        DONE + UNDO.replace("undo", "reached") + event("endEvent", "x", "compensation"),
        ["s>c>x"],
    ),
    "boundary: compensation": (
        DONE + UNDO.replace("undo", "reached") + event("endEvent", "e", "compensation"),
        ["s>c>e"],
    ),
    "boundary and end: cancel": (
        '<startEvent id="s"/>'
        + CANCEL
        + event("boundaryEvent", "b", "cancel", 'attachedToRef="T"')
        + '<task id="reached"/>',
        ["s>T", "b>reached"],
    ),
    "throw and catch: link": (
        '<startEvent id="s"/>'
        + event("intermediateThrowEvent", "x", "link")
        + event("intermediateCatchEvent", "y", "link")
        + '<task id="reached"/>',
        ["s>x", "y>reached"],
    ),
}


@pytest.mark.parametrize("place", list(WITH_MORE))
def test_what_table_A3_allows_with_more_around_it_runs(place):
    nodes, lines = WITH_MORE[place]
    host = Host([compiled(model(nodes, *lines, roots=ROOTS))], NOW)
    host.start("p")
    saved(host)
    assert state(host).status == "completed" and passed(host, "reached") == 1
