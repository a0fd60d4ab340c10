"""OpenAPI 3.1, drawn from the declarations of the calls."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from mobile_api.bodies import Any as Object
from mobile_api.bodies import Problem
from mobile_api.call import CALLS, JSON, PREFIX, Call, call

PART = re.compile(r"<(?:(\w+):)?(\w+)>")
PROBLEMS = {
    "400": "Not readable, or a header is missing.",
    "401": "No session.",
    "403": "Not allowed, from another site, or a fresh login is needed.",
    "404": "Not found, or not yours.",
    "409": "In conflict with how it stands.",
    "410": "It has ended.",
    "412": "Changed since it was read.",
    "413": "Too large.",
    "415": "Not JSON.",
    "422": "Not valid.",
    "428": "A precondition is missing.",
    "429": "Too often.",
    "503": "Try again.",
}
SUMMARIES = {
    "If-Match": 'The task\'s revision, as in "3".',
    "Errand-Lease": "The lease's epoch.",
    "Idempotency-Key": "16 to 64 characters of A-Z, a-z, 0-9, - and _.",
    "X-Errand": "Always 1.",
}


@call("GET", "/openapi.json", policy_name="public", answers={200: Object()}, touches=False)
def openapi() -> dict[str, Any]:
    """This description."""
    return document()


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    spec = APISpec("Errand", "1", "3.1.0", plugins=[MarshmallowPlugin(schema_name_resolver=_name)])
    for each in CALLS:
        spec.path(
            path=PREFIX + PART.sub(r"{\2}", each.path), operations={each.method.lower(): _operation(each)}
        )
    spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "__Host-es"})
    found: dict[str, Any] = spec.to_dict()
    return found


def _operation(each: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "parameters": _parameters(each),
        "responses": {str(status): _answer(schema) for status, schema in each.answers.items()} | _problems(),
    }
    if each.body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": each.body}}}
    if each.policy not in {"public", "device", "handoff.claim", "handoff.party"}:
        operation["security"] = [{"session": []}]
    return operation


def _parameters(each: Call) -> list[Any]:
    found: list[Any] = [
        {"in": "path", "name": name, "required": True,
         "schema": {"type": "string", **({"format": "uuid"} if kind == "uuid" else {})}}
        for kind, name in PART.findall(each.path)
    ]  # fmt: skip
    own = ("X-Errand",) if each.method != "GET" else ()
    for name in (*each.headers, *own):
        found.append(
            {
                "in": "header",
                "name": name,
                "required": True,
                "description": SUMMARIES[name],
                "schema": {"type": "string"},
            }
        )
    if each.query is not None:
        found.append({"in": "query", "schema": each.query})
    return found


def _answer(schema: Schema | None) -> dict[str, Any]:
    told: dict[str, Any] = {"description": "Done."}
    if schema is not None and type(schema) is not Object:
        told["content"] = {JSON: {"schema": schema}}
    elif schema is not None:
        told["content"] = {JSON: {"schema": {"type": "object"}}}
    return told


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": Problem}}
    return {status: {"description": text, "content": content} for status, text in PROBLEMS.items()}


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__)
