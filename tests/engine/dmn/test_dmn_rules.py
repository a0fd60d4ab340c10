"""DMN rule by rule, continued: places, versions, types by the grammar, imports, calls from outside."""

from decimal import Decimal
from typing import Any

import pytest

from backend.engine.dmn import DecisionModel, read_dmn
from backend.engine.feel.values import Date
from backend.engine.model import ModelFaults

KIND = "https://www.omg.org/spec/DMN/20191111/MODEL/"
V11 = "http://www.omg.org/spec/DMN/20151101/dmn.xsd"
V15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def faults_of(xml: bytes, imports: dict[str, DecisionModel] | None = None) -> set[tuple[str, str]]:
    with pytest.raises(ModelFaults) as caught:
        read_dmn(xml, imports)
    return {(fault.rule, fault.element) for fault in caught.value.faults if fault.severity == "E"}


def told(read: DecisionModel) -> set[tuple[str, str]]:
    return {(fault.rule, fault.element) for fault in read.warnings}


# -- D-NS ---------------------------------------------------------------------------------------------------


def test_D_NS_01_prefixes_foreign_extensions_and_a_slash_forgotten(build: Any) -> None:
    xml = (
        '<d:definitions xmlns:d="https://www.omg.org/spec/DMN/20230324/MODEL" xmlns:c="urn:c" namespace="n" '
        'name="M" c:x="1"><d:extensionElements><c:thing id="out"/><d:decision id="out"/>'
        "</d:extensionElements>"
        '<d:decision id="out" name="Out" c:colour="red"><d:description>about <d:decision/></d:description>'
        '<d:variable name="Out"/><c:more/>'
        "<d:literalExpression><d:text>1 + 1</d:text></d:literalExpression></d:decision></d:definitions>"
    )
    read = read_dmn(xml.encode())
    assert (read.evaluate("Out", {}).value, read.warnings) == (2, ())


def test_D_NS_02_types_of_1_1_as_children_and_with_the_prefix_of_an_import(build: Any) -> None:
    lib = build.model('<itemDefinition name="tAge"><typeRef>number</typeRef></itemDefinition>', own="urn:lib")
    types = (
        '<itemDefinition name="tWhole" xmlns:l="urn:lib" xmlns:feel="http://www.omg.org/spec/FEEL/20140401">'
        '<itemComponent name="age"><typeRef>l:tAge</typeRef></itemComponent>'
        '<itemComponent name="day"><typeRef>feel:date</typeRef></itemComponent></itemDefinition>'
    )
    body = (
        f'<import name="lib" namespace="urn:lib" importType="{KIND}"/>' + types + build.input("x", "tWhole")
    )
    read = read_dmn(
        build.model(body + build.decision("Out", build.literal("x"), "#x"), V11), {"urn:lib": read_dmn(lib)}
    )
    assert read.evaluate("Out", {"x": {"age": 3, "day": "2024-01-02"}}).value == {
        "age": 3,
        "day": Date(2024, 1, 2),
    }
    assert read.evaluate("Out", {"x": {"age": "3", "day": "2024-01-02"}}).value is None


def test_D_NS_03_unknown_elements_anywhere_are_faults_misplaced_ones_are_told(build: Any) -> None:
    unknown = build.decision(
        "Out", '<literalExpression id="l"><nonsense id="n"/><text>1</text></literalExpression>'
    )
    assert faults_of(build.model(unknown)) == {("D-NS-03", "n")}
    odd = build.decision(
        "Out", '<literalExpression id="l" colour="red"><rule id="r"/><text>1</text></literalExpression>'
    )
    read = read_dmn(build.model(odd))
    assert (read.evaluate("Out", {}).value, told(read)) == (1, {("D-NS-03", "l"), ("D-NS-03", "r")})


def test_D_NS_03_elements_of_later_versions_are_told(build: Any) -> None:
    loop = f'<for id="f" iteratorVariable="i">{part(build, "in", "[1]")}{part(build, "return", "i")}</for>'
    assert told(read_dmn(build.model(build.decision("Out", loop)))) == {("D-NS-03", "f")}
    assert told(read_dmn(build.model(build.decision("Out", loop), V15))) == set()


# -- D-IMP --------------------------------------------------------------------------------------------------


def library(build: Any, own: str = "urn:lib", name: str = "Base Rate", more: str = "") -> DecisionModel:
    types = '<itemDefinition name="tRate"><itemComponent name="net-rate"><typeRef>number</typeRef>'
    types += "</itemComponent></itemDefinition>"
    return read_dmn(
        build.model(
            types
            + build.input("Who Asks", "string")
            + build.decision(name, build.literal("{net-rate: string length(Who Asks)}"), "#who_asks", "tRate")
            + more,
            own=own,
        )
    )


def importing(build: Any, name: str, text: str, more: str = "", type_ref: str = "") -> bytes:
    need = '<informationRequirement><requiredDecision href="urn:lib#base_rate"/></informationRequirement>'
    logic = need + build.literal(text)
    body = f'<import name="{name}" namespace="urn:lib" importType="{KIND}"/>'
    out: bytes = build.model(body + build.decision("Out", logic, "", type_ref) + more)
    return out


@pytest.mark.parametrize(
    "given", [{"My Lib": {"Who Asks": "Anna"}}, {"My Lib.Who Asks": "Anna"}, {"Who Asks": "Anna"}]
)
def test_D_IMP_01_names_with_spaces_and_inputs_of_an_import(build: Any, given: dict[str, Any]) -> None:
    xml = importing(build, "My Lib", "My Lib.Base Rate.net-rate * 2")
    assert read_dmn(xml, {"urn:lib": library(build)}).evaluate("Out", given).value == 8


def test_D_IMP_02_an_empty_name_puts_elements_and_types_in_our_own_scope(build: Any) -> None:
    read = read_dmn(importing(build, "", "Base Rate", type_ref="tRate"), {"urn:lib": library(build)})
    assert read.evaluate("Out", {"Who Asks": "Anna"}).value == {"net-rate": 4}


def test_D_IMP_02_and_D_ID_02_clashes(build: Any) -> None:
    known = {"urn:lib": library(build)}
    assert ("D-IMP-02", "m") in faults_of(importing(build, "", "1", build.input("Base  Rate")), known)
    own = '<itemDefinition name="tRate"><typeRef>string</typeRef></itemDefinition>'
    assert ("D-IMP-02", "m") in faults_of(importing(build, "", "1", own), known)
    assert ("D-ID-02", "m") in faults_of(importing(build, "Other", "1", build.input("Other")), known)
    twice = f'<import name="Other" namespace="urn:lib" importType="{KIND}"/>'
    assert ("D-ID-02", "m") in faults_of(importing(build, "Other", "1", twice), known)


def test_D_IMP_03_not_transitive_and_other_kinds_refused(build: Any) -> None:
    middle = read_dmn(
        importing(build, "lib", "lib.Base Rate").replace(b"urn:test", b"urn:mid"), {"urn:lib": library(build)}
    )
    need = '<informationRequirement><requiredDecision href="urn:mid#out"/></informationRequirement>'
    body = f'<import name="mid" namespace="urn:mid" importType="{KIND}"/>'
    good = body + build.decision("Top", need + build.literal("mid.Out.net-rate"))
    read = read_dmn(build.model(good), {"urn:mid": middle})
    assert read.evaluate("Top", {"mid": {"lib": {"Who Asks": "Carla"}}}).value == 5
    bad = body + build.input("x", "mid.lib.tRate") + build.input("y", "lib.tRate")
    assert faults_of(build.model(bad), {"urn:mid": middle}) == {("D-TYPE-05", "x"), ("D-TYPE-05", "y")}
    xsd = '<import name="x" namespace="urn:x" importType="http://www.w3.org/2001/XMLSchema"/>'
    assert faults_of(build.model(xsd)) == {("D-IMP-03", "m")}


def test_D_IMP_own_decisions_win_over_imported_ones_of_the_same_name(build: Any) -> None:
    xml = importing(build, "lib", "1", build.decision("Base Rate", build.literal('"own"')))
    read = read_dmn(xml, {"urn:lib": library(build)})
    assert read.evaluate("Base Rate", {}).value == "own"
    assert read.evaluate("lib.Base Rate", {"Who Asks": "Anna"}).value == {"net-rate": 4}


# -- D-TYPE -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_ref", "given", "expected"),
    [
        ("list<number>", [1, 2], [1, 2]),
        ("list<number>", ["a", "b"], None),
        ("list", [1, "a"], [1, "a"]),
        ("list", 1, [1]),
        ("context", {"a": 1}, {"a": 1}),
        ("context", 1, None),
        ("context<a: date>", {"a": "2024-01-02"}, {"a": Date(2024, 1, 2)}),
        ("years  and months duration", "P1D", None),
    ],
)
def test_D_TYPE_05_types_as_the_grammar_writes_them(
    build: Any, type_ref: str, given: Any, expected: Any
) -> None:
    body = build.input("x", type_ref.replace("<", "&lt;")) + build.decision("Out", build.literal("x"), "#x")
    assert read_dmn(build.model(body)).evaluate("Out", {"x": given}).value == expected


def test_D_TYPE_05_unknown_types_within_types_and_of_results(build: Any) -> None:
    body = build.input("x", "list&lt;nothing>") + build.input("y", "list&lt;")
    function = '<itemDefinition id="f" name="f"><functionItem outputTypeRef="no"/></itemDefinition>'
    assert faults_of(build.model(body + function)) == {("D-TYPE-05", key) for key in "xyf"}


def test_D_TYPE_06_a_text_that_is_no_date_says_so(build: Any) -> None:
    body = build.input("x", "date") + build.decision("Out", build.literal("x"), "#x")
    outcome = read_dmn(build.model(body)).evaluate("Out", {"x": "29.2.2024"})
    assert (outcome.value, [d.rule for d in outcome.diagnostics]) == (None, ["D-TYPE-06"])


def test_D_TYPE_02_constraints_may_name_types_and_components(build: Any) -> None:
    types = '<itemDefinition name="tA"><typeRef>number</typeRef></itemDefinition><itemDefinition name="tB">'
    types += '<itemComponent name="net-pay"><typeRef>number</typeRef></itemComponent><typeConstraint><text>'
    types += "?.net-pay instance of tA and ?.net-pay &gt; 3</text></typeConstraint></itemDefinition>"
    read = read_dmn(
        build.model(
            types + build.input("x", "tB") + build.decision("Out", build.literal("x.net-pay"), "#x"), V15
        )
    )
    assert read.evaluate("Out", {"x": {"net-pay": 4}}).value == 4
    assert read.evaluate("Out", {"x": {"net-pay": 2}}).value is None


# -- D-BOX --------------------------------------------------------------------------------------------------


def part(build: Any, kind: str, text: str, type_ref: str = "") -> str:
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f"<{kind}{typed}>{build.literal(text)}</{kind}>"


def boxed(build: Any, logic: str) -> Any:
    return read_dmn(build.model(build.decision("Out", logic), V15)).evaluate("Out", {})


def test_D_BOX_FILTER_null_drops_and_other_values_give_null(build: Any) -> None:
    items = part(build, "in", "[{a: 1}, {a: null}, {a: 3}]")
    found = boxed(build, f"<filter>{items}{part(build, 'match', 'a > 2')}</filter>")
    assert found.value == [{"a": Decimal(3)}]
    wrong = boxed(build, f"<filter>{items}{part(build, 'match', '1')}</filter>")
    assert (wrong.value, [d.rule for d in wrong.diagnostics]) == (None, ["D-BOX-FILTER"])


@pytest.mark.parametrize(
    ("type_ref", "value"), [("number", [1, 2]), ("list&lt;number>", [1, 2]), ("string", None)]
)
def test_D_BOX_FOR_the_type_of_in_is_checked(build: Any, type_ref: str, value: Any) -> None:
    loop = (
        f'<for iteratorVariable="i">{part(build, "in", "[1, 2]", type_ref)}{part(build, "return", "i")}</for>'
    )
    assert boxed(build, loop).value == value


def test_D_BOX_EVERY_and_D_BOX_SOME_the_type_of_in_is_checked(build: Any) -> None:
    for kind in ("every", "some"):
        inner = part(build, "in", "[1]", "string") + part(build, "satisfies", "true")
        assert boxed(build, f'<{kind} iteratorVariable="i">{inner}</{kind}>').value is None


def test_D_BOX_LITERAL_empty_or_missing_gives_null(build: Any) -> None:
    empty = boxed(build, build.literal("  "))
    assert (empty.value, empty.diagnostics[0].rule) == (None, "D-BOX-LITERAL")
    entries = "<contextEntry><variable name='f'/><functionDefinition/></contextEntry>"
    entries += f"<contextEntry>{build.literal('f()')}</contextEntry>"
    assert boxed(build, f"<context>{entries}</context>").value is None
    two = build.decision("Out", f"<list>{build.literal('1')}</list>{build.literal('1')}")
    assert faults_of(build.model(two)) == {("D-BOX-LITERAL", "out")}


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_D_BOX_FUNCTION_of_another_kind_is_refused(build: Any, kind: str) -> None:
    logic = f'<functionDefinition id="f" kind="{kind}"><context/></functionDefinition>'
    assert faults_of(build.model(build.decision("Out", logic))) == {("F-FN-05", "f")}


def test_D_BOX_LITERAL_values_of_another_file_are_refused(build: Any) -> None:
    logic = '<literalExpression id="l"><importedValues namespace="n" importType="x"><importedElement>e'
    logic += "</importedElement></importedValues></literalExpression>"
    assert faults_of(build.model(build.decision("Out", logic))) == {("D-IMP-03", "l")}


# -- D-BKM, D-SVC -------------------------------------------------------------------------------------------


def test_D_BKM_01_called_from_outside_by_its_parameters(build: Any) -> None:
    table = build.table({"late": ""}, {"fine": {}}, [["> 3", "late * rate", "§ 5"], ["<= 3", "0", ""]])
    xml = build.model(
        '<businessKnowledgeModel id="f" name="Fine of"><variable name="Fine of" typeRef="number"/>'
        '<encapsulatedLogic><formalParameter name="late" typeRef="number"/>'
        f'<formalParameter name="rate" typeRef="number"/>{table}</encapsulatedLogic></businessKnowledgeModel>'
    )
    read = read_dmn(xml)
    assert "Fine of" in read
    assert read.knowledge_models == {"f": "Fine of"}
    assert {name: str(type_) for name, type_ in read.inputs_of("f").items()} == {
        "late": "number",
        "rate": "number",
    }
    outcome = read.evaluate("Fine of", {"late": 4, "rate": 2})
    assert (outcome.value, [rule.annotations for rule in outcome.rules]) == (8, [(("Law", "§ 5"),)])
    assert read.evaluate("f", {"late": "4", "rate": 2}).value is None


def test_D_SVC_02_nothing_behind_an_input_decision_is_evaluated(build: Any) -> None:
    service = '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#top"/>'
    service += '<inputDecision href="#mid"/></decisionService>'
    read = read_dmn(
        build.model(
            build.input("x")
            + build.decision("Low", build.literal("x + 1"), "#x")
            + build.decision("Mid", build.literal("Low + 1"), "!low")
            + build.decision("Top", build.literal("Mid * 2"), "!mid")
            + service
        )
    )
    outcome = read.evaluate("s", {"Mid": 4})
    assert (outcome.value, [d.name for d in outcome.trace], outcome.diagnostics) == (8, ["Top"], ())
    assert list(read.inputs_of("s")) == ["Mid"]


def test_D_SVC_03_several_outputs_are_a_context_by_name(build: Any) -> None:
    service = '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#a"/>'
    service += '<outputDecision href="#b"/></decisionService>'
    read = read_dmn(
        build.model(
            build.decision("A", build.literal("1"))
            + build.decision("B", build.literal("2"))
            + service
            + build.decision("Out", build.literal("s().A + s().B"), "?s")
        )
    )
    assert read.evaluate("s", {}).value == {"A": 1, "B": 2}
    assert read.evaluate("Out", {}).value == 3


# -- what is known at load ---------------------------------------------------------------------------------


def warned(read: DecisionModel) -> list[tuple[str, str, str]]:
    return [(fault.rule, fault.element, fault.text) for fault in read.warnings]


def test_D_TYPE_04_constants_of_another_kind_are_told_with_their_cell(build: Any) -> None:
    rules = [['"5"', "1"], ["< 5", '"a"'], ["[1..3]", "2"], ["null, 4, true", "null"], ["? > 3", "x"]]
    table = build.table({"x": ""}, {"out": {"type": "number", "default": '"none"'}}, rules, "FIRST")
    table = table.replace("<inputExpression", '<inputExpression typeRef="number"')
    read = read_dmn(build.model(build.input("x", "number") + build.decision("Out", table, "#x")))
    assert warned(read) == [
        (
            "D-TYPE-04",
            "o1",
            "the default output: a value of kind string is not number, so it gives null",
        ),
        ("D-TYPE-04", "r1i1", "rule 1, input 1: a value of kind string is compared with x, which is number"),
        ("D-TYPE-04", "r2", "rule 2, output 1: a value of kind string is not number, so it gives null"),
    ]
    assert read.evaluate("Out", {"x": 2}).value is None


def test_D_TYPE_04_a_decision_whose_constant_does_not_fit_is_told(build: Any) -> None:
    read = read_dmn(build.model(build.decision("Out", build.literal('"a"'), "", "number")))
    assert [(rule, element) for rule, element, _ in warned(read)] == [("D-TYPE-04", "out")]
    for text, type_ref in (
        ("[1]", "number"),
        ('@"2024-01-01"', "dateTime"),
        ("null", "number"),
        ("1/0", "string"),
    ):
        assert read_dmn(build.model(build.decision("Out", build.literal(text), "", type_ref))).warnings == ()


def test_faults_of_cells_say_rule_and_column(build: Any) -> None:
    table = build.table({"x": "", "y": ""}, {"out": {}}, [["-", "-", "1"], ["-", "> (", "1 +"]])
    with pytest.raises(ModelFaults) as caught:
        read_dmn(build.model(build.decision("Out", table)))
    texts = [fault.text for fault in caught.value.faults if fault.rule == "F-SYNTAX"]
    assert [text.partition(":")[0] for text in texts] == ["rule 2, input 2", "rule 2, output 1"]


def test_F_NUM_01_a_test_out_of_range_is_not_satisfied(hit: Any) -> None:
    rules = [["? * 1E6144 * 10 > 1", "1"], ["-", "2"]]
    outcome = hit(5, "FIRST", rules)
    assert (outcome.value, {d.rule for d in outcome.diagnostics} <= {"F-NUM-01", "F-UT-04", "F-ORD-01"}) == (
        2,
        True,
    )


def test_D_TYPE_05_a_function_takes_the_result_type_that_is_declared(build: Any) -> None:
    types = '<itemDefinition name="tFun"><functionItem outputTypeRef="number"><parameters name="a" '
    types += 'typeRef="string"/></functionItem></itemDefinition>'
    body = types + build.decision("Fun", build.literal("function(a) a"), "", "tFun")
    body += build.input("x") + build.decision("Out", build.literal("Fun(x)"), "!fun #x")
    read = read_dmn(build.model(body))
    assert read.evaluate("Out", {"x": "text"}).value is None
    two = body.replace("function(a) a", "function(a, b) a")
    assert read_dmn(build.model(two)).evaluate("Fun", {}).value is None
    number = body.replace("function(a) a", "function(a) string length(a)")
    assert read_dmn(build.model(number)).evaluate("Out", {"x": "text"}).value == 4
