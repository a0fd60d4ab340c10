"""Registries over the X-Road Message Protocol for REST (PR-REST 1.0), as a service consumer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from backend.adapters.egress import Egress, EgressFailed, EgressRefused
from backend.evidence.ports import Question, RegistryDown, RegistryRefused, RegistryWrong, Reply


class XRoad:
    """Asks providers through our own security server at `base_url`, as member `client`."""

    def __init__(self, egress: Egress, base_url: str, client: str) -> None:
        self._egress = egress
        self._base = base_url.rstrip("/")
        self._client = client

    def ask(self, question: Question) -> Reply:
        path = "/".join(quote(part, safe="") for part in question.service.split("/"))
        headers = {
            "X-Road-Client": self._client,
            "X-Road-Id": str(question.query),
            "X-Road-UserId": question.user,
            "X-Road-Issue": question.issue,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        try:
            answer = self._egress.call(
                "POST", f"{self._base}/r1/{path}", headers=headers, body=json.dumps(question.fields).encode()
            )
        except (EgressFailed, EgressRefused) as error:
            raise RegistryDown(str(error)) from None
        error_type = answer.headers.get("X-Road-Error", "")
        if error_type:
            _gateway_error(error_type)
        if answer.status >= 500 or answer.status == 429:
            raise RegistryDown(f"status {answer.status}")
        if answer.status == 404:
            return Reply({}, answer.headers.get("X-Road-Request-Hash", ""))
        if answer.status != 200:
            raise RegistryRefused(f"status {answer.status}")
        return Reply(_object(answer.body), answer.headers.get("X-Road-Request-Hash", ""))


def _gateway_error(error_type: str) -> None:
    """XR-ERR-03: the set of types is open, so they are told apart by prefix; a network fault may pass."""
    lasting = ("AccessDenied", "UnknownService", "UnknownMember", "ServiceDisabled")
    if error_type.startswith("Client.") or error_type.endswith(lasting):
        raise RegistryRefused(error_type)
    raise RegistryDown(error_type)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RegistryWrong("not JSON") from None
    if not isinstance(value, dict):
        raise RegistryWrong("not an object")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)
