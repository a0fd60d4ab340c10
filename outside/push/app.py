"""The push service: subscribe, send, the switch, and pages that show what a phone shows."""

import json
import re
import secrets
import time
from dataclasses import asdict
from typing import Any

from flask import Flask, Request, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from outside.control import number, own_request, told
from outside.home import home
from outside.places import errand_origin, port_of
from outside.push.decrypt import b64url, unb64url
from outside.push.post import MODES, Behaviour, Message, PostOffice, Subscription
from outside.push.vapid import Unproven, prove

MAX_BODY = 4096
MAX_TTL = 24 * 3600
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = ("very-low", "low", "normal", "high")


def create_app(base: str | None = None) -> Flask:
    """The service; `base` is the origin of its endpoints, by default 127.0.0.1 and ERRAND_PUSH_PORT."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    origin = base or f"http://127.0.0.1:{port_of('ERRAND_PUSH_PORT', 12)}"
    office = PostOffice(home() / "push.json")
    app.extensions["office"] = office
    _service_routes(app, office, origin, errand_origin())
    _watching_routes(app, office)
    return app


def _service_routes(app: Flask, office: PostOffice, origin: str, page: str) -> None:
    """What user agents and senders call; `page` is the one other origin whose pages may subscribe."""

    @app.route("/subscribe", methods=["POST", "OPTIONS"])
    def subscribe() -> Response | tuple[Response, int]:
        if request.method == "OPTIONS":
            return _allowing(Response(status=204), page)
        if request.headers.get("Origin") != page:
            own_request(request)
        body = request.get_json(silent=True) or {}
        key = body.get("applicationServerKey") if isinstance(body, dict) else None
        if key is not None and not _is_point(key):
            abort(400)
        one = office.subscribe(key)
        keys = {"p256dh": b64url(one.receiver.public), "auth": b64url(one.receiver.auth)}
        made = jsonify({"endpoint": f"{origin}/push/{one.token}", "expirationTime": None, "keys": keys})
        made.headers["Location"] = f"/messages/{one.id}"
        return _allowing(made, page), 201

    @app.post("/push/<token>")
    def push(token: str) -> Response:
        subscription = office.by_token(token)
        if subscription is None:
            return _no(404, "No such subscription.")
        subscription.asked += 1
        return _disturbed(office, subscription) or _sent(office, subscription, request, origin)

    @app.delete("/push/<token>")
    def unsubscribe(token: str) -> Response:
        if (subscription := office.by_token(token)) is None:
            return _no(404, "No such subscription.")
        office.end(subscription)
        return Response(status=204)


def _watching_routes(app: Flask, office: PostOffice) -> None:
    """What tests and people look at."""

    @app.get("/subscriptions")
    def subscriptions() -> Response:
        rows = [{"id": o.id, "ended": o.ended, "received": len(o.received)} for o in office.all()]
        return jsonify({"subscriptions": rows})

    @app.get("/messages/<id>")
    def messages(id: str) -> Response:
        subscription = office.by_id(id) or office.by_token(id) or abort(404)
        waiting = office.waiting(subscription)
        shown = [_shown(message) for message in subscription.received]
        return jsonify({"messages": shown, "pending": waiting, "asked": subscription.asked})

    @app.post("/_control")
    def control() -> AnyResponse:
        body = told(request)
        mode, id = str(body.get("mode", "")), body.get("subscription") or None
        if mode not in MODES or (id is not None and office.by_id(str(id)) is None):
            abort(400)
        seconds = number(body.get("seconds") or 5, 0, 600)
        office.behave(Behaviour(mode, seconds, int(number(body.get("retry_after") or 5, 0, 86400))), id)
        return jsonify({"mode": mode}) if request.is_json else redirect(request.referrer or "/", 303)

    @app.get("/")
    def page() -> str:
        return render_template("push.html", office=office, modes=MODES, now=office.behaviour().mode)

    @app.get("/phone/<id>")
    def phone(id: str) -> str:
        subscription = office.by_id(id) or abort(404)
        shown = [_shown(message) for message in reversed(subscription.received)]
        return render_template(
            "phone.html", one=subscription, messages=shown, waiting=office.waiting(subscription)
        )


def _allowing(response: Response, page: str) -> Response:
    """Lets pages of this origin read the answer: a demo's page subscribes here instead of at a vendor's."""
    response.headers["Access-Control-Allow-Origin"] = page
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.headers["Access-Control-Allow-Private-Network"] = "true"
    response.headers["Vary"] = "Origin"
    return response


def _disturbed(office: PostOffice, subscription: Subscription) -> Response | None:
    """The answer of a service that is switched to fail, else None."""
    behaviour = office.behaviour(subscription)
    if behaviour.mode == "slow":
        time.sleep(behaviour.seconds)
    if behaviour.mode == "missing":
        return _no(404, "No such subscription.")
    if behaviour.mode == "gone" or subscription.ended:
        return _no(410, "The subscription has ended.")
    if behaviour.mode == "busy":
        response = _no(429, "Too many messages.")
        response.headers["Retry-After"] = str(behaviour.retry_after)
        return response
    return None


def _sent(office: PostOffice, subscription: Subscription, sent: Request, origin: str) -> Response:
    """Takes one message (RFC 8030, 5), or says which rule it breaks."""
    try:
        sender = prove(sent.headers.get("Authorization"), origin)
    except Unproven as unproven:
        return _no(401, str(unproven))
    if subscription.sender_key and subscription.sender_key.rstrip("=") != sender.key.rstrip("="):
        return _no(403, "RFC 8292 4.2: the subscription is restricted to another key.")
    if fault := _fault(sent):
        return fault
    ttl = min(int(sent.headers["TTL"]), MAX_TTL)
    body = sent.get_data()
    message = Message(
        id=secrets.token_urlsafe(16),
        size=len(body),
        ttl=ttl,
        urgency=sent.headers.get("Urgency", "normal"),
        topic=sent.headers.get("Topic"),
        at=time.time(),
        sealed=body,
        sender=asdict(sender),
    )
    office.accept(subscription, message)
    headers = {"Location": f"{origin}/message/{message.id}", "TTL": str(ttl)}
    return Response(status=201, headers=headers)


def _fault(sent: Request) -> Response | None:
    """The first rule of RFC 8030 or RFC 8291 that the request's form breaks, as an answer."""
    ttl = sent.headers.get("TTL", "")
    if not (ttl.isascii() and ttl.isdigit()):
        return _no(400, "RFC 8030 5.2: the header TTL is required, in whole seconds.")
    if sent.headers.get("Urgency", "normal") not in URGENCIES:
        return _no(400, "RFC 8030 5.3: Urgency is very-low, low, normal or high.")
    topic = sent.headers.get("Topic")
    if topic is not None and not TOPIC.fullmatch(topic):
        return _no(400, "RFC 8030 5.4: Topic has at most 32 characters of base64url.")
    if sent.headers.get("Content-Encoding") != "aes128gcm":
        return _no(415, "RFC 8291 4: the content encoding must be aes128gcm.")
    if len(sent.get_data()) > MAX_BODY:
        return _no(413, "RFC 8030 7.2: at most 4096 bytes.")
    return None


def _no(status: int, reason: str) -> Response:
    body = json.dumps({"status": status, "title": reason})
    return Response(body, status=status, content_type="application/problem+json")


def _is_point(key: Any) -> bool:
    try:
        raw = unb64url(key) if isinstance(key, str) else b""
    except ValueError:
        return False
    return len(raw) == 65 and raw[0] == 4


def _shown(message: Message) -> dict[str, Any]:
    """A message for tests and pages: its body as JSON if it is JSON, else as text."""
    body: Any = message.body
    try:
        body = json.loads(body) if body is not None else None
    except ValueError:
        pass
    return {
        "id": message.id,
        "body": body,
        "fault": message.fault,
        "size": message.size,
        "ttl": message.ttl,
        "urgency": message.urgency,
        "topic": message.topic,
        "at": message.at,
        "vapid": message.sender,
    }
