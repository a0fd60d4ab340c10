"""A3, A4: which event may stand where, and what it must say."""

from collections.abc import Iterator
from typing import Final

from backend.engine.timing import parse_cycle, parse_date, parse_duration

from .element import Element
from .facts import EVENT_DEFINITIONS, SUB_PROCESSES, Facts, Found, handler, true
from .rules_flow import message_key

ANY: Final = "message timer conditional signal"
ALLOWED: Final = {
    "start: process": f"none {ANY} multiple",
    "start: sub-process": "none",
    "handler: interrupting": f"{ANY} escalation error compensation multiple",
    "handler: non-interrupting": f"{ANY} escalation multiple",
    "intermediateCatchEvent": f"{ANY} link multiple",
    "intermediateThrowEvent": "none message signal escalation compensation link multiple",
    "boundary: interrupting": f"{ANY} escalation error compensation cancel multiple",
    "boundary: non-interrupting": f"{ANY} escalation multiple",
    "endEvent": "none message signal escalation error compensation cancel terminate multiple",
}
CATCHING: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
TIMES: Final = ("timeDate", "timeDuration", "timeCycle")


def place(event: Element, kind: str) -> str:
    """The column of table A3 in which an event stands."""
    parent = event.parent
    if event.kind == "boundaryEvent":
        never = kind in ("error", "cancel", "compensation")
        return (
            "boundary: interrupting"
            if never or true(event, "cancelActivity", True)
            else "boundary: non-interrupting"
        )
    if event.kind != "startEvent":
        return event.kind
    if parent is not None and handler(parent):
        keep = kind in ("error", "compensation") or true(event, "isInterrupting", True)
        return "handler: interrupting" if keep else "handler: non-interrupting"
    return "start: sub-process" if parent is not None and parent.kind in SUB_PROCESSES else "start: process"


def positions(facts: Facts) -> Iterator[Found]:
    """V-EVT-01, V-EVT-02, V-EVT-03, V-EVT-04, V-EVT-05."""
    for event in facts.nodes:
        if not event.kind.endswith("Event"):
            continue
        kind = facts.trigger(event)
        where = place(event, kind)
        if kind not in ALLOWED.get(where, kind).split():
            rule = "V-SUB-01" if where == "start: sub-process" else "V-EVT-01"
            rule = "V-EVSUB-03" if where.startswith("handler") and kind == "none" else rule
            yield Found(
                event,
                rule,
                "E",
                f"a {kind} trigger may not stand at {where}",
                "move it or change the trigger",
            )
        if kind == "multiple":
            yield from _members(facts, event, where)
            if true(event, "parallelMultiple") and event.kind not in CATCHING:
                text = "a throwing event cannot be parallel multiple"
                yield Found(event, "V-EVT-01", "E", text, "remove parallelMultiple")
        if true(event, "parallelMultiple") and kind != "multiple":
            yield Found(
                event,
                "V-EVT-03",
                "W",
                "parallelMultiple with fewer than two triggers",
                "remove the attribute",
            )
        yield from _interrupting(event, kind)


def _members(facts: Facts, event: Element, where: str) -> Iterator[Found]:
    barred = {"link", "cancel", "compensation"} if event.kind in CATCHING else {"link"}
    for definition in facts.triggers(event):
        kind = EVENT_DEFINITIONS[definition.kind]
        if kind in barred or kind not in ALLOWED.get(where, kind).split():
            yield Found(
                event, "V-EVT-02", "E", f"{kind} may not be one of several triggers here", "remove it"
            )


def _interrupting(event: Element, kind: str) -> Iterator[Found]:
    attribute = "cancelActivity" if event.kind == "boundaryEvent" else "isInterrupting"
    written = event.attributes.get(attribute, "").strip()
    if event.kind in ("boundaryEvent", "startEvent") and written in ("false", "0"):
        if kind in ("error", "cancel"):
            yield Found(event, "V-EVT-04", "E", f"a {kind} event always interrupts", f"remove {attribute}")
        elif kind == "compensation":
            yield Found(event, "V-EVT-04", "W", f"{attribute} does not apply here", "remove it")
    if event.kind == "startEvent" and written and not (event.parent is not None and handler(event.parent)):
        severity = "E" if written in ("false", "0") else "W"
        text = "isInterrupting outside an event sub-process"
        yield Found(event, "V-EVT-05", severity, text, "remove the attribute")


def details(facts: Facts) -> Iterator[Found]:
    """V-EVT-10 to V-EVT-17, in executable processes."""
    for event in facts.nodes:
        if not event.kind.endswith("Event") or not facts.runs(event):
            continue
        for definition in facts.triggers(event):
            yield from DETAILS.get(definition.kind, _nothing)(facts, event, definition)


def _nothing(facts: Facts, event: Element, definition: Element) -> Iterator[Found]:
    return iter(())


def _message(facts: Facts, event: Element, definition: Element) -> Iterator[Found]:
    job = event.extension("zeebe:taskDefinition") is not None
    if not definition.get("messageRef") and definition.first("operationRef") is None and not job:
        yield Found(event, "V-EVT-10", "E", "the message event names no message", "set messageRef")


def _signal(facts: Facts, event: Element, definition: Element) -> Iterator[Found]:
    if not definition.get("signalRef"):
        yield Found(event, "V-EVT-11", "E", "the signal event names no signal", "set signalRef")


def _conditional(facts: Facts, event: Element, definition: Element) -> Iterator[Found]:
    condition = definition.first("condition")
    if condition is None or not condition.text.strip():
        yield Found(event, "V-EVT-12", "E", "the conditional event has no condition", "write one")


def _timer(facts: Facts, event: Element, definition: Element) -> Iterator[Found]:
    found = [child for child in definition.children if child.kind in TIMES]
    if len(found) != 1:
        yield Found(
            event,
            "V-EVT-13",
            "E",
            f"the timer has {len(found)} of date, duration and cycle",
            "keep exactly one",
        )
    elif not found[0].text.strip().removeprefix("="):
        yield Found(event, "V-EVT-13", "E", f"the timer's {found[0].kind} is empty", "write a time")
    elif not found[0].text.strip().startswith("="):
        wrong = _unreadable(found[0].kind, found[0].text.strip())
        if wrong:
            text = f"the timer's {found[0].kind} {found[0].text.strip()!r} is {wrong}"
            yield Found(event, "V-EVT-14", "E", text, "write ISO 8601, or FEEL after =")


def _unreadable(kind: str, text: str) -> str:
    """Why a constant is no time; "" when it is one."""
    try:
        if kind == "timeDate":
            parse_date(text, "UTC")
        elif kind == "timeDuration":
            parse_duration(text)
        else:
            parse_cycle(text, "UTC")
    except (ValueError, OverflowError) as error:
        return str(error)
    return ""


def _error(facts: Facts, event: Element, definition: Element) -> Iterator[Found]:
    target = facts.target(definition, "errorRef")
    if event.kind == "endEvent" and (target is None or not target.get("errorCode")):
        yield Found(
            event, "V-EVT-15", "E", "the error end event has no error code", "refer to an error with a code"
        )


def _escalation(facts: Facts, event: Element, definition: Element) -> Iterator[Found]:
    target = facts.target(definition, "escalationRef")
    if event.kind not in CATCHING and (target is None or not target.get("escalationCode")):
        yield Found(
            event, "V-EVT-16", "E", "the escalation has no code", "refer to an escalation with a code"
        )


def _link(facts: Facts, event: Element, definition: Element) -> Iterator[Found]:
    if not definition.name:
        yield Found(event, "V-EVT-17", "E", "the link has no name", "name it")


DETAILS: Final = {
    "messageEventDefinition": _message,
    "signalEventDefinition": _signal,
    "conditionalEventDefinition": _conditional,
    "timerEventDefinition": _timer,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "linkEventDefinition": _link,
}


def links(facts: Facts) -> Iterator[Found]:
    """V-LINK-01 to V-LINK-04."""
    for container in facts.containers:
        events = [one for one in facts.children(container) if facts.trigger(one) == "link"]
        named = [(one, facts.triggers(one)[0].name) for one in events]
        thrown = [(one, name) for one, name in named if one.kind == "intermediateThrowEvent"]
        caught = [(one, name) for one, name in named if one.kind == "intermediateCatchEvent"]
        names = {name for _, name in caught}, {name for _, name in thrown}
        for event, name in thrown:
            if facts.outgoing.get(event.id):
                text = "this link event has an outgoing flow"
                yield Found(event, "V-LINK-04", "E", text, "delete the flow")
            if name not in names[0]:
                yield Found(event, "V-LINK-01", "E", f"no link catches {name!r} in this scope", "add it")
        seen: set[str] = set()
        for event, name in caught:
            if facts.incoming.get(event.id):
                text = "this link event has an incoming flow"
                yield Found(event, "V-LINK-04", "E", text, "delete the flow")
            if name in seen:
                yield Found(event, "V-LINK-02", "E", f"a second catching link {name!r}", "rename it")
            if name not in names[1]:
                yield Found(event, "V-LINK-03", "W", f"nobody throws the link {name!r}", "remove it")
            seen.add(name)


def twins(facts: Facts) -> Iterator[Found]:
    """V-EVT-21, V-EVT-22: a second interrupting catcher of the same thing is never reached."""
    groups: list[list[Element]] = list(facts.boundaries.values())
    for container in facts.containers:
        inner = [child for child in container.children if handler(child)]
        groups.append([start for child in inner for start in child.all("startEvent")])
    for group in groups:
        seen: set[tuple[str, str]] = set()
        for event in group:
            kind = facts.trigger(event)
            flag = "cancelActivity" if event.kind == "boundaryEvent" else "isInterrupting"
            if kind not in ("message", "signal", "error", "escalation") or not true(event, flag, True):
                continue
            caught = (kind, _caught(facts, event, kind))
            unnamed = kind in ("message", "signal") and not caught[1]  # V-EVT-10, V-EVT-11
            if caught in seen and not unnamed:
                rule = "V-EVT-21" if caught[1] else "V-EVT-22"
                yield Found(event, rule, "M", f"a second catcher of the same {kind}", "delete one")
            seen.add(caught)


def _caught(facts: Facts, event: Element, kind: str) -> str:
    """What is caught: a code, a signal's name, a message with its key; "" for all, or for nothing named."""
    definition = facts.triggers(event)[0]
    if kind == "message":
        return message_key(facts, definition)
    target = facts.target(definition, f"{kind}Ref")
    if target is None:
        return ""
    return target.name or target.id if kind == "signal" else target.get(f"{kind}Code")


RULES: Final = (positions, details, links, twins)
