# ruff: noqa: E501  (models stand on one line each)
"""Escalations, and who catches what is thrown: rules X-ESC and X-ORD with their micro-cases."""

import pytest

from backend.engine import dump, load, replay
from backend.engine import events as ev
from tests.engine.models import (
    HOUR,
    NOW,
    flows,
    hosted,
    message,
    model,
    open_tasks,
    passed,
    raised,
    state,
    timer,
    user,
)

ROOTS = (
    '<escalation id="X1" escalationCode="X1"/><escalation id="X2" escalationCode="X2"/><escalation id="XF" escalationCode="=code"/>'
    '<error id="E1" errorCode="E1"/><signal id="G" name="G"/>' + message("M")
)
DEFINITIONS = {
    "escalation": '<escalationEventDefinition escalationRef="X1"/>',
    "signal": '<signalEventDefinition signalRef="G"/>',
    "message": '<messageEventDefinition messageRef="M"/>',
}


def esc(code=""):
    return f'<escalationEventDefinition escalationRef="{code}"/>' if code else "<escalationEventDefinition/>"


def throw(id, definition):
    return f'<intermediateThrowEvent id="{id}">{definition}</intermediateThrowEvent>'


def end(id, definition=""):
    return f'<endEvent id="{id}">{definition}</endEvent>'


def bound(id, host, definition, keep=False):
    flag = 'cancelActivity="false"' if keep else ""
    return f'<boundaryEvent id="{id}" attachedToRef="{host}" {flag}>{definition}</boundaryEvent>'


def sub(id, nodes, *lines, attributes=""):
    return f'<subProcess id="{id}" {attributes}>{nodes}{flows(*lines)}</subProcess>'


def handler(id, definition, nodes, *lines, keep=False):
    flag = 'isInterrupting="false"' if keep else ""
    start = f'<startEvent id="{id}_s" {flag}>{definition}</startEvent>'
    return sub(id, start + nodes, *lines, attributes='triggeredByEvent="true"')


def run(nodes, *lines, variables=None):
    host = hosted(model('<startEvent id="s"/>' + nodes, *lines, roots=ROOTS), variables)
    saved(host)
    return host


def saved(host):
    """Put away, taken out, told anew from the history: the same."""
    for instance in host.instances.values():
        assert replay(instance.events) == instance.state
        instance.state = load(dump(instance.state))


def test_X_ESC_01_X_CASE_20_the_thrower_goes_on_beside_a_catcher_that_does_not_interrupt():
    inner = sub("S", '<startEvent id="i"/>' + throw("t", esc("X1")) + user("a") + end("e"), "i>t>a>e")
    host = run(inner + bound("b", "S", esc("X1"), keep=True) + user("h") + user("z"), "s>S>z", "b>h")
    assert sorted(open_tasks(host)) == ["a", "h"]
    host.complete(1, "a")
    assert sorted(open_tasks(host)) == ["h", "z"]


def test_X_ESC_02_X_CASE_20_an_interrupting_catcher_stops_the_thrower_whose_flow_is_never_taken():
    inner = sub("S", '<startEvent id="i"/>' + throw("t", esc("X1")) + user("a"), "i>t>a")
    host = run(inner + bound("b", "S", esc("X1")) + user("h"), "s>S", "b>h")
    assert open_tasks(host) == ["h"]
    taken = [flow for one in host.instances[1].events if isinstance(one, ev.NodePassed) for flow in one.taken]
    assert "t_a" not in taken and passed(host, "S") == 0


def test_X_ESC_01_an_escalation_end_ends_only_its_path():
    nodes = '<startEvent id="i"/><parallelGateway id="g"/>' + user("a") + end("e", esc("X1"))
    inner = sub("S", nodes, "i>g>a", "g>e")
    host = run(inner + bound("b", "S", esc("X1"), keep=True) + user("h") + user("z"), "s>S>z", "b>h")
    assert sorted(open_tasks(host)) == ["a", "h"]
    host.complete(1, "a")
    assert sorted(open_tasks(host)) == ["h", "z"]


def test_X_ESC_03_uncaught_it_is_one_warning_and_nothing_else():
    host = run(throw("t", esc("X1")) + user("a"), "s>t>a")
    assert open_tasks(host) == ["a"] and not raised(host)
    told = [one.catcher for one in host.instances[1].events if isinstance(one, ev.EscalationThrown)]
    assert told == [""] and [one.split(":")[0] for one in host.warnings] == ["X-ESC-03 t"]


@pytest.mark.parametrize(("code", "task"), [("X1", "one"), ("X2", "all"), ("XF", "one")])
def test_X_ORD_01_C8_ERR_01_exact_code_before_catch_all_and_codes_in_FEEL(code, task):
    inner = sub("S", '<startEvent id="i"/>' + throw("t", esc(code)), "i>t")
    catchers = bound("ba", "S", esc(), keep=True) + bound("b1", "S", esc("X1"), keep=True)
    host = run(
        inner + catchers + user("all") + user("one"), "s>S", "ba>all", "b1>one", variables={"code": "X1"}
    )
    assert open_tasks(host) == [task]


def test_X_ORD_01_the_innermost_scope_takes_it_and_it_goes_no_further():
    inner = sub("I", '<startEvent id="ii"/>' + throw("t", esc("X1")), "ii>t")
    outer = sub(
        "O",
        '<startEvent id="oi"/>' + inner + bound("bi", "I", esc(), keep=True) + user("in"),
        "oi>I",
        "bi>in",
    )
    host = run(outer + bound("bo", "O", esc("X1"), keep=True) + user("out"), "s>O", "bo>out")
    assert open_tasks(host) == ["in"]


def test_X_ORD_01_the_event_sub_process_of_a_scope_comes_before_its_boundary_events():
    body = (
        '<startEvent id="i"/>'
        + throw("t", esc("X1"))
        + user("a")
        + handler("H", esc(), user("h"), "H_s>h", keep=True)
    )
    host = run(sub("S", body, "i>t>a") + bound("b", "S", esc("X1")) + user("no"), "s>S", "b>no")
    assert sorted(open_tasks(host)) == ["a", "h"]


def test_X_ORD_01_what_a_handler_throws_starts_outside_the_handlers_beside_it():
    again = throw("t2", esc("X1")) + user("h")
    body = (
        '<startEvent id="i"/>'
        + throw("t", esc("X1"))
        + user("a")
        + handler("H", esc("X1"), again, "H_s>t2>h", keep=True)
    )
    host = run(sub("S", body, "i>t>a") + bound("b", "S", esc("X1"), keep=True) + user("out"), "s>S", "b>out")
    assert sorted(open_tasks(host)) == ["a", "h", "out"]


def test_X_ORD_01_an_error_inside_a_handler_may_be_caught_inside_it():
    inside = sub("I", '<startEvent id="ii"/>' + end("e", '<errorEventDefinition errorRef="E1"/>'), "ii>e")
    inside += bound("b", "I", '<errorEventDefinition errorRef="E1"/>') + user("h")
    body = (
        '<startEvent id="i"/>'
        + throw("t", esc("X1"))
        + user("a")
        + handler("H", esc("X1"), inside, "H_s>I", "b>h")
    )
    host = run(sub("S", body, "i>t>a"), "s>S")
    assert open_tasks(host) == ["h"]


@pytest.mark.parametrize("trigger", list(DEFINITIONS))
@pytest.mark.parametrize("position", ["end", "throw"])
@pytest.mark.parametrize("catcher", ["boundary", "handler"])
def test_X_ORD_02_what_is_thrown_inside_stops_the_scope_at_once_also_by_its_end_event(
    trigger, position, catcher
):
    definition = DEFINITIONS[trigger]
    body = '<startEvent id="i"/><parallelGateway id="g"/>' + user("b")
    body += end("t", definition) if position == "end" else throw("t", definition) + user("never") + end("e")
    lines = ["i>g>b", "g>t"] if position == "end" else ["i>g>b", "g>t>never>e"]
    around = user("h") + user("z")
    if catcher == "handler":
        body += handler("H", definition, user("h"), "H_s>h")
        around = user("z")
    else:
        around += bound("c", "S", definition)
    host = run(sub("S", body, *lines) + around, "s>S>z", *(["c>h"] if catcher == "boundary" else []))
    assert open_tasks(host) == ["h"] and passed(host, "S") == 0
    created = [one.element for one in host.instances[1].events if isinstance(one, ev.TaskCreated)]
    assert "never" not in created and "z" not in created
    host.complete(1, "h")
    assert open_tasks(host) == (["z"] if catcher == "handler" else [])


@pytest.mark.parametrize("trigger", list(DEFINITIONS))
@pytest.mark.parametrize("catcher", ["boundary", "handler"])
def test_X_ORD_02_the_last_token_of_a_scope_that_throws_does_not_complete_it_too(trigger, catcher):
    definition = DEFINITIONS[trigger]
    body = '<startEvent id="i"/>' + end("t", definition)
    around = user("z")
    if catcher == "handler":
        body += handler("H", definition, user("h"), "H_s>h")
    else:
        around += bound("c", "S", definition) + user("h")
    host = run(sub("S", body, "i>t") + around, "s>S>z", *(["c>h"] if catcher == "boundary" else []))
    assert open_tasks(host) == ["h"] and passed(host, "t") == 1
    host.complete(1, "h")
    assert open_tasks(host) == (["z"] if catcher == "handler" else [])


@pytest.mark.parametrize("trigger", list(DEFINITIONS))
def test_X_EVSUB_02_an_end_event_that_starts_a_handler_beside_lets_the_scope_wait_for_it(trigger):
    definition = DEFINITIONS[trigger]
    body = (
        '<startEvent id="i"/>'
        + end("t", definition)
        + handler("H", definition, user("h"), "H_s>h", keep=True)
    )
    host = run(sub("S", body, "i>t") + user("z"), "s>S>z")
    assert open_tasks(host) == ["h"] and not state(host).subscriptions
    host.complete(1, "h")
    assert open_tasks(host) == ["z"]


@pytest.mark.parametrize("trigger", list(DEFINITIONS))
def test_X_ORD_02_in_the_process_itself(trigger):
    definition = DEFINITIONS[trigger]
    nodes = throw("t", definition) + user("never") + handler("H", definition, user("h"), "H_s>h")
    host = run(nodes, "s>t>never")
    assert open_tasks(host) == ["h"]
    host.complete(1, "h")
    assert state(host).status == "completed"


def test_X_ORD_02_the_scope_ends_before_the_first_step_of_the_handler():
    body = '<startEvent id="i"/><parallelGateway id="g"/>' + user("b") + throw("t", esc("X1")) + end("e")
    host = run(sub("S", body, "i>g>b", "g>t>e") + bound("c", "S", esc("X1")) + user("h"), "s>S", "c>h")
    names = [(type(one).__name__, getattr(one, "element", "")) for one in host.instances[1].events]
    order = [
        ("EscalationThrown", "t"),
        ("TaskWithdrawn", "b"),
        ("ElementTerminated", "S"),
        ("TaskCreated", "h"),
    ]
    assert [names.index(one) for one in order] == sorted(names.index(one) for one in order)


def test_X_ORD_03_a_catch_of_an_ended_scope_never_fires():
    body = (
        '<startEvent id="i"/>'
        + user("a")
        + end("e")
        + handler("H", DEFINITIONS["signal"], user("h"), "H_s>h", keep=True)
    )
    around = bound("b", "S", DEFINITIONS["message"], keep=True) + user("x") + user("z")
    host = run(
        sub("S", body, "i>a>e") + around + timer("t", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="S"'),
        "s>S>z", "b>x",
    )  # fmt: skip
    host.complete(1, "a")
    host.broadcast("G")
    host.publish("M", "k")
    host.advance(NOW + 2 * HOUR)
    assert open_tasks(host) == ["z"] and not state(host).subscriptions and not state(host).timers


def test_X_MSG_02_a_message_that_nobody_around_awaits_is_carried_by_the_outside():
    catch = f'<intermediateCatchEvent id="c">{DEFINITIONS["message"]}</intermediateCatchEvent>'
    host = run(
        '<parallelGateway id="g"/>' + catch + throw("t", DEFINITIONS["message"]) + user("a") + user("b"),
        "s>g>c>a",
        "g>t>b",
    )
    assert sorted(open_tasks(host)) == ["a", "b"]
    assert sum(isinstance(one, ev.MessageThrown) for one in host.instances[1].events) == 1


def test_X_CASE_23_awaited_one_step_later_a_signal_is_lost_and_a_message_kept():
    catch = '<intermediateCatchEvent id="c">{}</intermediateCatchEvent>'
    for trigger, reached in (("signal", []), ("message", ["a"])):
        nodes = throw("t", DEFINITIONS[trigger]) + catch.format(DEFINITIONS[trigger]) + user("a")
        assert open_tasks(run(nodes, "s>t>c>a")) == reached


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("sequential", ["true", "false"])
def test_X_ORD_01_in_a_loop_each_instance_has_its_handlers_and_the_whole_its_boundary_events(
    keep, sequential
):
    count = "<loopCardinality>=2</loopCardinality>"
    loop = f'<multiInstanceLoopCharacteristics isSequential="{sequential}">{count}</multiInstanceLoopCharacteristics>'
    body = (
        loop
        + '<startEvent id="i"/>'
        + user("a")
        + throw("one", esc("X1"))
        + throw("two", esc("X2"))
        + user("b")
    )
    body += handler("H", esc("X1"), user("h"), "H_s>h", keep=True)
    nodes = sub("S", body, "i>a>one>two>b") + bound("x", "S", esc(), keep=keep) + user("out") + user("z")
    host = run(nodes, "s>S>z", "x>out")
    host.complete(1, "a")
    saved(host)
    rest = [] if sequential == "true" else ["a"]
    assert sorted(open_tasks(host)) == ([*rest, "b", "h", "out"] if keep else ["out"])


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_X_ORD_02_an_error_in_one_instance_of_a_loop_is_handled_in_it_or_ends_the_whole(sequential):
    count = "<loopCardinality>=2</loopCardinality>"
    loop = f'<multiInstanceLoopCharacteristics isSequential="{sequential}">{count}</multiInstanceLoopCharacteristics>'
    error = '<errorEventDefinition errorRef="E1"/>'
    body = (
        loop + '<startEvent id="i"/>' + user("a") + end("e", error) + handler("H", error, user("h"), "H_s>h")
    )
    host = run(sub("S", body, "i>a>e") + bound("x", "S", error) + user("out") + user("z"), "s>S>z", "x>out")
    for _ in range(2):
        host.complete(1, "a")
        host.complete(1, "h")
    assert open_tasks(host) == ["z"]
    body = loop + '<startEvent id="i"/>' + user("a") + end("e", error)
    host = run(sub("S", body, "i>a>e") + bound("x", "S", error) + user("out") + user("z"), "s>S>z", "x>out")
    host.complete(1, "a")
    assert open_tasks(host) == ["out"]
