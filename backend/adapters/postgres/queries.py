"""Named queries: every .sql file here is one room's, each query begins with `-- name: session_by_token`
and one line that says its purpose."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_NAME = re.compile(r"^-- name: *(\w+) *$", re.MULTILINE)


@cache
def queries() -> dict[str, str]:
    """Every query by "room.name"."""
    return {
        f"{file.stem}.{name}": text
        for file in sorted(Path(__file__).parent.glob("*.sql"))
        for name, text in parse(file.read_text()).items()
    }


def parse(text: str) -> dict[str, str]:
    """The queries of one file; a name that stands twice, or a query without a purpose line, is an error."""
    parts = _NAME.split(text)[1:]
    found: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in found:
            raise ValueError(f"the query {name!r} stands twice")
        if not body.lstrip().startswith("--"):
            raise ValueError(f"the query {name!r} does not say its purpose")
        found[name] = _without_comments(body)
    return found


def _without_comments(body: str) -> str:
    return "\n".join(
        line for line in body.splitlines() if line.strip() and not line.lstrip().startswith("--")
    ).rstrip("; ")
