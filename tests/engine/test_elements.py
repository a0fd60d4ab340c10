# ruff: noqa: E501  (models stand on one line each)
"""Every element that docs/bpmn-support.md says runs is compiled into something that begins."""

from pathlib import Path

import pytest

import backend.engine
from backend.engine import Host, compile_process, read_bpmn
from tests.engine.models import NOW, flows, message, model, service, user

ROOTS = (
    message("M")
    + '<signal id="Sig" name="Sig"/><error id="Err" errorCode="E1"/><escalation id="Esc" escalationCode="X1"/>'
)
MSG = '<messageEventDefinition messageRef="M"/>'
SIG = '<signalEventDefinition signalRef="Sig"/>'
TASK = '<task id="x"/>'
INNER = f'<startEvent id="xs"/>{user("xt")}<endEvent id="xe"/>{flows("xs>xt>xe")}'
COMPENSABLE = '<boundaryEvent id="cb" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><task id="undo" isForCompensation="true"/><association id="as" sourceRef="cb" targetRef="undo"/>'
CANCELLED = INNER.replace('<endEvent id="xe"/>', '<endEvent id="xe"><cancelEventDefinition/></endEvent>')
CANCEL = (
    f'<transaction id="x">{CANCELLED}</transaction><boundaryEvent id="b" attachedToRef="x"><cancelEventDefinition/></boundaryEvent>'
    + flows("b>e")
)
MULTI = '<multiInstanceLoopCharacteristics behavior="{}"><loopCardinality>2</loopCardinality>{}</multiInstanceLoopCharacteristics>'
COMPLEX = '<complexBehaviorDefinition><condition>=true</condition><{0}><signalEventDefinition signalRef="Sig"/></{0}></complexBehaviorDefinition>'


def caught(definition: str) -> str:
    return f'<intermediateCatchEvent id="x">{definition}</intermediateCatchEvent>'


def thrown(definition: str, kind: str = "intermediateThrowEvent") -> str:
    return f'<{kind} id="x">{definition}</{kind}>'


def beside(definition: str) -> str:
    return f'{TASK}<boundaryEvent id="b" attachedToRef="x">{definition}</boundaryEvent>' + flows("b>e")


def split(kind: str) -> str:
    return f'<{kind} id="x" default="x_e"/>'


def calls(kind: str) -> str:
    """A global task of this kind, called."""
    return f'<callActivity id="x" calledElement="g"/>|<{kind} id="g"/>'


# Element → what stands as `x` between the start, the task `a` and the end `e`; roots of its own after `|`.
RUNS = {
    "startEvent": TASK, "endEvent": TASK, "process": TASK, "sequenceFlow": TASK, "task": TASK,
    "manualTask": '<manualTask id="x"/>', "userTask": user("x"), "serviceTask": service("x"), "scriptTask": '<scriptTask id="x"><script>1</script></scriptTask>',
    "sendTask": service("x").replace("serviceTask", "sendTask"), "receiveTask": '<receiveTask id="x" messageRef="M"/>', "businessRuleTask": '<businessRuleTask id="x"/>',
    "callActivity": '<callActivity id="x" calledElement="q"/>|<process id="q"><task id="qt"/></process>',
    "subProcess": f'<subProcess id="x">{INNER}</subProcess>', "transaction": f'<transaction id="x">{INNER}</transaction>',
    "adHocSubProcess": f'<adHocSubProcess id="x">{user("xt")}</adHocSubProcess>',
    "intermediateCatchEvent": caught(MSG), "intermediateThrowEvent": thrown(""), "boundaryEvent": beside(MSG),
    "messageEventDefinition": thrown(MSG), "signalEventDefinition": caught(SIG), "timerEventDefinition": caught("<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"),
    "errorEventDefinition": beside('<errorEventDefinition errorRef="Err"/>'), "escalationEventDefinition": thrown('<escalationEventDefinition escalationRef="Esc"/>'),
    "conditionalEventDefinition": caught("<conditionalEventDefinition><condition>=a</condition></conditionalEventDefinition>"),
    "linkEventDefinition": TASK + '<intermediateThrowEvent id="l"><linkEventDefinition name="l"/></intermediateThrowEvent><intermediateCatchEvent id="m"><linkEventDefinition name="l"/></intermediateCatchEvent>' + flows("a>l", "m>e"),
    "compensateEventDefinition": thrown("<compensateEventDefinition/>") + COMPENSABLE, "cancelEventDefinition": CANCEL,
    "terminateEventDefinition": TASK + '<endEvent id="t"><terminateEventDefinition/></endEvent>' + flows("x>t"),
    "exclusiveGateway": split("exclusiveGateway"), "inclusiveGateway": split("inclusiveGateway"), "parallelGateway": '<parallelGateway id="x"/>', "complexGateway": split("complexGateway"),
    "eventBasedGateway": '<eventBasedGateway id="x"/>' + caught(MSG).replace('"x"', '"m"') + caught(SIG).replace('"x"', '"n"') + flows("x>m>e", "x>n>e"),
    "standardLoopCharacteristics": '<task id="x"><standardLoopCharacteristics loopMaximum="2"/></task>',
    "multiInstanceLoopCharacteristics": f'<task id="x">{MULTI.format("All", "")}</task>',
    "complexBehaviorDefinition": f'<task id="x">{MULTI.format("Complex", COMPLEX.format("event"))}</task>', "implicitThrowEvent": f'<task id="x">{MULTI.format("Complex", COMPLEX.format("implicitThrowEvent"))}</task>',
    **{kind: calls(kind) for kind in ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask")},
}  # fmt: skip


def said_to_run() -> list[str]:
    text = Path(backend.engine.__file__).with_name("elements.txt").read_text()
    lines = [line.split(" | ") for line in text.splitlines() if line and not line.startswith("#")]
    return [line[0] for line in lines if line[1] == "runs"]


@pytest.mark.parametrize("element", said_to_run())
def test_an_element_that_is_said_to_run_is_compiled_and_begun(element):
    nodes, _, roots = RUNS[element].partition("|")
    flow = () if element == "eventBasedGateway" else ("x>e",)
    xml = model(
        '<startEvent id="s"/><endEvent id="e"/><manualTask id="a"/>' + nodes, "s>a>x", *flow, roots=ROOTS
    )
    xml = xml.replace(b"</definitions>", roots.encode() + b"</definitions>")
    assert f"<{element}".encode() in xml or element == "implicitThrowEvent"
    host = Host([compile_process(read_bpmn(xml, "foreign"))], NOW)
    host.start("p")
    state = host.instances[1].state
    assert state.incidents == {} and state.status in ("active", "completed", "terminated")
    assert any(getattr(one, "element", "").endswith(("x", "g")) for one in host.instances[1].events)
