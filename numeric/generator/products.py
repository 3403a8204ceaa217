"""Sums of products, gathered from the tree before they are multiplied out in the best order.

The value of a product, a quotient, a matrix product, a trace or a sum sign is one Product: factors and
divisors that are arrays, a coefficient, and the labels to be summed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derivations.calculus.expressions import Add, Expr, Index, Mul, Neg, WeightedLog, free_indices
from numeric.generator.arrays import Arrays, Labelled
from numeric.generator.contraction import contract, multiplied
from numeric.generator.sizes import elements, is_long


@dataclass
class Product:
    """coefficient * factors / divisors, to be summed over some labels."""

    coefficient: Fraction = Fraction(1)
    factors: list[Labelled] = field(default_factory=list)
    divisors: list[Labelled] = field(default_factory=list)
    summed: list[Index] = field(default_factory=list)

    def split_sign(self) -> int:
        """Take the sign out of the coefficient and return it."""
        sign = -1 if self.coefficient < 0 else 1
        self.coefficient *= sign
        return sign


def multiplied_out(arrays: Arrays, product: Product) -> Labelled:
    """The array that a product stands for."""
    _divide_inside(arrays, product)
    factors = [*product.factors, *_counts(arrays, product)]
    present = {label for factor in factors for label in factor.labels}
    keep = present - set(product.summed)
    sign = product.split_sign()
    _scale_what_has_no_points(arrays, product, factors)
    result = contract(arrays, factors, keep) if factors else arrays.number(Fraction(product.coefficient))
    if factors:
        result = _scaled(arrays, product.coefficient, result)
    if product.divisors:
        result = arrays.elementwise("divide", result, multiplied(arrays, product.divisors))
    return result if sign > 0 else arrays.elementwise("negative", result)


def _counts(arrays: Arrays, product: Product) -> list[Labelled]:
    """For every sum whose body does not depend on its index, the number of terms."""
    present = {label for factor in product.factors for label in factor.labels}
    return [arrays.leaf("size", (), label.size) for label in product.summed if label not in present]


def _divide_inside(arrays: Arrays, product: Product) -> None:
    """A divisor that depends on an index of summation divides a factor before the sum is taken."""
    for divisor in [d for d in product.divisors if set(d.labels) & set(product.summed)]:
        product.divisors.remove(divisor)
        fitting = [f for f in product.factors if set(f.labels) >= set(divisor.labels)]
        if fitting:
            factor = min(fitting, key=lambda factor: elements(factor.labels))
            product.factors.remove(factor)
        else:
            factor = arrays.number(Fraction(1))
        product.factors.append(arrays.elementwise("divide", factor, divisor))


def _scale_what_has_no_points(arrays: Arrays, product: Product, factors: list[Labelled]) -> None:
    """A power of two rounds nothing, wherever it stands: it goes to a factor without points, so that it is done once."""
    if product.coefficient == 1 or not _is_power_of_two(product.coefficient):
        return
    is_long_there = [any(is_long(label.size) for label in factor.labels) for factor in factors]
    places = [n for n, factor in enumerate(factors) if factor.labels and not is_long_there[n]]
    if places and any(is_long_there):
        smallest = min(places, key=lambda n: elements(factors[n].labels))
        factors[smallest] = _scaled(arrays, product.coefficient, factors[smallest])
        product.coefficient = Fraction(1)


def _is_power_of_two(value: Fraction) -> bool:
    return value.numerator.bit_count() == value.denominator.bit_count() == 1


def _scaled(arrays: Arrays, coefficient: Fraction, operand: Labelled) -> Labelled:
    """The operand times a number: one rounding, or none, where the number is a ratio that floats do not have."""
    if coefficient == 1:
        return operand
    if Fraction(float(coefficient)) == coefficient:
        return arrays.elementwise("multiply", arrays.number(coefficient), operand)
    if coefficient.numerator != 1:
        top = arrays.number(Fraction(coefficient.numerator))
        operand = arrays.elementwise("multiply", top, operand)
    return arrays.elementwise("divide", operand, arrays.number(Fraction(coefficient.denominator)))


def splits(index: Index, body: Expr) -> bool:
    """Whether a sum over `index` of a sum of terms is better taken term by term.

    It is when each term couples arrays that depend on the index in different ways: then each is a matrix
    product. A plain difference such as x_i - mu_k is left whole, so that nothing cancels.
    """
    return isinstance(body, Add) and all(couples(index, term) for term in body.terms)


def couples(index: Index, term: Expr) -> bool:
    """Whether a term multiplies arrays that both depend on the index and each on something else besides."""
    while isinstance(term, Neg):
        term = term.body
    if not isinstance(term, Mul | WeightedLog):
        return False
    involved = [part for part in map(free_indices, term.children) if index in part]
    return any(a - b and b - a for a in involved for b in involved)
