"""What authors and operators should know of the procedures that run: warnings, and what their tables lack."""

from __future__ import annotations

from typing import Any

from backend.channel import door
from backend.channel.operations import warnings_of
from backend.channel.walk.draw import words


def shown() -> dict[str, Any]:
    """Each active procedure with its warnings."""
    t, lang = words()
    return {
        "heading": t("operate.procedures_checked"),
        "procedures": [_one(key, pack, lang) for key, pack in sorted(door.packs().active().items())],
    }


def _one(key: str, pack: Any, lang: str) -> dict[str, Any]:
    return {
        "id": key,
        "name": pack.title(lang),
        "pack": pack.version[:12],
        "tables": sum(len(model.decisions) for model in pack.decisions),
        "warnings": [
            {"rule": each.rule, "element": each.element or "", "text": each.text, "remedy": each.remedy}
            for each in warnings_of(pack)
        ],
    }
