"""Log in, come back, log out: the same three routes on every origin."""

from __future__ import annotations

import re
from urllib.parse import unquote

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from backend.channel import identity
from backend.channel.look import chosen_language
from backend.channel.policy import policy
from backend.people import LoginFailed, NotTheSubject, PeopleError, SessionOver

PATH = re.compile(r"/[A-Za-z0-9_\-./?=&~+,:@!$'()*;]*\Z")

blueprint = Blueprint("identity", __name__)


@blueprint.get("/login")
@policy("login")
def login() -> Answer:
    """Go to the identity provider. `next`: a path of this origin; `fresh=1`: even if logged in."""
    place = local_path(request.args.get("next", ""))
    actor = identity.actor()
    fresh = request.args.get("fresh") == "1"
    if actor is not None and actor.level == "L2" and not fresh:
        return redirect(place, 303)
    errand = current_app.extensions["errand"]
    # A kiosk's hall shares one address: there the device is counted.
    errand.limits.hit(
        "login.address", (actor.device if actor is not None else "") or request.remote_addr or ""
    )
    url, sealed = errand.logins.begin(
        identity.channel(), actor, _callback(), next=place, fresh=fresh, lang=chosen_language()
    )
    answer = make_response(redirect(url, 303))
    identity.set_trip(answer, sealed)
    return answer


@blueprint.get("/login/away")
@policy("login")
def away() -> Answer:
    """A page that goes on to the login by itself: what a posted form leads to, since `form-action 'self'` in
    the pages' policy stops a form's redirect to another site."""
    place = url_for("identity.login", next=local_path(request.args.get("next", "")), fresh=1)
    return _page(200, place=place, slug="", title="", words="login.away")


@blueprint.get("/login/callback")
@policy("login")
def callback() -> Answer:
    """Back from the provider. Answers 200 with a page that goes on by itself: after a redirect from another
    site the browser would not send the new session's cookie, which is SameSite=Strict."""
    errand = current_app.extensions["errand"]
    try:
        done = errand.logins.finish(
            identity.channel(), _callback(), request.cookies.get(identity.TRIP, ""), request.args
        )
    except (LoginFailed, NotTheSubject, SessionOver) as error:
        return _refused(error)
    answer = _page(200, place=done.next, slug="", title="")
    identity.set_session(answer, done.token)
    identity.clear(answer, identity.TRIP)
    return answer


@blueprint.post("/logout")
@policy("login")
def logout() -> Response:
    """End the session and all that was granted from it, then tell the browser to forget this origin."""
    return identity.log_out(make_response(redirect("/", 303)))


def local_path(text: str) -> str:
    """`text` if it is a path of this origin, else "/". What a browser could read as a host is none."""
    plain = unquote(unquote(text))
    local = PATH.match(text) or (PATH.match(plain) and "%" in text and PATH.match(text.replace("%", "")))
    if not local or plain.startswith(("//", "/\\")) or "\\" in plain or not plain.isprintable():
        return "/"
    return text


def _callback() -> str:
    return f"{current_app.config['ORIGIN']}/login/callback"


def _refused(error: PeopleError) -> Response:
    answer = _page(error.status, place="/", slug=error.slug, title=str(error))
    identity.clear(answer, identity.TRIP)
    return answer


def _page(status: int, *, place: str, slug: str, title: str, words: str = "login.done") -> Response:
    drawn = render_template("channel/login_done.html", place=place, slug=slug, title=title, words=words)
    return make_response(drawn, status)
