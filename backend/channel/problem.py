"""Errors as RFC 9457 problem+json for programs and as pages for people: one shape, from every route.

Two answers to "there is no such thing" and "it is not yours" are the same bytes: no path, no id, no time
in them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import psycopg
from flask import Flask, Response, redirect, request
from marshmallow import ValidationError
from psycopg_pool import PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from backend.channel import logs
from backend.channel.look import chosen_language

MEDIA = "application/problem+json"
API = "/api/"
RETRY_SECONDS = 2


class Problem(Exception):
    """A refusal of the channel itself; the docstring is the title."""

    status = 400
    slug = "bad-request"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class LoginRequired(Problem):
    """Log in first."""

    status, slug = 401, "login-required"


class NotForYou(Problem):
    """This is not for you."""

    status, slug = 403, "forbidden"


class CrossSite(Problem):
    """The request comes from another site."""

    status, slug = 403, "cross-site"


class FormOutdated(Problem):
    """This page is out of date. Load it again."""

    status, slug = 403, "form-outdated"


class NotFound(Problem):
    """There is no such thing for you."""

    status, slug = 404, "not-found"


class EndpointRefused(Problem):
    """We do not send to this address."""

    status, slug = 422, "endpoint-refused"


class NotJson(Problem):
    """The body must be application/json."""

    status, slug = 415, "not-json"


class BadJson(Problem):
    """The body is not JSON that we read."""

    status, slug = 400, "bad-json"


class HeaderMissing(Problem):
    """A header is missing or has a form that we do not read."""

    status, slug = 400, "bad-header"


def answer(
    status: int,
    slug: str,
    title: str,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem answer. `extra` are members beside type, title and status."""
    body = {"type": f"/problems/{slug}", "title": title, "status": status, **(extra or {})}
    response = Response(json.dumps(body, ensure_ascii=False, default=str), status, content_type=MEDIA)
    response.headers.update(headers or {})
    return response


def of(error: Exception) -> tuple[int, str, str, dict[str, Any], dict[str, str]]:
    """Status, slug, title, members and headers for any error that a route raised."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, ValidationError):
        return 422, "invalid", "Some fields are not right.", {"errors": _pointed(error.messages)}, {}
    if isinstance(error, psycopg.OperationalError | PoolTimeout):
        return 503, "unavailable", "Try again in a moment.", {}, {"Retry-After": str(RETRY_SECONDS)}
    status, slug = getattr(error, "status", None), getattr(error, "slug", None)
    if isinstance(status, int) and isinstance(slug, str):
        return status, slug, _title(error), _members(error), _more_headers(error)
    logs.failed(error)
    return 500, "internal", "Something went wrong here. It was noted.", {}, {}


def install(app: Flask, page: Callable[[int, str, str], Response]) -> None:
    """Makes every error an answer of this shape; `page(status, slug, title)` draws one for people. A page
    that
    needs a login leads there, but not at a kiosk, where a session must begin first."""

    @app.errorhandler(Exception)
    def handle(error: Exception) -> BaseResponse:
        status, slug, title, extra, headers = of(error)
        if wants_json():
            return answer(status, slug, title, extra, headers)
        if status == 401 and request.method == "GET" and app.config["CHANNEL"] != "kiosk":
            here = request.full_path.rstrip("?")
            return redirect("/login?" + urlencode({"next": here}), 303)
        drawn = page(status, slug, title)
        drawn.headers.update(headers)
        return drawn


def wants_json() -> bool:
    """Programs ask under /api/; everything else is a page."""
    return request.path.startswith(API)


def _of_http(error: HTTPException) -> tuple[int, str, str, dict[str, Any], dict[str, str]]:
    status = error.code or 500
    if status == 404:
        return 404, NotFound.slug, NotFound.__doc__ or "", {}, {}
    phrase = HTTPStatus(status).phrase
    headers = {}
    if status == 405 and getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return status, phrase.lower().replace(" ", "-"), f"{phrase}.", {}, headers


def _title(error: Exception) -> str:
    if getattr(error, "slug", "") == NotFound.slug:
        return NotFound.__doc__ or ""
    return (
        str(error)
        if str(error) and not isinstance(error, Problem)
        else (type(error).__doc__ or "").split("\n")[0]
    )


def _members(error: Exception) -> dict[str, Any]:
    members = dict(getattr(error, "extra", {}))
    if getattr(error, "status", 0) == 404:
        return {}
    detail = getattr(error, "detail", "")
    if detail:
        members["detail"] = detail
    problems = getattr(error, "problems", None)
    if problems is not None:
        members["errors"] = [_field(each) for each in problems]
    return members


def _more_headers(error: Exception) -> dict[str, str]:
    wait = getattr(error, "retry_after", None)
    return {} if wait is None else {"Retry-After": str(wait)}


def _field(problem: Any) -> dict[str, Any]:
    """One wrong answer: where, which text key, and the same words that stand beside the field on every
    screen."""
    told = problem.text(chosen_language()) if callable(problem.text) else problem.text
    return {
        "pointer": "#/answers" + str(problem.pointer).removeprefix("#"),
        "key": problem.key,
        "code": problem.code,
        "text_key": problem.text_key,
        "detail": str(told),
    }


def _pointed(messages: Any, at: str = "#") -> list[dict[str, str]]:
    """marshmallow's nested messages as RFC 9457 pointers."""
    if isinstance(messages, Mapping):
        return [
            each for key, below in messages.items() for each in _pointed(below, f"{at}/{_escaped(str(key))}")
        ]
    if isinstance(messages, list):
        return [each for below in messages for each in _pointed(below, at)]
    return [{"pointer": at, "detail": str(messages)}]


def _escaped(key: str) -> str:
    """A JSON pointer token that is safe in any answer, whatever name a client invented."""
    shown = key.encode("utf-8", "replace").decode()[:60]
    return shown.replace("~", "~0").replace("/", "~1")
