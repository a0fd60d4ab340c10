"""The operator's pages: the cases that are stuck, and one case as the engine sees it, now or earlier."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from backend.channel import csrf_token, door
from backend.channel import operations as doing
from backend.channel.look import dates
from backend.channel.problem import NotFound
from backend.channel.refusals import CaseError
from backend.channel.walk import said
from backend.channel.walk.draw import words
from backend.channel.walk.drawn import named_on_drawing, named_steps, names_for_drawing

Wrong = dict[str, Any]
FORMATS = {"ocel": ("history.ocel.json", "application/json"), "xes": ("history.xes", "application/xml")}
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
        "many": door.may("batch.migrate", of_own_region=True),
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


def machine(case: UUID, version: int | None, wrong: Wrong | None = None) -> dict[str, Any]:
    """A case: its drawing with tokens and incidents, what it waits for, variables, changes; what can be done,
    with `wrong` what was typed and why it was not."""
    _, lang = words()
    seen = door.machine(case, version)
    procedure = door.errand().packs.get(seen.procedure, seen.pack)
    names = named_on_drawing(procedure, lang)
    zone = said.home()

    def name(element: str) -> str:
        if element in names:
            return names[element].text
        node = procedure.process.nodes.get(element) or procedure.process.positions.get(element)
        return (node.name if node else "") or element

    return {
        "seen": seen,
        "name": procedure.title(lang),
        "then": version is not None and version != seen.latest,
        "drawn": _drawn(seen, procedure, lang),
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
        "acts": _acts(seen, procedure, name, wrong) if version is None else None,
        "log": [
            {
                "act": _known("act", one.act.rpartition(".")[2]),
                "reason": one.reason,
                "when": dates.day_and_time(one.at, lang, zone),
            }
            for one in doing.log(case)
        ],
        "changes": [_change(each, name, lang, zone, seen.version) for each in reversed(seen.changes)],
        "app_scripts": ["diagram.js"],
    }


def _acts(seen: Any, procedure: Any, name: Any, wrong: Wrong | None) -> dict[str, Any]:
    """What this reader may do now, and what each form needs."""
    may = set(seen.may) if seen.status == "active" else set(seen.may) & {"export"}
    may -= {"suspend"} if seen.suspended else {"resume"}
    if not any(kind == "Migrated" for kind, _ in seen.changes[-1].what):
        may.discard("migrate_back")
    known = doing.versions(seen.procedure) if "migrate" in may else []
    nodes = procedure.process.nodes.values()
    places = {one.element for one in seen.tokens}
    return {
        "may": may,
        "from": _named(places, name),
        "to": _named((node.id for node in nodes if node.kind != "process"), name),
        "versions": [one for one in known if one.version != seen.pack],
        "hidden": {
            "csrf_token": csrf_token(),
            "version": str(seen.latest),
            "idempotency_key": door.new_key(),
        },
        "wrong": wrong or {},
    }


def _named(elements: Iterable[str], name: Callable[[str], str]) -> list[tuple[str, str]]:
    """(element, its name), by name."""
    return sorted(((element, name(element)) for element in elements), key=lambda pair: pair[1])


def act(case: UUID, name: str, form: Mapping[str, str]) -> Wrong | None:
    """Do what a form asks; None when it is done, else what was typed, why not, and for a migration that was
    only looked at its plan."""
    if name not in BODIES:
        raise NotFound
    body = {"reason": form.get("reason", "").strip()[:200]} | BODIES[name](form)
    typed: Wrong = {"act": name, "typed": dict(form), "text": "", "fates": None, "status": 200}
    try:
        if name == "migrate" and "look" in form:
            fates = doing.plan(case, body["to"], body["mapping"])
            return typed | {"fates": [_fate(one) for one in fates]}
        doing.operate(
            name, case, body, key=form.get("idempotency_key", ""), version=_number(form.get("version", ""))
        )
    except CaseError as error:
        return typed | {"text": str(error), "status": error.status}
    return None


def _fate(one: Any) -> dict[str, str]:
    t, _ = words()
    return {
        "element": one.element,
        "to": one.to,
        "text": t(f"operate.fate.{one.outcome}"),
        "bad": one.outcome == "refused",
        "why": one.reason,
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def lines_of(text: str) -> dict[str, str]:
    """A mapping, written as lines of `old = new`."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {old.strip(): new.strip() for old, _, new in pairs if old.strip() and new.strip()}


def _moving(form: Mapping[str, str]) -> dict[str, Any]:
    move = [{"element": form.get("from", ""), "to": form.get("to", "")}]
    return {"activate": [], "terminate": [], "remove": [], "move": move}


BODIES: Mapping[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
    "retry": lambda form: {"incident": _number(form.get("incident", ""))},
    "suspend": lambda _: {},
    "resume": lambda _: {},
    "cancel": lambda _: {},
    "modify": _moving,
    "migrate": lambda form: {"to": form.get("to", ""), "mapping": lines_of(form.get("mapping", ""))},
    "migrate_back": lambda _: {},
}
"""What a form says beyond its reason."""


def _drawn(seen: Any, procedure: Any, lang: str) -> dict[str, Any]:
    """As for the case's own page, with incidents and the number of tokens."""
    here = Counter(one.element for one in seen.tokens for _ in range(one.count))
    stuck = sorted({one.element for one in seen.incidents})
    told = {
        "done": [],
        "here": sorted(here),
        "taken": [],
        "stuck": stuck,
        "counts": {element: count for element, count in here.items() if count > 1},
        "names": names_for_drawing(procedure, lang),
    }
    return {
        "src": f"/operations/{seen.case}/drawing?version={seen.version}",
        "way": json.dumps(told, ensure_ascii=False),
        "steps": [
            {
                "text": step.name,
                "own": step.own,
                "who": "",
                "state": "stuck" if step.id in stuck else "here" if step.id in here else "next",
            }
            for step in named_steps(procedure, lang)
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
