"""The live process: sockets of open screens, fed through Valkey; it changes nothing and decides nothing.

    python -m backend.app.live

Gevent patches the standard library before anything else is imported, so this file never imports the write
path.
"""

# ruff: noqa: E402
from gevent import monkey

monkey.patch_all()

import os
from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO
from gunicorn.app.base import BaseApplication
from socketio import RedisManager

from backend.app.live_rooms import Rooms, sees
from backend.channel.live import SOCKETS
from backend.channel.places import CHANNELS, Places

MAX_MESSAGE = 64 * 1024
PING_SECONDS = 25


def build(environ: Any = os.environ) -> tuple[Flask, SocketIO, Rooms]:
    """The application, its sockets and their book-keeping, not yet running."""
    places = Places.of(environ)
    url = environ["ERRAND_REDIS_URL"]
    app = Flask("live", static_folder=None)
    sockets = SocketIO(
        app,
        async_mode="gevent",
        client_manager=RedisManager(url, channel=SOCKETS),
        cors_allowed_origins=[places.origin(channel) for channel in CHANNELS],
        transports=["websocket"],
        max_http_buffer_size=MAX_MESSAGE,
        ping_interval=PING_SECONDS,
        manage_session=False,
    )
    rooms = Rooms(sees(environ), sockets, places)
    _listen(sockets, rooms)
    return app, sockets, rooms


def _listen(sockets: SocketIO, rooms: Rooms) -> None:
    def connect(_auth: Any = None) -> bool:
        return rooms.enter(_sid(), request)

    def disconnect(_reason: Any = None) -> None:
        rooms.leave(_sid())

    def subscribe(wanted: Any = None) -> Any:
        return rooms.subscribe(_sid(), wanted)

    def unsubscribe(wanted: Any = None) -> Any:
        return rooms.unsubscribe(_sid(), wanted)

    for handler in (connect, disconnect, subscribe, unsubscribe):
        sockets.on_event(handler.__name__, handler)


def _sid() -> str:
    """The socket that speaks."""
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with one gevent worker."""

    def load_config(self) -> None:
        """Loopback unless a proxy's address is told."""
        address = os.environ.get("ERRAND_LIVE_ADDRESS") or "127.0.0.1"
        for name, value in {
            "bind": f"{address}:{os.environ.get('ERRAND_LIVE_PORT') or 8001}",
            "workers": 1,
            "worker_class": "gevent",
            "worker_connections": 20_000,
            "graceful_timeout": 2,
            "timeout": 0,
            "loglevel": "warning",
            "proc_name": "errand-live",
            "control_socket_disable": True,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in the worker so that its connections are the worker's own."""
        from backend.app.parent import die_with_parent

        die_with_parent()
        app, _sockets, rooms = build()
        rooms.watch()
        return app


if __name__ == "__main__":
    Server().run()
