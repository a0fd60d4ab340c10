"""Which services there are."""

from __future__ import annotations

from typing import Any

from backend.channel import door
from backend.channel.look import chosen_language
from mobile_api.bodies import Any as Object
from mobile_api.call import call


@call("GET", "/services", policy_name="public", answers={200: Object()})
def services() -> dict[str, Any]:
    """The procedures that can be begun."""
    lang = chosen_language()
    return {"services": [_service(pack, lang) for pack in door.packs().active().values()]}


@call("GET", "/services/<procedure>", policy_name="public", answers={200: Object()})
def service(procedure: str) -> dict[str, Any]:
    """One procedure."""
    return _service(door.packs().get(procedure), chosen_language())


def _service(pack: Any, lang: str) -> dict[str, Any]:
    told = pack.service
    return {
        "id": pack.id,
        "version": pack.version,
        "title": str(told.title.render(lang)),
        "description": str(told.description.render(lang)),
        "languages": list(told.languages),
        "regions": sorted(told.authorities),
        "channels": list(told.channels),
    }
