# ruff: noqa: E501  (models stand on one line each)
"""Rules V-DATA and V-CORR: each finds its fault, and a right model is left alone. A row: rule, severity in `strict`, model."""

import pytest

from backend.engine import read_bpmn
from backend.engine.model.check import check
from backend.engine.model.element import Definitions
from backend.engine.model.xml import parse
from tests.engine.models import model, user

S = '<startEvent id="s"/><endEvent id="e"/>'
OBJECTS = '<dataObject id="o" name="order"/><dataObjectReference id="or" dataObjectRef="o"/>'
IN = '<dataInput id="i1"/><inputSet id="is"><dataInputRefs>i1</dataInputRefs>{}</inputSet>'
OUT = '<dataOutput id="o1"/><outputSet id="os"><dataOutputRefs>o1</dataOutputRefs>{}</outputSet>'
FULL = '<ioSpecification id="io"><dataInput id="i1"/><dataOutput id="o1"/><inputSet id="is"><dataInputRefs>i1</dataInputRefs></inputSet><outputSet id="os"><dataOutputRefs>o1</dataOutputRefs></outputSet></ioSpecification>'
KEY = '<collaboration id="co">{}<correlationKey id="ck">{}</correlationKey></collaboration>'
PROPERTY = '<correlationProperty id="{0}"><correlationPropertyRetrievalExpression id="{0}r" messageRef="{1}"><messagePath>{0}</messagePath></correlationPropertyRetrievalExpression></correlationProperty>'
MESSAGES = '<message id="M1"/><message id="M2"/>'


def io(inner):
    return f'<ioSpecification id="io">{inner}</ioSpecification>'


def association(kind, source, target, more=""):
    sources = "".join(f"<sourceRef>{one}</sourceRef>" for one in source.split())
    return f'<data{kind}Association id="d{kind}{source.replace(" ", "")}">{sources}<targetRef>{target}</targetRef>{more}</data{kind}Association>'


def task(inner, more="", roots=""):
    return model(S + OBJECTS + more + user("a", inner), "s>a>e", roots=roots)


MADE = "<transformation>1</transformation>"
CASES = [
    ("V-DATA-01", "E", task(io("<inputSet/>"))),
    ("V-DATA-01", "E", task(io("<outputSet/>"))),
    ("V-DATA-02", "E", task(io('<dataInput id="i9"/><inputSet/><outputSet/>'))),
    ("V-DATA-02", "E", task(io('<dataOutput id="o9"/><inputSet/><outputSet/>'))),
    ("V-DATA-03", "E", task(io('<dataInput id="i1"/><dataInput id="i2"/><inputSet><dataInputRefs>i1</dataInputRefs><optionalInputRefs>i2</optionalInputRefs></inputSet><inputSet><dataInputRefs>i2</dataInputRefs></inputSet><outputSet/>'))),
    ("V-DATA-03", "E", task(io('<dataOutput id="o1"/><inputSet/><outputSet><whileExecutingOutputRefs>o1</whileExecutingOutputRefs></outputSet><outputSet><dataOutputRefs>o1</dataOutputRefs></outputSet>'))),
    ("V-DATA-04", "E", task(io(IN.format("<outputSetRefs>os</outputSetRefs>") + OUT.format("")))),
    ("V-DATA-04", "E", task(io(IN.format("") + OUT.format("<inputSetRefs>is</inputSetRefs>")))),
    ("V-DATA-05", "E", task(FULL + association("Input", "or", "o"))),
    ("V-DATA-05", "E", task(FULL + association("Input", "or", "o1"))),
    ("V-DATA-06", "E", task(FULL + association("Output", "i1", "or"))),
    ("V-DATA-07", "E", task(FULL + association("Input", "in", "i1"), '<subProcess id="S"><dataObject id="in"/></subProcess>')),
    ("V-DATA-08", "E", task(FULL + association("Input", "or p2", "i1"), '<dataObject id="p2"/>')),
    ("V-DATA-09", "M", task(FULL + association("Input", "po", "i1")).replace(b'true">', b'true"><ioSpecification id="pio"><dataOutput id="po"/><inputSet/><outputSet><dataOutputRefs>po</dataOutputRefs></outputSet></ioSpecification>', 1)),
    ("V-DATA-10", "E", task(FULL + association("Input", "", "i1"))),
    ("V-DATA-10", "E", task(FULL + association("Output", "", "or"))),
    ("V-DATA-10", "M", task(association("Output", "", "or"))),
    ("V-DATA-11", "E", task("", '<dataObject id="l" itemSubjectRef="it" isCollection="true"/>', '<itemDefinition id="it"/>')),
    ("V-DATA-12", "W", task("", "", '<itemDefinition id="it" structureRef="odd:thing"/>')),
    ("V-SCHEMA-01", "E", task("", '<exclusiveGateway id="g"><property id="pp"/></exclusiveGateway>')),
    ("V-CORR-01", "E", task("", "", KEY.format("", ""))),
    ("V-CORR-02", "M", task("", "", MESSAGES + PROPERTY.format("c1", "M1") + PROPERTY.format("c2", "M2") + KEY.format("", "<correlationPropertyRef>c1</correlationPropertyRef><correlationPropertyRef>c2</correlationPropertyRef>"))),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{row[0]}-{n}" for n, row in enumerate(CASES)])
def test_each_rule_finds_its_fault(number):
    rule, severity, xml = CASES[number]
    for profile in ("strict", "foreign"):
        weighed = {"M": "E" if profile == "strict" else "W"}.get(severity, severity)
        found = [one for one in check(Definitions(parse(xml), xml, profile)) if one.rule == rule]
        assert found and found[0].severity == weighed, found
        assert found[0].element and found[0].line and found[0].remedy


def test_V_DATA_a_right_model_has_no_fault():
    inner = (
        FULL
        + '<property id="pr"/>'
        + association("Input", "or", "i1")
        + association("Input", "or p2", "pr", MADE)
        + association("Output", "o1", "or")
    )
    assert not read_bpmn(task(inner, '<dataObject id="p2"/>')).warnings
