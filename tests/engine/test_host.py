# ruff: noqa: E501  (models stand on one line each)
"""Several processes side by side: messages, signals, conditions and stores between them (X-INST, X-MSG, X-SIG, X-DET-02)."""

from datetime import timedelta

import pytest

from backend.engine import Host, ModelFaults, Refused, commands, compile_all, dump, load, read_bpmn, replay
from backend.engine import events as ev
from tests.engine.models import (
    HEAD,
    HOUR,
    NOW,
    compiled,
    flows,
    message,
    model,
    open_tasks,
    state,
    timer,
    user,
)

S = '<startEvent id="{}s"/>'


def process(id, nodes, *lines):
    return f'<process id="{id}" isExecutable="true">{nodes}{flows(*lines)}</process>'


def deployment(*parts, **more):
    """A host with every executable process of one file."""
    xml = f"{HEAD}{''.join(parts)}</definitions>".encode()
    return Host(compile_all(read_bpmn(xml, "foreign")), NOW, **more)


def event(kind, id, trigger, name, attributes="", inner=""):
    return f'<{kind} id="{id}" {attributes}>{inner}<{trigger}EventDefinition {trigger}Ref="{name}"/></{kind}>'


def kept(host):
    """Every instance survives being stored, and is what its events say."""
    for one in host.instances.values():
        one.state = load(dump(one.state))
        assert replay(one.events) == one.state
    return host


def running(host):
    """(process, open tasks) of every live instance."""
    return [(one.process.id, open_tasks(host, number)) for number, one in host.instances.items() if one.live]


def plain(name):
    return f'<message id="{name}" name="{name}"/>'


MAP = "<zeebe:ioMapping>{}</zeebe:ioMapping>"


def giving(*names):
    lines = "".join(f'<zeebe:input source="={name}" target="{name}"/>' for name in names)
    return f"<extensionElements><zeebe:ioMapping>{lines}</zeebe:ioMapping></extensionElements>"


# --- two pools conversing both ways ---

POOLS = (
    message("order", key="=number") + message("bill", key="=number"),
    '<collaboration id="co"><participant id="pa" processRef="buyer"/><participant id="pb" processRef="seller"/><messageFlow id="m1" sourceRef="bt" targetRef="ss"/><messageFlow id="m2" sourceRef="se" targetRef="bc"/></collaboration>',
    process(
        "buyer",
        S.format("b")
        + event("intermediateThrowEvent", "bt", "message", "order", inner=giving("number"))
        + user("prepare")
        + event("intermediateCatchEvent", "bc", "message", "bill")
        + user("pay"),
        "bs>bt>prepare>bc>pay",
    ),
    process(
        "seller",
        event("startEvent", "ss", "message", "order")
        + user("deliver")
        + event("endEvent", "se", "message", "bill", inner=giving("number", "amount")),
        "ss>deliver>se",
    ),
)


def test_two_pools_converse_both_ways_by_key_and_before_the_other_waits():
    host = deployment(*POOLS)
    assert set(host.processes) == {"buyer", "seller"}
    first, second = host.start("buyer", {"number": "A1"}), host.start("buyer", {"number": "B2"})
    assert running(kept(host)) == [
        ("buyer", ["prepare"]),
        ("seller", ["deliver"]),
        ("buyer", ["prepare"]),
        ("seller", ["deliver"]),
    ]
    host.complete(4, "deliver", {"amount": 20})
    assert state(kept(host), 4).status == "completed" and [one.name for one in host.kept] == ["bill"], (
        "nobody waits yet"
    )
    host.complete(first, "prepare")
    assert open_tasks(host, first) == [], "the other order's bill"
    host.complete(second, "prepare")
    assert (
        open_tasks(kept(host), second) == ["pay"]
        and state(host, second).variables["amount"] == 20
        and not host.kept
    )
    host.complete(2, "deliver", {"amount": 10})
    assert open_tasks(kept(host), first) == ["pay"] and state(host, first).variables["amount"] == 10


def test_message_flows_lead_a_message_to_the_pool_they_point_at():
    same = plain("M")
    asks = event("intermediateThrowEvent", "at", "message", "M")
    waits = event("intermediateCatchEvent", "{0}c", "message", "M") + user("{0}u")
    pools = '<participant id="pa" processRef="a"/><participant id="pb" processRef="b"/><participant id="pc" processRef="c"/>'
    host = deployment(
        same,
        f'<collaboration id="co">{pools}<messageFlow id="f" sourceRef="at" targetRef="cc"/></collaboration>',
        process(
            "a",
            S.format("a")
            + user("go")
            + asks
            + event("intermediateCatchEvent", "ac", "message", "M")
            + user("au"),
            "as>go>at>ac>au",
        ),
        *(process(one, S.format(one) + waits.replace("{0}", one), f"{one}s>{one}c>{one}u") for one in "bc"),
    )
    host.start("a")
    host.start("b")
    host.complete(1, "go")
    assert [open_tasks(kept(host), one) for one in (1, 2)] == [[], []] and len(host.kept) == 1, (
        "b waits, but no flow leads there"
    )
    host.start("c")
    assert open_tasks(kept(host), 3) == ["cu"] and not host.kept


def test_compile_all_compiles_every_executable_process_of_all_files_and_tells_all_faults():
    one = read_bpmn(
        f"{HEAD}{process('a', S.format('a'))}<process id='drawn'/>{process('b', S.format('b'))}</definitions>".encode(),
        "foreign",
    )
    two = read_bpmn(f"{HEAD}{process('c', S.format('c'))}</definitions>".encode(), "foreign")
    assert [found.id for found in compile_all([one, two])] == ["a", "b", "c"]
    with pytest.raises(ModelFaults) as refused:
        compile_all([two, two])
    assert [fault.rule for fault in refused.value.faults] == ["V-ID-01"]
    bad = '<scriptTask id="{0}"><script>1 +</script></scriptTask>'
    xml = f"{HEAD}{process('a', S.format('a') + bad.format('x'), 'as>x')}{process('b', S.format('b') + bad.format('y'), 'bs>y')}</definitions>".encode()
    with pytest.raises(ModelFaults) as refused:
        compile_all(read_bpmn(xml, "foreign"))
    assert [fault.element for fault in refused.value.faults if fault.severity == "E"] == ["x", "y"]


# --- X-MSG-01, -02, -03 ---


def catcher(id, name="M", key='="k"'):
    return message(name, key=key), process(
        id,
        S.format(id) + event("intermediateCatchEvent", f"{id}c", "message", name) + user(f"{id}u"),
        f"{id}s>{id}c>{id}u",
    )


def test_X_MSG_01_exactly_one_receiver_the_oldest_waiting():
    host = deployment(*catcher("a"))
    for _ in range(3):
        host.start("a")
    host.publish("M", "k")
    assert [open_tasks(kept(host), one) for one in (1, 2, 3)] == [["au"], [], []]
    host.publish("M", "k")
    assert [open_tasks(host, one) for one in (1, 2, 3)] == [["au"], ["au"], []]


def test_X_MSG_01_a_waiting_instance_before_a_start_event_a_start_event_before_keeping():
    roots, waits = catcher("a")
    host = deployment(
        roots, waits, process("b", event("startEvent", "bs", "message", "M") + user("bu"), "bs>bu")
    )
    host.start("a")
    host.publish("M", "k", {"x": 1})
    assert running(kept(host)) == [("a", ["au"])] and not host.kept
    host.publish("M", "k", {"x": 1}, time_to_live=HOUR)
    assert running(kept(host)) == [("a", ["au"]), ("b", ["bu"])] and not host.kept


def test_X_MSG_01_published_before_subscribed_within_its_time_to_live():
    host = deployment(*catcher("a"))
    host.publish("M", "k", {"n": 1}, time_to_live=HOUR)
    host.publish("M", "k", {"n": 2}, time_to_live=2 * HOUR)
    host.publish("M", "other", {"n": 3}, time_to_live=2 * HOUR)
    host.start("a")
    assert open_tasks(kept(host), 1) == ["au"] and state(host).variables == {"n": 1}, "the oldest"
    host.advance(NOW + 1.5 * HOUR)
    host.start("a")
    assert state(host, 2).variables == {"n": 2}
    host.publish("M", "k", {"n": 4}, time_to_live=HOUR)
    host.advance(NOW + 3 * HOUR)
    host.start("a")
    assert open_tasks(kept(host), 3) == [] and not host.kept, "its time is over"


def test_X_MSG_01_nobody_at_all_is_a_warning():
    host = deployment(*catcher("a"))
    host.publish("nothing")
    assert host.warnings == ["X-MSG-01: nobody awaits the message 'nothing'"]


def test_X_MSG_01_a_suspended_instance_has_its_message_when_it_goes_on():
    host = deployment(*catcher("a"))
    host.start("a")
    host.do(1, commands.Suspend())
    host.publish("M", "k", time_to_live=HOUR)
    assert len(host.kept) == 1
    host.do(1, commands.Resume())
    assert open_tasks(kept(host)) == ["au"] and not host.kept


def test_X_MSG_02_a_throw_never_waits_and_its_dedupe_id_is_taken_once():
    throw = process("b", S.format("b") + event("endEvent", "be", "message", "M"), "bs>be")
    host = deployment(*catcher("a"), throw)
    host.start("a")
    host.start("b")
    assert state(kept(host), 2).status == "completed" and open_tasks(host) == ["au"]
    thrown = [one for one in host.instances[2].events if isinstance(one, ev.MessageThrown)]
    assert state(host).seen == [f"2-{thrown[0].id}"]


def test_X_MSG_02_the_same_message_published_twice_begins_one_instance():
    host = deployment(
        plain("M"), process("b", event("startEvent", "bs", "message", "M") + user("bu"), "bs>bu")
    )
    for _ in range(2):
        host.publish("M", id="one")
    host.publish("M", id="two")
    assert running(kept(host)) == [("b", ["bu"]), ("b", ["bu"])]


def test_X_MSG_03_X_ACT_07_a_send_task_sends_and_a_receive_task_receives():
    send = '<sendTask id="t" messageRef="M">' + giving("x") + "</sendTask>"
    receive = '<receiveTask id="r" messageRef="M"/>'
    host = deployment(
        plain("M"),
        process("a", S.format("a") + receive + user("au"), "as>r>au"),
        process("b", S.format("b") + send + user("bu"), "bs>t>bu"),
    )
    host.start("a")
    host.start("b", {"x": 5, "y": 6})
    assert running(kept(host)) == [("a", ["au"]), ("b", ["bu"])] and state(host).variables == {"x": 5}


# --- X-SIG-01, X-DET-02 ---


def test_X_SIG_01_a_signal_reaches_all_and_starts_three_processes():
    starts = [
        process(one, event("startEvent", f"{one}s", "signal", "G") + user(f"{one}u"), f"{one}s>{one}u")
        for one in "abc"
    ]
    waits = process(
        "w", S.format("w") + event("intermediateCatchEvent", "wc", "signal", "G") + user("wu"), "ws>wc>wu"
    )
    throws = process("t", S.format("t") + event("endEvent", "te", "signal", "G"), "ts>te")
    host = deployment('<signal id="G" name="G"/>', *starts, waits, throws)
    host.start("w")
    host.start("w")
    host.start("t")
    assert running(kept(host)) == [("w", ["wu"]), ("w", ["wu"]), ("a", ["au"]), ("b", ["bu"]), ("c", ["cu"])]
    host.broadcast("G", {"why": 1})
    assert running(host)[5:] == [("a", ["au"]), ("b", ["bu"]), ("c", ["cu"])] and state(
        host, 7
    ).variables == {"why": 1}


def test_X_DET_02_the_subscription_made_first_fires_first_whatever_instance_it_is_of():
    waits = process(
        "w",
        S.format("w")
        + user("u")
        + event("intermediateCatchEvent", "wc", "signal", "G")
        + event("intermediateThrowEvent", "wt", "message", "M", inner=giving("n")),
        "ws>u>wc>wt",
    )
    host = deployment('<signal id="G" name="G"/>', plain("M"), waits)
    host.start("w", {"n": 1})
    host.start("w", {"n": 2})
    host.complete(2, "u")
    host.complete(1, "u")
    host.broadcast("G")
    assert [one.variables for one in host.kept] == [{"n": 2}, {"n": 1}]


# --- X-INST ---


def test_X_INST_04_a_second_message_of_a_conversation_goes_to_its_instance():
    roots = message("M", key="=k")
    nodes = (
        event("startEvent", "s", "message", "M")
        + user("u")
        + event("intermediateCatchEvent", "c", "message", "M")
        + user("v")
    )
    host = deployment(roots, process("a", nodes, "s>u>c>v"))
    host.publish("M", "1", {"k": "1"})
    host.publish("M", "1", {"k": "1"}, time_to_live=HOUR)
    host.publish("M", "2", {"k": "2"})
    assert running(kept(host)) == [("a", ["u"]), ("a", ["u"])] and len(host.kept) == 1
    host.complete(1, "u")
    assert open_tasks(kept(host), 1) == ["v"] and not host.kept, "the kept one was for this instance"
    host.publish("M", "1", {"k": "1"}, time_to_live=HOUR)
    host.complete(1, "v")
    assert state(host, 1).status == "completed" and running(host) == [("a", ["u"]), ("a", ["u"])], (
        "then it begins one anew"
    )


def test_X_INST_05_an_instantiating_receive_task_begins_completed():
    host = deployment(
        plain("M"), process("a", '<receiveTask id="r" instantiate="true" messageRef="M"/>' + user("u"), "r>u")
    )
    host.publish("M", variables={"x": 1})
    assert running(kept(host)) == [("a", ["u"])] and state(host).variables == {"x": 1}


GATE = (
    '<eventBasedGateway id="g" instantiate="true" {}/>'
    + event("intermediateCatchEvent", "c1", "message", "M")
    + event("intermediateCatchEvent", "c2", "message", "N")
    + user("u1")
    + user("u2")
)
LINES = ("g>c1>u1", "g>c2>u2")


def test_X_INST_06_the_first_event_of_an_exclusive_gateway_begins():
    host = deployment(plain("M"), plain("N"), process("a", GATE.format(""), *LINES))
    host.publish("N")
    assert running(kept(host)) == [("a", ["u2"])]
    host.publish("M")
    assert running(host) == [("a", ["u2"]), ("a", ["u1"])], "another message, another instance"


def test_X_INST_07_a_parallel_gateway_awaits_the_others_with_the_same_correlation():
    roots = message("M", key="=k") + message("N", key="=k")
    host = deployment(roots, process("a", GATE.format('eventGatewayType="Parallel"'), *LINES))
    host.publish("M", "1", {"k": "1"})
    host.publish("N", "2", {"k": "2"})
    assert running(kept(host)) == [("a", ["u1"]), ("a", ["u2"])]
    host.publish("N", "1", {"k": "1"})
    assert running(kept(host)) == [("a", ["u1", "u2"]), ("a", ["u2"])]
    host.complete(2, "u2")
    assert state(host, 2).status == "active", "the other event is still awaited"


def test_X_INST_08_a_parallel_multiple_start_begins_when_all_have_come():
    start = '<startEvent id="s" parallelMultiple="true"><messageEventDefinition messageRef="M"/><messageEventDefinition messageRef="N"/><signalEventDefinition signalRef="G"/></startEvent>'
    host = deployment(
        plain("M"), plain("N"), '<signal id="G" name="G"/>', process("a", start + user("u"), "s>u")
    )
    host.publish("M", "1", {"m": 1})
    host.publish("M", "2", {"m": 2})
    host.broadcast("G", {"g": 1})
    host.publish("N", "2", {"n": 2})
    assert running(host) == [], "the signal is with key 1"
    host.publish("N", "1", {"n": 1})
    assert running(kept(host)) == [("a", ["u"])] and state(host).variables == {"m": 1, "n": 1, "g": 1}
    host.broadcast("G")
    assert running(kept(host)) == [("a", ["u"]), ("a", ["u"])]


def test_X_COND_01_a_conditional_start_is_checked_when_the_hosts_data_change():
    start = '<startEvent id="s"><conditionalEventDefinition><condition>=heat &gt; 30</condition></conditionalEventDefinition></startEvent>'
    host = deployment(process("a", start + user("u"), "s>u"))
    for heat, count in ((20, 0), (31, 1), (35, 1), (10, 1), (40, 2)):
        host.update({"heat": heat})
        assert len(host.instances) == count
    assert state(kept(host), 2).variables == {"heat": 40}


def test_X_TIME_03_a_timer_among_several_triggers_begins_too():
    start = '<startEvent id="s"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition><messageEventDefinition messageRef="M"/></startEvent>'
    host = deployment(plain("M"), process("a", start + user("u"), "s>u"))
    host.publish("M")
    host.advance(NOW + 2 * HOUR)
    assert running(kept(host)) == [("a", ["u"]), ("a", ["u"])]


def test_a_new_version_takes_the_timers_of_the_old_one():
    parts = process("a", timer("s", "startEvent", "timeCycle", "R/PT1H") + user("u"), "s>u")
    host = deployment(parts)
    host.deploy(host.processes["a"])
    host.advance(NOW + HOUR)
    assert len(host.instances) == 1


def test_a_message_named_by_feel_begins_an_instance_and_a_timer_without_time_never():
    odd = timer("t", "startEvent", "timeDuration", "=null")
    host = deployment(
        '<message id="M" name="=&quot;or&quot; + &quot;der&quot;"/>',
        process("a", event("startEvent", "s", "message", "M") + odd + user("u"), "s>u", "t>u"),
    )
    assert host.warnings == ["X-TIME-03 t: never begins: not an ISO 8601 duration"]
    host.publish("order")
    assert running(kept(host)) == [("a", ["u"])]


def test_a_process_that_is_not_deployed_is_refused():
    with pytest.raises(Refused) as refused:
        deployment(process("a", S.format("a"))).start("b")
    assert refused.value.code == "no_start"


def test_a_storm_of_messages_is_stopped_by_an_incident():
    echo = process(
        "a", event("startEvent", "s", "message", "M") + event("endEvent", "e", "message", "M"), "s>e"
    )
    host = deployment(plain("M"), echo)
    host.publish("M")
    assert len(host.instances) <= 10_001
    assert [one.kind for one in host.instances[len(host.instances)].state.incidents.values()] == ["message"]
    assert timedelta(0) == host.now - NOW


def test_a_host_takes_one_process_and_refuses_what_it_does_not_hold():
    host = Host(compiled(model(user("a"))), NOW)
    assert host.start("p") == 1
    with pytest.raises(Refused, match="no_instance"):
        host.complete(2, "a")
