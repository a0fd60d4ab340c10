# ruff: noqa: E501  (models stand on one line each)
"""A9: lanes, pools and message flows."""

from tests.engine.models import model, service, user
from tests.engine.rules.cases import (
    MSG,
    ROOTS,
    Case,
    base,
    by_rule,
    definition,
    event,
    faults,
    more,
    prove,
    whole,
)

COLLABORATION = '<collaboration id="co"><participant id="p1" processRef="t:p"/><participant id="p2" name="Black box"/>{}</collaboration>'
OTHER = '<process id="q"><task id="q1"/><sendTask id="q2"/></process>'
SEND = service("w").replace("serviceTask", "sendTask")
CATCH = event("catch", "x", MSG)
THROW = event("throw", "x", MSG)


def talk(source: str, target: str, nodes: str = "", *lines: str, message: str = "", id: str = "mf") -> bytes:
    """A message flow `mf` between pools, in which the process has these nodes."""
    named = f'messageRef="{message}"' if message else ""
    flow = f'<messageFlow id="{id}" sourceRef="{source}" targetRef="{target}" {named}/>'
    return more(base(nodes, *lines), COLLABORATION.format(flow) + OTHER)


def lanes(inner: str, nodes: str = "", *lines: str) -> bytes:
    return more(base(f'<laneSet id="ls">{inner}</laneSet>{nodes}', *lines), OTHER)


def lane(id: str, *nodes: str, inner: str = "") -> str:
    named = "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in nodes)
    return f'<lane id="{id}">{named}{inner}</lane>'


def child(inner: str) -> str:
    return f'<childLaneSet id="cs">{inner}</childLaneSet>'


CASES = [
    Case("V-LANE-01", "E", "l", lanes(lane("l", "s", "a", "e", "q1")), lanes(lane("l", "s", "a", "e", "L", "Lt"), whole("L"), "a>L>e")),
    Case("V-LANE-02", "E", "m", lanes(lane("l", "s", "a", "e") + lane("m", "a")), lanes(lane("l", "s", "a", "e", inner=child(lane("m", "a"))))),
    Case("V-LANE-02", "E", "n", lanes(lane("l", "s", "e", inner=child(lane("m", "a") + lane("n", "a")))), lanes(lane("l", "s", "e", inner=child(lane("m", "a"))) + lane("n"))),
    Case("V-LANE-02", "E", "n", lanes(lane("l", "s", "e", inner=child(lane("m", "a"))) + lane("n", "a")), more(base(f'<laneSet id="ls">{lane("l", "s", "a", "e")}</laneSet><laneSet id="ls2">{lane("m", "a")}</laneSet>'), "")),
    Case("V-LANE-03", "W", "e", lanes(lane("l", "s", "a")), lanes(lane("l", "t:s", " a ", "e"), event("boundary", "x", definition("error"), 'attachedToRef="a"'), "x>e")),
    Case("V-REF-02", "M", "l", lanes(lane("l", "s", "a", "e", "d"), '<dataObject id="d"/>'), lanes(lane("l", "s", "a", "e"), '<dataObject id="d"/>')),
    Case("V-COLL-01", "E", "mf", talk("a", "b", user("b"), "a>b>e"), talk("a", "q1")),
    Case("V-COLL-01", "E", "mf", talk("p1", "a"), talk("p2", "a")),
    Case("V-COLL-02", "E", "mf", talk("x", "p2", '<exclusiveGateway id="x"/>', "s>x", "a>x>e"), talk("L", "p2", whole("L"), "a>L>e")),
    Case("V-COLL-02", "E", "mf", talk("z", "p2", event("start", "z", MSG), "z>a"), talk("p2", "z", event("start", "z", MSG), "z>a")),
    Case("V-COLL-02", "E", "mf", talk("p2", "z", event("end", "z", MSG), "a>z"), talk("z", "p2", event("end", "z", MSG), "a>z")),
    Case("V-COLL-02", "E", "mf", talk("p2", "x", event("catch", "x", definition("timer")), "a>x>e"), talk("p2", "x", event("catch", "x", definition("timer") + MSG), "a>x>e")),
    Case("V-COLL-02", "E", "mf", talk("s", "p2"), talk("a", "p2")),
    Case("V-COLL-02", "E", "mf", talk("p2", "e"), talk("p2", "a")),
    Case("V-COLL-02", "M", "mf", talk("p2", "s"), talk("p2", "x", event("boundary", "x", MSG, 'attachedToRef="a"'), "x>e")),
    Case("V-COLL-03", "E", "mf", talk("x", "p2", CATCH, "a>x>e"), talk("p2", "x", CATCH, "a>x>e")),
    Case("V-COLL-03", "E", "mf", talk("p2", "x", THROW, "a>x>e"), talk("x", "p2", THROW, "a>x>e")),
    Case("V-COLL-04", "W", "mf", talk("p2", "w", SEND, "a>w>e"), talk("w", "p2", SEND, "a>w>e")),
    Case("V-COLL-04", "W", "mf", talk("r", "p2", '<receiveTask id="r" messageRef="M"/>', "a>r>e"), talk("p2", "r", '<receiveTask id="r" messageRef="M"/>', "a>r>e")),
    Case("V-COLL-05", "W", "mf", talk("x", "p2", THROW, "a>x>e", message="M2"), talk("x", "p2", THROW, "a>x>e", message="t:M")),
    Case("V-COLL-06", "E", "p3", more(base(), COLLABORATION.format('<participant id="p3" processRef="p"/>')), more(base(), COLLABORATION.format('<participant id="p3"/>'))),
    Case("V-COLL-07", "M", "x", more(talk("x", "p2", THROW, "a>x>e"), '<collaboration id="co2"><participant id="p9" name="Another"/><messageFlow id="mf2" sourceRef="x" targetRef="p9"/></collaboration>'), talk("x", "p2", THROW, "a>x>e")),
    Case("V-COLL-08", "M", "p", more(base(attributes='isExecutable="true" definitionalCollaborationRef="co"'), '<collaboration id="co"><participant id="p2"/></collaboration>'), more(base(attributes='isExecutable="true" definitionalCollaborationRef="co"'), COLLABORATION.format(""))),
]  # fmt: skip


@by_rule(CASES)
def test_rule(case):
    prove(case)


def test_a_partner_that_is_only_drawn_never_blocks():
    partner = '<process id="q"><startEvent id="qs"/><exclusiveGateway id="qx"/><sequenceFlow id="qf" sourceRef="qx" targetRef="qs"/></process>'
    flow = '<messageFlow id="m1" sourceRef="qx" targetRef="p1"/><messageFlow id="m2" sourceRef="a" targetRef="qs"/>'
    found = faults(more(base(), COLLABORATION.format(flow) + partner))
    assert {one.rule for one in found} >= {"V-COLL-02", "V-FLOW-01", "V-GW-03"}
    assert {one.severity for one in found} == {"W"}


def test_a_file_that_holds_only_drawings_tells_and_does_not_refuse():
    flow = '<messageFlow id="m1" sourceRef="s" targetRef="p2"/><participant id="p3" processRef="p"/>'
    found = faults(
        more(model('<startEvent id="s"/>', attributes="", roots=ROOTS), COLLABORATION.format(flow))
    )
    assert {"V-COLL-02", "V-COLL-06"} <= {one.rule for one in found} and {one.severity for one in found} == {
        "W"
    }
