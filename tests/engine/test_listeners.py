# ruff: noqa: E501  (models stand on one line each)
"""Execution listeners: jobs before and after a node's own work (C8-EL-01)."""

import pytest

from backend.engine import ModelFaults, commands, dump, load, replay
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
    raised,
    state,
    user,
)

ROOTS = '<signal id="G" name="G"/><error id="E1" errorCode="E1"/>' + message("M")
BOTH = [("start", "s1"), ("start", "s2"), ("end", "e1"), ("end", "e2")]


def heard(*listeners):
    lines = "".join(
        f'<zeebe:executionListener eventType="{side}" type="{name}"/>' for side, name in listeners
    )
    return f"<zeebe:executionListeners>{lines}</zeebe:executionListeners>"


def run(nodes, *lines, extension="", variables=None):
    around = ext(extension) if extension else ""
    host = hosted(model(around + '<startEvent id="s"/>' + nodes, *lines, roots=ROOTS), variables)
    saved(host)
    return host


def saved(host):
    for instance in host.instances.values():
        assert replay(instance.events) == instance.state
        instance.state = load(dump(instance.state))


def offered(host):
    return [job.type for job in state(host).jobs.values()]


def answer(host, variables=None):
    """Do the oldest job."""
    host.do(1, commands.CompleteJob(next(iter(state(host).jobs)), variables or {}))
    saved(host)


def test_C8_EL_01_before_and_after_a_user_task_one_by_one_blocking():
    host = run(user("a", extension=heard(*BOTH)) + user("b"), "s>a>b")
    assert offered(host) == ["s1"] and open_tasks(host) == []
    answer(host)
    assert offered(host) == ["s2"] and open_tasks(host) == []
    answer(host)
    assert offered(host) == [] and open_tasks(host) == ["a"]
    host.complete(1, "a", {"x": 1})
    assert offered(host) == ["e1"] and state(host).variables["x"] == 1
    answer(host)
    assert offered(host) == ["e2"] and open_tasks(host) == []
    answer(host)
    assert open_tasks(host) == ["b"]
    numbers = [one.listener for one in host.instances[1].events if isinstance(one, ev.JobCreated)]
    assert numbers == [1, 2, -1, -2]


def test_C8_EL_01_results_before_stay_inside_results_after_go_out():
    listeners = heard(("start", "s1"), ("end", "e1"))
    host = run(
        user("a", extension=io("in local = 1", "out seen = local + given") + listeners) + user("b"), "s>a>b"
    )
    answer(host, {"given": 2})
    host.complete(1, "a")
    assert state(host).variables == {"seen": 3}
    answer(host, {"told": True})
    assert state(host).variables == {"seen": 3, "told": True} and open_tasks(host) == ["b"]


NODES = {
    "script": '<scriptTask id="x">' + ext('<zeebe:script expression="=1" resultVariable="r"/>{}') + "</scriptTask>",
    "task": '<task id="x">' + ext("{}") + "</task>",
    "service": '<serviceTask id="x">' + ext('<zeebe:taskDefinition type="work"/>{}') + "</serviceTask>",
    "sub-process": '<subProcess id="x">' + ext("{}") + '<startEvent id="i"/><endEvent id="o"/>' + flows("i>o") + "</subProcess>",
    "exclusive gateway": '<exclusiveGateway id="x">' + ext("{}") + "</exclusiveGateway>",
    "parallel gateway": '<parallelGateway id="x">' + ext("{}") + "</parallelGateway>",
    "inclusive gateway": '<inclusiveGateway id="x">' + ext("{}") + "</inclusiveGateway>",
    "throw": '<intermediateThrowEvent id="x">' + ext("{}") + '<signalEventDefinition signalRef="G"/></intermediateThrowEvent>',
    "none throw": '<intermediateThrowEvent id="x">' + ext("{}") + "</intermediateThrowEvent>",
    "catch": '<intermediateCatchEvent id="x">' + ext("{}") + "<timerEventDefinition><timeDuration>PT0S</timeDuration></timerEventDefinition></intermediateCatchEvent>",
    "loop": '<task id="x">' + ext("{}") + '<standardLoopCharacteristics loopMaximum="1"/></task>',
}  # fmt: skip


@pytest.mark.parametrize("kind", list(NODES))
def test_C8_EL_01_on_every_kind_of_node(kind):
    host = run(NODES[kind].replace("{}", heard(("start", "before"), ("end", "after"))) + user("z"), "s>x>z")
    seen = []
    for _ in range(4):
        host.do(1, commands.FireTimers())
        if offered(host):
            seen += offered(host)
            assert open_tasks(host) == []
            answer(host)
    assert seen == (["before", "work", "after"] if kind == "service" else ["before", "after"])
    assert open_tasks(host) == ["z"]
    host.complete(1, "z")
    assert state(host).status == "completed"


def test_C8_EL_01_on_start_end_and_boundary_events():
    nodes = f'<startEvent id="s">{ext(heard(("start", "sb"), ("end", "sa")))}</startEvent>' + user("a")
    nodes += f'<endEvent id="e">{ext(heard(("start", "eb"), ("end", "ea")))}</endEvent>'
    nodes += f'<boundaryEvent id="b" attachedToRef="a">{ext(heard(("end", "ba")))}<signalEventDefinition signalRef="G"/></boundaryEvent>'
    host = hosted(model(nodes + user("h"), "s>a>e", "b>h", roots=ROOTS))
    for one in ("sb", "sa"):
        assert offered(host) == [one]
        answer(host)
    host.start("p")
    host.complete(1, "a")
    for one in ("eb", "ea"):
        assert offered(host) == [one] and state(host).status == "active"
        answer(host)
    assert state(host).status == "completed"
    host = hosted(model(nodes + user("h"), "s>a>e", "b>h", roots=ROOTS))
    answer(host)
    answer(host)
    host.broadcast("G")
    assert offered(host) == ["ba"] and open_tasks(host) == []
    answer(host)
    assert open_tasks(host) == ["h"]


def test_C8_EL_01_on_the_process():
    handler = '<subProcess id="H" triggeredByEvent="true"><startEvent id="hs" isInterrupting="false"><signalEventDefinition signalRef="G"/></startEvent>' + user("h") + flows("hs>h") + "</subProcess>"  # fmt: skip
    host = run(user("a") + handler, "s>a", extension=heard(("start", "before"), ("end", "after")))
    assert offered(host) == ["before"] and open_tasks(host) == [] and not state(host).subscriptions
    answer(host, {"x": 1})
    assert open_tasks(host) == ["a"] and len(state(host).subscriptions) == 1
    host.complete(1, "a")
    assert offered(host) == ["after"] and state(host).status == "active" and not state(host).subscriptions
    answer(host, {"y": 2})
    assert state(host).status == "completed" and state(host).variables == {"x": 1, "y": 2}


def test_C8_EL_01_on_an_event_sub_process():
    extension = heard(("start", "before"), ("end", "after"))
    handler = f'<subProcess id="H" triggeredByEvent="true">{ext(extension)}<startEvent id="hs"><signalEventDefinition signalRef="G"/></startEvent>{user("h")}{flows("hs>h")}</subProcess>'
    host = run(user("a") + handler, "s>a")
    host.broadcast("G")
    assert offered(host) == ["before"] and open_tasks(host) == []
    answer(host)
    assert open_tasks(host) == ["h"]
    host.complete(1, "h")
    assert offered(host) == ["after"]
    answer(host)
    assert state(host).status == "completed"


@pytest.mark.parametrize("side", ["start", "end"])
def test_C8_EL_01_a_listener_is_retried_and_ends_in_an_incident_that_can_be_repaired(side):
    host = run(user("a", extension=heard((side, "x"))) + user("b"), "s>a>b")
    if side == "end":
        host.complete(1, "a")
    host.do(1, commands.FailJob(next(iter(state(host).jobs)), "down", 2, NOW + HOUR))
    saved(host)
    assert not offered(host)
    host.advance(NOW + HOUR)
    assert offered(host) == ["x"]
    host.do(1, commands.FailJob(next(iter(state(host).jobs)), "down", 1))
    assert offered(host) == ["x"]
    host.do(1, commands.FailJob(next(iter(state(host).jobs)), "down", 0))
    assert raised(host) == [("a", "job")] and not offered(host)
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert offered(host) == ["x"]
    answer(host)
    assert open_tasks(host) == (["a"] if side == "start" else ["b"])


@pytest.mark.parametrize("side", ["start", "end"])
def test_C8_EL_01_a_listener_of_the_process_can_be_repaired(side):
    host = run(user("a"), "s>a", extension=heard((side, "x")))
    if side == "end":
        host.complete(1, "a")
    host.do(1, commands.FailJob(next(iter(state(host).jobs)), "down", 0))
    saved(host)
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert offered(host) == ["x"]
    answer(host)
    assert state(host).status == ("active" if side == "start" else "completed")


@pytest.mark.parametrize("side", ["start", "end"])
def test_C8_EL_01_an_interruption_withdraws_the_listener(side):
    bound = '<boundaryEvent id="b" attachedToRef="a"><signalEventDefinition signalRef="G"/></boundaryEvent>'
    host = run(user("a", extension=heard((side, "x"))) + bound + user("h") + user("z"), "s>a>z", "b>h")
    if side == "end":
        host.complete(1, "a")
    host.broadcast("G")
    assert not offered(host) and open_tasks(host) == ["h"]


REFUSED = {
    "join": '<parallelGateway id="f"/><parallelGateway id="x">{}</parallelGateway>',
    "throwing end": '<endEvent id="x">{}<signalEventDefinition signalRef="G"/></endEvent>',
    "boundary": '<boundaryEvent id="x" attachedToRef="a">{}<signalEventDefinition signalRef="G"/></boundaryEvent>',
    "neither": '<task id="x">{}</task>',
    "no type": '<task id="x">{}</task>',
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_C8_EL_01_what_could_not_wait_for_its_listener_is_refused(kind):
    side = "end" if kind == "throwing end" else "middle" if kind == "neither" else "start"
    node = REFUSED[kind].replace("{}", ext(heard((side, "" if kind == "no type" else "t"))))
    lines = {"join": ["s>f", "f>a>x", "f>x"], "boundary": ["s>a", "x>e"]}.get(kind, ["s>a>x"])
    nodes = '<startEvent id="s"/>' + user("a") + node + ('<endEvent id="e"/>' if kind == "boundary" else "")
    with pytest.raises(ModelFaults) as refused:
        compiled(model(nodes, *lines, roots=ROOTS))
    assert "C8-EL-01" in {one.rule for one in refused.value.faults}
