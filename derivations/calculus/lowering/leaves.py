"""Symbols, entries and indicators: the atoms of the kernel."""

from __future__ import annotations

from typing import Any

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import Index, Symbol
from derivations.calculus.indices import operations
from derivations.calculus.indices.terms import ORDERED, SWAP, Head, Poly, delta, number, single, symbol_key
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.lowering.frame import Lowering, place_of, places_of


def member(expr: Any, low: Lowering) -> Poly:
    symbol: Symbol = expr.symbol
    if symbol in low.theory.definitions:
        pattern, body = low.theory.definitions[symbol]
        return low.here(ex.at(body, dict(zip(pattern.indices, expr.indices, strict=True))))
    marks, family = places_of(expr.indices, low.scope)
    entry = tuple(place for place in low.entry if place is not None)
    key = symbol_key(symbol) + (f"[{marks}]" if "[" in marks else "")
    symmetries: tuple[tuple[int, ...], ...] = ()
    if symbol.domain.symmetric and len(entry) == 2:
        fixed = tuple(range(len(family)))
        symmetries = tuple((*fixed, *(len(fixed) + n for n in swap)) for swap in SWAP)
    return single(Head("symbol", key, symmetries, (), symbol), (*family, *entry))


def component(expr: Any, low: Lowering) -> Poly:
    marks, places = places_of(expr.indices, low.scope)
    if "[" in marks:
        raise UndecidedError("an entry of a vector or of a matrix at a label")
    row, *rest = places
    return low.at(expr.base, (row, rest[0] if rest else None))


def kronecker(expr: Any, low: Lowering) -> Poly:
    if not (isinstance(expr.left, Index) and isinstance(expr.right, Index)):
        raise UndecidedError("Kronecker delta of a label")
    return delta(place_of(expr.left, low.scope), place_of(expr.right, low.scope))


def identity(expr: Any, low: Lowering) -> Poly:
    row, column = low.entry
    return number(1) if row is None or column is None else delta(row, column)


def ordered(expr: Any, low: Lowering) -> Poly:
    if not (isinstance(expr.left, Index) and isinstance(expr.right, Index)):
        raise UndecidedError("an order between labels")
    return single(ORDERED, (place_of(expr.left, low.scope), place_of(expr.right, low.scope)))


def bracket(expr: Any, low: Lowering) -> Poly:
    return operations.bracket(low.at(expr.left), expr.relation, low.at(expr.right), low.theory)
