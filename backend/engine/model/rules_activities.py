"""A7: sub-processes, calls, processes, tasks."""

import re
from collections.abc import Iterator
from typing import Final

from .element import Element, local
from .facts import SUB_PROCESSES, Facts, Found, true
from .metamodel import is_a

MULTI: Final = "multiInstanceLoopCharacteristics"  # what it loops over may be declared as an input


CALLABLE: Final = frozenset(
    {
        "process",
        "globalTask",
        "globalUserTask",
        "globalManualTask",
        "globalScriptTask",
        "globalBusinessRuleTask",
    }
)
QNAME: Final = re.compile(r"[\w.\-]+:[\w.\-]+")


def sub_processes(facts: Facts) -> Iterator[Found]:
    """V-SUB-02, V-EVSUB-01, -02, -04, V-TX-01, V-ADHOC-01 to -04."""
    for node in facts.nodes:
        if node.kind not in SUB_PROCESSES:
            continue
        starts = list(node.all("startEvent"))
        if node.first("ioSpecification") is not None and node.first(MULTI) is None:
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
        if not facts.runs(process):
            continue
        if not facts.children(process):
            yield Found(process, "V-PROC-01", "W", "an executable process without any node", "draw it")
        if process.get("processType") == "Public":
            yield Found(process, "V-PROC-02", "M", "an executable process is Public", "make it Private")


def calls(facts: Facts) -> Iterator[Found]:
    """V-CALL-01 to V-CALL-04, V-REF-02 and V-REF-05 of calledElement."""
    for node in facts.events("callActivity"):
        extension = node.extension("zeebe:calledElement")
        by_name = extension.get("processId") if extension is not None else ""
        name = by_name or node.get("calledElement")
        target = facts.definitions.resolve(node, name) if name else None
        if not name:
            if facts.runs(node):
                text = "the call activity names no process"
                yield Found(node, "V-CALL-01", "E", text, "set calledElement")
        elif target is None:
            if not by_name:
                yield from _not_here(facts, node, name)
        elif target.kind in CALLABLE:
            yield from _called(facts, node, target)
        elif not by_name:
            text = f"calledElement names a {target.kind}, not a process or global task"
            yield Found(node, "V-REF-02", "E", text, "name a process")


def _not_here(facts: Facts, node: Element, name: str) -> Iterator[Found]:
    """What is called may be deployed later, unless it is said to stand in this file."""
    prefix, colon, _ = name.rpartition(":")
    if not colon or not QNAME.fullmatch(name):
        return
    namespace = (node.prefixes or {}).get(prefix)
    if namespace is None:
        text = f"calledElement: the prefix {prefix!r} is not bound"
        yield Found(node, "V-REF-05", "E", text, "bind or remove it")
    elif namespace == facts.definitions.target_namespace:
        text = f"calledElement names {name!r}, which does not exist in this file"
        yield Found(node, "V-CALL-01", "E", text, "correct it")


def _called(facts: Facts, node: Element, target: Element) -> Iterator[Found]:
    starts = list(target.all("startEvent"))
    if starts and facts.runs(node) and all(facts.trigger(start) != "none" for start in starts):
        text = "the called process has only triggered starts"
        yield Found(node, "V-CALL-02", "E", text, "add a none start")
    if node.around("process") is target:
        yield Found(node, "V-CALL-04", "W", "the process calls itself", "check that it ends")
    for kind in ("dataInput", "dataOutput"):
        ours, theirs = _names(node, kind), _names(target, kind)
        if node.first("ioSpecification") is not None and ours != theirs:
            text = f"its {kind}s are {sorted(ours)}, those of what it calls {sorted(theirs)}"
            yield Found(node, "V-CALL-03", "W", text, "declare the same on both sides")


def _names(owner: Element, kind: str) -> set[str]:
    specification = owner.first("ioSpecification")
    return {one.name or one.id for one in specification.all(kind)} if specification is not None else set()


CHECKED: Final = frozenset({"scriptTask", "serviceTask", "sendTask", "businessRuleTask", "receiveTask"})


def tasks(facts: Facts) -> Iterator[Found]:
    """V-TASK-01 to V-TASK-03, V-TASK-05."""
    for node in facts.nodes:
        if node.kind not in CHECKED or not facts.runs(node):
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
    language = node.get("scriptFormat").lower()
    if not job and language and "feel" not in language:
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


def operations(facts: Facts) -> Iterator[Found]:
    """V-TASK-04: the data of a task that talks to a service fit the messages."""
    for node in facts.nodes:
        specification = node.first("ioSpecification")
        wanted = SHAPES.get(node.kind)
        if specification is None or wanted is None or not facts.runs(node):
            continue
        operation = facts.target(node, "operationRef")
        if node.kind == "serviceTask" and operation is None:
            continue
        for kind, least, most in wanted:
            count = sum(1 for _ in specification.all(kind))
            silent = operation is not None and operation.first("outMessageRef") is None
            bound = 0 if silent and kind == "dataOutput" else most
            if not least <= count <= bound:
                text = f"a {node.kind} has {count} {kind}, which does not fit its messages"
                yield Found(node, "V-TASK-04", "M", text, f"keep {bound}")
        if (
            operation is not None
            and node.kind == "serviceTask"
            and not _same_item(facts, specification, operation)
        ):
            text = "the item of its data input is not that of the operation's message"
            yield Found(node, "V-TASK-04", "M", text, "use the same itemDefinition")


SHAPES: Final = {
    "serviceTask": (("inputSet", 1, 1), ("outputSet", 0, 1), ("dataInput", 1, 1), ("dataOutput", 0, 1)),
    "sendTask": (("inputSet", 1, 1), ("dataInput", 1, 1)),
    "receiveTask": (("outputSet", 1, 1), ("dataOutput", 1, 1), ("dataInput", 0, 0)),
}


def _same_item(facts: Facts, specification: Element, operation: Element) -> bool:
    given, reference = specification.first("dataInput"), operation.first("inMessageRef")
    message = facts.definitions.resolve(reference, reference.text) if reference is not None else None
    if given is None or message is None:
        return True
    return local(given.get("itemSubjectRef")) == local(message.get("itemRef"))


RULES: Final = (sub_processes, processes, calls, tasks, operations)
