"""A7: boundary events, sub-processes, calls, processes, tasks, loops."""

from collections.abc import Iterator
from typing import Final

from .element import Element
from .facts import SUB_PROCESSES, Facts, Found, executable, handler, true
from .metamodel import is_a

FEEL: Final = frozenset(
    {"", "feel", "text/feel", "application/feel", "https://www.omg.org/spec/dmn/20191111/feel/"}
)


def boundaries(facts: Facts) -> Iterator[Found]:
    """V-BND-01 to V-BND-04."""
    for event in facts.events("boundaryEvent"):
        host = facts.target(event, "attachedToRef")
        if host is not None and not (
            is_a(host.kind, "Activity") and host.parent is event.parent and not handler(host)
        ):
            text = "attached to something that is no activity beside it"
            yield Found(event, "V-BND-01", "E", text, "attach it to an activity of the same container")
        compensation = facts.trigger(event) == "compensation"
        leaves = bool(facts.outgoing.get(event.id))
        if not leaves and not compensation:
            yield Found(event, "V-BND-02", "M", "the boundary event leads nowhere", "draw a flow")
        if leaves and compensation:
            yield Found(event, "V-BND-03", "E", "a compensation boundary has a flow", "use an association")
        if compensation and len(_compensators(facts, event)) != 1:
            text = "not linked by exactly one association to a compensation activity"
            yield Found(event, "V-BND-04", "E", text, "draw the association")
        if facts.trigger(event) == "cancel" and host is not None and host.kind != "transaction":
            yield Found(event, "V-EVT-19", "E", "a cancel boundary not on a transaction", "move it")


def _compensators(facts: Facts, event: Element) -> list[Element]:
    container = event.parent
    found = []
    for association in container.all("association") if container is not None else ():
        ends = (facts.target(association, "sourceRef"), facts.target(association, "targetRef"))
        if event in ends:
            other = ends[1] if ends[0] is event else ends[0]
            if other is not None and true(other, "isForCompensation") and other.parent is container:
                found.append(other)
    return found


def compensation(facts: Facts) -> Iterator[Found]:
    """V-COMP-01, V-COMP-02, V-EVT-18 (no activity), V-EVT-19, V-EVT-20."""
    pointed = {
        one.id
        for event in facts.events("boundaryEvent")
        if facts.trigger(event) == "compensation"
        for one in _compensators(facts, event)
    }
    for node in facts.nodes:
        if true(node, "isForCompensation"):
            if facts.incoming.get(node.id) or facts.outgoing.get(node.id):
                yield Found(node, "V-COMP-01", "E", "a compensation activity has a flow", "delete the flow")
            if node.id not in pointed and not handler(node):
                yield Found(
                    node, "V-COMP-02", "M", "no compensation boundary points here", "draw the association"
                )
        if node.kind == "endEvent" and facts.trigger(node) == "cancel":
            if node.parent is None or node.parent.kind != "transaction":
                yield Found(node, "V-EVT-19", "E", "a cancel end not directly in a transaction", "move it")
            elif not any(facts.trigger(one) == "cancel" for one in facts.boundaries.get(node.parent.id, ())):
                yield Found(node.parent, "V-EVT-20", "M", "a cancel end but no cancel boundary", "add one")


def sub_processes(facts: Facts) -> Iterator[Found]:
    """V-SUB-02, V-EVSUB-01, -02, -04, V-TX-01, V-ADHOC-01 to -04."""
    for node in facts.nodes:
        if node.kind not in SUB_PROCESSES:
            continue
        starts = list(node.all("startEvent"))
        if node.first("ioSpecification") is not None:
            yield Found(node, "V-SUB-02", "E", "a sub-process has an ioSpecification", "delete it")
        if true(node, "triggeredByEvent"):
            if facts.incoming.get(node.id) or facts.outgoing.get(node.id):
                yield Found(node, "V-EVSUB-01", "E", "an event sub-process has a flow", "delete the flow")
            if len(starts) != 1:
                text = f"an event sub-process has {len(starts)} start events"
                yield Found(node, "V-EVSUB-02", "E", text, "keep exactly one")
            if node.kind != "subProcess":
                yield Found(
                    node, "V-EVSUB-04", "M", f"triggeredByEvent on a {node.kind}", "use a sub-process"
                )
        method = node.get("method")
        if node.kind == "transaction" and method and not _method(method):
            yield Found(node, "V-TX-01", "E", f"the method {method!r} is unknown", "use ##Compensate")
        if node.kind == "adHocSubProcess":
            yield from _ad_hoc(facts, node)


def _method(text: str) -> bool:
    return text in ("##Compensate", "##Image", "##Store") or (":" in text and not text.startswith("##"))


def _ad_hoc(facts: Facts, node: Element) -> Iterator[Found]:
    inner = facts.children(node)
    for child in inner:
        if child.kind in ("startEvent", "endEvent"):
            yield Found(
                child, "V-ADHOC-01", "E", "a start or end event in an ad-hoc sub-process", "delete it"
            )
        if child.kind.startswith("intermediate") and not facts.outgoing.get(child.id):
            yield Found(child, "V-ADHOC-03", "M", "the intermediate event leads nowhere", "draw a flow")
    if not any(is_a(child.kind, "Activity") for child in inner):
        yield Found(node, "V-ADHOC-02", "E", "an ad-hoc sub-process without activity", "add one")
    if "cancelRemainingInstances" in node.attributes and node.get("ordering") == "Sequential":
        yield Found(node, "V-ADHOC-04", "W", "cancelRemainingInstances has no effect here", "remove it")


def processes(facts: Facts) -> Iterator[Found]:
    """V-PROC-01, V-PROC-02."""
    for process in facts.definitions.processes:
        if not executable(process):
            continue
        if not facts.children(process):
            yield Found(process, "V-PROC-01", "W", "an executable process without any node", "draw it")
        if process.get("processType") == "Public":
            yield Found(process, "V-PROC-02", "M", "an executable process is Public", "make it Private")


def calls(facts: Facts) -> Iterator[Found]:
    """V-CALL-01, V-CALL-02, V-CALL-04."""
    for node in facts.events("callActivity"):
        if not executable(node):
            continue
        called = node.extension("zeebe:calledElement")
        name = (called.get("processId") if called is not None else "") or node.get("calledElement")
        if not name:
            yield Found(node, "V-CALL-01", "E", "the call activity names no process", "set calledElement")
            continue
        target = facts.definitions.resolve(node, name)
        starts = list(target.all("startEvent")) if target is not None and target.kind == "process" else []
        if starts and all(facts.trigger(start) != "none" for start in starts):
            yield Found(
                node, "V-CALL-02", "E", "the called process has only triggered starts", "add a none start"
            )
        if target is not None and node in target.walk():
            yield Found(node, "V-CALL-04", "W", "the process calls itself", "check that it ends")


def tasks(facts: Facts) -> Iterator[Found]:
    """V-TASK-01 to V-TASK-03, V-TASK-05."""
    for node in facts.nodes:
        if not executable(node):
            continue
        job = node.extension("zeebe:taskDefinition") is not None
        if node.kind == "scriptTask":
            yield from _script(node, job)
        elif node.kind in ("serviceTask", "sendTask"):
            if not job and not node.get("operationRef") and not node.get("implementation"):
                yield Found(
                    node, "V-TASK-02", "M", "no job type: its id is taken", "add zeebe:taskDefinition"
                )
        elif node.kind == "businessRuleTask":
            if not job and node.extension("zeebe:calledDecision") is None:
                yield Found(
                    node, "V-TASK-02", "M", "no decision is called: runs as a job", "add zeebe:calledDecision"
                )
        elif node.kind == "receiveTask":
            yield from _receive(facts, node)


def _script(node: Element, job: bool) -> Iterator[Found]:
    plain = node.first("script")
    written = plain is not None and plain.text.strip()
    if not job and not written and node.extension("zeebe:script") is None:
        yield Found(
            node, "V-TASK-02", "M", "the script task has no script and does nothing", "add zeebe:script"
        )
    if not job and node.get("scriptFormat").strip().lower() not in FEEL:
        yield Found(node, "V-TASK-05", "E", f"the script is in {node.get('scriptFormat')!r}", "write FEEL")


def _receive(facts: Facts, node: Element) -> Iterator[Found]:
    if not node.get("messageRef") and not node.get("operationRef"):
        yield Found(node, "V-TASK-03", "E", "the receive task names no message", "set messageRef")
    if not true(node, "instantiate"):
        return
    incoming = facts.incoming.get(node.id, [])
    source = facts.target(incoming[0], "sourceRef") if len(incoming) == 1 else None
    alone = not incoming and node.parent is not None and node.parent.first("startEvent") is None
    if not alone and not (source is not None and source.kind == "startEvent"):
        text = "an instantiating receive task must begin the process"
        yield Found(
            node, "V-TASK-01", "E", text, "delete its flow and the start event, or set instantiate=false"
        )


def loops(facts: Facts) -> Iterator[Found]:
    """V-LOOP-01 to V-LOOP-03, V-MI-01, V-MI-03 to V-MI-05."""
    for node in facts.nodes:
        for attribute in ("startQuantity", "completionQuantity"):
            value = node.get(attribute, "1").strip()
            if value.lstrip("+-").isdigit() and int(value) < 1:
                yield Found(node, "V-LOOP-01", "E", f"{attribute} must be 1 or more", "correct it")
        for child in node.children:
            if child.kind == "standardLoopCharacteristics":
                yield from _standard(node, child)
            elif child.kind == "multiInstanceLoopCharacteristics":
                yield from _multi(node, child)


def _standard(node: Element, loop: Element) -> Iterator[Found]:
    maximum = loop.get("loopMaximum").strip()
    condition = loop.first("loopCondition")
    if not maximum and (condition is None or not condition.text.strip()):
        yield Found(node, "V-LOOP-02", "E", "the loop has neither condition nor maximum", "write one")
    if maximum.lstrip("+-").isdigit() and int(maximum) < 1:
        yield Found(node, "V-LOOP-03", "E", "loopMaximum must be 1 or more", "correct it")


def _multi(node: Element, loop: Element) -> Iterator[Found]:
    zeebe = loop.extension("zeebe:loopCharacteristics")
    collection = loop.first("loopDataInputRef") is not None or (
        zeebe is not None and bool(zeebe.get("inputCollection"))
    )
    cardinality = loop.first("loopCardinality") is not None
    if not collection and not cardinality:
        yield Found(node, "V-MI-01", "E", "neither a number nor a collection to loop over", "give one")
    if collection and cardinality:
        yield Found(
            node, "V-MI-05", "W", "both a number and a collection: the collection decides", "delete one"
        )
    if loop.get("behavior") == "Complex" and loop.first("complexBehaviorDefinition") is None:
        yield Found(
            node, "V-MI-03", "E", "behavior=Complex without a definition", "add complexBehaviorDefinition"
        )
    if (loop.first("outputDataItem") is None) != (loop.first("loopDataOutputRef") is None):
        yield Found(
            node, "V-MI-04", "M", "outputDataItem and loopDataOutputRef belong together", "add the other"
        )


RULES: Final = (boundaries, compensation, sub_processes, processes, calls, tasks, loops)
