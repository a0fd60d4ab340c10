"""No other site makes a browser act for its person: origin of the request, and a token in every form."""

from __future__ import annotations

import hmac

from flask import Flask, current_app, request

from backend.channel import identity
from backend.channel.problem import API, CrossSite, FormOutdated
from backend.people.devices import encode

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf_token"
OWN_HEADER = "X-Errand"


def install(app: Flask) -> None:
    """Checks every request that may change something; gives templates `csrf_token()`."""
    app.before_request(check)
    app.jinja_env.globals["csrf_token"] = token


def token() -> str:
    """The token of this session's forms; another one after each rotation."""
    found = identity.actor()
    bound = "" if found is None else f"{found.session}:{found.stamp}"
    return encode(current_app.extensions["errand"].vault.mac("form", bound)[:24])


def check() -> None:
    """Raises CrossSite or FormOutdated."""
    if request.method in SAFE:
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    opaque = origin == "null" and site == "same-origin"  # a page without referrer hides its origin too
    if origin is not None and origin != current_app.config["ORIGIN"] and not opaque:
        raise CrossSite
    if site is not None and site not in {"same-origin", "none"}:
        raise CrossSite
    if request.path.startswith(API):
        _check_api()
    else:
        _check_form(origin, site)


def _check_api() -> None:
    """A form cannot set this header, and a script of another site cannot without asking first."""
    if request.headers.get(OWN_HEADER) != "1":
        raise CrossSite("Send the header X-Errand: 1.")


def _check_form(origin: str | None, site: str | None) -> None:
    if identity.actor() is None:
        if origin is None and site != "same-origin":
            raise CrossSite
        return
    given = request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), token().encode()):
        raise FormOutdated
