"""Powers, logarithms, exponentials, products, inverses and determinants of values in normal form.

Whoever asks has shown that the result is defined: a base to a negative power is not zero, what a logarithm is taken of
is positive, a matrix is invertible. `positive` tells which atoms are positive for themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivations.checker import sums
from derivations.checker.sums import Atom, Place, Value, argument_of, collected, content, number, product_of
from derivations.checker.trees import require

LARGEST_POWER = 12
Positive = Callable[[Atom], bool]


def of(kind: str, *values: Value, power: Fraction | int = 1, mark: str = "") -> Value:
    return product_of([sums.function(kind, *values, mark=mark)._replace(power=Fraction(power))])


def power(base: Value, exponent: Fraction | int) -> Value:
    """A whole power: multiplied out, or as powers of what the base is a product of."""
    exponent = Fraction(exponent)
    require(abs(exponent) <= LARGEST_POWER, "a large power")
    if exponent >= 0:
        return sums.times([base] * int(exponent))
    factor, atoms, rest = content(base)
    powers = product_of(a._replace(power=a.power * exponent) for a in atoms).scaled(factor ** int(exponent))
    return powers if rest.is_one else powers * of("group", rest, power=exponent)


def logarithm(argument: Value, positive: Positive) -> Value:
    """log of a positive value: split where at most one factor is not known to be positive, which then is so, too."""
    factor, atoms, rest = content(argument)
    unknown = [a for a in atoms if not positive(a)]
    sign = 1 if factor > 0 else -1
    known = all(a.power % 2 == 1 and (sign > 0 or a.head.kind == "group") for a in unknown)
    if len(unknown) + (not rest.is_one) > 1 or not known:
        return of("log", collected(argument))
    require(sign > 0 or unknown or not rest.is_one, "the logarithm of what is negative")
    result = Value() if rest.is_one else of("log", collected(rest.scaled(sign)))
    for whole, turn in ((abs(factor).numerator, 1), (abs(factor).denominator, -1)):
        result = result + of("log", number(whole)).scaled(turn) if whole > 1 else result
    for atom in atoms:
        if atom.head.kind == "exp":
            inner = argument_of(atom)
        elif atom.head.kind == "group":
            inner = of("log", collected(argument_of(atom).scaled(sign if atom in unknown else 1)))
        else:
            inner = of("log", product_of([atom._replace(power=Fraction(1))]))
        result = result + inner.scaled(atom.power)
    return result


def exponential(argument: Value, positive: Positive) -> Value:
    """exp of a sum as a product; exp(c log x) = x^c, and exp(sum_i log x_i) = prod_i x_i."""
    result = number(1)
    for term, coefficient in argument.terms:
        atoms, places = sums.opened_term(term)
        require(all(atom.head.kind != "weightedlog" for atom in atoms), "exp of what may be infinite")
        factor = of("exp", Value([(term, Fraction(1))]), power=coefficient)
        if [(a.head.kind, a.power) for a in atoms] == [("log", Fraction(1))] and coefficient.denominator == 1:
            factor = power(argument_of(atoms[0]), coefficient)
            for place in places:
                factor = product(collected(factor), place, positive)
        result = result * factor
    return result


def product(body: Value, place: Place, positive: Positive) -> Value:
    """prod_i f(i) as the product of prod_i of all factors of f; exponentials become exp of a sum."""
    factor, atoms, rest = content(body)
    constant = collected(product_of(a for a in atoms if place not in a.places).scaled(factor))
    result = number(1)
    if not constant.is_one:
        require(factor > 0 and all(map(positive, constant.terms[0][0].atoms)), "a product of one factor")
        result = exponential(collected(sums.size_of(place.range) * logarithm(constant, positive)), positive)
    for atom in (a for a in atoms if place in a.places):
        if atom.head.kind == "exp":
            total = sums.summed_over(argument_of(atom).scaled(atom.power), place)
            result = result * exponential(collected(total), positive)
        elif atom.head.kind == "group":
            inner = collected(product(collected(argument_of(atom)), place, positive))
            result = result * power(inner, atom.power)
        else:
            inner = product_of([atom._replace(power=Fraction(1))])
            factors = sums.function("product", inner, last=(place,))._replace(power=atom.power)
            result = result * product_of([factors])
    require(rest.is_one or place in rest.free, "a product of one factor")
    return result if rest.is_one else result * product_of([sums.function("product", rest, last=(place,))])


def inverse(argument: Value, row: Place, column: Place, wanted: tuple[Place, Place]) -> Value:
    """The wanted entry of the inverse of the matrix whose (row, column) entry is the argument."""
    factor, scale, core = _scale(argument, row, column, lambda atom: True)
    outside = product_of(a._replace(power=-a.power) for a in scale).scaled(1 / factor)
    if core.key == collected(sums.one_atom(sums.DELTA, (row, column))).key:
        return outside * sums.one_atom(sums.DELTA, wanted)
    if (matrix := _inverted(core, row, column)) is not None:
        return outside * matrix.renamed({row: wanted[0], column: wanted[1]})
    return outside * product_of([sums.function("inverse", core, last=(row, column), own=wanted)])


def log_determinant(argument: Value, row: Place, column: Place, positive: Positive) -> Value:
    """log |det| of an invertible matrix; positive scalars are taken out."""
    factor, scale, core = _scale(argument, row, column, positive)
    scalar = collected(product_of(scale).scaled(abs(factor)))
    result = Value() if scalar.is_one else sums.size_of(row.range) * logarithm(scalar, positive)
    if core.key == collected(sums.one_atom(sums.DELTA, (row, column))).key:
        return result
    if (matrix := _inverted(core, row, column)) is not None:
        return result - log_determinant(matrix, row, column, positive)
    return result + product_of([sums.function("logdet", core, last=(row, column))])


def _scale(argument: Value, row: Place, column: Place, taken: Positive) -> tuple[Fraction, list[Atom], Value]:
    """A matrix as a number times atoms times the rest."""
    factor, atoms, rest = content(argument)
    scale = [a for a in atoms if not {row, column} & {*a.places} and taken(a)]
    core = collected(product_of(a for a in atoms if a not in scale) * rest)
    require({row, column} <= {*core.free}, "a matrix whose rows or columns are all alike")
    return factor, scale, core


def _inverted(core: Value, row: Place, column: Place) -> Value | None:
    """The matrix of which this is the inverse, or the transposed one; not if it is another one in every row."""
    ((bound, atoms), coefficient), *others = core.terms
    if others or bound or [(a.head.kind, a.power * coefficient) for a in atoms] != [("inverse", Fraction(1))]:
        return None
    *family, first, second = atoms[0].places
    own = {first, second} == {row, column} and not {row, column} & {*family}
    return collected(argument_of(atoms[0])) if own and coefficient == 1 else None
