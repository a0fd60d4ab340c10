"""Multi-instance: X-MI-01 to X-MI-07, C8-MI-01 and the micro-cases X-CASE-14 to X-CASE-16."""

import time

import pytest

from backend.engine import Limits, Refused, commands
from backend.engine import events as ev
from tests.engine.looping import (
    START,
    Careful,
    boundary,
    careful,
    local,
    mended,
    multi,
    over,
    standard,
    sub,
    times,
    until,
)  # fmt: skip
from tests.engine.models import (
    HOUR,
    NOW,
    compiled,
    io,
    message,
    model,
    open_tasks,
    passed,
    raised,
    script,
    service,
    state,
    timer,
    user,
)  # fmt: skip

SIGNAL = '<signal id="G" name="G"/>'
ERROR = '<error id="E1" errorCode="E1"/>'
MESSAGE = '<messageEventDefinition messageRef="M"/>'


def signals(host):
    return [one for one in host.instances[1].events if isinstance(one, ev.SignalThrown)]


# --- X-MI-01 ---


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_X_MI_01_a_cardinality_is_counted_once_at_entry(sequential):
    loop = multi("", times("n"), f'isSequential="{sequential}"')
    host = careful(user("a", loop) + user("z"), "s>a>z", n=3)
    for done in range(3):
        assert open_tasks(host) == ["a"] * (1 if sequential == "true" else 3 - done)
        assert local(host, "loopCounter")[0] == done + 1
        host.complete(1, "a", {"n": 99})
    assert open_tasks(host) == ["z"] and passed(host, "a") == 4


@pytest.mark.parametrize("wrong", ["-1", "1.5", '"three"', "missing", "[1]"])
def test_X_MI_01_a_wrong_cardinality_is_an_incident_that_can_be_repaired(wrong):
    host = careful(user("a", multi("", times(f"if n = 0 then {wrong} else n"))) + user("z"), "s>a>z", n=0)
    assert raised(host) == [("a", "loop")] and open_tasks(host) == []
    mended(host, n=2)
    assert open_tasks(host) == ["a", "a"] and raised(host) == []


@pytest.mark.parametrize("items", [None, 7, "text", {"a": 1}])
def test_X_MI_01_a_wrong_collection_is_an_incident_that_can_be_repaired(items):
    nodes = user("a", multi(over())) + user("z") + boundary("b", "a", MESSAGE) + user("late")
    host = careful(nodes, "s>a>z", "b>late", roots=message("M"), items=items)
    assert raised(host) == [("a", "loop")] and open_tasks(host) == []
    mended(host, items=["x"])
    assert open_tasks(host) == ["a"] and local(host, "item") == ["x"]
    assert len(state(host).subscriptions) == 1


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_X_CASE_16_an_empty_collection_completes_at_once_with_an_empty_list(sequential):
    loop = multi(over(result="results", output="item"), "", f'isSequential="{sequential}"')
    host = careful(user("a", loop) + user("z"), "s>a>z", items=[])
    assert open_tasks(host) == ["z"] and state(host).variables["results"] == []
    assert not any(isinstance(one, ev.TaskCreated) and one.element == "a" for one in host.instances[1].events)
    host = careful(user("a", multi("", times("0"))) + user("z"), "s>a>z")
    assert open_tasks(host) == ["z"]


def test_X_MI_01_the_collection_of_a_data_object_and_the_items_by_name():
    inner = (
        "<loopDataInputRef>D</loopDataInputRef><loopDataOutputRef>R</loopDataOutputRef>"
        '<inputDataItem id="di" name="one"/><outputDataItem id="do" name="two"/>'
    )
    data = '<dataObject id="D" name="all" isCollection="true"/><dataObject id="R" isCollection="true"/>'
    nodes = data + sub("a", '<startEvent id="i"/>' + script("x", "one * 2", "two") + multi("", inner), "i>x")
    host = careful(nodes, "s>a", all=[1, 2, 3])
    assert state(host).variables["R"] == [2, 4, 6]


# --- X-MI-02, C8-MI-01 ---


def counters(host):
    names = ("Instances", "ActiveInstances", "CompletedInstances", "TerminatedInstances")
    return tuple(int(local(host, f"numberOf{name}")[0]) for name in names)


def test_X_MI_02_items_and_counters_of_a_parallel_one():
    host = careful(user("a", multi(over())), "s>a", items=["x", "y", "z"])
    assert local(host, "item") == ["x", "y", "z"] and local(host, "loopCounter") == [1, 2, 3]
    assert counters(host) == (3, 3, 0, 0)
    host.complete(1, "a")
    assert counters(host) == (3, 2, 1, 0)
    assert "numberOfInstances" not in state(host).variables and "item" not in state(host).variables


def test_X_MI_02_items_and_counters_of_a_sequential_one():
    host = careful(user("a", multi(over(), "", 'isSequential="true"')), "s>a", items=["x", "y"])
    assert (local(host, "item"), counters(host)) == (["x"], (2, 1, 0, 0))
    host.complete(1, "a", {"items": ["changed"]})
    assert (local(host, "item"), counters(host)) == (["y"], (2, 1, 1, 0))
    host.complete(1, "a")
    assert state(host).status == "completed"


def test_X_MI_02_counters_are_seen_inside_and_not_lost_when_work_overwrites_them():
    work = service("a", inner=multi("", times("2")))
    host = careful(work + user("z"), "s>a>z")
    job = next(one for one in host.instances[1].events if isinstance(one, ev.JobCreated))
    assert job.variables["numberOfInstances"] == 2 and job.variables["loopCounter"] == 1
    host.complete(1, "a", {"numberOfCompletedInstances": "nonsense", "loopCounter": 99})
    assert counters(host) == (2, 1, 1, 0)
    host.complete(1, "a")
    assert open_tasks(host) == ["z"]


def test_C8_MI_01_mappings_belong_to_each_instance_and_results_are_propagated_at_the_end():
    extension = io("in twice = item * 2", "out last = loopCounter")
    loop = multi(over(result="results", output="twice + more"))
    host = careful(user("a", loop, extension=extension) + user("z"), "s>a>z", items=[1, 2])
    assert local(host, "twice") == [2, 4]
    assert local(host, "results") == [[None, None]] and "results" not in state(host).variables
    second = list(state(host).tasks)[1]
    host.do(1, commands.CompleteTask(second, {"more": 100}))
    assert local(host, "results") == [[None, 104]] and state(host).variables["last"] == 2
    host.complete(1, "a", {"more": 10})
    assert state(host).variables["results"] == [12, 104], "X-MI-04: by index, not by completion"
    assert "more" not in state(host).variables and open_tasks(host) == ["z"]


def test_C8_MI_01_the_output_collection_goes_to_the_scope_that_has_it():
    inside = '<startEvent id="i"/>' + user("a", multi(over("[1]", result="results", output="item")))
    mapping = f"<extensionElements>{io('in results = null')}</extensionElements>"
    nodes = sub("S", mapping + inside + user("b"), "i>a>b")
    host = careful(nodes, "s>S")
    host.complete(1, "a")
    assert local(host, "results") == [[1]] and "results" not in state(host).variables


def test_C8_MI_01_a_failing_output_element_is_an_incident_that_counts_once():
    host = careful(
        user("a", multi(over(result="results", output="item + add"))) + user("z"), "s>a>z", items=[1, 2]
    )
    host.complete(1, "a", {"add": "text"})
    assert raised(host) == [("a", "mapping")] and counters(host) == (2, 2, 0, 0)
    mended(host, add=1)
    assert counters(host) == (2, 1, 1, 0) and open_tasks(host) == ["a"]
    host.complete(1, "a")
    assert state(host).variables["results"] == [2, 3]


# --- X-MI-03, X-MI-04 ---


def test_X_CASE_14_the_completion_condition_ends_the_rest():
    loop = multi(over(result="results", output="item"), until("numberOfCompletedInstances >= 2"))
    host = careful(user("a", loop) + user("z"), "s>a>z", items=["x", "y", "z"])
    host.complete(1, "a")
    assert open_tasks(host) == ["a", "a"]
    events = host.complete(1, "a")
    assert open_tasks(host) == ["z"] and state(host).variables["results"] == ["x", "y", None]
    ended = [one for one in events if isinstance(one, ev.ElementTerminated)]
    assert len(ended) == 1 and sum(isinstance(one, ev.TaskWithdrawn) for one in events) == 1
    counted = [one for one in events if isinstance(one, ev.InstancesCounted)][-1]
    assert (counted.active, counted.completed, counted.terminated) == (0, 2, 1)
    assert passed(host, "z") == 0 and len(state(host).tasks) == 1


def test_X_MI_03_a_sequence_ends_early_and_sees_the_instances_own_data():
    loop = multi(over(result="results", output="item"), until("vote"), 'isSequential="true"')
    host = careful(user("a", loop, extension=io("in vote = false", "out v = vote")), "s>a", items=[1, 2, 3])
    host.complete(1, "a")
    host.complete(1, "a", {"vote": True})
    assert state(host).status == "completed" and state(host).variables["results"] == [1, 2, None]


def test_X_MI_03_instances_that_take_no_time_end_the_rest_before_it_begins():
    task = script("n", "append(seen, item)", "seen").replace(
        "</scriptTask>", multi(over(), until("count(seen) = 2")) + "</scriptTask>"
    )
    host = careful(task + user("z"), "s>n>z", items=[1, 2, 3, 4], seen=[])
    assert state(host).variables["seen"] == [1, 2] and open_tasks(host) == ["z"]


def test_X_MI_03_the_condition_sees_the_collected_output():
    loop = multi(over(result="yes", output="ok"), until("list contains(yes, true)"))
    host = careful(user("a", loop) + user("z"), "s>a>z", items=[1, 2, 3])
    host.complete(1, "a", {"ok": False})
    host.complete(1, "a", {"ok": True})
    assert open_tasks(host) == ["z"] and state(host).variables["yes"] == [False, True, None]


def test_X_MI_03_a_failing_condition_is_an_incident_of_that_instance_only():
    host = careful(user("a", multi(over(), until("n > 1"))) + user("z"), "s>a>z", items=[1, 2])
    host.complete(1, "a", {"n": "text"})
    assert raised(host) == [("a", "condition")] and open_tasks(host) == ["a"]
    host.complete(1, "a", {"n": 0})
    mended(host)
    assert open_tasks(host) == ["z"]


# --- X-MI-05, X-MI-06: behaviours ---


def throwing(behaviour, reference="", more="", own="", condition="", sequential="false"):
    attributes = f'behavior="{behaviour}" isSequential="{sequential}" '
    attributes += f'{behaviour.lower()}BehaviorEventRef="{reference}"' if reference else ""
    return user("a", multi(over(), more + (until(condition) if condition else ""), attributes)) + own


DEFINED = (
    SIGNAL + ERROR + message("M")
    + '<signalEventDefinition id="sd" signalRef="G"/><messageEventDefinition id="md" messageRef="M"/>'
    + '<errorEventDefinition id="ed" errorRef="E1"/>'
)  # fmt: skip


@pytest.mark.parametrize(("behaviour", "tokens"), [("None", 3), ("One", 1), ("All", 0)])
@pytest.mark.parametrize("sequential", ["false", "true"])
def test_X_CASE_15_behaviours_throw_to_their_own_boundary(behaviour, tokens, sequential):
    catch = '<signalEventDefinition signalRef="G"/>'
    event = boundary("b", "a", catch, 'cancelActivity="false"')
    nodes = throwing(behaviour, "sd" if tokens else "", own=event, sequential=sequential)
    host = careful(nodes + user("told") + user("z"), "s>a>z", "b>told", roots=DEFINED, items=[1, 2, 3])
    for _ in range(3):
        host.complete(1, "a")
    assert open_tasks(host).count("told") == tokens and open_tasks(host).count("z") == 1
    assert len(signals(host)) == tokens


def test_X_MI_05_the_default_signal_carries_the_counters_to_the_own_boundary():
    catch = boundary("b", "a", '<signalEventDefinition signalRef="G"/>', 'cancelActivity="false"')
    host = careful(
        throwing("One", own=catch) + user("told") + user("z"), "s>a>z", "b>told", roots=DEFINED, items=[1, 2]
    )
    host.complete(1, "a")
    assert open_tasks(host) == ["a", "told"] and state(host).variables["numberOfCompletedInstances"] == 1
    host.complete(1, "a")
    assert open_tasks(host) == ["told", "z"] and signals(host) == []


def test_X_MI_06_the_default_signal_propagates_when_the_activity_does_not_catch_it():
    host = careful(throwing("None") + user("z"), "s>a>z", roots=DEFINED, items=[1, 2])
    host.complete(1, "a")
    host.complete(1, "a")
    assert [(one.name, one.variables["numberOfCompletedInstances"]) for one in signals(host)] == [
        ("a", 1),
        ("a", 2),
    ]
    assert open_tasks(host) == ["z"]


def test_X_MI_05_complex_throws_each_event_whose_condition_is_true():
    more = (
        "<complexBehaviorDefinition><condition>=numberOfCompletedInstances = 2</condition>"
        '<event id="c1"><signalEventDefinition signalRef="G"/></event></complexBehaviorDefinition>'
        "<complexBehaviorDefinition><condition>=numberOfCompletedInstances >= 2</condition>"
        '<event id="c2"><messageEventDefinition messageRef="M"/></event></complexBehaviorDefinition>'
    )
    host = careful(throwing("Complex", more=more) + user("z"), "s>a>z", roots=DEFINED, items=[1, 2, 3])
    for expected in ((0, 0), (1, 1), (1, 2)):
        host.complete(1, "a")
        sent = [one for one in host.instances[1].events if isinstance(one, ev.MessageThrown)]
        assert (len(signals(host)), len(sent)) == expected
    assert open_tasks(host) == ["z"]


def test_X_MI_06_a_message_goes_to_the_own_boundary_first():
    catch = boundary("b", "a", MESSAGE, 'cancelActivity="false"')
    nodes = throwing("One", "md", own=catch) + user("told") + user("z")
    host = careful(nodes, "s>a>z", "b>told", roots=DEFINED, items=[1, 2])
    host.complete(1, "a")
    assert open_tasks(host) == ["a", "told"]
    assert not any(isinstance(one, ev.MessageThrown) for one in host.instances[1].events)
    host = careful(throwing("One", "md") + user("z"), "s>a>z", roots=DEFINED, items=[1, 2])
    host.complete(1, "a")
    assert any(isinstance(one, ev.MessageThrown) for one in host.instances[1].events)


def test_X_MI_06_an_error_ends_the_activity_at_its_boundary_or_the_instance():
    catch = boundary("b", "a", '<errorEventDefinition errorRef="E1"/>')
    nodes = throwing("None", "ed", own=catch) + user("told") + user("z")
    host = careful(nodes, "s>a>z", "b>told", roots=DEFINED, items=[1, 2, 3])
    host.complete(1, "a")
    assert open_tasks(host) == ["told"] and len(state(host).scopes) == 2
    host = careful(throwing("None", "ed"), "s>a", roots=DEFINED, items=[1, 2, 3])
    host.complete(1, "a")
    assert (state(host).status, state(host).error) == ("failed", "E1")


def test_X_MI_05_a_throw_with_a_fault_is_an_incident_and_is_thrown_when_repaired():
    roots = '<message id="N" name="=who"/><messageEventDefinition id="nd" messageRef="N"/>'
    host = careful(throwing("One", "nd") + user("z"), "s>a>z", roots=roots, items=[1])
    host.complete(1, "a")
    assert [kind for _, kind in raised(host)] == ["message"] and open_tasks(host) == []
    mended(host, who="me")
    assert open_tasks(host) == ["z"]
    assert [one.name for one in host.instances[1].events if isinstance(one, ev.MessageThrown)] == ["me"]


def test_X_MI_05_one_more_than_the_condition_is_thrown_when_it_ends_the_rest():
    host = careful(
        throwing("None", "sd", condition="numberOfCompletedInstances = 2") + user("z"),
        "s>a>z", roots=DEFINED, items=[1, 2, 3],
    )  # fmt: skip
    host.complete(1, "a")
    host.complete(1, "a")
    assert len(signals(host)) == 2 and open_tasks(host) == ["z"]


# --- X-MI-07 ---


def test_X_MI_07_an_interrupting_boundary_cancels_all_instances():
    for sequential in ("false", "true"):
        loop = multi(over(), "", f'isSequential="{sequential}"')
        nodes = (
            user("a", loop)
            + user("late")
            + timer("t", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="a"')
        )
        host = careful(nodes, "s>a", "t>late", items=[1, 2, 3])
        assert len(state(host).timers) == 1
        host.advance(NOW + HOUR)
        assert open_tasks(host) == ["late"] and len(state(host).scopes) == 2


def test_X_MI_07_an_error_in_one_instance_ends_all_of_them():
    nodes = service("a", inner=multi(over())) + boundary("b", "a", "<errorEventDefinition/>") + user("late")
    host = careful(nodes, "s>a", "b>late", items=[1, 2, 3])
    second = list(state(host).jobs)[1]
    host.do(1, commands.ThrowError(second, "E9", variables={"why": "x"}))
    assert open_tasks(host) == ["late"] and not state(host).jobs and state(host).variables["why"] == "x"


def test_X_MI_07_a_non_interrupting_boundary_stands_once():
    nodes = user("a", multi(over())) + boundary("b", "a", MESSAGE, 'cancelActivity="false"') + user("told")
    host = careful(nodes, "s>a", "b>told", roots=message("M"), items=[1, 2, 3])
    host.publish("M", "k")
    assert open_tasks(host) == ["a", "a", "a", "told"]


def test_X_TERM_02_terminate_inside_ends_only_that_instance():
    stop = '<endEvent id="e"><terminateEventDefinition/></endEvent>'
    body = '<startEvent id="i"/><parallelGateway id="g"/>' + user("T") + user("go") + stop
    nodes = sub("S", body + multi(over(result="results", output="item")), "i>g>T", "g>go>e") + user("z")
    host = careful(nodes, "s>S>z", items=["x", "y"])
    host.complete(1, "go")
    assert open_tasks(host) == ["T", "go"]
    host.complete(1, "T")
    assert open_tasks(host) == ["go"]
    host.complete(1, "go")
    assert open_tasks(host) == ["z"] and state(host).variables["results"] == ["x", "y"]


def test_an_incident_in_one_instance_leaves_the_others_alone():
    nodes = service("a", inner=multi(over(result="results", output="item"))) + user("z")
    host = careful(nodes, "s>a>z", items=[1, 2, 3])
    jobs = list(state(host).jobs)
    host.do(1, commands.FailJob(jobs[1], "down", 0))
    host.do(1, commands.CompleteJob(jobs[0]))
    host.do(1, commands.CompleteJob(jobs[2]))
    assert raised(host) == [("a", "job")] and counters(host) == (3, 1, 2, 0)
    mended(host)
    host.complete(1, "a")
    assert open_tasks(host) == ["z"] and state(host).variables["results"] == [1, 2, 3]


def test_a_retry_by_timer_belongs_to_its_instance():
    host = careful(service("a", inner=multi(over())), "s>a", items=["x", "y"])
    first, second = state(host).jobs
    host.do(1, commands.FailJob(first, "down", 2, NOW + HOUR))
    host.do(1, commands.CompleteJob(second))
    host.advance(NOW + HOUR)
    created = [one for one in host.instances[1].events if isinstance(one, ev.JobCreated)]
    assert created[-1].variables["item"] == "x"
    host.complete(1, "a")
    assert state(host).status == "completed"


# --- every kind of activity, nested ---


def test_X_MI_01_receive_tasks_decisions_and_timers_inside():
    catch = f'<receiveTask id="a" messageRef="M">{multi(over())}</receiveTask>'
    host = careful(catch + user("z"), "s>a>z", roots=message("M", key="=item"), items=["k1", "k2"])
    host.publish("M", "k2", {"x": 1})
    with pytest.raises(Refused):
        host.do(1, commands.CorrelateMessage("M", "k2"))
    host.publish("M", "k1")
    assert open_tasks(host) == ["z"]
    inner = timer("t", "intermediateCatchEvent", "timeDuration", '="PT" + string(item) + "H"')
    host = careful(
        sub("S", '<startEvent id="i"/>' + inner + multi(over()), "i>t") + user("z"), "s>S>z", items=[1, 2]
    )
    host.advance(NOW + HOUR)
    assert open_tasks(host) == []
    host.advance(NOW + 2 * HOUR)
    assert open_tasks(host) == ["z"]


def test_nested_multi_instances_collect_lists_of_lists():
    inner = script("x", "one * 10", "y").replace(
        "</scriptTask>",
        multi('inputCollection="=row" inputElement="one" outputCollection="rows" outputElement="=y"')
        + "</scriptTask>",
    )
    nodes = sub(
        "S", '<startEvent id="i"/>' + inner + multi(over("items", "row", "all", "rows")), "i>x"
    ) + user("z")
    host = careful(nodes, "s>S>z", items=[[1, 2], [], [3]])
    assert state(host).variables["all"] == [[10, 20], [], [30]]
    assert open_tasks(host) == ["z"]


def test_a_multi_instance_in_a_multi_instance_and_a_loop_in_it():
    body = (
        '<startEvent id="i"/>'
        + user("u", multi(over("row", "one")))
        + user("v", standard("loopCounter &lt; 2"))
    )
    nodes = sub("S", body + multi(over("items", "row")), "i>u>v") + user("z")
    host = careful(nodes, "s>S>z", items=[[1, 2], [3]])
    assert open_tasks(host) == ["u", "u", "u"] and local(host, "one") == [1, 2, 3]
    for element in ("u", "u", "u"):
        host.complete(1, element)
    assert open_tasks(host) == ["v", "v"]
    for _ in range(4):
        host.complete(1, "v")
    assert open_tasks(host) == ["z"]


def test_inner_boundaries_and_event_sub_processes_belong_to_their_instance():
    handler = sub(
        "H", '<startEvent id="h"><messageEventDefinition messageRef="M"/></startEvent>' + user("hu"), "h>hu",
        attributes='triggeredByEvent="true"',
    )  # fmt: skip
    body = '<startEvent id="i"/>' + user("u") + user("w") + handler
    body += boundary("b", "u", "<errorEventDefinition/>") + user("caught")
    nodes = sub("S", body + multi(over()), "i>u>w", "b>caught") + user("z")
    host = careful(nodes, "s>S>z", roots=message("M", key="=item"), items=["k1", "k2", "k3"])
    host.publish("M", "k2")
    assert open_tasks(host) == ["u", "u", "hu"]
    host.do(1, commands.ThrowError(next(iter(state(host).tasks)), "E1"))
    assert open_tasks(host) == ["u", "hu", "caught"]
    for element in ("u", "hu", "caught", "w"):
        host.complete(1, element)
    assert open_tasks(host) == ["z"]


def test_an_error_end_in_one_instance_is_caught_on_the_whole():
    fail = '<endEvent id="e"><errorEventDefinition errorRef="E1"/></endEvent>'
    body = '<startEvent id="i"/>' + user("u") + fail
    nodes = (
        sub("S", body + multi(over()), "i>u>e") + boundary("b", "S", "<errorEventDefinition/>") + user("late")
    )
    host = careful(nodes, "s>S", "b>late", roots=ERROR, items=[1, 2, 3])
    host.complete(1, "u")
    assert open_tasks(host) == ["late"] and len(state(host).scopes) == 2


def test_a_suspended_multi_instance_goes_on_where_it_stood():
    host = careful(user("a", multi(over(), "", 'isSequential="true"')), "s>a", items=[1, 2])
    host = careful(
        '<serviceTask id="w">' + multi(over(), "", 'isSequential="true"') + "</serviceTask>",
        "s>w",
        items=[1, 2],
    )
    host.do(1, commands.Suspend())
    host.complete(1, "w")
    assert not state(host).jobs and state(host).moving
    host.do(1, commands.Resume())
    host.complete(1, "w")
    assert state(host).status == "completed"


# --- bounds ---


def test_huge_numbers_of_instances_are_an_incident_at_once():
    began = time.perf_counter()
    for number in ("1000000000", "10001"):
        for kind in ("true", "false"):
            host = careful(user("a", multi("", times(number), f'isSequential="{kind}"')), "s>a")
            assert raised(host) == [("a", "loop")] and len(state(host).scopes) == 2
    assert time.perf_counter() - began < 1


def test_nested_bombs_stop_at_the_limit_and_can_be_cancelled():
    inner = '<startEvent id="i"/>' + user("u", multi("", times("100")))
    nodes = sub("S", inner + multi("", times("100")), "i>u")
    host = Careful([compiled(model(START + nodes, "s>S"))], NOW, Limits(moves=10_000, scopes=2_000))
    host.start("p")
    assert [kind for _, kind in raised(host)] == ["limit"] and len(state(host).scopes) <= 2_200
    host.do(1, commands.Cancel())
    assert state(host).status == "terminated"


def test_many_side_by_side_must_fit_into_the_limit_of_scopes():
    xml = model(START + user("a", multi("", times("n"))), "s>a")
    host = Careful([compiled(xml)], NOW, Limits(scopes=20))
    host.start("p", {"n": 19})
    assert raised(host) == [("a", "loop")], "18 have room beside the process and the whole"
    mended(host, n=18)
    assert len(open_tasks(host)) == 18 and raised(host) == []


def test_strict_profile_bounds_instances_at_1000():
    xml = model(START + user("a", multi("", times("n"))) + '<endEvent id="e"/>', "s>a>e")
    host = Careful([compiled(xml, "strict")], NOW)
    host.start("p", {"n": 1001})
    assert raised(host) == [("a", "loop")]


# --- with data ---


def data_task():
    def joined(kind, source, target):
        return f"<{kind}><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef></{kind}>"

    specification = (
        '<ioSpecification><dataInput id="din" isCollection="true"/><dataInput id="other"/>'
        '<dataOutput id="dout" isCollection="true"/>'
        "<inputSet><dataInputRefs>din</dataInputRefs><dataInputRefs>other</dataInputRefs></inputSet>"
        "<outputSet><dataOutputRefs>dout</dataOutputRefs></outputSet></ioSpecification>"
    )
    loop = (
        "<loopDataInputRef>din</loopDataInputRef><loopDataOutputRef>dout</loopDataOutputRef>"
        '<inputDataItem id="one"/><outputDataItem id="two"/>'
    )
    inner = specification + joined("dataInputAssociation", "names", "din")
    inner += joined("dataInputAssociation", "extra", "other")
    inner += joined("dataOutputAssociation", "dout", "answers")
    data = "".join(f'<dataObject id="{one}"/>' for one in ("names", "extra", "answers"))
    return data + user("a", inner + multi("", loop))


def test_X_MI_01_X_DATA_05_a_data_input_is_looped_over_and_a_data_output_collects():
    host = careful(data_task() + user("z"), "s>a>z", names=["x", "y"], extra=5)
    assert local(host, "one") == ["x", "y"] and local(host, "other") == [5, 5]
    second = list(state(host).tasks)[1]
    host.do(1, commands.CompleteTask(second, {"two": "Y"}))
    assert state(host).variables.get("answers") is None, "X-MI-04: visible when the whole completes"
    host.complete(1, "a", {"two": "X"})
    assert open_tasks(host) == ["z"] and state(host).variables["answers"] == ["X", "Y"]
    assert "two" not in state(host).variables and "dout" not in state(host).variables


def test_X_DATA_03_a_multi_instance_waits_for_its_collection():
    host = careful(data_task() + user("z"), "s>a>z", extra=5)
    assert open_tasks(host) == [] and raised(host) == []
    host.do(1, commands.UpdateVariables(1, {"names": ["x"]}))
    assert open_tasks(host) == ["a"]
    host.complete(1, "a", {"two": 2})
    assert state(host).variables["answers"] == [2]


def test_C8_MI_01_the_variable_that_is_collected_is_each_instances_own():
    host = careful(user("a", multi(over(result="all", output="said.word"))), "s>a", items=[1, 2])
    host.complete(1, "a", {"said": {"word": "x"}})
    assert "said" not in state(host).variables
    host.complete(1, "a", {"said": {"word": "y"}})
    assert state(host).variables["all"] == ["x", "y"]
