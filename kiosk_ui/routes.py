"""What a kiosk's browser asks for. A session belongs to the device that signed for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, current_app, make_response, redirect, request
from werkzeug.wrappers import Response

from backend.channel import csrf_token, door, identity, policy
from backend.channel.walk import said
from backend.channel.walk.draw import draw, words
from backend.channel.walk.routes import case_routes
from kiosk_ui import handoff, views

SCREEN = "kiosk"
blueprint = Blueprint(
    "kiosk", __name__, template_folder="templates", static_folder="static", static_url_path="/kiosk"
)
blueprint.register_blueprint(case_routes(SCREEN))
OPEN = {"kiosk.boot", "kiosk.static"}


@blueprint.before_request
def needs_device() -> Response | None:
    """Whoever stands here gets a session of this device first; what an ended one left behind is wiped."""
    if request.endpoint in OPEN or identity.actor() is not None:
        return None
    place = request.full_path.rstrip("?") if request.method == "GET" else "/"
    answer = make_response(redirect("/boot?next=" + quote(place, safe=""), 303))
    return identity.wipe(answer) if identity.SESSION in request.cookies else answer


@blueprint.context_processor
def place() -> dict[str, Any]:
    """Kiosk and hall in the bar; the form that ends the session."""
    return {"place": door.kiosk_place() or None, "end_hidden": {"csrf_token": csrf_token()}}


@blueprint.get("/boot")
@policy("public")
def boot() -> str:
    """The device's agent signs, a session opens, and the page goes on to `next`."""
    return draw(
        "kiosk/boot.html",
        screen=SCREEN,
        agent=current_app.config["PLACES"].agent(),
        then=views.local(request.args.get("next", "/")),
        idle=False,
    )


@blueprint.get("/")
@policy("session")
def home() -> str:
    t, lang = words()
    return draw(
        "pages/kiosk_start.html",
        screen=SCREEN,
        services=said.services(t, lang),
        rail=("listen", "larger", "lower"),
        idle=False,
    )


@blueprint.get("/services/<procedure>")
@policy("session")
def service(procedure: str) -> str:
    """What a procedure is, and the login without which it cannot be begun."""
    t, lang = words()
    return draw("kiosk/service.html", screen=SCREEN, **views.service(procedure, t, lang))


@blueprint.post("/cases")
@policy("case.start")
def begin() -> Response:
    form = request.form
    region = door.kiosk_place().get("region", "")
    done = door.start(form.get("procedure", ""), region=region, key=form.get("idempotency_key", ""))
    return redirect(f"/cases/{done.case}", 303)


@blueprint.get("/cases/<uuid:case>/receipt")
@policy("case.history")
def receipt(case: UUID) -> str:
    t, lang = words()
    return draw("kiosk/receipt.html", screen=SCREEN, **views.receipt(case, t, lang))


@blueprint.get("/cases/<uuid:case>/phone")
@policy("handoff.create")
def offer(case: UUID) -> str:
    """The agent signs for the offer, then the code appears."""
    return draw("kiosk/offer.html", screen=SCREEN, **handoff.preparing(case))


@blueprint.post("/cases/<uuid:case>/phone")
@policy("handoff.create")
def make_offer(case: UUID) -> Response:
    return redirect(handoff.make(case, request.form), 303)


@blueprint.get("/cases/<uuid:case>/phone/<uuid:made>")
@policy("handoff.source")
def code(case: UUID, made: UUID) -> Any:
    return handoff.show(case, made)


@blueprint.post("/cases/<uuid:case>/phone/<uuid:made>/<step>")
@policy("handoff.source")
def step(case: UUID, made: UUID, step: str) -> Any:
    """rotate · again · confirm · cancel"""
    return handoff.act(case, made, step, request.form)


@blueprint.post("/end")
@policy("login")
def end() -> Response:
    """End the session here and now; the browser forgets this origin."""
    actor = identity.actor()
    if actor is not None and actor.session is not None:
        door.errand().people.sessions.end(actor.session, "ended")
        identity.forget()
    return identity.wipe(make_response(redirect("/", 303)))
