"""Numbers that are not rational, known by how they came about: fractions of polynomials in logarithms and exponentials.

A ball around zero does not tell whether a number is zero, however narrow it is. A fraction whose numerator is the
polynomial 0 does: so a quotient of two equal numbers is 1, and two distances that were computed alike are tied. Only
that is decided here; which of two numbers is larger is left to the ball that each of them carries. What grows too long
keeps nothing but its ball.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeAlias

from flint import Ordering, arb, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

GENERATORS = 24  # kernels that are told apart at one instance
LONGEST = 60  # terms of a polynomial
LARGEST_POWER = 32
LARGEST_PRIME = 10**6  # numbers that may have larger factors are not taken apart

RING = fmpq_mpoly_ctx.get([f"g{number}" for number in range(GENERATORS)], Ordering.lex)
GENERATOR, UNIT = RING.gens(), RING.constant(1)

Exact: TypeAlias = "fmpq | Formal"
Real: TypeAlias = "fmpq | arb | Formal"
Key: TypeAlias = tuple[object, ...]


@dataclass
class Kernels:
    """The logarithms and exponentials met so far, a generator each; of a logarithm, what it is the logarithm of."""

    places: dict[Key, int] = field(default_factory=dict)
    balls: list[arb] = field(default_factory=list)
    inside: dict[int, Exact] = field(default_factory=dict)

    def kernel(self, key: Key, ball: Callable[[], arb], inside: Exact | None = None) -> Real:
        """The generator for a kernel, or its ball alone once there is none left."""
        if key not in self.places:
            if len(self.places) == GENERATORS:
                return ball()
            self.places[key] = place = len(self.places)
            self.balls.append(ball())
            if inside is not None:
                self.inside[place] = inside
        place = self.places[key]
        return Formal(self.balls[place], GENERATOR[place], UNIT)


_kernels: ContextVar[Kernels | None] = ContextVar("kernels of the numbers at hand", default=None)


@contextmanager
def formally(wanted: bool) -> Iterator[None]:
    """Inside, if wanted, what is not rational is known as a fraction too. Such numbers mean nothing elsewhere."""
    token = _kernels.set(Kernels() if wanted else None)
    try:
        yield
    finally:
        _kernels.reset(token)


@dataclass(slots=True, eq=False)
class Formal:
    """A ball, and the fraction in lowest terms whose value it encloses; never a rational number."""

    ball: arb
    top: fmpq_mpoly
    bottom: fmpq_mpoly

    def __add__(self, other: object) -> Real:
        match other:
            case arb():
                return self.ball + other
            case Formal(ball, top, bottom):
                if self.bottom == bottom:
                    return fraction(self.ball + ball, self.top + top, bottom)
                return fraction(self.ball + ball, self.top * bottom + top * self.bottom, self.bottom * bottom)
            case fmpq():
                return fraction(self.ball + other, self.top + self.bottom * other, self.bottom)
        return NotImplemented

    def __mul__(self, other: object) -> Real:
        match other:
            case arb():
                return self.ball * other
            case Formal(ball, top, bottom):
                return fraction(self.ball * ball, self.top * top, self.bottom * bottom)
            case fmpq():
                return fraction(self.ball * other, self.top * other, self.bottom)
        return NotImplemented

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Formal:
        return Formal(-self.ball, -self.top, self.bottom)

    def __sub__(self, other: Real) -> Real:
        return self + -other

    def __rsub__(self, other: Real) -> Real:
        return -self + other

    def inverse(self) -> Real:
        """1 over the number, which is not zero."""
        return fraction(1 / self.ball, self.bottom, self.top)

    @property
    def key(self) -> Key:
        return str(self.top), str(self.bottom)


def fraction(ball: arb, top: fmpq_mpoly, bottom: fmpq_mpoly) -> Real:
    """A fraction in lowest terms, with a leading coefficient of 1 below; a rational number where it is one."""
    if top.is_zero():
        return fmpq(0)
    if max(len(top), len(bottom)) > LONGEST:
        return ball
    if not bottom.is_one():
        common = top.gcd(bottom)
        common *= (bottom / common).leading_coefficient()
        top, bottom = top / common, bottom / common
    if top.is_constant() and bottom.is_one():
        return fmpq(top.leading_coefficient())
    return Formal(ball, top, bottom)


def ball(number: Real) -> arb:
    """The ball of a number, a point for a rational."""
    return number.ball if isinstance(number, Formal) else arb(number)


# ------------------------------------------------------------------------ what makes such numbers


def circle_pi() -> Real:
    kernels = _kernels.get()
    return arb.pi() if kernels is None else kernels.kernel(("pi",), arb.pi)


def log(number: Real) -> Real:
    """The logarithm of a positive number; of a rational one by its prime factors."""
    kernels = _kernels.get()
    if kernels is None or isinstance(number, arb):
        return ball(number).log()
    if isinstance(number, Formal):
        return kernels.kernel(("log", *number.key), number.ball.log, number)
    if max(int(number.p), int(number.q)) > LARGEST_PRIME**2:
        return arb(number).log()
    result: Real = fmpq(0)
    for whole, way in ((number.p, 1), (number.q, -1)):
        for prime, power in whole.factor():
            one = fmpq(prime)
            result = (
                fmpq(way * int(power)) * kernels.kernel(("log", str(prime), "1"), arb(one).log, one) + result
            )
    return result


def exp(number: Real) -> Real:
    """The exponential: of a sum, the product of those of its terms; of a multiple of a logarithm, a power."""
    kernels = _kernels.get()
    if kernels is None or isinstance(number, arb):
        return ball(number).exp()
    if isinstance(number, Formal) and not number.bottom.is_one():
        return kernels.kernel(("exp", *number.key), number.ball.exp)
    terms = number.top.terms() if isinstance(number, Formal) else [((0,) * GENERATORS, number)]
    result: Real = fmpq(1)
    for exponents, coefficient in terms:
        result = result * _exp_of_a_term(kernels, exponents, fmpq(coefficient))
    return result


def _exp_of_a_term(kernels: Kernels, exponents: tuple[int, ...], coefficient: fmpq) -> Real:
    place = exponents.index(1) if sum(exponents) == 1 else None
    whole, root = int(coefficient.p), int(coefficient.q)
    if root == 1 and place in kernels.inside and abs(whole) <= LARGEST_POWER:
        return power(kernels.inside[place], whole)
    if abs(whole) > LARGEST_POWER:
        whole, part = 1, coefficient
    else:
        part = fmpq(1, root)
    key = ("exp", tuple(map(int, exponents)), str(part))
    return power(kernels.kernel(key, lambda: (_value(kernels, exponents) * part).exp()), whole)


def _value(kernels: Kernels, exponents: tuple[int, ...]) -> arb:
    value = arb(1)
    for kernel, exponent in zip(kernels.balls, exponents, strict=False):
        for _ in range(int(exponent)):  # a ball around zero has no power in flint, not even the first
            value *= kernel
    return value


def power(base: Real, exponent: int) -> Real:
    """The base, which is not zero, to a small whole power."""
    result: Real = fmpq(1)
    for _ in range(abs(exponent)):
        result = result * base
    if exponent >= 0:
        return result
    return result.inverse() if isinstance(result, Formal) else 1 / result
