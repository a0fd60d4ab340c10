"""How a Flask app of a channel takes the look: templates, built files, the reader's language and display."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, redirect, request, send_from_directory
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from werkzeug.wrappers import Response as BaseResponse

from backend.channel.look.assets import BUILT, PREFIX, asset, icon
from backend.channel.look.forms import date_parts, groupby_rows, unknown_component
from backend.channel.look.words import LANGUAGES, OWN_NAMES, direction, translator

LANGUAGE_COOKIE = "errand_lang"
DISPLAY_COOKIE = "errand_look"
WORDS_OF_TONGUES = {"en": "", "zh-Hans": "tongue", "ar": "tongue"}


@dataclass(frozen=True)
class Display:
    """How large and how low the reader wants the screen: `larger` in per cent, `reach` "" or "low"."""

    larger: str = "100"
    reach: str = ""


def template_loader() -> FileSystemLoader:
    """Finds layout/…, parts/… and pages/…; a channel puts its own templates before it."""
    return FileSystemLoader(Path(__file__).parent / "templates")


def display_of(cookie: str) -> Display:
    """Reads the display cookie ("130.low"); whatever is not one of our values is ignored."""
    larger, _, reach = cookie.partition(".")
    return Display(larger if larger in ("130", "200") else "100", "low" if reach == "low" else "")


def chosen_language() -> str:
    """The language of this request: chosen by hand, else the browser's best match, else English."""
    if "look_lang" not in g:
        by_hand = request.cookies.get(LANGUAGE_COOKIE, "")
        g.look_lang = by_hand if by_hand in LANGUAGES else _accepted()
    return str(g.look_lang)


def _accepted() -> str:
    for tag, _ in request.accept_languages:
        for lang in LANGUAGES:
            if tag.split("-")[0].lower() == lang.split("-")[0]:
                return lang
    return LANGUAGES[0]


def install(app: Flask, *, screen: str, service_worker: bool = False) -> None:
    """Gives every template of `app` `t`, `lang`, `dir`, `screen`, `display`, `languages`, `asset` and `icon`.

    Adds /look/<file> (built files, cached for ever) and /look/language; with `service_worker` also /sw.js and
    /manifest.webmanifest, which must stand at the root of their origin.
    """
    own = app.jinja_loader
    app.jinja_loader = ChoiceLoader([own, template_loader()] if own else [template_loader()])
    prepare(app.jinja_env)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: context(screen))
    app.register_blueprint(_files())
    if service_worker:
        app.register_blueprint(_installable())


def prepare(environment: Environment) -> None:
    """The globals and filters that our templates need; also for an environment without Flask."""
    environment.globals.update(asset=asset, icon=icon, unknown_component=unknown_component)
    environment.filters.update(groupby_rows=groupby_rows, date_parts=date_parts)


def context(screen: str) -> dict[str, object]:
    """What every template may use; a route may give another `screen`."""
    lang = chosen_language()
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return {
        "t": translator(lang),
        "lang": lang,
        "dir": direction(lang),
        "screen": screen,
        "display": display_of(request.cookies.get(DISPLAY_COOKIE, "")),
        "languages": language_links(lang, here),
    }


def language_links(lang: str, here: str) -> list[dict[str, object]]:
    """The language switch: each language in its own name, with the address that chooses it and comes back."""
    return [
        {
            "lang": each,
            "name": OWN_NAMES[each],
            "dir": direction(each),
            "current": each == lang,
            "tongue": WORDS_OF_TONGUES[each] if each != lang else "",
            "href": f"{PREFIX}language?" + urlencode({"lang": each, "next": here}),
        }
        for each in LANGUAGES
    ]


def _files() -> Blueprint:
    files = Blueprint("look", __name__, url_prefix=PREFIX.rstrip("/"))

    @files.get("/<path:name>")
    def built(name: str) -> Response:
        answer = send_from_directory(BUILT, name)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer

    @files.get("/alive")
    def alive() -> Response:
        """Says only that the server answers; a kiosk blanks its glass after 20 seconds without it."""
        return Response(status=204, headers={"Cache-Control": "no-store"})

    @files.get("/language")
    def language() -> BaseResponse:
        """Remembers the language for this browser; the kiosk's wipe forgets it with all other cookies."""
        lang, place = request.args.get("lang", ""), request.args.get("next", "/")
        answer = redirect(place if _local(place) else "/", 303)
        if lang in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, lang, samesite="Strict", secure=True)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return files


def _local(place: str) -> bool:
    """Only a path of this origin: no host, no scheme, no backslash, no control character."""
    return (
        place.startswith("/")
        and not place.startswith(("//", "/\\"))
        and place.isprintable()
        and "\\" not in place
    )


def _installable() -> Blueprint:
    pages = Blueprint("look_installable", __name__)

    @pages.get("/sw.js")
    def worker() -> Response:
        answer = send_from_directory(BUILT, "sw.js", mimetype="text/javascript")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @pages.get("/manifest.webmanifest")
    def manifest() -> Response:
        answer = Response(_manifest(chosen_language()), mimetype="application/manifest+json")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    return pages


def _manifest(lang: str) -> str:
    from flask import json

    t = translator(lang)
    sizes = ("192", "512")
    return json.dumps(
        {
            "name": "Errand",
            "short_name": "Errand",
            "description": str(t("app.description")),
            "lang": lang,
            "dir": direction(lang),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#0A322D",
            "theme_color": "#0A322D",
            "icons": [
                {
                    "src": asset(f"icon-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for size in sizes
            ],
        }
    )
