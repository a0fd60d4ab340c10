"""Values in a model: a constant, or FEEL when the text begins with `=` (C8-EXPR-01); compiled once at
load."""

from typing import Any, Final

from .feel import FeelFault, compile_expression

__all__ = ["FeelFault", "Mapping", "Value", "constant", "feel", "value", "variable"]

NO_NAMES: Final[frozenset[str]] = frozenset()


class Value:
    """A constant text (`expression` None) or compiled FEEL. `text` is what the model says, without the
    `=`."""

    __slots__ = ("expression", "text")

    def __init__(self, text: str, expression: Any = None) -> None:
        self.text = text
        self.expression = expression

    def __repr__(self) -> str:
        return f"Value({'=' if self.expression else ''}{self.text!r})"


class Mapping:
    """One line of an ioMapping: `source` is evaluated, `path` are the names that the target's dots
    separate."""

    __slots__ = ("path", "source")

    def __init__(self, source: Value, path: tuple[str, ...]) -> None:
        self.source = source
        self.path = path


class Variable:
    """A variable's value by its name, in the shape of compiled FEEL; the name may hold any character."""

    __slots__ = ("free", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.free = frozenset({name})

    def evaluate(self, context: dict[str, Any], **_: Any) -> tuple[Any, tuple[()]]:
        """The value, null when there is none."""
        return context.get(self.name), ()


def variable(name: str) -> Value:
    """What this variable holds."""
    return Value(name, Variable(name))


def constant(text: str) -> Value:
    """A text that is itself."""
    return Value(text)


def feel(text: str, names: frozenset[str] = NO_NAMES) -> Value:
    """FEEL with or without its leading `=`; `names` are variables of more than one word. Raises FeelFault."""
    body = text.strip().removeprefix("=")
    return Value(body, compile_expression(body, names=names))


def value(text: str, names: frozenset[str] = NO_NAMES) -> Value:
    """FEEL when the text begins with `=`, else a constant. Raises FeelFault."""
    return feel(text, names) if text.lstrip().startswith("=") else Value(text)
