"""Logarithms and exponentials as generators, in a form that makes equal ones the same.

log(u)   is split over the factors of u that are known to be positive, down to irreducible ones and to primes;
         what is left, and the sign, stay together in one logarithm.
exp(u)   is split over the terms of u's numerator; rational coefficients become powers of one root of a kernel.
log(exp(u)) = u always; exp(log(u)) = u because log(u) was written; b^e = exp(e log b) for positive b.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import Expr
from derivations.calculus.order.signs import Signs
from derivations.calculus.scalars.field import Field, Poly, Ratio, UndecidedError, rational
from derivations.calculus.statements import Statement

LONGEST_FACTORED = 128  # bits


class Kernels:
    """Normal forms under what `signs` knows.

    `roots` says how fine the exponentials are: the kernel for u stands for exp(u / roots[u]). Where that proves too
    coarse it is made finer, and normal forms computed so far are worthless: compute them again with the same dict.
    """

    def __init__(self, signs: Signs, roots: dict[Expr, int]) -> None:
        self.field, self.signs, self.roots = Field(), signs, roots
        self.log_of: dict[int, Ratio] = {}  # for a generator that is an exponential: its logarithm
        self.exp_of: dict[int, Ratio] = {}  # for a generator that is a logarithm: its exponential
        self.powers: dict[
            int, tuple[int, Poly]
        ] = {}  # for a generator that is a root: degree, and root of what
        self.used: dict[Statement, None] = {}

    def sign(self, factor: Ratio) -> int:
        """The sign of a polynomial, as far as it is known; else 0."""
        if factor.generator in self.log_of:
            return 1
        tree = self.field.tree(factor)
        for sign in (1, -1):
            if (used := self.signs.holds(tree, sign, True)) is not None:
                self.used.update(dict.fromkeys(used))
                return sign
        return 0

    def log(self, value: Ratio) -> Ratio:
        if value.top.is_zero():
            raise UndecidedError("the logarithm of zero")
        field = self.field
        result, rest, scale = field.constant(0), field.constant(1), Fraction(1)
        for poly, way in ((value.top, 1), (value.bottom, -1)):
            content, factors = poly.factor()
            scale *= rational(content) ** way
            for factor, n in factors:
                part = field.ratio(factor, field.constant(1).bottom)
                if sign := self.sign(part):
                    scale *= sign**n
                    part = field.mul(field.constant(sign), part)
                    result = field.add(result, field.mul(field.constant(way * n), self.log_kernel(part)))
                else:
                    rest = field.mul(rest, field.power(part, way * n))
        if not rest.is_one:
            signed = field.mul(rest, field.constant(1 if scale > 0 else -1))
            result = field.add(result, self.log_kernel(signed))
        elif scale < 0:
            raise UndecidedError("the logarithm of what is not positive")
        return field.add(result, self.log_number(abs(scale)))

    def log_number(self, number: Fraction) -> Ratio:
        result = self.field.constant(0)
        for prime, n in prime_factors(number).items():
            kernel = self.log_kernel(self.field.constant(prime))
            result = self.field.add(result, self.field.mul(self.field.constant(n), kernel))
        return result

    def log_kernel(self, value: Ratio) -> Ratio:
        if value.generator in self.log_of:
            return self.log_of[value.generator]
        tree = ex.Log(self.field.tree(value))
        self.exp_of[self.field.number_of(tree)] = value
        return self.field.generator(tree)

    def exp(self, value: Ratio) -> Ratio:
        """Split into the terms of the polynomial part, and those of the remainder, each over the denominator."""
        result, field = self.field.constant(1), self.field
        whole, remainder = divmod(field.lift(value.top), field.lift(value.bottom))
        parts = [(whole, field.constant(1).bottom), (remainder, value.bottom)]
        for exponents, coefficient, bottom in [
            (*term, bottom) for top, bottom in parts for term in top.terms()
        ]:
            part = field.ratio(whole.context().from_dict({exponents: 1}), bottom)
            if len(part.bottom) == len(bottom) and part.bottom.total_degree() == bottom.total_degree():
                factor = self.exp_kernel(part, rational(coefficient))
            else:  # in lowest terms it may have a polynomial part again
                factor = self.exp(field.mul(field.constant(rational(coefficient)), part))
            result = field.mul(result, factor)
        return result

    def exp_kernel(self, value: Ratio, coefficient: Fraction) -> Ratio:
        """exp(coefficient * value). Of exp(c log b), the whole part of c is a power of b."""
        result, field = self.field.constant(1), self.field
        base = self.exp_of.get(value.generator) if value.generator is not None else None
        if base is not None:
            result = field.power(base, math.floor(coefficient))
            coefficient -= math.floor(coefficient)
        if coefficient == 0:
            return result
        tree = field.tree(value)
        root = math.lcm(self.roots.get(tree, 1), coefficient.denominator)
        if root > 1:
            self.roots[tree] = root
        kernel = ex.Exp(ex.Div(tree, ex.as_expr(root)))
        number = field.number_of(kernel)
        self.log_of[number] = field.mul(value, field.constant(Fraction(1, root)))
        if base is not None and base.bottom.is_one():
            self.powers[number] = (root, base.top)
        exponent = int(coefficient * root)
        return field.mul(result, field.power(field.generator(kernel), exponent))

    def vanishes(self, value: Ratio) -> bool:
        """Whether the fraction is zero, once every root to its degree is replaced by what it is the root of."""
        poly = self.field.lift(value.top)
        for number, (degree, base) in reversed(self.powers.items()):
            total = self.field.lift(self.field.constant(0).top)
            for exponents, coefficient in poly.terms():
                times, left = divmod(exponents[number], degree)
                kept = poly.context().from_dict(
                    {(*exponents[:number], left, *exponents[number + 1 :]): coefficient}
                )
                factor = self.field.power(self.field.ratio(base, self.field.constant(1).bottom), times)
                total += self.field.times(kept, factor.top)
            poly = total
        return bool(poly.is_zero())

    def normal(self, expr: Expr) -> Ratio:
        """The expression as a fraction; equal to it wherever it is defined."""
        field = self.field
        match expr:
            case ex.Number(value):
                return field.constant(value)
            case ex.Add(terms):
                return reduce(field.add, map(self.normal, terms))
            case ex.Neg(body):
                return field.mul(field.constant(-1), self.normal(body))
            case ex.Mul(factors):
                return reduce(field.mul, map(self.normal, factors))
            case ex.Div(numerator, denominator):
                return field.mul(self.normal(numerator), field.power(self.normal(denominator), -1))
            case ex.Pow(base, ex.Number(n)) if n.denominator == 1:
                return field.power(self.normal(base), int(n))
            case ex.Pow(base, exponent):
                if self.signs.holds(base, 1, True) is None:
                    raise UndecidedError("a power whose base is not known to be positive")
                return self.exp(field.mul(self.normal(exponent), self.log(self.normal(base))))
            case ex.Log(body):
                return self.log(self.normal(body))
            case ex.WeightedLog(weight, body):
                return field.mul(self.normal(weight), self.log(self.normal(body)))
            case ex.Exp(body):
                return self.exp(self.normal(body))
        return field.generator(expr)


def prime_factors(number: Fraction) -> dict[int, int]:
    """The primes of a positive fraction with their powers, negative below the line.

    Raises UndecidedError for a number so long that it might take for ever.
    """
    import flint

    if max(number.numerator, number.denominator).bit_length() > LONGEST_FACTORED:
        raise UndecidedError("a number of many digits under a logarithm")
    above = [(int(p), int(n)) for p, n in flint.fmpz(number.numerator).factor()]
    below = [(int(p), -int(n)) for p, n in flint.fmpz(number.denominator).factor()]
    return dict([*above, *below])
