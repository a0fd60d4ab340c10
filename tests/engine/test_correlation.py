# ruff: noqa: E501  (models stand on one line each)
"""Correlation of plain BPMN: keys of conversations, subscriptions by data (X-CORR-01 to X-CORR-03)."""

import pytest

from backend.engine import Host, ModelFaults, commands, compile_all, read_bpmn
from tests.engine.models import HEAD, HOUR, NOW, open_tasks, user
from tests.engine.test_host import event, giving, kept, plain, process, running


def retrieval(property, **paths):
    made = "".join(
        f'<correlationPropertyRetrievalExpression id="{property}{name}" messageRef="{name}"><messagePath>{path}</messagePath></correlationPropertyRetrievalExpression>'
        for name, path in paths.items()
    )
    return f'<correlationProperty id="{property}" name="{property}">{made}</correlationProperty>'


def keys(**properties):
    made = "".join(
        f'<correlationKey id="{key}">{"".join(f"<correlationPropertyRef>{one}</correlationPropertyRef>" for one in names.split())}</correlationKey>'
        for key, names in properties.items()
    )
    return f'<collaboration id="co">{made}</collaboration>'


def host_of(*parts, profile="foreign"):
    return Host(compile_all(read_bpmn(f"{HEAD}{''.join(parts)}</definitions>".encode(), profile)), NOW)


ROOTS = plain("M") + plain("N") + retrieval("order", M="number", N="bill.number")
TALK = process(
    "a",
    event("startEvent", "s", "message", "M")
    + event("intermediateCatchEvent", "c", "message", "N")
    + user("u"),
    "s>c>u",
)


def test_X_CORR_01_the_first_message_fixes_the_key_and_later_ones_must_agree():
    host = host_of(ROOTS, keys(k="order"), TALK)
    host.publish("M", variables={"number": 1})
    host.publish("M", variables={"number": 2})
    host.publish("N", variables={"bill": {"number": 3}})
    assert running(kept(host)) == [("a", []), ("a", [])]
    host.publish("N", variables={"bill": {"number": 2}})
    assert running(kept(host)) == [("a", []), ("a", ["u"])]
    host.publish("N", variables={"bill": {"number": "1"}})
    assert open_tasks(kept(host), 1) == ["u"], "compared as texts"


def test_X_CORR_01_a_message_sent_fixes_it_too():
    talk = process(
        "a",
        '<startEvent id="s"/>'
        + event("intermediateThrowEvent", "t", "message", "M", inner=giving("number"))
        + event("intermediateCatchEvent", "c", "message", "N")
        + user("u"),
        "s>t>c>u",
    )
    host = host_of(ROOTS, keys(k="order"), talk)
    host.start("a", {"number": 7})
    host.publish("N", variables={"bill": {"number": 8}})
    assert open_tasks(kept(host)) == []
    host.publish("N", variables={"bill": {"number": 7}})
    assert open_tasks(kept(host)) == ["u"]


def test_X_CORR_01_every_key_that_is_fixed_must_agree():
    roots = (
        plain("M")
        + plain("N")
        + retrieval("order", M="number", N="number")
        + retrieval("buyer", M="who", N="who")
    )
    host = host_of(roots, keys(k="order", l="buyer"), TALK)
    host.publish("M", variables={"number": 1, "who": "Anna"})
    host.publish("N", variables={"number": 1, "who": "Boris"})
    assert running(kept(host)) == [("a", [])]
    host.publish("N", variables={"number": 1, "who": "Anna"})
    assert running(kept(host)) == [("a", ["u"])]


def test_X_CORR_01_a_key_of_two_properties_is_one_value():
    roots = (
        plain("M")
        + plain("N")
        + retrieval("order", M="number", N="number")
        + retrieval("year", M="year", N="year")
    )
    host = host_of(roots, keys(k="order year"), TALK)
    host.publish("M", variables={"number": 1, "year": 2026})
    for year, tasks in ((2027, []), (None, []), (2026, ["u"])):
        host.publish("N", variables={"number": 1, "year": year})
        assert open_tasks(kept(host)) == tasks


def test_X_CORR_02_a_subscription_expects_what_the_data_say_now():
    subscription = '<correlationSubscription correlationKeyRef="k"><correlationPropertyBinding id="b" correlationPropertyRef="order"><dataPath>mine.number</dataPath></correlationPropertyBinding></correlationSubscription>'
    talk = process(
        "a",
        '<startEvent id="s"/>' + event("intermediateCatchEvent", "c", "message", "N") + user("u"),
        "s>c>u",
    ).replace("</process>", subscription + "</process>")
    host = host_of(ROOTS, keys(k="order"), talk)
    host.start("a", {"mine": {"number": 1}})
    host.start("a")
    host.publish("N", variables={"bill": {"number": 2}}, time_to_live=HOUR)
    assert running(kept(host)) == [("a", []), ("a", [])], "null expects nothing (X-CORR-03)"
    host.do(2, commands.UpdateVariables(1, {"mine": {"number": 2}}))
    assert running(kept(host)) == [("a", []), ("a", ["u"])], (
        "the kept message is for it since its data changed"
    )


def data(kind, name, source, target):
    """A data input or output with its set and association."""
    word = kind.capitalize()
    ends = f"<sourceRef>{source}</sourceRef><targetRef>{target}</targetRef>"
    refs = f"<{kind}Set><data{word}Refs>{source if kind == 'output' else target}</data{word}Refs></{kind}Set>"
    both = f'<data{word} id="{source if kind == "output" else target}" name="{name}"/>{refs}'
    return both, f"<data{word}Association>{ends}</data{word}Association>"


def of_task(kind, name, source, target):
    both, association = data(kind, name, source, target)
    other = "<outputSet/>" if kind == "input" else "<inputSet/>"
    parts = both + other if kind == "input" else both.replace("<outputSet>", other + "<outputSet>")
    return f"<ioSpecification>{parts}</ioSpecification>{association}"


def of_event(kind, name, source, target):
    both, association = data(kind, name, source, target)
    declared, _, refs = both.partition(f"<{kind}Set>")
    return f"{declared}{association}<{kind}Set>{refs}"


PLAIN = (
    plain("order") + plain("bill") + retrieval("number", order="number", bill="number"),
    '<collaboration id="co"><participant id="pa" processRef="buyer"/><participant id="pb" processRef="seller"/><messageFlow id="m1" sourceRef="bs1" targetRef="ss"/><messageFlow id="m2" sourceRef="se" targetRef="br"/>'
    "<correlationKey id='k'><correlationPropertyRef>number</correlationPropertyRef></correlationKey></collaboration>",
    process(
        "buyer",
        '<startEvent id="s"/><dataObject id="bo" name="wish"/><dataObject id="bb" name="invoice"/>'
        + f'<sendTask id="bs1" messageRef="order">{of_task("input", "sent", "bo", "bi")}</sendTask>'
        + f'<receiveTask id="br" messageRef="bill">{of_task("output", "got", "bout", "bb")}</receiveTask>'
        + user("pay"),
        "s>bs1>br>pay",
    ),
    process(
        "seller",
        '<dataObject id="so" name="ordered"/><dataObject id="sb" name="due"/>'
        + event("startEvent", "ss", "message", "order", inner=of_event("output", "came", "sout", "so"))
        + user("count")
        + event("endEvent", "se", "message", "bill", inner=of_event("input", "goes", "sb", "sin")),
        "ss>count>se",
    ),
)


def test_two_pools_of_plain_bpmn_converse_by_key_and_data_alone():
    host = host_of(*PLAIN)
    for number in (1, 2):
        host.start("buyer", {"wish": {"number": number, "what": "bread"}})
    assert running(kept(host)) == [("buyer", []), ("seller", ["count"]), ("buyer", []), ("seller", ["count"])]
    assert host.instances[4].state.variables["ordered"] == {"number": 2, "what": "bread"}
    host.complete(4, "count", {"due": {"number": 2, "amount": 9}})
    assert running(kept(host)) == [("buyer", []), ("seller", ["count"]), ("buyer", ["pay"])]
    assert host.instances[3].state.variables["invoice"] == {"number": 2, "amount": 9}


@pytest.mark.parametrize("payload", [{}, {"bill": None}, {"bill": {"number": None}}])
def test_X_CORR_03_null_is_no_match(payload):
    host = host_of(ROOTS, keys(k="order"), TALK)
    host.publish("M", variables={"number": 1})
    host.publish("N", variables=payload, time_to_live=HOUR)
    assert running(kept(host)) == [("a", [])] and len(host.kept) == 1


def test_X_CORR_03_null_does_not_begin_a_conversation_either():
    talk = process(
        "a",
        '<startEvent id="s"/>' + event("intermediateCatchEvent", "c", "message", "N") + user("u"),
        "s>c>u",
    )
    host = host_of(ROOTS, keys(k="order"), talk)
    host.start("a")
    host.publish("N", variables={"bill": {"number": None}})
    assert running(kept(host)) == [("a", [])]
    host.publish("N", variables={"bill": {"number": 4}})
    assert running(kept(host)) == [("a", ["u"])], "the first one with a value does"


def test_X_INST_04_a_conversation_by_plain_keys_has_one_instance():
    host = host_of(ROOTS, keys(k="order"), TALK)
    for number in (1, 1, 2):
        host.publish("M", variables={"number": number})
    assert running(kept(host)) == [("a", []), ("a", [])]


def test_a_message_with_a_zeebe_subscription_correlates_by_that():
    roots = '<message id="M" name="M"/><message id="N" name="N"><extensionElements><zeebe:subscription correlationKey="=number"/></extensionElements></message>'
    host = host_of(roots, retrieval("order", M="number", N="other"), keys(k="order"), TALK)
    host.publish("M", variables={"number": "1"})
    host.publish("N", "1")
    assert open_tasks(kept(host)) == ["u"]


def test_C8_MSG_01_in_strict_a_message_with_a_correlation_property_needs_no_zeebe_key():
    talk = TALK.replace(
        "<sequenceFlow",
        '<endEvent id="e"/><sequenceFlow id="u_e" sourceRef="u" targetRef="e"/><sequenceFlow',
        1,
    )
    host = host_of(ROOTS, keys(k="order"), talk, profile="strict")
    host.publish("M", variables={"number": 1})
    assert running(kept(host)) == [("a", [])]
    with pytest.raises(ModelFaults) as refused:
        host_of(plain("M"), plain("N"), talk, profile="strict")
    assert [one.rule for one in refused.value.faults if one.severity == "E"] == ["C8-MSG-01"]
