"""The checks of single fields (FJ-VAL-01 to 05), as closures. Types are exact; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import re2

from backend.procedures.answer_types import is_date
from backend.procedures.clean import clean_text
from backend.procedures.expressions import Feel
from backend.procedures.forms.nodes import Bound, Check, Options, Scope, Wrong

TEXTFIELD_MAX = 1_000
TEXTAREA_MAX = 10_000
CHOICES_MAX = 1_000
FILES_MAX = 10
NUMBER_LIMIT = Decimal(10) ** 18
NUMBER_DIGITS = 34

TYPE = Wrong("type")
REQUIRED = Wrong("required")
UNSAFE = Wrong("unsafe")

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+\Z")
_PHONE = re.compile(r"(\+|00)?[0-9][0-9 ()./-]{4,24}\Z")
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_ZONES = {"no_timezone": "", "utc_normalized": "Z", "utc_offset": r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"}
_HANDLE = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
_LINES = re.compile(r"[\r\n\u2028\u2029]+")

TextRule = Callable[[str], Wrong | None]


def text_check(required: bool, one_line: bool, limit: int, rules: tuple[TextRule, ...]) -> Check:
    """Text: trimmed; empty values skip every rule but required."""
    too_long = Wrong("maxLength", {"max": limit})

    def check(raw: Any, _scope: Scope) -> Any:
        if type(raw) is str and raw.isascii() and raw.isprintable():
            value = raw.strip()
        else:
            value = _any_text(raw)
            if type(value) is Wrong:
                return value
            if one_line and not value.isprintable():
                value = _LINES.sub(" ", value)
        if not value:
            return REQUIRED if required else ""
        if len(value) > limit:
            return too_long
        for rule in rules:
            wrong = rule(value)
            if wrong is not None:
                return wrong
        return value

    return check


def _any_text(raw: Any) -> Any:
    """The text without what may not be kept, trimmed; or what is wrong with it."""
    if raw is None:
        return ""
    if type(raw) is not str:
        return TYPE
    cleaned = clean_text(raw)
    return UNSAFE if cleaned is None else cleaned.strip()


def min_length(least: int) -> TextRule:
    wrong = Wrong("minLength", {"min": least})
    return lambda value: wrong if len(value) < least else None


def pattern(text: str) -> TextRule:
    """A JavaScript regular expression, unanchored, run by RE2. Raises ValueError if RE2 cannot take it."""
    if len(text) > 256:
        raise ValueError("it is longer than 256 characters")
    translated = re.sub(r"\\u\{?([0-9A-Fa-f]{4,6})\}?", r"\\x{\1}", text)
    options = re2.Options()
    options.log_errors = False
    try:
        search = re2.compile(translated, options).search
    except re2.error as error:
        raise ValueError(
            f"it is no regular expression without look-around or back-references ({error})"
        ) from None
    return lambda value: None if search(value) else Wrong("pattern")


def email(value: str) -> Wrong | None:
    return None if _EMAIL.match(value) and len(value) <= 254 else Wrong("email")


def phone(value: str) -> Wrong | None:
    return None if _PHONE.match(value) else Wrong("phone")


class NumberRules:
    """Bounds of a number field; compared as decimals, 0 included."""

    __slots__ = ("digits", "increment", "maximum", "minimum", "required", "text")

    def __init__(
        self,
        required: bool,
        minimum: Decimal | None,
        maximum: Decimal | None,
        digits: int | None,
        increment: Decimal | None,
        text: bool,
    ) -> None:
        self.required = required
        self.minimum = minimum
        self.maximum = maximum
        self.digits = digits
        self.increment = increment
        self.text = text

    def check(self, raw: Any, _scope: Scope) -> Any:
        if raw is None:
            return REQUIRED if self.required else None
        value = self.exact(raw)
        if isinstance(value, Wrong):
            return value
        if not self.text and value == value.to_integral_value() and value.as_tuple().exponent != 0:
            value = value.quantize(Decimal(1))
        if self.minimum is not None and value < self.minimum:
            return Wrong("min", {"min": self.minimum})
        if self.maximum is not None and value > self.maximum:
            return Wrong("max", {"max": self.maximum})
        if self.digits is not None and _decimals(value) > self.digits:
            return Wrong("decimalDigits", {"digits": self.digits})
        if self.increment is not None and value % self.increment != 0:
            return Wrong("increment", {"increment": self.increment})
        return format(value, "f") if self.text else value

    def exact(self, raw: Any) -> Decimal | Wrong:
        """The decimal that was sent: a JSON number, or a string of digits where serializeToString is set."""
        kind = type(raw)
        if kind is int and not self.text:
            value = Decimal(raw) if abs(raw) < 10**19 else NUMBER_LIMIT
        elif kind is float and not self.text:
            value = Decimal(repr(raw))
        elif kind is Decimal and not self.text:
            value = raw
        elif kind is str and self.text and re.fullmatch(r"-?[0-9]{1,19}(\.[0-9]{1,18})?", raw, re.ASCII):
            value = Decimal(raw)
        else:
            return TYPE
        if (
            not value.is_finite()
            or abs(value) >= NUMBER_LIMIT
            or len(value.as_tuple().digits) > NUMBER_DIGITS
        ):
            return Wrong("number")
        return value if _decimals(value) <= 18 else Wrong("number")


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def checkbox_check(required: bool) -> Check:
    def check(raw: Any, _scope: Scope) -> Any:
        if raw is None or raw is False:
            return REQUIRED if required else False
        return True if raw is True else TYPE

    return check


def choice_check(required: bool, options: Options) -> Check:
    """One of the values, of the same type."""

    def check(raw: Any, scope: Scope) -> Any:
        if raw is None or raw == "":
            return REQUIRED if required else None
        if isinstance(raw, (list, dict)):
            return TYPE
        for option in options(scope, ""):
            if type(option.value) is type(raw) and option.value == raw:
                return raw
        return Wrong("choice")

    return check


def choices_check(required: bool, options: Options) -> Check:
    """A list of different values, kept in the order of the choices."""

    def check(raw: Any, scope: Scope) -> Any:
        if raw is None or raw == []:
            return REQUIRED if required else []
        if type(raw) is not list or len(raw) > CHOICES_MAX:
            return TYPE
        allowed = [option.value for option in options(scope, "")]
        if any(not _among(item, allowed) for item in raw):
            return Wrong("choice")
        return [value for value in allowed if _among(value, raw)]

    return check


def _among(item: Any, values: list[Any]) -> bool:
    return any(type(item) is type(value) and item == value for value in values)


def datetime_check(required: bool, subtype: str, zone_format: str, future_only: bool) -> Check:
    """YYYY-MM-DD, HH:mm with the zone form, or both joined by T; days that exist."""
    time_form = re.compile(_TIME + _ZONES.get(zone_format, "") + r"\Z", re.ASCII)

    def check(raw: Any, scope: Scope) -> Any:
        if raw is None or raw == "":
            return REQUIRED if required else None
        if type(raw) is not str:
            return TYPE
        day, joined, clock = raw.partition("T") if subtype == "datetime" else (raw, "", raw)
        if subtype != "time" and not is_date(day):
            return Wrong("date")
        if subtype != "date" and not time_form.match(clock):
            return Wrong("time")
        if subtype == "datetime" and not joined:
            return Wrong("date")
        if future_only and subtype != "time" and date.fromisoformat(day) < scope.now.date():
            return Wrong("pastDate")
        return raw

    return check


def files_check(required: bool, multiple: bool) -> Check:
    """Handles of stored files."""

    def check(raw: Any, _scope: Scope) -> Any:
        if raw is None or raw == []:
            return REQUIRED if required else ([] if multiple else None)
        handles = raw if multiple else [raw]
        if type(handles) is not list or len(handles) > FILES_MAX:
            return TYPE
        if any(type(handle) is not str or not _HANDLE.match(handle) for handle in handles):
            return Wrong("file")
        return raw

    return check


def search_check(required: bool, rule: str) -> Check:
    """A value of a register. Without a register at hand, any short text: the caller looks it up."""
    shape = text_check(required, True, 200, ())

    def check(raw: Any, scope: Scope) -> Any:
        value = shape(raw, scope)
        if isinstance(value, Wrong) or not value or scope.source is None:
            return value
        return value if scope.source.exact(rule, value) is not None else Wrong("search")

    return check


def feel_bound(code: str, name: str, expression: Feel) -> Bound:
    """min, max, minLength, maxLength given as FEEL; null or another type means no check (FJ-VAL-02)."""
    below = code in ("min", "minLength", "minDate")

    def check(value: Any, scope: Scope) -> Wrong | None:
        if value is None or value == "":
            return None
        limit = expression.value(scope.names, scope.now)
        measured: Any = value
        if code in ("minLength", "maxLength"):
            measured = Decimal(len(value))
        if code in ("minDate", "maxDate"):
            limit = None if limit is None else str(limit)
            measured = str(value)[:10]
        else:
            limit = (
                Decimal(limit) if isinstance(limit, (int, Decimal)) and not isinstance(limit, bool) else None
            )
            measured = Decimal(measured) if isinstance(measured, str) else measured
        if limit is None:
            return None
        broken = measured < limit if below else measured > limit
        return Wrong(code, {name: limit}) if broken else None

    return check


def as_instant(now: datetime | None) -> datetime:
    """The instant that was given, or the clock's."""
    return now or datetime.now(UTC)


def decimal_or_none(raw: Any) -> Decimal | None:
    """A constant bound as written in the form file."""
    if raw is None or raw == "" or isinstance(raw, bool):
        return None
    return Decimal(str(raw))


def static_params(validate: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in validate.items()
        if not (isinstance(value, str) and value.startswith("="))
    }
