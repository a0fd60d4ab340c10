"""How cases and tasks look in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from backend.channel import door, identity
from backend.channel.look import chosen_language


def case(view: Any, *, brief: bool = False) -> dict[str, Any]:
    """A case as its reader may see it."""
    lang = chosen_language()
    pack = door.packs().get(view.procedure, view.version)
    body = {
        "id": str(view.case),
        "reference": view.reference,
        "procedure": view.procedure,
        "title": str(pack.service.title.render(lang)),
        "version": view.case_version,
        "status": view.status,
        "stage": view.stage,
        "stages": [getattr(each, "id", each) for each in view.stages],
        "region": view.region,
        "department": view.department,
        "started": _at(view.started),
        "submitted": _at(view.submitted),
        "due": _at(view.due),
        "lease": {
            "epoch": view.lease.epoch,
            "kind": view.lease.kind,
            "live": view.lease.live,
            "mine": view.lease.session is not None and view.lease.session == identity.session_id(),
        },
        "outcome": view.outcome,
    }
    if brief:
        return body
    return body | {
        "available": sorted(door.available(view)),
        "tasks": [_brief(each) for each in door.open_tasks(view.case)],
        "waiting": [_wait(each) for each in door.waiting(view.case)],
    }


def task(view: Any) -> dict[str, Any]:
    """A task with its form and what is known for it. Masked: no fact and no answer that names one."""
    facts = {} if view.masked else door.fact_values(door.case(view.case), view.facts)
    hidden = hidden_answers(view)
    return {
        "id": str(view.task),
        "case_id": str(view.case),
        "name": str(view.name),
        "element": view.element,
        "form": view.form.as_form_js(chosen_language()) if view.form else None,
        "draft": {name: value for name, value in view.draft.items() if name not in hidden},
        "facts": {
            name: {"rule": ref.get("rule"), "source": ref.get("source"), "read_at": ref.get("read_at"),
                   "values": facts.get(name)}
            for name, ref in view.facts.items()
        },
        "masked": view.masked,
        "revision": view.revision,
        "lease": view.lease_epoch,
        "due": _at(view.due),
        "page": view.page,
        "fresh_login": view.fresh_login,
        "handoff": list(view.handoff),
        "available": sorted(door.available(view)),
    }  # fmt: skip


def hidden_answers(view: Any) -> frozenset[str]:
    """The answers of a masked task that stand beside a fact or speak of one, by their first name."""
    if not view.masked or view.form is None:
        return frozenset()
    return frozenset(_names(view.form.level.components, False))


def _names(nodes: Any, beside: bool) -> Iterator[str]:
    for node in nodes:
        speaks = beside or node.fact is not None or "facts" in node.needs
        if speaks and node.path:
            yield node.path[0]
        yield from _names(node.children, speaks)


def changed(done: Any) -> dict[str, Any]:
    """What became of a change; the same for its replay."""
    return {
        "case_id": str(done.case),
        "case_seq": done.version,
        "task_id": None if done.task is None else str(done.task),
        "revision": done.revision,
        "lease": done.lease,
        "receipt": done.receipt,
    }


def _brief(view: Any) -> dict[str, Any]:
    return {"id": str(view.task), "name": str(view.name), "element": view.element, "revision": view.revision,
            "stage": view.stage, "due": _at(view.due)}  # fmt: skip


def _wait(view: Any) -> dict[str, Any]:
    return {"type": view.type, "element": view.element, "code": view.code,
            "since": _at(view.since), "retry_at": _at(view.retry_at)}  # fmt: skip


def _at(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def plain(found: Any) -> Any:
    """A record of the operators' reads as JSON has it: ids and instants as texts, numbers as they are."""
    return msgspec.to_builtins(found, enc_hook=str)
