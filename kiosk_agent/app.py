"""What the kiosk's page may ask the agent: status, a signature, a wipe. One origin, one host, small JSON."""

import logging
import shlex
import subprocess
from typing import Any

from flask import Flask, Request, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from kiosk_agent.device import PURPOSES, Device
from kiosk_agent.heartbeat import Health
from kiosk_agent.settings import Settings

log = logging.getLogger("kiosk_agent")


def create_app(device: Device, health: Health, chosen: Settings) -> Flask:
    """The agent's application; its answers are never cached and are readable by the kiosk's origin alone."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 4096
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]

    @app.before_request
    def guard() -> Response | None:
        return _guard(request, chosen.origin)

    @app.after_request
    def headers(response: Response) -> Response:
        return _with_headers(response, request, chosen.origin)

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response:
        return _problem(error.code or 500, "bad-request" if error.code == 400 else "refused")

    @app.get("/status")
    def status() -> Response:
        return jsonify(_status(device, health, chosen))

    @app.post("/sign")
    def sign() -> Response:
        return _sign(device, health, _object(request))

    @app.post("/wipe")
    def wipe() -> Response:
        health.session = "idle"
        return jsonify({"purged": _purge(chosen), "restarted": _restart(chosen)})

    return app


def _guard(asked: Request, origin: str) -> Response | None:
    """Answers preflights, and refuses every other origin; only `/status` may be read without one."""
    given = asked.headers.get("Origin")
    if given is None and asked.method == "GET":
        return None
    if given != origin:
        return _problem(403, "foreign-origin")
    if asked.method == "OPTIONS":
        return Response(status=204)
    if asked.method == "POST" and asked.mimetype != "application/json":
        return _problem(415, "json-only")
    return None


def _with_headers(response: Response, asked: Request, origin: str) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Origin"
    if asked.headers.get("Origin") == origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        if asked.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Access-Control-Max-Age"] = "600"
            if asked.headers.get("Access-Control-Request-Private-Network") == "true":
                response.headers["Access-Control-Allow-Private-Network"] = "true"
    return response


def _status(device: Device, health: Health, chosen: Settings) -> dict[str, Any]:
    enrolment = device.enrolment
    return {
        "enrolled": enrolment is not None,
        "kiosk": enrolment.kiosk if enrolment else chosen.kiosk,
        "hall": enrolment.hall if enrolment else None,
        "device_id": enrolment.device_id if enrolment else None,
        "state": health.state,
        "session": health.session,
        "last_heartbeat": health.last_heartbeat,
        "build": health.build,
    }


def _sign(device: Device, health: Health, body: dict[str, Any]) -> Response:
    """A signature over a server's challenge, for one of the known purposes."""
    purpose, challenge = body.get("purpose"), body.get("challenge")
    if set(body) - {"purpose", "challenge"} or purpose not in PURPOSES or not _is_challenge(challenge):
        return _problem(422, "invalid")
    try:
        signed = device.sign(str(purpose), str(challenge))
    except LookupError:
        return _problem(409, "not-enrolled")
    if purpose == "session":
        health.session = "active"
    return jsonify(signed)


def _is_challenge(text: object) -> bool:
    """16 to 128 characters of base64url: long enough to be fresh, and no line feed can be smuggled in."""
    return (
        isinstance(text, str)
        and 16 <= len(text) <= 128
        and text.isascii()
        and text.replace("-", "a").replace("_", "a").isalnum()
    )


def _object(asked: Request) -> dict[str, Any]:
    found = asked.get_json(silent=True)
    return found if isinstance(found, dict) else {"": None}


def _purge(chosen: Settings) -> int:
    """Removes what waits for the printer; returns how many files that were."""
    if not chosen.spool.is_dir():
        return 0
    files = [path for path in chosen.spool.iterdir() if path.is_file() or path.is_symlink()]
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)


def _restart(chosen: Settings) -> bool:
    """Starts the command that restarts the browser with a fresh profile, if one is set."""
    if not chosen.restart:
        return False
    try:
        subprocess.Popen(shlex.split(chosen.restart), stdin=subprocess.DEVNULL, start_new_session=True)
    except (OSError, ValueError):
        log.exception("the restart command could not be run")
        return False
    return True


def _problem(status: int, slug: str) -> Response:
    response = jsonify({"type": f"/problems/{slug}", "status": status})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response
