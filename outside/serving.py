"""Serves one of these small worlds on the loopback address until it is told to stop."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication


class _Server(BaseApplication):  # type: ignore[misc]
    """One process and many threads: switches live in the process, slow answers hold a thread."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.flask = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.flask


def serve(app: Flask, port: int, name: str) -> None:
    """Answers on 127.0.0.1:`port` until SIGINT or SIGTERM; logs neither paths nor bodies."""
    print(f"{name} on http://127.0.0.1:{port}/", flush=True)
    _Server(
        app,
        {
            "bind": f"127.0.0.1:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": 32,
            "timeout": 0,
            "graceful_timeout": 2,
            "keepalive": 5,
            "limit_request_line": 8190,
            "proc_name": name,
            "loglevel": "warning",
            "control_socket_disable": True,
        },
    ).run()
