"""The derivative of a value by one entry of a symbol: the product rule, and one rule for each kind of atom.

By a symmetric symbol the derivative is the symmetric one: dS_ab / dS_cd = (d_ac d_bd + d_ad d_bc) / 2.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivations.calculus.expressions import Symbol
from derivations.calculus.indices.operations import bracket, inverse, power
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import (
    Atom,
    Place,
    Poly,
    Term,
    bind,
    delta,
    number,
    open_like,
    single,
    some,
    symbol_key,
)
from derivations.calculus.indices.theory import Theory, UndecidedError, argument_at

HALF = Fraction(1, 2)


def derivative(poly: Poly, symbol: Symbol, places: tuple[Place, ...], theory: Theory) -> Poly:
    """The derivative by the entry of `symbol` at `places` (family indices, then entry)."""
    result = Poly()
    for term, coefficient in normal_form(poly, theory).terms:
        opened = {place: open_like(place) for place in term.bound}
        slope = _product_rule(term.renamed(opened).atoms, symbol, places, theory).scaled(coefficient)
        for place in opened.values():
            slope = bind(slope, place)
        result = result + slope
    return normal_form(result, theory)


def _product_rule(atoms: tuple[Atom, ...], symbol: Symbol, places: tuple[Place, ...], theory: Theory) -> Poly:
    result = Poly()
    for n, atom in enumerate(atoms):
        slope = _atom(atom, symbol, places, theory)
        if slope.is_zero:
            continue
        lowered = (atom._replace(power=atom.power - 1),) if atom.power != 1 else ()
        rest = Term((), (*atoms[:n], *lowered, *atoms[n + 1 :]))
        result = result + Poly(((rest, atom.power),)) * slope
    return result


def _atom(atom: Atom, symbol: Symbol, places: tuple[Place, ...], theory: Theory) -> Poly:
    """The derivative of an atom to the first power."""
    if atom.head.kind == "symbol":
        if atom.head.symbol != symbol:
            return Poly()
        if atom.head.key != symbol_key(symbol):
            raise UndecidedError(f"derivative by {symbol.name} with a label as index")
        return _unit(atom.places, places, symbol)
    if not some(single(atom.head, atom.places), lambda head: head.symbol == symbol):
        return Poly()
    rule = SLOPES.get(atom.head.kind)
    if rule is None:
        raise UndecidedError(f"no derivative of {atom.head.kind}")
    return rule(atom, lambda value: derivative(value, symbol, places, theory), theory)


def _unit(at: tuple[Place, ...], by: tuple[Place, ...], symbol: Symbol) -> Poly:
    direct = _deltas(at, by)
    if not symbol.domain.symmetric or len(by) < len(symbol.family) + 2:
        return direct
    turned = (*by[:-2], by[-1], by[-2])
    return (direct + _deltas(at, turned)).scaled(HALF)


def _deltas(at: tuple[Place, ...], by: tuple[Place, ...]) -> Poly:
    result = number(1)
    for left, right in zip(at, by, strict=True):
        result = result * delta(left, right)
    return result


Slope = Callable[[Poly], Poly]


def _log(atom: Atom, slope: Slope, theory: Theory) -> Poly:
    """d log p = dp / p."""
    argument = argument_at(atom)
    return power(argument, Fraction(-1), theory) * slope(argument)


def _exp(atom: Atom, slope: Slope, theory: Theory) -> Poly:
    """d exp(t) = exp(t) dt."""
    return single(atom.head, atom.places) * slope(argument_at(atom))


def _group(atom: Atom, slope: Slope, theory: Theory) -> Poly:
    return slope(argument_at(atom))


def _inverse(atom: Atom, slope: Slope, theory: Theory) -> Poly:
    """dP = -P dM P for the inverse P of M."""
    row, column = atom.places[-2:]
    family = atom.places[:-2]
    left, right = (open_like(row) for _ in "ab")
    inner = slope(argument_at(Atom(atom.head, (*family, left, right))))
    before = single(atom.head, (*family, row, left))
    after = single(atom.head, (*family, right, column))
    return bind(bind(-(before * inner * after), left), right)


def _logdet(atom: Atom, slope: Slope, theory: Theory) -> Poly:
    """d log|det M| = tr(M^-1 dM)."""
    theory.rely_on("Jacobi's formula")
    (argument,) = atom.head.arguments
    slot = next(place for place in argument.free_places() if place.name == f"@{len(atom.places)}")
    row, column = open_like(slot), open_like(slot)
    entry = argument_at(Atom(atom.head, (*atom.places, row, column)))
    turned = inverse(entry, row, column, theory).renamed({row: column, column: row})
    return bind(bind(turned * slope(entry), row), column)


def _abs(atom: Atom, slope: Slope, theory: Theory) -> Poly:
    """d|t| = ([t > 0] - [t < 0]) dt where |t| is known to be positive; where t is zero there is no derivative."""
    if not theory.positive(single(atom.head, atom.places)):
        raise UndecidedError("derivative of an absolute value that may be zero")
    argument, nothing = argument_at(atom), number(0)
    rising = bracket(nothing, "<", argument, theory) - bracket(argument, "<", nothing, theory)
    return rising * slope(argument)


SLOPES: dict[str, Callable[[Atom, Slope, Theory], Poly]] = {
    "log": _log,
    "exp": _exp,
    "group": _group,
    "inverse": _inverse,
    "logdet": _logdet,
    "abs": _abs,
}
