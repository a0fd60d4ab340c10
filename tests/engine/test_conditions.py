# ruff: noqa: E501  (models stand on one line each)
"""Conditional events: rules X-COND, X-DET-03, C8-COND and their micro-cases."""

import pytest

from backend.engine import Host, Limits, commands, dump, load, replay, step
from backend.engine import events as ev
from backend.engine.conditions import begins
from tests.engine.models import (
    NOW,
    compiled,
    flows,
    hosted,
    model,
    open_tasks,
    passed,
    raised,
    script,
    state,
    user,
)


def when(condition, extension=""):
    inner = f"<extensionElements>{extension}</extensionElements>" if extension else ""
    return (
        f"<conditionalEventDefinition>{inner}<condition>={condition}</condition></conditionalEventDefinition>"
    )


def bound(id, host, condition, keep=True, extension=""):
    flag = "false" if keep else "true"
    return f'<boundaryEvent id="{id}" attachedToRef="{host}" cancelActivity="{flag}">{when(condition, extension)}</boundaryEvent>'


def catch(id, condition):
    return f'<intermediateCatchEvent id="{id}">{when(condition)}</intermediateCatchEvent>'


def sub(id, nodes, *lines, attributes=""):
    return f'<subProcess id="{id}" {attributes}>{nodes}{flows(*lines)}</subProcess>'


def handler(id, condition, nodes, *lines, keep=True):
    flag = "false" if keep else "true"
    start = f'<startEvent id="{id}_s" isInterrupting="{flag}">{when(condition)}</startEvent>'
    return sub(id, start + nodes, *lines, attributes='triggeredByEvent="true"')


def run(nodes, *lines, variables=None):
    host = hosted(model('<startEvent id="s"/>' + nodes, *lines), variables)
    saved(host)
    return host


def saved(host):
    for instance in host.instances.values():
        assert replay(instance.events) == instance.state
        instance.state = load(dump(instance.state))


def write(host, scope=1, **variables):
    events = host.do(1, commands.UpdateVariables(scope, variables))
    saved(host)
    return events


def test_X_COND_01_an_intermediate_catch_waits_until_its_condition_is_true():
    host = run(catch("c", "x > 2") + user("a"), "s>c>a", variables={"x": 1})
    assert open_tasks(host) == []
    write(host, x=2)
    assert open_tasks(host) == []
    write(host, x=3)
    assert open_tasks(host) == ["a"] and not state(host).conditions


def test_X_COND_01_true_at_entry_counts():
    host = run(catch("c", "x > 2") + user("a"), "s>c>a", variables={"x": 3})
    assert open_tasks(host) == ["a"]
    host = run(user("a") + bound("b", "a", "x > 2", keep=False) + user("h"), "s>a", "b>h", variables={"x": 3})
    assert open_tasks(host) == ["h"]
    assert not any(isinstance(one, ev.TaskCreated) and one.element == "a" for one in host.instances[1].events)
    body = (
        '<startEvent id="i"/>' + script("w", "1", "y") + handler("H", "x > 2", user("h"), "H_s>h", keep=False)
    )
    host = run(sub("S", body, "i>w") + user("z"), "s>S>z", variables={"x": 3})
    assert open_tasks(host) == ["h"] and "y" not in state(host).variables
    host.complete(1, "h")
    assert open_tasks(host) == ["z"]


def test_X_COND_01_true_at_entry_of_the_process():
    nodes = user("a") + handler("H", "x > 2", user("h"), "H_s>h", keep=False)
    assert open_tasks(run(nodes, "s>a", variables={"x": 3})) == ["h"]
    assert open_tasks(run(nodes, "s>a", variables={"x": 1})) == ["a"]


def test_X_CASE_24_a_boundary_that_does_not_interrupt_fires_on_each_edge():
    host = run(user("a") + bound("b", "a", "x > 2") + user("h"), "s>a", "b>h", variables={"x": 3})
    assert sorted(open_tasks(host)) == ["a", "h"]
    write(host, x=4)
    assert open_tasks(host).count("h") == 1
    write(host, x=1)
    write(host, x=5)
    assert open_tasks(host).count("h") == 2
    turned = [one.holds for one in host.instances[1].events if isinstance(one, ev.ConditionTurned)]
    assert turned == [True, False, True]
    host.complete(1, "a")
    assert not state(host).conditions and open_tasks(host) == ["h", "h"]


def test_X_COND_01_an_interrupting_boundary_fires_once_the_answer_of_another_task_makes_it_true():
    nodes = (
        '<parallelGateway id="g"/>' + user("a") + user("b") + bound("c", "a", "ok", keep=False) + user("h")
    )
    host = run(nodes, "s>g>a", "g>b", "c>h")
    host.complete(1, "b", {"ok": True})
    assert open_tasks(host) == ["h"]


def test_X_COND_01_event_sub_process_on_edges_and_only_visible_variables():
    body = '<startEvent id="i"/>' + user("a") + handler("H", "x > 2", user("h"), "H_s>h")
    host = run('<parallelGateway id="g"/>' + sub("S", body, "i>a") + sub("T", '<startEvent id="k"/>' + user("b"), "k>b"), "s>g>S", "g>T")  # fmt: skip
    scopes = {scope.element: key for key, scope in state(host).scopes.items()}
    write(host, scopes["T"], x=5)
    assert sorted(open_tasks(host)) == ["a", "b"], "a variable of a sibling scope is not seen"
    write(host, scopes["S"], x=5)
    assert sorted(open_tasks(host)) == ["a", "b", "h"]
    write(host, scopes["S"], x=0)
    write(host, scopes["S"], x=9)
    assert sorted(open_tasks(host)) == ["a", "b", "h", "h"]


def test_X_DET_03_conditions_are_examined_in_order_after_the_step_has_moved_to_its_end():
    """The script writes x = 5 after the task wrote x = 3: only the last value is ever looked at."""
    nodes = '<parallelGateway id="g"/>' + user("go") + script("w", "5", "x") + user("z")
    nodes += (
        user("a") + bound("three", "a", "x = 3") + bound("five", "a", "x = 5") + bound("more", "a", "x > 4")
    )
    nodes += user("h3") + user("h5") + user("hm")
    host = run(nodes, "s>g>go>w>z", "g>a", "three>h3", "five>h5", "more>hm")
    events = host.complete(1, "go", {"x": 3})
    created = [one.element for one in events if isinstance(one, ev.TaskCreated)]
    assert created == ["z", "h5", "hm"]


def test_X_DET_03_a_condition_that_changes_data_lets_others_be_examined_again():
    nodes = (
        user("a") + bound("b1", "a", "x = 1") + script("w", "2", "x") + bound("b2", "a", "x = 2") + user("h")
    )
    host = run(nodes, "s>a", "b1>w", "b2>h")
    write(host, x=1)
    assert sorted(open_tasks(host)) == ["a", "h"] and state(host).variables["x"] == 2


def test_X_DET_03_an_interrupting_condition_withdraws_the_later_one():
    nodes = user("a") + bound("b1", "a", "x > 1", keep=False) + bound("b2", "a", "x > 0", keep=False)
    host = run(nodes + user("h1") + user("h2"), "s>a", "b1>h1", "b2>h2")
    write(host, x=2)
    assert open_tasks(host) == ["h1"]


def test_conditions_that_change_each_others_data_for_ever_end_as_an_incident():
    nodes = user("a") + bound("b1", "a", "odd(x)") + script("w1", "x + 1", "x")
    nodes += bound("b2", "a", "even(x)") + script("w2", "x + 1", "x")
    process = compiled(model('<startEvent id="s"/>' + nodes, "s>a", "b1>w1", "b2>w2"))
    started = step(process, None, commands.StartProcess({"x": 1}), NOW, Limits(moves=500))
    assert [one.kind for one in started.state.incidents.values()] == ["limit"] and started.state.halted
    assert replay(started.events) == started.state


def test_X_EXC_01_a_condition_that_cannot_be_evaluated_is_an_incident_until_it_can():
    host = run(user("a") + bound("b", "a", "x") + user("h"), "s>a", "b>h", variables={"x": 5})
    assert raised(host) == [("b", "condition")] and open_tasks(host) == ["a"], "the work goes on"
    write(host, x=6)
    assert raised(host) == [("b", "condition")], "told once"
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert raised(host) == [("b", "condition")], "still broken"
    write(host, x=True)
    assert raised(host) == [] and sorted(open_tasks(host)) == ["a", "h"]


def test_X_EXC_01_a_catch_with_a_broken_condition_can_be_repaired():
    host = run(catch("c", "x") + user("a"), "s>c>a", variables={"x": 5})
    assert raised(host) == [("c", "condition")]
    write(host, x=True)
    assert raised(host) == [] and open_tasks(host) == ["a"]


def test_X_COND_01_what_is_not_there_yet_is_neither_true_nor_an_incident_nor_a_warning():
    host = run(catch("c", 'status = "ready" and amount > 3') + user("a"), "s>c>a")
    assert not raised(host) and not host.warnings
    write(host, status="ready", amount=4)
    assert open_tasks(host) == ["a"]


def test_a_suspended_instance_examines_when_it_is_resumed():
    host = run(catch("c", "x > 2") + user("a"), "s>c>a")
    host.do(1, commands.Suspend())
    write(host, x=3)
    assert open_tasks(host) == []
    host.do(1, commands.Resume())
    assert open_tasks(host) == ["a"]


@pytest.mark.parametrize(
    ("narrowed", "fires"),
    [
        ('variableNames="x"', [0, 1, 1, 2]), ('variableNames="other"', [0, 0, 1, 1]),
        ('variableNames="x" variableEvents="create"', [0, 1, 1, 1]), ('variableNames="x" variableEvents="update"', [0, 0, 0, 1]),
        ('variableEvents="create, update"', [0, 1, 1, 2]),
    ],
)  # fmt: skip
def test_C8_COND_01_the_filter_says_which_changes_count(narrowed, fires):
    extension = f"<zeebe:conditionalFilter {narrowed}/>"
    nodes = user("a") + bound("b", "a", "x > 2 and odd(x)", extension=extension) + user("h")
    host = run(nodes, "s>a", "b>h")
    seen = [open_tasks(host).count("h")]
    for change in ({"x": 3}, {"other": 1}, None):
        if change is None:
            write(host, x=4)
            write(host, x=5)
        else:
            write(host, **change)
        seen.append(open_tasks(host).count("h"))
    assert seen == fires


def test_X_COND_01_a_conditional_start_is_exposed_to_the_host():
    process = compiled(model(f'<startEvent id="c">{when("x > 2")}</startEvent>' + user("a"), "c>a"))
    ((node, member, trigger),) = process.begun_by("conditional")
    assert (node.id, member) == ("c", 0)
    assert [begins(trigger, {"x": x}, NOW) for x in (1, 3, None, "odd")] == [False, True, False, False]
    assert step(process, None, commands.StartProcess({"x": 3}, "c"), NOW).state.tasks


def test_X_BND_02_completion_does_not_touch_what_a_condition_sent_off():
    host = run(user("a") + bound("b", "a", "x") + user("h"), "s>a", "b>h", variables={"x": True})
    host.complete(1, "a")
    assert open_tasks(host) == ["h"] and passed(host, "b") == 1
    host.complete(1, "h")
    assert state(host).status == "completed"


def test_C8_COND_01_a_change_outside_a_called_process_is_not_seen_inside():
    inside = f'<intermediateCatchEvent id="c">{when("y &gt; 2", narrowed("x"))}</intermediateCatchEvent>'
    called = (
        '<process id="q" isExecutable="true"><startEvent id="qs"/>' + inside + flows("qs>c") + "</process>"
    )
    caller = '<startEvent id="s"/><callActivity id="call" calledElement="q"/>'
    xml = model(caller + user("z"), "s>call>z", roots=called)
    host = Host([compiled(xml, process_id="p")], NOW)
    host.start("p", {"y": 1})
    root = next(key for key, scope in state(host).scopes.items() if scope.closed)
    write(host, root, y=3)
    write(host, x=1)
    assert open_tasks(host) == []
    write(host, root, x=1)
    assert open_tasks(host) == ["z"]


def narrowed(names):
    return f'<zeebe:conditionalFilter variableNames="{names}"/>'
