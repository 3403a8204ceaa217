"""Powers, logarithms, exponentials, inverses and determinants of values in normal form, and derivatives.

Whoever asks has shown that the result is defined: a base to a negative power is not zero, what a logarithm is taken of
is positive, a matrix is invertible. `positive` tells which atoms are positive for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derivations.checker import sums
from derivations.checker.rewriting import Rule, normal_form
from derivations.checker.sums import Atom, Place, Value, argument_of, content, number, product_of
from derivations.checker.trees import Tree, require

LARGEST_POWER = 12
Positive = Callable[[Atom], bool]


def of(kind: str, *values: Value, power: Fraction | int = 1, mark: str = "") -> Value:
    return product_of([sums.function(kind, *values, mark=mark)._replace(power=Fraction(power))])


def power(base: Value, exponent: Fraction | int) -> Value:
    """A whole power: multiplied out, or as powers of what the base is a product of."""
    require(-LARGEST_POWER <= exponent <= LARGEST_POWER, "a large power")
    if exponent >= 0:
        return sums.times([base] * int(exponent))
    factor, atoms, rest = content(base)
    powers = product_of(a._replace(power=a.power * exponent) for a in atoms).scaled(factor ** int(exponent))
    return powers if rest.is_one else powers * of("group", rest, power=exponent)


def logarithm(argument: Value, positive: Positive) -> Value:
    """log of a positive value: split where factors are positive; what remains then is so, too."""
    factor, atoms, rest = content(argument)
    sign = 1 if factor > 0 else -1
    sure = [atom for atom in atoms if positive(atom)]
    others = sums.collected(product_of(atom for atom in atoms if atom not in sure).scaled(sign) * rest)
    result = Value() if others.is_one else of("log", others)
    for whole, turn in ((abs(factor).numerator, 1), (abs(factor).denominator, -1)):
        result = result + of("log", number(whole)).scaled(turn) if whole > 1 else result
    for atom in sure:
        known = atom.head.kind in ("exp", "group")
        inner = argument_of(atom) if known else product_of([atom._replace(power=Fraction(1))])
        result = result + (inner if atom.head.kind == "exp" else of("log", inner)).scaled(atom.power)
    return result


def exponential(argument: Value) -> Value:
    """exp of a sum as a product; exp(c log x) = x^c."""
    result = number(1)
    for term, coefficient in argument.terms:
        atoms, places = sums.opened_term(term)
        require(all(atom.head.kind != "weightedlog" for atom in atoms), "exp of what may be infinite")
        logarithmic = [(a.head.kind, a.power) for a in atoms] == [("log", Fraction(1))] and not places
        if logarithmic and coefficient.denominator == 1:
            result = result * power(argument_of(atoms[0]), coefficient)
        else:
            result = result * of("exp", Value([(term, Fraction(1))]), power=coefficient)
    return result


def of_matrix(kind: str, matrix: Value, row: Place, column: Place, *own: Place) -> Value:
    """A function of the invertible matrix with this entry in (row, column): a number, or its entry in the places given."""
    require({row, column} <= {*matrix.free}, "a matrix whose rows or columns are all alike")
    return product_of([sums.function(kind, sums.collected(matrix), last=(row, column), own=own)])


# ---------------------------------------------------------------------------- derivatives


def derivative(whole: Value, symbol: Tree, places: tuple[Place, ...], rules: Sequence[Rule]) -> Value:
    """The derivative by the entry of a symbol at these places: the product rule under each sum.

    By a symmetric symbol the derivative is the symmetric one: dS_ab / dS_cd = (d_ac d_bd + d_ad d_bc) / 2.
    """
    result = Value()
    for term, coefficient in normal_form(whole, rules).terms:
        atoms, bound = sums.opened_term(term)
        for n, atom in enumerate(atoms):
            lower = (atom._replace(power=atom.power - 1),) if atom.power != 1 else ()
            rest = product_of((*atoms[:n], *lower, *atoms[n + 1 :])).scaled(atom.power * coefficient)
            result = result + sums.summed_over(rest * _slope(atom, symbol, places, rules), *bound)
    return normal_form(result, rules)


def _slope(atom: Atom, symbol: Tree, places: tuple[Place, ...], rules: Sequence[Rule]) -> Value:
    """The derivative of an atom to the first power."""
    head = atom.head
    if head.symbol == symbol:
        require(head.kind == "symbol", "a derivative by a labelled member")
        orders = [*Atom(head, places).orders()] if head.symmetries else [places]
        pairs = (zip(atom.places, by, strict=True) for by in orders)
        deltas = (sums.times(sums.one_atom(sums.DELTA, pair) for pair in each) for each in pairs)
        return sum(deltas, Value()).scaled(Fraction(1, len(orders)))
    beneath = (found for part in head.arguments for found in sums.heads(part))
    if all(found.symbol != symbol for found in beneath):
        return Value()

    def slope(value: Value) -> Value:
        return derivative(value, symbol, places, rules)

    if head.kind == "log":
        return power(argument_of(atom), -1) * slope(argument_of(atom))
    if head.kind == "exp":
        return sums.one_atom(head, atom.places) * slope(argument_of(atom))
    if head.kind == "group":
        return slope(argument_of(atom))
    require(head.kind in ("inverse", "logdet"), f"no derivative of {head.kind}")
    *family, row, column = sorted(head.arguments[0].free, key=lambda place: int(place.name[1:]))
    left, right = sums.open_like(row), sums.open_like(column)
    if head.kind == "inverse":  # dP = -P dM P for the inverse P of M
        *family, row, column = atom.places
        inner = slope(argument_of(atom._replace(places=(*family, left, right))))
        around = (
            sums.one_atom(head, (*family, row, left)) * inner * sums.one_atom(head, (*family, right, column))
        )
        return sums.summed_over(around, left, right).scaled(-1)
    matrix = argument_of(atom, left, right)  # d log|det M| = tr(M^-1 dM), Jacobi's formula
    turned = of_matrix("inverse", matrix, left, right, right, left)
    return sums.summed_over(turned * slope(matrix), left, right)
