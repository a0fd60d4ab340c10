# ruff: noqa: E501  (models stand on one line each)
"""Compensation and transactions: rules X-COMP-01 to -08, X-TX-01 to -03, X-CASE-17, -18, -19."""

import pytest

from backend.engine import Host, Refused, commands, dump, load, migrate, read_bpmn, replay
from backend.engine import events as ev
from backend.engine.soundness import explore
from tests.engine.models import (
    HEAD,
    NOW,
    compiled,
    ext,
    flows,
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

E1 = '<error id="E1" errorCode="E1"/>'
ROOTS = E1 + message("M")


class Saved(Host):
    """A host that saves and restores every instance after every command, and replays its history."""

    def _took(self, number, events):
        super()._took(number, events)
        instance = self.instances[number]
        assert replay(instance.events) == instance.state
        assert load(dump(instance.state)) == instance.state
        instance.state = load(dump(instance.state))


def hosted(nodes, *lines, roots=ROOTS, variables=None, others=""):
    xml = model(nodes, *lines, roots=roots).replace(b"</definitions>", others.encode() + b"</definitions>")
    host = Saved([compiled(xml, process_id="p")], NOW)
    host.start("p", variables)
    return host


def undone_by(host, handler):
    """A compensation boundary on `host` and its association with `handler`."""
    return (
        f'<boundaryEvent id="cb_{host}" attachedToRef="{host}"><compensateEventDefinition/></boundaryEvent>'
        f'<association id="as_{host}" associationDirection="One" sourceRef="cb_{host}" targetRef="{handler}"/>'
    )


def undo(id):
    """A user task for compensation."""
    return user(id, attributes='isForCompensation="true"')


def pair(id, kind=user):
    """An activity and its handler `undo_id`."""
    return kind(id) + undone_by(id, f"undo_{id}") + undo(f"undo_{id}")


def throw(id, activity="", wait="", kind="intermediateThrowEvent"):
    attributes = (f' activityRef="{activity}"' if activity else "") + (
        f' waitForCompletion="{wait}"' if wait else ""
    )
    return f'<{kind} id="{id}"><compensateEventDefinition{attributes}/></{kind}>'


def end(id, definition):
    return f'<endEvent id="{id}"><{definition}/></endEvent>'


def sub(id, nodes, *lines, kind="subProcess", attributes=""):
    return f'<{kind} id="{id}" {attributes}>{nodes}{flows(*lines)}</{kind}>'


def on_compensation(id, nodes, *lines):
    """A compensation event sub-process."""
    start = f'<startEvent id="{id}_s"><compensateEventDefinition/></startEvent>'
    return sub(id, start + nodes, *lines, attributes='triggeredByEvent="true"')


def complete_all(host, *elements, **variables):
    for element in elements:
        host.complete(1, element, variables)


def transaction(nodes, *lines):
    return sub("T", nodes, *lines, kind="transaction")


CANCELLED = '<boundaryEvent id="cx" attachedToRef="T"><cancelEventDefinition/></boundaryEvent>' + user(
    "cancelled"
)


# --- X-CASE-17 and the order ---


ABC = '<startEvent id="s"/><parallelGateway id="g"/>' + pair("A") + pair("B") + pair("C") + pair("D") + user("go") + throw("t") + user("after")  # fmt: skip


def test_X_CASE_17_all_in_reverse_order_an_active_one_untouched_each_once():
    host = hosted(ABC + throw("t2") + user("end"), "s>g", "g>A>B>C>go>t>after>t2>end", "g>D")
    complete_all(host, "A", "B", "C", "go")
    for handler in ("undo_C", "undo_B", "undo_A"):
        assert open_tasks(host) == ["D", handler], "one after the other, and the throw waits"
        host.complete(1, handler)
    assert open_tasks(host) == ["D", "after"]
    host.complete(1, "after")
    assert open_tasks(host) == ["D", "end"], "a second throw does nothing"


def test_X_CASE_17_activityRef_takes_one_and_a_later_throw_the_rest():
    nodes = ABC.replace(throw("t"), throw("t", "B")) + throw("t2") + user("end")
    host = hosted(nodes, "s>g", "g>A>B>C>go>t>after>t2>end", "g>D")
    complete_all(host, "A", "B", "C", "go")
    assert open_tasks(host) == ["D", "undo_B"]
    complete_all(host, "undo_B", "after")
    assert open_tasks(host) == ["D", "undo_C"]
    host.complete(1, "undo_C")
    assert open_tasks(host) == ["D", "undo_A"]
    host.complete(1, "undo_A")
    assert open_tasks(host) == ["D", "end"]


def test_X_COMP_01_only_what_completed_has_a_handler():
    nodes = (
        '<startEvent id="s"/><parallelGateway id="g"/>' + pair("A") + user("go") + throw("t") + user("after")
        + '<boundaryEvent id="b" attachedToRef="A"><messageEventDefinition messageRef="M"/></boundaryEvent>' + user("out")
    )  # fmt: skip
    host = hosted(nodes, "s>g", "g>A", "g>go>t>after", "b>out")
    host.publish("M", "k")
    host.complete(1, "go")
    assert open_tasks(host) == ["out", "after"], "an interrupted activity is not compensated"


def test_X_COMP_01_script_and_undefined_tasks_have_handlers_too():
    nodes = (
        '<startEvent id="s"/>' + script("x", "1", "x") + undone_by("x", "ux") + undo("ux")
        + '<task id="y"/>' + undone_by("y", "uy") + '<scriptTask id="uy" isForCompensation="true">' + ext('<zeebe:script expression="=x + 1" resultVariable="x"/>') + "</scriptTask>"
        + throw("t") + user("after")
    )  # fmt: skip
    host = hosted(nodes, "s>x>y>t>after")
    assert open_tasks(host) == ["ux"] and state(host).variables["x"] == 2
    host.complete(1, "ux")
    assert open_tasks(host) == ["after"]


def test_X_COMP_02_each_completion_counts_when_a_flow_leads_back():
    nodes = (
        '<startEvent id="s"/><exclusiveGateway id="m"/><exclusiveGateway id="x" default="x_t"/>' + pair("A") + throw("t") + user("after")
    )  # fmt: skip
    host = hosted(nodes, "s>m>A>x", "x>m: again", "x>t>after")
    host.complete(1, "A", {"again": True})
    host.complete(1, "A", {"again": False})
    complete_all(host, "undo_A", "undo_A")
    assert open_tasks(host) == ["after"] and passed(host, "undo_A") == 2


def test_X_COMP_03_a_throw_inside_a_sub_process_reaches_only_its_own_container():
    inner = '<startEvent id="i"/>' + pair("B") + throw("t") + user("after")
    host = hosted('<startEvent id="s"/>' + pair("A") + sub("S", inner, "i>B>t>after"), "s>A>S")
    complete_all(host, "A", "B")
    assert open_tasks(host) == ["undo_B"]
    host.complete(1, "undo_B")
    assert open_tasks(host) == ["after"]


@pytest.mark.parametrize(
    "definition", ['<errorEventDefinition errorRef="E1"/>', '<messageEventDefinition messageRef="M"/>']
)
def test_X_COMP_03_from_inside_an_event_sub_process_the_container_around_is_reached(definition):
    handler = sub(
        "h",
        f'<startEvent id="hs">{definition}</startEvent>' + pair("C") + throw("t") + user("after"),
        "hs>C>t>after",
        attributes='triggeredByEvent="true"',
    )
    inner = handler + '<startEvent id="i"/>' + pair("A") + pair("B") + service("fails")
    host = hosted('<startEvent id="s"/>' + sub("S", inner, "i>A>B>fails"), "s>S")
    complete_all(host, "A", "B")
    if "error" in definition:
        host.do(1, commands.ThrowError(next(iter(state(host).jobs)), "E1"))
    else:
        host.publish("M", "k")
    host.complete(1, "C")
    for undoing in ("undo_C", "undo_B", "undo_A"):
        assert open_tasks(host) == [undoing]
        host.complete(1, undoing)
    assert open_tasks(host) == ["after"]


def test_X_COMP_03_nothing_to_compensate_lets_the_throw_pass():
    host = hosted(
        '<startEvent id="s"/>' + throw("t") + user("after") + throw("e", kind="endEvent"), "s>t>after>e"
    )
    host.complete(1, "after")
    assert state(host).status == "completed"


def test_X_COMP_04_completion_order_counts_not_the_order_of_begin():
    nodes = (
        '<startEvent id="s"/><parallelGateway id="g"/><parallelGateway id="j"/>'
        + pair("A")
        + pair("B")
        + throw("t")
    )
    host = hosted(nodes, "s>g", "g>A>j", "g>B>j", "j>t")
    complete_all(host, "B", "A")
    assert open_tasks(host) == ["undo_A"]
    complete_all(host, "undo_A")
    assert open_tasks(host) == ["undo_B"]


def test_X_COMP_05_a_throw_that_does_not_wait_goes_on_and_the_scope_waits_for_the_handlers():
    inner = '<startEvent id="i"/>' + pair("A") + throw("t", wait="false") + user("next")
    host = hosted('<startEvent id="s"/>' + sub("S", inner, "i>A>t>next") + user("after"), "s>S>after")
    host.complete(1, "A")
    assert sorted(open_tasks(host)) == ["next", "undo_A"]
    host.complete(1, "next")
    assert open_tasks(host) == ["undo_A"], "the handler runs in the scope, which is not complete before it"
    host.complete(1, "undo_A")
    assert open_tasks(host) == ["after"]


def test_X_COMP_05_a_join_does_not_await_a_compensation_whose_token_has_gone_on():
    nodes = (
        '<startEvent id="s"/>' + pair("A") + '<inclusiveGateway id="o"/>' + throw("t", wait="false") + user("B")
        + '<exclusiveGateway id="x" default="x_away"/><endEvent id="away"/><inclusiveGateway id="j"/>' + user("after")
    )  # fmt: skip
    host = hosted(nodes, "s>A>o", "o>t>x", "x>j: never", "x>away", "o>B>j", "j>after")
    complete_all(host, "A", "B")
    assert sorted(open_tasks(host)) == ["after", "undo_A"]


def test_X_COMP_01_several_tokens_that_begin_an_activity_have_one_handler():
    nodes = (
        '<startEvent id="s"/><parallelGateway id="g"/><manualTask id="A" startQuantity="2"/>' + undone_by("A", "undo_A") + undo("undo_A") + throw("t") + user("after")
    )  # fmt: skip
    lines = flows("s>g", "A>t>after") + flows("g>A") + flows("g>A").replace('id="g_A"', 'id="g_A2"')
    host = hosted(nodes + lines)
    assert open_tasks(host) == ["undo_A"]
    host.complete(1, "undo_A")
    assert open_tasks(host) == ["after"]


def test_X_COMP_05_an_end_event_waits():
    host = hosted('<startEvent id="s"/>' + pair("A") + throw("e", kind="endEvent"), "s>A>e")
    host.complete(1, "A")
    assert open_tasks(host) == ["undo_A"] and state(host).status == "active"
    host.complete(1, "undo_A")
    assert state(host).status == "completed"


# --- loops ---

ROUNDS = '<standardLoopCharacteristics testBefore="false" loopMaximum="3"/>'


def repeated(kind):
    """Loop characteristics of three rounds."""
    if kind == "loop":
        return ROUNDS
    zeebe = ext('<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"/>')
    return f'<multiInstanceLoopCharacteristics isSequential="{"true" if kind == "sequential" else "false"}">{zeebe}</multiInstanceLoopCharacteristics>'


ITEMS = {"items": ["x", "y", "z"]}
SEEN = user("undo_B", attributes='isForCompensation="true"', extension=io("in number = loopCounter"))


def numbers(host):
    """Which rounds' handlers are open, by the number they see."""
    return [
        int(state(host).scopes[key].variables["number"])
        for key, task in state(host).tasks.items()
        if task.element == "undo_B"
    ]


@pytest.mark.parametrize("kind", ["loop", "sequential"])
def test_X_CASE_18_a_looped_activity_has_three_handlers_the_last_round_first(kind):
    nodes = (
        '<startEvent id="s"/>'
        + pair("A")
        + user("B", repeated(kind))
        + undone_by("B", "undo_B")
        + SEEN
        + pair("C")
        + throw("t")
        + user("after")
    )
    host = hosted(nodes, "s>A>B>C>t>after", variables=ITEMS)
    complete_all(host, "A", "B", "B", "B", "C", "undo_C")
    for number in (3, 2, 1):
        assert numbers(host) == [number]
        host.complete(1, "undo_B")
    host.complete(1, "undo_A")
    assert open_tasks(host) == ["after"]


def test_X_COMP_04_instances_of_a_parallel_multi_instance_are_compensated_together():
    nodes = (
        '<startEvent id="s"/>'
        + pair("A")
        + user("B", repeated("parallel"))
        + undone_by("B", "undo_B")
        + SEEN
        + throw("t", "B")
        + user("after")
    )
    host = hosted(nodes, "s>A>B>t>after", variables=ITEMS)
    complete_all(host, "A", "B", "B", "B")
    assert sorted(numbers(host)) == [1, 2, 3]
    complete_all(host, "undo_B", "undo_B")
    assert open_tasks(host) == ["undo_B"]
    host.complete(1, "undo_B")
    assert open_tasks(host) == ["after"]


@pytest.mark.parametrize("kind", ["loop", "sequential", "parallel"])
def test_X_COMP_02_a_looped_sub_process_is_undone_round_by_round_with_its_data(kind):
    look = user("look", extension=io("in mine = said"))
    inner = on_compensation("h", look, "h_s>look") + '<startEvent id="i"/>' + user("work")
    looped = sub("S", ext(io("in said = 0")) + repeated(kind) + inner, "i>work")
    host = hosted(
        '<startEvent id="s"/>' + looped + throw("t") + user("after"), "s>S>t>after", variables=ITEMS
    )
    for said in (1, 2, 3):
        host.complete(1, "work", {"said": said})
    seen = []
    while "look" in open_tasks(host):
        key = next(key for key, task in state(host).tasks.items() if task.element == "look")
        seen.append(int(state(host).scopes[key].variables["mine"]))
        host.do(1, commands.CompleteTask(key))
    assert (sorted(seen) if kind == "parallel" else seen[::-1]) == [1, 2, 3]
    assert open_tasks(host) == ["after"]


def test_X_COMP_02_zero_rounds_have_nothing_to_undo_and_an_active_loop_is_not_reached():
    looped = user("B", repeated("sequential")) + undone_by("B", "undo_B") + undo("undo_B")
    host = hosted(
        '<startEvent id="s"/>' + looped + throw("t") + user("after"), "s>B>t>after", variables={"items": []}
    )
    assert open_tasks(host) == ["after"]
    host = hosted(
        '<startEvent id="s"/><parallelGateway id="g"/>' + looped + user("go") + throw("t") + user("after"),
        "s>g",
        "g>B",
        "g>go>t>after",
        variables=ITEMS,
    )
    complete_all(host, "B", "go")
    assert open_tasks(host) == ["B", "after"]


@pytest.mark.parametrize("kind", ["sequential", "parallel"])
def test_X_COMP_07_a_handler_may_be_a_multi_instance_itself(kind):
    handler = user("uA", repeated(kind), attributes='isForCompensation="true"')
    host = hosted(
        '<startEvent id="s"/>' + user("A") + undone_by("A", "uA") + handler + throw("t") + user("after"),
        "s>A>t>after",
        variables=ITEMS,
    )
    complete_all(host, "A", "uA", "uA", "uA")
    assert open_tasks(host) == ["after"]


def test_X_TX_02_rounds_that_completed_in_a_loop_still_active_are_compensated():
    looped = user("B", repeated("sequential")) + undone_by("B", "undo_B") + SEEN
    inner = (
        '<startEvent id="i"/><parallelGateway id="g"/>'
        + looped
        + user("go")
        + end("x", "cancelEventDefinition")
    )
    host = hosted(
        '<startEvent id="s"/>' + transaction(inner, "i>g", "g>B", "g>go>x") + CANCELLED,
        "s>T",
        "cx>cancelled",
        variables=ITEMS,
    )
    complete_all(host, "B", "B", "go")
    assert numbers(host) == [2]
    complete_all(host, "undo_B", "undo_B")
    assert open_tasks(host) == ["cancelled"]


@pytest.mark.parametrize("kind", ["sequential", "parallel"])
def test_X_TX_02_a_cancelled_instance_cancels_the_whole_multi_instance(kind):
    inner = (
        '<startEvent id="i"/>'
        + pair("A")
        + '<exclusiveGateway id="g" default="g_stay"/>'
        + user("stay")
        + end("x", "cancelEventDefinition")
    )
    looped = transaction(repeated(kind) + inner, "i>A>g", "g>x: loopCounter = 2", "g>stay")
    host = hosted(
        '<startEvent id="s"/>' + looped + CANCELLED + user("after"),
        "s>T>after",
        "cx>cancelled",
        variables=ITEMS,
    )
    host.complete(1, "A")
    if kind == "sequential":
        host.complete(1, "stay")
    host.complete(1, "A")
    while "undo_A" in open_tasks(host):
        host.complete(1, "undo_A")
    assert open_tasks(host) == ["cancelled"] and passed(host, "undo_A") == 2


def test_X_COMP_03_inside_an_ad_hoc_sub_process():
    inner = pair("A") + user("go") + throw("t") + user("after")
    host = hosted(
        '<startEvent id="s"/>'
        + sub("H", inner, "go>t>after", kind="adHocSubProcess")
        + throw("t2")
        + user("end"),
        "s>H>t2>end",
    )
    complete_all(host, "A", "go")
    assert open_tasks(host) == ["undo_A"]
    complete_all(host, "undo_A", "after")
    assert open_tasks(host) == ["end"]
    host = hosted(
        '<startEvent id="s"/>'
        + sub("H", pair("A") + pair("B"), kind="adHocSubProcess")
        + throw("t2")
        + user("end"),
        "s>H>t2>end",
    )
    complete_all(host, "A", "B", "undo_B", "undo_A")
    assert open_tasks(host) == ["end"]


# --- sub-processes ---


def test_X_COMP_06_the_event_sub_process_goes_before_the_boundary_and_the_content():
    inner = on_compensation("h", user("inside"), "h_s>inside") + '<startEvent id="i"/>' + pair("A")
    nodes = (
        '<startEvent id="s"/>'
        + sub("S", inner, "i>A")
        + undone_by("S", "outside")
        + undo("outside")
        + throw("t")
        + user("after")
    )
    host = hosted(nodes, "s>S>t>after")
    host.complete(1, "A")
    assert open_tasks(host) == ["inside"]
    host.complete(1, "inside")
    assert open_tasks(host) == ["after"]


def test_X_COMP_06_the_boundary_goes_before_the_content():
    inner = '<startEvent id="i"/>' + pair("A")
    nodes = (
        '<startEvent id="s"/>'
        + sub("S", inner, "i>A")
        + undone_by("S", "outside")
        + undo("outside")
        + throw("t")
        + user("after")
    )
    host = hosted(nodes, "s>S>t>after")
    host.complete(1, "A")
    assert open_tasks(host) == ["outside"]
    host.complete(1, "outside")
    assert open_tasks(host) == ["after"]


def test_X_COMP_06_else_the_completed_content_in_reverse_at_every_depth():
    deep = sub("T", '<startEvent id="k"/>' + pair("C") + pair("D"), "k>C>D")
    inner = '<startEvent id="i"/>' + pair("A") + deep + pair("B")
    nodes = '<startEvent id="s"/>' + pair("Z") + sub("S", inner, "i>A>T>B") + throw("t") + user("after")
    host = hosted(nodes, "s>Z>S>t>after")
    complete_all(host, "Z", "A", "C", "D", "B")
    for handler in ("undo_B", "undo_D", "undo_C", "undo_A", "undo_Z"):
        assert open_tasks(host) == [handler]
        host.complete(1, handler)
    assert open_tasks(host) == ["after"]


def test_X_COMP_06_a_compensation_event_sub_process_may_compensate_the_content_itself():
    inner = (
        on_compensation("h", user("first") + throw("again") + user("last"), "h_s>first>again>last")
        + '<startEvent id="i"/>'
        + pair("A")
        + pair("B")
    )
    host = hosted(
        '<startEvent id="s"/>' + sub("S", inner, "i>A>B") + throw("t", "S") + user("after"), "s>S>t>after"
    )
    complete_all(host, "A", "B")
    for element in ("first", "undo_B", "undo_A", "last"):
        assert open_tasks(host) == [element]
        host.complete(1, element)
    assert open_tasks(host) == ["after"]


def test_X_COMP_06_a_sub_process_in_which_nothing_compensable_completed_is_passed_over():
    inner = '<startEvent id="i"/><exclusiveGateway id="x" default="x_n"/>' + user("n") + pair("A")
    host = hosted(
        '<startEvent id="s"/>' + sub("S", inner, "i>x", "x>A: a", "x>n") + throw("t") + user("after"),
        "s>S>t>after",
    )
    host.complete(1, "n")
    assert open_tasks(host) == ["after"]


@pytest.mark.parametrize("how", ["content", "event sub-process", "boundary"])
def test_X_COMP_06_through_a_call_activity(how):
    handler = on_compensation("h", user("inside"), "h_s>inside") if how == "event sub-process" else ""
    callee = f'<process id="q" isExecutable="true">{handler}<startEvent id="qs"/>{pair("A")}{pair("B")}{flows("qs>A>B")}</process>'
    bound = undone_by("c", "outside") + undo("outside") if how == "boundary" else ""
    nodes = (
        '<startEvent id="s"/><callActivity id="c" calledElement="q"/>' + bound + throw("t") + user("after")
    )
    host = hosted(nodes, "s>c>t>after", others=callee, variables={"n": 1})
    complete_all(host, "A", "B")
    for element in {
        "content": ["undo_B", "undo_A"],
        "event sub-process": ["inside"],
        "boundary": ["outside"],
    }[how]:
        assert open_tasks(host) == [element]
        host.complete(1, element, {"seen": 1})
    assert open_tasks(host) == ["after"]


def test_X_COMP_06_a_process_of_another_file_is_compensated_too():
    called = f'<process id="q" isExecutable="true"><startEvent id="qs"/>{pair("A")}{flows("qs>A")}</process>'
    library = (read_bpmn(f"{HEAD}{called}</definitions>".encode(), "foreign"),)
    xml = model(
        '<startEvent id="s"/><callActivity id="c" calledElement="q"/>' + throw("t") + user("A"), "s>c>t>A"
    )
    host = Saved([compiled(xml, process_id="p", library=library)], NOW)
    host.start("p")
    host.complete(1, "q:A")
    assert open_tasks(host) == ["q:undo_A"]
    host.complete(1, "q:undo_A")
    assert open_tasks(host) == ["A"]


def test_X_COMP_07_the_event_sub_process_sees_the_snapshot_a_handler_the_current_data():
    seen = (
        '<scriptTask id="look">'
        + ext('<zeebe:script expression="=[local, n]" resultVariable="seen"/>')
        + "</scriptTask>"
    )
    inner = on_compensation("h", seen, "h_s>look") + '<startEvent id="i"/>' + user("a")
    mapped = sub("S", ext(io("in local = n")) + inner, "i>a")
    handler = (
        '<scriptTask id="ub" isForCompensation="true">'
        + ext('<zeebe:script expression="=n" resultVariable="now"/>')
        + "</scriptTask>"
    )
    nodes = (
        '<startEvent id="s"/>'
        + mapped
        + user("b")
        + undone_by("b", "ub")
        + handler
        + user("c")
        + throw("t")
        + user("after")
    )
    host = hosted(nodes, "s>S>b>c>t>after", variables={"n": 1})
    host.complete(1, "a", {"local": 5})
    host.complete(1, "b", {"n": 2})
    host.complete(1, "c", {"n": 3})
    assert open_tasks(host) == ["after"]
    assert state(host).variables["seen"] == [5, 3] and state(host).variables["now"] == 3
    assert "local" not in state(host).variables


def test_X_COMP_07_an_error_of_a_handler_propagates_from_the_throw():
    inner = (
        '<startEvent id="i"/>'
        + service("A")
        + undone_by("A", "undo_A")
        + '<serviceTask id="undo_A" isForCompensation="true"/>'
        + pair("B")
        + throw("t")
        + user("never")
    )
    bound = (
        '<boundaryEvent id="b" attachedToRef="S"><errorEventDefinition errorRef="E1"/></boundaryEvent>'
        + user("caught")
    )
    host = hosted('<startEvent id="s"/>' + sub("S", inner, "i>B>A>t>never") + bound, "s>S", "b>caught")
    complete_all(host, "B", "A")
    host.do(1, commands.ThrowError(next(iter(state(host).jobs)), "E1"))
    assert open_tasks(host) == ["caught"]


def test_X_COMP_07_an_error_of_a_handler_inside_a_completed_sub_process_is_not_caught_by_that():
    caught_inside = sub(
        "h",
        '<startEvent id="hs"><errorEventDefinition/></startEvent>' + user("wrong"),
        "hs>wrong",
        attributes='triggeredByEvent="true"',
    )
    inner = (
        caught_inside
        + '<startEvent id="i"/>'
        + user("A")
        + undone_by("A", "undo_A")
        + '<serviceTask id="undo_A" isForCompensation="true"/>'
    )
    bound = '<boundaryEvent id="b" attachedToRef="S"><errorEventDefinition/></boundaryEvent>' + user(
        "wrong too"
    )
    bound = bound.replace("wrong too", "wrong2")
    handler = sub(
        "r",
        '<startEvent id="rs"><errorEventDefinition/></startEvent>' + user("right"),
        "rs>right",
        attributes='triggeredByEvent="true"',
    )
    host = hosted(
        handler + '<startEvent id="s"/>' + sub("S", inner, "i>A") + bound + throw("t"), "s>S>t", "b>wrong2"
    )
    host.complete(1, "A")
    host.do(1, commands.ThrowError(next(iter(state(host).jobs)), "E1"))
    assert open_tasks(host) == ["right"]


def test_X_COMP_07_a_handler_may_be_any_activity_and_mappings_work():
    booked = '<userTask id="A">' + ext("<zeebe:userTask/>") + "</userTask>"
    handler = sub(
        "uA",
        '<startEvent id="k"/>' + user("one") + service("two"),
        "k>one>two",
        attributes='isForCompensation="true"',
    )
    handler = handler.replace(">", ">" + ext(io("in what = n", "out undone = what + 1")), 1)
    nodes = '<startEvent id="s"/>' + booked + undone_by("A", "uA") + handler + throw("t") + user("after")
    host = hosted(nodes, "s>A>t>after", variables={"n": 1})
    complete_all(host, "A", "one")
    host.complete(1, "two")
    assert open_tasks(host) == ["after"] and state(host).variables == {"n": 1, "undone": 2}


def test_X_COMP_07_a_called_process_may_compensate():
    callee = (
        f'<process id="q" isExecutable="true"><startEvent id="qs"/>{user("work")}{flows("qs>work")}</process>'
    )
    nodes = (
        '<startEvent id="s"/>'
        + user("A")
        + undone_by("A", "uA")
        + '<callActivity id="uA" calledElement="q" isForCompensation="true"/>'
        + throw("t")
        + user("after")
    )
    host = hosted(nodes, "s>A>t>after", others=callee)
    complete_all(host, "A", "work")
    assert open_tasks(host) == ["after"]


def test_X_COMP_08_what_completed_in_a_still_active_scope_is_not_compensated_from_outside():
    inner = '<startEvent id="i"/>' + pair("A") + user("stays")
    nodes = (
        '<startEvent id="s"/><parallelGateway id="g"/>'
        + sub("S", inner, "i>A>stays")
        + user("go")
        + throw("t")
        + user("after")
    )
    host = hosted(nodes, "s>g", "g>S", "g>go>t>after")
    complete_all(host, "A", "go")
    assert open_tasks(host) == ["stays", "after"]


def test_an_interrupted_throw_ends_its_handlers_and_an_incident_in_one_is_repaired():
    handler = (
        '<scriptTask id="undo_A" isForCompensation="true">'
        + ext('<zeebe:script expression="=no + 1" resultVariable="x"/>')
        + "</scriptTask>"
    )
    inner = (
        '<startEvent id="i"/>' + user("A") + undone_by("A", "undo_A") + handler + throw("t") + user("after")
    )
    bound = (
        '<boundaryEvent id="b" attachedToRef="S"><messageEventDefinition messageRef="M"/></boundaryEvent>'
        + user("out")
    )
    host = hosted('<startEvent id="s"/>' + sub("S", inner, "i>A>t>after") + bound, "s>S", "b>out")
    host.complete(1, "A")
    assert raised(host) == [("undo_A", "expression")]
    host.do(1, commands.UpdateVariables(1, {"no": 1}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["after"]
    host = hosted('<startEvent id="s"/>' + sub("S", inner, "i>A>t>after") + bound, "s>S", "b>out")
    host.complete(1, "A")
    host.publish("M", "k")
    assert open_tasks(host) == ["out"] and not state(host).incidents


def test_a_root_definition_by_reference_and_an_association_drawn_the_other_way():
    nodes = (
        '<startEvent id="s"/>' + user("A")
        + '<boundaryEvent id="cb" attachedToRef="A"><eventDefinitionRef>CE</eventDefinitionRef></boundaryEvent>'
        + undo("uA") + '<association id="as" sourceRef="uA" targetRef="cb"/>'
        + '<intermediateThrowEvent id="t"><eventDefinitionRef>CE</eventDefinitionRef></intermediateThrowEvent>' + user("after")
    )  # fmt: skip
    host = hosted(nodes, "s>A>t>after", roots='<compensateEventDefinition id="CE"/>')
    complete_all(host, "A", "uA")
    assert open_tasks(host) == ["after"]


def test_X_MULTI_03_a_multiple_end_compensates_and_throws():
    multiple = (
        f'<endEvent id="e"><compensateEventDefinition/><messageEventDefinition messageRef="M"/></endEvent>'  # noqa: F541
    )
    host = hosted('<startEvent id="s"/>' + pair("A") + multiple, "s>A>e")
    events = host.complete(1, "A")
    assert any(isinstance(one, ev.MessageThrown) for one in events) and open_tasks(host) == ["undo_A"]
    host.complete(1, "undo_A")
    assert state(host).status == "completed"


def test_a_model_that_throws_no_compensation_keeps_nothing():
    host = hosted('<startEvent id="s"/>' + pair("A") + user("B"), "s>A>B")
    host.complete(1, "A")
    assert not state(host).scopes[1].memory and open_tasks(host) == ["B"]


def test_many_completions_are_compensated_without_recursion():
    nodes = (
        '<startEvent id="s"/><exclusiveGateway id="m"/><exclusiveGateway id="x" default="x_t"/>' + script("A", "n + 1", "n")
        + undone_by("A", "uA") + '<scriptTask id="uA" isForCompensation="true">' + ext('<zeebe:script expression="=m + 1" resultVariable="m"/>') + "</scriptTask>"
        + throw("t") + user("after")
    )  # fmt: skip
    host = hosted(nodes, "s>m>A>x", "x>m: 600 > n", "x>t>after", variables={"n": 0, "m": 0})
    assert open_tasks(host) == ["after"] and state(host).variables["m"] == 600


# --- transactions ---


CANCELLED = '<boundaryEvent id="cx" attachedToRef="T"><cancelEventDefinition/></boundaryEvent>' + user(
    "cancelled"
)


def test_X_TX_01_a_transaction_succeeds_as_a_sub_process():
    host = hosted(
        '<startEvent id="s"/>'
        + transaction('<startEvent id="i"/>' + pair("A"), "i>A")
        + CANCELLED
        + user("after"),
        "s>T>after",
        "cx>cancelled",
    )
    host.complete(1, "A")
    assert open_tasks(host) == ["after"]


TWO = (
    '<startEvent id="i"/><parallelGateway id="g"/>'
    + pair("A")
    + pair("B")
    + user("go")
    + end("x", "cancelEventDefinition")
)


def test_X_CASE_19_cancel_withdraws_then_compensates_then_leaves_by_the_boundary():
    host = hosted(
        '<startEvent id="s"/>' + transaction(TWO, "i>g", "g>A", "g>B", "g>go>x") + CANCELLED + user("after"),
        "s>T>after",
        "cx>cancelled",
    )
    complete_all(host, "A")
    events = host.complete(1, "go")
    told = [(type(one).__name__, getattr(one, "element", "")) for one in events]
    assert told.index(("TaskWithdrawn", "B")) < told.index(("TaskCreated", "undo_A"))
    assert open_tasks(host) == ["undo_A"]
    host.complete(1, "undo_A")
    assert open_tasks(host) == ["cancelled"]


def test_X_CASE_19_an_error_boundary_runs_no_handler():
    bound = (
        '<boundaryEvent id="b" attachedToRef="T"><errorEventDefinition errorRef="E1"/></boundaryEvent>'
        + user("hazard")
    )
    inner = '<startEvent id="i"/><parallelGateway id="g"/>' + pair("A") + service("B")
    host = hosted('<startEvent id="s"/>' + transaction(inner, "i>g", "g>A", "g>B") + bound, "s>T", "b>hazard")
    host.complete(1, "A")
    host.do(1, commands.ThrowError(next(iter(state(host).jobs)), "E1"))
    assert open_tasks(host) == ["hazard"] and passed(host, "undo_A") == 0


def test_X_TX_02_what_completed_inside_still_active_scopes_is_compensated_with_its_data():
    handler = (
        '<scriptTask id="uC" isForCompensation="true">'
        + ext('<zeebe:script expression="=local" resultVariable="seen"/>')
        + "</scriptTask>"
    )
    nested = sub(
        "N",
        ext(io("in local = 7"))
        + '<startEvent id="k"/>'
        + pair("C").replace(undo("undo_C"), handler).replace("undo_C", "uC")
        + user("open"),
        "k>C>open",
    )
    inner = (
        '<startEvent id="i"/><parallelGateway id="g"/>'
        + pair("A")
        + nested
        + user("go")
        + end("x", "cancelEventDefinition")
    )
    host = hosted(
        '<startEvent id="s"/>' + transaction(inner, "i>g", "g>A", "g>N", "g>go>x") + CANCELLED,
        "s>T",
        "cx>cancelled",
    )
    complete_all(host, "A", "C", "go")
    assert state(host).variables.get("seen") == 7 and open_tasks(host) == ["undo_A"]
    host.complete(1, "undo_A")
    assert open_tasks(host) == ["cancelled"]


def test_X_TX_02_an_active_scope_is_undone_by_its_content_not_by_its_handlers():
    """It did not complete, so neither its event sub-process nor its boundary's handler counts (X-COMP-01)."""
    nested = (
        on_compensation("h", user("wrong"), "h_s>wrong") + '<startEvent id="k"/>' + pair("C") + user("open")
    )
    inner = (
        '<startEvent id="i"/><parallelGateway id="g"/>' + sub("N", nested, "k>C>open") + undone_by("N", "wrong2") + undo("wrong2")
        + sub("O", '<startEvent id="l"/>' + pair("D") + user("open2"), "l>D>open2") + undone_by("O", "wrong3") + undo("wrong3")
        + user("go") + end("x", "cancelEventDefinition")
    )  # fmt: skip
    host = hosted(
        '<startEvent id="s"/>' + transaction(inner, "i>g", "g>N", "g>O", "g>go>x") + CANCELLED,
        "s>T",
        "cx>cancelled",
    )
    complete_all(host, "C", "D", "go")
    complete_all(host, "undo_D", "undo_C")
    assert open_tasks(host) == ["cancelled"]


def test_X_TX_02_nothing_new_begins_while_it_is_cancelled():
    handler = sub(
        "h",
        '<startEvent id="hs" isInterrupting="false"><messageEventDefinition messageRef="M"/></startEvent>'
        + user("new"),
        "hs>new",
        attributes='triggeredByEvent="true"',
    )
    host = hosted(
        '<startEvent id="s"/>' + transaction(handler + TWO, "i>g", "g>A", "g>B", "g>go>x") + CANCELLED,
        "s>T",
        "cx>cancelled",
    )
    complete_all(host, "A", "go")
    host.publish("M", "k")
    assert open_tasks(host) == ["undo_A"] and not state(host).subscriptions


def test_X_COMP_06_a_called_process_is_as_isolated_when_it_is_undone():
    look = (
        '<scriptTask id="uA" isForCompensation="true">'
        + ext('<zeebe:script expression="=[secret, n]" resultVariable="seen"/>')
        + "</scriptTask>"
        + user("B")
    )
    callee = f'<process id="q" isExecutable="true"><startEvent id="qs"/>{user("A")}{undone_by("A", "uA")}{look}{on_compensation("h", throw("in") + user("show", extension=io("in shown = seen")), "h_s>in>show")}{flows("qs>A>B")}</process>'
    nodes = (
        '<startEvent id="s"/><callActivity id="c" calledElement="q"/>'
        + user("later")
        + throw("t")
        + user("after")
    )
    host = hosted(nodes, "s>c>later>t>after", others=callee, variables={"n": 1})
    complete_all(host, "A", "B")
    host.complete(1, "later", {"secret": 7, "n": 2})
    key = next(iter(state(host).tasks))
    assert open_tasks(host) == ["show"] and state(host).scopes[key].variables["shown"] == [None, 1]
    host.complete(1, "show")
    assert open_tasks(host) == ["after"] and "seen" not in state(host).variables


def test_X_MI_05_a_multi_instance_may_throw_compensation_of_what_is_around_it():
    roots = ROOTS + '<compensateEventDefinition id="CE"/>'
    loop = '<multiInstanceLoopCharacteristics isSequential="true" behavior="One" oneBehaviorEventRef="CE"><loopCardinality>=2</loopCardinality></multiInstanceLoopCharacteristics>'
    host = hosted(
        '<startEvent id="s"/>'
        + pair("A")
        + user("B", loop)
        + undone_by("B", "undo_B")
        + undo("undo_B")
        + user("after"),
        "s>A>B>after",
        roots=roots,
    )
    complete_all(host, "A", "B")
    assert sorted(open_tasks(host)) == ["B", "undo_A"]
    complete_all(host, "undo_A", "B")
    assert open_tasks(host) == ["after"]


def test_X_TX_02_without_boundary_the_path_ends():
    host = hosted(
        '<startEvent id="s"/>' + transaction(TWO, "i>g", "g>A", "g>B", "g>go>x") + user("after"), "s>T>after"
    )
    complete_all(host, "A", "go", "undo_A")
    assert state(host).status == "completed" and passed(host, "after") == 0


def test_X_TX_02_a_called_process_in_a_transaction_is_compensated():
    callee = f'<process id="q" isExecutable="true"><startEvent id="qs"/>{pair("Q")}{user("R")}{flows("qs>Q>R")}</process>'
    inner = (
        '<startEvent id="i"/><parallelGateway id="g"/><callActivity id="c" calledElement="q"/>'
        + user("go")
        + end("x", "cancelEventDefinition")
    )
    for finished in (True, False):
        host = hosted(
            '<startEvent id="s"/>' + transaction(inner, "i>g", "g>c", "g>go>x") + CANCELLED,
            "s>T",
            "cx>cancelled",
            others=callee,
        )
        host.complete(1, "Q")
        if finished:
            host.complete(1, "R")
        host.complete(1, "go")
        assert open_tasks(host) == ["undo_Q"]
        host.complete(1, "undo_Q")
        assert open_tasks(host) == ["cancelled"]


def test_X_TX_02_a_compensation_that_runs_when_the_transaction_is_cancelled_is_finished_by_it():
    inner = (
        '<startEvent id="i"/>'
        + pair("A")
        + pair("B")
        + '<parallelGateway id="g"/>'
        + throw("t")
        + user("go")
        + end("x", "cancelEventDefinition")
    )
    host = hosted(
        '<startEvent id="s"/>' + transaction(inner, "i>A>B>g", "g>t", "g>go>x") + CANCELLED,
        "s>T",
        "cx>cancelled",
    )
    complete_all(host, "A", "B")
    assert sorted(open_tasks(host)) == ["go", "undo_B"]
    events = host.complete(1, "go")
    assert open_tasks(host) == ["undo_A"]
    assert [one.activities for one in events if isinstance(one, ev.Compensating)] == [("A",)]
    host.complete(1, "undo_A")
    assert open_tasks(host) == ["cancelled"]


def test_X_TX_02_an_undoing_that_had_begun_is_not_begun_again_in_another_way():
    """The event sub-process that undoes S was running; its content was that one's affair (X-COMP-02)."""
    content = on_compensation("h", user("undoing"), "h_s>undoing") + '<startEvent id="k"/>' + pair("C")
    inner = (
        '<startEvent id="i"/>'
        + pair("A")
        + sub("S", content, "k>C")
        + '<parallelGateway id="g"/>'
        + throw("t")
        + user("go")
        + end("x", "cancelEventDefinition")
    )
    host = hosted(
        '<startEvent id="s"/>' + transaction(inner, "i>A>S>g", "g>t", "g>go>x") + CANCELLED,
        "s>T",
        "cx>cancelled",
    )
    complete_all(host, "A", "C")
    assert sorted(open_tasks(host)) == ["go", "undoing"]
    host.complete(1, "go")
    assert open_tasks(host) == ["undo_A"]
    host.complete(1, "undo_A")
    assert open_tasks(host) == ["cancelled"]


def test_X_TX_03_a_timer_does_not_compensate_by_itself():
    late = timer("t", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="T"') + user("hazard")
    host = hosted(
        '<startEvent id="s"/>' + transaction('<startEvent id="i"/>' + pair("A") + user("B"), "i>A>B") + late,
        "s>T",
        "t>hazard",
    )
    host.complete(1, "A")
    host.advance(NOW.replace(hour=12))
    assert open_tasks(host) == ["hazard"] and passed(host, "undo_A") == 0


# --- beside other things ---


def test_X_COMP_06_what_completed_in_an_event_sub_process_is_undone_with_the_scope_around():
    handler = sub(
        "h",
        '<startEvent id="hs" isInterrupting="false"><messageEventDefinition messageRef="M"/></startEvent>'
        + pair("B"),
        "hs>B",
        attributes='triggeredByEvent="true"',
    )
    host = hosted(
        '<startEvent id="s"/>'
        + sub("S", handler + '<startEvent id="i"/>' + pair("A") + user("C"), "i>A>C")
        + throw("t")
        + user("after"),
        "s>S>t>after",
    )
    complete_all(host, "A")
    host.publish("M", "k")
    complete_all(host, "B", "C")
    for handler_of in ("undo_B", "undo_A"):
        assert open_tasks(host) == [handler_of]
        host.complete(1, handler_of)
    assert open_tasks(host) == ["after"]


def test_X_COMP_07_an_error_end_in_a_handler_that_nobody_catches_fails_the_instance():
    handler = sub(
        "uA",
        '<startEvent id="k"/><endEvent id="ke"><errorEventDefinition errorRef="E1"/></endEvent>',
        "k>ke",
        attributes='isForCompensation="true"',
    )
    host = hosted(
        '<startEvent id="s"/>' + user("A") + undone_by("A", "uA") + handler + throw("t") + user("after"),
        "s>A>t>after",
    )
    host.complete(1, "A")
    assert state(host).status == "failed" and state(host).error == "E1"


def test_X_TX_03_an_error_of_a_handler_while_cancelling_is_a_hazard():
    inner = (
        '<startEvent id="i"/>'
        + user("A")
        + undone_by("A", "uA")
        + '<serviceTask id="uA" isForCompensation="true"/>'
        + pair("Z")
        + user("go")
        + end("x", "cancelEventDefinition")
    )
    bound = (
        CANCELLED
        + '<boundaryEvent id="b" attachedToRef="T"><errorEventDefinition errorRef="E1"/></boundaryEvent>'
        + user("hazard")
    )
    host = hosted(
        '<startEvent id="s"/>' + transaction(inner, "i>Z>A>go>x") + bound, "s>T", "cx>cancelled", "b>hazard"
    )
    complete_all(host, "Z", "A", "go")
    host.do(1, commands.ThrowError(next(iter(state(host).jobs)), "E1"))
    assert open_tasks(host) == ["hazard"] and passed(host, "undo_Z") == 0


def test_X_COMP_05_handlers_that_nothing_waits_for_end_with_the_process():
    nodes = (
        '<startEvent id="s"/>'
        + pair("A")
        + throw("t", wait="false")
        + user("next")
        + end("e", "terminateEventDefinition")
    )
    host = hosted(nodes, "s>A>t>next>e")
    complete_all(host, "A", "next")
    assert state(host).status == "terminated" and not open_tasks(host)


def test_what_stands_again_to_be_undone_begins_nothing_new():
    """No event sub-process of a new version waits in it, and nobody activates anything inside."""
    handler = sub(
        "h",
        '<startEvent id="hs"><messageEventDefinition messageRef="M"/></startEvent>' + user("new"),
        "hs>new",
        attributes='triggeredByEvent="true"',
    )

    def drawn(more, kind="subProcess"):
        inner = pair("A") if kind == "adHocSubProcess" else '<startEvent id="i"/>' + pair("A") + flows("i>A")
        return model(
            '<startEvent id="s"/>' + sub("S", more + inner, kind=kind) + throw("t") + user("after"),
            "s>S>t>after",
            roots=ROOTS,
        )

    old, new = compiled(drawn("")), compiled(drawn(handler))
    host = Saved([old], NOW)
    host.start("p")
    host.complete(1, "A")
    moved = migrate(old, new, state(host), commands.Migrate({}), NOW).state
    assert [task.element for task in moved.tasks.values()] == ["undo_A"] and not moved.subscriptions
    host = Saved([compiled(drawn("", "adHocSubProcess"))], NOW)
    host.start("p")
    host.complete(1, "A")
    key = next(key for key, scope in state(host).scopes.items() if scope.element == "S")
    with pytest.raises(Refused):
        host.do(1, commands.ActivateAdHoc(key, "A"))


def test_soundness_knows_compensation_and_cancellation():
    """Also where an activity completes any number of times."""
    again = (
        '<startEvent id="s"/><exclusiveGateway id="m"/><exclusiveGateway id="x" default="x_t"/>'
        + pair("A")
        + throw("t")
        + user("after")
    )
    cancels = TWO + '<exclusiveGateway id="d" default="d_x"/><endEvent id="fine"/>'
    cancelling = (
        '<startEvent id="s"/>'
        + transaction(cancels, "i>g", "g>A", "g>B", "g>go>d>x", "d>fine: ok")
        + CANCELLED
        + user("after")
    )
    for xml in (
        model(again, "s>m>A>x", "x>m: more", "x>t>after"),
        model(cancelling, "s>T>after", "cx>cancelled"),
    ):
        report = explore(compiled(xml))
        assert report.verdict == "sound" and not report.findings
