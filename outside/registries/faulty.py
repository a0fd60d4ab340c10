"""What a faulty or hostile registry does to an answer."""

import socket
import time
from collections.abc import Iterator
from typing import Any

from flask import Request

from outside.people import population
from outside.registries.service import Answer, Service
from outside.registries.switch import Behaviour


def hang_up(request: Request) -> None:
    """Ends the connection under the answer, as a registry that dies does."""
    for server in ("gunicorn.socket", "werkzeug.socket"):
        if (connection := request.environ.get(server)) is not None:
            connection.shutdown(socket.SHUT_RDWR)


def disturbed(service: Service, asked: Any, answer: Answer, behaviour: Behaviour) -> Answer:
    """The answer as a faulty registry would give it."""
    match behaviour.mode:
        case "wrong":
            return {name: _wrong(value) for name, value in answer.items()}
        case "surplus":
            return answer | service.surplus(asked)
        case "foreign" if "person_id" in service.takes:
            return service.ask(asked | {"person_id": _someone_else(str(asked["person_id"]))})
        case _:
            return answer


def _someone_else(number: str) -> str:
    return next(person.id for person in population() if person.id != number and not person.protected)


def _wrong(value: object) -> object:
    """A value of another JSON type."""
    return {"unexpected": True} if isinstance(value, str | int | bool | None) else 7


def endless() -> Iterator[bytes]:
    """A JSON text that goes on for ever."""
    yield b'{"name":"'
    while True:
        time.sleep(0.02)
        yield b"A" * 4096
