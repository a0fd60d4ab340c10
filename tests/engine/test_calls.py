# ruff: noqa: E501  (models stand on one line each)
"""Call activities: rules X-CALL-01 to -04, C8-CALL-01, C8-CALL-02, C8-BIND-01, X-CASE-12."""

import time

import pytest

from backend.engine import (
    Host,
    ModelFaults,
    commands,
    compile_all,
    dump,
    load,
    migrate,
    read_bpmn,
    replay,
    step,
)
from backend.engine import events as ev
from tests.engine.models import (
    HEAD,
    NOW,
    compiled,
    ext,
    flows,
    io,
    message,
    open_tasks,
    passed,
    raised,
    script,
    state,
    user,
)

E1 = '<error id="E1" errorCode="E1"/>'


def process(id, nodes, *lines, attributes='isExecutable="true"'):
    return f'<process id="{id}" {attributes}>{nodes}{flows(*lines)}</process>'


def file(*parts):
    return f"{HEAD}{''.join(parts)}</definitions>".encode()


def call(id, called="", zeebe="", inner="", extension=""):
    attribute = f'calledElement="{called}"' if called else ""
    element = f"<zeebe:calledElement {zeebe}/>" if zeebe else ""
    return f'<callActivity id="{id}" {attribute}>{ext(element + extension)}{inner}</callActivity>'


CALLER = process("p", '<startEvent id="s"/>' + call("c", "q") + user("after"), "s>c>after")
CALLEE = process(
    "q", '<startEvent id="qs"/>' + user("work") + '<endEvent id="qe"/>', "qs>work>qe"
)  # fmt: skip


class Saved(Host):
    """A host that saves and restores every instance after every command, and replays its history."""

    def _took(self, number, events):
        super()._took(number, events)
        instance = self.instances[number]
        assert load(dump(instance.state)) == instance.state
        assert replay(instance.events) == instance.state
        instance.state = load(dump(instance.state))


def hosted(xml, variables=None, library=(), **more):
    files = tuple(read_bpmn(one, "foreign") for one in library)
    host = Saved([compiled(xml, process_id="p", library=files, **more)], NOW)
    host.start("p", variables)
    return host


def test_X_CALL_01_a_called_process_runs_from_its_none_start_and_completes_like_a_sub_process():
    host = hosted(file(CALLER, CALLEE))
    assert open_tasks(host) == ["work"]
    host.complete(1, "work")
    assert open_tasks(host) == ["after"] and passed(host, "c") == 1 and passed(host, "q") == 1


def test_X_CALL_01_other_starts_of_the_called_process_are_ignored():
    starts = (
        '<startEvent id="m"><messageEventDefinition messageRef="M"/></startEvent><startEvent id="qs"/>'
        '<startEvent id="t"><timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></startEvent>'
    )
    callee = process("q", starts + user("work") + user("told"), "qs>work", "m>told", "t>told")
    host = hosted(file(message("M"), CALLER, callee))
    assert open_tasks(host) == ["work"] and not state(host).timers and not state(host).subscriptions


def test_X_CALL_01_implicit_start_and_several_ends():
    callee = process("q", user("x") + user("y"))
    host = hosted(file(CALLER, callee))
    assert open_tasks(host) == ["x", "y"]
    host.complete(1, "x")
    assert open_tasks(host) == ["y"]
    host.complete(1, "y")
    assert open_tasks(host) == ["after"]


def test_X_CALL_01_an_empty_process_or_sub_process_is_over_at_once():
    caller = process(
        "p", '<startEvent id="s"/>' + call("c", "q") + '<subProcess id="S"/>' + user("after"), "s>c>S>after"
    )
    assert open_tasks(hosted(file(caller, process("q", "")))) == ["after"]


def test_X_CALL_01_a_process_with_triggered_starts_only_is_an_incident_in_a_foreign_model():
    start = '<startEvent id="m"><messageEventDefinition messageRef="M"/></startEvent>'
    host = hosted(file(message("M"), CALLER.replace('calledElement="q"', ""), process("q", start + user("t"), "m>t")).replace(
        b'<callActivity id="c" ><extensionElements>', b'<callActivity id="c"><extensionElements><zeebe:calledElement processId="=&quot;q&quot;"/>'))  # fmt: skip
    assert raised(host) == [("c", "call")]


def test_X_CALL_01_the_same_process_called_twice_at_once():
    caller = process(
        "p",
        '<startEvent id="s"/><parallelGateway id="g"/>' + call("c", "q") + call("d", "q") + '<parallelGateway id="j"/>' + user("after"),
        "s>g", "g>c>j", "g>d>j", "j>after",
    )  # fmt: skip
    host = hosted(file(caller, CALLEE))
    assert open_tasks(host) == ["work", "work"]
    host.complete(1, "work", {"first": 1})
    host.complete(1, "work", {"second": 2})
    assert open_tasks(host) == ["after"] and state(host).variables == {"first": 1, "second": 2}


def test_X_CALL_01_event_sub_processes_and_lanes_of_the_called_process_work():
    handler = (
        '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs" isInterrupting="false">'
        '<messageEventDefinition messageRef="M"/></startEvent>' + user("note") + flows("hs>note") + "</subProcess>"
    )  # fmt: skip
    lanes = '<laneSet id="ls"><lane id="l1" name="office"><flowNodeRef>work</flowNodeRef></lane></laneSet>'
    callee = process("q", lanes + handler + '<startEvent id="qs"/>' + user("work"), "qs>work")
    host = hosted(file(message("M"), CALLER, callee))
    host.publish("M", "k")
    assert open_tasks(host) == ["work", "note"]
    created = [one for one in host.instances[1].events if isinstance(one, ev.TaskCreated)]
    assert created[0].lane == "office" and host.instances[1].process.lanes == ("office",)
    host.complete(1, "work")
    assert not state(host).subscriptions and open_tasks(host) == ["note"]
    host.complete(1, "note")
    assert open_tasks(host) == ["after"]


def test_X_ORD_03_what_the_called_process_awaited_is_withdrawn_with_it():
    start = '<startEvent id="hs" isInterrupting="false"><messageEventDefinition messageRef="M"/></startEvent>'
    handler = (
        f'<subProcess id="h" triggeredByEvent="true">{start}{user("note")}{flows("hs>note")}</subProcess>'
    )
    callee = process("q", handler + '<startEvent id="qs"/>' + user("work"), "qs>work")
    host = hosted(file(message("M"), CALLER, callee))
    assert state(host).subscriptions
    host.complete(1, "work")
    assert open_tasks(host) == ["after"] and not state(host).subscriptions


def test_C8_CALL_01_the_callers_variables_are_copied_in_and_isolated():
    host = hosted(file(CALLER, CALLEE), {"n": 1, "deep": {"a": 1}})
    key = next(key for key, scope in state(host).scopes.items() if scope.closed)
    assert state(host).scopes[key].variables == {"n": 1, "deep": {"a": 1}}
    host.do(1, commands.UpdateVariables(key, {"n": 2}))
    assert state(host).variables["n"] == 1
    host.do(1, commands.UpdateVariables(1, {"n": 3}))
    assert state(host).scopes[key].variables["n"] == 2


@pytest.mark.parametrize("zeebe", ['processId="q" propagateAllParentVariables="false"'])
def test_C8_CALL_01_only_input_mappings_go_in(zeebe):
    caller = process(
        "p", '<startEvent id="s"/>' + call("c", zeebe=zeebe, extension=io("in x = n + 1")) + user("after"), "s>c>after"
    )  # fmt: skip
    callee = process(
        "q", '<startEvent id="qs"/>' + script("seen", "{x: x, n: n}", "seen") + user("work"), "qs>seen>work"
    )
    host = hosted(file(caller, callee), {"n": 1})
    host.complete(1, "work")
    assert state(host).variables["seen"] == {"x": 2, "n": None}


def test_C8_CALL_02_all_variables_of_the_called_process_come_back():
    host = hosted(file(CALLER, CALLEE), {"n": 1})
    host.complete(1, "work", {"n": 5, "m": 6})
    assert state(host).variables == {"n": 5, "m": 6}


def test_C8_CALL_02_nothing_comes_back_when_it_is_switched_off():
    caller = CALLER.replace('calledElement="q"', "").replace(
        "<extensionElements></extensionElements>",
        ext('<zeebe:calledElement processId="q" propagateAllChildVariables="false"/>'), 1)  # fmt: skip
    host = hosted(file(caller, CALLEE), {"n": 1})
    host.complete(1, "work", {"n": 5, "m": 6})
    assert state(host).variables == {"n": 1}


@pytest.mark.parametrize("flag", ["true", "false"])
def test_C8_CALL_02_output_mappings_decide_what_comes_back(flag):
    zeebe = f'processId="q" propagateAllChildVariables="{flag}"'
    caller = process(
        "p", '<startEvent id="s"/>' + call("c", zeebe=zeebe, extension=io("out got = m * 2")) + user("after"), "s>c>after"
    )  # fmt: skip
    host = hosted(file(caller, CALLEE), {"n": 1})
    host.complete(1, "work", {"n": 5, "m": 6})
    assert state(host).variables == {"n": 1, "got": 12}


def test_C8_CALL_02_nothing_comes_back_from_a_terminated_child():
    caller = process(
        "p",
        '<startEvent id="s"/>' + call("c", "q") + user("after")
        + '<boundaryEvent id="b" attachedToRef="c"><messageEventDefinition messageRef="M"/></boundaryEvent>' + user("out"),
        "s>c>after", "b>out",
    )  # fmt: skip
    callee = process("q", '<startEvent id="qs"/>' + user("one") + user("two"), "qs>one>two")
    host = hosted(file(message("M"), caller, callee))
    host.complete(1, "one", {"m": 1})
    host.publish("M", "k")
    assert open_tasks(host) == ["out"] and state(host).variables == {}


def test_X_CALL_02_an_error_nobody_catches_inside_reaches_the_boundary_of_the_call():
    callee = process(
        "q", '<startEvent id="qs"/>' + user("work") + '<endEvent id="qe"><errorEventDefinition errorRef="E1"/></endEvent>', "qs>work>qe"
    )  # fmt: skip
    caller = process(
        "p",
        '<startEvent id="s"/>' + call("c", "q") + user("after")
        + '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="E1"/></boundaryEvent>' + user("caught"),
        "s>c>after", "b>caught",
    )  # fmt: skip
    host = hosted(file(E1, caller, callee))
    host.complete(1, "work")
    assert open_tasks(host) == ["caught"]
    without = hosted(file(E1, CALLER, callee))
    without.complete(1, "work")
    assert state(without).status == "failed" and state(without).error == "E1"


def test_X_CALL_02_an_error_caught_inside_the_called_process_stays_there():
    handler = (
        '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs"><errorEventDefinition errorRef="E1"/></startEvent>'
        + user("repair") + flows("hs>repair") + "</subProcess>"
    )  # fmt: skip
    callee = process(
        "q", handler + '<startEvent id="qs"/><endEvent id="qe"><errorEventDefinition errorRef="E1"/></endEvent>', "qs>qe"
    )  # fmt: skip
    host = hosted(file(E1, CALLER, callee))
    assert open_tasks(host) == ["repair"]
    host.complete(1, "repair")
    assert open_tasks(host) == ["after"]


def test_X_CALL_02_terminate_inside_ends_the_called_process_only():
    callee = process(
        "q",
        '<startEvent id="qs"/><parallelGateway id="g"/>' + user("stays") + user("ends")
        + '<endEvent id="qe"><terminateEventDefinition/></endEvent>',
        "qs>g", "g>stays", "g>ends>qe",
    )  # fmt: skip
    host = hosted(file(CALLER, callee))
    host.complete(1, "ends")
    assert open_tasks(host) == ["after"] and state(host).status == "active"


def test_X_CASE_12_an_error_two_levels_down_ends_both_called_processes_before_the_boundary_starts():
    inner = process(
        "r",
        '<startEvent id="rs"/><parallelGateway id="g"/>' + user("deep") + user("fails")
        + '<endEvent id="re"><errorEventDefinition errorRef="E1"/></endEvent>',
        "rs>g", "g>deep", "g>fails>re",
    )  # fmt: skip
    middle = process(
        "q", '<startEvent id="qs"/><parallelGateway id="h"/>' + call("d", "r") + user("beside"), "qs>h", "h>d", "h>beside"
    )  # fmt: skip
    outer = process(
        "p",
        '<startEvent id="s"/>' + call("c", "q") + user("after")
        + '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="E1"/></boundaryEvent>' + user("caught"),
        "s>c>after", "b>caught",
    )  # fmt: skip
    host = hosted(file(E1, outer, middle, inner))
    assert sorted(open_tasks(host)) == ["beside", "deep", "fails"]
    before = len(host.instances[1].events)
    host.complete(1, "fails")
    told = [
        (type(one).__name__, one.element)
        for one in host.instances[1].events[before:]
        if hasattr(one, "element")
    ]
    began = told.index(("TaskCreated", "caught"))
    for gone in (
        ("TaskWithdrawn", "deep"),
        ("TaskWithdrawn", "beside"),
        ("ElementTerminated", "r"),
        ("ElementTerminated", "q"),
    ):
        assert told.index(gone) < told.index(("ElementEntered", "b")) < began
    assert open_tasks(host) == ["caught"]


IO = (
    '<ioSpecification><dataInput id="{0}in" name="amount"/><dataOutput id="{0}out" name="total"/>'
    "<inputSet><dataInputRefs>{0}in</dataInputRefs></inputSet><outputSet><dataOutputRefs>{0}out</dataOutputRefs></outputSet></ioSpecification>"
)


@pytest.mark.parametrize(
    "flags", ["", 'processId="q" propagateAllParentVariables="false" propagateAllChildVariables="false"']
)
def test_X_CALL_03_data_inputs_and_outputs_are_matched_by_equal_name(flags):
    moved = (
        IO.format("c")
        + '<dataInputAssociation id="a1"><sourceRef>price</sourceRef><targetRef>cin</targetRef></dataInputAssociation>'
        '<dataOutputAssociation id="a2"><sourceRef>cout</sourceRef><targetRef>sum</targetRef></dataOutputAssociation>'
    )
    data = '<dataObject id="price"/><dataObject id="sum"/>'
    caller = process(
        "p",
        data + '<startEvent id="s"/>' + call("c", "q", zeebe=flags, inner=moved) + user("after"),
        "s>c>after",
    )
    callee = process(
        "q",
        IO.format("q") + '<startEvent id="qs"/>' + script("double", "amount * 2", "total") + user("work"),
        "qs>double>work",
    )
    host = hosted(file(caller, callee), {"price": 4})
    host.complete(1, "work", {"other": 1})
    assert open_tasks(host) == ["after"]
    assert state(host).variables == {"price": 4, "sum": 8}


def test_X_CALL_04_an_unknown_process_is_an_incident_that_can_be_retried():
    caller = process(
        "p", '<startEvent id="s"/>' + call("c", zeebe='processId="=which"') + user("after"), "s>c>after"
    )
    host = hosted(file(caller, CALLEE), {"which": "nowhere"})
    assert raised(host) == [("c", "call")]
    host.do(1, commands.UpdateVariables(1, {"which": "q"}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["work"]
    constant = process("p", '<startEvent id="s"/>' + call("c", zeebe='processId="gone"'), "s>c")
    assert raised(hosted(file(constant))) == [("c", "call")]


def test_V_CALL_01_what_calledElement_names_is_in_the_deployment():
    with pytest.raises(ModelFaults) as refused:
        compile_all(read_bpmn(file(CALLER), "foreign"))
    assert [(one.element, one.rule) for one in refused.value.faults if one.severity == "E"] == [
        ("c", "V-CALL-01")
    ]
    both = (read_bpmn(file(CALLER), "foreign"), read_bpmn(file(CALLEE), "foreign"))
    assert [one.id for one in compile_all(both)] == ["p", "q"]


def test_X_CALL_04_zeebe_wins_over_calledElement_and_may_be_FEEL():
    caller = process("p", '<startEvent id="s"/>' + call("c", "r", zeebe='processId="=&quot;q&quot;"'), "s>c")
    other = process("r", user("wrong"))
    assert open_tasks(hosted(file(caller, CALLEE, other))) == ["work"]


@pytest.mark.parametrize(
    ("kind", "inner"),
    [("globalUserTask", ""), ("globalScriptTask", ext('<zeebe:script expression="=n + 1" resultVariable="n"/>')), ("globalManualTask", ""), ("globalTask", ""), ("globalBusinessRuleTask", ext('<zeebe:taskDefinition type="rules"/>'))],
)  # fmt: skip
def test_X_CALL_04_a_global_task_runs_as_a_task_of_its_kind(kind, inner):
    task = f'<{kind} id="gt" name="Look">{inner}</{kind}>'
    host = hosted(file(task, CALLER.replace('calledElement="q"', 'calledElement="gt"')), {"n": 1})
    if kind == "globalUserTask":
        assert open_tasks(host) == ["c"]
        host.complete(1, "c", {"said": "yes"})
        assert state(host).variables["said"] == "yes"
    elif kind == "globalBusinessRuleTask":
        assert [job.type for job in state(host).jobs.values()] == ["rules"]
        host.complete(1, "c")
    elif kind == "globalScriptTask":
        assert state(host).variables["n"] == 2
    assert open_tasks(host) == ["after"]


def test_X_CALL_04_a_global_task_may_be_named_by_FEEL_too():
    caller = process(
        "p", '<startEvent id="s"/>' + call("c", zeebe='processId="=which"') + user("after"), "s>c>after"
    )
    task = '<globalUserTask id="gt" name="Look"/>'
    for library in ((), (file(task.replace("gt", "hu"), process("r", user("t"))),)):
        which = "hu" if library else "gt"
        host = hosted(file(task, caller, CALLEE), {"which": which}, library=library)
        element = "hu:hu" if library else "gt"
        assert open_tasks(host) == [element]
        host.complete(1, element, {"said": "yes"})
        assert open_tasks(host) == ["after"] and state(host).variables["said"] == "yes"


def test_C8_BIND_01_processes_of_other_files_run_under_qualified_ids():
    """Both files use the same ids inside; each keeps its own meaning."""
    handler = (
        '<subProcess id="h" triggeredByEvent="true"><startEvent id="hs" isInterrupting="false">'
        '<signalEventDefinition signalRef="G"/></startEvent>' + user("after") + flows("hs>after") + "</subProcess>"
    )  # fmt: skip
    gate = '<parallelGateway id="c"/><exclusiveGateway id="x" default="x_e"/><endEvent id="e"/>'
    other = file(
        '<signal id="G" name="G"/>',
        process("q", handler + '<startEvent id="s"/>' + gate + user("a") + user("b") + '<parallelGateway id="j"/>' + call("d", "r"),
                "s>c", "c>a>j", "c>b>j", "j>x", "x>d: n = 1", "x>e"),
    )  # fmt: skip
    third = file(process("r", '<startEvent id="s"/>' + user("a"), "s>a"))
    host = hosted(file(CALLER), {"n": 1}, library=(other, third))
    assert open_tasks(host) == ["q:a", "q:b"]
    host.broadcast("G")
    assert open_tasks(host) == ["q:a", "q:b", "q:after"]
    host.complete(1, "q:a")
    host.complete(1, "q:b")
    host.complete(1, "q:after")
    assert open_tasks(host) == ["r:a"]
    host.complete(1, "r:a")
    assert open_tasks(host) == ["after"]


def test_C8_BIND_01_another_file_calls_back_and_its_own_processes():
    other = file(process("q", '<startEvent id="s"/>' + user("t") + call("c", "back"), "s>t>c"))
    back = process("back", user("home"))
    host = hosted(file(CALLER, back), library=(other,))
    host.complete(1, "q:t")
    assert open_tasks(host) == ["home"]


def test_recursion_ends_by_itself_or_as_an_incident_well_under_a_second():
    again = process(
        "q", '<startEvent id="qs"/><exclusiveGateway id="x" default="x_e"/><endEvent id="e"/>' + script("less", "n - 1", "n") + call("c2", "q"),
        "qs>x", "x>less: n > 0", "less>c2", "x>e",
    )  # fmt: skip
    xml = file(CALLER, again)
    host = hosted(xml, {"n": 20})
    assert open_tasks(host) == ["after"] and state(host).variables["n"] == 0
    began = time.perf_counter()
    endless = hosted(xml, {"n": 100_000})
    assert raised(endless) == [("c2", "call")]
    endless.do(1, commands.Cancel())
    assert time.perf_counter() - began < 1 and state(endless).status == "terminated"


def test_a_process_that_calls_itself_compiles_and_runs():
    xml = file(process("p", '<startEvent id="s"/><exclusiveGateway id="x" default="x_e"/><endEvent id="e"/>' + script("less", "n - 1", "n") + call("c", "p"),
                       "s>x", "x>less: n > 0", "less>c", "x>e"))  # fmt: skip
    host = hosted(xml, {"n": 3})
    assert state(host).status == "completed" and state(host).variables["n"] == 0


def test_cancelling_the_instance_ends_what_it_called():
    host = hosted(file(CALLER, CALLEE))
    host.do(1, commands.Cancel())
    assert state(host).status == "terminated" and list(state(host).scopes) == [1]


def test_the_state_given_to_a_step_is_not_changed_by_a_call():
    process = compiled(file(CALLER, CALLEE), process_id="p")
    first = step(process, None, commands.StartProcess({"n": 1}), NOW).state
    blob = dump(first)
    step(process, first, commands.CompleteTask(next(iter(first.tasks)), {"n": 2}), NOW)
    assert dump(first) == blob


def test_a_looped_call_migrates_with_what_it_called():
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>=2</loopCardinality></multiInstanceLoopCharacteristics>"
    caller = process("p", '<startEvent id="s"/>' + call("c", "q", inner=loop) + user("after"), "s>c>after")
    old = compiled(file(caller, CALLEE), process_id="p")
    new = compiled(file(caller, CALLEE, process("other", user("x"))), process_id="p")
    first = step(old, None, commands.StartProcess(), NOW).state
    moved = migrate(old, new, first, commands.Migrate(), NOW).state
    assert [task.element for task in moved.tasks.values()] == ["work", "work"]
