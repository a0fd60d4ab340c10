# ruff: noqa: E501  (models stand on one line each)
"""A5, A6: sequence flows, starts and ends, gateways."""

import pytest

from tests.engine.models import flows, message, model, timer, user
from tests.engine.rules.cases import (
    MSG,
    ROOTS,
    A,
    Case,
    E,
    S,
    base,
    by_rule,
    definition,
    event,
    faults,
    handler,
    prove,
    prove_drawn,
    sub,
    whole,
)

XOR = '<exclusiveGateway id="x" {}/>'
HOUR = timer("t", "intermediateCatchEvent", "timeDuration", "PT1H")
CATCH = event("catch", "c", MSG)
EBG = '<eventBasedGateway id="x" {}/>' + HOUR + CATCH
WAITS = ("a>x>t>e", "x>c>e")
RECEIVE = '<receiveTask id="r" messageRef="M"/>'
BOUNDARY = event("boundary", "x", definition("error"), 'attachedToRef="a"')
UNDO = (
    event("boundary", "cb", definition("compensate"), 'attachedToRef="a"')
    + '<task id="undo" isForCompensation="true"/><association id="as" sourceRef="cb" targetRef="undo"/>'
)


def instantiating(nodes: str, *lines: str) -> bytes:
    """A process that begins with an event-based gateway `x`."""
    gateway = '<eventBasedGateway id="x" instantiate="true"/>'
    return model(gateway + nodes + A + E, "a>e", *lines, roots=ROOTS)


FLOWS = [
    Case("V-FLOW-01", "E", "a_s", base("", "a>s"), base(user("b"), "a>b>e")),
    Case("V-FLOW-02", "E", "e_a", base("", "e>a"), base(user("b"), "b>a", "a>b")),
    Case("V-FLOW-03", "E", "a_Lt", base(whole("L"), "a>Lt", "a>L>e"), base(whole("L"), "a>L>e")),
    Case("V-FLOW-03", "E", "Ht_a", base(handler(event("start", "Hs", MSG)), "Ht>a"), base(handler(event("start", "Hs", MSG)))),
    Case("V-FLOW-03", "M", "Ls_Lt", base(whole("L").replace(flows("Ls>Lt"), ""), "a>L>e", "Ls>Lt"), base(whole("L"), "a>L>e")),
    Case("V-FLOW-04", "E", "s_x", base(BOUNDARY, "x>e", "s>x"), base(BOUNDARY, "x>a")),
    Case("V-FLOW-05", "E", "a_d", base('<dataObject id="d"/>', "a>d"), base('<dataObject id="d"/>')),
    Case("V-FLOW-05", "E", "a_n", base('<textAnnotation id="n"/>', "a>n"), base('<textAnnotation id="n"/><association id="as" sourceRef="a" targetRef="n"/>')),
    Case("V-FLOW-06", "E", "s_a", model(S + A + E, "s>a: true", "a>e"), model(S + A + user("b") + E, "s>a", "a>e: true", "a>b>e")),
    Case("V-FLOW-06", "E", "x_e", base('<parallelGateway id="x"/>', "a>x>e: true", "x>a"), base('<inclusiveGateway id="x"/>', "a>x", "x>e: true", "x>a: true")),
    Case("V-FLOW-06", "E", "s_a", base().replace(b'targetRef="a">', b'targetRef="a"><conditionExpression>=true</conditionExpression>'), base().replace(b'targetRef="a">', b'targetRef="a"><conditionExpression/>')),
    Case("V-FLOW-07", "M", "a_e", model(S + A + E, "s>a", "a>e: true"), model(S + A.replace('id="a"', 'id="a" default="a_b"') + user("b") + E, "s>a", "a>e: true", "a>b>e")),
    Case("V-FLOW-08", "E", "x", base(XOR.format('default="s_a"'), "a>x", "x>e: true", "x>a: true"), base(XOR.format('default="t:x_a"'), "a>x", "x>e: true", "x>a")),
    Case("V-FLOW-08", "E", "x", base('<parallelGateway id="x" default="x_a"/>', "a>x>e", "x>a"), base('<complexGateway id="x" default="x_a"/>', "a>x", "x>e: true", "x>a")),
    Case("V-FLOW-09", "W", "x_e", base(XOR.format('default="x_e"'), "a>x", "x>e: true", "x>a: true"), base(XOR.format('default="x_e"'), "a>x>e", "x>a: true")),
    Case("V-FLOW-10", "E", "s_a", base().replace(b'id="s_a"', b'id="s_a" isImmediate="false"'), base().replace(b'id="s_a"', b'id="s_a" isImmediate="true"')),
    Case("V-FLOW-11", "W", "x", base(XOR.format('default="x_e"'), "a>x>e", "x>a"), base(XOR.format('default="x_e"'), "a>x>e", "x>a: true")),
    Case("V-FLOW-12", "W", "s_a", base('<sequenceFlow id="f" sourceRef="s" targetRef="a"/>'), base(user("b"), "s>b>e")),
    Case("V-FLOW-13", "W", "x_e", base(XOR.format(""), "a>x>e", "x>a: true"), base(XOR.format('default="x_e"'), "a>x>e", "x>a: true")),
    Case("V-START-01", "M", "z", base('<startEvent id="z"/>'), base(event("start", "z", MSG), "z>a")),
    Case("V-START-02", "M", "p", model(S + A, "s>a"), model(user("a") + user("b"), "a>b")),
    Case("V-START-02", "M", "L", base(sub("L", '<startEvent id="i"/>' + user("b") + flows("i>b")), "a>L>e"), base(sub("L", user("b")), "a>L>e")),
    Case("V-START-03", "M", "p", model(A + E, "a>e"), instantiating(HOUR.replace("timerEventDefinition", "messageEventDefinition").replace("<messageEventDefinition><timeDuration>PT1H</timeDuration></messageEventDefinition>", MSG) + event("catch", "c", definition("message", attributes='messageRef="M2"')), "x>t>a", "x>c>a")),
    Case("V-START-04", "M", "b", base(user("b"), "b>e"), base(UNDO + handler(event("start", "Hs", MSG)) + event("throw", "k", definition("link")) + event("catch", "l", definition("link")) + sub("D", user("d1") + user("d2"), kind="adHocSubProcess"), "a>k", "l>e", "a>D>e")),
    Case("V-START-05", "E", "j", base(sub("L", '<startEvent id="i"/><startEvent id="j"/><endEvent id="k"/>' + flows("i>k", "j>k")), "a>L>e"), base(whole("L"), "a>L>e")),
    Case("V-START-06", "W", "z", base('<startEvent id="z"/>', "z>a"), base(event("start", "z", MSG), "z>a")),
    Case("V-START-07", "M", "z", base(event("start", "y", MSG) + event("start", "z", MSG), "y>a", "z>a"), base(event("start", "y", MSG) + event("start", "z", definition("message", attributes='messageRef="M2"')), "y>a", "z>a")),
    Case("V-START-07", "M", "z", base(event("start", "y", MSG) + event("start", "z", definition("message", attributes='messageRef="N"')), "y>a", "z>a", roots=ROOTS + message("N", "M")), base(event("start", "y", MSG) + event("start", "z", definition("message", attributes='messageRef="N"')), "y>a", "z>a", roots=ROOTS + message("N", "M", "=other"))),
    Case("V-END-01", "M", "z", base('<endEvent id="z"/>'), base('<endEvent id="z"/>', "a>z")),
    Case("V-END-02", "M", "b", base(user("b"), "a>b"), base(UNDO + event("throw", "k", definition("link")) + event("catch", "l", definition("link")), "a>k", "l>e")),
    Case("V-INT-01", "M", "x", base(event("throw", "x", ""), "x>e"), base(event("catch", "x", definition("link")), "x>e")),
    Case("V-INT-02", "M", "x", base(event("throw", "x", ""), "a>x"), base(event("throw", "x", definition("link")) + event("catch", "y", definition("link")), "a>x", "y>e")),
    Case("V-REACH-01", "W", "b", base(user("b") + user("c"), "b>c>b"), base(BOUNDARY + user("b"), "x>b>e"), "V-END-02"),
]  # fmt: skip

GATEWAYS = [
    Case("V-GW-01", "E", "x", base(XOR.format('gatewayDirection="Converging"'), "s>x", "a>x>e", "x>a: true"), base(XOR.format('gatewayDirection="Mixed"'), "s>x", "a>x>e", "x>a: true")),
    Case("V-GW-01", "E", "x", base(XOR.format('gatewayDirection="Diverging"'), "s>x", "a>x>e", "x>a: true"), base(XOR.format('gatewayDirection="Diverging"'), "a>x>e", "x>a: true")),
    Case("V-GW-02", "M", "x", base(XOR.format('gatewayDirection="Mixed"'), "a>x>e", "x>a: true"), base(XOR.format('gatewayDirection="Unspecified"'), "a>x>e", "x>a: true")),
    Case("V-GW-03", "M", "x", base(XOR.format(""), "a>x>e"), base(XOR.format(""), "s>x", "a>x>e")),
    Case("V-GW-04", "W", "x", base('<parallelGateway id="x"/>', "s>x", "a>x", "x>e", "x>a"), base('<parallelGateway id="x"/>', "a>x>e", "x>a")),
    Case("V-EBG-01", "E", "x", base('<eventBasedGateway id="x"/>' + HOUR, "s>x", "a>x>t>e"), base(EBG.format(""), *WAITS)),
    Case("V-EBG-02", "E", "b", base(EBG.format("") + user("b"), *WAITS, "x>b>e"), base(EBG.format("") + event("catch", "b", definition("signal") + definition("conditional")), *WAITS, "x>b>e")),
    Case("V-EBG-03", "E", "x", base(EBG.format("") + RECEIVE, *WAITS, "x>r>e"), base('<eventBasedGateway id="x"/>' + HOUR + RECEIVE, "a>x>t>e", "x>r>e")),
    Case("V-EBG-04", "E", "c", base(EBG.format(""), *WAITS, "s>c"), base(EBG.format(""), *WAITS, "s>x")),
    Case("V-EBG-05", "E", "r", base('<eventBasedGateway id="x"/>' + HOUR + RECEIVE + event("boundary", "y", definition("signal"), 'attachedToRef="r"'), "a>x>t>e", "x>r>e", "y>e"), base('<eventBasedGateway id="x"/>' + HOUR + RECEIVE, "a>x>t>e", "x>r>e")),
    Case("V-EBG-06", "E", "x", base(EBG.format('instantiate="true"').replace(HOUR, event("catch", "t", definition("message", attributes='messageRef="M2"'))), *WAITS), base(EBG.format('instantiate="false"'), *WAITS)),
    Case("V-EBG-07", "E", "x", base(EBG.format('eventGatewayType="Parallel"'), *WAITS), base(EBG.format('eventGatewayType="Exclusive"'), *WAITS)),
    Case("V-EBG-08", "M", "x", base(EBG.format(""), "x>t>e", "x>c>e"), base(EBG.format(""), *WAITS)),
    Case("V-EBG-09", "M", "t", instantiating(HOUR + CATCH, "x>t>a", "x>c>a"), instantiating(RECEIVE + RECEIVE.replace('"r"', '"q"').replace('"M"', '"M2"'), "x>r>a", "x>q>a")),
    Case("V-CPLX-01", "W", "x", base('<complexGateway id="x"/>', "a>x>e", "s>x"), base('<complexGateway id="x"><activationCondition>=activationCount >= 2</activationCondition></complexGateway>', "a>x>e", "s>x")),
]  # fmt: skip


@by_rule(FLOWS + GATEWAYS)
def test_rule(case):
    prove(case)


@by_rule(FLOWS + GATEWAYS)
def test_drawn(case):
    prove_drawn(case)


def test_V_REACH_01_a_boundary_event_and_a_link_lead_on():
    xml = base(
        event("throw", "k", definition("link")) + event("catch", "l", definition("link")) + user("b"),
        "a>k",
        "l>b>e",
    )
    assert faults(xml) == ()


@pytest.mark.parametrize("attributes", ["", 'id=""'])
def test_V_ID_03_a_flow_without_id_runs_in_foreign_models(attributes):
    from backend.engine import Host, compile_process, read_bpmn
    from tests.engine.models import NOW

    bare = f'<sequenceFlow {attributes} sourceRef="s" targetRef="t:a"/><sequenceFlow sourceRef=" a " targetRef="e"/>'
    host = Host([compile_process(read_bpmn(model(S + '<manualTask id="a"/>' + E + bare), "foreign"))], NOW)
    host.start("p")
    assert host.instances[1].state.status == "completed"


def test_V_FLOW_03_a_flow_written_in_another_scope_runs_in_foreign_models():
    from backend.engine import Host, compile_process, read_bpmn
    from tests.engine.models import NOW

    inner = sub("L", '<startEvent id="i"/><manualTask id="b"/><endEvent id="j"/>' + flows("b>j"))
    xml = model(S + inner + E, "s>L>e", "i>b")
    host = Host([compile_process(read_bpmn(xml, "foreign"))], NOW)
    host.start("p")
    assert host.instances[1].state.status == "completed"
