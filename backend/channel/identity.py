"""Who makes this request: the session's cookie, its actor, its language; and how the cookie is set and
cleared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app, g, request

from backend.channel.look import LANGUAGES
from backend.channel.look.flask_look import LANGUAGE_COOKIE
from backend.channel.policy import policies, who
from backend.channel.problem import LoginRequired, NotForYou
from backend.rights import Actor

SESSION = "__Host-es"
CLAIM = "__Host-hc"
TRIP = "__Host-login"
TRIP_SECONDS = 600
CHANNELS_OF = {"kiosk": {"kiosk"}, "web": {"web", "phone"}, "desk": {"desk"}}
WIPE = '"cache", "cookies", "storage"'


def actor(*, touch: bool = True) -> Actor | None:
    """The actor of this request, or None without a live session of this origin."""
    if "actor" not in g:
        token = request.cookies.get(SESSION, "")
        found = (
            current_app.extensions["errand"].people.sessions.resolve(token, touch=touch) if token else None
        )
        fits = found is not None and found.channel in CHANNELS_OF[channel()]
        g.actor = found if fits else None
    known: Actor | None = g.actor
    return known


def require(policy_name: str = "session") -> Actor:
    """The actor, if policy.yaml lets him in under this name; else LoginRequired or NotForYou."""
    found = actor()
    if found is None:
        raise LoginRequired
    if who(found) not in policies()[policy_name]:
        raise NotForYou if found.kind in {"citizen", "staff"} else LoginRequired
    return found


def forget() -> None:
    """The session changed within this request: look again when asked."""
    g.pop("actor", None)


def become(found: Actor) -> None:
    """The session that this request has just opened or rotated."""
    g.actor = found


def channel() -> str:
    """The channel of this app: "web", "kiosk" or "desk"."""
    name: str = current_app.config["CHANNEL"]
    return name


def session_id() -> UUID | None:
    """The id of the request's session."""
    found = actor()
    return None if found is None else found.session


def choose_language() -> None:
    """Of a route: `?lang=`, else what was chosen by hand, else the session's, else the browser's."""
    asked = request.args.get("lang", "")
    by_hand = request.cookies.get(LANGUAGE_COOKIE, "")
    if asked in LANGUAGES:
        g.look_lang = g.keep_lang = asked
    elif by_hand not in LANGUAGES and SESSION in request.cookies:
        found = actor()
        if found is not None and found.lang in LANGUAGES:
            g.look_lang = found.lang


def keep_language(answer: Response) -> Response:
    """After a page with `?lang=`: the session remembers it, and the browser if there is no session."""
    lang = g.pop("keep_lang", None)
    if lang is None:
        return answer
    found = actor(touch=False)
    if found is not None and found.lang != lang:
        current_app.extensions["errand"].people.sessions.speak(found, lang)
    answer.set_cookie(LANGUAGE_COOKIE, lang, samesite="Strict", secure=True, httponly=True)
    return answer


def set_session(answer: Response, token: str) -> None:
    """Give the browser a session; it ends with the browser's own session."""
    _set(answer, SESSION, token)


def set_claim(answer: Response, token: str) -> None:
    """Give the browser the token that binds it to a handoff."""
    _set(answer, CLAIM, token, max_age=300)


def set_trip(answer: Response, sealed: str) -> None:
    """Give the browser what must survive the round trip to the provider; Lax, since it comes back from
    there."""
    _set(answer, TRIP, sealed, samesite="Lax", max_age=TRIP_SECONDS)


def clear(answer: Response, name: str) -> None:
    """Take a cookie away."""
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="Strict")


def log_out(answer: Response, reason: str = "logout") -> Response:
    """End the session with all that was granted from it, and wipe. Its device is no longer woken."""
    found, errand = actor(touch=False), current_app.extensions["errand"]
    if found is not None and found.session is not None:
        errand.people.sessions.end(found.session, reason)
        errand.push.session_ended(found.session)
    g.actor = None
    return wipe(answer)


def wipe(answer: Response) -> Response:
    """Tell the browser to forget this origin: cache, cookies, storage."""
    answer.headers["Clear-Site-Data"] = WIPE
    answer.headers["Cache-Control"] = "no-store"
    clear(answer, SESSION)
    clear(answer, CLAIM)
    return answer


def _set(answer: Response, name: str, value: str, samesite: str = "Strict", **more: Any) -> None:
    answer.set_cookie(name, value, path="/", secure=True, httponly=True, samesite=samesite, **more)
