"""What a registry offers: a service is a search by POST, so no person's number stands in a path or query."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Answer = dict[str, Any]


class Refusal(Exception):
    """The registry's own refusal (not X-Road's): HTTP status, problem slug, text without values."""

    def __init__(self, status: int, slug: str, text: str) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.text = text


@dataclass(frozen=True, slots=True)
class Service:
    """`provider` is instance/class/code/subsystem; `takes` names a request's keys, `gives` each field's type.

    `usual` names the fields that come unless a request chooses (all, if empty); `surplus` makes fields that
    the service should not return, sent only when the switch says so.
    """

    provider: str
    code: str
    title: str
    takes: tuple[str, ...]
    gives: Mapping[str, str]
    answer: Callable[[Mapping[str, Any]], Answer]
    surplus: Callable[[Mapping[str, Any]], Answer]
    usual: tuple[str, ...] = ()
    method: str = "POST"

    @property
    def id(self) -> str:
        """The X-Road service id."""
        return f"{self.provider}/{self.code}"

    def ask(self, asked: object) -> Answer:
        """The answer to a request body; with `fields` only those, unknown keys and fields are refused."""
        if not isinstance(asked, dict):
            raise Refusal(400, "bad-request", "The request body must be a JSON object.")
        if unknown := sorted(set(asked) - {*self.takes, "fields"}):
            raise Refusal(
                422, "unknown-field", f"The request has {len(unknown)} keys that this service does not take."
            )
        wanted = asked.get("fields")
        if wanted is None:
            wanted = list(self.usual or self.gives)
        if not isinstance(wanted, list) or not all(
            isinstance(name, str) and name in self.gives for name in wanted
        ):
            raise Refusal(422, "unknown-field", "fields must be a list of names that this service gives.")
        answer = self.answer(asked)
        return {name: answer[name] for name in self.gives if name in wanted}


_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": ["string", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "boolean": {"type": "boolean"},
    "integer": {"type": ["integer", "null"]},
    "list": {"type": "array", "items": {"type": "object"}},
}


def openapi(service: Service) -> dict[str, Any]:
    """The OpenAPI 3.1 description of one service, as getOpenAPI returns it."""
    takes: dict[str, Any] = {name: {} for name in service.takes}
    takes["fields"] = {"type": "array", "items": {"enum": list(service.gives)}}
    body = {
        "type": "object",
        "properties": takes,
        "required": [service.takes[0]],
        "additionalProperties": False,
    }
    gives = {"type": "object", "properties": {name: _TYPES[kind] for name, kind in service.gives.items()}}
    operation = {
        "operationId": service.code,
        "summary": service.title,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {
                "description": "What the registry holds",
                "content": {"application/json": {"schema": gives}},
            },
            "default": {"description": "Refused", "content": {"application/problem+json": {}}},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": service.title, "version": "1.0.0"},
        "paths": {"/": {service.method.lower(): operation}},
    }
