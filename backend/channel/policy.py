"""`@policy("case.read")` on every route: the first gate, before a route's own code runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import yaml
from flask import g

from backend.channel.problem import LoginRequired, NotForYou
from backend.rights import Actor

Route = TypeVar("Route", bound=Callable[..., Any])
ATTRIBUTE = "errand_policy"


@cache
def policies() -> dict[str, frozenset[str]]:
    """policy.yaml: who may call the routes of each name."""
    read = yaml.safe_load(Path(__file__).with_name("policy.yaml").read_text())
    return {name: frozenset(kinds) for name, kinds in read.items()}


def who(actor: Actor | None) -> str:
    """The word of policy.yaml for an actor."""
    if actor is None:
        return "nobody"
    if actor.kind == "anonymous":
        return "moved" if actor.grant else "visitor"
    return actor.kind


def policy(name: str, *, touches: bool = True) -> Callable[[Route], Route]:
    """The gate of a route. `touches=False`: the request is made by a machine (a poll) and is no sign of
    life."""
    allowed = policies()[name]

    def guard(route: Route) -> Route:
        @wraps(route)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            from backend.channel import identity

            kind = who(identity.actor(touch=touches))
            g.who = kind
            identity.choose_language()
            if kind not in allowed:
                raise LoginRequired if kind in {"nobody", "visitor", "moved"} else NotForYou
            return route(*args, **kwargs)

        setattr(guarded, ATTRIBUTE, name)
        return guarded  # type: ignore[return-value]

    return guard


def policy_of(view: Callable[..., Any]) -> str | None:
    """The name that a route's function carries."""
    return getattr(view, ATTRIBUTE, None)
