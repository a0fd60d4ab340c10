"""The registries as one web application: the security server's interface, and the switch with its page."""

import os

from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from outside.control import number, told
from outside.people import Population, build
from outside.people.population import summary
from outside.registries import population, resources
from outside.registries.gateway import Gateway
from outside.registries.switch import MODES, Switch

MEMBERS = {
    "XE/GOV/1001": "Registry Office of Errandia",
    "XE/GOV/1001/pop": "Population registry",
    "XE/GOV/1002": "Land and Address Office of Errandia",
    "XE/GOV/1002/res": "Registry of resources",
    "XE/GOV/2001": "Region South",
    "XE/GOV/2001/errand-south": "Errand of Region South",
    "XE/GOV/2002": "Region North",
    "XE/GOV/2002/errand-north": "Errand of Region North",
}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def clients() -> frozenset[str]:
    """Who may call the services: ERRAND_XROAD_CLIENTS, comma separated; else Errand of Region South alone."""
    return frozenset((os.environ.get("ERRAND_XROAD_CLIENTS") or "XE/GOV/2001/errand-south").split(","))


def create_app(book: Population | None = None, allowed: frozenset[str] | None = None) -> Flask:
    """The application over this population; without arguments over the usual one."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 128 * 1024
    people = book or build()
    switch = Switch()
    services = [*population.services(people), *resources.services()]
    gateway = Gateway(services, allowed or clients(), MEMBERS, switch)
    app.extensions["switch"] = switch

    @app.route("/r1/<path:rest>", methods=METHODS, provide_automatic_options=False)
    def call(rest: str) -> Response:
        return gateway.handle(request)

    @app.get("/listClients")
    def list_clients() -> Response:
        return gateway.clients_list()

    @app.post("/_control")
    def control() -> AnyResponse:
        body = told(request)
        mode, service = str(body.get("mode", "")), str(body.get("service") or "*")
        if mode not in MODES or service not in ("*", "pop", "res"):
            abort(400)
        switch.turn(mode, number(body.get("seconds") or 5, 0, 600), service)
        return jsonify(switch.report()) if request.is_json else redirect("/", 303)

    @app.get("/_control/seen")
    def seen() -> Response:
        return jsonify(switch.report())

    @app.delete("/_control/seen")
    def forget() -> Response:
        switch.forget()
        return Response(status=204)

    @app.get("/")
    def page() -> str:
        return render_template("switch.html", report=switch.report(), modes=MODES, figures=summary(people))

    return app
