"""The page on which anyone checks a document: by its code, its QR code or its file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from backend.channel import checking, policy
from backend.channel.look import dates
from backend.channel.walk import said
from backend.channel.walk.draw import draw, words
from backend.channel.walk.said import Translate

SCREEN = "phone"
blueprint = Blueprint("check", __name__)


@blueprint.get("/check")
@policy("public")
def ask() -> str:
    """The question, or the answer to a scanned code."""
    payload = request.args.get("c", "")
    return _page(checking.by_qr(payload), "paper") if payload else _page(None)


@blueprint.post("/check")
@policy("public")
def answer() -> str:
    """The answer to a typed code or a file. Nothing of it is kept."""
    uploaded = request.files.get("file")
    if uploaded is not None and uploaded.filename:
        return _page(checking.by_file(uploaded.stream.read()), "file")
    typed = request.form.get("code", "")
    return _page(checking.by_code(typed), "paper") if typed.strip() else _page(None)


@blueprint.get("/check/keys.pem")
@policy("public")
def keys() -> Response:
    """The public keys for `./errand verify --keys` and other programs."""
    return Response(checking.public_keys(), mimetype="application/x-pem-file")


def _page(found: Any, by: str = "") -> str:
    t, lang = words()
    told = None if found is None else _told(found, by, t, lang)
    return draw("citizen/check.html", screen=SCREEN, found=told, tabs=None)


def _told(found: Any, by: str, t: Translate, lang: str) -> dict[str, Any]:
    why = {"valid": by, "unknown": found.why or "no_record"}.get(found.state, found.why)
    return {
        "good": found.state == "valid",
        "heading": t(f"check.{found.state}"),
        "why": t(f"check.why.{why}"),
        "rows": _rows(found, t, lang) if found.number else [],
    }


def _rows(found: Any, t: Translate, lang: str) -> list[dict[str, Any]]:
    rows = [
        {"label": t("check.document"), "text": found.title.get(lang) or found.title["en"]},
        {"label": t("check.number"), "text": found.number, "code": True},
        {"label": t("check.office"), "text": found.office.get(lang) or found.office["en"]},
        {"label": t("check.issued"), "text": dates.plain_day(found.issued, lang)},
    ]
    if found.revoked is not None:
        when = dates.day_and_time(found.revoked, lang, said.home())
        rows.append({"label": t("check.since"), "text": when})
    return rows
