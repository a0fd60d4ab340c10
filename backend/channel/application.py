"""A Flask app for one channel: look, login, API, headers, errors, logs and checks, the same for all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, make_response, render_template, request
from jinja2 import FileSystemLoader
from markupsafe import escape

from backend.channel import csrf, form_text, headers, identity, login, logs, look, page_words, problem
from backend.channel.look.flask_look import language_links
from backend.channel.places import Places

HERE = Path(__file__).parent
KIB = 1024
SCREENS = {"kiosk": "kiosk", "web": "web", "desk": "desk"}
MAX_BODY = 512 * KIB
MAX_FORM = 256 * KIB
MAX_PARTS = 500


def app(
    channel: str, blueprint: Blueprint, errand: Any = None, *more: Blueprint, places: Places | None = None
) -> Flask:
    """The app of a channel ("web", "kiosk", "desk"). `errand` is what wiring built; it may be given later as
    `extensions["errand"]`. `more`: other blueprints of the channel, the API among them."""
    places = places or Places.of(os.environ)
    made = Flask(channel, static_folder=None, template_folder=None)
    made.config.update(
        CHANNEL=channel,
        ORIGIN=places.origin(channel),
        PLACES=places,
        TRUSTED_HOSTS=places.hosts(channel),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        MAX_FORM_PARTS=MAX_PARTS,
    )
    made.extensions["errand"] = errand
    made.jinja_loader = FileSystemLoader([HERE / "templates", HERE / "walk" / "templates"])
    logs.install(made, channel)
    csrf.install(made)
    made.before_request(_clean_request)
    look.install(made, screen=SCREENS[channel], service_worker=channel == "web")
    for each in (login.blueprint, blueprint, *more):
        made.register_blueprint(each)
    problem.install(made, _problem_page)
    made.after_request(identity.keep_language)
    made.context_processor(_of_request)
    headers.install(made, channel, places, os.environ.get("ERRAND_DEMO_PUSH", ""))
    return made


def _clean_request() -> None:
    """No route sees a control character or a direction override, wherever it stood."""
    form_text.check(request.args.values())
    form_text.check([request.path])
    if request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        form_text.check(value for values in request.form.listvalues() for value in values)


def _of_request() -> dict[str, Any]:
    """What every page may show of its reader, and the words of the shared pages."""
    lang = look.chosen_language()
    return {
        "actor": identity.actor(touch=False),
        "channel": identity.channel(),
        "word": lambda key: page_words.word(lang, key),
    }


def _problem_page(status: int, slug: str, title: str) -> Response:
    """The page of an error; plain words when even the look fails."""
    try:
        drawn = render_template(
            "channel/problem.html", status=status, slug=slug, idle=None, rail=("language",),
            languages=language_links(look.chosen_language(), "/"),  # the page repeats nothing of the request
        )  # fmt: skip
    except Exception as error:
        logs.failed(error)
        drawn = f"<!doctype html><title>{status}</title><h1>{escape(title)}</h1><p><a href=/>Errand</a></p>"
    return make_response(drawn, status)
