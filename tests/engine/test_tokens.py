# ruff: noqa: E501  (models stand on one line each)
"""Tokens, activities and gateways: rules X-INST, X-END, X-ACT, X-PAR, X-EXCL and their micro-cases."""

from decimal import Decimal

import pytest

from backend.engine import Refused, commands
from backend.engine import events as ev
from tests.engine.models import HOUR, NOW, hosted, model, open_tasks, passed, raised, script, state, user

XOR = '<exclusiveGateway id="x" default="x_c"/>'


def test_X_INST_01_several_starts_are_alternatives():
    xml = model('<startEvent id="s"/><startEvent id="z"/>' + user("a") + user("b"), "s>a", "z>b")
    assert open_tasks(hosted(xml)) == ["a"]
    assert open_tasks(hosted(xml, start="z")) == ["b"]


def test_X_INST_02_without_start_event_every_node_without_incoming_begins():
    xml = model(user("a") + user("b") + user("c"), "a>c")
    host = hosted(xml)
    assert open_tasks(host) == ["a", "b"]
    host.complete(1, "b")
    assert state(host).status == "active"
    host.complete(1, "a")
    host.complete(1, "c")
    assert state(host).status == "completed"


def test_X_INST_03_only_triggered_starts_need_a_name():
    xml = model(
        '<startEvent id="s"><signalEventDefinition signalRef="g"/></startEvent>' + user("a"),
        "s>a",
        roots='<signal id="g" name="g"/>',
    )
    with pytest.raises(Refused) as refused:
        hosted(xml)
    assert refused.value.code == "no_start"
    assert open_tasks(hosted(xml, start="s")) == ["a"]


def test_X_END_02_a_scope_is_complete_without_tokens():
    xml = model('<startEvent id="s"/><parallelGateway id="g"/>' + user("a") + user("b"), "s>g", "g>a", "g>b")
    host = hosted(xml)
    host.complete(1, "a")
    assert state(host).status == "active"
    events = host.complete(1, "b", {"x": 1})
    assert state(host).status == "completed"
    assert isinstance(events[-1], ev.ProcessCompleted) and events[-1].variables == {"x": Decimal(1)}


def test_X_ACT_02_incoming_flows_merge_without_waiting_X_CASE_06():
    xml = model(
        '<startEvent id="s"/><parallelGateway id="g"/><exclusiveGateway id="m"/>' + script("n", "n + 1", "n"),
        "s>g", "g>m", "g>n", "m>n",
    )  # fmt: skip
    host = hosted(xml, {"n": 0})
    assert state(host).variables["n"] == 2


def test_X_CASE_09_unconditional_conditional_and_default_flows_of_a_task():
    xml = model(
        '<startEvent id="s"/>' + user("a", attributes='default="a_d"') + user("u") + user("c") + user("d"),
        "s>a", "a>u", "a>c: ok", "a>d",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a", {"ok": False})
    assert open_tasks(host) == ["u", "d"]
    host = hosted(xml)
    host.complete(1, "a", {"ok": True})
    assert open_tasks(host) == ["u", "c"]


def test_X_EXC_01_no_true_flow_is_an_incident_that_can_be_repaired():
    xml = model('<startEvent id="s"/>' + user("a") + user("b"), "s>a", "a>b: n > 5")
    host = hosted(xml)
    host.complete(1, "a", {"n": 1})
    assert raised(host) == [("a", "condition")] and open_tasks(host) == []
    host.do(1, commands.UpdateVariables(1, {"n": 7}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert raised(host) == [] and open_tasks(host) == ["b"]


def test_X_EXC_01_at_a_gateway_the_token_is_kept():
    xml = model(
        '<startEvent id="s"/><exclusiveGateway id="x"/>' + user("b") + user("c"),
        "s>x",
        "x>b: n > 5",
        "x>c: n > 9",
    )
    host = hosted(xml, {"n": 1})
    assert raised(host) == [("x", "condition")]
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert raised(host) == [("x", "condition")]
    host.do(1, commands.UpdateVariables(1, {"n": 7}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(host) == ["b"]
    host.complete(1, "b")
    assert state(host).status == "completed"


def test_X_EXCL_02_order_of_outgoing_children_and_the_rest_not_evaluated():
    nodes = (
        '<startEvent id="s"/><exclusiveGateway id="x"><outgoing>x_c</outgoing><outgoing>x_b</outgoing></exclusiveGateway>'
        + user("b") + user("c")
    )  # fmt: skip
    host = hosted(model(nodes, "s>x", 'x>b: 1 > "a"', "x>c: true"))
    assert open_tasks(host) == ["c"]


def test_X_EXCL_02_default_when_none_is_true():
    host = hosted(
        model('<startEvent id="s"/>' + XOR + user("b") + user("c"), "s>x", "x>b: n > 1", "x>c"), {"n": 1}
    )
    assert open_tasks(host) == ["c"]


def test_X_EXCL_03_null_is_false_with_a_warning():
    host = hosted(model('<startEvent id="s"/>' + XOR + user("b") + user("c"), "s>x", "x>b: missing", "x>c"))
    assert open_tasks(host) == ["c"] and host.warnings[0].startswith("X-EXCL-03 x")


def test_X_EXCL_03_a_null_variable_is_like_a_missing_one():
    xml = model('<startEvent id="s"/>' + XOR + user("b") + user("c"), "s>x", "x>b: n > 5", "x>c")
    for variables in ({}, {"n": None}):
        assert open_tasks(hosted(xml, variables)) == ["c"]
    assert raised(hosted(xml, {"n": "text"})) == [("x", "condition")]


def test_C8_ERR_03_a_failing_condition_is_an_incident_not_false():
    for wrong in ('"text"', '1 + "a"'):
        host = hosted(
            model('<startEvent id="s"/>' + XOR + user("b") + user("c"), "s>x", f"x>b: {wrong}", "x>c")
        )
        assert raised(host) == [("x", "condition")]


def test_X_PAR_01_X_CASE_05_excess_token_stays():
    xml = model(
        '<startEvent id="s"/><parallelGateway id="g"/><exclusiveGateway id="m"/><parallelGateway id="j"/>' + user("a") + user("b") + user("c") + user("z"),
        "s>g", "g>a", "g>b", "g>c", "a>m", "b>m", "m>j", "c>j", "j>z",
    )  # fmt: skip
    host = hosted(xml)
    host.complete(1, "a")
    host.complete(1, "b")
    assert open_tasks(host) == ["c"], "two tokens on one flow do not replace a missing one"
    host.complete(1, "c")
    host.complete(1, "z")
    assert passed(host, "j") == 1
    assert state(host).status == "active" and state(host).scopes[1].arrived == {"m_j": 1}


def test_X_ACT_07_manual_undefined_and_service_tasks():
    xml = model('<startEvent id="s"/><manualTask id="m"/><task id="t"/><serviceTask id="w"/>', "s>m>t>w")
    host = hosted(xml)
    assert passed(host, "m") == passed(host, "t") == 1
    (job,) = state(host).jobs.values()
    assert job.element == "w" and job.type == "w", "X-ACT-08: else the element's id"


def test_limit_of_moves_ends_in_one_incident_and_can_go_on():
    xml = model(
        '<startEvent id="s"/><exclusiveGateway id="m"/>'
        + script("n", "n + 1", "n")
        + XOR.replace("x_c", "x_m")
        + user("b"),
        "s>m>n>x",
        "x>m",
        "x>b: n > 9000",
    )
    host = hosted(xml, {"n": 0})
    assert [kind for _, kind in raised(host)] == ["limit"] and open_tasks(host) == []
    host.do(1, commands.UpdateVariables(1, {"n": 8999}))
    host.do(1, commands.ResolveIncident(state(host).halted))
    assert raised(host) == [] and open_tasks(host) == ["b"]


def test_suspended_instances_do_not_move():
    host = hosted(model('<startEvent id="s"/><serviceTask id="w"/>' + user("a"), "s>w>a"))
    host.do(1, commands.Suspend())
    host.complete(1, "w", {"x": 1})
    assert open_tasks(host) == [] and state(host).moving
    host.do(1, commands.Resume())
    assert open_tasks(host) == ["a"]
    host.do(1, commands.Suspend())
    with pytest.raises(Refused) as refused:
        host.complete(1, "a")
    assert refused.value.code == "suspended"


def test_cancel_withdraws_everything():
    host = hosted(model('<startEvent id="s"/>' + user("a"), "s>a"))
    events = host.do(1, commands.Cancel())
    assert [type(one).__name__ for one in events] == [
        "TaskWithdrawn",
        "ElementTerminated",
        "ProcessCompleted",
    ]
    with pytest.raises(Refused) as refused:
        host.do(1, commands.FireTimers())
    assert refused.value.code == "ended" and NOW + HOUR > NOW
