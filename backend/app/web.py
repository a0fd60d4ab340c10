"""The web process: three origins by Host, the API on each, served by Granian's threads.

    python -m backend.app.web

Environment: ERRAND_WEB_PORT, ERRAND_WEB_WORKERS (1), ERRAND_WEB_THREADS (32); Places says which hosts are
ours.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from backend.app.parent import die_with_parent
from backend.channel import Places
from backend.channel import app as channel_app
from backend.channel.application import MAX_BODY
from backend.channel.places import CHANNELS
from backend.channel.problem import MEDIA

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]
PACKAGES = {"web": "citizen_web", "kiosk": "kiosk_ui", "desk": "staff_desk"}
UNKNOWN_HOST = b'{"type":"/problems/unknown-host","title":"This is not an address of ours.","status":400}'


class ByHost:
    """One WSGI application for all origins; a Host that is none of ours gets 400 before anything else
    runs."""

    def __init__(self, apps: Mapping[str, Wsgi], places: Places) -> None:
        self.apps = apps
        self._channels = {host: channel for channel in CHANNELS for host in places.hosts(channel)}

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        environ["HTTP_HOST"] = environ.get("HTTP_HOST", "").lower()
        channel = self._channels.get(environ["HTTP_HOST"])
        if channel is None:
            start_response(
                "400 Bad Request", [("Content-Type", MEDIA), ("Content-Length", str(len(UNKNOWN_HOST)))]
            )
            return [UNKNOWN_HOST]
        try:
            return self.apps[channel](environ, start_response)
        finally:
            _take_the_rest(environ)


def _take_the_rest(environ: dict[str, Any]) -> None:
    """Read what a refusal left of the body: the server would close the connection under the caller's next
    request (RFC 9112, 9.6)."""
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if length.isdecimal() and 0 < int(length) <= MAX_BODY:
        environ["wsgi.input"].read()


def applications(errand: Any, places: Places) -> dict[str, Any]:
    """The Flask app of each channel, with the API mounted."""
    from mobile_api import blueprint as api

    return {
        channel: channel_app(channel, import_module(package).blueprint, errand, api, places=places)
        for channel, package in PACKAGES.items()
    }


def application() -> ByHost:
    """What Granian loads in each worker."""
    from backend.app.settings import Settings
    from backend.app.wiring import build

    die_with_parent()
    places = Places.of(os.environ)
    return ByHost(applications(build(Settings.read()), places), places)


def main() -> None:
    """Serve until SIGINT or SIGTERM; requests that run are finished first."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        target="backend.app.web:application",
        factory=True,
        address=os.environ.get("ERRAND_WEB_ADDRESS") or "127.0.0.1",
        port=int(os.environ.get("ERRAND_WEB_PORT") or 8000),
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("ERRAND_WEB_WORKERS") or 1),
        blocking_threads=int(os.environ.get("ERRAND_WEB_THREADS") or 32),
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    main()
