# ruff: noqa: E501  (models stand on one line each)
"""Any BPMN 2.0 file reads: every part of the standard, foreign matter wherever it may stand, every spelling of XML."""

import re
import time

import pytest

from backend.engine import ModelFaults, compile_process, every_fault, read_bpmn
from backend.engine.model.xml import XmlLimits
from tests.engine.models import model, user

HEAD = '<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:x="urn:foreign" xmlns:own="urn:own" id="D" name="Everything" targetNamespace="urn:own" expressionLanguage="http://www.w3.org/1999/XPath" typeLanguage="http://www.w3.org/2001/XMLSchema" exporter="A tool" exporterVersion="1" x:edited="true">'
FOREIGN = '<documentation id="doc1" textFormat="text/html"><p>A <b>bold</b> text, &amp; more &#233;</p></documentation><extensionElements><x:form id="a" name="same id as a task"><x:field id="a"/><process/></x:form><x:empty/></extensionElements>'
PROCESS = (
    '<process id="p" isExecutable="true" name="Ask &#10; twice" x:color="red"><laneSet id="ls"><lane id="l1" name="One"><flowNodeRef>a</flowNodeRef><childLaneSet id="cs"><lane id="l2"><flowNodeRef>s</flowNodeRef><flowNodeRef>e</flowNodeRef></lane></childLaneSet></lane></laneSet>'
    '<startEvent id="s"><outgoing>own:f1</outgoing></startEvent><userTask id="a" name="Ask">'
    + FOREIGN
    + "</userTask>"
    '<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><!-- between --><?tool keep?><sequenceFlow id="f2" sourceRef="a" targetRef="e"><conditionExpression xsi:type="tFormalExpression"/></sequenceFlow><endEvent id="e"/>'
    '<textAnnotation id="n"><text>A note with <i>markup</i></text></textAnnotation><association id="as" sourceRef="a" targetRef="n" associationDirection="One"/><group id="g" categoryValueRef="own:cv"/>'
    "</process>"
)
REST = (
    '<category id="cat"><categoryValue id="cv" value="Important"/></category><globalUserTask id="gu"/><globalScriptTask id="gs" scriptLanguage="feel"><script>1</script></globalScriptTask>'
    '<collaboration id="co" isClosed="false"><participant id="us" processRef="own:p"/><participant id="them" name="Black box"><participantMultiplicity minimum="2" maximum="5"/></participant><messageFlow id="mf" sourceRef="a" targetRef="them"/>'
    '<conversation id="cv1"><participantRef>us</participantRef><participantRef>them</participantRef><messageFlowRef>mf</messageFlowRef></conversation><subConversation id="cv2"><participantRef>us</participantRef><participantRef>them</participantRef><callConversation id="cv3"><participantRef>us</participantRef><participantRef>them</participantRef></callConversation></subConversation><conversationLink id="cl" sourceRef="us" targetRef="cv1"/></collaboration>'
    '<choreography id="ch"><participant id="c1"/><participant id="c2"/><messageFlow id="cm" sourceRef="c1" targetRef="c2"/><startEvent id="cs1"/><choreographyTask id="ct" initiatingParticipantRef="c1"><participantRef>c1</participantRef><participantRef>c2</participantRef><messageFlowRef>cm</messageFlowRef></choreographyTask><eventBasedGateway id="cg"/><subChoreography id="sc" initiatingParticipantRef="c1"><participantRef>c1</participantRef><participantRef>c2</participantRef><choreographyTask id="ct2" initiatingParticipantRef="c2"><participantRef>c1</participantRef><participantRef>c2</participantRef><messageFlowRef>cm</messageFlowRef></choreographyTask></subChoreography><sequenceFlow id="cf" sourceRef="cs1" targetRef="ct"/><sequenceFlow id="cf2" sourceRef="ct" targetRef="cg"/><sequenceFlow id="cf3" sourceRef="cg" targetRef="sc"/></choreography>'
    '<globalConversation id="gc"/><globalChoreographyTask id="gct" initiatingParticipantRef="gp"><participant id="gp"/><participant id="gp2"/></globalChoreographyTask>'
    '<partnerEntity id="pe"><participantRef>them</participantRef></partnerEntity><partnerRole id="pr"/><endPoint id="ep"/><resource id="res"><resourceParameter id="rp" name="region"/></resource><relationship id="rel" type="sees"><source>a</source><target>n</target></relationship>'
    '<process id="drawn"><startEvent id="d1"/><exclusiveGateway id="d2"/><sequenceFlow id="d3" sourceRef="d2" targetRef="d1"/><task id="d4"/></process>'
    '<x:anything id="a"><x:inside/></x:anything>'
    '<bpmndi:BPMNDiagram id="di" name="A page"><bpmndi:BPMNPlane id="plane" bpmnElement="own:co"><bpmndi:BPMNShape id="shape" bpmnElement="a"><dc:Bounds x="1" y="2" width="100" height="80"/><bpmndi:BPMNLabel id=""/></bpmndi:BPMNShape><bpmndi:BPMNEdge id="edge" bpmnElement="f1"><di:waypoint x="0" y="0"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>'
)
EVERYTHING = HEAD + PROCESS + REST


def prefixed(text: str, prefix: str) -> str:
    """The file with a prefix for BPMN's namespace; markup in texts keeps none."""
    named = re.sub(r"<(/?)(?=[A-Za-z]+[\s/>])", rf"<\1{prefix}:", text).replace("xmlns=", f"xmlns:{prefix}=")
    return re.sub(rf"<(/?){prefix}:(p|b|i)>", r"<\1\2>", named)


def outline(xml: bytes) -> list[tuple[str, str]]:
    """What is read: kinds and ids in document order, without the markup of texts."""
    return [
        (one.kind, one.id)
        for one in read_bpmn(xml, "strict").root.walk()
        if one.kind not in ("p", "b", "i", "{}p", "{}b", "{}i")
    ]


def test_everything_of_the_standard_reads_without_a_fault():
    found = every_fault(EVERYTHING.encode(), "foreign")
    assert [str(one) for one in found if one.severity == "E"] == []
    definitions = read_bpmn(EVERYTHING.encode())
    assert definitions.by_id["a"].kind == "userTask" and definitions.by_id["shape"].kind == "bpmndi:BPMNShape"
    assert definitions.by_id["a"].extension("{urn:foreign}form").children[0].attributes == {"id": "a"}
    assert definitions.by_id["n"].first("text").children[0].text == "markup"
    assert compile_process(definitions).lanes == ("One", "l2")


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("prefix", ["", "bpmn", "semantic", "b-2.x"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_V_XML_01_every_spelling_of_a_file_reads_alike(encoding, prefix, newline):
    text = EVERYTHING.replace("><", f">{newline}<").replace(
        '<?xml version="1.0"?>',
        f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}' standalone=\"yes\"?>",
    )
    if prefix:
        text = prefixed(text, prefix)
    bom = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    for head in {bom, b""}:
        assert outline(head + text.encode(encoding)) == outline(EVERYTHING.encode())


@pytest.mark.parametrize(
    ("declared", "codec"), [("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("US-ASCII", "ascii")]
)
def test_V_XML_01_a_declared_western_set_is_understood(declared, codec):
    name = "Grü\u00dfe" if codec != "ascii" else "Gruss"
    text = EVERYTHING.replace('version="1.0"', f'version="1.0" encoding="{declared}"', 1).replace(
        'name="Ask"', f'name="{name}"'
    )
    assert read_bpmn(text.encode(codec)).by_id["a"].name == name


def test_V_XML_01_an_encoding_that_is_not_declared_or_unknown_is_refused():
    for bytes_ in (
        EVERYTHING.replace('name="Ask"', 'name="Grüße"').encode("latin-1"),
        EVERYTHING.replace("?>", ' encoding="utf-7"?>', 1).encode(),
    ):
        with pytest.raises(ModelFaults) as refused:
            read_bpmn(bytes_)
        assert [one.rule for one in refused.value.faults] == ["V-XML-01"]


def test_V_XML_02_a_root_of_another_namespace_is_told_alone():
    with pytest.raises(ModelFaults) as refused:
        read_bpmn(EVERYTHING.replace("20100524/MODEL", "20090000/MODEL").encode())
    assert [(one.rule, one.line) for one in refused.value.faults] == [("V-XML-02", 1)]


def test_texts_are_read_around_comments_and_character_data():
    body = '<scriptTask id="a" scriptFormat="feel"><script><!-- why --><![CDATA[1 < 2]]><?tool x?> and true</script></scriptTask>'
    xml = re.sub(r'<userTask id="a".*?</userTask>', lambda _: body, EVERYTHING, flags=re.S)
    definitions = read_bpmn(xml.encode(), "foreign")
    assert definitions.by_id["a"].first("script").text == "1 < 2 and true"
    assert compile_process(definitions).nodes["a"].script is not None


def test_a_process_that_is_only_drawn_may_be_asked_to_run_and_then_is_checked():
    definitions = read_bpmn(EVERYTHING.encode(), "foreign")
    with pytest.raises(ModelFaults) as refused:
        compile_process(definitions, "drawn")
    assert "V-FLOW-01" in {one.rule for one in refused.value.faults if one.severity == "E"}


def test_bounds_hold_and_are_the_callers_to_set():
    for limits in (XmlLimits(size=100), XmlLimits(depth=3), XmlLimits(elements=20)):
        with pytest.raises(ModelFaults) as refused:
            read_bpmn(EVERYTHING.encode(), limits=limits)
        assert [one.rule for one in refused.value.faults] == ["V-XML-01"]


def many(count: int, *parts: str) -> str:
    return "".join(part.replace("{}", str(number)) for number in range(count) for part in parts)


WIDE = {
    "links": many(2000, '<intermediateThrowEvent id="t{}"><linkEventDefinition name="n{}"/></intermediateThrowEvent>', '<intermediateCatchEvent id="c{}"><linkEventDefinition name="n{}"/></intermediateCatchEvent>', '<sequenceFlow id="f{}" sourceRef="a" targetRef="t{}"/>'),
    "compensation": many(3000, '<boundaryEvent id="b{}" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>', '<task id="u{}" isForCompensation="true"/>', '<association id="s{}" sourceRef="b{}" targetRef="u{}"/>'),
    "lanes": '<laneSet id="ls">' + many(6000, '<lane id="l{}"><flowNodeRef>a</flowNodeRef></lane>') + "</laneSet>",
    "handlers": many(2000, '<subProcess id="h{}" triggeredByEvent="true"><startEvent id="s{}"><errorEventDefinition/></startEvent></subProcess>'),
    "starts": many(4000, '<startEvent id="s{}"><messageEventDefinition/></startEvent>'),
    "inputs": '<ioSpecification id="io">' + many(6000, '<dataInput id="d{}"/>') + "<inputSet>" + many(6000, "<dataInputRefs>d{}</dataInputRefs>") + "</inputSet><outputSet/></ioSpecification>",
    "flows": many(15000, '<sequenceFlow sourceRef="a" targetRef="a"/>'),
    "one id": many(15000, '<task id="a"/>'),
}  # fmt: skip


@pytest.mark.parametrize("inner", WIDE.values(), ids=WIDE)
def test_a_file_as_wide_as_bounds_allow_is_checked_in_seconds(inner):
    began = time.process_time()
    every_fault(
        f'{HEAD}<process id="p" isExecutable="true"><task id="a"/>{inner}</process></definitions>'.encode(),
        "foreign",
    )
    assert time.process_time() - began < 5


def test_V_XML_01_text_reads_as_its_bytes_do_whatever_encoding_it_declares():
    text = '<?xml version="1.0" encoding="UTF-16"?>' + model(user("a", attributes='name="é"')).decode()
    assert read_bpmn(text, "foreign").by_id["a"].name == "é"
    assert every_fault(text) == every_fault(model(user("a", attributes='name="é"')))


def test_every_fault_of_one_element_by_one_rule_is_told():
    found = every_fault(model('<sequenceFlow id="f" sourceRef="x" targetRef="y"/>'), "foreign")
    assert [one.text[:9] for one in found if one.rule == "V-REF-01"] == ["sourceRef", "targetRef"]
