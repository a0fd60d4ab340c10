"""Correlation keys and message flows of a file, as a process uses them."""

from backend.engine.correlation import Correlation, Key
from backend.engine.expressions import Value
from backend.engine.model import Element
from backend.engine.model.facts import process_of

from .faulty import Compilation


def correlation(compilation: Compilation, process: Element) -> Correlation | None:
    """The keys that may decide which instance has a message; None without any (X-CORR-01, X-CORR-02)."""
    elements = compilation.definitions.by_id.values()
    keys = [one for one in elements if one.kind == "correlationKey"]
    if not keys:
        return None
    subscriptions = {
        id(key): one
        for one in process.all("correlationSubscription")
        if (key := _target(compilation, one, "correlationKeyRef")) is not None
    }
    found = (_key(compilation, key, subscriptions.get(id(key))) for key in keys)
    return tuple(key for key in found if key.paths) or None


def _target(compilation: Compilation, element: Element, attribute: str) -> Element | None:
    return compilation.definitions.resolve(element, element.get(attribute))


def _key(compilation: Compilation, key: Element, subscription: Element | None) -> Key:
    """A key serves for those messages in which all of its properties are found."""
    named = (compilation.definitions.resolve(one, one.text) for one in key.all("correlationPropertyRef"))
    properties = [one for one in named if one is not None]
    retrieved = [_retrieval(compilation, one) for one in properties]
    names = [name for name in (retrieved[0] if retrieved else ()) if all(name in one for one in retrieved)]
    paths = {name: tuple(one[name] for one in retrieved) for name in names}
    return Key(key.id, paths, _expected(compilation, properties, subscription))


def _retrieval(compilation: Compilation, prop: Element) -> dict[str, Value]:
    """A property's path by message name. A message with a zeebe:subscription correlates by that."""
    found: dict[str, Value] = {}
    for one in prop.all("correlationPropertyRetrievalExpression"):
        message, path = _target(compilation, one, "messageRef"), one.first("messagePath")
        if message is None or path is None or message.extension("zeebe:subscription") is not None:
            continue
        value = compilation.feel(path, path.text.strip(), "X-CORR-01")
        if value is not None:
            found[message.name or message.id] = value
    return found


def _expected(
    compilation: Compilation, properties: list[Element], subscription: Element | None
) -> tuple[Value, ...]:
    """The data paths of a subscription, in the order of its key's properties; () unless all are bound."""
    bound: dict[int, Value] = {}
    for binding in subscription.all("correlationPropertyBinding") if subscription is not None else ():
        prop, path = _target(compilation, binding, "correlationPropertyRef"), binding.first("dataPath")
        value = compilation.feel(path, path.text.strip(), "X-CORR-02") if path is not None else None
        if prop is not None and value is not None:
            bound[id(prop)] = value
    return tuple(bound[id(one)] for one in properties) if all(id(one) in bound for one in properties) else ()


def sends(compilation: Compilation) -> dict[str, tuple[str, ...]]:
    """The processes that message flows lead to, by the element that sends."""
    found: dict[str, dict[str, None]] = {}
    for collaboration in compilation.definitions.root.children:
        for flow in collaboration.all("messageFlow"):
            source, target = _target(compilation, flow, "sourceRef"), _target(compilation, flow, "targetRef")
            if source is None or target is None or process_of(source) is None:
                continue
            if target.kind == "participant":
                target = _target(compilation, target, "processRef")
            home = process_of(target) if target is not None else None
            if home is not None:
                found.setdefault(source.id, {})[home.id] = None
    return {source: tuple(targets) for source, targets in found.items()}
