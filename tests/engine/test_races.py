# ruff: noqa: E501  (models stand on one line each)
"""Event-based gateways and what instantiates: X-EBG-01, X-INST-05 to X-INST-07, X-CASE-22."""

import pytest

from backend.engine import Refused, commands, dump, load, replay
from backend.engine import events as ev
from tests.engine.models import (
    HOUR,
    NOW,
    compiled,
    ext,
    hosted,
    io,
    message,
    model,
    open_tasks,
    raised,
    state,
    timer,
    user,
)

ROOTS = message("M", key="=k") + message("N", key="=k") + '<signal id="G" name="G"/>'
GATE = '<startEvent id="s"/><eventBasedGateway id="g" {}/>'
ABC = "".join(map(user, "abc"))
CREATES = 'instantiate="true"'
PARALLEL = 'instantiate="true" eventGatewayType="Parallel"'


def catch(id, definition, extension=""):
    return f'<intermediateCatchEvent id="{id}">{ext(extension) if extension else ""}{definition}</intermediateCatchEvent>'


def for_message(id, name="M", extension=""):
    return catch(id, f'<messageEventDefinition messageRef="{name}"/>', extension)


def for_signal(id):
    return catch(id, '<signalEventDefinition signalRef="G"/>')


def when(id, condition):
    return catch(
        id, f"<conditionalEventDefinition><condition>={condition}</condition></conditionalEventDefinition>"
    )


def receive(id, name="M", attributes=""):
    return f'<receiveTask id="{id}" messageRef="{name}" {attributes}/>'


def wait(id, duration="PT1H"):
    return timer(id, "intermediateCatchEvent", "timeDuration", duration)


def raced(*targets, order=("x>a", "y>b", "w>c")):
    """A gateway with these targets, then the tasks a, b, c."""
    lines = ["s>g", *(f"g>{line[0]}" for line in order[: len(targets)]), *order[: len(targets)]]
    return model(GATE.format("") + "".join(targets) + ABC, *lines, roots=ROOTS)


def stored(host):
    instance = host.instances[1]
    assert replay(instance.events) == instance.state
    instance.state = load(dump(instance.state))


def names(events):
    return [type(one).__name__ for one in events]


ALL = (for_message("x"), for_signal("y"), wait("w"))


def test_X_EBG_01_the_first_event_wins_and_the_others_are_withdrawn():
    host = hosted(raced(*ALL), {"k": "1"})
    assert len(state(host).subscriptions) == 2 and len(state(host).timers) == 1
    stored(host)
    before = len(host.instances[1].events)
    host.publish("M", "1", {"got": 7})
    assert names(host.instances[1].events[before:])[:6] == [
        "MessageUnsubscribed",
        "TimerWithdrawn",
        "SignalUnsubscribed",
        "EventChosen",
        "ElementCompleting",
        "VariablesSet",
    ]
    assert open_tasks(host) == ["a"] and state(host).variables["got"] == 7
    assert not state(host).subscriptions and not state(host).timers
    stored(host)
    host.complete(1, "a")
    assert state(host).status == "completed"


def test_X_EBG_01_by_a_signal_by_a_timer_by_a_condition():
    host = hosted(raced(*ALL), {"k": "1"})
    host.broadcast("G")
    assert open_tasks(host) == ["b"]
    host = hosted(raced(*ALL), {"k": "1"})
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["c"]
    host = hosted(raced(for_message("x"), when("y", "n > 1"), wait("w")), {"k": "1", "n": 1})
    assert open_tasks(host) == [] and len(state(host).conditions) == 1
    host.do(1, commands.UpdateVariables(1, {"n": 2}))
    assert open_tasks(host) == ["b"] and not state(host).timers and not state(host).conditions
    stored(host)


def test_X_EBG_01_receive_tasks_are_targets_too():
    host = hosted(raced(receive("x"), receive("y", "N")), {"k": "1"})
    host.publish("N", "1")
    assert open_tasks(host) == ["b"] and not state(host).subscriptions
    chosen = [one for one in host.instances[1].events if isinstance(one, ev.EventChosen)]
    assert [(one.element, one.chosen, one.flow) for one in chosen] == [("g", "y", "g_y")]


def test_X_EBG_01_output_mappings_of_the_target_decide_what_stays():
    host = hosted(raced(for_message("x", extension=io("out kept = got + 1")), wait("y")), {"k": "1"})
    host.publish("M", "1", {"got": 7})
    assert state(host).variables["kept"] == 8 and "got" not in state(host).variables


def test_X_EBG_01_several_tokens_race_each_for_itself():
    xml = model(
        '<startEvent id="s"/><parallelGateway id="p1"/><exclusiveGateway id="m"/><eventBasedGateway id="g"/><task id="t"/><task id="u"/>' + for_message("x") + wait("y") + ABC,
        "s>p1", "p1>t>m", "p1>u>m", "m>g", "g>x>a", "g>y>b", roots=ROOTS,
    )  # fmt: skip
    host = hosted(xml, {"k": "1"})
    host.publish("M", "1")
    assert open_tasks(host) == ["a"] and len(state(host).timers) == 1
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["a", "b"]


def test_X_EBG_01_a_multiple_event_behind_the_gateway():
    both = '<messageEventDefinition messageRef="N"/><signalEventDefinition signalRef="G"/>'
    host = hosted(raced(for_message("x"), catch("y", both)), {"k": "1"})
    host.broadcast("G")
    assert open_tasks(host) == ["b"] and not state(host).subscriptions
    parallel = f'<intermediateCatchEvent id="y" parallelMultiple="true">{both}</intermediateCatchEvent>'
    host = hosted(raced(for_message("x"), parallel), {"k": "1"})
    host.broadcast("G")
    assert open_tasks(host) == []
    host.publish("N", "1")
    assert open_tasks(host) == ["b"] and not state(host).subscriptions
    stored(host)


def test_X_EBG_01_a_wrong_key_is_an_incident_and_is_repaired():
    host = hosted(raced(*ALL), {"k": None})
    assert raised(host) == [("g", "message")]
    host.do(1, commands.UpdateVariables(1, {"k": "1"}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert not raised(host) and len(state(host).subscriptions) == 2
    host.publish("M", "1")
    assert open_tasks(host) == ["a"]


def test_X_EBG_01_an_event_that_could_be_armed_wins_although_another_could_not():
    host = hosted(raced(for_signal("x"), for_message("y")), {"k": None})
    assert raised(host) == [("g", "message")]
    host.broadcast("G")
    assert open_tasks(host) == ["a"] and not raised(host)
    stored(host)


def test_X_EBG_01_an_interruption_around_withdraws_all():
    inner = GATE.format("") + for_message("x") + wait("y") + "".join(
        f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in [("s", "g"), ("g", "x"), ("g", "y")]
    )  # fmt: skip
    bound = timer("t", "boundaryEvent", "timeDuration", "PT5M", 'attachedToRef="S"')
    host = hosted(
        model(
            f'<startEvent id="o"/><subProcess id="S">{inner}</subProcess>{bound}{ABC}',
            "o>S>a",
            "t>b",
            roots=ROOTS,
        ),
        {"k": "1"},
    )
    host.advance(NOW + HOUR / 2)
    assert open_tasks(host) == ["b"] and not state(host).timers and not state(host).subscriptions


def test_X_CASE_22_a_past_instant_wins_at_once_unless_a_kept_message_comes_first():
    timer_first = raced(wait("x", "PT0S"), for_message("y"))
    assert open_tasks(hosted(timer_first, {"k": "1"})) == ["a"]
    message_first = raced(for_message("x"), wait("y", "PT0S"))
    host = hosted(message_first, {"k": "1"})
    host.advance(NOW)
    assert open_tasks(host) == ["b"]
    for xml, winner in ((timer_first, "a"), (message_first, "a")):
        host = hosted(model('<startEvent id="s"/>', roots=ROOTS))
        host.publish("M", "1", time_to_live=HOUR)
        host.deploy(compiled(xml))
        number = host.start("p", {"k": "1"})
        assert open_tasks(host, number) == [winner]


def test_X_CASE_22_a_condition_that_is_true_already_wins_at_once_in_the_order_of_outgoing():
    xml = raced(when("x", "n > 1"), wait("y", "PT0S"))
    assert open_tasks(hosted(xml, {"n": 2})) == ["a"]
    assert open_tasks(hosted(xml, {"n": 0})) == ["b"]
    xml = raced(for_message("x"), when("y", "n > 1"), when("w", "n > 1"))
    assert open_tasks(hosted(xml, {"k": "1", "n": 2})) == ["b"]


# --- what begins an instance ---


def begun(*targets, attributes=CREATES):
    order = ("x>a", "y>b", "w>c")[: len(targets)]
    nodes = (
        f'<eventBasedGateway id="g" {attributes}/>'
        + "".join(targets)
        + "".join(map(user, "abc"[: len(order)]))
    )
    return model(nodes, *(f"g>{line[0]}" for line in order), *order, roots=ROOTS)


def test_X_INST_05_a_message_for_an_instantiating_receive_task_begins_with_it_done():
    xml = model(receive("r", attributes=CREATES) + user("a"), "r>a", roots=ROOTS)
    process = compiled(xml)
    assert [node.id for node in process.starts("message")] == ["r"]
    host = hosted(model('<startEvent id="s"/>', roots=ROOTS))
    host.deploy(process)
    host.publish("M", "1", {"got": 7})
    assert len(host.instances) == 2 and open_tasks(host, 2) == ["a"]
    assert state(host, 2).variables == {"got": 7} and not state(host, 2).subscriptions
    host.complete(2, "a")
    assert state(host, 2).status == "completed"
    assert replay(host.instances[2].events) == state(host, 2)


def test_X_INST_05_started_by_hand_it_waits():
    xml = model(receive("r", attributes=CREATES) + user("a"), "r>a", roots=ROOTS)
    host = hosted(xml, {"k": "1"})
    assert open_tasks(host) == []
    host.publish("M", "1")
    assert open_tasks(host) == ["a"] and len(host.instances) == 1
    beside = hosted(model(receive("r", attributes=CREATES) + user("a"), "r>a", roots=ROOTS), {"k": "1"}, "r")
    assert open_tasks(beside) == ["a"]


def test_X_INST_05_other_beginnings_of_the_process_do_not_wait_for_it():
    xml = model(receive("r", attributes=CREATES) + ABC, "r>a", roots=ROOTS)
    assert open_tasks(hosted(xml, {"k": "1"}, "r")) == ["a"], "b and c begin only without a name"
    host = hosted(xml, {"k": "1"})
    assert open_tasks(host) == ["b", "c"] and not state(host).subscriptions


def test_X_INST_06_the_first_event_creates_and_the_others_lapse():
    process = compiled(begun(for_message("x"), for_message("y", "N")))
    assert [node.id for node in process.starts("message")] == ["x", "y"]
    host = hosted(begun(for_message("x"), for_message("y", "N")), {"k": "1"}, "y")
    assert open_tasks(host) == ["b"] and not state(host).subscriptions
    assert state(host).variables == {"k": "1"}
    host.publish("M", "1")
    assert len(host.instances) == 2 and open_tasks(host, 2) == ["a"]


def test_X_INST_07_parallel_awaits_all_others_with_the_same_key():
    xml = begun(for_message("x"), for_message("y", "N"), for_signal("w"), attributes=PARALLEL)
    host = hosted(xml, {"k": "1"}, "y")
    assert open_tasks(host) == ["b"]
    assert {(one.element, one.name, one.key) for one in state(host).subscriptions.values()} == {
        ("x", "M", "1"),
        ("w", "G", None),
    }
    stored(host)
    host.complete(1, "b")
    assert state(host).status == "active"
    host.publish("M", "1")
    assert len(host.instances) == 1, "it goes to the instance, no second one begins"
    host.complete(1, "a")
    assert state(host).status == "active"
    host.broadcast("G")
    host.complete(1, "c")
    assert state(host).status == "completed"
    stored(host)


def test_X_INST_07_by_the_host_one_instance_takes_both_messages():
    host = hosted(model('<startEvent id="s"/>', roots=ROOTS))
    host.deploy(compiled(begun(for_message("x"), for_message("y", "N"), attributes=PARALLEL)))
    host.publish("N", "1", {"k": "1"})
    host.publish("M", "1")
    assert len(host.instances) == 2 and open_tasks(host, 2) == ["b", "a"]


def test_X_INST_07_started_by_hand_it_awaits_all():
    host = hosted(begun(for_message("x"), for_message("y", "N"), attributes=PARALLEL), {"k": "1"})
    assert len(state(host).subscriptions) == 2
    host.publish("M", "1")
    host.complete(1, "a")
    assert state(host).status == "active"
    host.publish("N", "1")
    host.complete(1, "b")
    assert state(host).status == "completed"


def test_X_INST_03_an_unknown_beginning_is_refused():
    with pytest.raises(Refused) as refused:
        hosted(begun(for_message("x"), for_message("y", "N")), start="g")
    assert refused.value.code == "no_start"


def test_X_MULTI_01_the_incident_of_a_trigger_that_could_not_be_armed_ends_with_its_event():
    both = '<signalEventDefinition signalRef="G"/><messageEventDefinition messageRef="M"/>'
    host = hosted(
        model('<startEvent id="s"/>' + catch("x", both) + user("a"), "s>x>a", roots=ROOTS), {"k": None}
    )
    assert raised(host) == [("x", "message")]
    host.broadcast("G")
    assert open_tasks(host) == ["a"] and not raised(host)
    stored(host)


def test_X_INST_05_in_a_sub_process_it_begins_like_any_other():
    inner = (
        receive("r", attributes=CREATES) + user("b") + '<sequenceFlow id="f" sourceRef="r" targetRef="b"/>'
    )
    host = hosted(
        model(f'<startEvent id="s"/><subProcess id="S">{inner}{user("c")}</subProcess>', "s>S", roots=ROOTS),
        {"k": "1"},
    )
    assert open_tasks(host) == ["c"] and len(state(host).subscriptions) == 1
    host.publish("M", "1")
    assert open_tasks(host) == ["c", "b"]


def test_X_INST_05_a_handler_whose_condition_is_true_at_once_interrupts_what_has_come():
    start = '<startEvent id="hs"><conditionalEventDefinition><condition>=n &gt; 1</condition></conditionalEventDefinition></startEvent>'
    handler = f'<subProcess id="H" triggeredByEvent="true">{start}{user("h")}<sequenceFlow id="f" sourceRef="hs" targetRef="h"/></subProcess>'
    xml = model(receive("r", attributes=CREATES) + user("a") + handler, "r>a", roots=ROOTS)
    host = hosted(xml, {"k": "1", "n": 2}, "r")
    assert open_tasks(host) == ["h"]
    stored(host)
    host.complete(1, "h")
    assert state(host).status == "completed"
    assert open_tasks(hosted(xml, {"k": "1", "n": 1}, "r")) == ["a"]
