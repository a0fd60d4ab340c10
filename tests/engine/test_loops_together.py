"""Loops together with what else an activity can have: calls, transactions, escalation, conditions."""

import pytest

from backend.engine import ModelFaults, Refused, commands
from backend.engine import events as ev
from tests.engine.looping import (
    END,
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
    HEAD,
    HOUR,
    NOW,
    compiled,
    flows,
    message,
    model,
    open_tasks,
    passed,
    raised,
    service,
    state,
    timer,
    user,
)  # fmt: skip

ESCALATION = '<escalation id="X" escalationCode="X"/>'
CATCH = '<escalationEventDefinition escalationRef="X"/>'


def called(callee: str, caller: str, *lines: str, **variables):
    """A process `p` and beside it one `q` that it calls."""
    whole = (
        f'{HEAD}<process id="p" isExecutable="true">{START}{caller}{flows(*lines)}</process>'
        f'<process id="q" isExecutable="true">{callee}</process></definitions>'
    )
    host = Careful([compiled(whole.encode())], NOW)
    host.start("p", variables)
    return host


def test_X_MI_01_a_called_process_runs_once_for_each_item():
    callee = '<startEvent id="qs"/>' + user("qu") + flows("qs>qu")
    loop = multi(over(result="results", output="said"))
    caller = f'<callActivity id="c" calledElement="q">{loop}</callActivity>' + user("z")
    host = called(callee, caller, "s>c>z", items=["x", "y"])
    assert open_tasks(host) == ["qu", "qu"] and local(host, "item") == ["x", "x", "y", "y"]
    second = list(state(host).tasks)[1]
    host.do(1, commands.CompleteTask(second, {"said": "second"}))
    host.complete(1, "qu", {"said": "first"})
    assert open_tasks(host) == ["z"] and state(host).variables["results"] == ["first", "second"]


def test_X_LOOP_01_a_called_process_repeats_and_its_error_reaches_the_whole():
    callee = '<startEvent id="qs"/>' + user("qu") + flows("qs>qu")
    caller = f'<callActivity id="c" calledElement="q">{standard("again")}</callActivity>' + user("z")
    caller += boundary("b", "c", "<errorEventDefinition/>") + user("caught")
    host = called(callee, caller, "s>c>z", "b>caught")
    host.complete(1, "qu", {"again": True})
    host.do(1, commands.ThrowError(next(iter(state(host).tasks)), "E1"))
    assert open_tasks(host) == ["caught"] and len(state(host).scopes) == 2


def test_X_MI_07_a_cancelled_transaction_ends_all_of_them():
    cancel = '<endEvent id="ce"><cancelEventDefinition/></endEvent>'
    inner = '<startEvent id="i"/>' + user("go") + cancel + multi(over())
    nodes = sub("T", inner, "i>go>ce", kind="transaction") + boundary("b", "T", "<cancelEventDefinition/>")
    host = careful(nodes + user("z") + user("off"), "s>T>z", "b>off", items=[1, 2, 3])
    host.complete(1, "go")
    assert open_tasks(host) == ["off"] and len(state(host).scopes) == 2


def test_X_ESC_01_an_escalation_of_an_instance_reaches_the_boundary_of_the_whole():
    throw = f'<endEvent id="x">{CATCH}</endEvent>'
    inner = '<startEvent id="i"/>' + user("go") + throw + multi(over())
    nodes = sub("S", inner, "i>go>x") + boundary("b", "S", CATCH, 'cancelActivity="false"')
    host = careful(nodes + user("z") + user("told"), "s>S>z", "b>told", roots=ESCALATION, items=[1, 2])
    host.complete(1, "go")
    assert open_tasks(host) == ["go", "told"]
    host.complete(1, "go")
    assert open_tasks(host) == ["told", "told", "z"]


def test_X_COND_01_a_boundary_may_watch_the_counters():
    condition = "<condition>=numberOfCompletedInstances = 2</condition>"
    event = f"<conditionalEventDefinition>{condition}</conditionalEventDefinition>"
    nodes = user("a", multi(over())) + boundary("b", "a", event, 'cancelActivity="false"') + user("told")
    host = careful(nodes, "s>a", "b>told", items=[1, 2, 3])
    host.complete(1, "a")
    assert open_tasks(host) == ["a", "a"]
    host.complete(1, "a")
    assert open_tasks(host) == ["a", "told"]


def test_X_ORD_02_a_signal_of_an_instance_stops_the_whole_at_its_boundary():
    throw = '<intermediateThrowEvent id="t"><signalEventDefinition signalRef="G"/></intermediateThrowEvent>'
    inner = '<startEvent id="i"/>' + user("go") + throw + user("never") + multi(over())
    nodes = sub("S", inner, "i>go>t>never") + boundary("b", "S", '<signalEventDefinition signalRef="G"/>')
    host = careful(nodes + user("z"), "s>S", "b>z", roots='<signal id="G" name="G"/>', items=[1, 2])
    host.complete(1, "go")
    assert open_tasks(host) == ["z"] and len(state(host).scopes) == 2


def test_X_ACT_03_quantities_hold_for_the_whole():
    task = user("a", multi(over()), 'completionQuantity="2" startQuantity="2"')
    nodes = '<parallelGateway id="g"/>' + task + user("z")
    host = careful(nodes + '<manualTask id="m"/>', "s>g>a>z", "g>m>a", items=[1, 2])
    assert open_tasks(host) == ["a", "a"]
    host.complete(1, "a")
    host.complete(1, "a")
    assert open_tasks(host) == ["z", "z"]


def test_conditional_flows_leave_the_whole_not_each_round():
    task = user("a", multi(over()), 'default="a_z"')
    host = careful(task + user("y") + user("z"), "s>a", "a>y: n = 2", "a>z", items=[1, 2], n=0)
    host.complete(1, "a", {"n": 5})
    assert open_tasks(host) == ["a"]
    host.complete(1, "a", {"n": 2})
    assert open_tasks(host) == ["y"]


def test_joins_wait_within_their_own_instance():
    inner = '<startEvent id="i"/><inclusiveGateway id="g"/><inclusiveGateway id="j"/>'
    inner += user("a") + user("b") + user("c") + multi(over())
    nodes = sub("S", inner, "i>g", "g>a", "g>b", "a>j", "b>j", "j>c") + user("z")
    host = careful(nodes, "s>S>z", items=[1, 2])
    tasks = [(key, task.element) for key, task in state(host).tasks.items()]
    first = {state(host).scopes[key].parent for key, _ in tasks}
    assert len(first) == 2
    one = min(first)
    for key in [key for key, _ in tasks if state(host).scopes[key].parent == one]:
        host.do(1, commands.CompleteTask(key))
    assert sorted(open_tasks(host)) == ["a", "b", "c"]


def test_a_message_that_each_instance_awaits_goes_to_one_of_them():
    nodes = f'<receiveTask id="a" messageRef="M">{multi(over())}</receiveTask>' + user("z")
    host = careful(nodes, "s>a>z", roots=message("M"), items=[1, 2])
    host.publish("M", "k")
    assert len(state(host).subscriptions) == 1 and open_tasks(host) == []
    host.publish("M", "k")
    assert open_tasks(host) == ["z"]
    with pytest.raises(Refused):
        host.do(1, commands.CorrelateMessage("M", "k"))


@pytest.mark.parametrize("instantiate", ["false", "true"])
def test_a_receive_task_that_its_message_begins_does_not_loop(instantiate):
    loop = standard("n &lt; 2")
    nodes = f'<receiveTask id="r" messageRef="M" instantiate="{instantiate}">{loop}</receiveTask>'
    lines = ["r>a"]
    if instantiate == "false":
        other = timer("t", "intermediateCatchEvent", "timeDuration", "PT1H")
        nodes, lines = START + '<eventBasedGateway id="g"/>' + nodes + other, ["s>g>r>a", "g>t>a"]
    with pytest.raises(ModelFaults) as refused:
        compiled(model(nodes + user("a"), *lines, roots=message("M")))
    assert [one.rule for one in refused.value.faults if one.severity == "E"] == ["X-EBG-01"]


def test_a_looped_event_sub_process_runs_its_rounds_and_ends():
    start = '<startEvent id="h"><messageEventDefinition messageRef="M"/></startEvent>'
    loop = multi("", times("2"))
    handler = sub("H", start + user("hu") + loop, "h>hu", attributes='triggeredByEvent="true"')
    host = careful(user("a") + handler, "s>a", roots=message("M"))
    host.publish("M", "k")
    assert open_tasks(host) == ["hu", "hu"]
    host.complete(1, "hu")
    host.complete(1, "hu")
    assert state(host).status == "completed"


def test_timers_of_many_instances_fire_one_by_one():
    inner = timer("t", "intermediateCatchEvent", "timeDuration", "PT1H")
    host = careful(
        sub("S", '<startEvent id="i"/>' + inner + multi("", times("50")), "i>t") + user("z"), "s>S>z"
    )
    assert len(state(host).timers) == 50
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["z"]


def test_a_parallel_multi_instance_with_an_error_leaves_nothing_behind():
    nodes = service("w", inner=multi(over(), until("numberOfCompletedInstances = 5"))) + user("z")
    host = careful(
        nodes + boundary("b", "w", "<errorEventDefinition/>") + user("e"), "s>w>z", "b>e", items=[1, 2, 3]
    )
    jobs = list(state(host).jobs)
    host.do(1, commands.FailJob(jobs[0], "down", 2, NOW + HOUR))
    host.do(1, commands.FailJob(jobs[1], "down", 0))
    host.do(1, commands.ThrowError(jobs[2], "any"))
    assert open_tasks(host) == ["e"] and not state(host).timers and raised(host) == []
    assert passed(host, "z") == 0 and not mended(host)


def test_X_CASE_18_each_round_can_be_compensated():
    undo = '<association id="as" sourceRef="b" targetRef="U"/>' + user("U", "", 'isForCompensation="true"')
    throw = '<endEvent id="t"><compensateEventDefinition/></endEvent>'
    nodes = user("a", standard("loopCounter &lt; 3")) + boundary("b", "a", "<compensateEventDefinition/>")
    host = careful(nodes + undo + throw, "s>a>t")
    for _ in range(3):
        host.complete(1, "a")
    for _ in range(3):
        assert open_tasks(host) == ["U"]
        host.complete(1, "U")
    assert state(host).status == "completed"


def test_rounds_are_told_apart_in_the_history():
    host = careful(user("a", multi(over())), "s>a", items=[1, 2])
    entered = [one for one in host.instances[1].events if isinstance(one, ev.ElementEntered)]
    assert [(one.element, one.round) for one in entered] == [("a", 0), ("a", 1), ("a", 2)]


def test_the_model_of_a_looped_task_keeps_its_words():
    xml = model(START + user("a", multi(over())) + END, "s>a>e")
    node = compiled(xml).nodes["a"]
    assert node.loop is not None and node.inner is not node and node.lane == node.inner.lane
