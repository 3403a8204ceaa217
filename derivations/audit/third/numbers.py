"""Numbers of the third evaluator: fractions while they last, then floating point with 300 digits.

What is left of a sum that cancels to 250 digits is zero. Equations of inexact numbers have a tolerance of 30 digits,
inequalities one of 60 relative digits: far above what a difference quotient can do, far below any difference that a
mutation makes at the small values that are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from mpmath import MPContext

DIGITS = 300

context = MPContext()
context.dps = DIGITS
RELATIVE, ABSOLUTE = (context.mpf(10) ** -places for places in (60, 30))
CANCELLED = 830  # bits: 250 digits
SEEN = context.mpf(10) ** -240  # a difference of more than rounding

Number: TypeAlias = "Fraction | Any"  # or a number of `context`, which has no type of its own
ZERO, ONE = Fraction(0), Fraction(1)
MINUS_INFINITY = context.ninf


class NoValueError(ArithmeticError):
    """The expression has no value here."""


def real(number: Number) -> Any:
    """The number in floating point."""
    if type(number) is Fraction:
        return context.mpf(number.numerator) / number.denominator
    return number


def plus(left: Number, right: Number) -> Number:
    if type(left) is Fraction and type(right) is Fraction:
        return left + right
    a, b = real(left), real(right)
    total = a + b
    if total != total:  # not a number
        raise NoValueError("infinity minus infinity")
    if total.bc > 0 and a.bc > 0 and total.exp + total.bc + CANCELLED < a.exp + a.bc:
        return ZERO
    return total


def times(left: Number, right: Number) -> Number:
    if type(left) is Fraction and type(right) is Fraction:
        return left * right
    product = real(left) * real(right)
    if product != product:
        raise NoValueError("zero times infinity")
    return product


def over(left: Number, right: Number) -> Number:
    if right == 0 or is_infinite(right):
        raise NoValueError("division by zero or by infinity")
    if type(left) is Fraction and type(right) is Fraction:
        return left / right
    return real(left) / real(right)


def dot(left: Sequence[Number], right: Sequence[Number]) -> Number:
    """The sum of the products, rounded once; exact while all are fractions."""
    if all(type(number) is Fraction for number in (*left, *right)):
        return sum((a * b for a, b in zip(left, right, strict=True)), ZERO)
    pairs = [(real(a), real(b)) for a, b in zip(left, right, strict=True)]
    found = context.fdot(pairs)
    if found != found:
        raise NoValueError("zero times infinity, or infinity minus infinity")
    largest = max((a.exp + a.bc + b.exp + b.bc for a, b in pairs if a.bc > 0 and b.bc > 0), default=0)
    return ZERO if found.bc > 0 and found.exp + found.bc + CANCELLED < largest else found


def is_infinite(number: Number) -> bool:
    return type(number) is not Fraction and bool(context.isinf(number))


def same(left: Number, right: Number, slack: int = 0) -> bool:
    """Whether two numbers are equal to 30 digits: of themselves, or (slack 1) of themselves and one."""
    if type(left) is Fraction and type(right) is Fraction:
        return left == right
    a, b = real(left), real(right)
    return bool(a == b or abs(a - b) <= ABSOLUTE * (slack + abs(a) + abs(b)))


def is_close_call(left: Number, right: Number) -> bool:
    """Whether two numbers count as equal, though their digits show a difference."""
    if type(left) is Fraction and type(right) is Fraction:
        return False
    gap, size = abs(real(left) - real(right)), abs(real(left)) + abs(real(right))
    return same(left, right) and bool(gap > SEEN * size)


def less(left: Number, right: Number) -> bool:
    """Whether the left number is smaller, by more than the tolerance if one of them is inexact."""
    if type(left) is Fraction and type(right) is Fraction:
        return left < right
    a, b = real(left), real(right)
    return bool(a < b and (is_infinite(a) or is_infinite(b) or b - a > RELATIVE * max(abs(a), abs(b))))


def log(number: Number) -> Number:
    if not less(ZERO, number):
        raise NoValueError("the logarithm of a number that is not positive")
    return ZERO if number == 1 else context.log(real(number))


def exp(number: Number) -> Number:
    return ONE if number == 0 else context.exp(real(number))


def power(base: Number, exponent: Number) -> Number:
    """Whole powers by repeated squaring, 0^0 = 1; others of positive numbers, and of zero for a positive exponent."""
    if type(exponent) is Fraction and exponent.denominator == 1:
        if abs(exponent) > 1000:
            raise NoValueError("a power that is too large to be tried")
        if exponent < 0 and base == 0:
            raise NoValueError("a negative power of zero")
        return base ** int(exponent)
    if base == 0 and less(ZERO, exponent):
        return ZERO
    return exp(times(exponent, log(base)))


def weighted_log(weight: Number, body: Number) -> Number:
    """Zero where the weight is; minus infinity where only the body is."""
    if weight == 0:
        return ZERO
    if body == 0 and less(ZERO, weight):
        return MINUS_INFINITY
    return times(weight, log(body))
