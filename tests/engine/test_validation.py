# ruff: noqa: E501  (models stand on one line each)
"""Every rule of validation finds its fault: the id of each case is the rule's. A row: rule, severity in `strict`, model."""

import pytest

from backend.engine import ModelFaults, compile_process, read_bpmn
from backend.engine.model.check import check
from backend.engine.model.element import Definitions
from backend.engine.model.xml import parse
from tests.engine.models import HEAD, flows, message, model, service, timer, user

S = '<startEvent id="s"/>'
E = '<endEvent id="e"/>'
A = user("a")
SIMPLE = "s>a>e"
MSG = '<messageEventDefinition messageRef="M"/>'
ROOTS = message("M")


def base(nodes: str = "", *lines: str, roots: str = "", **more: str) -> bytes:
    """A right model with something added."""
    return model(S + A + E + nodes, SIMPLE, *lines, roots=roots, **more)


def event(kind: str, id: str, definition: str, attributes: str = "") -> str:
    return f'<{kind} id="{id}" {attributes}>{definition}</{kind}>'


def sub(id: str, nodes: str, attributes: str = "", kind: str = "subProcess") -> str:
    return f'<{kind} id="{id}" {attributes}>{nodes}</{kind}>'


def handler(start: str, id: str = "H") -> str:
    return sub(id, start + user(id + "t") + flows(f"{id}s>{id}t"), 'triggeredByEvent="true"')


def raw(inner: str) -> bytes:
    return f"{HEAD}{inner}</definitions>".encode()


LOOP = "<multiInstanceLoopCharacteristics {}>{}</multiInstanceLoopCharacteristics>"
CARD = "<loopCardinality>3</loopCardinality>"
COLL = '<collaboration id="co"><participant id="p1" processRef="p"/><participant id="p2"/>{}</collaboration>'

CASES = [
    ("V-XML-01", "E", b"<definitions"),
    ("V-XML-01", "E", b'<!DOCTYPE x [<!ENTITY a "b">]>' + base()),
    ("V-XML-02", "E", b'<definitions id="d" targetNamespace="x"/>'),
    ("V-XML-03", "E", base().replace(b'targetNamespace="urn:t"', b"")),
    ("V-XML-04", "E", base("<wobble/>")),
    ("V-ID-01", "E", base(user("a"))),
    ("V-ID-02", "E", base('<task id="1x"/>')),
    ("V-ID-02", "E", base(f'<task id="{"x" * 129}"/>')),
    ("V-ID-03", "E", base("<task/>")),
    ("V-REF-01", "E", base('<sequenceFlow id="f" sourceRef="a" targetRef="ghost"/>')),
    ("V-REF-02", "E", base(event("intermediateThrowEvent", "x", '<messageEventDefinition messageRef="a"/>'))),
    ("V-REF-03", "E", raw('<import importType="urn:odd" namespace="urn:o" location="x"/><process id="p"/>')),
    ("V-REF-04", "E", base('<receiveTask id="r" messageRef="o:M"/>', roots='<import importType="http://www.omg.org/spec/BPMN/20100524/MODEL" namespace="urn:o" location="x"/>').replace(b'id="defs"', b'id="defs" xmlns:o="urn:o"')),
    ("V-REF-05", "E", base('<receiveTask id="r" messageRef="zz:M"/>')),
    ("V-REF-06", "E", base(event("intermediateThrowEvent", "x", '<messageEventDefinition id="d1" messageRef="M"/>') + event("intermediateThrowEvent", "y", "<eventDefinitionRef>d1</eventDefinitionRef>"), "a>x>y>e", roots=ROOTS)),
    ("V-EXT-01", "E", raw('<extension mustUnderstand="true" definition="x"/><process id="p"/>')),
    ("V-SCHEMA-01", "E", base('<sequenceFlow id="f" sourceRef="a"/>')),
    ("V-SCHEMA-02", "E", base('<exclusiveGateway id="x" gatewayDirection="Sideways"/>')),
    ("V-SCHEMA-03", "E", base('<task id="t"><incoming>s_a</incoming></task>', "a>t>e")),
    ("V-EVT-01", "E", base(timer("x", "intermediateThrowEvent", "timeDuration", "PT1H"), "a>x>e")),
    ("V-EVT-02", "E", base(event("intermediateCatchEvent", "x", MSG + '<linkEventDefinition name="l"/>'), "a>x>e", roots=ROOTS)),
    ("V-EVT-03", "W", base(event("intermediateCatchEvent", "x", MSG, 'parallelMultiple="true"'), "a>x>e", roots=ROOTS)),
    ("V-EVT-04", "E", base(event("boundaryEvent", "x", "<errorEventDefinition/>", 'attachedToRef="a" cancelActivity="false"'), "x>e")),
    ("V-EVT-05", "E", model('<startEvent id="s" isInterrupting="false"/>' + A + E, SIMPLE)),
    ("V-EVT-10", "E", base(event("intermediateCatchEvent", "x", "<messageEventDefinition/>"), "a>x>e")),
    ("V-EVT-11", "E", base(event("intermediateCatchEvent", "x", "<signalEventDefinition/>"), "a>x>e")),
    ("V-EVT-12", "E", base(event("intermediateCatchEvent", "x", "<conditionalEventDefinition/>"), "a>x>e")),
    ("V-EVT-13", "E", base(event("intermediateCatchEvent", "x", "<timerEventDefinition/>"), "a>x>e")),
    ("V-EVT-13", "E", base(timer("x", "intermediateCatchEvent", "timeDate", ""), "a>x>e")),
    ("V-EVT-15", "E", base(event("endEvent", "x", "<errorEventDefinition/>"), "a>x")),
    ("V-EVT-16", "E", base(event("endEvent", "x", "<escalationEventDefinition/>"), "a>x")),
    ("V-EVT-17", "E", base(event("intermediateThrowEvent", "x", "<linkEventDefinition/>"), "a>x")),
    ("V-EVT-19", "E", base(event("endEvent", "x", "<cancelEventDefinition/>"), "a>x")),
    ("V-EVT-20", "E", base(sub("T", f'<startEvent id="i"/>{event("endEvent", "x", "<cancelEventDefinition/>")}{flows("i>x")}', kind="transaction"), "a>T>e")),
    ("V-EVT-21", "E", base(event("boundaryEvent", "x", MSG, 'attachedToRef="a"') + event("boundaryEvent", "y", MSG, 'attachedToRef="a"'), "x>e", "y>e", roots=ROOTS)),
    ("V-EVT-22", "E", base(event("boundaryEvent", "x", "<errorEventDefinition/>", 'attachedToRef="a"') + event("boundaryEvent", "y", "<errorEventDefinition/>", 'attachedToRef="a"'), "x>e", "y>e")),
    ("V-LINK-01", "E", base(event("intermediateThrowEvent", "x", '<linkEventDefinition name="l"/>'), "a>x")),
    ("V-LINK-02", "E", base(event("intermediateCatchEvent", "x", '<linkEventDefinition name="l"/>') + event("intermediateCatchEvent", "y", '<linkEventDefinition name="l"/>'), "x>e", "y>e")),
    ("V-LINK-03", "W", base(event("intermediateCatchEvent", "x", '<linkEventDefinition name="l"/>'), "x>e")),
    ("V-LINK-04", "E", base(event("intermediateThrowEvent", "x", '<linkEventDefinition name="l"/>'), "a>x>e")),
    ("V-FLOW-01", "E", base("", "a>s")),
    ("V-FLOW-02", "E", base("", "e>a")),
    ("V-FLOW-03", "E", base(sub("S", '<startEvent id="i"/>' + user("b") + flows("i>b")), "a>b")),
    ("V-FLOW-04", "E", base(event("boundaryEvent", "x", "<errorEventDefinition/>", 'attachedToRef="a"'), "x>e", "s>x")),
    ("V-FLOW-05", "E", base('<dataObject id="d"/>', "a>d")),
    ("V-FLOW-06", "E", model(S + A + E, "s>a: true", "a>e")),
    ("V-FLOW-07", "E", model(S + A + E, "s>a", "a>e: true")),
    ("V-FLOW-08", "E", base('<exclusiveGateway id="x" default="s_a"/>', "a>x", "x>e: true", "x>a: true")),
    ("V-FLOW-09", "W", base('<exclusiveGateway id="x" default="x_e"/>', "a>x", "x>e: true", "x>a: true")),
    ("V-FLOW-10", "E", base().replace(b'<sequenceFlow id="s_a"', b'<sequenceFlow id="s_a" isImmediate="false"')),
    ("V-FLOW-11", "W", base('<exclusiveGateway id="x" default="x_e"/>', "a>x>e", "x>a")),
    ("V-FLOW-12", "W", base('<sequenceFlow id="f" sourceRef="s" targetRef="a"/>')),
    ("V-FLOW-13", "W", base('<exclusiveGateway id="x"/>', "a>x>e", "x>a: true")),
    ("V-START-01", "E", base('<startEvent id="z"/>')),
    ("V-START-02", "E", model(S + A, "s>a")),
    ("V-START-03", "E", model(A + E, "a>e")),
    ("V-START-04", "E", base(user("b"), "b>e")),
    ("V-START-05", "E", base(sub("S", '<startEvent id="i"/><startEvent id="j"/><endEvent id="k"/>' + flows("i>k", "j>k")), "a>S>e")),
    ("V-START-06", "W", base('<startEvent id="z"/>', "z>a")),
    ("V-END-01", "E", base('<endEvent id="z"/>')),
    ("V-END-02", "E", base(user("b"), "a>b")),
    ("V-INT-01", "E", base(event("intermediateThrowEvent", "x", ""), "x>e")),
    ("V-INT-02", "E", base(event("intermediateThrowEvent", "x", ""), "a>x")),
    ("V-REACH-01", "W", base(user("b") + user("c"), "b>c>b")),
    ("V-GW-01", "E", base('<exclusiveGateway id="x" gatewayDirection="Converging"/>', "a>x>e", "x>a: true")),
    ("V-GW-02", "E", base('<exclusiveGateway id="x" gatewayDirection="Diverging"/>', "a>x>e")),
    ("V-GW-03", "E", base('<exclusiveGateway id="x"/>', "a>x>e")),
    ("V-GW-04", "W", base('<parallelGateway id="x"/>', "s>x", "a>x", "x>e", "x>a")),
    ("V-EBG-01", "E", base('<eventBasedGateway id="x"/>' + timer("t", "intermediateCatchEvent", "timeDuration", "PT1H"), "a>x>t>e")),
    ("V-EBG-02", "E", base('<eventBasedGateway id="x"/>' + user("b"), "a>x>b>e")),
    ("V-EBG-03", "E", base('<eventBasedGateway id="x"/><receiveTask id="r" messageRef="M"/>' + event("intermediateCatchEvent", "c", MSG), "a>x>r>e", "x>c>e", roots=ROOTS)),
    ("V-EBG-04", "E", base('<eventBasedGateway id="x"/>' + event("intermediateCatchEvent", "c", MSG), "a>x>c>e", "s>c", roots=ROOTS)),
    ("V-EBG-05", "E", base('<eventBasedGateway id="x"/><receiveTask id="r" messageRef="M"/>' + event("boundaryEvent", "y", "<errorEventDefinition/>", 'attachedToRef="r"'), "a>x>r>e", "y>e", roots=ROOTS)),
    ("V-EBG-06", "E", base('<eventBasedGateway id="x" instantiate="true"/>', "a>x")),
    ("V-EBG-07", "E", base('<eventBasedGateway id="x" eventGatewayType="Parallel"/>', "a>x")),
    ("V-EBG-08", "E", base('<eventBasedGateway id="x"/>')),
    ("V-EBG-09", "E", base('<eventBasedGateway id="x" instantiate="true"/>' + timer("t", "intermediateCatchEvent", "timeDuration", "PT1H"), "x>t>e")),
    ("V-CPLX-01", "W", base('<complexGateway id="x"/>', "a>x>e", "s>x")),
    ("V-BND-01", "E", base(event("boundaryEvent", "x", "<errorEventDefinition/>", 'attachedToRef="s"'), "x>e")),
    ("V-BND-02", "E", base(event("boundaryEvent", "x", "<errorEventDefinition/>", 'attachedToRef="a"'))),
    ("V-BND-03", "E", base(event("boundaryEvent", "x", "<compensateEventDefinition/>", 'attachedToRef="a"'), "x>e")),
    ("V-BND-04", "E", base(event("boundaryEvent", "x", "<compensateEventDefinition/>", 'attachedToRef="a"'))),
    ("V-COMP-01", "E", base('<task id="c" isForCompensation="true"/>', "a>c")),
    ("V-COMP-02", "E", base('<task id="c" isForCompensation="true"/>')),
    ("V-SUB-01", "E", base(sub("S", timer("i", "startEvent", "timeDuration", "PT1H") + user("b") + flows("i>b")), "a>S>e")),
    ("V-SUB-02", "E", base(sub("S", '<ioSpecification id="io"><inputSet id="is"/><outputSet id="os"/></ioSpecification>' + user("b")), "a>S>e")),
    ("V-EVSUB-01", "E", base(handler(event("startEvent", "Hs", MSG)), "a>H", roots=ROOTS)),
    ("V-EVSUB-02", "E", base(sub("H", user("b"), 'triggeredByEvent="true"'))),
    ("V-EVSUB-03", "E", base(handler('<startEvent id="Hs"/>'))),
    ("V-EVSUB-04", "E", base(sub("H", event("startEvent", "Hs", MSG), 'triggeredByEvent="true"', "transaction"), roots=ROOTS)),
    ("V-TX-01", "E", base(sub("T", user("b"), 'method="magic"', "transaction"), "a>T>e")),
    ("V-ADHOC-01", "E", base(sub("D", '<startEvent id="i"/>' + user("b"), "", "adHocSubProcess"), "a>D>e")),
    ("V-ADHOC-02", "E", base(sub("D", "", "", "adHocSubProcess"), "a>D>e")),
    ("V-ADHOC-03", "E", base(sub("D", user("b") + event("intermediateThrowEvent", "x", "") + flows("b>x"), "", "adHocSubProcess"), "a>D>e")),
    ("V-ADHOC-04", "W", base(sub("D", user("b"), 'ordering="Sequential" cancelRemainingInstances="true"', "adHocSubProcess"), "a>D>e")),
    ("V-CALL-01", "E", base('<callActivity id="c"/>', "a>c>e")),
    ("V-CALL-02", "E", base('<callActivity id="c" calledElement="q"/>', "a>c>e").replace(b"</definitions>", b'<process id="q"><startEvent id="qs"><signalEventDefinition/></startEvent></process></definitions>')),
    ("V-CALL-04", "W", base('<callActivity id="c" calledElement="p"/>', "a>c>e")),
    ("V-PROC-01", "W", model("")),
    ("V-PROC-02", "E", base(attributes='isExecutable="true" processType="Public"')),
    ("V-TASK-01", "E", base('<receiveTask id="r" instantiate="true" messageRef="M"/>', "a>r>e", roots=ROOTS)),
    ("V-TASK-02", "E", base('<scriptTask id="c"/>', "a>c>e")),
    ("V-TASK-03", "E", base('<receiveTask id="r"/>', "a>r>e")),
    ("V-TASK-05", "E", base('<scriptTask id="c" scriptFormat="javascript"><script>1</script></scriptTask>', "a>c>e")),
    ("V-LOOP-01", "E", base('<task id="c" startQuantity="0"/>', "a>c>e")),
    ("V-LOOP-02", "E", base('<task id="c"><standardLoopCharacteristics/></task>', "a>c>e")),
    ("V-LOOP-03", "E", base('<task id="c"><standardLoopCharacteristics loopMaximum="0"/></task>', "a>c>e")),
    ("V-MI-01", "E", base(f'<task id="c">{LOOP.format("", "")}</task>', "a>c>e")),
    ("V-MI-03", "E", base('<task id="c">' + LOOP.format('behavior="Complex"', CARD) + "</task>", "a>c>e")),
    ("V-MI-04", "E", base('<task id="c">' + LOOP.format("", CARD + '<outputDataItem id="od"/>') + "</task>", "a>c>e")),
    ("V-MI-05", "W", base('<task id="c">' + LOOP.format("", CARD + "<loopDataInputRef>dob</loopDataInputRef>") + '</task><dataObject id="dob"/>', "a>c>e")),
    ("V-LANE-01", "E", base('<laneSet id="ls"><lane id="l"><flowNodeRef>q1</flowNodeRef></lane></laneSet>').replace(b"</definitions>", b'<process id="q"><task id="q1"/></process></definitions>')),
    ("V-LANE-02", "E", base('<laneSet id="ls"><lane id="l"><flowNodeRef>a</flowNodeRef></lane><lane id="m"><flowNodeRef>a</flowNodeRef></lane></laneSet>')),
    ("V-LANE-03", "W", base('<laneSet id="ls"><lane id="l"><flowNodeRef>a</flowNodeRef></lane></laneSet>')),
    ("V-COLL-01", "E", base(user("b"), "a>b>e", roots=COLL.format('<messageFlow id="mf" sourceRef="a" targetRef="b"/>'))),
    ("V-COLL-02", "E", base(roots=COLL.format('<messageFlow id="mf" sourceRef="s" targetRef="p2"/>'))),
    ("V-COLL-03", "E", base(event("intermediateCatchEvent", "x", MSG), "a>x>e", roots=ROOTS + COLL.format('<messageFlow id="mf" sourceRef="x" targetRef="p2"/>'))),
    ("V-COLL-04", "W", base(service("w").replace("serviceTask", "sendTask"), "a>w>e", roots=COLL.format('<messageFlow id="mf" sourceRef="p2" targetRef="w"/>'))),
    ("V-COLL-06", "E", base(roots=COLL.format('<participant id="p3" processRef="p"/>'))),
]  # fmt: skip
MUSTS = {
    "V-EVT-20", "V-EVT-21", "V-EVT-22", "V-FLOW-07", "V-START-01", "V-START-02", "V-START-03", "V-START-04", "V-END-01", "V-END-02", "V-INT-01",
    "V-INT-02", "V-GW-02", "V-GW-03", "V-EBG-08", "V-EBG-09", "V-BND-02", "V-COMP-02", "V-EVSUB-04", "V-ADHOC-03", "V-PROC-02", "V-TASK-02", "V-MI-04",
}  # fmt: skip


def faults(xml: bytes, profile: str = "strict"):
    try:
        return read_bpmn(xml, profile).warnings
    except ModelFaults as refused:
        return refused.faults


@pytest.mark.parametrize(
    ("rule", "severity", "xml"), CASES, ids=[f"{case[0]}-{index}" for index, case in enumerate(CASES)]
)
def test_rule(rule, severity, xml):
    found = [one for one in faults(xml) if one.rule == rule]
    assert found, f"{rule} not among {[str(one) for one in faults(xml)]}"
    assert {one.severity for one in found} == {severity}
    assert all(one.text and one.remedy for one in found)
    assert all(one.line or rule == "V-XML-01" for one in found)
    if rule in MUSTS:
        assert {one.severity for one in faults(xml, "foreign") if one.rule == rule} == {"W"}


def test_a_right_model_has_no_fault_in_strict():
    assert faults(base()) == ()
    assert (
        faults(
            base(
                handler(event("startEvent", "Hs", MSG)).replace(
                    "</subProcess>",
                    '<endEvent id="He"/><sequenceFlow id="hf" sourceRef="Ht" targetRef="He"/></subProcess>',
                ),
                roots=ROOTS,
            )
        )
        == ()
    )


def test_every_fault_at_once_with_id_name_line_rule_and_remedy():
    xml = base('\n<task id="a" name="Again"/>\n<scriptTask id="c" name="Fee"/>', "a>c>e", "e>a")
    found = faults(xml)
    assert {"V-ID-01", "V-FLOW-02", "V-TASK-02"} <= {one.rule for one in found if one.severity == "E"}
    fee = next(one for one in found if one.rule == "V-TASK-02")
    assert (fee.element, fee.name, fee.line) == ("c", "Fee", 3)


def test_a_drawn_process_refuses_only_broken_structure():
    xml = base("", "a>s", attributes='isExecutable="false"')
    assert [(one.rule, one.severity) for one in faults(xml) if one.rule == "V-FLOW-01"] == [
        ("V-FLOW-01", "W")
    ]
    with pytest.raises(ModelFaults):
        read_bpmn(
            base('<sequenceFlow id="f" sourceRef="a" targetRef="ghost"/>', attributes='isExecutable="false"')
        )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_V_XML_01_a_doctype_is_refused_in_every_encoding_and_a_clean_file_reads(encoding):
    clean = '<?xml version="1.0"?><!-- a --> ' + base().decode()
    bom = (
        b""
        if encoding in ("utf-8", "utf-16")
        else {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[encoding]
    )
    assert read_bpmn(bom + clean.encode(encoding)).by_id["a"].kind == "userTask"
    for head in (
        '<!DOCTYPE a SYSTEM "file:///etc/hostname">',
        '<!DOCTYPE a [<!ENTITY x "y">]>',
        "<!-- --><!DOCTYPE a>",
    ):
        with pytest.raises(ModelFaults) as refused:
            read_bpmn(bom + (head + base().decode()).encode(encoding))
        assert [one.rule for one in refused.value.faults] == ["V-XML-01"]


def test_V_XML_01_bounds_encodings_includes_and_entities():
    deep = f"{HEAD}{'<extensionElements>' * 70}{'</extensionElements>' * 70}</definitions>"
    many = f'{HEAD}<process id="p">{"<documentation/>" * 20_001}</process></definitions>'
    wide = f'{HEAD}<process id="p"><documentation>{"x" * (5 * 1024 * 1024)}</documentation></process></definitions>'
    odd = '<?xml version="1.0" encoding="utf-7"?>' + base().decode()
    include = base(
        '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>'
    ).decode()
    for text in (deep, many, wide, odd, include, base("<documentation>&boom;</documentation>").decode()):
        with pytest.raises(ModelFaults) as refused:
            read_bpmn(text.encode())
        assert refused.value.faults[0].rule == "V-XML-01"


def test_everything_is_kept_for_drawing():
    xml = base(
        '<textAnnotation id="n"><text>hello</text></textAnnotation><x:odd xmlns:x="urn:x" x:a="1"><x:in/></x:odd>'
    )
    definitions = read_bpmn(xml)
    assert definitions.by_id["n"].first("text").text == "hello" and definitions.source == xml
    odd = definitions.by_id["p"].first("{urn:x}odd")
    assert odd.attributes == {"{urn:x}a": "1"} and odd.children[0].kind == "{urn:x}in"


def test_any_prefix_and_qnames_of_the_target_namespace():
    xml = base('<receiveTask id="r" messageRef="t:M"/>', "a>r>e", roots=ROOTS)
    assert faults(xml) == ()
    prefixed = (
        xml.replace(b"<", b"<b:")
        .replace(b"<b:/", b"</b:")
        .replace(b"b:zeebe:", b"zeebe:")
        .replace(b"xmlns=", b"xmlns:b=")
    )
    assert [one.rule for one in faults(prefixed)] == []


LATER = [
    ("X-TX-01", sub("x", user("b"), "", "transaction")), ("X-ADHOC-01", sub("x", user("b"), "", "adHocSubProcess")),
    ("X-MI-01", '<task id="x">' + LOOP.format("", CARD) + "</task>"), ("X-LOOP-01", '<task id="x"><standardLoopCharacteristics loopMaximum="2"/></task>'),
    ("L-VALUE", '<task id="x" startQuantity="2000"/>'), ("L-VALUE", '<task id="x" completionQuantity="2000"/>'),
    ("C8-EXPR-01", '<scriptTask id="x"><extensionElements><zeebe:script expression="=1 +" resultVariable="r"/></extensionElements></scriptTask>'),
    ("C8-EXPR-03", '<scriptTask id="x"><extensionElements><zeebe:script expression="=1" resultVariable="my var"/></extensionElements></scriptTask>'),
    ("C8-DEC-01", '<businessRuleTask id="x"><extensionElements><zeebe:calledDecision decisionId="none" resultVariable="r"/></extensionElements></businessRuleTask>'),
    ("V-EVT-14", timer("x", "intermediateCatchEvent", "timeDuration", "soon")), ("L-VALUE", timer("x", "intermediateCatchEvent", "timeCycle", "R3/PT5S")),
    ("L-VALUE", timer("x", "intermediateCatchEvent", "timeCycle", "R5000/PT1H")),
    ("C8-EL-01", '<task id="x"><extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="start" type="t"/></zeebe:executionListeners></extensionElements></task>'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "node"), LATER, ids=[f"{one[0]}-{index}" for index, one in enumerate(LATER)]
)
def test_what_cannot_run_is_refused_at_compile_time_never_ignored(rule, node):
    definitions = Definitions(parse(base(node, "a>x>e")), b"", "strict")
    with pytest.raises(ModelFaults) as refused:
        compile_process(definitions)
    assert rule.replace("C8-EXPR-01", "C8-SCR-01") in {
        one.rule for one in refused.value.faults if one.severity == "E"
    }
    assert all(one.remedy and one.line for one in refused.value.faults) and check(definitions) is not None
