"""Event definitions as triggers: what is awaited or thrown, with names, keys and times compiled."""

from typing import Final

from backend.engine.cron import Cron
from backend.engine.expressions import Value, constant
from backend.engine.model import Element
from backend.engine.nodes import Trigger
from backend.engine.timing import Timing, parse_cycle, parse_date, parse_duration

from .faulty import Compilation

KINDS: Final = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate",
    "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "compensateEventDefinition": "compensation",
    "cancelEventDefinition": "cancel",
}
CATCHING: Final = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask"})
TIMES: Final = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def definitions_of(compilation: Compilation, event: Element) -> list[Element]:
    """An event's definitions in document order, its own and those it refers to at the root."""
    found = [child for child in event.children if child.kind in KINDS]
    for reference in event.all("eventDefinitionRef"):
        target = compilation.definitions.resolve(reference, reference.text)
        if target is not None:
            found.append(target)
    return found


def trigger_of(compilation: Compilation, event: Element) -> Trigger:
    """The trigger of an event or receive task; several definitions give kind `multiple`."""
    if event.kind == "receiveTask":
        return message(compilation, event, event)
    found = definitions_of(compilation, event)
    if not found:
        return Trigger("none")
    if len(found) > 1:
        return Trigger("multiple")
    definition = found[0]
    kind = KINDS[definition.kind]
    if kind == "message":
        return message(compilation, event, definition)
    if kind == "timer":
        return Trigger("timer", timing=timing(compilation, event, definition))
    if kind in ("signal", "error"):
        return named(compilation, event, definition, kind)
    return Trigger(kind)


def message(compilation: Compilation, event: Element, definition: Element) -> Trigger:
    """Name and correlation key of a message; where one is awaited inside an instance the key is needed."""
    target = compilation.definitions.resolve(definition, definition.get("messageRef"))
    if target is None:
        return Trigger("message", constant(""))
    name = compilation.value(target, target.name or target.id)
    subscription = target.extension("zeebe:subscription")
    key: Value | None = None
    if subscription is not None and subscription.get("correlationKey"):
        key = compilation.feel(subscription, subscription.get("correlationKey"), "C8-MSG-01")
    if event.kind == "startEvent" and event.parent is not None and event.parent.kind == "process":
        key = None
    elif key is None and event.kind in CATCHING and compilation.definitions.profile == "strict":
        compilation.fault(
            target, "C8-MSG-01", "the message is awaited and has no correlation key", "add zeebe:subscription"
        )
    return Trigger("message", name, key)


def named(compilation: Compilation, event: Element, definition: Element, kind: str) -> Trigger:
    """A signal's name or an error's code; a catching code is a constant (C8-ERR-01), none catches all."""
    target = compilation.definitions.resolve(definition, definition.get(f"{kind}Ref"))
    if target is None:
        return Trigger(kind)
    text = target.get("errorCode") if kind == "error" else target.name or target.id
    if kind == "error" and not text:
        return Trigger(kind)
    if kind == "error" and event.kind in CATCHING:
        return Trigger(kind, constant(text))
    return Trigger(kind, compilation.value(target, text))


def timing(compilation: Compilation, event: Element, definition: Element) -> Timing | None:
    """A timer's one definition; a constant is parsed now (V-EVT-14)."""
    for kind, mode in TIMES.items():
        child = definition.first(kind)
        if child is None:
            continue
        found = compilation.value(child, child.text.strip())
        if found is not None and found.expression is None:
            _check(compilation, child, mode, found.text)
        return Timing(mode, found) if found is not None else None
    return None


def _check(compilation: Compilation, element: Element, mode: str, text: str) -> None:
    """Refuse a constant that does not parse, or a cycle beyond the bounds on values."""
    try:
        if mode == "date":
            parse_date(text, compilation.zone)
        elif mode == "duration":
            parse_duration(text)
        else:
            cycle = parse_cycle(text, compilation.zone)
            if isinstance(cycle, Cron):
                if len(cycle.seconds) > 1:
                    compilation.limit(element, "the cycle is shorter than a minute", "fire once a minute")
                return
            if cycle.times == 0:
                raise ValueError("repeats 0 times")
            if cycle.times > 1000:
                compilation.limit(element, "the cycle repeats more than 1,000 times", "repeat less often")
            if not cycle.duration.months and cycle.duration.seconds < 60:
                compilation.limit(element, "the cycle is shorter than a minute", "use PT1M or longer")
    except (ValueError, OverflowError) as error:
        compilation.fault(element, "V-EVT-14", f"{text!r} is {error}", f"write an ISO 8601 {mode}")
