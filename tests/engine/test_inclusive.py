# ruff: noqa: E501  (models stand on one line each)
"""The inclusive gateway: rules X-INCL-01 to X-INCL-06 and X-CASE-01 to X-CASE-04."""

import time
from datetime import timedelta

from backend.engine import commands, dump, load, replay, step
from tests.engine.models import (
    HOUR,
    NOW,
    compiled,
    hosted,
    model,
    open_tasks,
    passed,
    raised,
    state,
    timer,
    user,
)

START = '<startEvent id="s"/>'
OR = '<inclusiveGateway id="{}" {}/>'
SPLIT = OR.format("o", "") + OR.format("j", "")
ABCZ = "".join(map(user, "abcz"))


def stored(host):
    """Save and restore, and the history folds to the same."""
    instance = host.instances[1]
    assert replay(instance.events) == instance.state
    instance.state = load(dump(instance.state))


def test_X_INCL_01_every_true_flow_and_the_default_only_when_none_is():
    xml = model(
        START + OR.format("o", 'default="o_d"') + "".join(map(user, "abcd")),
        "s>o",
        "o>a: x > 1",
        "o>b: x > 2",
        "o>c: x > 3",
        "o>d",
    )
    assert open_tasks(hosted(xml, {"x": 3})) == ["a", "b"]
    assert open_tasks(hosted(xml, {"x": 9})) == ["a", "b", "c"]
    assert open_tasks(hosted(xml, {"x": 1})) == ["d"]


def test_X_INCL_01_a_flow_without_condition_is_true_so_the_default_is_not_taken():
    xml = model(
        START + OR.format("o", 'default="o_c"') + "".join(map(user, "abc")), "s>o", "o>a", "o>b: false", "o>c"
    )
    assert open_tasks(hosted(xml)) == ["a"]


def test_X_INCL_01_none_true_and_no_default_is_an_incident_that_can_be_repaired():
    xml = model(START + SPLIT + ABCZ, "s>o", "o>a: x > 1", "o>b: x > 2", "a>j>z", "b>j")
    host = hosted(xml, {"x": 0})
    assert raised(host) == [("o", "condition")] and not open_tasks(host)
    host.do(1, commands.UpdateVariables(1, {"x": 5}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["a", "b"] and not raised(host)


def test_X_INCL_02_X_CASE_01_the_join_awaits_what_was_begun_and_nothing_else():
    xml = model(START + SPLIT + ABCZ, "s>o", "o>a", "o>b: x", "o>c: y", "a>j>z", "b>j", "c>j")
    host = hosted(xml, {"x": True, "y": False})
    assert open_tasks(host) == ["a", "b"]
    host.complete(1, "b")
    stored(host)
    assert open_tasks(host) == ["a"]
    host.complete(1, "a")
    assert open_tasks(host) == ["z"] and passed(host, "j") == 1
    host.complete(1, "z")
    assert state(host).status == "completed"
    stored(host)


def test_X_INCL_02_X_CASE_02_a_way_through_the_join_itself_does_not_block():
    # the loop's exit y leads back to f2 only by way of j
    xml = model(
        START + '<parallelGateway id="g"/><exclusiveGateway id="x" default="x_e"/><exclusiveGateway id="m"/><endEvent id="e"/>' + OR.format("j", "") + ABCZ,
        "s>g", "g>m", "g>a>m", "m>j", "j>x", "x>b: again", "b>j", "x>e",
    )  # fmt: skip
    host = hosted(xml, {"again": True})
    assert open_tasks(host) == ["a", "b"], "a reaches j's other flow b_j only through j"
    host.complete(1, "a")
    assert open_tasks(host) == ["b"], "the second token waits: b can still come on the empty flow"
    host.complete(1, "b", {"again": False})
    assert state(host).status == "completed" and passed(host, "j") == 2


def test_X_INCL_02_X_CASE_02_nor_does_such_a_way_unblock():
    # b leads to the empty flow; its way to the full one leads through j and does not count
    xml = model(
        START + '<parallelGateway id="g"/><exclusiveGateway id="x" default="x_z"/><exclusiveGateway id="m"/>' + OR.format("j", "") + ABCZ,
        "s>g", "g>m", "m>j", "g>b>j", "j>x", "x>m: false", "x>z",
    )  # fmt: skip
    host = hosted(xml)
    assert open_tasks(host) == ["b"]
    host.complete(1, "b")
    assert open_tasks(host) == ["z"] and passed(host, "j") == 1


TWO_WAYS = (
    START + '<parallelGateway id="g"/><exclusiveGateway id="x" default="x_b"/><exclusiveGateway id="m"/>' + OR.format("j", "") + ABCZ,
    "s>g", "g>m", "g>a>x", "x>m: first", "m>j>z", "x>b>j",
)  # fmt: skip


def test_X_INCL_02_X_CASE_03_who_reaches_a_full_flow_too_does_not_block():
    host = hosted(model(*TWO_WAYS), {"first": True})
    assert open_tasks(host) == ["a", "z"] and passed(host, "j") == 1
    only_f2 = model(
        START + '<parallelGateway id="g"/>' + OR.format("j", "") + ABCZ, "s>g", "g>j>z", "g>a>b>j"
    )
    host = hosted(only_f2)
    assert open_tasks(host) == ["a"]
    host.complete(1, "a")
    assert open_tasks(host) == ["b"]
    host.complete(1, "b")
    assert open_tasks(host) == ["z"] and passed(host, "j") == 1


def test_X_INCL_02_X_CASE_03_the_same_token_later_only_reaches_the_empty_flow():
    host = hosted(model(*TWO_WAYS), {"first": False})
    host.complete(1, "a")
    assert open_tasks(host) == ["z", "b"]
    host.complete(1, "b")
    assert open_tasks(host) == ["z", "z"], "it fires alone for the late one"


def test_X_INCL_03_one_token_from_each_flow_and_the_excess_stays():
    xml = model(
        START + '<parallelGateway id="g"/><exclusiveGateway id="m"/>' + OR.format("j", "") + ABCZ,
        "s>g", "g>a>m", "g>b>m", "m>j>z", "g>c>j",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a")
    host.complete(1, "b")
    assert state(host).scopes[1].arrived == {"m_j": 2}
    host.complete(1, "c")
    assert open_tasks(host) == ["z", "z"] and passed(host, "j") == 2, (
        "the second firing: nothing can come any more"
    )
    fired = [one for one in host.instances[1].events if type(one).__name__ == "JoinFired"]
    assert [one.consumed for one in fired] == [("m_j", "c_j"), ("m_j",)]


def sub(id, inner, attributes=""):
    return f'<subProcess id="{id}" {attributes}>{inner}</subProcess>'


BOUND = '<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>'


def test_X_INCL_04_a_sub_process_counts_as_one_token_on_it():
    inner = f'<startEvent id="is"/><parallelGateway id="ip"/>{user("ia")}{user("ib")}'
    xml = model(
        START + '<parallelGateway id="g"/>' + OR.format("j", "") + ABCZ
        + sub("S", inner + '<sequenceFlow id="f1" sourceRef="is" targetRef="ip"/><sequenceFlow id="f2" sourceRef="ip" targetRef="ia"/><sequenceFlow id="f3" sourceRef="ip" targetRef="ib"/>'),
        "s>g", "g>S>j>z", "g>a>j",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a")
    host.complete(1, "ia")
    assert open_tasks(host) == ["ib"]
    host.complete(1, "ib")
    assert open_tasks(host) == ["z"] and passed(host, "j") == 1


def test_X_INCL_04_joins_inside_of_a_sub_process_see_only_its_own_tokens():
    inner = (
        f'<startEvent id="is"/><inclusiveGateway id="io"/><inclusiveGateway id="ij"/>{user("ia")}{user("ib")}{user("iz")}'
        + "".join(
            f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
            for a, b in [("is", "io"), ("io", "ia"), ("io", "ib"), ("ia", "ij"), ("ib", "ij"), ("ij", "iz")]
        )
    )
    xml = model(START + '<parallelGateway id="g"/>' + ABCZ + sub("S", inner), "s>g", "g>S>z", "g>a")
    host = hosted(xml)
    host.complete(1, "ia")
    stored(host)
    assert "iz" not in open_tasks(host)
    host.complete(1, "ib")
    assert open_tasks(host) == ["a", "iz"]


def test_X_INCL_04_a_boundary_event_is_a_way():
    xml = model(
        START + '<parallelGateway id="g"/>' + OR.format("j", "") + ABCZ + BOUND,
        "s>g",
        "g>j>z",
        "g>a",
        "t>b>j",
    )
    host = hosted(xml)
    assert open_tasks(host) == ["a"]
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["b"]
    host.complete(1, "b")
    assert open_tasks(host) == ["z"]
    host = hosted(xml)
    host.complete(1, "a")
    assert open_tasks(host) == ["z"], "a ended by itself: nothing can come from its boundary"


def test_X_INCL_04_a_link_is_a_way():
    links = "".join(
        f'<{kind} id="{id}"><linkEventDefinition name="L"/></{kind}>'
        for kind, id in [("intermediateThrowEvent", "lt"), ("intermediateCatchEvent", "lc")]
    )
    host = hosted(
        model(
            START + '<parallelGateway id="g"/>' + OR.format("j", "") + ABCZ + links,
            "s>g",
            "g>j>z",
            "g>a>lt",
            "lc>b>j",
        )
    )
    assert open_tasks(host) == ["a"]
    host.complete(1, "a")
    assert open_tasks(host) == ["b"]
    host.complete(1, "b")
    assert open_tasks(host) == ["z"]


def test_X_INCL_05_X_CASE_04_the_awaited_token_dies_at_an_end_event_or_by_a_boundary():
    xml = model(
        START + '<parallelGateway id="g"/><exclusiveGateway id="x" default="x_e"/><endEvent id="e"/>' + OR.format("j", "") + ABCZ,
        "s>g", "g>j>z", "g>a>x", "x>j: more", "x>e",
    )  # fmt: skip
    host = hosted(xml)
    assert open_tasks(host) == ["a"]
    stored(host)
    events = host.complete(1, "a", {"more": False})
    assert open_tasks(host) == ["z"] and any(type(one).__name__ == "JoinFired" for one in events)
    xml = model(
        START + '<parallelGateway id="g"/>' + OR.format("j", "") + ABCZ + BOUND,
        "s>g",
        "g>j>z",
        "g>a>j",
        "t>b",
    )
    host = hosted(xml)
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["b", "z"] or open_tasks(host) == ["z", "b"]


def test_X_INCL_05_a_task_without_outgoing_flow_ends_and_a_terminate_inside_too():
    xml = model(
        START
        + '<parallelGateway id="g"/><exclusiveGateway id="x" default="x_c"/>'
        + OR.format("j", "")
        + ABCZ,
        "s>g",
        "g>j>z",
        "g>a>x",
        "x>j: more",
        "x>c",
    )
    host = hosted(xml)
    host.complete(1, "a", {"more": False})
    assert open_tasks(host) == ["c", "z"]


WAITING = (
    START + '<parallelGateway id="g"/><exclusiveGateway id="x"/><exclusiveGateway id="y"/>' + OR.format("j", "") + OR.format("k", "") + ABCZ,
    "s>g", "g>a>j", "g>b>k", "j>x", "x>k: to", "x>z", "k>y", "y>j: to", "y>c",
)  # fmt: skip


def test_X_INCL_06_two_joins_that_wait_for_each_other_are_one_incident():
    host = hosted(model(*WAITING), {"to": False})
    host.complete(1, "a")
    assert open_tasks(host) == ["b"] and not raised(host)
    host.complete(1, "b")
    assert raised(host) == [("j", "deadlock")]
    stored(host)
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert raised(host) == [("j", "deadlock")], "nothing was repaired"
    host.do(1, commands.Modify(remove=("k",)))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["z"] and not raised(host)
    stored(host)


def test_X_INCL_06_a_token_that_can_still_come_is_no_deadlock():
    nodes, *lines = WAITING
    host = hosted(model(nodes + user("d"), *lines, "g>d>j"), {"to": False})
    host.complete(1, "a")
    host.complete(1, "b")
    assert not raised(host) and open_tasks(host) == ["d"]
    host.complete(1, "d")
    assert raised(host) == [("j", "deadlock")]


def test_X_INCL_06_a_token_that_cannot_reach_them_changes_nothing():
    nodes, *lines = WAITING
    host = hosted(model(nodes + user("d"), *lines, "g>d"), {"to": False})
    host.complete(1, "a")
    host.complete(1, "b")
    assert raised(host) == [("j", "deadlock")] and open_tasks(host) == ["d"]


def test_X_INCL_02_a_token_at_a_parallel_join_counts_as_standing_there():
    xml = model(
        START + '<parallelGateway id="g"/><parallelGateway id="q"/>' + OR.format("j", "") + ABCZ,
        "s>g", "g>j>z", "g>a>q", "g>b>q", "q>c>j",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a")
    assert open_tasks(host) == ["b"]
    host.complete(1, "b")
    assert open_tasks(host) == ["c"]
    host.complete(1, "c")
    assert open_tasks(host) == ["z"] and passed(host, "j") == 1


def test_X_INCL_02_nested_joins_fire_from_inside_out():
    xml = model(
        START + "".join(OR.format(id, "") for id in ("o", "i", "k", "j")) + ABCZ,
        "s>o", "o>i", "i>a", "i>b: x", "a>k", "b>k", "k>j", "o>c: y", "c>j", "j>z",
    )  # fmt: skip
    host = hosted(xml, {"x": True, "y": True})
    for task in "cab":
        host.complete(1, task)
    assert open_tasks(host) == ["z"] and passed(host, "k") == passed(host, "j") == 1
    host = hosted(xml, {"x": False, "y": False})
    host.complete(1, "a")
    assert open_tasks(host) == ["z"] and passed(host, "k") == passed(host, "j") == 1


def test_X_INCL_02_an_exclusive_branch_may_skip_the_join():
    xml = model(
        START + SPLIT + '<exclusiveGateway id="x" default="x_j"/><endEvent id="e"/>' + ABCZ,
        "s>o", "o>a", "o>b: true", "b>x", "x>e: skip", "x>j", "a>j>z",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a")
    assert open_tasks(host) == ["b"]
    host.complete(1, "b", {"skip": True})
    assert open_tasks(host) == ["z"]


def test_X_INCL_02_one_gateway_joins_and_splits_and_stands_in_a_loop():
    xml = model(
        START + OR.format("g", 'default="g_z"') + ABCZ,
        "s>g", "g>a: n < 2", "g>b: n < 2", "g>z", "a>g", "b>g",
    )  # fmt: skip
    host = hosted(xml, {"n": 0})
    assert open_tasks(host) == ["a", "b"]
    host.complete(1, "a", {"n": 1})
    assert open_tasks(host) == ["b"]
    host.complete(1, "b", {"n": 1})
    assert open_tasks(host) == ["a", "b"]
    host.complete(1, "b", {"n": 2})
    host.complete(1, "a", {"n": 2})
    assert open_tasks(host) == ["z"] and passed(host, "g") == 3


def test_X_INCL_02_an_event_gateway_and_a_timer_before_the_join():
    xml = model(
        START + '<parallelGateway id="g"/>' + OR.format("j", "") + timer("w", "intermediateCatchEvent", "timeDuration", "PT1H") + ABCZ,
        "s>g", "g>w>j>z", "g>a>j",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a")
    assert open_tasks(host) == []
    host.advance(NOW + timedelta(hours=2))
    assert open_tasks(host) == ["z"]


def test_X_INCL_05_a_suspended_instance_waits_with_its_joins():
    xml = model(
        START + '<parallelGateway id="g"/><serviceTask id="w"/>' + OR.format("j", "") + ABCZ,
        "s>g",
        "g>j>z",
        "g>w>j",
    )
    host = hosted(xml)
    host.do(1, commands.Suspend())
    host.complete(1, "w")
    assert open_tasks(host) == []
    host.do(1, commands.Resume())
    assert open_tasks(host) == ["z"]


def test_X_INCL_04_joins_inside_of_each_instance_of_a_multi_instance():
    inner = (
        f'<startEvent id="is"/><inclusiveGateway id="io"/><inclusiveGateway id="ij"/>{user("ia")}{user("ib")}{user("iz")}'
        + "".join(
            f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
            for a, b in [("is", "io"), ("io", "ia"), ("io", "ib"), ("ia", "ij"), ("ib", "ij"), ("ij", "iz")]
        )
        + "<multiInstanceLoopCharacteristics><loopCardinality>=2</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    host = hosted(model(START + user("z") + sub("S", inner), "s>S>z"))
    assert open_tasks(host) == ["ia", "ib", "ia", "ib"]
    host.complete(1, "ia")
    host.complete(1, "ia")
    stored(host)
    assert open_tasks(host) == ["ib", "ib"]
    host.complete(1, "ib")
    assert open_tasks(host) == ["ib", "iz"]
    host.complete(1, "ib")
    host.complete(1, "iz")
    host.complete(1, "iz")
    assert open_tasks(host) == ["z"]
    stored(host)


def test_X_INCL_05_a_compensation_that_nothing_waits_for_holds_no_token():
    throw = '<intermediateThrowEvent id="t"><compensateEventDefinition waitForCompletion="false"/></intermediateThrowEvent>'
    bound = '<boundaryEvent id="k" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
    nodes = (
        START + '<parallelGateway id="g"/><exclusiveGateway id="x" default="x_e"/><endEvent id="e"/>' + OR.format("j", "") + user("a") + user("z")
        + throw + bound + user("h", attributes='isForCompensation="true"') + '<association id="as" sourceRef="k" targetRef="h" associationDirection="One"/>'
    )  # fmt: skip
    host = hosted(model(nodes, "s>g", "g>j>z", "g>a>t>x", "x>j: more", "x>e"), {"more": False})
    assert open_tasks(host) == ["a"]
    host.complete(1, "a")
    assert sorted(open_tasks(host)) == ["h", "z"], (
        "the throw's token has died; its handler is no token that comes"
    )


def test_a_loop_through_a_join_beside_thousands_of_tasks_ends_as_one_incident_soon():
    many = '<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>=6000</loopCardinality></multiInstanceLoopCharacteristics></userTask>'
    process = compiled(
        model(
            START + '<parallelGateway id="g"/><task id="t"/>' + OR.format("j", "") + many,
            "s>g",
            "g>a",
            "g>j>t>j",
        )
    )
    began = time.perf_counter()
    done = step(process, None, commands.StartProcess(), NOW)
    assert [one.kind for one in done.state.incidents.values()] == ["limit"] and len(done.state.tasks) == 6000
    assert time.perf_counter() - began < 2


def test_X_INCL_06_in_an_ad_hoc_sub_process_somebody_may_begin_what_is_awaited():
    pairs = [("a", "j"), ("b", "k"), ("j", "x"), ("x", "z"), ("k", "y"), ("y", "c")]
    inner = (
        "".join(f'<inclusiveGateway id="{id}"/>' for id in "jk")
        + "".join(f'<exclusiveGateway id="{id}"/>' for id in "xy")
        + ABCZ
    )
    inner += "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)
    for id, a, b in (("f", "x", "k"), ("h", "y", "j")):
        inner += f'<sequenceFlow id="{id}" sourceRef="{a}" targetRef="{b}"><conditionExpression>=to</conditionExpression></sequenceFlow>'
    host = hosted(
        model(
            START
            + f'<adHocSubProcess id="S">{inner}<completionCondition>=false</completionCondition></adHocSubProcess>',
            "s>S",
        ),
        {"to": False},
    )
    host.complete(1, "a")
    host.complete(1, "b")
    assert not raised(host) and state(host).status == "active"
