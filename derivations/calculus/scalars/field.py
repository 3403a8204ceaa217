"""Rational functions over generators that are made as they are met; each generator stands for a tree.

python-flint carries the polynomials. They belong to a context with a fixed list of generators, so every operation
first lifts its operands to the present one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TypeAlias

import flint

from derivations.calculus.expressions import Add, Div, Expr, Mul, Neg, Number

LARGEST_POWER = 64
LARGEST_PRODUCT = 5_000  # terms
LARGEST_NUMBER = 100_000  # bits

Poly: TypeAlias = flint.fmpq_mpoly


class UndecidedError(ArithmeticError):
    """There is no normal form here; the message says why."""


@dataclass(frozen=True)
class Ratio:
    """A numerator over a denominator, without common factors."""

    top: Poly
    bottom: Poly

    @property
    def is_one(self) -> bool:
        return bool(self.top.is_one() and self.bottom.is_one())

    @property
    def generator(self) -> int | None:
        """The number of the generator that this is; None if it is anything else."""
        found = list(self.top.terms())
        if len(found) != 1 or not self.bottom.is_one():
            return None
        exponents, coefficient = found[0]
        return exponents.index(1) if coefficient == 1 and sum(exponents) == 1 else None


class Field:
    """The generators met so far, and arithmetic over them."""

    def __init__(self) -> None:
        self.numbers: dict[Expr, int] = {}  # of the generators, by the trees they stand for
        self.context = flint.fmpq_mpoly_ctx.get([])

    def number_of(self, tree: Expr) -> int:
        """The number of the generator that stands for the tree."""
        if tree not in self.numbers:
            self.numbers[tree] = len(self.numbers)
            names = [f"g{n}" for n in range(len(self.numbers))]
            self.context = flint.fmpq_mpoly_ctx.get(names, flint.Ordering.degrevlex)
        return self.numbers[tree]

    def generator(self, tree: Expr) -> Ratio:
        number = self.number_of(tree)
        return Ratio(self.context.gens()[number], self.context.constant(1))

    def constant(self, number: Fraction | int) -> Ratio:
        exact = flint.fmpq(number.numerator, number.denominator)
        return Ratio(self.context.constant(exact), self.context.constant(1))

    def lift(self, poly: Poly) -> Poly:
        return poly.project_to_context(self.context)

    def ratio(self, top: Poly, bottom: Poly) -> Ratio:
        """The fraction in lowest terms, with a leading coefficient of 1 below."""
        if bottom.is_zero():
            raise UndecidedError("a denominator is zero")
        top, bottom = self.lift(top), self.lift(bottom)
        common = top.gcd(bottom)
        common *= (bottom / common).leading_coefficient()
        return Ratio(top / common, bottom / common)

    def times(self, left: Poly, right: Poly) -> Poly:
        if len(left) * len(right) > LARGEST_PRODUCT:
            raise UndecidedError("the expression is too large")
        return self.lift(left) * self.lift(right)

    def add(self, left: Ratio, right: Ratio) -> Ratio:
        top = self.times(left.top, right.bottom) + self.times(right.top, left.bottom)
        return self.ratio(top, self.times(left.bottom, right.bottom))

    def mul(self, left: Ratio, right: Ratio) -> Ratio:
        return self.ratio(self.times(left.top, right.top), self.times(left.bottom, right.bottom))

    def power(self, base: Ratio, exponent: int) -> Ratio:
        if abs(exponent) > LARGEST_POWER:
            raise UndecidedError(f"the power {exponent} is too large")
        if any(abs(exponent) * bits(part) > LARGEST_NUMBER for part in (base.top, base.bottom)):
            raise UndecidedError("a number of very many digits")
        base = base if exponent >= 0 else self.ratio(base.bottom, base.top)
        one = self.context.constant(1)  # powers of a fraction in lowest terms are in lowest terms
        return Ratio(*(reduce(self.times, [part] * abs(exponent), one) for part in (base.top, base.bottom)))

    def tree(self, value: Poly | Ratio) -> Expr:
        """A non-zero polynomial or fraction, written out in the trees of its generators."""
        if isinstance(value, Ratio):
            return (
                self.tree(value.top)
                if value.bottom.is_one()
                else Div(*map(self.tree, (value.top, value.bottom)))
            )
        trees, terms = list(self.numbers), list[Expr]()
        for exponents, coefficient in value.terms():
            powers = zip(trees, exponents, strict=False)
            factors = [tree for tree, n in powers for _ in range(n)]
            size = rational(abs(coefficient))
            body = Mul((Number(size), *factors)) if size != 1 or not factors else Mul(tuple(factors))
            terms.append(body if coefficient > 0 else Neg(body))
        return Add(tuple(terms))


def bits(poly: Poly) -> int:
    """The length of the longest coefficient."""
    return max((int(coefficient.height_bits()) for coefficient in poly.coeffs()), default=0)


def rational(number: flint.fmpq) -> Fraction:
    return Fraction(int(number.p), int(number.q))
