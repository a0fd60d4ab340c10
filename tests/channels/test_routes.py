"""Every route of every origin names its policy, and holds to it for every kind of caller."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import uuid4

import pytest

from backend.channel.policy import ATTRIBUTE, policies
from mobile_api.call import CALLS
from tests.channels.conftest import Browser, World

CHANNELS = ("web", "kiosk", "desk")
BUILT = {
    "look",
    "look_installable",
}  # files of the build, the language switch, the service worker: nobody's data
STATIC = "static"
VALUES = {
    "UUIDConverter": str(uuid4()),
    "IntegerConverter": "1",
    "UnicodeConverter": "x1",
    "PathConverter": "x1",
}
KINDS = {
    "web": ("nobody", "citizen", "moved"),
    "kiosk": ("nobody", "visitor", "citizen"),
    "desk": ("nobody", "staff"),
}
REFUSED = {401, 403, 303}


def routes(world: World, channel: str) -> list[Any]:
    """The routes of an origin that are not built files."""
    app = world.apps[channel]
    found = []
    for rule in app.url_map.iter_rules():
        blueprint, _, name = rule.endpoint.rpartition(".")
        if blueprint not in BUILT and name != STATIC:
            found.append((rule, app.view_functions[rule.endpoint]))
    return found


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_route_names_a_policy_of_the_table(world: World, channel: str) -> None:
    found = routes(world, channel)
    assert len(found) > 40
    without = [rule.rule for rule, view in found if getattr(view, ATTRIBUTE, None) not in policies()]
    assert without == []


def test_the_api_is_the_same_on_every_origin(world: World) -> None:
    sets = [
        {
            (rule.rule, *sorted(rule.methods))
            for rule, _ in routes(world, channel)
            if rule.rule.startswith("/api/")
        }
        for channel in CHANNELS
    ]
    assert sets[0] == sets[1] == sets[2] and len(sets[0]) == len(CALLS)


def browser_of(world: World, channel: str, kind: str) -> Browser:
    """A browser of this kind of caller."""
    if kind == "nobody":
        return world.browser(channel)
    if kind == "visitor":
        return world.kiosk()
    if kind == "moved":
        return moved(world)
    return world.citizen("xenia" if kind == "staff" else "boris", channel)


def moved(world: World) -> Browser:
    """A phone to which somebody's case was moved, before a login."""
    from backend.people import Opening
    from backend.rights import Grant

    token, _ = world.errand.people.sessions.open(
        Opening(channel="phone", grant=Grant(uuid4(), None, uuid4()))
    )
    found = world.browser("web")
    found.keep(token)
    return found


def address(rule: Any) -> str:
    """The rule's path with a value for each part."""
    path = rule.rule
    for name, converter in rule._converters.items():
        start = path.index("<")
        path = path[:start] + VALUES[type(converter).__name__] + path[path.index(">") + 1 :]
        assert name
    return path


@pytest.mark.parametrize(("channel", "kind"), [(each, kind) for each in CHANNELS for kind in KINDS[each]])
def test_every_route_refuses_whom_the_table_does_not_name_and_never_fails(
    world: World, channel: str, kind: str
) -> None:
    for rule, view in routes(world, channel):
        allowed = kind in policies()[getattr(view, ATTRIBUTE)]
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            browser = (
                browser_of(world, channel, kind)
                if ends_sessions(rule, method)
                else kept(world, channel, kind)
            )
            answer = ask(browser, method, address(rule))
            told = f"{channel} {kind} {method} {rule.rule}: {answer.status_code}"
            assert answer.status_code < 500, told
            if not allowed:
                assert answer.status_code in REFUSED, told
            elif rule.rule.startswith("/api/"):
                assert answer.status_code not in (401,), told


def ends_sessions(rule: Any, method: str) -> bool:
    """Routes after which a browser is nobody."""
    return (
        method == "DELETE"
        or rule.rule in {"/logout", "/end", "/login/callback"}
        or "device-sessions" in rule.rule
    )


_KEPT: dict[tuple[int, str, str], Browser] = {}


def kept(world: World, channel: str, kind: str) -> Browser:
    """One browser a kind; logging in for each route would take minutes."""
    key = (id(world), channel, kind)
    if key not in _KEPT or (kind != "nobody" and _KEPT[key].api("GET", "/sessions/self").status_code != 200):
        _KEPT[key] = browser_of(world, channel, kind)
    return _KEPT[key]


def ask(browser: Browser, method: str, path: str) -> Any:
    """As a page of that origin would."""
    if path.startswith("/api/v1"):
        return browser.api(method, path[7:], {} if method != "GET" else None)
    return browser.get(path) if method == "GET" else browser.post(path, {})


def test_openapi_describes_every_call(world: World) -> None:
    told = world.browser().api("GET", "/openapi.json").get_json()
    assert told["openapi"] == "3.1.0"
    described = {(method.upper(), path) for path, each in told["paths"].items() for method in each}
    assert len(described) == len(CALLS)
    for path, each in told["paths"].items():
        for operation in each.values():
            assert "application/problem+json" in operation["responses"]["422"]["content"], path
            assert operation["summary"].endswith((".", '").')) or operation["summary"], path


def test_policies_name_known_kinds_only() -> None:
    known = {"nobody", "visitor", "moved", "citizen", "staff"}
    assert set(itertools.chain.from_iterable(policies().values())) <= known
