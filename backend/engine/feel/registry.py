"""The table of built-in functions: signatures, checks of arguments, and each one's own documentation."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import is_
from typing import Any, TypeVar

from .arithmetic import kind_name, midnight
from .run import Run
from .structures import Function, Range
from .temporal import Date, DateTime, DaysDuration, MonthsDuration, TemporalError, Time
from .types import ANY, SIMPLE, Type

_KINDS: dict[str, tuple[type, ...]] = {
    "number": (Decimal,), "string": (str,), "boolean": (bool,), "list": (list,), "context": (dict,),
    "date": (Date,),
    "time": (Time,), "date and time": (DateTime,), "days": (DaysDuration,), "months": (MonthsDuration,),
    "duration": (DaysDuration, MonthsDuration), "range": (Range,), "function": (Function,),
    "null": (type(None),),
    "point": (Decimal, str, Date, Time, DateTime, DaysDuration, MonthsDuration),
}  # fmt: skip
_TYPES = {**SIMPLE, "days": SIMPLE["days and time duration"], "months": SIMPLE["years and months duration"]}
_SIGNATURE = re.compile(r"(?P<name>[a-z0-9 ]+)\((?P<parameters>.*)\) -> (?P<result>[a-z ]+)")

DIRECT = 4  # arguments; calls with more are always looked at
Body = TypeVar("Body", bound=Callable[..., Any])


class Undefined(Exception):
    """Raised by a built-in for an argument outside its domain; becomes null with a diagnostic."""


class Parameter:
    """name, the classes it takes (None: any value), whether it may be left off, whether it collects the
    rest."""

    __slots__ = ("classes", "is_list", "name", "optional", "rest", "text", "type")

    def __init__(self, text: str) -> None:
        name, kinds = text.split(":")
        self.text = text.strip()
        self.optional = name.endswith("?")
        self.rest = name.endswith("...")
        self.name = name.strip(" ?.")
        wanted = [kind.strip() for kind in kinds.split("|")]
        self.classes = None if wanted == ["any"] else tuple(c for kind in wanted for c in _KINDS[kind])
        self.is_list = "list" in wanted
        self.type = (
            Type("list", (ANY,))
            if wanted == ["list"]
            else _TYPES.get(wanted[0], ANY)
            if len(wanted) == 1
            else ANY
        )

    def take(self, value: Any) -> Any:
        """The value after F-CONV-01, 02 and 04; Undefined if it is outside the domain."""
        if self.classes is None or value.__class__ in self.classes:
            return value
        if isinstance(value, Function) and Function in self.classes:
            return value
        if (
            value.__class__ is list
            and len(value) == 1
            and value[0].__class__ in self.classes
            and not self.is_list
        ):
            return value[0]
        if self.is_list and value is not None:
            return [value]
        if value.__class__ is Date and DateTime in self.classes:
            return midnight(value)
        raise Undefined(f"{self.name}: {kind_name(value)}")


class Overload:
    """One signature of a built-in with the Python function behind it."""

    __slots__ = ("body", "parameters", "required", "rest", "result", "signature", "spread", "wants_run")

    def __init__(self, signature: str, body: Callable[..., Any], spread: bool) -> None:
        match = _SIGNATURE.fullmatch(signature)
        assert match is not None, signature
        listed = match["parameters"]
        self.signature = signature
        self.parameters = tuple(Parameter(text) for text in listed.split(",")) if listed else ()
        self.rest = bool(self.parameters) and self.parameters[-1].rest
        fixed = self.parameters[:-1] if self.rest else self.parameters
        self.required = sum(not p.optional for p in fixed) or int(self.rest)
        self.result = _TYPES.get(match["result"], Type("list", (ANY,)) if match["result"] == "list" else ANY)
        self.body = body
        self.wants_run = next(iter(inspect.signature(body).parameters), "") == "run"
        self.spread = spread

    def takes(self, count: int) -> bool:
        """True if so many arguments may be given by position."""
        if self.spread:
            return count > 0
        return self.required <= count and (self.rest or count <= len(self.parameters))

    def bound(self, arguments: tuple[Any, ...]) -> list[Any]:
        """Arguments as the body gets them; Undefined if one is outside its domain."""
        if self.spread and not (len(arguments) == 1 and arguments[0].__class__ is list):
            if len(arguments) == 1 and arguments[0] is None:
                raise Undefined("list: null")
            return [list(arguments)]
        fixed = self.parameters[:-1] if self.rest else self.parameters
        taken = [p.take(value) for p, value in zip(fixed, arguments, strict=False)]
        taken += [self.parameters[-1].take(value) for value in arguments[len(fixed) :]]
        return taken

    def is_written_as(self, given: Mapping[str, Any]) -> bool:
        """True if the names stand in the order of the parameters."""
        return list(given) == [p.name for p in self.parameters][: len(given)]

    def by_name(self, given: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Positional arguments for named ones; None if a name is no parameter here."""
        known = [p.name for p in self.parameters]
        if any(name not in known for name in given):
            return None
        last = max((known.index(name) for name in given), default=-1)
        positions = max(last + 1, self.required)
        return tuple(given.get(name) for name in known[:positions])


class Builtin(Function):
    """A built-in function as a value."""

    __slots__ = ("_direct", "extra", "overloads", "rule")

    def __init__(self, name: str, extra: bool) -> None:
        self.overloads: list[Overload] = []
        # Kinds of arguments for which they are taken as they are, once that was seen: the quick way.
        self._direct: dict[tuple[type, ...], Overload] = {}
        self.rule = "F-BUILTIN-" + name.upper().replace(" ", "-")
        self.extra = extra
        super().__init__((), self._no_body, (), name)

    def _no_body(self, *arguments: Any) -> Any:
        raise AssertionError("built-ins are invoked, not called")

    def add(self, overload: Overload) -> None:
        """Take in a signature; the first one also is the function's type."""
        self.overloads.append(overload)
        if len(self.overloads) == 1:
            self.parameters = tuple(p.name for p in overload.parameters)
            self.types = tuple(p.type for p in overload.parameters)
            self.result = overload.result

    def invoke(self, run: Run, at: int, arguments: tuple[Any, ...]) -> Any:
        """The result for arguments by position, or null with a diagnostic."""
        run.charge(1)
        kinds = tuple([argument.__class__ for argument in arguments])
        direct = self._direct.get(kinds)
        if direct is not None:
            return self._result(run, at, direct, arguments)
        reason = f"{len(arguments)} arguments"
        for overload in self.overloads:
            if overload.takes(len(arguments)):
                try:
                    bound = overload.bound(arguments)
                except Undefined as why:
                    reason = str(why)
                    continue
                if self._is_certain(overload, kinds) and all(map(is_, bound, arguments)):
                    self._direct[kinds] = overload
                return self._result(run, at, overload, bound)
        return run.null(self.rule, f"{self.name}: not defined for {reason}", at)

    def _is_certain(self, overload: Overload, kinds: tuple[type, ...]) -> bool:
        """True if the kinds alone decide for the overload: a list may stand for its one item elsewhere."""
        return len(kinds) <= DIRECT and (list not in kinds or overload is self.overloads[0])

    def invoke_named(self, run: Run, at: int, given: Mapping[str, Any]) -> Any:
        """The result for named arguments (F-FN-03)."""
        run.charge(1)
        reason = "these names"
        # before(point, range) and before(range, point) have the same names: the order written decides.
        for overload in sorted(self.overloads, key=lambda o: not o.is_written_as(given)):
            arguments = overload.by_name(given)
            if arguments is not None:
                try:
                    parameters = zip(overload.parameters, arguments, strict=False)
                    bound = [p.take(value) for p, value in parameters]
                except Undefined as why:
                    reason = str(why)
                    continue
                return self._result(run, at, overload, bound)
        return run.null(self.rule, f"{self.name}: not defined for {reason}", at)

    def _result(self, run: Run, at: int, overload: Overload, bound: Sequence[Any]) -> Any:
        try:
            return overload.body(run, *bound) if overload.wants_run else overload.body(*bound)
        except Undefined as why:
            return run.null(self.rule, f"{self.name}: {why}", at)
        except (ArithmeticError, TemporalError):
            return run.null(self.rule, f"{self.name}: the result is out of range", at)


BUILTINS: dict[str, Builtin] = {}
# Functions of the standard with the further signatures that Camunda gives them.
EXTENDED: dict[str, Builtin] = {}


def builtin(signature: str, spread: bool = False, extra: bool = False) -> Callable[[Body], Body]:
    """Register a function under a signature such as `substring(string: string, length?: number) -> string`.

    spread: one list, or its items as arguments. extra: Camunda's, known only where they are switched on.
    """

    def register(body: Body) -> Body:
        name = signature.split("(")[0]
        table = EXTENDED if extra and name in BUILTINS and not BUILTINS[name].extra else BUILTINS
        if name not in table:
            standard = BUILTINS[name].overloads if table is EXTENDED else []
            table[name] = Builtin(name, extra)
            for overload in standard:
                table[name].add(overload)
        table[name].add(Overload(signature, body, spread))
        return body

    return register
