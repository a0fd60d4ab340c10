# ruff: noqa: E501  (models stand on one line each)
"""Quantities, links, implicit splits, merges and starts: X-ACT-02 to X-ACT-05, X-LINK-01, X-INST-02, X-CASE-10."""

import time

import pytest

from backend.engine import ModelFaults, commands, dump, load, replay, step
from tests.engine.models import (
    HOUR,
    NOW,
    compiled,
    hosted,
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

START = '<startEvent id="s"/><parallelGateway id="g"/>'
ABC = "".join(map(user, "abc"))
TWO = 'startQuantity="2"'


def stored(host):
    instance = host.instances[1]
    assert replay(instance.events) == instance.state
    instance.state = load(dump(instance.state))


def test_X_ACT_02_X_CASE_10_three_tokens_make_one_run_and_one_waits():
    xml = model(START + ABC + user("n", attributes=TWO), "s>g", "g>a>n", "g>b>n", "g>c>n")
    host = hosted(xml)
    host.complete(1, "c")
    stored(host)
    assert open_tasks(host) == ["a", "b"]
    host.complete(1, "a")
    assert open_tasks(host) == ["b", "n"]
    host.complete(1, "n")
    host.complete(1, "b")
    assert open_tasks(host) == [] and state(host).status == "active"
    assert state(host).scopes[1].arrived == {"b_n": 1}
    stored(host)


def test_X_ACT_02_two_tokens_of_the_same_flow_count_as_two():
    xml = model(
        START + ABC + '<exclusiveGateway id="m"/>' + user("n", attributes=TWO), "s>g", "g>a>m", "g>b>m", "m>n"
    )
    host = hosted(xml)
    host.complete(1, "a")
    host.complete(1, "b")
    assert open_tasks(host) == ["n"]
    host.complete(1, "n")
    assert state(host).status == "completed"


EVERY_KIND = {
    "task": f'<task id="n" {TWO}/>',
    "manualTask": f'<manualTask id="n" {TWO}/>',
    "userTask": user("n", attributes=TWO),
    "serviceTask": service("n").replace("<serviceTask ", f"<serviceTask {TWO} "),
    "scriptTask": script("n", "1", "r").replace("<scriptTask ", f"<scriptTask {TWO} "),
    "receiveTask": f'<receiveTask id="n" messageRef="M" {TWO}/>',
    "sendTask": f'<sendTask id="n" {TWO}/>',
    "businessRuleTask": f'<businessRuleTask id="n" {TWO}/>',
    "subProcess": f'<subProcess id="n" {TWO}>{user("inner")}</subProcess>',
    "transaction": f'<transaction id="n" {TWO}>{user("inner")}</transaction>',
    "adHocSubProcess": f'<adHocSubProcess id="n" {TWO}>{user("inner")}</adHocSubProcess>',
    "looped task": f'<task id="n" {TWO}><standardLoopCharacteristics loopMaximum="2"/></task>',
    "multi-instance": f'<manualTask id="n" {TWO}><multiInstanceLoopCharacteristics><loopCardinality>=2</loopCardinality></multiInstanceLoopCharacteristics></manualTask>',
    "mapped task": f'<task id="n" {TWO}><extensionElements><zeebe:ioMapping><zeebe:output source="=1" target="x"/></zeebe:ioMapping></extensionElements></task>',
    "callActivity": f'<callActivity id="n" calledElement="q" {TWO}/>',
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_X_ACT_02_X_ACT_03_on_every_kind_of_activity(kind):
    node = EVERY_KIND[kind].replace(TWO, f'{TWO} completionQuantity="3"')
    xml = model(
        START + user("a") + user("b") + node + user("z"),
        "s>g",
        "g>a>n",
        "g>b>n",
        "n>z",
        roots=message("M", key="=k"),
    )
    xml = xml.replace(
        b"</definitions>",
        b'<process id="q" isExecutable="true">' + user("inner2").encode() + b"</process></definitions>",
    )
    host = hosted(xml, {"k": "1"})
    host.complete(1, "a")
    assert passed(host, "n") == 0
    host.complete(1, "b")
    if state(host).jobs:
        host.complete(1, "n")
    for open_task in ("n", "inner", "inner2"):
        if open_task in open_tasks(host):
            host.complete(1, open_task)
    if state(host).subscriptions:
        host.publish("M", "1")
    assert open_tasks(host) == ["z", "z", "z"]
    stored(host)


def test_X_ACT_02_X_ACT_03_inside_an_ad_hoc_sub_process():
    inner = (
        user("a", attributes='completionQuantity="3"') + '<task id="n" startQuantity="2"/>' + user("b")
        + '<sequenceFlow id="f" sourceRef="a" targetRef="n"/><sequenceFlow id="h" sourceRef="n" targetRef="b"/>'
        + "<completionCondition>=false</completionCondition>"
    )  # fmt: skip
    host = hosted(
        model(f'<startEvent id="s"/><adHocSubProcess id="S">{inner}</adHocSubProcess>' + user("z"), "s>S>z")
    )
    host.complete(1, "a")
    assert open_tasks(host) == ["b"] and passed(host, "n") == 2, "it joined two tokens, and completed"
    stored(host)


def test_X_ACT_03_X_CASE_10_two_tokens_before_a_merge_run_the_next_task_twice():
    xml = model(
        '<startEvent id="s"/>'
        + user("a", attributes='completionQuantity="2"')
        + '<exclusiveGateway id="m"/>'
        + script("n", "n + 1", "n"),
        "s>a>m>n",
    )
    host = hosted(xml, {"n": 0})
    host.complete(1, "a")
    assert state(host).variables["n"] == 2 and state(host).status == "completed"


def test_X_ACT_03_each_chosen_flow_gets_as_many():
    attributes = 'completionQuantity="2" default="a_d"'
    xml = model(
        '<startEvent id="s"/>' + user("a", attributes=attributes) + user("c") + user("u") + user("d"),
        "s>a",
        "a>u",
        "a>c: ok",
        "a>d",
    )
    host = hosted(xml)
    host.complete(1, "a", {"ok": True})
    assert sorted(open_tasks(host)) == ["c", "c", "u", "u"]
    host = hosted(xml)
    host.complete(1, "a", {"ok": False})
    assert sorted(open_tasks(host)) == ["d", "d", "u", "u"]


def test_X_ACT_03_a_boundary_event_gives_one_token():
    bound = timer("t", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="a"')
    host = hosted(
        model(
            '<startEvent id="s"/>' + user("a", attributes='completionQuantity="3"') + bound + user("z"),
            "s>a",
            "t>z",
        )
    )
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["z"]


def test_X_ACT_02_an_interruption_drops_the_tokens_that_wait():
    inner = f'{START}{user("a")}{user("b")}{user("n", attributes=TWO)}' + "".join(
        f'<sequenceFlow id="{x}_{y}" sourceRef="{x}" targetRef="{y}"/>' for x, y in ["sg", "ga", "gb", "an", "bn"]
    )  # fmt: skip
    bound = timer("t", "boundaryEvent", "timeDuration", "PT1H", 'attachedToRef="S"')
    host = hosted(
        model(f'<startEvent id="o"/><subProcess id="S">{inner}</subProcess>{bound}{user("z")}', "o>S", "t>z")
    )
    host.complete(1, "a")
    host.advance(NOW + HOUR)
    assert open_tasks(host) == ["z"]
    stored(host)


def test_X_ACT_02_an_inclusive_join_awaits_a_token_that_waits_for_a_quantity():
    xml = model(
        START + '<inclusiveGateway id="j"/>' + ABC + user("n", attributes=TWO) + user("z"),
        "s>g",
        "g>j>z",
        "g>a>n",
        "g>b>n",
        "n>j",
    )
    host = hosted(xml)
    host.complete(1, "a")
    assert open_tasks(host) == ["b"]
    host.complete(1, "b")
    host.complete(1, "n")
    assert open_tasks(host) == ["z"] and passed(host, "j") == 1


def test_X_ACT_02_a_quantity_that_cannot_be_is_refused():
    with pytest.raises(ModelFaults) as refused:
        compiled(model('<startEvent id="s"/>' + user("a", attributes='startQuantity="5000"'), "s>a"))
    assert [one.rule for one in refused.value.faults if one.severity == "E"] == ["L-VALUE"]


def test_X_ACT_04_conditional_flows_of_a_sub_process_and_a_gateway_as_target():
    inner = '<task id="i"/>'
    xml = model(
        f'<startEvent id="s"/><subProcess id="S">{inner}</subProcess><parallelGateway id="j"/><inclusiveGateway id="o"/>' + ABC,
        "s>S", "S>j: x > 0", "S>o: x > 1", "o>a: x > 2", "o>b: x > 1", "j>c",
    )  # fmt: skip
    assert open_tasks(hosted(xml, {"x": 1})) == ["c"]
    assert open_tasks(hosted(xml, {"x": 3})) == ["c", "a", "b"]
    assert raised(hosted(xml, {"x": 0})) == [("S", "condition")]


def test_X_ACT_04_an_implicit_split_into_an_inclusive_join():
    xml = model(
        '<startEvent id="s"/><inclusiveGateway id="j"/>' + user("t", attributes='default="t_c"') + ABC + user("z"),
        "s>t", "t>a: x > 1", "t>b: x > 2", "t>c", "a>j", "b>j", "c>j", "j>z",
    )  # fmt: skip
    for x, begun in ((0, ["c"]), (2, ["a"]), (3, ["a", "b"])):
        host = hosted(xml)
        host.complete(1, "t", {"x": x})
        assert open_tasks(host) == begun
        for task in begun:
            assert "z" not in open_tasks(host)
            host.complete(1, task)
        assert open_tasks(host) == ["z"]


def test_X_ACT_05_several_flows_out_of_events_are_parallel():
    xml = model('<startEvent id="s"/><intermediateThrowEvent id="i"/>' + ABC, "s>i", "s>a", "i>b", "i>c")
    assert open_tasks(hosted(xml)) == ["a", "b", "c"]


def test_X_INST_02_gateways_begin_and_links_boundaries_and_compensations_do_not():
    link = '<intermediateCatchEvent id="l"><linkEventDefinition name="L"/></intermediateCatchEvent>'
    throw = '<intermediateThrowEvent id="t"><linkEventDefinition name="L"/></intermediateThrowEvent>'
    xml = model('<parallelGateway id="g"/>' + link + throw + ABC + user("d"), "g>a", "g>b", "l>d", "c>t")
    host = hosted(xml)
    assert open_tasks(host) == ["c", "a", "b"]
    host.complete(1, "c")
    assert open_tasks(host) == ["a", "b", "d"]


def link(kind, id, name):
    return f'<{kind} id="{id}"><linkEventDefinition name="{name}"/></{kind}>'


def test_X_LINK_01_the_throw_goes_on_at_the_catch_of_its_name():
    nodes = (
        '<startEvent id="s"/><exclusiveGateway id="x" default="x_t"/>' + ABC
        + link("intermediateThrowEvent", "t", "L") + link("intermediateThrowEvent", "u", "M")
        + link("intermediateCatchEvent", "l", "L") + link("intermediateCatchEvent", "m", "M")
    )  # fmt: skip
    xml = model(nodes, "s>x", "x>t", "x>u: other", "l>a", "m>b")
    host = hosted(xml, {"other": False})
    assert open_tasks(host) == ["a"] and passed(host, "t") == passed(host, "l") == 1
    assert open_tasks(hosted(xml, {"other": True})) == ["b"]
    assert not state(host).subscriptions
    stored(host)


def test_X_LINK_01_several_throws_one_catch_and_a_loop_by_a_link():
    nodes = (
        '<startEvent id="s"/><exclusiveGateway id="x" default="x_a"/>' + script("n", "n + 1", "n") + user("a")
        + link("intermediateThrowEvent", "t", "L") + link("intermediateThrowEvent", "u", "L") + link("intermediateCatchEvent", "l", "L")
    )  # fmt: skip
    host = hosted(model(nodes, "s>t", "l>n>x", "x>u: n < 5", "x>a"), {"n": 0})
    assert open_tasks(host) == ["a"] and state(host).variables["n"] == 5 and passed(host, "l") == 5


def test_X_LINK_01_an_endless_loop_by_a_link_is_an_incident():
    nodes = (
        '<startEvent id="s"/>'
        + link("intermediateThrowEvent", "t", "L")
        + link("intermediateCatchEvent", "l", "L")
    )
    host = hosted(model(nodes + '<task id="n"/>', "s>n>t", "l>n"))
    assert [kind for _, kind in raised(host)] == ["limit"]


def test_X_LINK_01_links_of_a_sub_process_are_its_own():
    inner = user("i") + link("intermediateThrowEvent", "t2", "L") + link("intermediateCatchEvent", "l2", "L") + user("k") + "".join(
        f'<sequenceFlow id="{x}_{y}" sourceRef="{x}" targetRef="{y}"/>' for x, y in [("i", "t2"), ("l2", "k")]
    )  # fmt: skip
    nodes = (
        f'<startEvent id="s"/><subProcess id="S">{inner}</subProcess>'
        + link("intermediateThrowEvent", "t", "L")
        + link("intermediateCatchEvent", "l", "L")
        + user("a")
    )
    host = hosted(model(nodes, "s>S>t", "l>a"))
    host.complete(1, "i")
    assert open_tasks(host) == ["k"]
    host.complete(1, "k")
    assert open_tasks(host) == ["a"]


def test_X_EXCL_01_each_token_passes_alone_and_a_gateway_may_merge_and_split():
    xml = model(
        START + '<exclusiveGateway id="x" default="x_c"/>' + ABC, "s>g", "g>x", "g>a>x", "x>b: n = 1", "x>c"
    )
    host = hosted(xml, {"n": 1})
    assert open_tasks(host) == ["a", "b"]
    host.complete(1, "a", {"n": 2})
    assert open_tasks(host) == ["b", "c"]


def test_X_PAR_01_one_token_to_each_flow_and_again_for_the_next_set():
    xml = model(
        START + '<exclusiveGateway id="m"/><exclusiveGateway id="n"/><parallelGateway id="j"/>' + ABC + user("d") + user("y") + user("z"),
        "s>g", "g>a>m", "g>b>m", "g>c>n", "g>d>n", "m>j", "n>j", "j>y", "j>z",
    )  # fmt: skip
    host = hosted(xml)
    for task in "abc":
        host.complete(1, task)
    assert open_tasks(host) == ["d", "y", "z"] and state(host).scopes[1].arrived == {"m_j": 1}
    host.complete(1, "d")
    assert open_tasks(host) == ["y", "z", "y", "z"] and not state(host).scopes[1].arrived


def test_X_INST_03_several_none_starts_the_first_or_the_one_named():
    xml = model(
        '<startEvent id="s"/><startEvent id="t"/><inclusiveGateway id="j"/>' + user("z"), "s>j", "t>j", "j>z"
    )
    assert open_tasks(hosted(xml)) == ["z"], "the other start is not awaited (X-INST-01)"
    assert open_tasks(hosted(xml, start="t")) == ["z"]


def test_a_suspended_instance_keeps_a_link_jump():
    nodes = (
        '<startEvent id="s"/>'
        + service("w")
        + link("intermediateThrowEvent", "t", "L")
        + link("intermediateCatchEvent", "l", "L")
        + user("a")
    )
    host = hosted(model(nodes, "s>w>t", "l>a"))
    host.do(1, commands.Suspend())
    host.complete(1, "w")
    stored(host)
    host.do(1, commands.Resume())
    assert open_tasks(host) == ["a"]


def test_a_task_that_multiplies_its_tokens_for_ever_ends_as_one_incident_soon():
    many = '<task id="n" completionQuantity="1000"/>'
    process = compiled(model('<startEvent id="s"/><exclusiveGateway id="m"/>' + many, "s>m>n>m"))
    began = time.perf_counter()
    done = step(process, None, commands.StartProcess(), NOW)
    assert [one.kind for one in done.state.incidents.values()] == ["limit"]
    assert len(done.events) < 12_000 and len(done.state.moving) <= 11_000
    assert time.perf_counter() - began < 1
