"""All built-in functions of FEEL; importing this package fills the table."""

from backend.engine.feel.registry import BUILTINS, EXTENDED, Builtin

from . import booleans, contexts, conversion, extras, lists, numeric, ranges, strings, temporal  # noqa: F401

__all__ = ["BUILTINS", "EXTENDED", "Builtin"]
