"""Where things are: the checkout, its virtual environment, the data directory and the ports."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

PORTS = {
    "web": 0,
    "live": 1,
    "registries": 10,
    "idp": 11,
    "push": 12,
    "agent": 20,
}


def home() -> Path:
    """The directory of all data that a run makes: $ERRAND_HOME, else var/ in the checkout."""
    return Path(os.environ.get("ERRAND_HOME") or ROOT / "var").absolute()


def port_base() -> int:
    """The first port ($ERRAND_PORT_BASE, else 8000); every other port is an offset from it."""
    text = os.environ.get("ERRAND_PORT_BASE") or "8000"
    if not text.isdigit() or not 1024 <= int(text) <= 65000:
        raise SystemExit(f"ERRAND_PORT_BASE must be a port number from 1024 to 65000, not {text!r}.")
    return int(text)


def ports(base: int) -> dict[str, int]:
    """The port of every listening process by its short name."""
    return {name: base + offset for name, offset in PORTS.items()}


def site_packages() -> Path:
    """The directory of installed packages in the virtual environment."""
    found = sorted(VENV.glob("lib/python3.*/site-packages"))
    if not found:
        raise SystemExit(f"{VENV} holds no packages; run ./errand up or ./errand test once.")
    return found[-1]
