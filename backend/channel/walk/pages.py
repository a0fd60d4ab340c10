"""A case's page on a citizen's screen, and what is posted from it: the same walk on kiosk, phone and PC."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import make_response, redirect, request

from backend.cases.errors import Finished, LeaseLost, Stale
from backend.channel import door
from backend.channel.problem import NotFound
from backend.channel.walk import drawn, said
from backend.channel.walk.answer import Outcome, answer
from backend.channel.walk.draw import draw, words
from backend.channel.walk.stand import Stand, stand
from backend.procedures.decision_view import DecisionTable


def show(case: UUID, screen: str, page: str = "", **context: Any) -> Any:
    """The case as it stands: a question, a wait, who has it, or how it ended."""
    t, lang = words()
    here = stand(case)
    context |= {"screen": screen, "view": here.view, **said.route(here.view, here.procedure, lang)}
    if here.kind == "question":
        return _question(here, page, None, context)
    if here.kind == "waiting":
        return draw("walk/waiting.html", live=here.view, waits=said.waits(here, lang), **context)
    if here.kind == "elsewhere":
        return draw("walk/elsewhere.html", live=here.view, here_action=f"/cases/{case}/here", **context)
    return draw("walk/case.html", live=here.view, **_whole(here, t, lang), **context)


def why(case: UUID, screen: str) -> Any:
    """Each decision that counted, once it is told. Raises NotFound while there is none, or for one from whom
    the case is masked."""
    _, lang = words()
    here = stand(case, take=False)
    tables = _decided(here, lang)
    if not tables:
        raise NotFound
    return draw(
        "walk/why.html",
        screen=screen,
        case=case,
        name=here.procedure.title(lang),
        tables=tables,
        own=here.procedure.languages[0],
    )


def _decided(here: Stand, lang: str) -> list[DecisionTable]:
    """What rules decided in a case that an office has decided; before, only the office is told."""
    if here.masked or not said.decision(here.view, here.procedure, lang):
        return []
    return drawn.tables(here.view, here.procedure, lang)


def _question(at: Stand, page: str, outcome: Outcome | None, context: dict[str, Any]) -> Any:
    """One page of the open task; with an outcome of errors, what was typed and what is wrong with it."""
    _, lang = words()
    screen = context["screen"]
    sheets = at.pages(lang, screen, outcome.answers, outcome.problems) if outcome else at.pages(lang, screen)
    wanted = page or at.task.page or ""
    now = next((each for each in sheets if each["id"] == wanted), sheets[0])
    now["action"] = f"/cases/{at.case}/tasks/{at.task.task}"
    now["hidden"] = door.hidden(at.task, at.view.lease.epoch)
    now["phone"] = screen == "kiosk" and "handoff" in door.available(at.view)
    now["save"] = screen == "phone"
    if now["count"] == 1:
        now["index"] = now["count"] = None
    shown = _errors(now, outcome, lang)
    if now.get("masked"):
        return draw("walk/masked.html", page=now, login=_login(at, now["id"]), **context)
    html = draw("pages/question.html", page=now, errors=shown, **context)
    return make_response(html, 422 if shown else 200)


def take(case: UUID, task: int, screen: str) -> Any:
    """What was posted from a question page."""
    _, lang = words()
    here = stand(case, take=False)
    if here.task is None or here.task.task != task or here.kind != "question":
        return redirect(f"/cases/{case}", 303)
    try:
        outcome = answer(here, request.form, screen, lang)
    except (Stale, LeaseLost, Finished):
        return redirect(f"/cases/{case}", 303)
    if outcome.go in ("errors", "look"):
        context = {"screen": screen, "view": here.view, **said.route(here.view, here.procedure, lang)}
        return _question(here, outcome.page, outcome, context)
    return redirect(_where(here, outcome, screen), 303)


def _where(here: Stand, outcome: Outcome, screen: str) -> str:
    place = f"/cases/{here.case}"
    if outcome.go == "phone":
        return f"{place}/phone"
    if outcome.go == "login":
        return "/login/away?next=" + _back(here, outcome.page)
    if outcome.go == "leave":
        return "/"
    if outcome.go == "case":
        submitted = here.procedure.tasks[here.task.element].submits
        return f"{place}/receipt" if submitted else place
    return f"{place}?page={quote(outcome.page)}"


def _login(here: Stand, page: str) -> str:
    return "/login?fresh=1&next=" + _back(here, page)


def _back(here: Stand, page: str) -> str:
    return quote(f"/cases/{here.case}?page={page}", safe="")


def _whole(here: Stand, t: Any, lang: str) -> dict[str, Any]:
    """Everything about a case that is with an office or has ended."""
    return {
        "name": here.procedure.title(lang),
        "office": said.office(here.view, lang),
        "holder": said.holder(here.view, here.procedure, t, lang),
        "proofs": said.proofs(here.procedure, lang),
        "timeline": [] if here.masked else said.timeline(here.view, here.procedure, t, lang),
        "decision": [] if here.masked else said.decision(here.view, here.procedure, lang),
        "notes": [] if here.masked else said.decided_notes(here.view, here.procedure, lang),
        "why": bool(_decided(here, lang)),
        "stand": here.kind,
    }


def _errors(page: dict[str, Any], outcome: Outcome | None, lang: str) -> list[dict[str, str]]:
    if outcome is None:
        return []
    return [
        {"key": problem.key, "id": problem.component, "text": problem.text(lang)}
        for problem in outcome.problems
    ]
