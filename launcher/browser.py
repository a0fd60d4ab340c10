"""Finds a Chromium for the browser journeys; a machine without one gets it as a package of npm, without root.

The order: $ERRAND_CHROMIUM, a browser on PATH, Playwright's own, the one of @sparticuz/chromium.
"""

from __future__ import annotations

import importlib
import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher import places
from launcher.say import problem

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGE = places.ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
ARGUMENTS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Without a sandbox, which needs rights that a container lacks; the rest keeps Chromium from calling home."""


_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""
"""The package's own configuration names directories of the machines that it was made for."""


@dataclass(frozen=True)
class Chromium:
    """A browser that starts here, and what its environment must hold besides ours."""

    path: Path
    env: Mapping[str, str] = field(default_factory=dict)


def find(playwrights_own: str | None = None) -> Chromium:
    """The first browser in the order above that starts; ends with what to do when there is none."""
    given = os.environ.get("ERRAND_CHROMIUM")
    on_path = [found for name in NAMES if (found := shutil.which(name))]
    for candidate in (given, *on_path, playwrights_own):
        if candidate and _starts(chromium := Chromium(Path(candidate))):
            return chromium
    if given:
        problem(f"ERRAND_CHROMIUM is {given}, which does not start.")
    if PACKAGE.is_dir():
        return _unpacked(places.VENV / "chromium")
    problem("No Chromium here: run ./errand test, which installs one, or set ERRAND_CHROMIUM.")


def _starts(chromium: Chromium) -> bool:
    try:
        done = subprocess.run(
            [chromium.path, "--version"], env={**os.environ, **chromium.env}, capture_output=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _unpacked(directory: Path) -> Chromium:
    """The browser of the npm package in `directory`, unpacked once for each version of the package."""
    size = (PACKAGE / "chromium.br").stat().st_size
    place = directory / str(size)
    if not place.exists():
        fresh = directory / f"{size}.{os.getpid()}"
        _unpack(fresh)
        try:
            fresh.rename(place)
        except OSError:
            shutil.rmtree(fresh)
    plain = Chromium(place / "chromium", _fonts(place))
    if _starts(plain):
        return plain
    with_libraries = Chromium(plain.path, {**plain.env, "LD_LIBRARY_PATH": str(place / "lib")})
    if _starts(with_libraries):
        return with_libraries
    problem(f"{plain.path} does not start here; set ERRAND_CHROMIUM to a browser that does.")


def _fonts(place: Path) -> dict[str, str]:
    """Fonts of the package for a machine that has no font configuration at all."""
    return {} if Path("/etc/fonts/fonts.conf").exists() else {"FONTCONFIG_PATH": str(place)}


def _unpack(place: Path) -> None:
    brotli = importlib.import_module("brotli")
    place.mkdir(parents=True)
    for name in ("al2023", "fonts", "swiftshader"):
        content = brotli.decompress((PACKAGE / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            archive.extractall(place, filter="data")
    (place / "fonts.conf").write_text(_FONTS)
    (place / "chromium").write_bytes(brotli.decompress((PACKAGE / "chromium.br").read_bytes()))
    (place / "chromium").chmod(0o755)
