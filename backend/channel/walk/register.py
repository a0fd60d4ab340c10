"""Registers that a field searches, asked under the procedure's lookup rules; silent ones give nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.channel import door
from backend.evidence.ports import RegistryDown, RegistryRefused, RegistryWrong
from backend.procedures.forms.register import Register
from backend.procedures.procedure import Procedure
from backend.procedures.rules import AccessRule


def register(procedure: Procedure) -> Register:
    """The registers of a procedure, for one request."""
    return Register(procedure.rules, _look_up)


def _look_up(rule: AccessRule, fields: dict[str, Any]) -> Mapping[str, Any] | None:
    try:
        answer: Mapping[str, Any] = door.errand().query.look_up(rule, fields)
    except (RegistryDown, RegistryRefused, RegistryWrong):
        return None
    return answer
