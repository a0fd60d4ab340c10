"""One posted page: it is kept as a draft, checked, and leads to the next page or to the submit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from werkzeug.datastructures import MultiDict

from backend.cases.errors import Invalid, NotFresh
from backend.channel import door
from backend.channel.walk import said
from backend.channel.walk.register import register
from backend.channel.walk.stand import Stand
from backend.procedures.forms.html_post import merge
from backend.procedures.forms.nodes import Problem

CHOICES = ("use", "wrong", "own", "without", "wait", "change")


class Outcome(Struct, kw_only=True):
    """What the post led to.

    go: "page" (show the page named) · "case" (look at the case anew: the task is done) · "login" (a fresh
    login first) · "phone" · "leave" · "look" (draw the same page with what was typed, say to search a
    register) · "errors" (the same with problems).
    """

    go: str
    page: str = ""
    problems: tuple[Problem, ...] = ()
    answers: dict[str, Any] = {}


def answer(here: Stand, posted: MultiDict[str, str], screen: str, lang: str) -> Outcome:
    """Take the posted page of the open task. Errors of `cases.change` go through, but for a login to come."""
    assert here.form is not None
    page = posted.get("page", "")
    answers = _merged(here, posted, page)
    asked = posted.get("do", "next")
    if asked == "look":
        return Outcome(go="look", page=page, answers=answers)
    if _is_choice(here, posted) or asked in ("back", "save", "phone") or asked.startswith("goto:"):
        _save(here, answers, page)
        return _without_check(here, asked, page, answers, screen, lang)
    problems = () if page in here.hidden_pages() else _problems(here, answers, page)
    if problems:
        return Outcome(go="errors", page=page, problems=problems, answers=answers)
    following = _neighbour(here, page, answers, screen, lang, +1)
    if following:
        _save(here, answers, following)
        return Outcome(go="page", page=following)
    return _submit(here, answers, page)


def _problems(here: Stand, answers: dict[str, Any], page: str) -> tuple[Problem, ...]:
    """What is wrong on this page alone."""
    assert here.form is not None
    return here.form.check(
        answers,
        here.facts,
        variables=here.task.answers,
        now=datetime.now(said.zone(here.view)),
        page=page,
        source=register(here.procedure),
    ).problems


def _submit(here: Stand, answers: dict[str, Any], page: str) -> Outcome:
    envelope = door.form_envelope()
    try:
        door.submit(here.case, here.task.task, answers, **envelope)
    except NotFresh:
        _save(here, answers, page)
        return Outcome(go="login", page=page)
    except Invalid as error:
        first = _page_of(here, error.problems)
        return Outcome(go="errors", page=first or page, problems=tuple(error.problems), answers=answers)
    return Outcome(go="case")


def _save(here: Stand, answers: dict[str, Any], page: str) -> None:
    envelope = door.form_envelope()
    door.save(here.case, here.task.task, answers, page=page, **(envelope | {"key": door.new_key()}))


def _without_check(
    here: Stand, asked: str, page: str, answers: dict[str, Any], screen: str, lang: str
) -> Outcome:
    if asked == "phone":
        return Outcome(go="phone")
    if asked == "save":
        return Outcome(go="leave")
    if asked.startswith("goto:"):
        return Outcome(go="page", page=asked.removeprefix("goto:"))
    if asked == "back":
        return Outcome(go="page", page=_neighbour(here, page, answers, screen, lang, -1) or page)
    return Outcome(go="page", page=page)


def _merged(here: Stand, posted: MultiDict[str, str], page: str) -> dict[str, Any]:
    """The answers so far with those of this page over them; a masked page changes nothing."""
    assert here.form is not None
    if page in here.hidden_pages():
        return here.answers
    return merge(here.answers, here.form.from_html(posted, page or None))


def _is_choice(here: Stand, posted: MultiDict[str, str]) -> bool:
    """A fact card was answered, or an entry of a list taken back: the same page is drawn again."""
    assert here.form is not None
    taken_back = any(name.endswith("-pick") and not value for name, value in posted.items())
    return taken_back or any(posted.get(group.name) in CHOICES for group in here.form.fact_groups())


def _neighbour(
    here: Stand, page: str, answers: dict[str, Any], screen: str, lang: str, step: int
) -> str | None:
    ids = [each["id"] for each in here.pages(lang, screen, answers)]
    if page not in ids:
        return ids[0] if ids else None
    place = ids.index(page) + step
    return ids[place] if 0 <= place < len(ids) else None


def _page_of(here: Stand, problems: Any) -> str | None:
    """The top component that holds the first problem."""
    assert here.form is not None
    first = problems[0].component if problems else ""
    tops = (node.id for node in here.form.level.components)
    return next((top for top in tops if first == top or first in here.form.members(top)), None)
