"""Event sub-processes, terminate ends and timers at every position: rules X-EVSUB, X-TERM, X-TIME, X-BND."""

import pytest

from backend.engine import Host, commands, dump, load, replay
from backend.engine import events as ev
from tests.engine.models import (
    HOUR,
    NOW,
    compiled,
    ext,
    flows,
    hosted,
    io,
    message,
    model,
    open_tasks,
    passed,
    service,
    state,
    user,
)

ROOTS = (
    '<error id="E1" errorCode="E1"/><signal id="G" name="G"/><signal id="K" name="K"/>'
    + message("M")
    + message("N")
)
M = '<messageEventDefinition messageRef="M"/>'
N = '<messageEventDefinition messageRef="N"/>'
G = '<signalEventDefinition signalRef="G"/>'
K = '<signalEventDefinition signalRef="K"/>'
E = '<errorEventDefinition errorRef="E1"/>'
STOP = "<terminateEventDefinition/>"


def cycle(text):
    return f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"


def event(kind, id, inner="", attributes=""):
    return f'<{kind} id="{id}" {attributes}>{inner}</{kind}>'


def sub(id, nodes, *lines, attributes=""):
    return f'<subProcess id="{id}" {attributes}>{nodes}{flows(*lines)}</subProcess>'


def handler(id, definition, nodes, *lines, keep=False):
    start = event("startEvent", f"{id}_s", definition, f'isInterrupting="{"false" if keep else "true"}"')
    return sub(id, start + nodes, *lines, attributes='triggeredByEvent="true"')


def bound(id, host, definition, keep=False):
    return event(
        "boundaryEvent",
        id,
        definition,
        f'attachedToRef="{host}" cancelActivity="{"false" if keep else "true"}"',
    )


def run(nodes, *lines, variables=None):
    host = hosted(model('<startEvent id="s"/>' + nodes, *lines, roots=ROOTS), variables)
    saved(host)
    return host


def saved(host):
    for instance in host.instances.values():
        assert replay(instance.events) == instance.state
        instance.state = load(dump(instance.state))


def test_X_EVSUB_01_an_interrupting_handler_also_ends_the_handlers_that_run_and_comes_at_most_once():
    body = '<startEvent id="i"/>' + user("a") + handler("H", G, user("h"), "H_s>h", keep=True)
    body += handler("Z", K, user("last"), "Z_s>last")
    host = run(sub("S", body, "i>a") + user("z"), "s>S>z")
    host.broadcast("G")
    host.broadcast("G")
    assert open_tasks(host) == ["a", "h", "h"]
    host.broadcast("K")
    assert open_tasks(host) == ["last"] and not state(host).subscriptions
    host.broadcast("K")
    host.broadcast("G")
    assert open_tasks(host) == ["last"]
    host.complete(1, "last")
    assert open_tasks(host) == ["z"] and passed(host, "S") == 1


def test_X_EVSUB_01_a_handler_runs_with_the_data_of_its_scope_and_its_own():
    body = (
        '<startEvent id="i"/>'
        + user("a")
        + handler("H", M, user("h", extension=io("in seen = x + y")), "H_s>h")
    )
    inner = f'<subProcess id="S">{ext(io("in x = 1"))}{body}{flows("i>a")}</subProcess>'
    host = run(inner, "s>S")
    host.publish("M", "k", {"y": 2})
    key = next(iter(state(host).tasks))
    assert state(host).scopes[key].variables == {"seen": 3}
    assert "y" not in state(host).variables, "what came belongs to the handler"


def test_X_EVSUB_01_an_error_handler_takes_what_a_job_throws():
    body = '<startEvent id="i"/>' + service("w") + handler("H", E, user("h"), "H_s>h")
    host = run(sub("S", body, "i>w") + user("z"), "s>S>z")
    host.do(1, commands.ThrowError(next(iter(state(host).jobs)), "E1", "no", {"why": "x"}))
    saved(host)
    assert open_tasks(host) == ["h"] and not state(host).jobs
    host.complete(1, "h")
    assert open_tasks(host) == ["z"]


def test_X_EVSUB_02_a_handler_beside_keeps_the_process_open_and_may_nest():
    inner = handler("I", K, user("ih"), "I_s>ih", keep=True)
    host = run(user("a") + handler("H", G, user("h") + inner, "H_s>h", keep=True), "s>a")
    host.broadcast("K")
    assert open_tasks(host) == ["a"], "the inner handler waits only while the outer one runs"
    host.broadcast("G")
    host.broadcast("K")
    assert open_tasks(host) == ["a", "h", "ih"]
    host.complete(1, "a")
    host.complete(1, "h")
    host.broadcast("K")
    assert open_tasks(host) == ["ih"], "while completing no new one starts"
    host.complete(1, "ih")
    assert state(host).status == "completed"


def test_X_EVSUB_03_an_error_in_a_process_is_handled_and_the_process_completes():
    nodes = '<parallelGateway id="g"/>' + user("a") + user("b") + event("endEvent", "e", E)
    host = run(nodes + handler("H", E, user("h"), "H_s>h"), "s>g>a", "g>b>e")
    host.complete(1, "b")
    assert open_tasks(host) == ["h"]
    host.complete(1, "h")
    assert state(host).status == "completed"


def test_X_ERR_03_an_error_that_a_process_handler_throws_again_fails_the_instance():
    nodes = event("endEvent", "e", E) + handler(
        "H", E, user("h") + event("endEvent", "again", E), "H_s>h>again"
    )
    host = run(user("a") + nodes, "s>a>e")
    host.complete(1, "a")
    host.complete(1, "h")
    assert state(host).status == "failed" and state(host).error == "E1"


def test_X_TERM_01_nothing_handles_a_terminate_end():
    nodes = '<parallelGateway id="g"/>' + user("a") + user("b") + event("endEvent", "e", STOP)
    nodes += handler("H", E, user("h"), "H_s>h") + bound("x", "a", G, keep=True) + user("never")
    host = run(nodes, "s>g>a", "g>b>e", "x>never")
    host.complete(1, "b")
    held = state(host)
    assert held.status == "terminated" and not (held.tasks or held.subscriptions or held.timers)


def test_X_TERM_02_it_ends_its_own_scope_with_all_inside_and_the_scopes_around_go_on():
    deep = sub("D", '<startEvent id="di"/>' + user("d"), "di>d")
    body = '<startEvent id="i"/><parallelGateway id="g"/>' + deep + user("b") + event("endEvent", "e", STOP)
    host = run(
        '<parallelGateway id="f"/>' + sub("S", body, "i>g>D", "g>b>e") + user("beside") + user("z"),
        "s>f>S>z",
        "f>beside",
    )
    host.complete(1, "b")
    saved(host)
    assert sorted(open_tasks(host)) == ["beside", "z"]
    gone = [one.element for one in host.instances[1].events if isinstance(one, ev.ElementTerminated)]
    assert gone == ["d", "D"]


def test_X_TERM_02_in_a_running_handler_only_the_handler_ends():
    inside = '<parallelGateway id="g"/>' + user("h") + user("b") + event("endEvent", "e", STOP)
    body = '<startEvent id="i"/>' + user("a") + handler("H", G, inside, "H_s>g>h", "g>b>e", keep=True)
    host = run(sub("S", body, "i>a") + user("z"), "s>S>z")
    host.broadcast("G")
    host.complete(1, "b")
    assert open_tasks(host) == ["a"] and len(state(host).subscriptions) == 1
    host.complete(1, "a")
    assert open_tasks(host) == ["z"]


CYCLES = {
    "R3/PT1H": 3,
    "R1/PT1H": 1,
    "R2/2026-11-24T10:30:00Z/PT1H": 2,
    "R/PT1H/2026-11-24T11:00:00Z": 2,
    "0 0 * * * *": 6,
}


@pytest.mark.parametrize("text", list(CYCLES))
@pytest.mark.parametrize("place", ["boundary", "handler", "catch"])
@pytest.mark.parametrize("keep", [True, False])
def test_X_TIME_03_a_cycle_at_every_position(text, place, keep):
    definition = cycle(text)
    if place == "catch":
        host = run(event("intermediateCatchEvent", "c", definition) + user("h"), "s>c>h")
    elif place == "handler":
        host = run(user("a") + handler("H", definition, user("h"), "H_s>h", keep=keep), "s>a")
    else:
        host = run(user("a") + bound("b", "a", definition, keep=keep) + user("h"), "s>a", "b>h")
    host.advance(NOW + 6 * HOUR)
    saved(host)
    once = place != "catch" and not keep
    assert open_tasks(host).count("h") == (1 if once else CYCLES[text])
    assert not once or sum(isinstance(one, ev.TimerSet) for one in host.instances[1].events) == 1
    assert open_tasks(host).count("a") == (1 if place != "catch" and keep else 0)
    bounded = not text.startswith("0 ")
    assert bool(state(host).timers) == (not bounded and not once)


def test_X_TIME_01_values_are_evaluated_once_when_the_event_begins_to_wait():
    definition = "<timerEventDefinition><timeDuration>=wait</timeDuration></timerEventDefinition>"
    host = run(user("a") + bound("b", "a", definition) + user("h"), "s>a", "b>h", variables={"wait": "PT2H"})
    host.do(1, commands.UpdateVariables(1, {"wait": "PT1H"}))
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["a"]
    host.advance(NOW + 2 * HOUR)
    assert open_tasks(host) == ["h"]


def test_X_BND_01_everything_in_the_activity_ends_inner_first_then_a_token_leaves():
    deep = sub(
        "D", '<startEvent id="di"/>' + service("w") + bound("t", "w", cycle("R/PT1H"), keep=True), "di>w"
    )
    body = '<startEvent id="i"/><parallelGateway id="g"/>' + deep + event("intermediateCatchEvent", "c", N)
    host = run(sub("S", body, "i>g>D", "g>c") + bound("b", "S", M) + user("h"), "s>S", "b>h")
    host.publish("M", "k")
    held = state(host)
    assert open_tasks(host) == ["h"] and not (held.jobs or held.timers or held.subscriptions)
    ended = [one.element for one in host.instances[1].events if isinstance(one, ev.ElementTerminated)]
    assert ended == ["w", "D", "c", "S"]


def test_X_BND_02_tokens_that_left_a_boundary_stay_when_the_activity_is_interrupted_later():
    nodes = user("a") + bound("keep", "a", G, keep=True) + bound("stop", "a", K) + user("h") + user("z")
    host = run(nodes, "s>a", "keep>h", "stop>z")
    host.broadcast("G")
    host.broadcast("G")
    host.broadcast("K")
    assert open_tasks(host) == ["h", "h", "z"]


@pytest.mark.parametrize("inner", ["boundary", "handler"])
def test_X_SIG_01_one_broadcast_reaches_inner_and_outer_catchers_oldest_first(inner):
    body = '<startEvent id="i"/>' + user("a")
    body += (
        bound("bi", "a", G) + user("in")
        if inner == "boundary"
        else handler("H", G, user("in"), "H_s>in", keep=True)
    )
    lines = ["i>a", *(["bi>in"] if inner == "boundary" else [])]
    host = run(sub("S", body, *lines) + bound("bo", "S", G, keep=True) + user("out"), "s>S", "bo>out")
    host.broadcast("G")
    assert sorted(open_tasks(host)) == (["in", "out"] if inner == "boundary" else ["a", "in", "out"])
    host = run(sub("S", body, *lines) + bound("bo", "S", G) + user("out"), "s>S", "bo>out")
    host.broadcast("G")
    assert open_tasks(host) == ["out"], "what stood inside the interrupted activity is gone (X-ORD-03)"


def test_a_throw_storm_of_a_handler_that_throws_its_own_trigger_ends_as_an_incident():
    throw = event("intermediateThrowEvent", "t", G)
    body = user("a") + handler("H", G, throw + event("endEvent", "he"), "H_s>t>he", keep=True)
    host = run(body, "s>a")
    host.broadcast("G")
    assert [one.kind for one in state(host).incidents.values()] == ["limit"]


def test_X_TIME_03_a_repetition_that_met_an_incident_is_given_when_it_is_repaired():
    catch = event("intermediateCatchEvent", "c", ext(io("out y = x + 1")) + cycle("R3/PT1H"))
    host = run(catch + user("h"), "s>c>h", variables={"x": "one"})
    host.advance(NOW + HOUR)
    assert open_tasks(host) == [] and [one.kind for one in state(host).incidents.values()] == ["mapping"]
    host.do(1, commands.UpdateVariables(1, {"x": 1}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["h"] and len(state(host).timers) == 1
    host.advance(NOW + 5 * HOUR)
    saved(host)
    assert open_tasks(host) == ["h", "h", "h"]


CALLED = (
    '<escalation id="X1" escalationCode="X1"/>'
    '<process id="q" isExecutable="true"><startEvent id="qs"/>{}</process>'
)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("trigger", ["escalation", "signal", "message", "error"])
def test_X_CALL_02_X_ORD_01_what_a_called_process_throws_reaches_the_call_activity(trigger, keep):
    definition = {
        "escalation": '<escalationEventDefinition escalationRef="X1"/>',
        "signal": G,
        "message": M,
        "error": E,
    }[trigger]
    called = (
        event("endEvent", "qe", definition)
        + user("qa")
        + '<parallelGateway id="qg"/>'
        + flows("qs>qg>qa", "qg>qe")
    )
    caller = '<callActivity id="c" calledElement="q"/>' + user("h") + user("z")
    caller += bound("b", "c", definition, keep=keep and trigger != "error")
    roots = CALLED.replace("{}", called) + ROOTS
    xml = model('<startEvent id="s"/>' + caller, "s>c>z", "b>h", roots=roots)
    host = Host([compiled(xml, process_id="p")], NOW)
    host.start("p")
    saved(host)
    stays = keep and trigger != "error"
    assert sorted(one.rpartition(":")[2] for one in open_tasks(host)) == (["h", "qa"] if stays else ["h"])


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_X_TERM_02_X_MI_07_in_one_instance_of_a_loop_only_that_instance_ends(sequential):
    count = "<loopCardinality>=2</loopCardinality>"
    loop = event("multiInstanceLoopCharacteristics", "l", count, f'isSequential="{sequential}"')
    body = '<startEvent id="i"/><parallelGateway id="g"/>' + user("a") + user("b")
    body += event("endEvent", "e", STOP)
    host = run(sub("S", loop + body, "i>g>a", "g>b>e") + user("z"), "s>S>z")
    host.complete(1, "b")
    saved(host)
    assert sorted(open_tasks(host)) == ["a", "b"]
    host.complete(1, "b")
    assert open_tasks(host) == ["z"]


def test_X_BND_01_an_interrupting_event_inside_a_handler_stops_only_what_it_stands_on():
    inside = user("h") + bound("b", "h", G) + user("late")
    host = run(user("a") + handler("H", K, inside, "H_s>h", "b>late", keep=True), "s>a")
    host.broadcast("K")
    host.broadcast("K")
    host.broadcast("G")
    saved(host)
    assert open_tasks(host) == ["a", "late", "late"]
