"""What an official asks for."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from backend.channel import NotFound, csrf_token, door, identity, policy
from backend.channel import operations as doing
from backend.channel.walk.draw import draw, words
from staff_desk import batches as many
from staff_desk import case as cases
from staff_desk import operations as operating
from staff_desk import procedures as checked
from staff_desk import worklist

SCREEN = "desk"
blueprint = Blueprint("desk", __name__, template_folder="templates")


@blueprint.context_processor
def bar() -> dict[str, Any]:
    """Who works here, the navigation, and the search by reference."""
    t, lang = words()
    actor = identity.actor(touch=False)
    if actor is None or actor.kind != "staff":
        return {"nav": [], "who": None}
    person = door.person()
    nav = []
    if door.may("worklist.read"):
        nav.append({"href": "/", "label": t("desk_work.list"), "current": request.path in ("/", "/find")})
    if operating.allowed():
        here = request.path.startswith("/operations")
        nav.append({"href": "/operations", "label": t("operate.title"), "current": here})
    return {
        "nav": nav,
        "who": {"name": person.name if person else "", "office": worklist.office(actor, lang)},
        "find_action": "/find" if door.may("worklist.read") else None,
        "out": {"csrf_token": csrf_token()},
    }


@blueprint.get("/")
@policy("public")
def home() -> Any:
    """The work list; before a login, the way to it."""
    actor = identity.actor()
    if actor is None or actor.kind != "staff":
        return draw("desk/login.html", screen=SCREEN)
    if not door.may("worklist.read"):
        if operating.allowed():
            return redirect("/operations", 303)
        return make_response(draw("desk/refused.html", screen=SCREEN), 403)
    return _worklist()


def _worklist(**more: Any) -> str:
    t, lang = words()
    return draw(
        "desk/worklist.html",
        screen=SCREEN,
        live_topic=f"queue:{door.actor().department}",
        live_url=door.live_url(),
        **worklist.shown(t, lang),
        **more,
    )


@blueprint.get("/find")
@policy("worklist.read")
def find() -> Any:
    """The case of a reference in this office's list; else the list, with what was typed and why not."""
    typed = request.args.get("reference", "").strip()[:40]
    if not typed or not door.may("worklist.read"):
        return redirect("/", 303)
    found = worklist.by_reference(typed)
    if found is not None:
        return redirect(f"/cases/{found.case}/tasks/{found.task}", 303)
    return make_response(_worklist(find_text=typed), 404)


@blueprint.get("/cases/<uuid:case>")
@policy("case.read")
def case(case: UUID) -> Any:
    return draw("desk/case.html", screen=SCREEN, **cases.shown(case, None))


@blueprint.get("/cases/<uuid:case>/drawing")
@policy("case.read")
def drawing(case: UUID) -> Response:
    """The BPMN file of the case's own version, for the drawing on its page."""
    return Response(door.drawing(case), mimetype="application/xml")


@blueprint.get("/cases/<uuid:case>/tasks/<int:task>")
@policy("task.read")
def task(case: UUID, task: int) -> Any:
    return draw("desk/case.html", screen=SCREEN, **cases.shown(case, task))


@blueprint.post("/cases/<uuid:case>/tasks/<int:task>")
@policy("task.submit")
def decide(case: UUID, task: int) -> Any:
    """Decide: the case as it stands then, or the same page with what is wrong."""
    wrong = cases.decide(case, task, request.form)
    if wrong is None:
        return redirect(f"/cases/{case}", 303)
    return make_response(
        draw("desk/case.html", screen=SCREEN, **cases.shown(case, task, wrong)), wrong["status"]
    )


@blueprint.get("/operations")
@policy("operations")
def operations() -> Any:
    """The cases that an operator looks after."""
    which = request.args.get("list", "stuck")
    which = which if which in operating.LISTS else "stuck"
    return draw("desk/operations.html", screen=SCREEN, **operating.listed(which))


@blueprint.get("/operations/procedures")
@policy("operations")
def procedures() -> Any:
    """The procedures that run, with their warnings and what their decision tables lack."""
    if not operating.allowed():
        raise NotFound
    return draw("desk/procedures.html", screen=SCREEN, **checked.shown())


@blueprint.get("/operations/batches")
@policy("operations")
def batches() -> Any:
    """Migrations of many cases."""
    return draw("desk/batches.html", screen=SCREEN, **many.shown(request.args.get("procedure", "")))


@blueprint.post("/operations/batches")
@policy("operations")
def begin_batch() -> Any:
    """Hand a batch to the workers; or the same page with what was typed and why not."""
    wrong = many.begin(request.form)
    procedure = request.form.get("procedure", "")
    if wrong is None:
        return redirect(f"/operations/batches?procedure={quote(procedure)}", 303)
    page = draw("desk/batches.html", screen=SCREEN, **many.shown(procedure, wrong))
    return make_response(page, wrong["status"])


@blueprint.get("/operations/<uuid:case>")
@policy("operations")
def machine(case: UUID) -> Any:
    """A case as the engine sees it, now or after a change."""
    version = request.args.get("version", type=int)
    return draw("desk/machine.html", screen=SCREEN, **operating.machine(case, version))


@blueprint.get("/operations/<uuid:case>/drawing")
@policy("operations")
def machine_drawing(case: UUID) -> Response:
    """The drawing of the procedure's version that the case is on, or was on then."""
    version = request.args.get("version", type=int)
    return Response(door.machine_drawing(case, version), mimetype="application/xml")


@blueprint.post("/operations/<uuid:case>/<act>")
@policy("operations")
def operate(case: UUID, act: str) -> Any:
    """Do it: the case as it stands then, or the same page with what was typed and why not."""
    wrong = operating.act(case, act, request.form)
    if wrong is None:
        return redirect(f"/operations/{case}", 303)
    page = draw("desk/machine.html", screen=SCREEN, **operating.machine(case, None, wrong))
    return make_response(page, wrong["status"])


@blueprint.get("/operations/<uuid:case>/export/<form>")
@policy("operations")
def export(case: UUID, form: str) -> Response:
    """The case's history for process mining, to keep as a file."""
    if form not in operating.FORMATS:
        raise NotFound
    name, media = operating.FORMATS[form]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(doing.export(case, form), mimetype=media, headers=headers)
