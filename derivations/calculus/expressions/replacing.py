"""Putting something in the place of an index or a symbol, without capture."""

from __future__ import annotations

from dataclasses import replace

from derivations.calculus.expressions.binders import AssignmentSum, At, Binder, First, Gradient
from derivations.calculus.expressions.functions import Delta, Ordered
from derivations.calculus.expressions.nodes import (
    Component,
    Expr,
    Index,
    IndexLike,
    Member,
    ShapeError,
    Symbol,
    names,
)
from derivations.calculus.expressions.walking import (
    free_indices,
    indices_inside,
    indices_of,
    labels_in,
    symbols_of,
)


def fresh_index(index: Index, taken: frozenset[Index]) -> Index:
    """The index, primed until it differs from every one in `taken`."""
    while index in taken:
        index = Index(index.name + "'", index.size)
    return index


def _rename(index: IndexLike, mapping: dict[IndexLike, IndexLike]) -> IndexLike:
    if index in mapping:
        return mapping[index]
    if isinstance(index, Member):
        return Member(index.symbol, tuple(_rename(inner, mapping) for inner in index.indices))
    return index


def at(expr: Expr, mapping: dict[IndexLike, IndexLike]) -> Expr:
    """The expression with free indices renamed; bound ones step aside, so nothing is captured.

    Raises ShapeError if a label would come under a sum over that label: a label has no other name to take.
    """
    match expr:
        case Member(symbol, indices):
            return Member(symbol, tuple(_rename(index, mapping) for index in indices))
        case Delta(left, right) | Ordered(left, right):
            return replace(expr, left=_rename(left, mapping), right=_rename(right, mapping))
        case Component(base, indices):
            return Component(at(base, mapping), tuple(_rename(index, mapping) for index in indices))
        case Binder(index, _):
            kept = {old: new for old, new in mapping.items() if index not in indices_inside(old)}
            taken = frozenset(inner for new in kept.values() for inner in indices_inside(new))
            parts = {name: getattr(expr, name) for name in expr.scoped}
            if index in taken:
                renamed = frozenset(inner for old in kept for inner in indices_inside(old))
                inside = frozenset(inner for part in parts.values() for inner in free_indices(part))
                fresh = fresh_index(index, taken | renamed | inside)
                parts, index = {name: at(part, {index: fresh}) for name, part in parts.items()}, fresh
            if isinstance(expr, First):
                expr = replace(expr, chosen=_rename(expr.chosen, mapping))
            return replace(expr, index=index, **{name: at(part, kept) for name, part in parts.items()})
        case AssignmentSum(labels, body):
            kept = {old: new for old, new in mapping.items() if labels not in labels_in(old)}
            if any(labels in labels_in(new) for new in kept.values()):
                raise ShapeError(f"{labels.name} is summed over and cannot be put in an index's place there")
            return AssignmentSum(labels, at(body, kept))
        case _:
            return expr.rebuilt(lambda child: at(child, mapping))


def substitute(expr: Expr, pattern: Member, replacement: Expr) -> Expr:
    """Every member of the pattern's family replaced: `pattern` is mu[k], `replacement` an expression in k.

    Raises ShapeError when the shapes differ. Indices bound in `expr` step aside from the free ones of the
    replacement, so nothing is captured; where a symbol would be, by a derivative or by a sum over labels,
    ShapeError too.
    """
    if len({i for i in pattern.indices if isinstance(i, Index)}) < len(pattern.indices):
        raise ShapeError(
            f"the indices of {pattern.symbol.name} must be different and no labels to stand for all"
        )
    if pattern.shape != replacement.shape:
        raise ShapeError(f"cannot put {names(replacement.shape)} in the place of {names(pattern.shape)}")
    taken = free_indices(replacement) - {i for i in pattern.indices if isinstance(i, Index)}
    return _substitute(expr, pattern, replacement, taken)


def _substitute(expr: Expr, pattern: Member, replacement: Expr, taken: frozenset[Index]) -> Expr:
    if isinstance(expr, Member) and expr.symbol == pattern.symbol:
        return at(replacement, dict(zip(pattern.indices, expr.indices, strict=True)))
    _refuse_capture(expr, pattern.symbol, replacement)
    if isinstance(expr, Binder) and expr.index in taken:
        fresh = fresh_index(expr.index, taken.union(*(free_indices(child) for child in expr.children)))
        parts = {name: at(getattr(expr, name), {expr.index: fresh}) for name in expr.scoped}
        expr = replace(expr, index=fresh, **parts)
    return expr.rebuilt(lambda child: _substitute(child, pattern, replacement, taken))


def _refuse_capture(expr: Expr, symbol: Symbol, replacement: Expr) -> None:
    """ShapeError if the node gives `symbol`, or a symbol of the replacement, a meaning of its own."""
    if any(symbol in labels_in(index) for index in indices_of(expr)):
        raise ShapeError(f"{symbol.name} stands in an index's place, where no expression can be put")
    match expr:
        case Gradient(_, Member(by, _)) if symbol == by:
            raise ShapeError(f"cannot substitute for {by.name}, by which is differentiated")
        case At(_, Member(by, _)) if symbol == by or by in symbols_of(replacement):
            raise ShapeError(f"{by.name} is given a value there and cannot be put in or substituted for")
        case Gradient(body, Member(by, _)) if by in symbols_of(replacement) and symbol in symbols_of(body):
            raise ShapeError(f"cannot put {by.name} for {symbol.name} where {by.name} is differentiated by")
        case AssignmentSum(labels, body) if labels in symbols_of(replacement) and symbol in symbols_of(body):
            raise ShapeError(f"cannot put {labels.name} for {symbol.name} where {labels.name} is summed over")
        case _:
            pass
