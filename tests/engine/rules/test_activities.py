# ruff: noqa: E501  (models stand on one line each)
"""A7: boundary events, compensation, sub-processes, calls, tasks, loops."""

from tests.engine.models import flows, message, model, user
from tests.engine.rules.cases import (
    MSG,
    ROOTS,
    Case,
    E,
    S,
    base,
    by_rule,
    definition,
    event,
    faults,
    handler,
    more,
    prove,
    prove_drawn,
    sub,
    whole,
)

ON_A = 'attachedToRef="a"'
ERROR = definition("error")
UNDO = '<task id="undo" isForCompensation="true"/>'
CB = event("boundary", "cb", definition("compensate"), ON_A)
LINK = '<association id="as" sourceRef="cb" targetRef="undo"/>'
AD_HOC = "adHocSubProcess"
IO = '<ioSpecification id="io">{}</ioSpecification>'
IN = '<dataInput id="in1" {}/>'
INSET = "<inputSet><dataInputRefs>in1</dataInputRefs></inputSet>"
OUTSET = "<outputSet/>"
OUT = '<dataOutput id="out1"/>'
OUTS = "<outputSet><dataOutputRefs>out1</dataOutputRefs></outputSet>"
SERVICE = (
    '<itemDefinition id="ask" structureRef="string"/><itemDefinition id="other" structureRef="string"/><message id="Min" itemRef="ask"/><message id="Mout"/>'
    '<interface id="if" name="if"><operation id="op" name="op"><inMessageRef>Min</inMessageRef><outMessageRef>Mout</outMessageRef></operation><operation id="one" name="one"><inMessageRef>Min</inMessageRef></operation></interface>'
)
LOOP = "<multiInstanceLoopCharacteristics {}>{}</multiInstanceLoopCharacteristics>"
CARD = "<loopCardinality>3</loopCardinality>"
OVER = "<loopDataInputRef>{}</loopDataInputRef>"


def calls(
    inner: str = "", attributes: str = 'calledElement="q"', io: str = "", start: str = '<startEvent id="qs"/>'
) -> bytes:
    """A call activity `c` beside a process `q`."""
    xml = base(f'<callActivity id="c" {attributes}>{inner}</callActivity>', "a>c>e")
    return more(xml, f'<process id="q">{io}{start}<endEvent id="qe"/>{flows("qs>qe")}</process>')


def asks(operation: str, inner: str, kind: str = "serviceTask", attributes: str = "") -> bytes:
    """A task `c` of an operation, with this specification of its data."""
    ref = f'operationRef="{operation}"' if operation else ""
    job = (
        '<extensionElements><zeebe:taskDefinition type="t"/></extensionElements>'
        if kind == "sendTask"
        else ""
    )
    return base(
        f'<{kind} id="c" {ref} {attributes}>{job}{IO.format(inner)}</{kind}>', "a>c>e", roots=ROOTS + SERVICE
    )


def task(inner: str, *, kind: str = "task", attributes: str = "", beside: str = "") -> bytes:
    """A task `c` after `a`."""
    return base(f'<{kind} id="c" {attributes}>{inner}</{kind}>{beside}', "a>c>e")


def zeebe(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


ACTIVITIES = [
    Case("V-BND-01", "E", "x", base(event("boundary", "x", ERROR, 'attachedToRef="s"'), "x>e"), base(event("boundary", "x", ERROR, 'attachedToRef="t:a"'), "x>e")),
    Case("V-BND-01", "E", "x", base(handler(event("start", "Hs", MSG)) + event("boundary", "x", ERROR, 'attachedToRef="H"'), "x>e"), base(whole("L") + event("boundary", "x", ERROR, 'attachedToRef="L"'), "a>L>e", "x>e")),
    Case("V-BND-01", "E", "x", base(whole("L") + event("boundary", "x", ERROR, 'attachedToRef="Lt"'), "a>L>e", "x>e"), base(whole("L", inner=event("boundary", "x", ERROR, 'attachedToRef="Lt"') + flows("x>Le")), "a>L>e")),
    Case("V-BND-02", "M", "x", base(event("boundary", "x", ERROR, ON_A)), base(UNDO + CB + LINK)),
    Case("V-BND-03", "E", "cb", base(UNDO + CB + LINK, "cb>e"), base(UNDO + CB + LINK)),
    Case("V-BND-04", "E", "cb", base(CB), base(UNDO + CB + LINK)),
    Case("V-BND-04", "E", "cb", base(UNDO.replace('isForCompensation="true"', "") + CB + LINK, "a>undo>e"), more(base(UNDO + CB), '<collaboration id="co"><participant id="p1" processRef="p"/><association id="as" sourceRef="undo" targetRef="cb"/></collaboration>')),
    Case("V-BND-04", "E", "cb", base(UNDO + UNDO.replace("undo", "redo") + CB + LINK + LINK.replace("undo", "redo").replace('"as"', '"as2"')), base(UNDO + CB + LINK)),
    Case("V-COMP-01", "E", "undo", base(UNDO + CB + LINK, "undo>e"), base(UNDO + CB + LINK)),
    Case("V-COMP-02", "M", "undo", base(UNDO), base(UNDO + CB + LINK)),
    Case("V-SUB-01", "E", "Ls", base(whole("L").replace('<startEvent id="Ls"/>', event("start", "Ls", definition("timer"))), "a>L>e"), base(whole("L"), "a>L>e")),
    Case("V-SUB-02", "E", "L", base(whole("L", inner=IO.format("<inputSet/><outputSet/>")), "a>L>e"), base(whole("L", inner=IO.format(IN.format('isCollection="true"') + INSET + OUTSET) + LOOP.format("", OVER.format("in1"))), "a>L>e")),
    Case("V-EVSUB-01", "E", "H", base(handler(event("start", "Hs", MSG)), "a>H"), base(handler(event("start", "Hs", MSG)))),
    Case("V-EVSUB-02", "E", "H", base(sub("H", user("b"), 'triggeredByEvent="true"')), base(handler(event("start", "Hs", MSG)))),
    Case("V-EVSUB-02", "E", "H", base(handler(event("start", "Hs", MSG) + event("start", "Hr", definition("error")) + flows("Hr>Ht"))), base(handler(event("start", "Hs", MSG)) + handler(event("start", "Js", ERROR), "J"))),
    Case("V-EVSUB-03", "E", "Hs", base(handler('<startEvent id="Hs"/>')), base(handler(event("start", "Hs", definition("compensate"))))),
    Case("V-EVSUB-04", "M", "H", base(handler(event("start", "Hs", MSG), kind="transaction")), base(whole("T", kind="transaction", attributes='triggeredByEvent="false"'), "a>T>e")),
    Case("V-TX-01", "E", "T", base(whole("T", 'method="magic"', "transaction"), "a>T>e"), base(whole("T", 'method="##Image"', "transaction") + whole("U", 'method="urn:two-phase"', "transaction"), "a>T>U>e")),
    Case("V-ADHOC-01", "E", "Ds", base(sub("D", '<startEvent id="Ds"/>' + user("b"), kind=AD_HOC), "a>D>e"), base(sub("D", user("b") + user("c") + flows("b>c"), kind=AD_HOC), "a>D>e")),
    Case("V-ADHOC-02", "E", "D", base(sub("D", '<dataObject id="d"/>', kind=AD_HOC), "a>D>e"), base(sub("D", whole("L"), kind=AD_HOC), "a>D>e")),
    Case("V-ADHOC-03", "M", "x", base(sub("D", user("b") + event("throw", "x", "") + flows("b>x"), kind=AD_HOC), "a>D>e"), base(sub("D", user("b") + event("throw", "x", "") + flows("x>b"), kind=AD_HOC), "a>D>e")),
    Case("V-ADHOC-04", "W", "D", base(sub("D", user("b"), 'ordering="Sequential" cancelRemainingInstances="true"', AD_HOC), "a>D>e"), base(sub("D", user("b"), 'ordering="Parallel" cancelRemainingInstances="false"', AD_HOC), "a>D>e")),
    Case("V-CALL-01", "E", "c", base('<callActivity id="c"/>', "a>c>e"), calls()),
    Case("V-CALL-01", "E", "c", base('<callActivity id="c" calledElement="t:gone"/>', "a>c>e"), calls(attributes='calledElement="q"')),
    Case("V-CALL-01", "E", "c", base('<callActivity id="c" calledElement=""/>', "a>c>e"), calls(zeebe('<zeebe:calledElement processId="=which"/>'), "")),
    Case("V-REF-02", "E", "c", base('<callActivity id="c" calledElement="a"/>', "a>c>e"), more(base('<callActivity id="c" calledElement="g"/>', "a>c>e"), '<globalUserTask id="g"/>')),
    Case("V-REF-05", "E", "c", base('<callActivity id="c" calledElement="zz:q"/>', "a>c>e"), calls(attributes='calledElement="t:q"')),
    Case("V-CALL-02", "E", "c", calls(start=event("start", "qs", definition("signal"))), calls(start=event("start", "qr", definition("signal")) + flows("qr>qe") + '<startEvent id="qs"/>')),
    Case("V-CALL-03", "W", "c", calls(IO.format(IN.format('name="sum"') + INSET + OUTSET)), calls(IO.format(IN.format('name="sum"') + INSET + OUTSET), io=IO.replace('"io"', '"qio"').format('<dataInput id="qi" name="sum"/><inputSet><dataInputRefs>qi</dataInputRefs></inputSet><outputSet/>'))),
    Case("V-CALL-04", "W", "c", base('<callActivity id="c" calledElement="p"/>', "a>c>e"), calls()),
    Case("V-PROC-01", "W", "p", model(""), base()),
    Case("V-PROC-02", "M", "p", base(attributes='isExecutable="true" processType="Public"'), base(attributes='isExecutable="true" processType="Private"')),
    Case("V-TASK-01", "E", "r", base('<receiveTask id="r" instantiate="true" messageRef="M"/>', "a>r>e"), base('<receiveTask id="r" instantiate="true" messageRef="M"/>', "s>r>e")),
    Case("V-TASK-01", "E", "r", base('<receiveTask id="r" instantiate="true" messageRef="M"/>', "r>e"), model('<receiveTask id="r" instantiate="true" messageRef="M"/>' + E, "r>e", roots=ROOTS)),
    Case("V-TASK-02", "M", "c", task("", kind="scriptTask"), task("<script>1 + 1</script>", kind="scriptTask")),
    Case("V-TASK-02", "M", "c", task("", kind="serviceTask"), task("", kind="serviceTask", attributes='implementation="##WebService"')),
    Case("V-TASK-02", "M", "c", task("", kind="sendTask"), task(zeebe('<zeebe:taskDefinition type="t"/>'), kind="sendTask")),
    Case("V-TASK-02", "M", "c", task("", kind="businessRuleTask"), task(zeebe('<zeebe:calledDecision decisionId="d" resultVariable="r"/>'), kind="businessRuleTask")),
    Case("V-TASK-03", "E", "r", base('<receiveTask id="r"/>', "a>r>e"), base('<receiveTask id="r" operationRef="op"/>', "a>r>e", roots=SERVICE)),
    Case("V-TASK-04", "M", "c", asks("op", IN.format('itemSubjectRef="ask"') + INSET + INSET + OUTSET), asks("op", IN.format('itemSubjectRef="ask"') + INSET + OUTSET)),
    Case("V-TASK-04", "M", "c", asks("op", IN.format('itemSubjectRef="other"') + INSET + OUTSET), asks("op", IN.format('itemSubjectRef="t:ask"') + OUT + INSET + OUTS)),
    Case("V-TASK-04", "M", "c", asks("one", IN.format('itemSubjectRef="ask"') + OUT + INSET + OUTS), asks("op", IN.format('itemSubjectRef="ask"') + OUT + INSET + OUTS)),
    Case("V-TASK-04", "M", "c", asks("", "<inputSet/><outputSet/>", "sendTask", 'messageRef="M"'), asks("", IN.format("") + INSET + OUTSET, "sendTask", 'messageRef="M"')),
    Case("V-TASK-04", "M", "c", asks("", IN.format("") + OUT + INSET + OUTS, "receiveTask", 'messageRef="M"'), asks("", OUT + "<inputSet/>" + OUTS, "receiveTask", 'messageRef="M"')),
    Case("V-TASK-05", "E", "c", task("<script>1</script>", kind="scriptTask", attributes='scriptFormat="javascript"'), task("<script>1</script>", kind="scriptTask", attributes='scriptFormat="text/FEEL"')),
    Case("V-TASK-05", "E", "c", task("<script>1</script>", kind="scriptTask", attributes='scriptFormat="groovy"'), task(zeebe('<zeebe:taskDefinition type="t"/>') + "<script>1</script>", kind="scriptTask", attributes='scriptFormat="groovy"')),
    Case("V-LOOP-01", "E", "c", task("", attributes='startQuantity="0"'), task("", attributes='startQuantity="2" completionQuantity="3"')),
    Case("V-LOOP-01", "E", "c", task("", attributes='completionQuantity="-1"'), task("", attributes='completionQuantity="1"')),
    Case("V-LOOP-02", "E", "c", task("<standardLoopCharacteristics/>"), task("<standardLoopCharacteristics><loopCondition>=x</loopCondition></standardLoopCharacteristics>")),
    Case("V-LOOP-03", "E", "c", task('<standardLoopCharacteristics loopMaximum="0"/>'), task('<standardLoopCharacteristics loopMaximum="1"/>')),
    Case("V-MI-01", "E", "c", task(LOOP.format("", "")), task(LOOP.format("", zeebe('<zeebe:loopCharacteristics inputCollection="=list"/>')))),
    Case("V-MI-02", "E", "c", task(LOOP.format("", OVER.format("d")), beside='<dataObject id="d" isCollection="true"/>'), base(whole("L", inner=LOOP.format("", OVER.format("d"))) + '<dataObject id="d" isCollection="true"/>', "a>L>e")),
    Case("V-MI-02", "E", "L", base(whole("L", inner='<dataObject id="d" isCollection="true"/>' + LOOP.format("", OVER.format("d"))), "a>L>e"), base(whole("L", inner=LOOP.format("", OVER.format("dr"))) + '<dataObject id="d" isCollection="true"/><dataObjectReference id="dr" dataObjectRef="d"/>', "a>L>e")),
    Case("V-MI-02", "M", "c", task(IO.format(IN.format("") + INSET + OUTSET) + LOOP.format("", OVER.format("in1"))), task(IO.format(IN.format('isCollection="true"') + INSET + OUTSET) + LOOP.format("", OVER.format("in1")))),
    Case("V-MI-03", "E", "c", task(LOOP.format('behavior="Complex"', CARD)), task(LOOP.format('behavior="Complex"', CARD + '<complexBehaviorDefinition id="cd"><condition>=true</condition><event id="ev"><signalEventDefinition signalRef="Sig"/></event></complexBehaviorDefinition>'))),
    Case("V-MI-03", "E", "c", more(task(LOOP.format('behavior="One" oneBehaviorEventRef="when"', CARD)), '<timerEventDefinition id="when"><timeDuration>PT1H</timeDuration></timerEventDefinition>'), more(task(LOOP.format('behavior="One" oneBehaviorEventRef="t:when"', CARD)), '<signalEventDefinition id="when" signalRef="Sig"/>')),
    Case("V-MI-04", "M", "c", task(LOOP.format("", CARD + '<outputDataItem id="od"/>')), task(IO.format(OUT + "<inputSet/>" + OUTS) + LOOP.format("", CARD + '<loopDataOutputRef>out1</loopDataOutputRef><outputDataItem id="od"/>'))),
    Case("V-MI-05", "W", "c", task(IO.format(IN.format('isCollection="true"') + INSET + OUTSET) + LOOP.format("", OVER.format("in1") + CARD)), task(LOOP.format("", CARD))),
]  # fmt: skip


@by_rule(ACTIVITIES)
def test_rule(case):
    prove(case)


@by_rule(ACTIVITIES)
def test_drawn(case):
    prove_drawn(case)


def test_V_CALL_02_what_is_called_may_have_no_start_at_all():
    xml = more(
        base('<callActivity id="c" calledElement="q"/>', "a>c>e"), '<process id="q"><task id="qt"/></process>'
    )
    assert faults(xml) == ()


def test_C8_MSG_01_a_receive_task_names_its_message_by_any_bound_prefix():
    assert faults(base('<receiveTask id="r" messageRef="t:M3"/>', "a>r>e", roots=message("M3"))) == ()
    assert faults(model(S + user("a") + E, "s>a>e")) == ()
