# ruff: noqa: E501  (models stand on one line each)
"""Cases of validation: one model that breaks exactly one rule, beside one that nearly does and is right."""

import re
from typing import NamedTuple

import pytest

from backend.engine import Fault, ModelFaults, compile_process, read_bpmn
from tests.engine.models import HEAD, flows, message, model, user

S = '<startEvent id="s"/>'
E = '<endEvent id="e"/>'
A = user("a")
SIMPLE = "s>a>e"
MSG = '<messageEventDefinition messageRef="M"/>'
ROOTS = (
    message("M")
    + message("M2")
    + '<signal id="Sig" name="Sig"/><error id="Err" name="Err" errorCode="E1"/><escalation id="Esc" escalationCode="X1"/>'
)
STRUCTURAL = ("V-XML", "V-ID", "V-REF", "V-EXT", "V-SCHEMA")


class Case(NamedTuple):
    """rule and severity as the rule page says them; `at`: the id, or the beginning of the tag, that is named;
    `beside`: other rules that cannot but be broken too."""

    rule: str
    severity: str
    at: str
    broken: bytes
    legal: bytes
    beside: str = ""


def base(nodes: str = "", *lines: str, roots: str = ROOTS, **more: str) -> bytes:
    """A right model with something added."""
    return model(S + A + E + nodes, SIMPLE, *lines, roots=roots, **more)


def more(xml: bytes, inner: str) -> bytes:
    """A file with further root elements at its end."""
    return xml.replace(b"</definitions>", inner.encode() + b"</definitions>")


def raw(inner: str) -> bytes:
    """A file of these root elements."""
    return f"{HEAD}{inner}</definitions>".encode()


def event(kind: str, id: str, definition: str, attributes: str = "") -> str:
    """`catch`, `throw`, `boundary`, `start` or `end`."""
    name = {"catch": "intermediateCatchEvent", "throw": "intermediateThrowEvent"}.get(kind, f"{kind}Event")
    return f'<{name} id="{id}" {attributes}>{definition}</{name}>'


def definition(kind: str, inner: str = "", attributes: str = "") -> str:
    """An event definition that refers to something of ROOTS where its kind must."""
    named = {
        "message": 'messageRef="M"',
        "signal": 'signalRef="Sig"',
        "error": 'errorRef="Err"',
        "escalation": 'escalationRef="Esc"',
        "link": 'name="l"',
    }
    bodies = {"timer": "<timeDuration>PT1H</timeDuration>", "conditional": "<condition>=a</condition>"}
    return f"<{kind}EventDefinition {attributes or named.get(kind, '')}>{inner or bodies.get(kind, '')}</{kind}EventDefinition>"


def sub(id: str, nodes: str, attributes: str = "", kind: str = "subProcess") -> str:
    """A sub-process of any kind."""
    return f'<{kind} id="{id}" {attributes}>{nodes}</{kind}>'


def whole(id: str, attributes: str = "", kind: str = "subProcess", inner: str = "") -> str:
    """A sub-process with start, task and end."""
    return sub(
        id,
        f'<startEvent id="{id}s"/>{user(id + "t")}<endEvent id="{id}e"/>{flows(f"{id}s>{id}t>{id}e")}{inner}',
        attributes,
        kind,
    )


def handler(start: str, id: str = "H", attributes: str = "", kind: str = "subProcess") -> str:
    """An event sub-process; its start event is `Hs`."""
    return sub(
        id,
        f'{start}{user(id + "t")}<endEvent id="{id}e"/>{flows(f"{id}s>{id}t>{id}e")}',
        f'triggeredByEvent="true" {attributes}',
        kind,
    )


def faults(xml: bytes, profile: str = "strict") -> tuple[Fault, ...]:
    """What reading tells, refused or not."""
    try:
        return read_bpmn(xml, profile).warnings
    except ModelFaults as refused:
        return refused.faults


def lined(xml: bytes) -> bytes:
    """Each element on a line of its own, so that lines tell elements apart."""
    return xml.replace(b"><", b">\n<")


def line_of(xml: bytes, at: str) -> int:
    """The line of the element with this id, or of the last tag that begins so."""
    text = xml.decode()
    found = re.search(rf'<[^>]* id="{re.escape(at)}"', text) if not at.startswith("<") else None
    return text[: found.start() if found else text.rindex(at)].count("\n") + 1


def prove(case: Case) -> None:
    """The broken model is refused (or told) with exactly this rule, there; the right one is not."""
    xml = lined(case.broken)
    found = faults(xml)
    ours = [one for one in found if one.rule == case.rule]
    assert ours, f"{case.rule} not among {[str(one) for one in found]}"
    assert {one.severity for one in ours} == {"W" if case.severity == "W" else "E"}
    assert all(one.text and one.remedy for one in ours)
    assert line_of(xml, case.at) in [one.line for one in ours], [str(one) for one in ours]
    assert case.at.startswith("<") or case.at in [one.element for one in ours], [str(one) for one in ours]
    beside = {one.rule for one in found if one.severity == "E"} - {case.rule, *case.beside.split()}
    assert not beside, [str(one) for one in found]
    weight = {one.severity for one in faults(xml, "foreign") if one.rule == case.rule}
    assert weight == {"E" if case.severity == "E" else "W"}
    right = faults(case.legal)
    assert not [str(one) for one in right if one.severity == "E" or one.rule == case.rule]


def prove_drawn(case: Case) -> None:
    """In a process that is only drawn, it refuses only when the structure is broken; asked to run it does."""
    xml = case.broken.replace(b'isExecutable="true"', b'isExecutable="false"')
    structural = case.rule.startswith(STRUCTURAL)
    refused = [one for one in faults(xml, "foreign") if one.severity == "E"]
    assert all(one.rule.startswith(STRUCTURAL) for one in refused), [str(one) for one in refused]
    if case.severity == "E" and not structural and not case.rule.startswith(("V-COLL", "V-LANE")):
        with pytest.raises(ModelFaults) as told:
            compile_process(read_bpmn(xml, "foreign"), "p")
        assert case.rule in {one.rule for one in told.value.faults}


def by_rule(cases: list[Case]) -> pytest.MarkDecorator:
    """Each case as a test of its rule's name."""
    ids = [f"{case.rule}-{index}" for index, case in enumerate(cases)]
    return pytest.mark.parametrize("case", cases, ids=ids)
