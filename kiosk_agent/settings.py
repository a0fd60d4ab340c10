"""What the environment says about this kiosk."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """`place` is the kiosk's own directory; `restart` the command after a wipe, empty for none."""

    kiosk: str
    place: Path
    port: int
    origin: str
    restart: str

    @property
    def spool(self) -> Path:
        """Where documents wait for the printer."""
        return self.place / "spool"


def settings(kiosk: str | None = None, port: int | None = None) -> Settings:
    """The settings of the environment, a kiosk number and a port given by hand before it.

    A kiosk number is digits only, since it names a directory.
    """
    number = kiosk or os.environ.get("ERRAND_KIOSK") or "3"
    if not (number.isascii() and number.isdigit()):
        raise SystemExit("The number of a kiosk is digits only.")
    home = Path(os.environ.get("ERRAND_HOME") or Path(__file__).resolve().parents[1] / "var")
    base = int(os.environ.get("ERRAND_PORT_BASE") or 8000)
    return Settings(
        kiosk=number,
        place=home / "kiosk" / number,
        port=port or int(os.environ.get("ERRAND_AGENT_PORT") or base + 20),
        origin=os.environ.get("ERRAND_KIOSK_ORIGIN") or _origin(base),
        restart=os.environ.get("ERRAND_KIOSK_RESTART", ""),
    )


def _origin(base: int) -> str:
    """The origin of the kiosk's pages, as a browser writes it."""
    scheme = os.environ.get("ERRAND_SCHEME") or "http"
    host = os.environ.get("ERRAND_HOST") or "localhost"
    port = os.environ.get("ERRAND_PUBLIC_PORT") or os.environ.get("ERRAND_WEB_PORT") or str(base)
    usual = {"http": "80", "https": "443"}.get(scheme)
    return f"{scheme}://kiosk.{host}" + ("" if port == usual else f":{port}")
