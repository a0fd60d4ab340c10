"""How a case stands before the person who looks at it: a question, a wait, an office at work, or an end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from backend.channel import door
from backend.channel.refusals import Finished
from backend.channel.walk import said
from backend.channel.walk.register import register
from backend.procedures.forms import Form
from backend.procedures.forms.nodes import Fact, Node, Problem
from backend.procedures.forms.summary import only_known
from backend.procedures.procedure import Procedure

READINGS = 5
"""Times that a case which changes meanwhile is read for one page."""


class Stand(Struct, kw_only=True):
    """A case and, if one is open for the citizen, the task in which she stands.

    kind: "question" · "elsewhere" (another screen of hers goes on with it) · "waiting" (a machine is asked) ·
    "office" (an official has it) · "ended". masked: registry facts stay hidden until she logs in here.
    """

    kind: str
    view: Any
    procedure: Procedure
    task: Any = None
    form: Form | None = None
    facts: Mapping[str, Fact] = {}
    masked: bool = False
    waits: tuple[Any, ...] = ()

    @property
    def case(self) -> UUID:
        return UUID(str(self.view.case))

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered so far in this form: what the case knows already, and the draft over it."""
        if self.task is None or self.form is None:
            return {}
        return {**only_known(self.form, self.task.answers), **self.task.draft}

    def hidden_pages(self) -> frozenset[str]:
        """Pages that name what a registry said; they are not asked while the facts are masked."""
        if not self.masked or self.form is None:
            return frozenset()
        return frozenset(node.id for node in self.form.level.components if _speaks_of_facts(node))

    def pages(
        self,
        lang: str,
        screen: str,
        answers: Mapping[str, Any] | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> list[dict[str, Any]]:
        """The pages of the open task as plain dicts; masked ones hold no component and no button."""
        assert self.form is not None
        hidden = self.hidden_pages()
        drawn = self.form.pages(
            self.answers if answers is None else answers,
            self.facts,
            lang,
            screen,
            variables=self.task.answers,
            now=datetime.now(said.zone(self.view)),
            problems=problems,
            source=register(self.procedure),
        )
        last = drawn[-1]["id"] if drawn else ""
        return [_masked(page, page["id"] != last) if page["id"] in hidden else page for page in drawn]


def stand(case_id: UUID, *, take: bool = True) -> Stand:
    """Where the request's person stands in a case, all of it read of one version of the case: while others
    change it, it is read again some times, and what is shown then claims no later version than it was drawn
    from, so that the page is told of the rest. Raises NotFound.

    take: this screen goes on with the case if no other screen does.
    """
    for _ in range(READINGS):
        found = _seen(case_id)
        if take and found.kind == "question" and _took(found.view):
            continue
        if door.case(case_id).case_version == found.view.case_version:
            break
    return found


def _seen(case_id: UUID) -> Stand:
    view = door.case(case_id)
    procedure = door.errand().packs.get(view.procedure, view.version)
    found = Stand(kind="ended", view=view, procedure=procedure, masked=door.masked_for(view))
    if view.status != "running":
        return found
    task = _citizens_task(case_id)
    if task is None:
        found.waits = tuple(door.waiting(case_id))
        found.kind = "office" if found.view.elements and not found.waits else "waiting"
        return found
    found.task, found.form = task, procedure.tasks[task.element].form
    found.facts = facts_of(view, task.facts)
    found.kind = "question" if _ours(view) or not view.lease.live else "elsewhere"
    return found


def _citizens_task(case_id: UUID) -> Any:
    """Her open task; None also for one that was finished between two reads."""
    tasks = [task for task in door.open_tasks(case_id) if task.audience == "citizen"]
    try:
        return door.task(case_id, tasks[0].task) if tasks else None
    except Finished:
        return None


def _ours(view: Any) -> bool:
    return bool(view.lease.session == door.actor().session)


def _took(view: Any) -> bool:
    """Whether this screen has just taken a lease that nobody held: a change of its own."""
    if _ours(view) or view.lease.live:
        return False
    door.take_lease(view.case)
    return True


def facts_of(view: Any, references: Mapping[str, Any]) -> dict[str, Fact]:
    """Facts behind their references, read at the office's own time; without values while they are masked."""
    values, zone = door.fact_values(view, references), said.zone(view)
    return {
        name: Fact(
            values=values.get(name),
            read_at=datetime.fromisoformat(ref["read_at"]).astimezone(zone) if ref.get("read_at") else None,
            source=str(ref.get("source", "")),
        )
        for name, ref in references.items()
    }


def _speaks_of_facts(node: Node) -> bool:
    return node.fact is not None or "facts" in node.needs or any(map(_speaks_of_facts, node.children))


def _masked(page: dict[str, Any], skips: bool) -> dict[str, Any]:
    """Nothing of it is shown; one may go past it, but not send it."""
    return {**page, "components": [], "submit": None, "masked": True, "skips": skips}
