"""A pack whose process cannot always end is refused, unless it says why that is meant."""

import re

import pytest

from backend.procedures import PackFaults, load_pack
from backend.procedures.folder import read_folder
from tests.procedures.builders import MOVE


def pack(waiver=""):
    """The procedure `move` whose parallel split became a choice that its join waits behind."""
    files = read_folder(MOVE)
    text = files["process.bpmn"].decode()
    gateway = r'<bpmn:parallelGateway id="split">(.*?)</bpmn:parallelGateway>'
    text = re.sub(gateway, r'<bpmn:exclusiveGateway id="split">\1</bpmn:exclusiveGateway>', text, flags=re.S)
    if waiver:
        line = f'<zeebe:property name="errand:unsound_because" value="{waiver}" />'
        inside = (
            f"<bpmn:extensionElements><zeebe:properties>{line}</zeebe:properties></bpmn:extensionElements>"
        )
        text = text.replace('<bpmn:laneSet id="lanes">', f'{inside}<bpmn:laneSet id="lanes">')
    return {**files, "process.bpmn": text.encode()}


def sound(faults):
    return [fault for fault in faults if fault.rule.startswith("SOUND")]


def test_an_unsound_procedure_is_refused_with_every_place():
    with pytest.raises(PackFaults) as refused:
        load_pack(pack())
    found = sound(refused.value.faults)
    assert [one.element for one in found] == ["ask_address", "ask_household", "registers_known"]
    assert {(one.rule, one.severity) for one in found} == {("SOUND-03", "error")}
    assert all("errand:unsound_because" in one.remedy and one.line for one in found)


def test_a_deadlock_is_told_with_the_path():
    files = pack()
    text = re.sub(
        r"<bpmn:boundaryEvent.*?</bpmn:boundaryEvent>", "", files["process.bpmn"].decode(), flags=re.S
    )
    lines = (
        "<bpmn:flowNodeRef>registers_silent</bpmn:flowNodeRef>",
        "<bpmn:incoming>to_check_without</bpmn:incoming>",
        '<bpmn:sequenceFlow id="to_check_without" sourceRef="registers_silent" targetRef="check" />',
    )
    for line in lines:
        text = text.replace(line, "")
    for kind, drawn in (("Shape", "registers_silent_di"), ("Edge", "to_check_without_di")):
        text = re.sub(f'<bpmndi:BPMN{kind} id="{drawn}".*?</bpmndi:BPMN{kind}>', "", text, flags=re.S)
    with pytest.raises(PackFaults) as refused:
        load_pack({**files, "process.bpmn": text.encode()})
    (fault,) = [one for one in sound(refused.value.faults) if one.rule == "SOUND-01"]
    assert "split > ask_identity (Ask who she is) > join" in fault.text and fault.element == "join"


def test_a_reason_waives_it_and_is_told():
    found = sound(load_pack(pack("one register is enough in the pilot")).warnings)
    assert found and {one.severity for one in found} == {"warning"}
    assert all("one register is enough in the pilot" in one.text for one in found)


def test_a_blank_reason_waives_nothing():
    with pytest.raises(PackFaults):
        load_pack(pack(" "))


def test_a_waiver_without_need_is_told_and_a_sound_procedure_says_nothing():
    files = read_folder(MOVE)
    assert sound(load_pack(files).warnings) == []
    waived = {**files, "process.bpmn": _kept_parallel(pack("none"))}
    assert [fault.rule for fault in sound(load_pack(waived).warnings)] == ["SOUND-06"]


def _kept_parallel(files):
    text = files["process.bpmn"].decode()
    return re.sub(
        r'<bpmn:exclusiveGateway id="split">(.*?)</bpmn:exclusiveGateway>',
        r'<bpmn:parallelGateway id="split">\1</bpmn:parallelGateway>',
        text,
        flags=re.S,
    ).encode()


def test_X_DATA_07_a_data_store_is_refused_because_cases_share_none():
    files = read_folder(MOVE)
    text = files["process.bpmn"].decode()
    task = re.search(r'<bpmn:userTask id="[^"]+"[^>]*>.*?</bpmn:extensionElements>', text, re.S)
    assert task
    ends = "<bpmn:sourceRef>store</bpmn:sourceRef><bpmn:targetRef>read</bpmn:targetRef>"
    reads = f'<bpmn:property id="read" /><bpmn:dataInputAssociation>{ends}</bpmn:dataInputAssociation>'
    text = text.replace(task.group(), task.group() + "@@")
    store = '<bpmn:dataStoreReference id="store" name="register" />'
    text = re.sub(
        r"@@((?:\s*<bpmn:(?:incoming|outgoing)>[^<]*</bpmn:(?:incoming|outgoing)>)*)", rf"\1{reads}", text
    )
    text = re.sub(r"(<bpmn:startEvent )", rf"{store}\1", text, count=1)
    with pytest.raises(PackFaults) as refused:
        load_pack({**files, "process.bpmn": text.encode()})
    assert [one.rule for one in refused.value.faults if one.severity == "error"] == ["X-DATA-07"]
