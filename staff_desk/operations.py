"""The operator's pages: the cases that are stuck, and one case as the engine sees it, now or earlier."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from uuid import UUID

from backend.channel import door
from backend.channel.look import dates
from backend.channel.walk import said
from backend.channel.walk.draw import words
from backend.channel.walk.drawn import named_steps

LISTS = ("stuck", "running", "all")


def allowed() -> bool:
    """Whether the one who asks is an operator of any cases."""
    return bool(door.operates())


def listed(which: str) -> dict[str, Any]:
    """One list: its tabs with their counts, and its rows."""
    t, lang = words()
    counts = door.operated_counts()
    rows = door.operated(which)
    stuck = counts.get("stuck", 0)
    return {
        "heading": t("operate.some_stuck", n=stuck) if stuck else t("operate.none_stuck"),
        "tabs": [
            {
                "href": f"/operations?list={name}",
                "label": t(f"operate.{name}"),
                "count": counts.get(name, 0),
                "current": name == which,
            }
            for name in LISTS
        ],
        "rows": [_line(row, lang) for row in rows],
    }


def _line(row: Any, lang: str) -> dict[str, Any]:
    procedure = door.errand().packs.get(row.procedure, row.pack)
    return {
        "href": f"/operations/{row.case}",
        "name": procedure.title(lang),
        "reference": row.reference,
        "pack": row.pack[:8],
        "status": row.status,
        "incidents": row.incidents,
        "since": dates.day_and_time(row.stuck_since, lang, said.home()) if row.stuck_since else "",
        "changed": dates.day_and_time(row.changed, lang, said.home()),
    }


def machine(case: UUID, version: int | None) -> dict[str, Any]:
    """A case: its drawing with tokens and incidents, what it waits for, variables, changes."""
    _, lang = words()
    seen = door.machine(case, version)
    procedure = door.errand().packs.get(seen.procedure, seen.pack)
    names = {step.id: step for step in named_steps(procedure, lang)}
    zone = said.home()

    def name(element: str) -> str:
        if element in names:
            return str(names[element].name)
        node = procedure.process.nodes.get(element) or procedure.process.positions.get(element)
        return (node.name if node else "") or element

    return {
        "seen": seen,
        "name": procedure.title(lang),
        "then": version is not None and version != seen.latest,
        "drawn": _drawn(seen, procedure, names, lang),
        "own": procedure.languages[0],
        "tokens": [
            {"name": name(one.element), "element": one.element, "key": one.key} for one in seen.tokens
        ],
        "incidents": [
            {"key": one.key, "name": name(one.element), "kind": _known("kind", one.kind), "text": one.message}
            for one in seen.incidents
        ],
        "waits": [
            {
                "kind": one.kind,
                "name": name(one.element),
                "what": one.name,
                "due": dates.day_and_time(one.due, lang, zone) if one.due else "",
            }
            for one in seen.waits
        ],
        "variables": [
            {
                "where": name(one.element) if one.scope > 1 else "",
                "name": one.name,
                "text": _text(one.value) if one.shown else "",
                "shown": one.shown,
            }
            for one in seen.variables
        ],
        "changes": [_change(each, name, lang, zone, seen.version) for each in reversed(seen.changes)],
        "app_scripts": ["diagram.js"],
    }


def _drawn(seen: Any, procedure: Any, names: Any, lang: str) -> dict[str, Any]:
    """As for the case's own page, with incidents and the number of tokens."""
    here = Counter(one.element for one in seen.tokens for _ in range(one.count))
    stuck = sorted({one.element for one in seen.incidents})
    told = {
        "done": [],
        "here": sorted(here),
        "taken": [],
        "stuck": stuck,
        "counts": {element: count for element, count in here.items() if count > 1},
        "names": {step.id: step.name for step in names.values() if not step.own},
    }
    return {
        "src": f"/operations/{seen.case}/drawing",
        "way": json.dumps(told, ensure_ascii=False),
        "steps": [
            {
                "text": step.name,
                "own": step.own,
                "who": "",
                "state": "stuck" if step.id in stuck else "here" if step.id in here else "next",
            }
            for step in names.values()
        ],
    }


def _change(each: Any, name: Any, lang: str, zone: Any, version: int) -> dict[str, Any]:
    t, _ = words()
    return {
        "version": each.version,
        "when": dates.day_and_time(each.at, lang, zone),
        "who": t(f"operate.by_{each.actor_kind}"),
        "what": [
            {"text": _known("event", kind), "name": name(element) if element != "-" else ""}
            for kind, element in each.what
        ],
        "current": each.version == version,
    }


def _known(group: str, key: str) -> Any:
    """The words of a kind of incident or event; one that has none of its own has those of all others."""
    t, _ = words()
    try:
        return t(f"operate.{group}.{key}")
    except KeyError:
        return t(f"operate.{group}.any")


def _text(value: Any) -> str:
    """A value as one line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else text[:199] + "…"
