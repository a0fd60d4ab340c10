"""The kiosk's side of a handoff: the agent signs, a code is shown, a number is typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import current_app, redirect, request

from backend.channel import csrf_token, door, handoffs
from backend.channel.problem import NotFound
from backend.channel.qr import svg
from backend.channel.refusals import HandoffEnded, NoMoreCodes, NumberMismatch
from backend.channel.walk import said
from backend.channel.walk.draw import draw, words
from backend.channel.walk.stand import stand

KIND = "K2P"
SIGNED = ("device_id", "challenge", "jti", "signature")


def preparing(case: UUID) -> dict[str, Any]:
    """The page on which the agent is asked to sign."""
    here = stand(case)
    if here.task is None:
        raise NotFound
    _, lang = words()
    return {
        "agent": current_app.config["PLACES"].agent(),
        "action": f"/cases/{case}/phone",
        "back": f"/cases/{case}",
        "hidden": {
            "csrf_token": csrf_token(),
            "task": str(here.task.task),
            "idempotency_key": door.new_key(),
        },
        **said.route(here.view, here.procedure, lang),
    }


def make(case: UUID, form: Mapping[str, str]) -> str:
    """Makes the handoff; gives the address of its page."""
    task, key = _task(form.get("task", "")), form.get("idempotency_key", "")
    signed: dict[str, Any] = {name: form.get(name, "") for name in SIGNED}
    signed["iat"] = int(form.get("iat", "0")) if form.get("iat", "0").isdecimal() else 0
    made = handoffs.create(KIND, case, task, signed, key).body
    return f"/cases/{case}/phone/{made['id']}?" + urlencode({"task": task, "key": key})


def show(case: UUID, made: UUID, error: str = "", left: int | None = None) -> Any:
    """The page as the handoff stands: a code, the number pad, or the way back."""
    try:
        state = handoffs.get(made).body
    except HandoffEnded:
        return redirect(f"/cases/{case}", 303)
    code = _code(case, made) if state["state"] == "OFFERED" else {}
    return _draw(case, made, state | code, error, left)


def act(case: UUID, made: UUID, step: str, form: Mapping[str, str]) -> Any:
    """One touch on that page."""
    t, _ = words()
    try:
        if step == "confirm":
            handoffs.confirm(made, form.get("number", ""), door.new_key())
        elif step == "cancel":
            handoffs.cancel(made, door.new_key())
            return redirect(f"/cases/{case}", 303)
        elif step == "again":
            handoffs.cancel(made, door.new_key())
            return redirect(f"/cases/{case}/phone", 303)
        elif step == "rotate":
            return _rotated(case, made)
        else:
            raise NotFound
    except NumberMismatch as error:
        left = int(error.extra["attempts_left"])
        return show(case, made, str(t("number.wrong", n=left)), left)
    except HandoffEnded:
        return redirect(f"/cases/{case}", 303)
    return show(case, made)


def _rotated(case: UUID, made: UUID) -> Any:
    try:
        body = handoffs.rotate(made, door.new_key()).body
    except NoMoreCodes:
        body = handoffs.rotate(made, door.new_key(), again=True).body
    return _draw(case, made, body)


def _code(case: UUID, made: UUID) -> dict[str, Any]:
    """The code as it was first shown, while it lives (the same key, the same answer), else the next."""
    first = handoffs.create(
        KIND, case, _task(request.args.get("task", "")), None, request.args.get("key", "")
    )
    if first.body["id"] == str(made) and _seconds(first.body["code_expires_at"]) > 0:
        return first.body
    try:
        return handoffs.rotate(made, door.new_key()).body
    except NoMoreCodes:
        return {"gone": True}


def _draw(case: UUID, made: UUID, state: Mapping[str, Any], error: str = "", left: int | None = None) -> Any:
    here = stand(case, take=False)
    t, lang = words()
    place = f"/cases/{case}/phone/{made}"
    keep = "?" + urlencode({"task": request.args.get("task", ""), "key": request.args.get("key", "")})
    name = here.procedure.title(lang)
    given = (
        len([value for value in here.task.draft.values() if value not in (None, "", [])]) if here.task else 0
    )
    peer = str(state.get("peer", ""))
    shown = {
        "id": str(made),
        "state": state["state"],
        "status_url": f"/api/v1/handoffs/{made}",
        "qr": svg(state["qr_url"]) if "qr_url" in state else "",
        "seconds": _seconds(state.get("code_expires_at")),
        "code": str(state.get("user_code", "")).replace("-", ""),
        "gone": state.get("gone", False),
        "device": peer[:1].upper() + peer[1:],
        "number_seconds": _seconds(state.get("number_expires_at")),
        "left": left or 3,
        "error": error,
        "moves": t("kiosk.phone_moves", name=name, n=given)
        if given
        else t("kiosk.phone_moves_none", name=name),
        "lead": t("kiosk.phone_lead"),
        "host": current_app.config["PLACES"].origin("web").partition("://")[2],
    }
    urls = {step: f"{place}/{step}{keep}" for step in ("rotate", "confirm", "cancel", "again")}
    return draw(
        "pages/kiosk_handoff.html",
        screen="kiosk",
        handoff=shown,
        urls=urls,
        hidden={"csrf_token": csrf_token()},
        **said.route(here.view, here.procedure, lang),
    )


def _seconds(until: str | None) -> int:
    if not until:
        return 0
    return max(0, int((datetime.fromisoformat(until) - datetime.now(UTC)).total_seconds()))


def _task(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise NotFound
    return int(text)
