"""Putting values in for the entries of a symbol, inside the arguments of functions too."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivations.calculus.expressions import Symbol
from derivations.calculus.indices import operations
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import (
    ONE,
    Atom,
    Place,
    Poly,
    Term,
    bind,
    number,
    open_like,
    single,
    some,
)
from derivations.calculus.indices.theory import Theory, UndecidedError, argument_at

Value = Callable[[tuple[Place, ...]], Poly]


def put_in(poly: Poly, symbol: Symbol, value: Value, theory: Theory) -> Poly:
    """The polynomial with `value(places)` in the place of every entry of a symbol.

    Raises UndecidedError where the symbol stands inside a function that is not rebuilt here.
    """
    result = Poly()
    for term, coefficient in normal_form(poly, theory).terms:
        opened = {place: open_like(place) for place in term.bound}
        changed = number(coefficient)
        for atom in term.renamed(opened).atoms:
            changed = changed * _atom(atom, symbol, value, theory)
        for place in opened.values():
            changed = bind(changed, place)
        result = result + changed
    return normal_form(result, theory)


def _atom(atom: Atom, symbol: Symbol, value: Value, theory: Theory) -> Poly:
    if atom.head.kind == "symbol" and atom.head.symbol == symbol:
        return operations.power(value(atom.places), atom.power, theory)
    if not some(single(atom.head, atom.places), lambda head: head.symbol == symbol):
        return Poly(((Term((), (atom,)), ONE),))
    rebuild = REBUILD.get(atom.head.kind)
    if rebuild is None:
        raise UndecidedError(f"cannot put a value into {atom.head.kind}")
    return rebuild(put_in(argument_at(atom), symbol, value, theory), atom.power, theory)


REBUILD: dict[str, Callable[[Poly, Fraction, Theory], Poly]] = {
    "exp": lambda argument, power, theory: operations.exponential(argument.scaled(power), theory),
    "log": lambda argument, power, theory: operations.power(
        operations.logarithm(argument, theory), power, theory
    ),
    "group": operations.power,
}
