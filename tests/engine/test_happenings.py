# ruff: noqa: E501  (models stand on one line each)
"""Events, errors and sub-processes: rules X-ORD, X-BND, X-EVSUB, X-ERR, X-MSG, X-SIG, X-TERM, X-TIME and their micro-cases."""

from datetime import timedelta

import pytest

from backend.engine import Refused, commands
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
    service,
    state,
    timer,
    user,
)

E1 = '<error id="E1" errorCode="E1"/><error id="E2" errorCode="E2"/>'


def boundary(id, host, definition, attributes=""):
    return f'<boundaryEvent id="{id}" attachedToRef="{host}" {attributes}>{definition}</boundaryEvent>'


def catch_error(code=""):
    return f'<errorEventDefinition errorRef="{code}"/>' if code else "<errorEventDefinition/>"


def sub(id, nodes, *lines, attributes=""):
    return f'<subProcess id="{id}" {attributes}>{nodes}{flows(*lines)}</subProcess>'


def end_error(id, code):
    return f'<endEvent id="{id}"><errorEventDefinition errorRef="{code}"/></endEvent>'


def test_X_SUB_01_a_sub_process_has_its_own_scope_and_leaves_when_empty():
    xml = model(
        '<startEvent id="s"/>' + sub("S", '<startEvent id="i"/>' + user("a"), "i>a") + user("b"), "s>S>b"
    )
    host = hosted(xml)
    assert open_tasks(host) == ["a"]
    host.complete(1, "a", {"x": 1})
    assert open_tasks(host) == ["b"] and state(host).variables["x"] == 1


def test_X_BND_01_interrupting_boundary_ends_the_activity_first():
    xml = model(
        '<startEvent id="s"/>'
        + user("a")
        + timer("t", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="a"')
        + user("late"),
        "s>a",
        "t>late",
    )
    host = hosted(xml)
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["late"]
    names = [type(one).__name__ for one in host.instances[1].events]
    assert (
        names.index("TaskWithdrawn")
        < names.index("ElementTerminated")
        < names.index("TaskCreated", names.index("ElementTerminated"))
    )


def test_X_CASE_13_cycle_on_boundary_and_catch():
    nodes = (
        '<startEvent id="s"/>'
        + user("a")
        + timer("t", "boundaryEvent", "timeCycle", "R3/PT1H", 'attachedToRef="a" cancelActivity="{}"')
        + user("late")
    )
    host = hosted(model(nodes.replace("{}", "false"), "s>a", "t>late"))
    host.advance(NOW + 2.5 * HOUR)
    assert open_tasks(host) == ["a", "late", "late"]
    events = host.complete(1, "a")
    assert sum(isinstance(one, ev.TimerWithdrawn) for one in events) == 1
    host = hosted(model(nodes.replace("{}", "true"), "s>a", "t>late"))
    host.advance(NOW + 5 * HOUR)
    assert open_tasks(host) == ["late"]
    host = hosted(
        model(
            '<startEvent id="s"/>'
            + timer("t", "intermediateCatchEvent", "timeCycle", "R3/PT1H")
            + user("late"),
            "s>t>late",
        )
    )
    for hours in (1, 2, 3, 4):
        host.advance(NOW + hours * HOUR)
        assert len(open_tasks(host)) == min(hours, 3)
    assert not state(host).timers


def test_X_TIME_04_a_late_cycle_catches_up_one_by_one_at_nominal_times():
    nodes = (
        '<startEvent id="s"/>'
        + user("a")
        + timer("t", "boundaryEvent", "timeCycle", "R/PT1H", 'attachedToRef="a" cancelActivity="false"')
        + user("late")
    )
    host = hosted(model(nodes, "s>a", "t>late"))
    host.now = NOW + 3.5 * HOUR
    events = host.do(1, commands.FireTimers())
    assert [one.due for one in events if isinstance(one, ev.TimerSet)] == [NOW + n * HOUR for n in (2, 3, 4)]


def test_X_TIME_01_calendar_months_clip_and_past_dates_fire_at_once():
    host = hosted(
        model(
            '<startEvent id="s"/>'
            + timer("t", "intermediateCatchEvent", "timeDate", "2020-01-01T00:00:00Z")
            + user("a"),
            "s>t>a",
        )
    )
    host.do(1, commands.FireTimers())
    assert open_tasks(host) == ["a"]
    xml = model(
        '<startEvent id="s"/>' + timer("t", "intermediateCatchEvent", "timeCycle", "=cycle") + user("a"),
        "s>t>a",
    )
    host = hosted(xml, {"cycle": "R3/2027-01-31T10:00:00Z/P1M"})
    host.advance(NOW + timedelta(days=365))
    dues = [one.due.date().isoformat() for one in host.instances[1].events if isinstance(one, ev.TimerSet)]
    assert dues == ["2027-01-31", "2027-02-28", "2027-03-31"], "a clipped month does not drift"


def test_a_wrong_timer_value_is_an_incident():
    host = hosted(
        model(
            '<startEvent id="s"/>' + timer("t", "intermediateCatchEvent", "timeDate", "=5") + user("a"),
            "s>t>a",
        )
    )
    assert raised(host) == [("t", "timer")]


def test_X_ERR_01_X_ORD_01_exact_code_before_catch_all():
    nodes = (
        '<startEvent id="s"/>'
        + user("a")
        + boundary("all", "a", catch_error())
        + boundary("one", "a", catch_error("E1"))
        + user("x")
        + user("y")
    )
    for code, task in (("E1", "y"), ("other", "x")):
        host = hosted(model(nodes, "s>a", "all>x", "one>y", roots=E1))
        key = next(iter(state(host).tasks))
        host.do(1, commands.ThrowError(key, code, variables={"why": "no"}))
        assert open_tasks(host) == [task] and state(host).variables["why"] == "no"


def test_X_ERR_03_uncaught_from_a_job_is_an_incident_from_an_end_event_fails_the_instance():
    host = hosted(model('<startEvent id="s"/>' + service("w"), "s>w"))
    key = next(iter(state(host).jobs))
    host.do(1, commands.ThrowError(key, "E9"))
    assert raised(host) == [("w", "error")] and not state(host).jobs
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert len(state(host).jobs) == 1
    host = hosted(
        model(
            '<startEvent id="s"/><parallelGateway id="g"/>' + user("a") + end_error("e", "E1"),
            "s>g>a",
            "g>e",
            roots=E1,
        )
    )
    assert state(host).status == "failed" and state(host).error == "E1" and not state(host).tasks


S_BODY = (
    '<startEvent id="i"/>'
    + user("work")
    + end_error("e1", "{throw}")
    + sub(
        "H",
        '<startEvent id="hs"><errorEventDefinition errorRef="E1"/></startEvent>' + user("h") + "{hend}",
        "hs>h>he",
        attributes='triggeredByEvent="true"',
    )
)


def case_11(throw, handler_end):
    body = S_BODY.replace("{throw}", throw).replace("{hend}", handler_end)
    nodes = (
        '<startEvent id="s"/>'
        + sub("S", body, "i>work>e1")
        + boundary("b", "S", catch_error())
        + user("normal")
        + user("caught")
    )
    host = hosted(model(nodes, "s>S>normal", "b>caught", roots=E1))
    host.complete(1, "work")
    return host


def test_X_CASE_11_event_sub_process_before_boundary_and_outside_its_own_handlers():
    host = case_11("E1", '<endEvent id="he"/>')
    assert open_tasks(host) == ["h"]
    host.complete(1, "h")
    assert open_tasks(host) == ["normal"]
    host = case_11("E1", end_error("he", "E1"))
    host.complete(1, "h")
    assert open_tasks(host) == ["caught"]
    assert open_tasks(case_11("E2", '<endEvent id="he"/>')) == ["caught"]


def test_X_EVSUB_01_interrupting_handler_ends_all_else_and_absorbs():
    handler = sub(
        "H",
        '<startEvent id="hs"><messageEventDefinition messageRef="M"/></startEvent>' + user("h"),
        "hs>h",
        attributes='triggeredByEvent="true"',
    )
    nodes = '<startEvent id="s"/>' + sub("S", '<startEvent id="i"/>' + user("a") + handler, "i>a") + user("z")
    host = hosted(model(nodes, "s>S>z", roots=message("M")))
    host.publish("M", "k", {"said": "x"})
    assert open_tasks(host) == ["h"] and not state(host).subscriptions
    host.complete(1, "h")
    assert open_tasks(host) == ["z"]


def test_X_EVSUB_02_X_CASE_25_non_interrupting_runs_beside_and_the_scope_waits():
    handler = sub(
        "H", '<startEvent id="hs" isInterrupting="false"><messageEventDefinition messageRef="M"/></startEvent>' + user("h"), "hs>h",
        attributes='triggeredByEvent="true"',
    )  # fmt: skip
    nodes = '<startEvent id="s"/>' + sub("S", '<startEvent id="i"/>' + user("a") + handler, "i>a") + user("z")
    host = hosted(model(nodes, "s>S>z", roots=message("M")))
    host.publish("M", "k")
    host.publish("M", "k")
    assert open_tasks(host) == ["a", "h", "h"]
    host.complete(1, "a")
    assert open_tasks(host) == ["h", "h"]
    host.publish("M", "k")
    assert open_tasks(host) == ["h", "h"], "while completing no new one starts"
    host.complete(1, "h")
    host.complete(1, "h")
    assert open_tasks(host) == ["z"]


def test_X_EVSUB_03_in_a_process():
    handler = sub(
        "H",
        timer("hs", "startEvent", "timeDuration", "PT1H") + user("h"),
        "hs>h",
        attributes='triggeredByEvent="true"',
    )
    host = hosted(model('<startEvent id="s"/>' + user("a") + handler, "s>a"))
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["h"]
    host.complete(1, "h")
    assert state(host).status == "completed"


def test_X_CASE_21_terminate_end_in_a_sub_process_and_at_top():
    stop = '<endEvent id="e"><terminateEventDefinition/></endEvent>'
    inner = '<startEvent id="i"/><parallelGateway id="g"/>' + user("T") + user("go") + stop
    host = hosted(model('<startEvent id="s"/>' + sub("S", inner, "i>g>T", "g>go>e") + user("z"), "s>S>z"))
    events = host.complete(1, "go")
    assert open_tasks(host) == ["z"] and any(isinstance(one, ev.TaskWithdrawn) for one in events)
    host = hosted(
        model(
            '<startEvent id="s"/><parallelGateway id="g"/>' + user("T") + user("go") + stop, "s>g>T", "g>go>e"
        )
    )
    host.complete(1, "go")
    assert state(host).status == "terminated" and not state(host).tasks and passed(host, "e") == 1


def test_X_MSG_01_one_receiver_oldest_first_then_start_then_kept_then_dropped():
    catch = '<intermediateCatchEvent id="c"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
    xml = model('<startEvent id="s"/>' + catch + user("a"), "s>c>a", roots=message("M", key="=id"))
    host = hosted(xml, {"id": "k"})
    host.start("p", {"id": "k"})
    host.publish("M", "k", {"x": 1})
    assert (open_tasks(host, 1), open_tasks(host, 2)) == (["a"], [])
    assert state(host).variables["x"] == 1
    host.publish("M", "other")
    assert host.warnings == ["X-MSG-01: nobody awaits the message 'M'"]
    host.publish("M", "later", time_to_live=HOUR)
    host.start("p", {"id": "later"})
    assert open_tasks(host, 3) == ["a"]
    host.publish("M", "expired", time_to_live=HOUR)
    host.advance(NOW + 2 * HOUR)
    host.start("p", {"id": "expired"})
    assert open_tasks(host, 4) == []


def test_X_MSG_02_thrown_messages_start_and_reach_others():
    xml = model(
        '<startEvent id="s"/><startEvent id="m"><messageEventDefinition messageRef="M"/></startEvent>'
        '<endEvent id="e"><messageEventDefinition messageRef="M"/></endEvent>' + user("a"),
        "s>e", "m>a", roots=message("M"),
    )  # fmt: skip
    host = hosted(xml)
    assert state(host).status == "completed" and open_tasks(host, 2) == ["a"]


def test_X_INST_04_the_same_key_makes_no_second_instance():
    xml = model(
        '<startEvent id="m"><messageEventDefinition messageRef="M"/></startEvent>' + user("a"),
        "m>a",
        roots=message("M"),
    )
    host = hosted(xml, start="m")
    host.publish("M", "k1")
    host.publish("M", "k1")
    host.publish("M", "k2")
    assert len(host.instances) == 3


def test_C8_MSG_01_a_null_key_is_an_incident():
    catch = '<receiveTask id="c" messageRef="M"/>'
    host = hosted(model('<startEvent id="s"/>' + catch, "s>c", roots=message("M", key="=nothing")))
    assert raised(host) == [("c", "message")]
    host.do(1, commands.UpdateVariables(1, {"nothing": 17}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert [one.key for one in state(host).subscriptions.values()] == ["17"]


def test_a_message_taken_twice_does_nothing():
    nodes = (
        '<startEvent id="s"/>'
        + user("a")
        + boundary("b", "a", '<messageEventDefinition messageRef="M"/>', 'cancelActivity="false"')
        + user("z")
    )
    host = hosted(model(nodes, "s>a", "b>z", roots=message("M")))
    for _ in range(2):
        host.do(1, commands.CorrelateMessage("M", "k", {}, "id-1"))
    assert open_tasks(host) == ["a", "z"]
    with pytest.raises(Refused) as refused:
        host.do(1, commands.CorrelateMessage("M", "other"))
    assert refused.value.code == "no_subscription"


def test_X_SIG_01_X_CASE_23_a_signal_reaches_all_live_catchers_and_the_own_instance():
    catch = '<intermediateCatchEvent id="c"><signalEventDefinition signalRef="G"/></intermediateCatchEvent>'
    throw = '<intermediateThrowEvent id="t"><signalEventDefinition signalRef="G"/></intermediateThrowEvent>'
    xml = model(
        '<startEvent id="s"/><parallelGateway id="g"/>' + user("go") + catch + throw + user("a") + user("b"),
        "s>g>c>a", "g>go>t>b", roots='<signal id="G" name="G"/>',
    )  # fmt: skip
    host = hosted(xml)
    host.start("p")
    host.complete(1, "go")
    assert sorted(open_tasks(host, 1)) == ["a", "b"] and sorted(open_tasks(host, 2)) == ["a", "go"]
    host.broadcast("G")
    host.complete(2, "go")
    assert passed(host, "c", 2) == 1


def test_X_ORD_02_what_is_thrown_inside_an_interrupted_scope_stops_it():
    throw = '<intermediateThrowEvent id="t"><signalEventDefinition signalRef="G"/></intermediateThrowEvent>'
    nodes = '<startEvent id="s"/>' + sub("S", '<startEvent id="i"/>' + throw + user("never"), "i>t>never")
    nodes += boundary("b", "S", '<signalEventDefinition signalRef="G"/>') + user("z")
    host = hosted(model(nodes, "s>S", "b>z", roots='<signal id="G" name="G"/>'))
    assert open_tasks(host) == ["z"]
    assert not any(
        isinstance(one, ev.TaskCreated) and one.element == "never" for one in host.instances[1].events
    )


def test_X_TIME_03_a_timer_start_starts_an_instance_at_every_repetition():
    from backend.engine import Host
    from tests.engine.models import compiled

    host = Host([compiled(model(timer("s", "startEvent", "timeCycle", "R2/PT1H") + user("a"), "s>a"))], NOW)
    host.advance(NOW + 5 * HOUR)
    assert len(host.instances) == 2
