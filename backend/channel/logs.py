"""One JSON line a request, without anything personal: the route's pattern instead of the path, no query,
no body."""

from __future__ import annotations

import re
import sys
import time
from contextlib import suppress
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")


class _Stderr:
    """Standard error as it is now, not as it was when this module was imported.

    A line that cannot be written (its reader has died, the disk is full) is lost: the change that it tells of
    is committed, and its answer must not become an error.
    """

    def write(self, text: str) -> int:
        with suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


log = structlog.wrap_logger(
    structlog.WriteLogger(_Stderr()),  # type: ignore[arg-type]
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
        log.info(
            "request",
            id=g.get("request_id", ""),
            channel=channel,
            method=request.method,
            route=request.url_rule.rule if request.url_rule else "",
            status=answer.status_code,
            ms=round((time.monotonic() - g.get("began", time.monotonic())) * 1000, 1),
            who=g.get("who", ""),
        )
        return answer


def request_id(given: str) -> str:
    """The client's id if it is one, else a new one."""
    return given if REQUEST_ID.match(given) else str(uuid4())


def failed(error: BaseException) -> None:
    """Log an error of ours: where it happened, never its message (which may quote an input)."""
    frames = []
    step = error.__traceback__
    while step is not None:
        frames.append(f"{step.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{step.tb_lineno}")
        step = step.tb_next
    log.error("failed", id=g.get("request_id", ""), error=type(error).__name__, at_code=frames[-8:])
