"""What the kiosk's pages show, as plain dicts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.channel import csrf_token, door, identity
from backend.channel.login import local_path as local
from backend.channel.walk import said
from backend.channel.walk.said import Translate

__all__ = ["local", "receipt", "service"]


def service(name: str, t: Translate, lang: str) -> dict[str, Any]:
    """A procedure before it is begun, here in this hall. Raises NotFound."""
    found = said.service(name, t, lang)
    actor = identity.actor()
    return {
        **found,
        "ready": actor is not None and actor.kind == "citizen" and actor.level == "L2",
        "hidden": {"csrf_token": csrf_token(), "procedure": name, "idempotency_key": door.new_key()},
        "login": f"/login?next=/services/{name}",
    }


def receipt(case: UUID, t: Translate, lang: str) -> dict[str, Any]:
    """The receipt of what was sent from here."""
    view = door.case(case)
    procedure = door.errand().packs.get(view.procedure, view.version)
    return {
        "name": procedure.title(lang),
        "rows": said.receipt(view, procedure, t, lang),
        "proofs": said.proofs(procedure, lang),
        **said.route(view, procedure, lang),
    }
