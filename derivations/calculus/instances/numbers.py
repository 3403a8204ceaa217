"""Numbers of the judge: exact rationals, balls that enclose a real number, and duals over either.

Nothing is rounded: what is not rational is a ball, and a ball too wide to decide a question raises
`Undecided`. Where balls do not tell whether two numbers are equal, the numbers are known formally, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from flint import arb, fmpq

from derivations.calculus.instances import formal
from derivations.calculus.instances.formal import Formal, Real, ball


class Undefined(ArithmeticError):  # noqa: N818 (a finding, not an error)
    """The expression has no value here: a division by zero, the logarithm of zero, a singular inverse."""


class Undecided(ArithmeticError):  # noqa: N818
    """The balls are too wide to tell; more precision may help."""


class TooMuch(ArithmeticError):  # noqa: N818
    """More work than the judge allows itself."""


class TooLong(TooMuch):
    """The sums are too long at these sizes, whatever the values."""


ZERO, ONE, HALF = fmpq(0), fmpq(1), fmpq(1, 2)
INFINITY = arb("inf")
LARGEST_POWER = 100_000  # bits

Number: TypeAlias = "fmpq | arb | Formal | Dual"


@dataclass(slots=True, eq=False)
class Dual:
    """A value and its derivatives in several directions; the level tells nested derivatives apart."""

    value: Number
    slopes: tuple[Number, ...]
    level: int

    def __add__(self, other: Number) -> Number:
        if not isinstance(other, Dual) or other.level < self.level:
            return Dual(self.value + other, self.slopes, self.level)
        if other.level > self.level:
            return other + self
        summed = [a + b for a, b in zip(self.slopes, other.slopes, strict=True)]
        return Dual(self.value + other.value, tuple(summed), self.level)

    def __mul__(self, other: Number) -> Number:
        if not isinstance(other, Dual) or other.level < self.level:
            return self.chained(self.value * other, other)
        if other.level > self.level:
            return other * self
        a, b = self.value, other.value
        slopes = [a * db + da * b for da, db in zip(self.slopes, other.slopes, strict=True)]
        return Dual(a * b, tuple(slopes), self.level)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Dual:
        return Dual(-self.value, tuple([-slope for slope in self.slopes]), self.level)

    def __sub__(self, other: Number) -> Number:
        return self + -other

    def __rsub__(self, other: Number) -> Number:
        return -self + other

    def chained(self, value: Number, factor: Number) -> Dual:
        """The chain rule: that value, with all slopes times a factor."""
        return Dual(value, tuple([factor * slope for slope in self.slopes]), self.level)


def slopes(number: Number, level: int, count: int) -> tuple[Number, ...]:
    """The derivatives that the number carries for that level."""
    return number.slopes if isinstance(number, Dual) and number.level == level else (ZERO,) * count


def real(number: Number) -> Real:
    """The number without its derivatives."""
    while isinstance(number, Dual):
        number = number.value
    return number


def sign(number: Number) -> int:
    """-1, 0 or 1, certified; raises Undecided for a ball around zero."""
    value = real(number)
    if isinstance(value, fmpq):
        return (value > 0) - (value < 0)
    near = ball(value)
    if near.is_zero():
        return 0
    if near > 0 or near < 0:
        return 1 if near > 0 else -1
    raise Undefined("infinity minus infinity") if near.is_nan() else Undecided("a sign")


def divide(left: Number, right: Number) -> Number:
    if sign(right) == 0 or not is_finite(right):
        raise Undefined(f"division by {'infinity' if sign(right) else 'zero'}")
    if isinstance(right, Dual):
        inverse = divide(ONE, right.value)
        return left * right.chained(inverse, -inverse * inverse)
    if isinstance(left, Dual):
        return left.chained(divide(left.value, right), divide(ONE, right))
    if isinstance(right, Formal):
        return left * right.inverse()
    return left * (1 / right) if isinstance(left, Formal) else left / right


def log(number: Number) -> Number:
    if sign(number) <= 0:
        raise Undefined(f"log of {text(real(number))}")
    if isinstance(number, Dual):
        return number.chained(log(number.value), divide(ONE, number.value))
    return ZERO if number == 1 else formal.log(number)


def exp(number: Number) -> Number:
    if isinstance(number, Dual):
        value = exp(number.value)
        return number.chained(value, value)
    return ONE if number == 0 else formal.exp(number)


def power(base: Number, exponent: Number) -> Number:
    """The power; 0 to the 0 is 1, and a power that is no integer needs a base that is not negative."""
    if isinstance(exponent, fmpq) and exponent.q == 1:
        return _integer_power(base, int(exponent.p))
    if (
        not isinstance(base, Dual)
        and ball(base).is_zero()
        and not isinstance(exponent, Dual)
        and sign(exponent) > 0
    ):
        return ZERO
    if not isinstance(real(exponent), fmpq) and sign(base) <= 0 and ball(real(exponent)).contains_integer():
        raise Undecided("whether a power is a whole one")
    return exp(exponent * log(base))


def _integer_power(base: Number, exponent: int) -> Number:
    value = real(base)
    if abs(exponent) * (value.height_bits() if isinstance(value, fmpq) else 1) > LARGEST_POWER:
        raise TooMuch(f"a power of {exponent}")
    if exponent < 0:
        return divide(ONE, _integer_power(base, -exponent))
    half = _integer_power(base, exponent // 2) if exponent else ONE
    return half * half * (base if exponent % 2 else ONE)


def weighted_log(weight: Number, body: Number) -> Number:
    """weight * log(body); 0 where the weight is 0, minus infinity where only the body is 0."""
    if _is_zero(weight):
        return ZERO
    if _is_zero(body) and not isinstance(weight, Dual) and sign(weight) > 0:
        return -INFINITY
    return weight * log(body)


def absolute(number: Number) -> Number:
    """The absolute value; it has no derivative at zero."""
    if isinstance(number, arb | Formal) and ball(number).contains(0):
        return abs(ball(number))
    if isinstance(number, Dual) and sign(number) == 0:
        raise Undefined("derivative of an absolute value at zero")
    return number if sign(number) > 0 else -number


def total(numbers: Iterable[Number]) -> Number:
    return sum(numbers, ZERO)


def _is_zero(number: Number) -> bool:
    return not isinstance(number, Dual) and bool(number == 0)


# ------------------------------------------------------------------------------ comparing


class Order(Enum):
    LESS = "less"
    EQUAL = "equal"
    TOUCHING = "balls that overlap, narrower than the tolerance"
    GREATER = "greater"


# Bits: narrower balls that overlap are consistent with equality, as far as anyone looks.
USUAL_TOLERANCE, CLOSE_TOLERANCE = 100, 1_500
_tolerance: ContextVar[int] = ContextVar("bits of balls that may be equal", default=USUAL_TOLERANCE)
LARGE = 2**50  # up to that size the tolerance grows with the numbers: beside a huge one, 1 must not vanish


@contextmanager
def looking_closely(wanted: bool) -> Iterator[None]:
    """Inside, if wanted, balls that overlap count as equal only if they are very narrow."""
    token = _tolerance.set(CLOSE_TOLERANCE if wanted else USUAL_TOLERANCE)
    try:
        yield
    finally:
        _tolerance.reset(token)


def compare(left: Number, right: Number) -> Order:
    """How two numbers compare; certified unless TOUCHING. Raises Undecided, or Undefined for a nan."""
    a, b = real(left), real(right)
    if isinstance(a, Formal) or isinstance(b, Formal):
        if _is_zero(a - b):
            return Order.EQUAL
        a, b = ball(a), ball(b)
    if a == b:
        return Order.EQUAL
    if a < b or a > b:
        return Order.LESS if a < b else Order.GREATER
    gap = arb(a) - arb(b)
    if gap.is_nan():
        raise Undefined("infinity minus infinity")
    if gap.rad() < arb(2) ** -_tolerance.get() * min(1 + abs(arb(a).mid()), arb(LARGE)):
        return Order.TOUCHING
    raise Undecided("two sides")


def _told_apart(left: Number, right: Number) -> Order:
    """How two numbers compare, for a function with a jump or a corner where they are equal."""
    order = compare(left, right)
    if order is Order.TOUCHING:
        raise Undecided("whether two values are equal")
    if order is Order.EQUAL and (isinstance(left, Dual) or isinstance(right, Dual)):
        raise Undefined("derivative where two compared values are equal")
    return order


RELATIONS = {"<": (Order.LESS,), "<=": (Order.LESS, Order.EQUAL), "=": (Order.EQUAL,)}


def bracket(left: Number, relation: str, right: Number) -> Number:
    """1 where the relation holds, else 0; constant, with no derivative where the sides are equal."""
    return ONE if _told_apart(left, right) in RELATIONS[relation] else ZERO


def first_smallest(numbers: list[Number]) -> int:
    """The first place of the smallest number, counted from 0."""
    best = 0
    for place in range(1, len(numbers)):
        if _told_apart(numbers[place], numbers[best]) is Order.LESS:
            best = place
    return best


def smallest(numbers: list[Number]) -> Number:
    """The smallest number; an enclosure where balls touch."""
    best = numbers[0]
    for number in numbers[1:]:
        plain = not isinstance(best, Dual) and not isinstance(number, Dual)
        order = compare(number, best) if plain else _told_apart(number, best)
        if order is Order.TOUCHING:
            best = ball(real(best)).min(ball(real(number)))
        elif order is Order.LESS:
            best = number
    return best


def is_finite(number: Number) -> bool:
    """False for an infinity; raises for a nan and for a ball that encloses everything."""
    value = ball(real(number))
    if value.is_finite():
        return True
    if value.is_nan():
        raise Undefined("infinity minus infinity")
    if value in (INFINITY, -INFINITY):
        return False
    raise Undecided("whether a value is finite")


def text(number: Number) -> str:
    """A rational exactly, a ball to twenty digits."""
    value = real(number)
    if isinstance(value, fmpq):
        return str(value)
    near = ball(value)
    return str(near.str(20, radius=False)) if near.is_finite() else "-inf" if near < 0 else "inf"
