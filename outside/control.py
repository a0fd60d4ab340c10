"""Checks of the pages that switch these worlds: only a person or a test on this machine may turn them."""

from typing import Any

from flask import Request, abort


def own_request(request: Request) -> None:
    """Refuses (403) what another origin's page made a browser send; programs without these headers pass."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site not in ("none", "same-origin"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        abort(403)


def told(request: Request) -> dict[str, Any]:
    """The switch's settings out of a JSON body or an HTML form."""
    own_request(request)
    body = request.get_json() if request.is_json else request.form.to_dict()
    if not isinstance(body, dict):
        abort(400)
    return body


def number(value: object, least: float, most: float) -> float:
    """A number within bounds, else 400."""
    try:
        found = float(str(value))
    except ValueError:
        abort(400)
    if not least <= found <= most:
        abort(400)
    return found
