"""What stands in an expression: its nodes, its free indices, its symbols."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.calculus.expressions.binders import AssignmentSum, At, Binder, First, Gradient
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


def own_symbols(node: Expr) -> frozenset[Symbol]:
    """The symbol to which a node gives a meaning of its own in its body: it is varied there, or summed over."""
    match node:
        case AssignmentSum(labels, _):
            return frozenset({labels})
        case Gradient(_, Member(symbol, _)) | At(_, Member(symbol, _), _):
            return frozenset({symbol})
    return frozenset()


def free_indices(expr: Expr) -> frozenset[Index]:
    """The indices that no sum or product in the expression binds."""
    own = {index for item in indices_of(expr) for index in indices_inside(item)}
    below = {index for child in expr.children for index in free_indices(child)}
    bound = {expr.index} if isinstance(expr, Binder) else set()
    return frozenset(own | (below - bound))


def symbols_of(expr: Expr) -> frozenset[Symbol]:
    """Every symbol in the expression, labels that stand as indices, and in the indices of labels, included."""
    found: set[Symbol] = set()
    for node in walk(expr):
        if isinstance(node, Member):
            found.add(node.symbol)
        found.update(label for index in indices_of(node) for label in labels_in(index))
    return frozenset(found)
