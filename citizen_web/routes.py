"""What a citizen asks for in her browser: a route draws what the door gives, or hands it a post."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from backend.channel import door, identity, policy
from backend.channel.walk import said
from backend.channel.walk.draw import draw, words
from backend.channel.walk.routes import case_routes
from citizen_web import checking, views

SCREEN = "phone"
blueprint = Blueprint("citizen", __name__, template_folder="templates")
blueprint.register_blueprint(case_routes(SCREEN))
blueprint.register_blueprint(checking.blueprint)


@blueprint.get("/")
@policy("public")
def home() -> str:
    """Her errands after a login, else what can be done here."""
    t, lang = words()
    actor = identity.actor()
    if actor is None or actor.kind != "citizen":
        return draw("citizen/services.html", screen=SCREEN, services=said.services(t, lang), tabs=None)
    errands = said.errands(door.mine(), t, lang)
    return draw("citizen/errands.html", screen=SCREEN, errands=errands, tabs=views.tabs(t, "errands"))


@blueprint.get("/services")
@policy("public")
def services() -> str:
    t, lang = words()
    return draw(
        "citizen/services.html", screen=SCREEN, services=said.services(t, lang), tabs=views.tabs(t, "start")
    )


@blueprint.get("/services/<procedure>")
@policy("public")
def service(procedure: str) -> str:
    """What a procedure is, before it is begun."""
    t, lang = words()
    return draw("citizen/service.html", screen=SCREEN, **views.service(procedure, t, lang))


@blueprint.post("/cases")
@policy("case.start")
def begin() -> Response:
    procedure, region = request.form.get("procedure", ""), request.form.get("region", "")
    if not region:
        return redirect(f"/services/{quote(procedure, safe='')}#begin", 303)
    done = door.start(procedure, region=region, key=request.form.get("idempotency_key", ""))
    return redirect(f"/cases/{done.case}", 303)


@blueprint.get("/cases/<uuid:case>/receipt")
@policy("case.history")
def receipt(case: UUID) -> str:
    t, lang = words()
    return draw("citizen/receipt.html", screen=SCREEN, **views.receipt(case, t, lang))


@blueprint.get("/inbox")
@policy("inbox.read")
def inbox() -> str:
    t, lang = words()
    return draw(
        "citizen/inbox.html",
        screen=SCREEN,
        days=views.days(door.inbox(), t, lang),
        tabs=views.tabs(t, "inbox"),
    )


@blueprint.get("/inbox/<uuid:message>")
@policy("inbox.read")
def message(message: UUID) -> str:
    t, lang = words()
    found = views.message(message, lang)
    door.mark_read(message)
    return draw("citizen/message.html", screen=SCREEN, message=found, tabs=views.tabs(t, "inbox"))


@blueprint.get("/me")
@policy("citizen")
def me() -> str:
    t, lang = words()
    return draw("citizen/me.html", screen=SCREEN, **views.me(t, lang), tabs=views.tabs(t, "me"))


@blueprint.get("/h")
@policy("public")
def scanned() -> str:
    """The page of a scanned code: it holds nothing; the code stays in the fragment."""
    return draw("pages/claim.html", screen=SCREEN, typed=False)


@blueprint.get("/code")
@policy("public")
def typed() -> str:
    """The same for a code that is typed."""
    return draw("pages/claim.html", screen=SCREEN, typed=True)
