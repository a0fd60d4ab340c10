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


@pytest.mark.parametrize("payload", [{}, {"bill": None}, {"bill": {"number": None}}])
def test_X_CORR_03_null_is_no_match(payload):
    host = host_of(ROOTS, keys(k="order"), TALK)
    host.publish("M", variables={"number": 1})
    host.publish("N", variables=payload, time_to_live=HOUR)
    assert running(kept(host)) == [("a", [])] and len(host.kept) == 1


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
