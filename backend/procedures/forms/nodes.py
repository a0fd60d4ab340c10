"""The compiled components of a form, and what their checks give and take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, TypedDict

from msgspec import Struct

from backend.procedures.dates import date_in_words
from backend.procedures.expressions import Feel
from backend.procedures.rules import AccessRule
from backend.procedures.texts import Words

Path = tuple[str, ...]

ALL = "all"
"""The id of a page that shows the whole form."""


class Option(Struct, frozen=True):
    """One choice: `value` is what is submitted, `label` what is read."""

    value: Any
    label: str
    description: str = ""


class Source(Protocol):
    """A register that a field searches, named by the id of an access rule marked `lookup`."""

    def find(self, rule: str, text: str, limit: int = 8) -> list[Option]:
        """Entries that fit the typed text, best first."""

    def exact(self, rule: str, value: str) -> Option | None:
        """The entry with this value, or None."""


class Wrong(Struct, frozen=True):
    """What a check found: a code (`problem.<code>` is its text) and values for the text."""

    code: str
    params: Mapping[str, Any] = {}


class Scope(Struct):
    """What a check may look at: `names` as FEEL sees them, the instant, the register search."""

    names: dict[str, Any]
    now: datetime
    source: Source | None = None


class Setting(TypedDict, total=False):
    """What surrounds the answers.

    `variables` of the process (FEEL sees them below the answers), `now` (aware; its own date is FEEL's
    today()), `source` (the register search).
    """

    variables: Mapping[str, Any] | None
    now: datetime | None
    source: Source | None


Check = Callable[[Any, Scope], Any]
"""Gives the value to keep, or a Wrong."""
Bound = Callable[[Any, Scope], Wrong | None]
"""A second look, when all other fields are known (FEEL in min, max, lengths)."""
Options = Callable[[Scope, str], list[Option]]
"""The choices of a field, labels in one language."""


class Node(Struct, kw_only=True):
    """One component. Inputs have `check`; groups and lists have `children`; a fact group has `fact`."""

    id: str
    type: str
    path: Path = ()
    raw: Mapping[str, Any]
    label: Words | None = None
    description: Words | None = None
    words: Mapping[str, Words] = {}
    properties: Mapping[str, str] = {}
    hide: Feel | bool = False
    disabled: Feel | bool = False
    readonly: Feel | bool = False
    check: Check | None = None
    bounds: tuple[Bound, ...] = ()
    options: Options | None = None
    computed: Feel | None = None
    fact: AccessRule | None = None
    fact_lines: Words | None = None
    search: AccessRule | None = None
    exact: AccessRule | None = None
    children: tuple[Node, ...] = ()
    rows: Level | None = None
    empty: Any = None
    required: bool = False
    needs: frozenset[str] = frozenset()
    problems: Mapping[str, Words] = {}

    @property
    def name(self) -> str:
        """The full path as it is posted: home.street."""
        return ".".join(self.path)

    @property
    def concept(self) -> str | None:
        return self.properties.get("concept")


class Step(Struct, frozen=True):
    """One node with those around it; steps stand in an order in which each knows what it depends on."""

    node: Node
    parents: tuple[Node, ...]
    index: int


class Level(Struct):
    """A form, or the rows of a dynamic list: its components in the order of reading and of evaluation."""

    components: tuple[Node, ...] = ()
    steps: tuple[Step, ...] = ()
    keys: Mapping[str, Any] = {}
    nested: bool = False
    plain: tuple[tuple[str, Node], ...] | None = None
    """Key and node of every field, if the level has no condition, nesting, fact or late bound."""


class Problem(Struct, frozen=True):
    """An answer that is refused: where (JSON pointer, path, component) and why, in every language."""

    pointer: str
    key: str
    component: str
    code: str
    words: Words
    params: Mapping[str, Any] = {}
    label: Words | None = None

    @property
    def text_key(self) -> str:
        return self.words.key

    def text(self, lang: str) -> str:
        """The sentence that stands beside the field."""
        label = self.label.render(lang) if self.label else self.key
        params = {name: _in_words(value, lang) for name, value in self.params.items()}
        return self.words.render(lang, {**params, "label": label})


def _in_words(value: Any, lang: str) -> Any:
    if isinstance(value, str):
        return date_in_words(value, lang)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Lookup(Struct, frozen=True):
    """A value that must exist in a register, where the check had no register at hand."""

    pointer: str
    rule: str
    value: str


class Checked(Struct, frozen=True):
    """The values for the process, or the problems; `choices` is what was said about each fact."""

    values: dict[str, Any]
    problems: tuple[Problem, ...]
    lookups: tuple[Lookup, ...] = ()
    choices: Mapping[str, str] = {}

    @property
    def ok(self) -> bool:
        return not self.problems


class Fact(Struct, frozen=True, kw_only=True):
    """What a registry said, for drawing: values as the rule keeps them (None: not to be shown, or not known).

    `state`: known, asking, silent (the registry does not answer), nothing (it knows of nothing).
    """

    values: Mapping[str, Any] | None = None
    read_at: datetime | None = None
    source: str = ""
    state: str = "known"
    until: str | None = None
