# ruff: noqa: E501  (models stand on one line each)
"""What holds for every element: life cycles, the order of entry and exit, the order of events."""

from backend.engine import commands, compile_process, dump, encode_events, load, read_bpmn, replay, step
from backend.engine import events as ev
from tests.engine.models import (
    HOUR,
    NOW,
    flows,
    hosted,
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
)

S, E = '<startEvent id="s"/>', '<endEvent id="e"/>'


def kinds(host, *elements: str) -> list[str]:
    """The names of the events of some elements (or scopes, tasks, timers), in order."""
    return [type(one).__name__ for one in host.instances[1].events if getattr(one, "element", "") in elements]


def place(host, kind: type) -> int:
    """Where the first event of a kind stands."""
    return next(n for n, one in enumerate(host.instances[1].events) if isinstance(one, kind))


def test_X_END_01_a_token_ends_in_an_end_event_and_where_nothing_leads_on():
    xml = model(S + E + user("a") + user("b") + '<parallelGateway id="g"/>', "s>g>a>e", "g>b")
    host = hosted(xml)
    host.complete(1, "b")
    assert open_tasks(host) == ["a"] and state(host).status == "active"
    host.complete(1, "a")
    assert state(host).status == "completed" and passed(host, "e") == 1


def test_X_ACT_01_only_a_completed_activity_gives_tokens():
    boundary = timer("t", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="a"')
    xml = model(
        S + E + user("a", extension=io("out x = 1")) + user("b") + user("c") + boundary, "s>a>b>e", "t>c>e"
    )
    host = hosted(xml)
    assert kinds(host, "a")[:1] == ["ElementEntered"] and "ElementCompleted" not in kinds(host, "a")
    host.complete(1, "a")
    assert "ElementCompleted" in kinds(host, "a") and open_tasks(host) == ["b"]
    late = hosted(xml)
    late.advance(NOW + HOUR)
    assert "ElementTerminated" in {type(one).__name__ for one in late.instances[1].events}
    assert "ElementCompleted" not in kinds(late, "a") and open_tasks(late) == ["c"]


def test_X_ACT_06_inputs_then_subscriptions_then_work_and_the_way_back():
    boundary = timer("t", "boundaryEvent", "timeDuration", "=wait", 'attachedToRef="a"')
    task = user("a", extension=io('in wait = "PT1H"', "out done = true"))
    host = hosted(model(S + E + task + boundary + user("b"), "s>a>b>e", "t>b"))
    assert place(host, ev.TimerSet) < place(host, ev.TaskCreated)
    assert raised(host) == []  # the boundary's time is an input of its activity
    before = len(host.instances[1].events)
    host.complete(1, "a")
    after = [type(one).__name__ for one in host.instances[1].events[before:]]
    order = [
        after.index(name)
        for name in ("VariablesChanged", "TimerWithdrawn", "ElementCompleted", "TaskCreated")
        if name in after
    ]
    assert order == sorted(order) and {"TimerWithdrawn", "TaskCreated"} <= set(after)


def test_X_ACT_08_a_job_is_named_by_type_operation_implementation_or_id():
    interface = (
        message("M")
        + '<interface id="i" name="i"><operation id="op" name="ask"><inMessageRef>M</inMessageRef></operation></interface>'
    )
    for attributes, wanted in (
        ('operationRef="op"', "ask"),
        ('implementation="urn:post"', "urn:post"),
        ('implementation="##WebService"', "w"),
        ("", "w"),
    ):
        host = hosted(model(S + E + f'<serviceTask id="w" {attributes}/>', "s>w>e", roots=interface))
        assert [job.type for job in state(host).jobs.values()] == [wanted]
    host = hosted(model(S + E + service("w", "mail"), "s>w>e"))
    assert [job.type for job in state(host).jobs.values()] == ["mail"]


def test_X_MI_04_outputs_are_collected_by_index_and_seen_when_all_is_done():
    loop = '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=[1,2,3]" inputElement="n" outputCollection="all" outputElement="=r"/></extensionElements></multiInstanceLoopCharacteristics>'
    host = hosted(model(S + E + user("a", loop) + user("b"), "s>a>b>e"))
    for task, value in zip(reversed(list(state(host).tasks)), (30, 20, 10), strict=True):
        assert "all" not in state(host).variables
        host.do(1, commands.CompleteTask(task, {"r": value}))
    assert open_tasks(host) == ["b"]
    assert state(host).variables["all"] == [10, 20, 30]


def test_X_ERR_02_an_error_end_stops_all_below_its_catcher_and_hands_over_its_data():
    inner = (
        '<startEvent id="i"/><parallelGateway id="g"/>'
        + script("c", '"bad"', "why")
        + user("w")
        + '<endEvent id="x"><errorEventDefinition errorRef="E1"/></endEvent>'
        + flows("i>g>c>x", "g>w")
    )
    boundary = (
        '<boundaryEvent id="bd" attachedToRef="L"><errorEventDefinition errorRef="E1"/></boundaryEvent>'
    )
    host = hosted(
        model(
            S + E + f'<subProcess id="L">{inner}</subProcess>' + boundary + user("h"),
            "s>L>e",
            "bd>h>e",
            roots='<error id="E1" errorCode="E1"/>',
        )
    )
    assert open_tasks(host) == ["h"] and passed(host, "L") == 0
    assert "TaskWithdrawn" in {type(one).__name__ for one in host.instances[1].events}
    assert state(host).variables["why"] == "bad"


def test_X_THROW_01_an_intermediate_none_event_passes():
    host = hosted(model(S + E + '<intermediateThrowEvent id="x"/>', "s>x>e"))
    assert state(host).status == "completed" and passed(host, "x") == 1


def test_X_DATA_02_absent_and_null_are_both_unavailable():
    specification = '<ioSpecification><dataInput id="in1" name="need"/><inputSet><dataInputRefs>in1</dataInputRefs></inputSet><outputSet/></ioSpecification>'
    link = "<dataInputAssociation><sourceRef>o</sourceRef><targetRef>in1</targetRef></dataInputAssociation>"
    xml = model(
        S + E + '<dataObject id="o" name="o"/>' + user("a", specification + link) + user("b"),
        "s>a>e",
        "s>b>e",
    )
    for given in ({}, {"o": None}):
        host = hosted(xml, given)
        assert open_tasks(host) == ["b"]
        host.complete(1, "b", {"o": 1})
        assert open_tasks(host) == ["a"]


def test_X_DET_01_tokens_move_in_the_order_of_outgoing_oldest_first():
    gateway = '<parallelGateway id="g"><outgoing>g_c</outgoing><outgoing>g_a</outgoing></parallelGateway>'
    host = hosted(model(S + gateway + user("a") + user("b") + user("c"), "s>g>a", "g>b", "g>c"))
    assert open_tasks(host) == ["c", "a", "b"]


def test_X_DET_04_withdrawals_are_told_before_what_replaces_them():
    boundary = timer("t", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="a"')
    host = hosted(model(S + E + user("a") + user("c") + boundary, "s>a>e", "t>c>e"))
    before = len(host.instances[1].events)
    host.advance(NOW + HOUR)
    after = [type(one).__name__ for one in host.instances[1].events[before:]]
    assert after.index("TaskWithdrawn") < after.index("TaskCreated")


def test_X_DET_05_the_same_commands_give_the_same_bytes_also_from_a_stored_state():
    process = compile_process(
        read_bpmn(
            model(
                S + E + user("a") + '<parallelGateway id="g"/>' + user("b") + user("c"),
                "s>g>a>e",
                "g>b>e",
                "g>c>e",
            ),
            "foreign",
        )
    )
    said, bytes_ = [], []
    for stored in (False, True):
        now, events, held = NOW, [], None
        for element in ("", "b", "a", "c"):
            command = commands.StartProcess({"z": 1, "a": 2})
            if element:
                task = next(key for key, one in held.tasks.items() if one.element == element)
                command = commands.CompleteTask(task, {"y": element, "x": {"q": 1, "b": 2}})
            taken = step(process, held, command, now)
            events += taken.events
            held = load(dump(taken.state)) if stored else taken.state
        said.append(encode_events(events))
        bytes_.append(dump(held))
        assert dump(replay(events)) == bytes_[-1]
    assert said[0] == said[1] and bytes_[0] == bytes_[1]


def test_X_DET_06_a_fault_is_an_incident_there_and_what_moved_before_stands():
    gateways = '<parallelGateway id="g"/><exclusiveGateway id="x"/>'
    host = hosted(
        model(S + E + gateways + user("a") + user("b"), "s>g>a>e", "g>x", "x>e: 1 = 2", "x>b: 2 = 3", "b>e")
    )
    assert open_tasks(host) == ["a"] and [element for element, _ in raised(host)] == ["x"]
    host.complete(1, "a")
    assert passed(host, "a") == 1 and state(host).status == "active" and len(raised(host)) == 1
