"""Enrolment: a one-time code and a fresh public key make this machine a kiosk of a hall."""

import json
import logging
from pathlib import Path

from kiosk_agent.device import Device, Enrolment
from kiosk_agent.server import post

log = logging.getLogger("kiosk_agent")


class Refused(Exception):
    """The server does not take this code; another one is needed."""


def enrol(device: Device, server: str, code: str) -> Enrolment:
    """Sends the public key with the code; keeps and returns what the server answers.

    Raises Refused (the code is unknown, used or late) or Unreachable (try again with the same code and key).
    """
    body = {"code": code, "public_key": device.new_key()}
    answer = post(server, "/api/v1/devices/enrol", body)
    if not answer.ok:
        raise Refused(f"The server answered {answer.status}.")
    found = answer.body
    enrolment = Enrolment(server, str(found["device_id"]), str(found["kiosk"]), str(found["hall"]))
    device.enrolled(enrolment)
    return enrolment


def waiting_code(place: Path) -> tuple[str, str] | None:
    """Server and code of `enrol.json`, if that file lies there and says both."""
    try:
        told = json.loads((place / "enrol.json").read_text())
        return str(told["server"]), str(told["code"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def enrol_by_file(device: Device, place: Path) -> bool:
    """Enrols with the code in `enrol.json` and removes that file; True if that worked.

    A refused code is removed too, since it can never work again; Unreachable passes through and keeps it.
    """
    if (told := waiting_code(place)) is None:
        return False
    try:
        enrolment = enrol(device, *told)
    except Refused as refusal:
        log.warning("the enrolment code was refused: %s", refusal)
        device.forget_new_key()
        enrolment = None
    if waiting_code(place) == told:
        (place / "enrol.json").unlink(missing_ok=True)
    if enrolment:
        log.info("enrolled as kiosk %s", enrolment.kiosk)
    return enrolment is not None
