# ruff: noqa: E501  (models stand on one line each)
"""A1, A2: the file, ids, references, required parts."""

import pytest

from backend.engine import ModelFaults, every_fault, read_bpmn
from tests.engine.models import HEAD, message, model, user
from tests.engine.rules.cases import (
    MSG,
    ROOTS,
    A,
    Case,
    E,
    S,
    base,
    by_rule,
    event,
    faults,
    more,
    prove,
    prove_drawn,
    raw,
)

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
IMPORT = '<import importType="{}" namespace="urn:o" location="o.xsd"/>'
DIAGRAM = '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="{}"><bpmndi:BPMNPlane id="{}" bpmnElement="p"><bpmndi:BPMNShape id="{}" bpmnElement="a"/></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
SUBSCRIPTION = '<correlationSubscription id="cs" correlationKeyRef="ck"><correlationPropertyBinding id="cb" {}>{}</correlationPropertyBinding></correlationSubscription>'
KEY = '<correlationProperty id="cp">{}</correlationProperty><collaboration id="co"><participant id="p1" processRef="p"/><correlationKey id="ck"><correlationPropertyRef>cp</correlationPropertyRef></correlationKey></collaboration>'
RETRIEVAL = '<correlationPropertyRetrievalExpression id="re" {}>{}</correlationPropertyRetrievalExpression>'
PATH = "<messagePath>=key</messagePath>"
BINDING = SUBSCRIPTION.format('correlationPropertyRef="cp"', "<dataPath>=key</dataPath>")
RETRIEVED = KEY.format(RETRIEVAL.format('messageRef="M"', PATH))
SERVICE = '<message id="m"/><interface id="if" {}>{}</interface>'
OPERATION = '<operation id="op" {}>{}</operation>'
IN = "<inMessageRef>m</inMessageRef>"
LOOP = '<standardLoopCharacteristics loopMaximum="2"/>'
GOOD = SERVICE.format('name="i"', OPERATION.format('name="o"', IN))


def refers(attribute: str, namespace: str = 'xmlns:o="urn:o"', roots: str = "") -> bytes:
    """A receive task `r` whose message is named so."""
    xml = base(f'<receiveTask id="r" {attribute}/>', "a>r>e", roots=roots + ROOTS)
    return xml.replace(b'id="defs"', f'id="defs" {namespace}'.encode())


CASES = [
    Case("V-XML-03", "E", "defs", base().replace(b'targetNamespace="urn:t"', b""), base()),
    Case("V-XML-04", "E", "<wobble", base("<wobble/>"), base('<x:wobble xmlns:x="urn:x"/><documentation><wobble/></documentation>')),
    Case("V-ID-01", "E", "<manualTask", base('<manualTask id="a"/>', "a>e"), base('<manualTask id="A"/>', "a>A>e"), "V-START-04 V-END-02"),
    Case("V-ID-01", "E", "<bpmndi:BPMNShape", more(base(), DIAGRAM.format("d", "pl", "a")), more(base(), DIAGRAM.format("d", "pl", "a_di"))),
    Case("V-ID-02", "E", "1x", base('<task id="1x"/>', "a>1x>e"), base('<task id="_1x-y.z·é中"/>', "a>_1x-y.z·é中>e")),
    Case("V-ID-02", "E", "x y", base('<task id="x y"/>', "a>x y>e"), base('<task id=" x "/>', "a>x>e")),
    Case("V-ID-02", "M", "x" * 129, base(f'<dataObject id="{"x" * 129}"/>'), base(f'<dataObject id="{"x" * 128}"/>')),
    Case("V-ID-02", "W", "<bpmndi:BPMNShape", more(base(), DIAGRAM.format("d", "pl", "")), more(base(), DIAGRAM.format("d", "pl", "q"))),
    Case("V-ID-03", "E", "<manualTask", base("<manualTask/>"), base('<textAnnotation/><dataObject id="d"/>'), "V-START-04 V-END-02"),
    Case("V-ID-03", "M", "<sequenceFlow sourceRef", base('<manualTask id="b"/><sequenceFlow sourceRef="b" targetRef="e"/>', "a>b"), base('<manualTask id="b"/>', "a>b>e")),
    Case("V-REF-01", "E", "f", base('<sequenceFlow id="f" sourceRef="a" targetRef="ghost"/>'), base(user("ghost"), "a>ghost>e")),
    Case("V-REF-01", "E", "r", refers('messageRef="o:M"'), refers('messageRef="o:M"', 'xmlns:o="urn:t"')),
    Case("V-REF-02", "E", "<messageEventDefinition", base(event("throw", "x", '<messageEventDefinition messageRef="a"/>'), "a>x>e"), base(event("throw", "x", MSG), "a>x>e")),
    Case("V-REF-02", "E", "d", base('<dataObjectReference id="d" dataObjectRef="a"/>'), base('<dataObjectReference id="d" dataObjectRef="do"/><dataObject id="do"/>')),
    Case("V-REF-02", "W", "d", base('<dataObject id="d" itemSubjectRef="xsd:string"/>').replace(b'id="defs"', b'id="defs" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'), base('<dataObject id="d" itemSubjectRef="it"/>', roots='<itemDefinition id="it" structureRef="string"/>')),
    Case("V-REF-03", "E", "<import", raw(IMPORT.format("urn:odd") + '<process id="p"/>'), raw(IMPORT.format("http://www.omg.org/spec/DMN/20151101/dmn.xsd") + '<process id="p"/>')),
    Case("V-REF-03", "E", "<import", raw(IMPORT.format("").replace('importType=""', "") + '<process id="p"/>'), raw(IMPORT.format("http://www.w3.org/2001/XMLSchema") + '<process id="p"/>')),
    Case("V-REF-04", "E", "r", refers('messageRef="o:M"', roots=IMPORT.format(BPMN)), refers('messageRef="t:M"')),
    Case("V-REF-04", "W", "<import", raw(IMPORT.format(BPMN).replace('location="o.xsd"', "") + '<process id="p"/>'), raw(IMPORT.format(BPMN) + '<process id="p"/>')),
    Case("V-REF-05", "E", "r", refers('messageRef="zz:M"'), refers('messageRef="t:M"')),
    Case("V-REF-06", "E", "y", base(event("throw", "x", MSG.replace(" ", ' id="d1" ', 1)) + event("throw", "y", "<eventDefinitionRef>d1</eventDefinitionRef>"), "a>x>y>e"), more(base(event("throw", "y", "<eventDefinitionRef>d1</eventDefinitionRef>"), "a>y>e"), MSG.replace(" ", ' id="d1" ', 1))),
    Case("V-EXT-01", "E", "<extension", raw('<extension mustUnderstand="true" definition="x"/><process id="p"/>'), raw('<extension mustUnderstand="false" definition="x"/><process id="p"/>')),
    Case("V-SCHEMA-01", "E", "f", base('<sequenceFlow id="f" sourceRef="a"/>'), base()),
    Case("V-SCHEMA-01", "E", "x", base(event("boundary", "x", '<errorEventDefinition/>'), "x>e"), base(event("boundary", "x", '<errorEventDefinition/>', 'attachedToRef="a"'), "x>e")),
    Case("V-SCHEMA-01", "E", "<signalEventDefinition", base('<manualTask id="b"><signalEventDefinition signalRef="Sig"/></manualTask>', "a>b>e"), base(event("throw", "b", '<signalEventDefinition signalRef="Sig"/>'), "a>b>e")),
    Case("V-SCHEMA-01", "E", "b", base(f'<manualTask id="b">{LOOP}{LOOP}</manualTask>', "a>b>e"), base(f'<manualTask id="b">{LOOP}</manualTask>', "a>b>e")),
    Case("V-SCHEMA-01", "E", "<standardLoopCharacteristics", base(event("throw", "b", LOOP), "a>b>e"), base(f'<manualTask id="b">{LOOP}</manualTask>', "a>b>e")),
    Case("V-SCHEMA-01", "E", "n", base('<manualTask id="b"><manualTask id="n"/></manualTask>', "a>b>e"), base('<manualTask id="b"/>', "a>b>e"), "V-START-04 V-END-02"),
    Case("V-SCHEMA-01", "E", "q", base('<process id="q"/>'), more(base(), '<process id="q"/>')),
    Case("V-SCHEMA-01", "M", "Sig2", base('<signal id="Sig2" name="Sig2"/>'), more(base(), '<signal id="Sig2" name="Sig2"/>')),
    Case("V-SCHEMA-01", "E", "as", base('<textAnnotation id="n"/><association id="as" sourceRef="a"/>'), base('<textAnnotation id="n"/><association id="as" sourceRef="a" targetRef="n"/>')),
    Case("V-SCHEMA-01", "E", "if", more(base(), SERVICE.format("", OPERATION.format('name="o"', IN))), more(base(), GOOD)),
    Case("V-SCHEMA-01", "E", "if", more(base(), SERVICE.format('name="i"', "")), more(base(), GOOD)),
    Case("V-SCHEMA-01", "E", "op", more(base(), SERVICE.format('name="i"', OPERATION.format('name="o"', ""))), more(base(), GOOD)),
    Case("V-SCHEMA-01", "E", "op", more(base(), SERVICE.format('name="i"', OPERATION.format('name="o"', IN + IN))), more(base(), GOOD)),
    Case("V-SCHEMA-01", "E", "cp", more(base(), KEY.format("")), more(base(), RETRIEVED)),
    Case("V-SCHEMA-01", "E", "re", more(base(), KEY.format(RETRIEVAL.format('messageRef="M"', ""))), more(base(), RETRIEVED)),
    Case("V-SCHEMA-01", "E", "re", more(base(), KEY.format(RETRIEVAL.format("", PATH))), more(base(), RETRIEVED)),
    Case("V-SCHEMA-01", "E", "cb", more(base(SUBSCRIPTION.format('correlationPropertyRef="cp"', "")), RETRIEVED), more(base(BINDING), RETRIEVED)),
    Case("V-SCHEMA-01", "E", "cs", more(base(BINDING.replace('correlationKeyRef="ck"', "")), RETRIEVED), more(base(BINDING), RETRIEVED)),
    Case("V-SCHEMA-01", "E", "a_e", base(user("b"), "a>b>e").replace(b'targetRef="e"></sequenceFlow>', b'targetRef="e"><conditionExpression>=true</conditionExpression><conditionExpression>=false</conditionExpression></sequenceFlow>', 1), base(user("b"), "a>b: true", "b>e"), "V-FLOW-07"),
    Case("V-SCHEMA-02", "E", "x", base('<exclusiveGateway id="x" gatewayDirection="Sideways"/>', "s>x", "a>x>e"), base('<exclusiveGateway id="x" gatewayDirection="Converging"/>', "s>x", "a>x>e")),
    Case("V-SCHEMA-02", "E", "x", base('<task id="x" startQuantity="two"/>', "a>x>e"), base('<task id="x" startQuantity="+2"/>', "a>x>e")),
    Case("V-SCHEMA-02", "E", "x", base('<task id="x" isForCompensation="no"/>', "a>x>e"), base('<task id="x" isForCompensation="0"/>', "a>x>e")),
    Case("V-SCHEMA-03", "E", "t", base('<task id="t"><incoming>s_a</incoming></task>', "a>t>e"), base('<task id="t"><incoming>t:a_t</incoming><outgoing> t_e </outgoing></task>', "a>t>e")),
]  # fmt: skip


@by_rule(CASES)
def test_rule(case):
    prove(case)


@by_rule(CASES)
def test_drawn(case):
    prove_drawn(case)


@pytest.mark.parametrize(
    "broken",
    [b"", b"<definitions", b"plain words", b"\x00\x01", HEAD.encode() + b"<a></b></definitions>"],
    ids=["empty", "cut", "words", "bytes", "crossed"],
)
def test_V_XML_01_what_is_no_xml(broken):
    assert [one.rule for one in faults(broken)] == ["V-XML-01"]


@pytest.mark.parametrize(
    "root",
    [
        b'<definitions targetNamespace="x"/>',
        f'<process xmlns="{BPMN}" id="p"/>'.encode(),
        b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
    ],
    ids=["no namespace", "a process", "another language"],
)
def test_V_XML_02_the_root_is_definitions_of_bpmn(root):
    assert [(one.rule, one.line) for one in faults(root)] == [("V-XML-02", 1)]


def test_every_fault_at_once_with_id_name_line_rule_and_remedy():
    xml = base('\n<task id="a" name="Again"/>\n<scriptTask id="c" name="Fee"/>', "a>c>e", "e>a")
    found = faults(xml)
    assert {"V-ID-01", "V-FLOW-02", "V-TASK-02"} <= {one.rule for one in found if one.severity == "E"}
    fee = next(one for one in found if one.rule == "V-TASK-02")
    assert (fee.element, fee.name, fee.line) == ("c", "Fee", 3) and fee.remedy
    with pytest.raises(ModelFaults) as refused:
        read_bpmn(xml)
    assert str(fee) in str(refused.value) and "V-FLOW-12" not in str(refused.value)


def test_what_only_compiling_finds_is_told_beside_what_reading_finds():
    wrong = '<scriptTask id="c"><extensionElements><zeebe:script expression="=1 +" resultVariable="my var"/></extensionElements></scriptTask>'
    found = every_fault(base(wrong, "a>c>e", "e>a"))
    assert {"V-FLOW-02", "C8-SCR-01", "C8-EXPR-03"} <= {one.rule for one in found if one.severity == "E"}
    assert len({(one.element, one.rule, one.line) for one in found}) == len(found)
    assert every_fault(base()) == () and [one.rule for one in every_fault(b"<")] == ["V-XML-01"]


def test_a_right_model_has_no_fault_in_strict():
    assert faults(base()) == () == faults(model(S + A + E, "s>a>e", roots=message("M")))


def test_a_profile_is_one_of_two():
    with pytest.raises(ValueError, match="strict or foreign"):
        read_bpmn(base(), "lenient")
