"""Event definitions as triggers: what is awaited or thrown, with names, keys and times compiled."""

from typing import Final

from backend.engine.cron import Cron
from backend.engine.expressions import Value, constant
from backend.engine.model import Element
from backend.engine.nodes import Catch, Filter, Node, Trigger
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
ARMED: Final = frozenset({"message", "timer", "signal", "conditional"})
CODES: Final = frozenset({"error", "escalation"})
TIMES: Final = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def definitions_of(compilation: Compilation, event: Element) -> list[Element]:
    """An event's definitions in document order, its own and those it refers to at the root."""
    found = []
    for child in event.children:
        target: Element | None = child
        if child.kind == "eventDefinitionRef":
            target = compilation.definitions.resolve(child, child.text)
        if target is not None and target.kind in KINDS:
            found.append(target)
    return found


def trigger_of(compilation: Compilation, event: Element) -> Trigger:
    """The trigger of an event or receive task; several definitions are members of a `multiple` one."""
    if event.kind == "receiveTask":
        return message(compilation, event, event)
    found = [one_of(compilation, event, definition) for definition in definitions_of(compilation, event)]
    if not found:
        return Trigger("none")
    if len(found) == 1:
        return found[0]
    trigger = Trigger("multiple")
    trigger.members = tuple(found) if event.kind in CATCHING else tuple(sorted(found, key=_ends))
    trigger.parallel = event.get("parallelMultiple") in ("true", "1")
    return trigger


def _ends(trigger: Trigger) -> bool:
    """What is thrown last, because nothing goes on after it (X-MULTI-03)."""
    return trigger.kind in ("error", "cancel", "terminate")


def one_of(compilation: Compilation, event: Element, definition: Element) -> Trigger:
    """One event definition as a trigger."""
    kind = KINDS[definition.kind]
    if kind == "message":
        return message(compilation, event, definition)
    if kind == "timer":
        return Trigger("timer", timing=timing(compilation, event, definition))
    if kind == "conditional":
        return conditional(compilation, event, definition)
    if kind in CODES:
        return coded(compilation, event, definition, kind)
    if kind == "signal":
        return named(compilation, definition)
    if kind == "link":
        return Trigger("link", constant(definition.get("name").strip()))
    if kind == "compensation":
        return undoing(compilation, definition)
    return Trigger(kind)


def undoing(compilation: Compilation, definition: Element) -> Trigger:
    """What a compensation undoes, and whether its throw waits (X-COMP-03, X-COMP-05)."""
    trigger = Trigger("compensation")
    activity = compilation.definitions.resolve(definition, definition.get("activityRef"))
    trigger.activity = compilation.prefix + activity.id if activity is not None else ""
    trigger.wait = definition.get("waitForCompletion", "true").strip() not in ("false", "0")
    return trigger


def waits(node: Node) -> bool:
    """Whether a catching event subscribes to something."""
    return any(one.kind in ARMED for one in node.trigger.each())


def catches(node: Node) -> tuple[Catch, ...]:
    """What a catching event takes of what is thrown inside its scope."""
    return tuple(
        Catch(node, member, one.kind, None if one.name is None else one.name.text)
        for member, one in enumerate(node.trigger.each())
        if one.kind in CODES or one.kind == "cancel"
    )


def message(compilation: Compilation, event: Element, definition: Element) -> Trigger:
    """Name and correlation key of a message; where one is awaited inside an instance the key is needed."""
    target = _message(compilation, definition)
    if target is None:
        return Trigger("message", constant(""))
    name = compilation.value(target, target.name or target.id)
    subscription = target.extension("zeebe:subscription")
    key: Value | None = None
    if subscription is not None and subscription.get("correlationKey"):
        key = compilation.feel(subscription, subscription.get("correlationKey"), "C8-MSG-01")
    if event.kind == "startEvent" and event.parent is not None and event.parent.kind == "process":
        key = None
    elif key is None and event.kind in CATCHING and _needs_key(compilation, event, target):
        compilation.fault(
            target, "C8-MSG-01", "the message is awaited and has no correlation key", "add zeebe:subscription"
        )
    return Trigger("message", name, key)


def _message(compilation: Compilation, definition: Element) -> Element | None:
    """The message that is named, else the one that goes into the operation that is named."""
    resolve = compilation.definitions.resolve
    if definition.get("messageRef"):
        return resolve(definition, definition.get("messageRef"))
    child = definition.first("operationRef")
    operation = resolve(definition, definition.get("operationRef") if child is None else child.text)
    inward = operation.first("inMessageRef") if operation is not None else None
    return resolve(inward, inward.text) if inward is not None else None


def _needs_key(compilation: Compilation, event: Element, target: Element) -> bool:
    """Our own procedures say which instance a message is for: by a key, unless BPMN's own correlation does
    or the message begins the instance."""
    if compilation.definitions.profile != "strict" or event.get("instantiate") in ("true", "1"):
        return False
    retrievals = (
        one
        for one in compilation.definitions.by_id.values()
        if one.kind == "correlationPropertyRetrievalExpression"
    )
    return all(
        compilation.definitions.resolve(one, one.get("messageRef")) is not target for one in retrievals
    )


def named(compilation: Compilation, definition: Element) -> Trigger:
    """A signal's name."""
    target = compilation.definitions.resolve(definition, definition.get("signalRef"))
    if target is None:
        return Trigger("signal", constant(""))
    return Trigger("signal", compilation.value(target, target.name or target.id))


def coded(compilation: Compilation, event: Element, definition: Element, kind: str) -> Trigger:
    """The code of an error or escalation; a catching one is a constant (C8-ERR-01), none catches all."""
    target = compilation.definitions.resolve(definition, definition.get(f"{kind}Ref"))
    text = target.get(f"{kind}Code") if target is not None else ""
    if event.kind in CATCHING:
        return Trigger(kind, constant(text) if text else None)
    return Trigger(kind, constant("") if target is None else compilation.value(target, text))


def conditional(compilation: Compilation, event: Element, definition: Element) -> Trigger:
    """A condition in FEEL, and what it is examined for (C8-COND-01)."""
    trigger = Trigger("conditional")
    condition = definition.first("condition")
    if condition is None or not condition.text.strip():
        compilation.fault(event, "V-EVT-12", "the conditional event has no condition", "write one")
        return trigger
    trigger.condition = compilation.feel(condition, condition.text.strip(), "C8-COND-01")
    narrowing = definition.extension("zeebe:conditionalFilter") or event.extension("zeebe:conditionalFilter")
    if narrowing is not None:
        trigger.filter = Filter(_list(narrowing, "variableNames"), _list(narrowing, "variableEvents"))
    return trigger


def _list(element: Element, attribute: str) -> frozenset[str]:
    return frozenset(one.strip() for one in element.get(attribute).split(",") if one.strip())


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
    compilation.fault(event, "V-EVT-13", "the timer has no date, duration or cycle", "write one of them")
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
