"""One X-Road call from the consumer's security server to the registry and back."""

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from flask import Request, Response

from outside.registries.faulty import disturbed, endless, hang_up
from outside.registries.message import (
    Client,
    XRoadError,
    client_of,
    forwarded_headers,
    parts_of,
    request_hash,
)
from outside.registries.service import Refusal, Service, openapi
from outside.registries.switch import Behaviour, Switch

MAX_BODY = 64 * 1024
RETURNED = ("X-Road-Id", "X-Road-Client", "X-Road-Service", "X-Road-Request-Id", "X-Road-Request-Hash")


@dataclass(frozen=True, slots=True)
class Call:
    """A request as the security server understood it: who, which service, the rest of the path."""

    client: Client
    service_id: str
    rest: str
    message_id: str
    request_id: str


class Gateway:
    """The security server: routes by service id, checks access, adds its headers; the switch disturbs it."""

    def __init__(
        self, services: list[Service], clients: frozenset[str], members: dict[str, str], switch: Switch
    ) -> None:
        self.services = {service.id: service for service in services}
        self.clients = clients
        self.members = members
        self.switch = switch

    def handle(self, request: Request) -> Response:
        """Answers one request below /r1/ with the registry's answer or an X-Road error."""
        started = time.monotonic()
        call, service, mode = None, None, "up"
        try:
            call = self._call(request)
            if call.service_id.rsplit("/", 1)[-1] in _META and call.service_id not in self.services:
                return self._described(call, _META[call.service_id.rsplit("/", 1)[-1]](self, call, request))
            service = self._service(call, request)
            behaviour = self._settled(service, request)
            mode = behaviour.mode
            response = self._provider(service, call, request, behaviour)
            return self._described(call, response, request)
        except XRoadError as error:
            response = error_response(error, request)
            return self._described(call, response) if call else response
        finally:
            if service and call:
                self._note(service, call, request, mode, response, time.monotonic() - started)

    def _call(self, request: Request) -> Call:
        client = client_of(request.headers.get("X-Road-Client"))
        raw = raw_target(request).split("?", 1)[0].removeprefix("/r1/")
        parts = parts_of(raw)
        for length in (5, 4):
            service_id = "/".join(part.replace("/", "%2F") for part in parts[:length])
            if len(parts) >= length and (service_id in self.services or parts[length - 1] in _META):
                rest = "/" + "/".join(raw.split("/")[length:])
                return Call(client, service_id, rest, _message_id(request), str(uuid.uuid4()))
        if len(parts) < 4:
            raise XRoadError("Client.BadRequest", "The path names no service.")
        if not any(id.startswith("/".join(parts[:3]) + "/") for id in self.members):
            raise XRoadError("Server.ClientProxy.UnknownMember", "No member with this identifier.")
        raise XRoadError("Server.ServerProxy.UnknownService", "The member offers no such service.")

    def _service(self, call: Call, request: Request) -> Service:
        """The service called, if this client may use it with this method and path (XR-SEC-01)."""
        service = self.services[call.service_id]
        known = str(call.client) in self.members
        if not known:
            raise XRoadError("Server.ClientProxy.UnknownMember", "The client is not registered.")
        if str(call.client) not in self.clients or request.method != service.method or call.rest.strip("/"):
            raise XRoadError("Server.ServerProxy.AccessDenied", "The client may not use this service so.")
        return service

    def _settled(self, service: Service, request: Request) -> Behaviour:
        """The behaviour after a slow registry's wait; raises what X-Road says of one that is down."""
        subsystem = service.provider.rsplit("/", 1)[-1]
        behaviour = self.switch.of(subsystem)
        if behaviour.mode == "slow":
            behaviour = self.switch.hold(subsystem, behaviour)
        if behaviour.mode == "cut":
            hang_up(request)
        if behaviour.mode in ("down", "cut"):
            raise XRoadError("Server.ServerProxy.NetworkError", "The service could not be reached.")
        return behaviour

    def _provider(self, service: Service, call: Call, request: Request, behaviour: Behaviour) -> Response:
        """What the registry behind the security server answers."""
        if behaviour.mode == "redirect":
            return Response(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"})
        if behaviour.mode == "endless":
            return Response(endless(), content_type="application/json")
        try:
            asked = _json_of(request)
            answer = disturbed(service, asked, service.ask(asked), behaviour)
        except Refusal as refusal:
            return problem(refusal)
        return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json")

    def _described(self, call: Call, response: Response, request: Request | None = None) -> Response:
        """Sets the X-Road headers of an answer over whatever the provider set there (XR-HDR-03)."""
        for name in RETURNED:
            response.headers.pop(name, None)
        response.headers["X-Road-Id"] = call.message_id
        response.headers["X-Road-Client"] = str(call.client)
        response.headers["X-Road-Service"] = call.service_id
        response.headers["X-Road-Request-Id"] = call.request_id
        if request is not None:
            response.headers["X-Road-Request-Hash"] = request_hash(
                request.method, raw_target(request), received_by_provider(request, call), request.get_data()
            )
        response.headers["Cache-Control"] = "no-store"
        return response

    def _note(
        self, service: Service, call: Call, request: Request, mode: str, response: Response, seconds: float
    ) -> None:
        asked = request.get_json(silent=True)
        self.switch.note(
            service=service.id,
            client=str(call.client),
            x_road_id=call.message_id,
            issue="X-Road-Issue" in request.headers,
            user="X-Road-UserId" in request.headers,
            keys=tuple(sorted(asked)) if isinstance(asked, dict) else (),
            mode=mode,
            status=response.status_code,
            seconds=round(seconds, 3),
        )

    def offered(self, call: Call, *, only_allowed: bool) -> Response:
        """listMethods and allowedMethods (XR-META-01)."""
        provider = call.service_id.rsplit("/", 1)[0]
        own = [service for service in self.services.values() if service.provider == provider]
        if only_allowed and str(call.client) not in self.clients:
            own = []
        return _json({"service": [_listed(service) for service in own]})

    def description(self, call: Call, request: Request) -> Response:
        """getOpenAPI (XR-META-02)."""
        code = request.args.get("serviceCode")
        if not code:
            raise XRoadError("Client.BadRequest", "The parameter serviceCode is missing.")
        service = self.services.get(f"{call.service_id.rsplit('/', 1)[0]}/{code}")
        if service is None:
            raise XRoadError("Server.ServerProxy.UnknownService", "The member offers no such service.")
        return _json(openapi(service))

    def clients_list(self) -> Response:
        """listClients (XR-META-03): the members and subsystems of the instance."""
        return _json({"member": [{"id": _identifier(id), "name": name} for id, name in self.members.items()]})


_META = {
    "listMethods": lambda gateway, call, request: gateway.offered(call, only_allowed=False),
    "allowedMethods": lambda gateway, call, request: gateway.offered(call, only_allowed=True),
    "getOpenAPI": lambda gateway, call, request: gateway.description(call, request),
}


def received_by_provider(request: Request, call: Call) -> list[tuple[str, str]]:
    """The headers that the provider's server received, over which the request hash is made."""
    added = [("X-Road-Client", str(call.client)), ("X-Road-Id", call.message_id)]
    return forwarded_headers(request.headers.items(), [*added, ("X-Road-Request-Id", call.request_id)])


def raw_target(request: Request) -> str:
    """Path and query as they came over the wire, not decoded; without scheme and host if those were sent."""
    target = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path)
    return target if target.startswith("/") else "/" + target.split("://", 1)[-1].partition("/")[2]


def error_response(error: XRoadError, request: Request) -> Response:
    """X-Road's own failure in the form that Accept asks for, JSON by default (XR-ERR-01)."""
    if request.accept_mimetypes.best_match(["application/json", "text/xml", "application/xml"]) in _XML:
        parts = {"type": error.type, "message": error.message, "detail": error.detail}
        text = "<error>" + "".join(f"<{name}>{value}</{name}>" for name, value in parts.items()) + "</error>"
        response = Response(text, status=error.status, content_type="text/xml; charset=utf-8")
    else:
        response = _json({"type": error.type, "message": error.message, "detail": error.detail}, error.status)
    response.headers["X-Road-Error"] = error.type
    return response


_XML = ("text/xml", "application/xml")


def problem(refusal: Refusal) -> Response:
    """The registry's refusal as RFC 9457 problem+json."""
    body = {"type": f"/problems/{refusal.slug}", "title": refusal.text, "status": refusal.status}
    return Response(json.dumps(body), status=refusal.status, content_type="application/problem+json")


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/json;charset=utf-8"
    )


def _message_id(request: Request) -> str:
    given = request.headers.get("X-Road-Id", "")
    if not given:
        return str(uuid.uuid4())
    try:
        uuid.UUID(given)
    except ValueError:
        raise XRoadError("Client.BadRequest", "The header X-Road-Id is not a UUID.") from None
    return given


def _json_of(request: Request) -> object:
    if request.mimetype != "application/json":
        raise Refusal(415, "unsupported-media-type", "The request body must be application/json.")
    if (request.content_length or 0) > MAX_BODY or len(request.get_data()) > MAX_BODY:
        raise Refusal(413, "too-large", "The request body is too large.")
    try:
        return json.loads(request.get_data())
    except ValueError:
        raise Refusal(400, "bad-request", "The request body must be a JSON object.") from None


def _listed(service: Service) -> dict[str, Any]:
    instance, member_class, code, subsystem = service.provider.split("/")
    return {
        "object_type": "SERVICE",
        "xroad_instance": instance,
        "member_class": member_class,
        "member_code": code,
        "subsystem_code": subsystem,
        "service_code": service.code,
        "service_type": "OPENAPI",
        "endpoint_list": [{"method": service.method, "path": "/"}],
    }


def _identifier(id: str) -> dict[str, str]:
    names = ("xroad_instance", "member_class", "member_code", "subsystem_code")
    parts = [unquote(part) for part in id.split("/")]
    kind = "SUBSYSTEM" if len(parts) == 4 else "MEMBER"
    return {"object_type": kind, **dict(zip(names, parts, strict=False))}
