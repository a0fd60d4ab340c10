# ruff: noqa: E501  (models stand on one line each)
"""A3, A4: which event may stand where, and what it must say."""

import itertools

import pytest

from tests.engine.models import flows, user
from tests.engine.rules.cases import (
    MSG,
    A,
    Case,
    E,
    S,
    base,
    by_rule,
    definition,
    event,
    faults,
    handler,
    prove,
    prove_drawn,
    whole,
)

TIMER = definition("timer")
LINKS = event("throw", "x", definition("link")) + event("catch", "y", definition("link"))
ON_A = 'attachedToRef="a"'
COMPENSABLE = (
    event("boundary", "cb", definition("compensate"), ON_A)
    + '<task id="undo" isForCompensation="true"/><association id="as" sourceRef="cb" targetRef="undo"/>'
)
TX = whole(
    "T", kind="transaction", inner=user("Tu") + event("end", "Tc", definition("cancel")) + flows("Tt>Tu>Tc")
)


def thrown(ref: str) -> str:
    return event("throw", "x", definition("compensate", attributes=f'activityRef="{ref}"'))


def timed(kind: str, value: str) -> str:
    return event("catch", "x", definition("timer", f"<{kind}>{value}</{kind}>"))


CASES = [
    Case("V-EVT-01", "E", "x", base(event("throw", "x", TIMER), "a>x>e"), base(event("catch", "x", TIMER), "a>x>e")),
    Case("V-EVT-01", "E", "x", base(event("end", "x", definition("conditional")), "a>x"), base(event("end", "x", definition("terminate")), "a>x")),
    Case("V-EVT-01", "E", "x", base(event("boundary", "x", "", ON_A), "x>e"), base(event("boundary", "x", definition("escalation"), ON_A), "x>e")),
    Case("V-EVT-02", "E", "x", base(event("catch", "x", MSG + definition("link")), "a>x>e"), base(event("catch", "x", MSG + TIMER), "a>x>e")),
    Case("V-EVT-02", "E", "x", base(event("boundary", "x", MSG + definition("error"), ON_A + ' cancelActivity="false"'), "x>e"), base(event("boundary", "x", MSG + definition("error"), ON_A), "x>e")),
    Case("V-EVT-03", "W", "x", base(event("catch", "x", MSG, 'parallelMultiple="true"'), "a>x>e"), base(event("catch", "x", MSG + TIMER, 'parallelMultiple="true"'), "a>x>e")),
    Case("V-EVT-04", "E", "x", base(event("boundary", "x", definition("error"), ON_A + ' cancelActivity="false"'), "x>e"), base(event("boundary", "x", definition("escalation"), ON_A + ' cancelActivity="false"'), "x>e")),
    Case("V-EVT-04", "E", "Hs", base(handler(event("start", "Hs", definition("error"), 'isInterrupting="false"'))), base(handler(event("start", "Hs", definition("error"))))),
    Case("V-EVT-05", "E", "z", base(event("start", "z", MSG, 'isInterrupting="false"'), "z>a"), base(event("start", "z", MSG), "z>a")),
    Case("V-EVT-05", "W", "z", base(event("start", "z", MSG, 'isInterrupting="true"'), "z>a"), base(handler(event("start", "Hs", MSG, 'isInterrupting="true"')))),
    Case("V-EVT-10", "E", "x", base(event("catch", "x", "<messageEventDefinition/>"), "a>x>e"), base(event("throw", "x", '<extensionElements><zeebe:taskDefinition type="t"/></extensionElements><messageEventDefinition/>'), "a>x>e")),
    Case("V-EVT-11", "E", "x", base(event("catch", "x", "<signalEventDefinition/>"), "a>x>e"), base(event("catch", "x", definition("signal")), "a>x>e")),
    Case("V-EVT-12", "E", "x", base(event("catch", "x", "<conditionalEventDefinition><condition> </condition></conditionalEventDefinition>"), "a>x>e"), base(event("catch", "x", definition("conditional")), "a>x>e")),
    Case("V-EVT-13", "E", "x", base(event("catch", "x", "<timerEventDefinition/>"), "a>x>e"), base(timed("timeDate", "=now()"), "a>x>e")),
    Case("V-EVT-13", "E", "x", base(timed("timeDate", " "), "a>x>e"), base(timed("timeDate", " 2026-01-02T03:04:05Z "), "a>x>e")),
    Case("V-EVT-13", "E", "x", base(event("catch", "x", definition("timer", "<timeDuration>PT1H</timeDuration><timeCycle>R3/PT1H</timeCycle>")), "a>x>e"), base(timed("timeCycle", "R3/PT1H"), "a>x>e")),
    Case("V-EVT-14", "E", "x", base(timed("timeDuration", "soon"), "a>x>e"), base(timed("timeDuration", "P1Y2M3DT4H5M6.5S"), "a>x>e")),
    Case("V-EVT-14", "E", "x", base(timed("timeDate", "2026-02-30T00:00:00Z"), "a>x>e"), base(timed("timeDate", "2026-02-28T00:00:00+08:00"), "a>x>e")),
    Case("V-EVT-14", "E", "x", base(timed("timeCycle", "R3"), "a>x>e"), base(timed("timeCycle", "0 0 9 * * MON-FRI"), "a>x>e")),
    Case("V-EVT-15", "E", "x", base(event("end", "x", "<errorEventDefinition/>"), "a>x"), base(event("boundary", "x", "<errorEventDefinition/>", ON_A), "x>e")),
    Case("V-EVT-16", "E", "x", base(event("throw", "x", "<escalationEventDefinition/>"), "a>x>e"), base(event("boundary", "x", "<escalationEventDefinition/>", ON_A), "x>e")),
    Case("V-EVT-17", "E", "x", base(LINKS.replace('name="l"', "", 1), "a>x", "y>e"), base(LINKS, "a>x", "y>e"), "V-LINK-01"),
    Case("V-LINK-01", "E", "x", base(event("throw", "x", definition("link")) + whole("L", inner=event("catch", "y", definition("link")) + flows("y>Le")), "a>x", "a>L>e"), base(LINKS, "a>x", "y>e")),
    Case("V-LINK-02", "E", "z", base(LINKS + event("catch", "z", definition("link")), "a>x", "y>e", "z>e"), base(LINKS + event("throw", "z", definition("link")), "a>x", "a>z", "y>e")),
    Case("V-LINK-03", "W", "y", base(event("catch", "y", definition("link")), "y>e"), base(LINKS, "a>x", "y>e")),
    Case("V-LINK-04", "E", "x", base(LINKS, "a>x>e", "y>e"), base(LINKS, "a>x", "y>e")),
    Case("V-LINK-04", "E", "y", base(LINKS, "a>x", "s>y>e"), base(LINKS, "a>x", "y>e")),
    Case("V-EVT-18", "E", "x", base(thrown("e"), "a>x>e"), base(COMPENSABLE + thrown("a"), "a>x>e")),
    Case("V-EVT-18", "E", "x", base(thrown("a"), "a>x>e"), base(COMPENSABLE + handler(event("start", "Hs", definition("error")), attributes="").replace("</subProcess>", event("throw", "x", definition("compensate", attributes='activityRef="a"')) + flows("Ht>x>He") + "</subProcess>"))),
    Case("V-EVT-18", "E", "x", base(COMPENSABLE + whole("L", inner=thrown("a") + flows("Lt>x>Le")), "a>L>e"), base(whole("L", inner=COMPENSABLE.replace('"a"', '"Lt"')) + thrown("L"), "a>L>x>e")),
    Case("V-EVT-18", "W", "cb", base(COMPENSABLE.replace("<compensateEventDefinition ", '<compensateEventDefinition activityRef="a" ')), base(COMPENSABLE)),
    Case("V-EVT-19", "E", "x", base(event("end", "x", definition("cancel")), "a>x"), base(TX + event("boundary", "x", definition("cancel"), 'attachedToRef="T"'), "a>T>e", "x>e")),
    Case("V-EVT-19", "E", "x", base(event("boundary", "x", definition("cancel"), ON_A), "x>e"), base(whole("T", kind="transaction") + event("boundary", "x", definition("cancel"), 'attachedToRef="T"'), "a>T>e", "x>e")),
    Case("V-EVT-20", "M", "T", base(TX, "a>T>e"), base(TX + event("boundary", "x", definition("cancel"), 'attachedToRef="T"'), "a>T>e", "x>e")),
    Case("V-EVT-21", "M", "y", base(event("boundary", "x", MSG, ON_A) + event("boundary", "y", MSG, ON_A), "x>e", "y>e"), base(event("boundary", "x", MSG, ON_A) + event("boundary", "y", MSG, ON_A + ' cancelActivity="false"'), "x>e", "y>e")),
    Case("V-EVT-21", "M", "y", base(event("boundary", "x", definition("error"), ON_A) + event("boundary", "y", definition("error"), ON_A), "x>e", "y>e"), base(event("boundary", "x", definition("error"), ON_A) + event("boundary", "y", "<errorEventDefinition/>", ON_A), "x>e", "y>e")),
    Case("V-EVT-22", "M", "Js", base(handler(event("start", "Hs", "<errorEventDefinition/>")) + handler(event("start", "Js", "<errorEventDefinition/>"), "J")), base(handler(event("start", "Hs", "<errorEventDefinition/>")) + event("boundary", "x", "<errorEventDefinition/>", ON_A), "x>e")),
]  # fmt: skip


@by_rule(CASES)
def test_rule(case):
    prove(case)


@by_rule(CASES)
def test_drawn(case):
    prove_drawn(case)


# A3: trigger, then whether it may stand at each place, in the order of PLACES.
PLACES = (
    "start",
    "inner start",
    "handler",
    "handler beside",
    "catch",
    "throw",
    "boundary",
    "boundary beside",
    "end",
)
TABLE = """
none        1 1 0 0 0 1 0 0 1
message     1 0 1 1 1 1 1 1 1
timer       1 0 1 1 1 0 1 1 0
conditional 1 0 1 1 1 0 1 1 0
signal      1 0 1 1 1 1 1 1 1
escalation  0 0 1 1 0 1 1 1 1
error       0 0 1 0 0 0 1 0 1
compensate  0 0 1 . 0 1 1 . 1
cancel      0 0 0 0 0 0 1 0 1
link        0 0 0 0 1 1 0 0 0
terminate   0 0 0 0 0 0 0 0 1
multiple    1 0 1 1 1 1 1 1 1
"""
WRONG = {"V-EVT-01", "V-EVT-02", "V-EVT-04", "V-SUB-01", "V-EVSUB-03"}


def placed(place: str, kind: str) -> bytes:
    """A model with this trigger at this place, a transaction around so that cancel may stand there too."""
    inner = (
        ""
        if kind == "none"
        else definition("message") + definition("signal")
        if kind == "multiple"
        else definition(kind)
    )
    first, _, beside = place.partition(" ")
    flag = {"boundary": "cancelActivity", "handler": "isInterrupting"}.get(first, "")
    attributes = f'{flag}="false"' if beside == "beside" else ""
    if place == "start":
        return base(event("start", "x", inner), "x>a")
    if place == "inner start":
        return base(whole("L").replace('<startEvent id="Ls"/>', event("start", "Ls", inner)), "a>L>e")
    if first == "handler":
        return base(handler(event("start", "Hs", inner, attributes)))
    if first == "boundary":
        return base(
            whole("T", kind="transaction") + event("boundary", "x", inner, f'attachedToRef="T" {attributes}'),
            "a>T>e",
            "x>e",
        )
    return base(whole("T", kind="transaction", inner=event(first, "x", inner) + flows("Tt>x")), "a>T>e")


@pytest.mark.parametrize(
    ("row", "place"),
    list(itertools.product(TABLE.strip().splitlines(), PLACES)),
    ids=lambda one: one.split()[0] if "  " in one else one.replace(" ", "_"),
)
def test_V_EVT_01_every_trigger_at_every_place(row, place):
    kind, *allowed = row.split()
    found = {one.rule for one in faults(placed(place, kind)) if one.severity == "E"} & WRONG
    expected = allowed[PLACES.index(place)]
    assert expected == "." or bool(found) == (expected == "0"), found


def test_V_EVT_02_members_of_a_multiple_stand_where_each_may():
    for kind in (
        "message",
        "timer",
        "signal",
        "conditional",
        "escalation",
        "error",
        "compensate",
        "cancel",
        "link",
        "terminate",
    ):
        for place, bare in (
            ("catch", "message timer signal conditional"),
            ("throw", "message signal escalation compensate"),
            ("end", "message signal escalation compensate error cancel terminate"),
        ):
            pair = definition("message") + definition(kind)
            tx = whole("T", kind="transaction", inner=event(place, "x", pair) + flows("Tt>x"))
            found = "V-EVT-02" in {one.rule for one in faults(base(tx, "a>T>e"))}
            assert found == (kind not in bare.split()), (place, kind)


def test_V_REF_06_one_definition_at_the_root_is_shared_by_many_events():
    shared = '<timerEventDefinition id="hour"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    ref = "<eventDefinitionRef>t:hour</eventDefinitionRef>"
    xml = base(event("catch", "x", ref) + event("boundary", "y", ref, ON_A), "a>x>e", "y>e", roots=shared)
    assert faults(xml) == ()
    assert [one.rule for one in faults(xml.replace(b"PT1H", b"soon"))] == ["V-EVT-14", "V-EVT-14"]


def test_an_instantiating_receive_task_needs_no_start_event():
    from tests.engine.models import message, model

    xml = model(
        '<receiveTask id="r" instantiate="true" messageRef="M"/>' + A + E, "r>a>e", roots=message("M")
    )
    assert faults(xml) == ()
    assert {one.rule for one in faults(model(S + A, "s>a"))} == {"V-START-02"}
