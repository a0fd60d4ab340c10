"""What a fresh demo needs of this room: a code with which the agent of kiosk 3 enrols itself."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.people.people import People

KIOSK = "3"
HALL = "Southmere Town Hall"
REGION = "south"


def demo_prepare(errand: Any, home: Path | None = None, environ: Mapping[str, str] = os.environ) -> None:
    """Writes `home`/kiosk/3/enrol.json with server and code, unless a device stands there already."""
    people: People = errand.people
    if people.devices.in_place(kiosk=KIOSK, hall=HALL) is not None:
        return
    base = int(environ.get("ERRAND_PORT_BASE") or 8000)
    port = environ.get("ERRAND_WEB_PORT") or str(base)
    host = environ.get("ERRAND_HOST") or "localhost"
    code = people.devices.enrolment_code(kiosk=KIOSK, hall=HALL, region=REGION)
    place = (home or errand.settings.home) / "kiosk" / KIOSK
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    note = place / "enrol.json"
    with open(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"server": f"http://kiosk.{host}:{port}", "code": code}, file)
