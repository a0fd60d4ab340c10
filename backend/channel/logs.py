"""One JSON line a request, without anything personal: the route's pattern instead of the path, no query,
no body."""

from __future__ import annotations

import json
import random
import re
import time
from datetime import UTC, datetime

import structlog
from flask import Flask, Response, g, request

from backend.channel.log_lines import LogLines

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")


LINES = LogLines()
log = structlog.wrap_logger(
    structlog.WriteLogger(LINES),  # type: ignore[arg-type]
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.JSONRenderer(ensure_ascii=True),
    ],
)


def install(app: Flask, channel: str) -> None:
    """Gives every request an id (a good one of the client is kept, a bad one replaced) and logs its end."""

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        g.request_id = request_id(request.headers.get("X-Request-Id", ""))

    @app.after_request
    def end(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.get("request_id", "")
        line = {
            "event": "request",
            "id": g.get("request_id", ""),
            "channel": channel,
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else "",
            "status": answer.status_code,
            "ms": round((time.monotonic() - g.get("began", time.monotonic())) * 1000, 1),
            "who": g.get("who", ""),
            "level": "info",
            "at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        LINES.write(json.dumps(line) + "\n")
        return answer


def request_id(given: str) -> str:
    """The client's id if it is one, else a new one."""
    return given if REQUEST_ID.match(given) else f"{random.getrandbits(128):032x}"


def failed(error: BaseException) -> None:
    """Log an error of ours: where it happened, never its message (which may quote an input)."""
    frames = []
    step = error.__traceback__
    while step is not None:
        frames.append(f"{step.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{step.tb_lineno}")
        step = step.tb_next
    log.error("failed", id=g.get("request_id", ""), error=type(error).__name__, at_code=frames[-8:])
