"""Graphs, boxed expressions, knowledge, services, types and imports, each by its rule."""

from decimal import Decimal
from typing import Any

import pytest

from backend.engine.dmn import read_dmn
from backend.engine.feel import LimitExceeded
from backend.engine.feel.values import Date
from backend.engine.model import ModelFaults


def faults_of(xml: bytes) -> set[tuple[str, str]]:
    with pytest.raises(ModelFaults) as caught:
        read_dmn(xml)
    return {(fault.rule, fault.element) for fault in caught.value.faults}


def value(build: Any, logic: str, inputs: dict[str, Any] | None = None, more: str = "") -> Any:
    """The value of a decision D with this logic that requires every input given."""
    inputs = inputs or {}
    data = "".join(build.input(name) for name in inputs)
    requires = " ".join("#" + name.lower().replace(" ", "_") for name in inputs)
    return (
        read_dmn(build.model(more + data + build.decision("Out", logic, requires)))
        .evaluate("Out", inputs)
        .value
    )


NAMESPACES = {
    "1.1": "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


@pytest.mark.parametrize("version", NAMESPACES)
def test_D_NS_01(build: Any, version: str) -> None:
    xml = build.model(build.decision("Out", build.literal("1 + 1"), "", "number"), NAMESPACES[version])
    assert read_dmn(xml).evaluate("Out", {}).value == Decimal(2)


def test_D_NS_01_other_namespaces_and_doctypes_are_refused(build: Any) -> None:
    assert faults_of(build.model("", "urn:other")) == {("D-NS-01", "")}
    assert faults_of(b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + build.model("")) == {("V-XML-01", "")}
    assert faults_of(b"<a><b></a>") == {("V-XML-01", "")}


def test_D_NS_02(build: Any) -> None:
    prefixed = build.input("x", "feel:number") + build.decision(
        "Out", build.literal("x"), "#x", "feel:number"
    )
    assert read_dmn(build.model(prefixed, NAMESPACES["1.1"])).evaluate("Out", {"x": 1}).value == 1
    other = build.decision("Out", build.literal("x").replace("<literal", "<literal", 1))
    other = other.replace("<literalExpression", '<literalExpression id="l" expressionLanguage="urn:python"')
    assert ("D-NS-02", "l") in faults_of(build.model(other))


def test_D_DEC_01_only_what_is_required_is_in_scope(build: Any) -> None:
    xml = build.model(build.input("x") + build.decision("Out", build.literal("x")))
    read = read_dmn(xml)
    assert [(fault.rule, fault.element) for fault in read.warnings] == [("F-NAME-06", "out")]
    assert read.evaluate("Out", {"x": 1}).value is None


def test_D_DEC_02_each_decision_once_and_in_order(build: Any) -> None:
    body = (
        build.input("x")
        + build.decision("Top", build.literal("Left + Right"), "!left !right")
        + build.decision("Left", build.literal("Base + 1"), "!base")
        + build.decision("Right", build.literal("Base + 2"), "!base")
        + build.decision("Base", build.literal("x * 2"), "#x")
    )
    outcome = read_dmn(build.model(body)).evaluate("top", {"x": 5})
    assert outcome.value == 23
    assert [decision.name for decision in outcome.trace] == ["Base", "Left", "Right", "Top"]
    assert outcome.trace[-1].inputs == {"Left": Decimal(11), "Right": Decimal(12)}


def test_a_chain_of_a_thousand_decisions(build: Any) -> None:
    body = build.decision("d0", build.literal("1"))
    body += "".join(
        build.decision(f"d{n}", build.literal(f"d{n - 1} + 1"), f"!d{n - 1}") for n in range(1, 1000)
    )
    assert read_dmn(build.model(body)).evaluate("d999", {}).value == 1000


def test_D_DEC_03_missing_input(build: Any) -> None:
    read = read_dmn(build.model(build.input("x") + build.decision("Out", build.literal("x = null"), "#x")))
    outcome = read.evaluate("Out", {})
    assert outcome.value is True
    assert [d.rule for d in outcome.diagnostics] == ["D-DEC-03"]
    with pytest.raises(KeyError):
        read.evaluate("x", {})
    assert "Out" in read
    assert "x" not in read


TYPES = """
<itemDefinition name="tAmount"><typeRef>number</typeRef>
<allowedValues><text>&gt;= 0</text></allowedValues></itemDefinition>
<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>
<itemComponent name="born on"><typeRef>date</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>
<itemDefinition name="tColours" isCollection="true"><typeRef>string</typeRef>
<allowedValues><text>"red","green"</text></allowedValues></itemDefinition>
<itemDefinition name="tFew" isCollection="true"><typeRef>number</typeRef>
<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>
"""


@pytest.mark.parametrize(
    ("type_ref", "given", "text", "expected"),
    [
        ("tAmount", 5, "x", Decimal(5)),
        ("tAmount", -5, "x", None),
        ("tAmount", "5", "x", None),
        ("tAmount", None, "x = null", True),
        ("number", [5], "x", Decimal(5)),
        ("date", "2024-02-29", "x.year", Decimal(2024)),
        ("date", "29.2.2024", "x", None),
        ("dateTime", "2024-02-29", "x.hour", Decimal(0)),
        ("dayTimeDuration", "PT1H", "x.hours", Decimal(1)),
        ("string", "2024-02-29", "x", "2024-02-29"),
        ("tPerson", {"name": "Anna", "born on": "2000-01-02"}, "x.born on", Date(2000, 1, 2)),
        ("tPerson", {"name": "Anna"}, "x.born on = null and x.name = \"Anna\"", True),
        ("tPeople", [{"name": "Anna", "born on": "2000-01-02"}], "x[born on.year < 2001].name", ["Anna"]),
        ("tPeople", {"name": "Boris", "born on": "2000-01-02"}, "x[1].name", "Boris"),
        ("tColours", ["red", "blue"], "x", None),
        ("tColours", ["red"], "x", ["red"]),
        ("tFew", [1, 2], "count(x)", Decimal(2)),
        ("tFew", [1, 2, 3], "x", None),
        ("Any", {"a": 1}, "x.a", Decimal(1)),
    ],
)  # fmt: skip
def test_D_TYPE(build: Any, type_ref: str, given: Any, text: str, expected: Any) -> None:
    body = TYPES + build.input("x", type_ref) + build.decision("Out", build.literal(text), "#x")
    assert read_dmn(build.model(body)).evaluate("Out", {"x": given}).value == expected


def test_D_TYPE_04_a_result_of_the_wrong_type_is_null(build: Any) -> None:
    body = build.decision("Out", build.literal('"a"'), "", "number")
    outcome = read_dmn(build.model(body)).evaluate("Out", {})
    assert (outcome.value, [d.rule for d in outcome.diagnostics]) == (None, ["F-CONV-03"])


def test_D_TYPE_01_faults(build: Any) -> None:
    circle = '<itemDefinition id="a" name="A"><typeRef>B</typeRef></itemDefinition>'
    circle += '<itemDefinition id="b" name="B"><typeRef>A</typeRef></itemDefinition>'
    both = (
        '<itemDefinition id="c" name="C"><typeRef>string</typeRef><itemComponent name="x"/></itemDefinition>'
    )
    assert {rule for rule, _ in faults_of(build.model(circle + both))} == {"D-TYPE-01"}


def test_D_BOX_CONTEXT(build: Any) -> None:
    entry = '<contextEntry><variable name="{}"/>{}</contextEntry>'
    entries = entry.format("net pay", build.literal("x * 2")) + entry.format(
        "tax", build.literal("net pay / 4")
    )
    assert value(build, f"<context>{entries}</context>", {"x": 6}) == {"net pay": 12, "tax": 3}
    result = f"<contextEntry>{build.literal('net pay + tax')}</contextEntry>"
    assert value(build, f"<context>{entries}{result}</context>", {"x": 6}) == 15
    assert ("D-BOX-CONTEXT", "out") in faults_of(
        build.model(build.decision("Out", f"<context>{entry.format('a', build.literal('1')) * 2}</context>"))
    )


def test_D_BOX_CONTEXT_function_calls_itself(build: Any) -> None:
    body = build.literal("if n = 0 then 1 else n * fact(n - 1)")
    function = f'<functionDefinition><formalParameter name="n" typeRef="number"/>{body}</functionDefinition>'
    entries = f'<contextEntry><variable name="fact"/>{function}</contextEntry>'
    entries += f"<contextEntry>{build.literal('fact(5)')}</contextEntry>"
    assert value(build, f"<context>{entries}</context>") == 120


def test_D_BOX_LIST_RELATION(build: Any) -> None:
    assert value(build, f"<list>{build.literal('1')}{build.literal('x')}</list>", {"x": 2}) == [1, 2]
    rows = f"<row>{build.literal('1')}{build.literal('2')}</row>"
    rows += f"<row>{build.literal('3')}{build.literal('x')}</row>"
    relation = f'<relation><column name="a"/><column name="b"/>{rows}</relation>'
    assert value(build, relation, {"x": 4}) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    short = f'<relation><column name="a"/><column name="b"/><row>{build.literal("1")}</row></relation>'
    assert ("D-BOX-RELATION", "out") in faults_of(build.model(build.decision("Out", short)))


def test_D_BOX_CONDITIONAL_FILTER_FOR_QUANTIFIED(build: Any) -> None:
    def holds(kind: str, text: str) -> str:
        return f"<{kind}>{build.literal(text)}</{kind}>"

    conditional = (
        "<conditional>"
        + holds("if", "x > 1")
        + holds("then", '"y"')
        + holds("else", '"n"')
        + "</conditional>"
    )
    assert value(build, conditional, {"x": 2}) == "y"
    assert value(build, conditional, {"x": None}) == "n"
    filtered = "<filter>" + holds("in", "x") + holds("match", "item.a > 1 and a < 5") + "</filter>"
    assert value(build, filtered, {"x": [{"a": 1}, {"a": 3}]}) == [{"a": 3}]
    position = "<filter>" + holds("in", "x") + holds("match", "1") + "</filter>"
    assert value(build, position, {"x": [1]}) is None
    loop = '<for iteratorVariable="i">' + holds("in", "x") + holds("return", "i + count(partial)") + "</for>"
    assert value(build, loop, {"x": [1, 2, 3]}) == [1, 3, 5]
    every = '<every iteratorVariable="i">' + holds("in", "x") + holds("satisfies", "i > 1") + "</every>"
    assert value(build, every, {"x": [1, 2]}) is False
    assert value(build, every, {"x": []}) is True
    some = every.replace("every", "some")
    assert value(build, some, {"x": [1, 2]}) is True
    assert value(build, some, {"x": [1, None]}) is None


BKM = (
    '<businessKnowledgeModel id="fee" name="fee"><variable name="fee"/>{}<encapsulatedLogic>'
    '<formalParameter name="days" typeRef="number"/><formalParameter name="rate"/>{}</encapsulatedLogic>'
    "</businessKnowledgeModel>"
)


def test_D_BKM_01_positional_named_and_invoked(build: Any) -> None:
    bkm = BKM.format("", build.literal("days * rate"))
    for call in ("fee(3, x)", "fee(rate: x, days: 3)"):
        body = bkm + build.input("x") + build.decision("Out", build.literal(call), "#x ?fee")
        assert read_dmn(build.model(body)).evaluate("Out", {"x": 2}).value == 6
    binding = '<binding><parameter name="{}"/>{}</binding>'
    bound = binding.format("rate", build.literal("x")) + binding.format("days", build.literal("5"))
    invocation = f"<invocation>{build.literal('fee')}{bound}</invocation>"
    body = bkm + build.input("x") + build.decision("Out", invocation, "#x ?fee")
    assert read_dmn(build.model(body)).evaluate("Out", {"x": 2}).value == 10
    unknown = invocation.replace('"rate"', '"nothing"')
    outcome = read_dmn(
        build.model(bkm + build.input("x") + build.decision("Out", unknown, "#x ?fee"))
    ).evaluate("Out", {"x": 2})
    assert (outcome.value, outcome.diagnostics[0].rule) == (None, "F-FN-03")


def test_D_BKM_01_a_table_as_body_and_D_BKM_02_scope(build: Any) -> None:
    table = build.table({"days": ""}, {"out": {}}, [["> 10", "rate * 2"], ["<= 10", "x"]])
    body = (
        BKM.format("", table)
        + build.input("x")
        + build.decision("Out", build.literal("fee(days, 7)"), "#x ?fee")
    )
    read = read_dmn(build.model(body.replace("fee(days", "fee(x")))
    assert read.evaluate("Out", {"x": 20}).value == 14
    assert read.evaluate("Out", {"x": 5}).value is None


def test_D_CYC_01_a_knowledge_model_may_call_itself_within_limits(build: Any) -> None:
    body = build.literal("if days = 0 then rate else fee(days - 1, rate + 1)")
    xml = BKM.format('<knowledgeRequirement><requiredKnowledge href="#fee"/></knowledgeRequirement>', body)
    read = read_dmn(
        build.model(xml + build.input("x") + build.decision("Out", build.literal("fee(x, 0)"), "#x ?fee"))
    )
    assert read.evaluate("Out", {"x": 10}).value == 10
    with pytest.raises(LimitExceeded):
        read.evaluate("Out", {"x": 1000})


SERVICE = """<decisionService id="svc" name="svc"><variable name="svc"/><outputDecision href="#sum"/>
<encapsulatedDecision href="#double"/><inputDecision href="#given"/><inputData href="#x"/>
</decisionService>"""


def service_model(build: Any, more: str = "") -> bytes:
    return build.model(
        build.input("x", "number")
        + build.decision("Given", build.literal("1000"))
        + build.decision("Double", build.literal("x * 2"), "#x")
        + build.decision("Sum", build.literal("Double + Given"), "!double !given")
        + SERVICE
        + more
    )  # type: ignore[no-any-return]


def test_D_SVC_from_outside_and_as_a_function(build: Any) -> None:
    read = read_dmn(
        service_model(build, build.decision("Out", build.literal("svc(4, 1) + svc(Given: 2, x: 5)"), "?svc"))
    )
    assert read.evaluate("svc", {"x": 3, "Given": 4}).value == 10
    assert read.evaluate("Sum", {"x": 3}).value == 1006
    assert read.evaluate("Out", {}).value == 21


def test_D_SVC_05(build: Any) -> None:
    xml = service_model(build).replace(b'<encapsulatedDecision href="#double"/>', b"")
    assert faults_of(xml) == {("D-SVC-05", "svc")}


def test_D_IMP_elements_and_types_of_another_model(build: Any) -> None:
    lib = build.model(
        '<itemDefinition name="tRate"><typeRef>number</typeRef></itemDefinition>'
        + BKM.format("", build.literal("days * rate"))
        + build.decision("Base Rate", build.literal("3"), "", "tRate"),
        own="urn:lib",
    )
    kind = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    call = build.decision("Out", build.literal("lib.fee(2, lib.Base Rate)"), "", "lib.tRate").replace(
        "<literal",
        '<informationRequirement><requiredDecision href="urn:lib#base_rate"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="urn:lib#fee"/></knowledgeRequirement><literal',
        1,
    )
    xml = build.model(f'<import name="lib" namespace="urn:lib" importType="{kind}"/>' + call)
    assert read_dmn(xml, {"urn:lib": read_dmn(lib)}).evaluate("Out", {}).value == 6
    assert ("D-IMP-03", "m") in faults_of(xml)


def test_D_ID_and_unknown_elements(build: Any) -> None:
    twice = build.decision("A", build.literal("1")) + build.decision("A", build.literal("1"))
    assert {("D-ID-01", "a"), ("D-ID-02", "a")} <= faults_of(build.model(twice))
    assert faults_of(build.model("<nonsense id='n'/>")) == {("D-NS-03", "n")}


def test_D_TYPE_04_results_of_functions_and_services(build: Any) -> None:
    bkm = BKM.format("", build.literal("days * rate")).replace(
        '<variable name="fee"/>', '<variable name="fee" typeRef="{}"/>'
    )
    for type_ref, expected in (("number", 6), ("string", None), ("tFee", 6)):
        types = '<itemDefinition name="tFee"><functionItem outputTypeRef="number">'
        types += '<parameters name="days" typeRef="number"/>'
        types += '<parameters name="rate" typeRef="number"/></functionItem></itemDefinition>'
        body = types + bkm.format(type_ref) + build.decision("Out", build.literal("fee(2, 3)"), "?fee")
        assert read_dmn(build.model(body)).evaluate("Out", {}).value == expected
    typed = service_model(build).replace(
        b'<variable name="svc"/>', b'<variable name="svc" typeRef="string"/>'
    )
    assert read_dmn(typed).evaluate("svc", {"x": 3, "Given": 4}).value is None


def test_D_TAB_03_allowed_values_of_the_type_stand_in(build: Any) -> None:
    table = build.table({"x": ""}, {"out": {}}, [["-", "1"]]).replace(
        "<inputExpression", '<inputExpression typeRef="tAmount"'
    )
    read = read_dmn(build.model(TYPES + build.input("x") + build.decision("Out", table, "#x")))
    assert read.evaluate("Out", {"x": 5}).value == 1
    outcome = read.evaluate("Out", {"x": -5})
    assert (outcome.value, outcome.diagnostics[0].rule) == (None, "D-TAB-03")
    assert read.evaluate("Out", {"x": "five"}).value == 1


def test_a_collecting_table_may_have_a_list_type(build: Any) -> None:
    types = '<itemDefinition name="tList" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
    table = build.table({"x": ""}, {"out": {}}, [["> 0", "1"], ["> 1", "2"]], "COLLECT")
    table = table.replace("<decisionTable", '<decisionTable typeRef="tList"')
    body = types + build.input("x") + build.decision("Out", table, "#x", "tList")
    assert read_dmn(build.model(body)).evaluate("Out", {"x": 2}).value == [1, 2]
