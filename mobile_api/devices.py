"""Kiosks: enrolment, heartbeats, and the session of whoever stands there."""

from __future__ import annotations

from typing import Any

from flask import Response

from backend.channel import devices, identity
from mobile_api.bodies import Any as Object
from mobile_api.bodies import Enrol, Heartbeat, SignedSession
from mobile_api.call import answer, call

HEARTBEAT_SECONDS = 30


@call("POST", "/devices/enrol", policy_name="device", body=Enrol(), answers={201: Object()}, touches=False)
def enrol_device(body: dict[str, Any]) -> dict[str, Any]:
    """An agent enrols its key with a code that works once."""
    made = devices.enrol(body["code"], body["public_key"])
    return {"device_id": str(made.id), "kiosk": made.kiosk, "hall": made.hall, "region": made.region}


@call(
    "POST",
    "/devices/heartbeat",
    policy_name="device",
    body=Heartbeat(),
    answers={200: Object()},
    touches=False,
)
def heartbeat(body: dict[str, Any]) -> dict[str, Any]:
    """An agent says that its device lives."""
    heard = devices.heartbeat(body, body["report"])
    return {"state": heard.state, "next": HEARTBEAT_SECONDS}


@call("POST", "/device-sessions/challenge", policy_name="device", body=Object(), answers={201: Object()})
def challenge(body: dict[str, Any]) -> dict[str, Any]:
    """Something for the agent to sign, once, within a minute."""
    text, until = devices.challenge()
    return {"challenge": text, "expires_at": until.isoformat()}


@call("POST", "/device-sessions", policy_name="device", body=SignedSession(), answers={201: Object()})
def open_device_session(body: dict[str, Any]) -> Response:
    """A session for whoever stands at the kiosk."""
    token, actor, device = devices.open_session(body, body["lang"])
    response = answer({"session": str(actor.session), "kiosk": device.kiosk, "hall": device.hall}, 201)
    identity.set_session(response, token)
    return response
