"""From the rules that hit to the result of a table: eleven ways (D-HIT)."""

from collections.abc import Callable
from typing import Any

from backend.engine.feel import comparison
from backend.engine.feel.builtins import BUILTINS

from .session import Session

# (name in XML, aggregation) → the letter that tables show.
LETTERS = {
    ("UNIQUE", ""): "U", ("ANY", ""): "A", ("FIRST", ""): "F", ("PRIORITY", ""): "P", ("COLLECT", ""): "C",
    ("COLLECT", "SUM"): "C+", ("COLLECT", "MIN"): "C<", ("COLLECT", "MAX"): "C>", ("COLLECT", "COUNT"): "C#",
    ("RULE ORDER", ""): "R", ("OUTPUT ORDER", ""): "O",
}  # fmt: skip


class Hit:
    """A rule that hit: number from 1, its value, and the places of its outputs in the lists of priorities."""

    __slots__ = ("number", "places", "value")

    def __init__(self, number: int, value: Any, places: tuple[int, ...]) -> None:
        self.number = number
        self.value = value
        self.places = places


Chosen = tuple[Any, tuple[int, ...]]


def _unique(session: Session, hits: list[Hit]) -> Chosen:
    if len(hits) > 1:
        numbers = ", ".join(str(hit.number) for hit in hits)
        session.null("D-HIT-UNIQUE", f"rules {numbers} hit, where only one may")
        return None, ()
    return hits[0].value, (hits[0].number,)


def _any(session: Session, hits: list[Hit]) -> Chosen:
    first = hits[0].value
    for hit in hits[1:]:
        if not comparison.equal(session, first, hit.value):
            session.null("D-HIT-ANY", f"rules {hits[0].number} and {hit.number} hit with different outputs")
            return None, ()
    return first, tuple(hit.number for hit in hits)


def _first(session: Session, hits: list[Hit]) -> Chosen:
    return hits[0].value, (hits[0].number,)


def _priority(session: Session, hits: list[Hit]) -> Chosen:
    best = min(hits, key=lambda hit: hit.places)
    return best.value, (best.number,)


def _all(session: Session, hits: list[Hit]) -> Chosen:
    return [hit.value for hit in hits], tuple(hit.number for hit in hits)


def _output_order(session: Session, hits: list[Hit]) -> Chosen:
    return _all(session, sorted(hits, key=lambda hit: hit.places))


def _count(session: Session, hits: list[Hit]) -> Chosen:
    return BUILTINS["count"].invoke(session, 0, ([hit.value for hit in hits],)), tuple(h.number for h in hits)


def _aggregate(name: str) -> Callable[[Session, list[Hit]], Chosen]:
    def policy(session: Session, hits: list[Hit]) -> Chosen:
        values = [hit.value for hit in hits]
        return BUILTINS[name].invoke(session, 0, (values,)), tuple(hit.number for hit in hits)

    return policy


POLICIES: dict[str, Callable[[Session, list[Hit]], Chosen]] = {
    "U": _unique, "A": _any, "F": _first, "P": _priority, "C": _all, "C+": _aggregate("sum"),
    "C<": _aggregate("min"), "C>": _aggregate("max"), "C#": _count, "R": _all, "O": _output_order,
}  # fmt: skip
