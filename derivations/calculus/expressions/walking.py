"""What stands in an expression: its nodes, its free indices, its symbols."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.calculus.expressions.binders import Binder, First, Gradient
from derivations.calculus.expressions.functions import Delta, Ordered
from derivations.calculus.expressions.nodes import Component, Expr, Index, IndexLike, Member, Symbol


def walk(expr: Expr) -> Iterator[Expr]:
    """The node and everything below it, top down."""
    yield expr
    for child in expr.children:
        yield from walk(child)


def indices_of(expr: Expr) -> tuple[IndexLike, ...]:
    match expr:
        case Member(_, indices) | Component(_, indices):
            return indices
        case Delta(left, right) | Ordered(left, right):
            return (left, right)
        case First(_, _, chosen):
            return (chosen,)
        case Gradient(_, Member(_, indices)):
            return indices
        case _:
            return ()


def indices_inside(index: IndexLike) -> Iterator[Index]:
    if isinstance(index, Index):
        yield index
    else:
        for inner in index.indices:
            yield from indices_inside(inner)


def labels_in(index: IndexLike) -> frozenset[Symbol]:
    """The labels that stand in an index's place, the ones inside others included."""
    if isinstance(index, Index):
        return frozenset()
    return frozenset({index.symbol}.union(*(labels_in(inner) for inner in index.indices)))


def free_indices(expr: Expr) -> frozenset[Index]:
    """The indices that no sum or product in the expression binds."""
    own = {index for item in indices_of(expr) for index in indices_inside(item)}
    below = {index for child in expr.children for index in free_indices(child)}
    bound = {expr.index} if isinstance(expr, Binder) else set()
    return frozenset(own | (below - bound))


def symbols_of(expr: Expr) -> frozenset[Symbol]:
    """Every symbol in the expression, labels that stand as indices included."""
    found: set[Symbol] = set()
    for node in walk(expr):
        if isinstance(node, Member):
            found.add(node.symbol)
        found.update(item.symbol for item in indices_of(node) if isinstance(item, Member))
    return frozenset(found)
