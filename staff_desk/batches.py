"""The operator's page of migrations of many cases: begin one, see how far each is, take one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.channel import csrf_token, door
from backend.channel import operations as doing
from backend.channel.look import dates
from backend.channel.refusals import CaseError
from backend.channel.walk import said
from backend.channel.walk.draw import words
from staff_desk.operations import Wrong, lines_of

REFUSALS = 20
"""Refused cases that are named under a batch; all of them are told by the API."""


def shown(procedure: str, wrong: Wrong | None = None) -> dict[str, Any]:
    """The form for a procedure and the batches of the region; with `wrong` what was typed and why not."""
    t, lang = words()
    packs = door.packs().active()
    chosen = procedure if procedure in packs else next(iter(sorted(packs)), "")
    versions = doing.versions(chosen) if chosen else []
    batches = doing.batches()
    undone = {one.undoes for one in batches if one.undoes}
    return {
        "heading": t("operate.batches"),
        "procedures": [(key, pack.title(lang), key == chosen) for key, pack in sorted(packs.items())],
        "chosen": chosen,
        "versions": [(one.version, one.version[:12], one.active, one.running) for one in versions],
        "hidden": {"csrf_token": csrf_token(), "idempotency_key": door.new_key(), "procedure": chosen},
        "batches": [_batch(one, packs, undone) for one in batches],
        "wrong": wrong or {},
        "app_scripts": ["watch.js"],
    }


def begin(form: Mapping[str, str]) -> Wrong | None:
    """Hand a batch to the workers; None when it is theirs, else what was typed and why not."""
    undoes = form.get("undoes", "")
    try:
        body = {
            "kind": "back" if undoes else "plan" if "look" in form else "migrate",
            "procedure": form.get("procedure", ""),
            "from_version": form.get("from", ""),
            "to_version": form.get("to", ""),
            "mapping": lines_of(form.get("mapping", "")),
            "cases": (),
            "undoes": UUID(undoes) if undoes else None,
            "reason": form.get("reason", "").strip(),
        }
        doing.begin_batch(body, form.get("idempotency_key", ""))
    except CaseError as error:
        return {"typed": dict(form), "text": str(error), "status": error.status}
    except ValueError:
        return {"typed": dict(form), "text": "", "status": 422}
    return None


def _batch(one: Any, packs: Mapping[str, Any], undone: set[UUID]) -> dict[str, Any]:
    t, lang = words()
    whole = sum(one.progress.values())
    left = one.progress.get("waiting", 0)
    refused = one.progress.get("refused", 0) + one.progress.get("failed", 0)
    pack = packs.get(one.procedure)
    return {
        "id": str(one.batch),
        "title": t(f"operate.batch_{one.kind}"),
        "name": pack.title(lang) if pack else one.procedure,
        "from": one.pack_from[:12],
        "to": one.pack_to[:12],
        "reason": one.reason,
        "when": dates.day_and_time(one.created, lang, said.home()),
        "running": one.ended is None,
        "whole": whole,
        "looked": whole - left,
        "counts": [t(f"operate.outcome_{name}", n=count) for name, count in one.progress.items() if count],
        "refused": _refused(one.batch) if refused else [],
        "undo": one.kind == "migrate" and one.ended is not None and one.batch not in undone,
    }


def _refused(batch: UUID) -> list[dict[str, str]]:
    found = [*doing.batch_cases(batch, "refused"), *doing.batch_cases(batch, "failed")]
    return [
        {"href": f"/operations/{each.case}", "reference": each.reference, "text": each.told}
        for each in found[:REFUSALS]
    ]
