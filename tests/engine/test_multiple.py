# ruff: noqa: E501  (models stand on one line each)
"""Events with several triggers, and definitions at the root that many events share: rules X-MULTI, V-REF-06."""

import pytest

from backend.engine import commands, dump, load, replay
from backend.engine import events as ev
from tests.engine.models import HOUR, NOW, flows, hosted, message, model, open_tasks, raised, state, user

ROOTS = (
    message("M") + message("N") + '<signal id="G" name="G"/><error id="E1" errorCode="E1"/><escalation id="X1" escalationCode="X1"/>'
    '<timerEventDefinition id="soon"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    '<messageEventDefinition id="told" messageRef="M"/><signalEventDefinition id="blown" signalRef="G"/>'
    '<conditionalEventDefinition id="right"><condition>=ok</condition></conditionalEventDefinition>'
    '<errorEventDefinition id="wrong" errorRef="E1"/><escalationEventDefinition id="up" escalationRef="X1"/>'
)  # fmt: skip
M = '<messageEventDefinition messageRef="M"/>'
N = '<messageEventDefinition messageRef="N"/>'
G = '<signalEventDefinition signalRef="G"/>'
T = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
E = '<errorEventDefinition errorRef="E1"/>'
X = '<escalationEventDefinition escalationRef="X1"/>'
OK = "<conditionalEventDefinition><condition>=ok</condition></conditionalEventDefinition>"
BOTH = 'parallelMultiple="true"'


def ref(id):
    return f"<eventDefinitionRef>{id}</eventDefinitionRef>"


def event(kind, id, inner, attributes=""):
    return f'<{kind} id="{id}" {attributes}>{inner}</{kind}>'


def sub(id, nodes, *lines, attributes=""):
    return f'<subProcess id="{id}" {attributes}>{nodes}{flows(*lines)}</subProcess>'


def run(nodes, *lines, variables=None):
    host = hosted(model('<startEvent id="s"/>' + nodes, *lines, roots=ROOTS), variables)
    saved(host)
    return host


def saved(host):
    for instance in host.instances.values():
        assert replay(instance.events) == instance.state
        instance.state = load(dump(instance.state))


def come(host, what):
    """Let one trigger happen, then put the instance away and take it out."""
    if what in ("M", "N"):
        host.publish(what, "k", {what: True})
    elif what == "G":
        host.broadcast("G", {"G": True})
    elif what == "T":
        host.advance(host.now + HOUR)
    elif what == "OK":
        host.do(1, commands.UpdateVariables(1, {"ok": True}))
    saved(host)


@pytest.mark.parametrize("first", ["M", "N", "G", "T", "OK"])
def test_X_MULTI_01_any_one_member_is_enough_and_the_others_are_withdrawn(first):
    host = run(event("intermediateCatchEvent", "c", M + N + G + T + OK) + user("a"), "s>c>a")
    assert open_tasks(host) == []
    come(host, first)
    assert open_tasks(host) == ["a"]
    held = state(host)
    assert not held.subscriptions and not held.timers and not held.conditions


@pytest.mark.parametrize("first", ["M", "G", "T", "OK"])
@pytest.mark.parametrize("keep", [True, False])
def test_X_MULTI_01_at_a_boundary(first, keep):
    flag = f'attachedToRef="a" cancelActivity="{"false" if keep else "true"}"'
    host = run(user("a") + event("boundaryEvent", "b", M + G + T + OK, flag) + user("h"), "s>a", "b>h")
    come(host, first)
    assert sorted(open_tasks(host)) == (["a", "h"] if keep else ["h"])
    if keep:
        come(host, "G")
        assert sorted(open_tasks(host)) == ["a", "h", "h"]
        host.complete(1, "a")
    held = state(host)
    assert not held.subscriptions and not held.timers and not held.conditions


ORDERS = [("M", "G", "T", "OK"), ("OK", "T", "G", "M"), ("G", "OK", "M", "T")]


@pytest.mark.parametrize("order", ORDERS)
def test_X_MULTI_02_every_member_once_in_any_order_and_all_their_data(order):
    host = run(event("intermediateCatchEvent", "c", M + G + T + OK, BOTH) + user("a"), "s>c>a")
    for one in order:
        assert open_tasks(host) == []
        come(host, one)
    assert open_tasks(host) == ["a"]
    assert state(host).variables == {"M": True, "G": True, "ok": True}


def test_X_MULTI_02_a_member_that_comes_twice_counts_once():
    host = run(event("intermediateCatchEvent", "c", M + G, BOTH) + user("a"), "s>c>a")
    come(host, "G")
    come(host, "G")
    assert open_tasks(host) == []
    come(host, "M")
    assert open_tasks(host) == ["a"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("keep", [True, False])
def test_X_MULTI_02_at_a_boundary_each_round_needs_every_member_anew(order, keep):
    flag = f'{BOTH} attachedToRef="a" cancelActivity="{"false" if keep else "true"}"'
    host = run(user("a") + event("boundaryEvent", "b", M + G + T + OK, flag) + user("h"), "s>a", "b>h")
    for one in order:
        assert open_tasks(host) == ["a"]
        come(host, one)
    assert sorted(open_tasks(host)) == (["a", "h"] if keep else ["h"])
    if keep:
        host.do(1, commands.UpdateVariables(1, {"ok": False}))
        for one in order:
            assert sorted(open_tasks(host)) == ["a", "h"]
            come(host, one)
        assert sorted(open_tasks(host)) == ["a", "h", "h"]


def test_X_MULTI_02_what_came_before_lives_only_as_long_as_the_activation():
    nodes = (
        '<exclusiveGateway id="m"/>'
        + user("a")
        + event("boundaryEvent", "b", M + G, f'{BOTH} attachedToRef="a"')
    )
    host = run(nodes + user("h"), "s>m>a>m", "b>h")
    come(host, "G")
    host.complete(1, "a")
    come(host, "M")
    assert open_tasks(host) == ["a"]
    come(host, "G")
    assert open_tasks(host) == ["h"]


def thrower(thrown, attributes):
    """S with a task, then an end event that throws, and a boundary with several triggers."""
    body = '<startEvent id="i"/>' + user("a") + event("endEvent", "t", thrown)
    around = sub("S", body, "i>a>t") + event(
        "boundaryEvent", "b", M + thrown, f'attachedToRef="S" {attributes}'
    )
    return run(around + user("h") + user("z"), "s>S>z", "b>h")


@pytest.mark.parametrize("thrown", [E, X], ids=["error", "escalation"])
def test_X_MULTI_01_errors_and_escalations_as_members(thrown):
    host = thrower(thrown, "")
    host.complete(1, "a")
    assert open_tasks(host) == ["h"]
    host = thrower(thrown, "")
    come(host, "M")
    assert open_tasks(host) == ["h"]


def test_X_MULTI_02_an_error_is_caught_only_as_the_last_member_an_escalation_at_any_time():
    host = thrower(E, BOTH)
    host.complete(1, "a")
    assert state(host).status == "failed"
    host = thrower(E, BOTH)
    come(host, "M")
    host.complete(1, "a")
    assert open_tasks(host) == ["h"]
    body = '<startEvent id="i"/>' + event("intermediateThrowEvent", "t", X) + user("a")
    around = sub("S", body, "i>t>a") + event("boundaryEvent", "b", M + X, f'attachedToRef="S" {BOTH}')
    host = run(around + user("h"), "s>S", "b>h")
    assert open_tasks(host) == ["a"] and not host.warnings
    come(host, "M")
    assert open_tasks(host) == ["h"]


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("both", [True, False])
def test_X_MULTI_at_the_start_of_an_event_sub_process(keep, both):
    flags = f'isInterrupting="{"false" if keep else "true"}" parallelMultiple="{"true" if both else "false"}"'
    handler = sub(
        "H", event("startEvent", "hs", M + G, flags) + user("h"), "hs>h", attributes='triggeredByEvent="true"'
    )
    host = run(user("a") + handler, "s>a")
    come(host, "G")
    expected = ["a", "h"] if keep else ["h"]
    assert sorted(open_tasks(host)) == (["a"] if both else expected)
    come(host, "M")
    assert sorted(open_tasks(host)) == (["a", "h", "h"] if keep and not both else expected)


def test_X_MULTI_03_all_members_are_thrown_in_order_and_an_error_last():
    body = '<startEvent id="i"/>' + event("endEvent", "t", E + M + X + G)
    around = sub("S", body, "i>t") + event("boundaryEvent", "b", E, 'attachedToRef="S"') + user("h")
    host = run(around, "s>S", "b>h")
    kinds = (ev.MessageThrown, ev.SignalThrown, ev.EscalationThrown, ev.ErrorThrown)
    thrown = [type(one).__name__ for one in host.instances[1].events if isinstance(one, kinds)]
    assert thrown == ["MessageThrown", "EscalationThrown", "SignalThrown", "ErrorThrown"]
    assert open_tasks(host) == ["h"]


def test_X_MULTI_03_terminate_last():
    host = run('<parallelGateway id="g"/>' + user("a") + event("endEvent", "t", "<terminateEventDefinition/>" + M), "s>g>a", "g>t")  # fmt: skip
    assert state(host).status == "terminated"
    assert any(isinstance(one, ev.MessageThrown) for one in host.instances[1].events)


def test_X_MULTI_03_a_stopped_thrower_still_sends_its_messages_but_throws_no_further():
    body = '<startEvent id="i"/>' + event("intermediateThrowEvent", "t", G + X + N) + user("never")
    around = sub("S", body, "i>t>never") + event("boundaryEvent", "b", G, 'attachedToRef="S"') + user("h")
    host = run(around, "s>S", "b>h")
    kinds = (ev.MessageThrown, ev.EscalationThrown)
    assert [type(one) for one in host.instances[1].events if isinstance(one, kinds)] == [ev.MessageThrown]
    assert open_tasks(host) == ["h"]


def test_a_throw_whose_name_cannot_be_evaluated_throws_nothing_and_is_an_incident():
    roots = '<signal id="F" name="=who + 1"/>' + ROOTS
    nodes = '<startEvent id="s"/>' + event(
        "intermediateThrowEvent", "t", M + '<signalEventDefinition signalRef="F"/>'
    )
    host = hosted(model(nodes + user("a"), "s>t>a", roots=roots))
    assert [one for one, _ in raised(host)] == ["t"]
    assert not any(isinstance(one, ev.MessageThrown) for one in host.instances[1].events)
    host.do(1, commands.UpdateVariables(1, {"who": "x"}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert [one for one, _ in raised(host)] == ["t"], "a text and a number do not add up"


@pytest.mark.parametrize(("shared", "what"), [("soon", "T"), ("told", "M"), ("blown", "G"), ("right", "OK")])
def test_V_REF_06_a_definition_at_the_root_is_shared_by_reference(shared, what):
    flag = 'attachedToRef="a" cancelActivity="false"'
    nodes = (
        '<parallelGateway id="g"/>'
        + event("intermediateCatchEvent", "c", ref(shared))
        + user("a")
        + user("b")
    )
    nodes += event("boundaryEvent", "x", ref(shared), flag) + user("h")
    host = run(nodes, "s>g>c>b", "g>a", "x>h")
    come(host, what)
    if what == "M":
        come(host, what)  # one message, one receiver
    assert sorted(open_tasks(host)) == ["a", "b", "h"]


@pytest.mark.parametrize("shared", ["wrong", "up"])
def test_V_REF_06_shared_by_thrower_and_catcher(shared):
    body = '<startEvent id="i"/>' + event("endEvent", "t", ref(shared))
    around = sub("S", body, "i>t") + event("boundaryEvent", "b", ref(shared), 'attachedToRef="S"') + user("h")
    assert open_tasks(run(around, "s>S", "b>h")) == ["h"]


@pytest.mark.parametrize("what", ["M", "G", "T"])
def test_V_REF_06_mixed_with_inline_ones_in_document_order(what):
    nodes = event("intermediateCatchEvent", "c", M + ref("blown") + ref("soon")) + user("a")
    host = run(nodes, "s>c>a")
    members = {one.name: one.member for one in state(host).subscriptions.values()}
    assert members == {"M": 0, "G": 1} and [one.member for one in state(host).timers.values()] == [2]
    come(host, what)
    assert open_tasks(host) == ["a"] and host.now in (NOW, NOW + HOUR)


def test_X_MULTI_03_X_TX_02_a_cancel_comes_after_all_else_that_its_end_event_throws():
    body = '<startEvent id="i"/>' + user("a") + event("endEvent", "e", "<cancelEventDefinition/>" + M)
    inner = f'<transaction id="T">{body}{flows("i>a>e")}</transaction>'
    inner += event("boundaryEvent", "c", "<cancelEventDefinition/>", 'attachedToRef="T"') + user("h")
    host = run(inner, "s>T", "c>h")
    host.complete(1, "a")
    saved(host)
    kinds = (ev.MessageThrown, ev.ElementTerminated)
    told = [type(one).__name__ for one in host.instances[1].events if isinstance(one, kinds)]
    assert told == ["MessageThrown", "ElementTerminated"] and open_tasks(host) == ["h"]


def test_V_EVT_10_a_message_may_be_named_by_its_operation():
    roots = (
        '<interface id="I" name="I"><operation id="op" name="op"><inMessageRef>M</inMessageRef></operation></interface>'
        + ROOTS
    )
    definition = "<messageEventDefinition><operationRef>op</operationRef></messageEventDefinition>"
    nodes = '<startEvent id="s"/>' + event("intermediateCatchEvent", "c", definition) + user("a")
    host = hosted(model(nodes, "s>c>a", roots=roots))
    come(host, "M")
    assert open_tasks(host) == ["a"]


@pytest.mark.parametrize("kind", ["endEvent", "intermediateThrowEvent"])
def test_X_MULTI_03_X_COMP_05_a_compensation_among_several_is_waited_for_and_comes_last(kind):
    undo = event("boundaryEvent", "b", "<compensateEventDefinition/>", 'attachedToRef="a"')
    undo += user("undo", attributes='isForCompensation="true"')
    undo += '<association id="as" sourceRef="b" targetRef="undo" associationDirection="One"/>'
    thrower = event(kind, "t", "<compensateEventDefinition/>" + M)
    after = user("z") if kind != "endEvent" else ""
    host = run(user("a") + undo + thrower + after, "s>a>t" + (">z" if after else ""))
    host.complete(1, "a")
    saved(host)
    assert open_tasks(host) == ["undo"]
    assert any(isinstance(one, ev.MessageThrown) for one in host.instances[1].events)
    host.complete(1, "undo")
    assert open_tasks(host) == (["z"] if after else [])
    assert state(host).status == ("active" if after else "completed")
