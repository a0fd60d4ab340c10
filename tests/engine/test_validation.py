# ruff: noqa: E501  (models stand on one line each)
"""Reading keeps everything and is safe; what cannot run is refused when it is compiled. The rules: tests/engine/rules."""

import pytest

from backend.engine import ModelFaults, compile_process, read_bpmn
from backend.engine.model.check import check
from backend.engine.model.element import Definitions
from backend.engine.model.xml import parse
from tests.engine.models import HEAD, flows, message, model, timer, user

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


def faults(xml: bytes, profile: str = "strict"):
    try:
        return read_bpmn(xml, profile).warnings
    except ModelFaults as refused:
        return refused.faults


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
    ("L-VALUE", '<task id="x">' + LOOP.format("", "<loopCardinality>1001</loopCardinality>") + "</task>"),
    ("L-VALUE", '<task id="x" startQuantity="2000"/>'), ("L-VALUE", '<task id="x" completionQuantity="2000"/>'),
    ("C8-EXPR-01", '<scriptTask id="x"><extensionElements><zeebe:script expression="=1 +" resultVariable="r"/></extensionElements></scriptTask>'),
    ("C8-EXPR-03", '<scriptTask id="x"><extensionElements><zeebe:script expression="=1" resultVariable="my var"/></extensionElements></scriptTask>'),
    ("C8-DEC-01", '<businessRuleTask id="x"><extensionElements><zeebe:calledDecision decisionId="none" resultVariable="r"/></extensionElements></businessRuleTask>'),
    ("V-EVT-14", timer("x", "intermediateCatchEvent", "timeDuration", "soon")), ("L-VALUE", timer("x", "intermediateCatchEvent", "timeCycle", "R3/PT5S")),
    ("L-VALUE", timer("x", "intermediateCatchEvent", "timeCycle", "R5000/PT1H")),
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
