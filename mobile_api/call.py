"""One declaration per call: route, policy, body, answers and headers. OpenAPI is drawn from the same
declarations."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NamedTuple

from flask import Blueprint, Response, request
from marshmallow import Schema

from backend.channel.policy import policy
from backend.channel.problem import HeaderMissing, Problem
from backend.channel.schemas import body as read_body

PREFIX = "/api/v1"
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
EPOCH = re.compile(r"[0-9]{1,18}\Z")
ETAG = re.compile(r'"([0-9]{1,18})"\Z')
JSON = "application/json"

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)


class KeyMissing(Problem):
    """Send an Idempotency-Key of 16 to 64 characters of A-Z, a-z, 0-9, - and _."""

    status, slug = 400, "key-required"


class RevisionRequired(Problem):
    """Say with If-Match which revision of the task you saw."""

    status, slug = 428, "revision-required"


class VersionRequired(Problem):
    """Say with If-Match which version of the case you saw."""

    status, slug = 428, "version-required"


class LeaseRequired(Problem):
    """Say with Errand-Lease which lease you hold."""

    status, slug = 428, "lease-required"


class Call(NamedTuple):
    """What OpenAPI says of a call. `answers`: status -> schema of the body, or None without one."""

    method: str
    path: str
    name: str
    policy: str
    summary: str
    body: Schema | None
    answers: Mapping[int, Schema | None]
    headers: tuple[str, ...]
    query: Schema | None


CALLS: list[Call] = []


def call(  # noqa: PLR0913  a declaration: every part is one word of the call's description
    method: str,
    path: str,
    *,
    policy_name: str,
    answers: Mapping[int, Schema | None],
    body: Schema | None = None,
    headers: tuple[str, ...] = (),
    query: Schema | None = None,
    touches: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function as a call. It is given the path's parts, `body` (checked) and `query` (checked)
    by name,
    and answers with a Response, or a dict for the first status of `answers`."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        summary = (function.__doc__ or "").split("\n")[0]
        CALLS.append(
            Call(method, path, function.__name__, policy_name, summary, body, answers, headers, query)
        )
        guarded = policy(policy_name, touches=touches)(_read(function, body, query, next(iter(answers))))
        blueprint.add_url_rule(path, function.__name__, guarded, methods=[method])
        return function

    return register


def _read(
    function: Callable[..., Any], body: Schema | None, query: Schema | None, usual: int
) -> Callable[..., Any]:
    @wraps(function)
    def read(**parts: Any) -> Response:
        if query is not None:
            parts["query"] = query.load(request.args.to_dict())
        if body is not None:
            parts["body"] = read_body(body)
        done = function(**parts)
        return done if isinstance(done, Response) else answer(done, usual)

    return read


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; the same body is always the same bytes."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str)
    response = Response(text, status, content_type=JSON)
    response.headers.update(headers or {})
    return response


def key() -> str:
    """The Idempotency-Key. Raises KeyMissing. Quotes around it (a structured field) are fine."""
    given = request.headers.get("Idempotency-Key", "")
    bare = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if not KEY.match(bare):
        raise KeyMissing
    return bare


def revision() -> int:
    """The task's revision out of If-Match. Raises RevisionRequired, or HeaderMissing for what is no
    revision (`*` too)."""
    given = request.headers.get("If-Match")
    if given is None:
        raise RevisionRequired
    found = ETAG.match(given.strip())
    if found is None:
        raise HeaderMissing('If-Match must name one revision, as in "3".')
    return int(found.group(1))


def seen_version() -> int:
    """The case's version out of If-Match. Raises VersionRequired, or HeaderMissing for what is no version."""
    given = request.headers.get("If-Match")
    if given is None:
        raise VersionRequired
    found = ETAG.match(given.strip())
    if found is None:
        raise HeaderMissing('If-Match must name one version, as in "3".')
    return int(found.group(1))


def lease() -> int:
    """The lease's epoch out of Errand-Lease. Raises LeaseRequired or HeaderMissing."""
    given = request.headers.get("Errand-Lease")
    if given is None:
        raise LeaseRequired
    if not EPOCH.match(given):
        raise HeaderMissing("Errand-Lease must be a whole number.")
    return int(given)


def fingerprint(body: Any) -> bytes:
    """What must be the same when a key comes again: method, path, If-Match and the body's content."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    seen = "\0".join((request.method, request.path, request.headers.get("If-Match", ""), text))
    return hashlib.sha256(seen.encode()).digest()
