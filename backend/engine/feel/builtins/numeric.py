"""Functions of numbers; all results correct to 34 digits (F-NUM-01)."""

from __future__ import annotations

import decimal
from decimal import Decimal

from backend.engine.feel import numbers
from backend.engine.feel.numbers import CONTEXT
from backend.engine.feel.registry import Undefined, builtin
from backend.engine.feel.temporal import DaysDuration, MonthsDuration


def whole(value: Decimal, what: str) -> int:
    """The int of a whole number; Undefined otherwise."""
    number = numbers.as_integer(value)
    if number is None:
        raise Undefined(f"{what} must be a whole number")
    return number


def _rounded(n: Decimal, scale: Decimal, rounding: str) -> Decimal:
    return numbers.round_to(n, whole(scale, "scale"), rounding)


@builtin("decimal(n: number, scale: number) -> number")
def decimal_(n: Decimal, scale: Decimal) -> Decimal:
    """Round to a scale, half to the even neighbour.

    decimal(1/3, 2) = 0.33
    decimal(2.5, 0) = 2
    decimal(1265, -2) = 1300
    """
    return _rounded(n, scale, decimal.ROUND_HALF_EVEN)


@builtin("floor(n: number, scale?: number) -> number")
def floor(n: Decimal, scale: Decimal = numbers.ZERO) -> Decimal:
    """The greatest number of the scale (0 if not given) that is not greater than n.

    floor(1.5) = 1
    floor(-1.56, 1) = -1.6
    """
    return _rounded(n, scale, decimal.ROUND_FLOOR)


@builtin("ceiling(n: number, scale?: number) -> number")
def ceiling(n: Decimal, scale: Decimal = numbers.ZERO) -> Decimal:
    """The least number of the scale (0 if not given) that is not less than n.

    ceiling(1.5) = 2
    ceiling(-1.56, 1) = -1.5
    """
    return _rounded(n, scale, decimal.ROUND_CEILING)


@builtin("round up(n: number, scale: number) -> number")
def round_up(n: Decimal, scale: Decimal) -> Decimal:
    """Round away from zero.

    round up(5.5, 0) = 6
    round up(-5.5, 0) = -6
    """
    return _rounded(n, scale, decimal.ROUND_UP)


@builtin("round down(n: number, scale: number) -> number")
def round_down(n: Decimal, scale: Decimal) -> Decimal:
    """Round toward zero.

    round down(5.5, 0) = 5
    round down(-5.5, 0) = -5
    """
    return _rounded(n, scale, decimal.ROUND_DOWN)


@builtin("round half up(n: number, scale: number) -> number")
def round_half_up(n: Decimal, scale: Decimal) -> Decimal:
    """Round to the nearer neighbour, a half away from zero.

    round half up(5.5, 0) = 6
    round half up(-5.5, 0) = -6
    round half up(1.126, 2) = 1.13
    """
    return _rounded(n, scale, decimal.ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number) -> number")
def round_half_down(n: Decimal, scale: Decimal) -> Decimal:
    """Round to the nearer neighbour, a half toward zero.

    round half down(5.5, 0) = 5
    round half down(-1.126, 2) = -1.13
    """
    return _rounded(n, scale, decimal.ROUND_HALF_DOWN)


@builtin("abs(n: number) -> number")
def absolute(n: Decimal) -> Decimal:
    """The size of a number, without its sign.

    abs(-10) = 10
    """
    return n.copy_abs()


@builtin("abs(n: duration) -> any")
def absolute_duration(n: DaysDuration | MonthsDuration) -> DaysDuration | MonthsDuration:
    """The size of a duration, without its sign.

    abs(@"-PT5H") = @"PT5H"
    abs(@"-P5M") = @"P5M"
    """
    return DaysDuration(abs(n.nanos)) if isinstance(n, DaysDuration) else MonthsDuration(abs(n.months))


@builtin("modulo(dividend: number, divisor: number) -> number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The rest of a division, with the sign of the divisor.

    modulo(12, 5) = 2
    modulo(-12, 5) = 3
    modulo(10.1, -4.5) = -3.4
    modulo(1, 0) = null
    """
    return numbers.floor_modulo(dividend, divisor)


@builtin("sqrt(number: number) -> number")
def square_root(number: Decimal) -> Decimal:
    """The square root; null for a negative number.

    sqrt(16) = 4
    sqrt(-1) = null
    """
    return CONTEXT.sqrt(number)


@builtin("log(number: number) -> number")
def logarithm(number: Decimal) -> Decimal:
    """The natural logarithm; null unless the number is greater than 0.

    log(1) = 0
    log(0) = null
    """
    if number <= 0:
        raise Undefined("a logarithm needs a number greater than 0")
    return CONTEXT.ln(number)


@builtin("exp(number: number) -> number")
def exponential(number: Decimal) -> Decimal:
    """e to the power of a number.

    exp(0) = 1
    """
    return CONTEXT.exp(number)


@builtin("odd(number: number) -> boolean")
def odd(number: Decimal) -> bool:
    """True for an odd whole number; null for a fraction.

    odd(5) = true
    odd(1.5) = null
    """
    return not even(number)


@builtin("even(number: number) -> boolean")
def even(number: Decimal) -> bool:
    """True for an even whole number; null for a fraction.

    even(2) = true
    even(-3) = false
    """
    if not numbers.is_whole(number):
        raise Undefined("the number has a fraction")
    return numbers.SCALING.remainder(number, Decimal(2)) == 0
