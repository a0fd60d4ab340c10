"""The routes of a case that every citizen's screen has."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from backend.channel import door
from backend.channel.policy import policy
from backend.channel.walk import pages


def case_routes(screen: str) -> Blueprint:
    """A blueprint to nest in a channel's own: the case as it stands, a posted page, and "go on here"."""
    routes = Blueprint("case", __name__, url_prefix="/cases/<uuid:case>")

    @routes.get("")
    @policy("case.read")
    def show(case: UUID) -> Any:
        return pages.show(case, screen, request.args.get("page", ""))

    @routes.get("/why")
    @policy("case.history")
    def why(case: UUID) -> Any:
        """The decisions that counted, with their rules and the values of the case."""
        return pages.why(case, screen)

    @routes.post("/tasks/<int:task>")
    @policy("task.edit")
    def answer(case: UUID, task: int) -> Any:
        return pages.take(case, task, screen)

    @routes.post("/here")
    @policy("lease.take")
    def here(case: UUID) -> Response:
        """Go on at this screen instead of another one of hers."""
        door.take_lease(case, force=True)
        return redirect(f"/cases/{case}", 303)

    return routes
