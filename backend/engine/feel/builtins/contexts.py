"""Functions of contexts; a context is never changed, a new one is made."""

from __future__ import annotations

from typing import Any

from backend.engine.feel.registry import Undefined, builtin
from backend.engine.feel.run import Run


@builtin("get value(m: context, key: string) -> any")
def get_value(m: dict[str, Any], key: str) -> Any:
    """The entry of a key; null if there is none.

    get value({key1: "value1"}, "key1") = "value1"
    get value({a: 1}, "b") = null
    """
    return m.get(key)


@builtin("get value(m: context, keys: list) -> any")
def get_value_nested(m: dict[str, Any], keys: list[Any]) -> Any:
    """The entry at the end of a path of keys.

    get value({a: {b: 3}}, ["a", "b"]) = 3
    """
    value: Any = m
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            return None
        value = value.get(key)
    return value if keys else None


@builtin("get entries(m: context) -> list")
def get_entries(run: Run, m: dict[str, Any]) -> list[Any]:
    """The entries as contexts of key and value, in order.

    get entries({a: 1}) = [{key: "a", value: 1}]
    """
    run.charge(len(m) >> 3)
    return run.checked_list([{"key": key, "value": value} for key, value in m.items()])


@builtin("context(entries: list) -> context")
def context(run: Run, entries: list[Any]) -> dict[str, Any]:
    """A context from a list of contexts with key and value; null for a missing or doubled key.

    context([{key: "a", value: 1}, {key: "b", value: 2}]) = {a: 1, b: 2}
    context([{key: "a", value: 1}, {key: "a", value: 2}]) = null
    """
    run.charge(len(entries) >> 3)
    made: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise Undefined("an entry lacks key or value")
        if entry["key"] in made:
            raise Undefined("a key is given twice")
        made[entry["key"]] = entry["value"]
    return made


@builtin("context put(context: context, key: string, value: any) -> context")
def context_put(run: Run, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The context with an entry added at the end, or replaced in its place.

    context put({x: 1}, "y", 2) = {x: 1, y: 2}
    """
    run.charge(len(context) >> 3)
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: any) -> context")
def context_put_nested(run: Run, context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    """The context with the entry at the end of a path of keys put in; inner contexts are made where missing.

    context put({x: 1, y: {a: 0}}, ["y", "a"], 2) = {x: 1, y: {a: 2}}
    context put({x: 1}, [], 2) = null
    """
    if not keys or not all(isinstance(key, str) for key in keys):
        raise Undefined("keys must be strings, at least one")
    chain = [context]
    for key in keys[:-1]:
        inner = chain[-1].get(key)
        if inner is not None and not isinstance(inner, dict):
            raise Undefined("a key leads to no context")
        chain.append(inner or {})
    for inner, key in zip(reversed(chain), reversed(keys), strict=True):
        run.charge(1 + (len(inner) >> 3))
        value = {**inner, key: value}
    return value  # type: ignore[no-any-return]


@builtin("context merge(contexts: list) -> context")
def context_merge(run: Run, contexts: list[Any]) -> dict[str, Any]:
    """The entries of several contexts in one; a later value wins, in the place of the first.

    context merge([{x: 1}, {x: 2, y: 0}]) = {x: 2, y: 0}
    """
    merged: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise Undefined("the list holds a value that is no context")
        run.charge(1 + (len(context) >> 3))
        merged.update(context)
    return merged
