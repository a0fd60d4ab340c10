"""Where these worlds keep what must outlive a restart."""

import os
from pathlib import Path


def home() -> Path:
    """`outside/` below ERRAND_HOME (else `var/` of the checkout), made with mode 0700."""
    root = Path(os.environ.get("ERRAND_HOME") or Path(__file__).resolve().parents[1] / "var")
    place = root / "outside"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def write_private(path: Path, text: str) -> None:
    """Replaces a file by these contents at once, readable by its owner alone."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
