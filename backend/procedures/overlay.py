"""A region's overlay: it may add or tighten, never silently loosen (DESIGN 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from backend.procedures.faults import Findings
from backend.procedures.yaml_text import Document, read_yaml

SERVICE_KEYS = ("time_limit", "fees", "outputs", "proofs_not_asked", "channels")


def laid_over(
    files: Mapping[str, bytes], overlay: Mapping[str, bytes], findings: Findings
) -> dict[str, bytes]:
    """The pack's files with the overlay's laid over; a loosening is a fault that names it.

    texts/*.yaml and service.yaml are merged key by key, rules.yaml may only add rules, a .dmn file replaces
    the one of its name, examples are added. The process and its forms stay the country's.
    """
    result = dict(files)
    for name, data in overlay.items():
        if name.startswith("texts/") or name in ("service.yaml", "rules.yaml"):
            result[name] = _merged(name, files.get(name), data, findings)
        elif name.endswith(".dmn") or name.startswith("examples/"):
            result[name] = data
        else:
            remedy = "A region may lay over texts, service.yaml, rules.yaml, *.dmn and examples."
            findings.add(name, "PACK-OVERLAY-01", "An overlay may not hold this file.", remedy)
    return result


def _merged(name: str, base: bytes | None, data: bytes, findings: Findings) -> bytes:
    above = read_yaml(name, data, findings)
    below = read_yaml(name, base or b"", findings)
    if above is None or below is None:
        return base or b""
    if name == "rules.yaml":
        value = _rules(below.value or [], above, findings)
    else:
        if name == "service.yaml":
            _check_service(below.value or {}, above, findings)
        value = _deep(below.value or {}, above.value or {})
    return yaml.safe_dump(_plain(value), allow_unicode=True, sort_keys=False).encode()


def _rules(below: list[Any], above: Document, findings: Findings) -> list[Any]:
    known = {rule.get("id") for rule in below if isinstance(rule, dict)}
    for rule in above.value or []:
        if isinstance(rule, dict) and rule.get("id") in known:
            text = f"The overlay changes the rule {rule['id']}."
            findings.add(
                above.file,
                "PACK-OVERLAY-02",
                text,
                "Add a rule with an id of its own.",
                element=str(rule["id"]),
            )
    return [*below, *(above.value or [])]


def _check_service(below: Mapping[str, Any], above: Document, findings: Findings) -> None:
    given = above.value if isinstance(above.value, dict) else {}
    for key in given.keys() - set(SERVICE_KEYS):
        remedy = f"A region may lay over: {', '.join(SERVICE_KEYS)}."
        findings.add(
            above.file, "PACK-OVERLAY-01", f"An overlay may not set {key}.", remedy, line=above.line(key)
        )
    old, new = below.get("time_limit"), given.get("time_limit")
    if isinstance(old, dict) and isinstance(new, dict) and _loosens(old, new):
        text, line = (
            "The overlay makes the time limit longer or counts it differently.",
            above.line("time_limit"),
        )
        findings.add(above.file, "PACK-OVERLAY-02", text, "Keep it or make it shorter.", line=line)


def _loosens(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether a limit is longer than the country's, or counted differently."""
    return old.keys() != new.keys() or any(type(new[unit]) is int and new[unit] > old[unit] for unit in new)


def _deep(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{key: _deep(below.get(key), value) for key, value in above.items()}}
    return above


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, bool)) or value is None else float(value)
