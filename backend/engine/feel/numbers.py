"""Decimal arithmetic of FEEL: IEEE 754 decimal128, 34 digits, half even (F-NUM).

Every operation goes through an explicit context, since a thread's own one has 28 digits. An ArithmeticError
means "no such number"; callers turn it into null.
"""

from __future__ import annotations

import decimal
from decimal import Decimal

DIGITS = 34
MIN_SCALE, MAX_SCALE = -6111, 6176
CONTEXT = decimal.Context(
    prec=DIGITS,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
WIDE = decimal.Context(
    prec=DIGITS + 30,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-999_999,
    Emax=999_999,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
# Wide enough to round a number of any scale to any other scale without loss.
SCALING = decimal.Context(
    prec=13_000,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-20_000,
    Emax=20_000,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
ZERO = Decimal(0)
ONE = Decimal(1)
MAX_EXPONENT = 999_999_999


def unsigned_zero(number: Decimal) -> Decimal:
    """FEEL has no -0."""
    return number if number else number.copy_abs()


def fit(number: Decimal) -> Decimal:
    """Round to 34 digits; ArithmeticError if out of range, NaN or infinite."""
    if not number.is_finite():
        raise decimal.InvalidOperation("not a number")
    return unsigned_zero(CONTEXT.plus(number))


def parse_number(text: str) -> Decimal:
    """A numeric literal, sign allowed, to its value; ArithmeticError if out of range."""
    return fit(SCALING.create_decimal(text) if len(text) > 40 else Decimal(text))


def divide(a: Decimal, b: Decimal) -> Decimal:
    """Quotient to 34 digits; by zero: ArithmeticError."""
    return unsigned_zero(CONTEXT.divide(a, b))


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """base ** exponent (F-NUM-03): 0**0 = 1; a negative base needs a whole exponent, 0 no negative one."""
    if abs(exponent) > MAX_EXPONENT:
        raise decimal.Overflow("exponent out of range")
    if not exponent:
        return ONE
    found = fit(WIDE.power(base, exponent))
    return found if is_whole(exponent) else found.normalize(CONTEXT)


def floor_modulo(a: Decimal, b: Decimal) -> Decimal:
    """a - b * floor(a / b): the sign of the divisor (F-BUILTIN-MODULO); exact before the last rounding."""
    if not b:
        raise decimal.DivisionByZero("modulo by zero")
    rest = SCALING.remainder(a, b)
    if rest and (rest < 0) != (b < 0):
        rest = SCALING.add(rest, b)
    return fit(rest)


def round_to(number: Decimal, scale: int, rounding: str) -> Decimal:
    """Round at `scale` digits behind the point (negative: before it)."""
    if not MIN_SCALE <= scale <= MAX_SCALE:
        raise decimal.InvalidOperation("scale out of range")
    return fit(number.quantize(Decimal((0, (1,), -scale)), rounding=rounding, context=SCALING))


def as_integer(number: Decimal) -> int | None:
    """The int of a whole number, None if it has a fraction or is so large that no list or date could use
    it."""
    if number.__class__ is not Decimal or number.adjusted() > 20:
        return None
    whole = int(number)
    return whole if whole == number else None


def is_whole(number: Decimal) -> bool:
    """True for a number without a fraction."""
    return number == number.to_integral_value()


def number_text(number: Decimal) -> str:
    """Plain decimal notation, digits of the scale kept (F-NUM-04)."""
    return format(number, "f")
