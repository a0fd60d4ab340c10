"""`python -m kiosk_agent [serve | enrol | status]`: see README.md beside this file."""

import argparse
import json
import logging
import signal
import sys
from types import FrameType

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from kiosk_agent.app import create_app
from kiosk_agent.device import Device
from kiosk_agent.enrol import Refused, enrol
from kiosk_agent.heartbeat import Health, Heartbeat
from kiosk_agent.server import Unreachable
from kiosk_agent.settings import Settings, settings


class _Quiet(WSGIRequestHandler):
    """Requests are not logged, and a page that stops sending holds its thread for 10 seconds at most."""

    timeout = 10

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


def serve(chosen: Settings) -> int:
    """Answers the browser and beats, until SIGINT or SIGTERM."""
    device, health = Device(chosen.place), Health()
    if device.enrolment:
        health.state = "offline"
    heartbeat = Heartbeat(device, health, chosen.place)
    server = ThreadedWSGIServer("127.0.0.1", chosen.port, create_app(device, health, chosen), _Quiet)
    server.daemon_threads = True

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"errand-agent of kiosk {chosen.kiosk} on http://127.0.0.1:{chosen.port}/", flush=True)
    heartbeat.start()
    try:
        server.serve_forever()
    finally:
        heartbeat.stop()
        server.server_close()
    return 0


def enrol_by_hand(chosen: Settings, server: str, code: str) -> int:
    """Enrols this kiosk now; says in one line what came of it."""
    try:
        found = enrol(Device(chosen.place), server, code)
    except Refused:
        print("The server does not take this code. Ask for a new one: a code works once, for 15 minutes.")
        return 1
    except Unreachable as error:
        print(f"The server at {server} does not answer ({error}). Try the same code again.")
        return 2
    print(f"Enrolled as kiosk {found.kiosk} of {found.hall}.")
    return 0


def show(chosen: Settings) -> int:
    """Prints what this kiosk's files say, without the key."""
    device = Device(chosen.place)
    found = device.enrolment
    print(
        json.dumps({"kiosk": chosen.kiosk, "enrolled": found is not None, "server": found and found.server})
    )
    return 0


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="kiosk_agent", description=__doc__)
    parser.add_argument("--kiosk", help="number of the kiosk (ERRAND_KIOSK)")
    parser.add_argument("--port", type=int, help="port on 127.0.0.1 (ERRAND_AGENT_PORT)")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="serve the browser and beat (the default)")
    by_code = commands.add_parser("enrol", help="make a key and enrol it with a one-time code")
    by_code.add_argument("--server", required=True)
    by_code.add_argument("--code", required=True)
    commands.add_parser("status", help="what this kiosk's files say")
    told = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    chosen = settings(told.kiosk, told.port)
    if told.command == "enrol":
        return enrol_by_hand(chosen, told.server, told.code)
    return show(chosen) if told.command == "status" else serve(chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
