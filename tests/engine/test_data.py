# ruff: noqa: E501  (models stand on one line each)
"""Data: properties, objects, stores, inputs, outputs, associations (X-DATA, X-CASE-27)."""

from datetime import timedelta

import pytest

from backend.engine import Host, ModelFaults, commands, dump, load, replay
from backend.engine import events as ev
from backend.engine.soundness import explore
from tests.engine.models import (
    NOW,
    compiled,
    flows,
    hosted,
    io,
    model,
    open_tasks,
    raised,
    script,
    service,
    state,
    user,
)

S = '<startEvent id="s"/>'
GATE = '<exclusiveGateway id="g"/>'
ORDER = '<dataObject id="do" name="order"/><dataObjectReference id="ref" name="order" dataObjectRef="do"/>'


def kept(host):
    """Every instance survives being stored, and is what its events say."""
    for one in host.instances.values():
        one.state = load(dump(one.state))
        assert replay(one.events) == one.state
    return host


def io_specification(inputs="", outputs="", in_sets=None, out_sets=None):
    """Names of data inputs and outputs (ids `i_` and `o_`), each set a list of names, `?` optional, `*` whileExecuting."""
    made = "".join(f'<dataInput id="i_{one}" name="{one}"/>' for one in inputs.split())
    made += "".join(f'<dataOutput id="o_{one}" name="{one}"/>' for one in outputs.split())
    made += _sets("input", "Input", "i_", [inputs] if in_sets is None else in_sets)
    made += _sets("output", "Output", "o_", [outputs] if out_sets is None else out_sets)
    return f"<ioSpecification>{made}</ioSpecification>"


def _sets(kind, word, prefix, sets):
    made = ""
    for number, one in enumerate(sets):
        names, _, pairs = one.partition("->")
        refs = ""
        for name in names.split():
            for mark, tag in (
                ("", f"data{word}Refs"),
                ("?", f"optional{word}Refs"),
                ("*", f"whileExecuting{word}Refs"),
            ):
                if mark in name:
                    refs += f"<{tag}>{prefix}{name.strip('?*')}</{tag}>"
        other = "outputSetRefs" if kind == "input" else "inputSetRefs"
        refs += "".join(f"<{other}>{pair}</{other}>" for pair in pairs.split())
        identity = f' id="{kind}{number}"' if pairs else ""
        made += f"<{kind}Set{identity}>{refs}</{kind}Set>"
    return made


def associate(kind, source, target, inner=""):
    sources = "".join(f"<sourceRef>{one}</sourceRef>" for one in source.split())
    return f"<data{kind}Association>{sources}<targetRef>{target}</targetRef>{inner}</data{kind}Association>"


def assign(source, to):
    return f"<assignment><from>{source}</from><to>{to}</to></assignment>"


def seen(host, name, instance=1):
    """What an open task or job sees under a name."""
    one = state(host, instance)
    key = next(iter(one.tasks), 0) or next(iter(one.jobs.values())).scope
    scope = one.scopes[key]
    while scope.parent and name not in scope.variables:
        scope = one.scopes[scope.parent]
    return scope.variables.get(name)


# --- X-DATA-01 ---


def test_X_DATA_01_a_data_object_is_a_variable_of_its_container_by_name_else_id():
    inner = (
        '<startEvent id="i"/><dataObject id="local" name="note"/><property id="nr"/>'
        + user("a")
        + script("x", "1", "nr")
        + user("b")
    )
    xml = model(S + f'<subProcess id="S">{inner}{flows("i>a>x>b")}</subProcess>' + user("c"), "s>S>c")
    host = hosted(xml, {"note": "outer"})
    assert seen(host, "note") is None, "the inner one hides the outer one"
    host.complete(1, "a", {"note": "inner", "free": 1})
    assert seen(host, "note") == "inner" and seen(host, "nr") == 1
    kept(host).complete(1, "b")
    assert state(host).variables == {"note": "outer", "free": 1}, "what the sub-process declares ends with it"


def test_X_DATA_01_two_instances_of_a_sub_process_have_their_own():
    inner = '<startEvent id="i"/><dataObject id="d"/>' + user("a") + user("b")
    xml = model(
        S
        + f'<parallelGateway id="g"/><exclusiveGateway id="m"/><subProcess id="S">{inner}{flows("i>a>b")}</subProcess>',
        "s>g",
        "g>m>S",
    ).replace(
        b'<sequenceFlow id="g_m"',
        b'<sequenceFlow id="g_m2" sourceRef="g" targetRef="m"/><sequenceFlow id="g_m"',
    )
    host = hosted(xml)
    host.complete(1, "a", {"d": 1})
    host.complete(1, "a", {"d": 2})
    scopes = kept(host).instances[1].state.scopes
    assert [one.variables for one in scopes.values() if one.element == "S"] == [{"d": 1}, {"d": 2}]


def test_X_DATA_01_a_reference_is_an_alias_and_a_drawn_name_counts():
    data = '<dataObject id="d1"/><dataObjectReference id="r1" name="order" dataObjectRef="d1"/><dataObjectReference id="r2" name="paid order" dataObjectRef="d1"/>'
    task = user("b", associate("Input", "r2", "got", "") + '<property id="got"/>')
    host = hosted(model(S + data + user("a") + task, "s>a>b"))
    host.complete(1, "a", {"order": 5})
    assert seen(host, "got") == 5
    assert state(kept(host)).variables == {"order": 5, "paid order": 5}


def test_X_DATA_01_what_is_given_by_id_is_known_by_name_and_expressions_may_ask_for_the_id():
    data = '<dataObject id="order" name="The Order"/><dataObjectReference id="r1" name="The Order" dataObjectRef="order"/>'
    task = user("t", io_specification("a") + associate("Input", "r1", "i_a"))
    host = hosted(model(S + data + task + script("x", "order + 1", "y"), "s>t>x"), {"order": 5})
    assert seen(host, "a") == 5
    host.complete(1, "t", {"The Order": 6})
    assert state(kept(host)).variables == {"order": 6, "The Order": 6, "y": 7}
    host = hosted(model(S + data + task, "s>t"))
    host.do(1, commands.UpdateVariables(1, {"r1": 7}))
    assert seen(kept(host), "a") == 7


@pytest.mark.parametrize("value", [None, "absent"])
def test_X_DATA_02_null_and_absent_are_unavailable(value):
    task = user("t", io_specification("a") + associate("Input", "ref", "i_a"))
    host = hosted(model(S + ORDER + task, "s>t"), {} if value else {"order": None})
    assert open_tasks(host) == []
    for given in (False, 0, "", []):
        assert open_tasks(hosted(model(S + ORDER + task, "s>t"), {"order": given})) == ["t"], (
            "these are values"
        )


def test_C8_VAR_01_each_instance_is_a_scope_and_inputs_stay_in_it():
    nodes = (
        S
        + '<parallelGateway id="g"/>'
        + user("a", extension=io("in mine = 1"))
        + user("b", extension=io("in mine = 2"))
    )
    host = hosted(model(nodes, "s>g>a", "g>b"))
    scopes = kept(host).instances[1].state.scopes
    assert [scopes[key].variables for key in state(host).tasks] == [{"mine": 1}, {"mine": 2}] and state(
        host
    ).variables == {}


def test_what_waits_for_data_ends_with_its_scope():
    task = user("t", io_specification("a") + associate("Input", "ref", "i_a"))
    inner = f'<subProcess id="S"><startEvent id="i"/>{task}{flows("i>t")}</subProcess>'
    late = '<boundaryEvent id="b" attachedToRef="S"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>'
    host = hosted(model(S + ORDER + inner + late + user("u"), "s>S", "b>u"))
    host.advance(NOW + timedelta(hours=1))
    assert open_tasks(kept(host)) == ["u"]
    host.do(1, commands.UpdateVariables(1, {"order": 1}))
    assert open_tasks(host) == ["u"]
    host.do(1, commands.Cancel())
    assert state(kept(host)).status == "terminated"


def test_what_waits_for_data_sleeps_while_suspended():
    task = user("t", io_specification("a") + associate("Input", "ref", "i_a"))
    host = hosted(model(S + ORDER + task, "s>t"))
    host.do(1, commands.Suspend())
    host.do(1, commands.UpdateVariables(1, {"order": 1}))
    assert open_tasks(kept(host)) == []
    host.do(1, commands.Resume())
    assert open_tasks(kept(host)) == ["t"]


def test_X_DATA_01_names_of_several_words_are_read_in_feel():
    data = '<dataObject id="d1" name="Order Form"/>'
    host = hosted(
        model(S + data + script("x", "Order Form.total + 1", "y") + user("a"), "s>x>a"),
        {"Order Form": {"total": 1}},
    )
    assert state(host).variables["y"] == 2


# --- X-DATA-02, -03, X-CASE-27 ---


def case_27(sets):
    data = "".join(f'<dataObject id="d{one}" name="{one.upper()}"/>' for one in "abc")
    spec = io_specification("a b c", in_sets=sets)
    task = user("t", spec + "".join(associate("Input", f"d{one}", f"i_{one}") for one in "abc"))
    return model(S + data + task, "s>t")


@pytest.mark.parametrize("given", [{"C": 1}, {"A": 1, "B": 2}, {"A": 1, "B": 2, "C": 3}])
def test_X_CASE_27_the_first_complete_input_set_is_used(given):
    host = kept(hosted(case_27(["a b", "c"]), given))
    assert open_tasks(host) == ["t"]
    task = next(iter(state(host).tasks))
    used = {"a": 1, "b": 2} if "A" in given else {"c": 1}
    assert state(host).scopes[task].variables == used, "only the inputs of that set are filled"


def test_X_CASE_27_X_DATA_03_no_complete_set_waits_ready_until_the_data_change():
    host = kept(hosted(case_27(["a b", "c"]), {"A": 1}))
    assert open_tasks(host) == [] and not raised(host) and state(host).status == "active"
    host.do(1, commands.UpdateVariables(1, {"A": 2}))
    assert open_tasks(kept(host)) == []
    host.do(1, commands.UpdateVariables(1, {"B": None}))
    assert open_tasks(host) == [], "null is not available (X-DATA-02)"
    host.do(1, commands.UpdateVariables(1, {"B": 3}))
    assert open_tasks(kept(host)) == ["t"] and seen(host, "a") == 2
    host.complete(1, "t")
    assert state(kept(host)).status == "completed"


def test_X_DATA_03_a_token_elsewhere_brings_the_data():
    task = user("t", io_specification("a") + associate("Input", "ref", "i_a"))
    host = hosted(model(S + ORDER + '<parallelGateway id="g"/>' + task + user("u"), "s>g>t", "g>u"))
    assert open_tasks(host) == ["u"]
    host.complete(1, "u", {"order": 7})
    assert open_tasks(kept(host)) == ["t"] and seen(host, "a") == 7


def test_X_DATA_03_optional_inputs_are_not_waited_for():
    task = user(
        "t",
        io_specification("a b", in_sets=["a b?"])
        + associate("Input", "ref", "i_a")
        + associate("Input", "d2", "i_b"),
    )
    host = hosted(model(S + ORDER + '<dataObject id="d2"/>' + task, "s>t"), {"order": 1})
    assert open_tasks(host) == ["t"] and seen(host, "b") is None


def test_X_DATA_03_inputs_while_executing_follow_their_source():
    task = user("t", io_specification("a", in_sets=["a*"]) + associate("Input", "ref", "i_a"))
    host = hosted(model(S + ORDER + task, "s>t"))
    assert open_tasks(host) == ["t"] and seen(host, "a") is None
    host.do(1, commands.UpdateVariables(1, {"order": 4}))
    assert seen(kept(host), "a") == 4


def test_X_DATA_03_an_input_that_nothing_fills_is_the_variable_of_its_name():
    host = hosted(model(S + user("t", io_specification("a")), "s>t"))
    assert open_tasks(host) == []
    host.do(1, commands.UpdateVariables(1, {"a": 1}))
    assert open_tasks(kept(host)) == ["t"]


# --- X-DATA-04 ---


def out_task(sets, more=""):
    spec = io_specification("", "x y", out_sets=sets)
    return user("t", spec + associate("Output", "o_x", "ref") + associate("Output", "o_y", "d2") + more)


def test_X_DATA_04_the_first_complete_output_set_is_used():
    xml = model(S + ORDER + '<dataObject id="d2"/>' + out_task(["x y", "y"]) + user("u"), "s>t>u")
    host = hosted(xml)
    host.complete(1, "t", {"y": 2, "other": 3})
    assert open_tasks(kept(host)) == ["u"]
    assert state(host).variables == {"d2": 2}, "only what an association carries leaves"


def test_X_DATA_04_no_complete_output_set_is_an_incident():
    host = hosted(model(S + ORDER + '<dataObject id="d2"/>' + out_task(["x y?"]), "s>t"))
    host.complete(1, "t", {"y": 2})
    assert raised(kept(host)) == [("t", "mapping")]
    incident = next(iter(state(host).incidents.items()))
    host.do(1, commands.UpdateVariables(incident[1].scope, {"x": 1}))
    host.do(1, commands.ResolveIncident(incident[0]))
    assert state(kept(host)).status == "completed" and state(host).variables == {"order": 1, "d2": 2}


def test_X_DATA_04_the_input_set_limits_the_output_sets():
    data = '<dataObject id="da" name="A"/><dataObject id="db" name="B"/><dataObject id="d2"/>'
    spec = io_specification("a b", "x y", ["a-> output0", "b-> output1"], ["x-> input0", "y-> input1"])
    task = user(
        "t",
        spec
        + associate("Input", "da", "i_a")
        + associate("Input", "db", "i_b")
        + associate("Output", "o_x", "ref")
        + associate("Output", "o_y", "d2"),
    )
    xml = model(S + ORDER + data + task, "s>t")
    host = hosted(xml, {"B": 1})
    host.complete(1, "t", {"x": 1})
    assert raised(kept(host)) == [("t", "mapping")], "x belongs to the other input set"
    host = hosted(xml, {"A": 1})
    host.complete(1, "t", {"x": 1})
    assert state(host).variables["order"] == 1


def test_X_DATA_04_without_associations_results_are_merged_as_ever():
    host = hosted(model(S + user("t", io_specification("", "x")) + user("u"), "s>t>u"))
    host.complete(1, "t", {"x": 1, "y": 2})
    assert open_tasks(host) == ["u"] and state(host).variables == {"x": 1, "y": 2}


# --- X-DATA-05 ---


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("", {"amount": 5, "by": "Anna"}),
        ("<transformation>order.amount * 2</transformation>", 10),
        ("<transformation>=ref.amount + 1</transformation>", 6),
        (assign("order.amount", "a.total"), {"total": 5}),
        (
            assign("order.amount", "total.net") + assign("a.total.net + 1", "total.gross"),
            {"total": {"net": 5, "gross": 6}},
        ),
        (assign("order.amount", "i_a"), 5),
        ("<transformation>order</transformation>" + assign("1", "amount"), {"amount": 1, "by": "Anna"}),
    ],
)
def test_X_DATA_05_source_transformation_and_assignments(inner, expected):
    task = user("t", io_specification("a") + associate("Input", "ref", "i_a", inner))
    host = kept(hosted(model(S + ORDER + task, "s>t"), {"order": {"amount": 5, "by": "Anna"}}))
    assert seen(host, "a") == expected
    assert state(host).variables == {"order": {"amount": 5, "by": "Anna"}}, "copied, never shared"


def test_X_DATA_05_several_sources_make_one_value():
    task = user(
        "t",
        io_specification("a")
        + associate("Input", "ref d2", "i_a", "<transformation>order + d2</transformation>"),
    )
    host = hosted(model(S + ORDER + '<dataObject id="d2"/>' + task, "s>t"), {"order": 1, "d2": 2})
    assert seen(host, "a") == 3


def test_X_DATA_05_an_output_is_assigned_into_part_of_an_object():
    task = user("t", io_specification("", "x") + associate("Output", "o_x", "ref", assign("x", "order.paid")))
    host = hosted(model(S + ORDER + task + user("u"), "s>t>u"), {"order": {"amount": 5}})
    host.complete(1, "t", {"x": True})
    assert state(kept(host)).variables == {"order": {"amount": 5, "paid": True}}


def test_X_DATA_01_an_output_goes_to_the_scope_that_declares_the_object():
    task = user("t", io_specification("", "x") + associate("Output", "o_x", "in"))
    inner = f'<startEvent id="i"/><dataObject id="in" name="order"/>{task}{user("u")}{flows("i>t>u")}'
    host = hosted(model(S + f'<subProcess id="S">{inner}</subProcess>', "s>S"), {"order": "outer"})
    host.complete(1, "t", {"x": "inner"})
    assert seen(kept(host), "order") == "inner" and state(host).variables == {"order": "outer"}


def test_X_DATA_05_a_failing_expression_is_an_incident_and_tried_again():
    task = user(
        "t",
        io_specification("a")
        + associate("Input", "ref", "i_a", "<transformation>order + missing</transformation>"),
    )
    host = hosted(model(S + ORDER + task, "s>t"), {"order": 1})
    assert raised(host) == [("t", "mapping")]
    host.do(1, commands.UpdateVariables(1, {"missing": 1}))
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert seen(kept(host), "a") == 2


def test_X_DATA_05_what_waited_and_then_fails_is_one_incident():
    inner = associate("Input", "ref", "i_a", "<transformation>order + missing</transformation>")
    host = hosted(model(S + ORDER + user("t", io_specification("a") + inner), "s>t"))
    host.do(1, commands.UpdateVariables(1, {"order": 1}))
    assert raised(kept(host)) == [("t", "mapping")]
    host.do(1, commands.UpdateVariables(1, {"missing": 2}))
    assert raised(kept(host)) == [("t", "mapping")], "only its resolution tries again"
    host.do(1, commands.ResolveIncident(next(iter(state(host).incidents))))
    assert open_tasks(kept(host)) == ["t"] and seen(host, "a") == 3


@pytest.mark.parametrize(
    "language",
    [
        "http://www.omg.org/spec/FEEL/20140401",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "feel",
        "FEEL",
        "http://www.w3.org/1999/XPath",
        "",
    ],
)
def test_C8_EXPR_01_feel_by_any_of_its_names_is_read(language):
    xml = model(S + GATE + user("a"), "s>g", "g>a: 1 < 2").replace(
        b"<definitions ", f'<definitions expressionLanguage="{language}" '.encode()
    )
    assert compiled(xml)


def test_C8_EXPR_01_another_language_is_refused_with_a_remedy():
    xml = model(S + GATE + user("a"), "s>g", "g>a: 1 < 2").replace(
        b"<conditionExpression>=", b'<conditionExpression language="http://www.java.com/java">'
    )
    with pytest.raises(ModelFaults) as refused:
        compiled(xml)
    assert [(one.rule, "FEEL" in one.remedy) for one in refused.value.faults if one.severity == "E"] == [
        ("C8-EXPR-01", True)
    ]
    with pytest.raises(ModelFaults):
        compiled(
            model(S + GATE + user("a"), "s>g", "g>a: 1 < 2")
            .replace(b"<conditionExpression>=", b"<conditionExpression>")
            .replace(b"<definitions ", b'<definitions expressionLanguage="groovy" ')
        )


# --- X-DATA-06 ---

ROOTS = '<message id="M" name="M"/><signal id="G" name="G"/>'
RECEIVE = (
    '<dataOutput id="o" name="got"/>'
    + associate("Output", "o", "ref")
    + "<outputSet><dataOutputRefs>o</dataOutputRefs></outputSet>"
)


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        ({"got": 5, "x": 1}, 5),
        ({"o": 5, "x": 1}, 5),
        ({"amount": 5}, 5),
        ({"a": 1, "b": 2}, {"a": 1, "b": 2}),
    ],
)
def test_X_DATA_06_a_catching_event_puts_the_payload_into_its_output_then_associates(payload, value):
    catch = f'<intermediateCatchEvent id="c">{RECEIVE}<messageEventDefinition messageRef="M"/></intermediateCatchEvent>'
    host = hosted(model(S + ORDER + catch + user("u"), "s>c>u", roots=ROOTS))
    host.publish("M", variables=payload)
    assert open_tasks(kept(host)) == ["u"] and state(host).variables == {"order": value}


def test_X_DATA_06_start_boundary_and_receive_task_too():
    start = f'<startEvent id="s">{RECEIVE}<messageEventDefinition messageRef="M"/></startEvent>'
    host = Host([compiled(model(start + ORDER + user("u"), "s>u", roots=ROOTS))], NOW)
    host.publish("M", variables={"amount": 3})
    assert state(kept(host)).variables["order"] == 3
    boundary = f'<boundaryEvent id="b" attachedToRef="a">{RECEIVE}<signalEventDefinition signalRef="G"/></boundaryEvent>'
    host = hosted(model(S + ORDER + user("a") + boundary + user("u"), "s>a", "b>u", roots=ROOTS))
    host.broadcast("G", {"amount": 4})
    assert open_tasks(kept(host)) == ["u"] and state(host).variables == {"order": 4}
    receive = (
        '<receiveTask id="r" messageRef="M">'
        + io_specification("", "got")
        + associate("Output", "o_got", "ref")
        + "</receiveTask>"
    )
    host = hosted(model(S + ORDER + receive + user("u"), "s>r>u", roots=ROOTS))
    host.publish("M", variables={"amount": 5})
    assert state(kept(host)).variables == {"order": 5}


def test_X_DATA_06_a_throwing_event_fills_what_it_throws_and_never_waits():
    throw = (
        '<intermediateThrowEvent id="t"><dataInput id="i" name="order"/><dataInput id="j"/>'
        + associate("Input", "ref", "i")
        + associate("Input", "d2", "j")
        + '<inputSet><dataInputRefs>i</dataInputRefs></inputSet><messageEventDefinition messageRef="M"/></intermediateThrowEvent>'
    )
    host = hosted(
        model(S + ORDER + '<dataObject id="d2"/>' + throw + user("u"), "s>t>u", roots=ROOTS), {"order": 5}
    )
    sent = [one for one in kept(host).instances[1].events if isinstance(one, ev.MessageThrown)]
    assert [one.variables for one in sent] == [{"order": 5}] and open_tasks(host) == ["u"]


def test_X_DATA_06_a_declared_output_that_goes_nowhere_leaves_the_payload_as_it_is():
    receive = '<receiveTask id="r" messageRef="M">' + io_specification("", "got") + "</receiveTask>"
    host = hosted(model(S + receive + user("u"), "s>r>u", roots=ROOTS))
    host.publish("M", variables={"amount": 5})
    assert open_tasks(kept(host)) == ["u"] and state(host).variables == {"amount": 5}


def test_X_DATA_04_the_answer_of_an_operation_is_the_only_output_of_its_task():
    roots = (
        ROOTS
        + '<interface id="if" name="I"><operation id="op" name="ask"><inMessageRef>M</inMessageRef></operation></interface>'
    )
    inner = (
        io_specification("a", "answer")
        + associate("Input", "ref", "i_a")
        + associate("Output", "o_answer", "ref")
    )
    host = hosted(
        model(
            S + ORDER + f'<serviceTask id="t" operationRef="op">{inner}</serviceTask>' + user("u"),
            "s>t>u",
            roots=roots,
        ),
        {"order": 1},
    )
    host.complete(1, "t", {"said": "yes"})
    assert open_tasks(kept(host)) == ["u"] and state(host).variables == {"order": "yes"}


# --- X-DATA-07, -08 ---


def test_X_DATA_07_a_data_store_outlives_its_instances():
    roots = '<dataStore id="ds" name="registry"/>'
    store = '<dataStoreReference id="sr" dataStoreRef="ds"/>'
    write = user("w", io_specification("", "x") + associate("Output", "o_x", "sr", assign("x", "last")))
    read = user(
        "r",
        io_specification("a")
        + associate("Input", "sr", "i_a", "<transformation>registry.last + 1</transformation>"),
    )
    host = Host([compiled(model(S + store + write + read, "s>w>r", roots=roots))], NOW)
    host.start("p")
    host.complete(1, "w", {"x": 4})
    assert host.stores == {"registry": {"last": 4}} and seen(kept(host), "a") == 5
    host.start("p")
    host.complete(2, "w", {"x": 6})
    assert host.stores == {"registry": {"last": 6}} and seen(kept(host), "a", 2) == 7
    assert seen(host, "a", 1) == 5, "what was read is a copy"


def test_X_DATA_07_waiting_for_a_store_ends_when_another_instance_writes_it():
    store = '<dataStoreReference id="sr" name="registry"/>'
    read = user("r", io_specification("a") + associate("Input", "sr", "i_a"))
    write = user("w", io_specification("", "x") + associate("Output", "o_x", "sr"))
    host = Host(
        [
            compiled(
                model(
                    S + store + '<exclusiveGateway id="g" default="g_w"/>' + read + write,
                    "s>g",
                    "g>r: reads",
                    "g>w",
                )
            )
        ],
        NOW,
    )
    host.start("p", {"reads": True})
    host.start("p", {"reads": False})
    assert open_tasks(host, 1) == []
    host.complete(2, "w", {"x": 1})
    assert open_tasks(kept(host), 1) == ["r"] and seen(host, "a") == 1


def test_X_DATA_08_associations_before_input_mappings_and_after_output_mappings():
    inner = (
        io_specification("a", "x")
        + associate("Input", "ref", "i_a")
        + associate("Output", "o_x", "ref", "<transformation>x + late</transformation>")
    )
    task = service("t", inner=inner, extension=io("in b = a + 1", "out late = x * 10"))
    host = hosted(model(S + ORDER + task + user("u"), "s>t>u"), {"order": 1})
    assert seen(host, "b") == 2
    host.complete(1, "t", {"x": 3})
    assert state(kept(host)).variables == {"order": 33, "late": 30}


def test_X_DATA_08_tokens_do_not_follow_associations_and_drawn_arrows_move_nothing():
    drawn = (
        '<property id="pp" name="__targetRef_placeholder"/>'
        + associate("Input", "ref", "pp")
        + "<dataOutputAssociation><targetRef>ref</targetRef></dataOutputAssociation>"
    )
    host = hosted(model(S + ORDER + user("a", drawn) + user("b"), "s>a>b"))
    assert open_tasks(host) == ["a"]
    host.complete(1, "a", {"x": 1})
    assert open_tasks(host) == ["b"] and state(kept(host)).variables == {"x": 1}


def test_a_plain_script_gives_its_only_output():
    inner = "<script>2 + 3</script>" + io_specification("", "sum") + associate("Output", "o_sum", "ref")
    host = hosted(
        model(S + ORDER + f'<scriptTask id="x" scriptFormat="feel">{inner}</scriptTask>' + user("u"), "s>x>u")
    )
    assert state(kept(host)).variables == {"order": 5}


# --- with loops ---


def test_X_DATA_03_X_MI_02_the_collection_is_an_input_shared_by_all_instances():
    loop = '<multiInstanceLoopCharacteristics><loopDataInputRef>i_all</loopDataInputRef><loopDataOutputRef>o_sums</loopDataOutputRef><inputDataItem id="item"/><outputDataItem id="sum"/></multiInstanceLoopCharacteristics>'
    spec = io_specification("all one", "sums part")
    inner = (
        spec
        + associate("Input", "ref", "i_all")
        + associate("Input", "item", "i_one", "<transformation>item * 10</transformation>")
    )
    inner += associate("Output", "o_part", "sum") + associate("Output", "o_sums", "d2")
    host = hosted(model(S + ORDER + '<dataObject id="d2"/>' + user("t", inner + loop) + user("u"), "s>t>u"))
    assert open_tasks(host) == [], "waits for the collection"
    host.do(1, commands.UpdateVariables(1, {"order": [1, 2]}))
    assert open_tasks(kept(host)) == ["t", "t"] and seen(host, "one") == 10
    host.complete(1, "t", {"part": "a"})
    host.complete(1, "t", {"part": "b"})
    assert open_tasks(kept(host)) == ["u"] and state(host).variables == {"order": [1, 2], "d2": ["a", "b"]}


def test_X_DATA_01_a_property_belongs_to_each_round_of_a_loop():
    loop = "<standardLoopCharacteristics><loopCondition>n = null or n &lt; 2</loopCondition></standardLoopCharacteristics>"
    host = hosted(model(S + user("t", '<property id="mine"/>' + loop), "s>t"))
    host.complete(1, "t", {"mine": 1, "n": 1})
    assert (
        open_tasks(host) == ["t"] and seen(kept(host), "mine") is None and state(host).variables == {"n": 1}
    )


def test_what_waits_for_data_is_no_deadlock_of_the_model():
    xml = model(
        S
        + ORDER
        + user("t", io_specification("a") + associate("Input", "ref", "i_a"))
        + '<endEvent id="e"/>',
        "s>t>e",
    )
    assert str(explore(compiled(xml)).verdict) == "sound"
