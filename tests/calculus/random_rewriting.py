"""Other ways of writing the same: a table of identities, applied at random nodes.

Each row takes a node and gives another tree of the same value, or nothing where it does not apply. The rows are
what a student does without thinking: order, brackets, names of bound indices, transposes, sums taken apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from random_expressions import FREE, SCALARS

from derivations.calculus.expressions import (
    Add,
    At,
    Component,
    Delta,
    Div,
    Expr,
    Gradient,
    Identity,
    Index,
    Inverse,
    Log,
    LogDet,
    MatMul,
    Member,
    Mul,
    Neg,
    Number,
    Pow,
    Product,
    Size,
    Sum,
    Trace,
    Transpose,
    as_expr,
    at,
    free_indices,
    walk,
)

Identities = Callable[[Any, Random], Expr | None]
GAMMA = next(symbol for symbol in SCALARS if symbol.domain.sums_to_one)


def rewritten(expr: Expr, random: Random) -> Expr:
    """The expression with identities applied to about half of its nodes, the innermost first."""
    expr = inside(expr, lambda child: rewritten(child, random))
    if random.random() < 0.5:
        return expr
    changed = random.choice((*IDENTITIES.get(type(expr), ()), *ANYWHERE))(expr, random)
    return expr if changed is None else changed


def inside(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The node with its parts changed; the variable of a derivative, or of a value put in, stays what it is."""
    match expr:
        case Gradient():
            return replace(expr, body=change(expr.body))
        case At():
            return replace(expr, body=change(expr.body), value=change(expr.value))
    return expr.rebuilt(change)


def new_index(like: Index, expr: Expr, random: Random) -> Index:
    """An index of the same range that does not occur in the expression, free or bound."""
    taken = free_indices(expr) | {node.index for node in walk(expr) if isinstance(node, Sum | Product)}
    names = [name for name in ("i", "k", "d", "q", "t'", "t''") if Index(name, like.size) not in taken]
    return Index(random.choice([*names, "another"]), like.size)


# --------------------------------------------------------------------------------- anything


def minus_minus(expr: Expr, random: Random) -> Expr:
    return Neg(Neg(expr))


def times_one(expr: Expr, random: Random) -> Expr:
    """The responsibilities of a point sum to one over the components."""
    (point,) = [index for index in FREE if index.size == GAMMA.family[0]]
    component = new_index(Index("k", GAMMA.family[1]), expr, random)
    return Mul((expr, Sum(component, GAMMA[point, component])))


def through_delta(expr: Expr, random: Random) -> Expr | None:
    """f(i) = sum_q delta_iq f(q)."""
    free = sorted(free_indices(expr), key=lambda index: (index.size.name, index.name))
    if not free or any(isinstance(node, Gradient) for node in walk(expr)):
        return None
    old = random.choice(free)
    new = new_index(old, expr, random)
    return Sum(new, Mul((Delta(old, new), at(expr, {old: new}))))


ANYWHERE: tuple[Identities, ...] = (minus_minus, times_one, through_delta)


# ------------------------------------------------------------------------- sums and products


def shuffled(expr: Add | Mul, random: Random) -> Expr:
    parts = expr.terms if isinstance(expr, Add) else expr.factors
    return type(expr)(tuple(random.sample(parts, len(parts))))


def bracketed(expr: Add | Mul | MatMul, random: Random) -> Expr | None:
    parts = expr.terms if isinstance(expr, Add) else expr.factors
    if len(parts) < 3:
        return None
    cut = random.randint(1, len(parts) - 1)
    return type(expr)((type(expr)(parts[:cut]), type(expr)(parts[cut:])))


def distributed(expr: Mul | MatMul, random: Random) -> Expr | None:
    """A product with a sum for a factor, multiplied out."""
    places = [n for n, factor in enumerate(expr.factors) if isinstance(factor, Add)]
    if not places:
        return None
    n = random.choice(places)
    before, chosen, after = expr.factors[:n], expr.factors[n], expr.factors[n + 1 :]
    assert isinstance(chosen, Add)
    return Add(tuple(type(expr)((*before, term, *after)) for term in chosen.terms))


def minus_one(expr: Neg, random: Random) -> Expr:
    return Mul((as_expr(-1), expr.body))


def reciprocal(expr: Div, random: Random) -> Expr:
    return Mul((Pow(expr.denominator, as_expr(-1)), expr.numerator))


def repeated(expr: Pow, random: Random) -> Expr | None:
    match expr.exponent:
        case Number(value) if value in (2, 3):
            return Mul((expr.base,) * int(value))
        case _:
            return None


def renamed(expr: Sum | Product, random: Random) -> Expr:
    new = new_index(expr.index, expr, random)
    return type(expr)(new, at(expr.body, {expr.index: new}))


def split(expr: Sum, random: Random) -> Expr | None:
    return (
        Add(tuple(Sum(expr.index, term) for term in expr.body.terms)) if isinstance(expr.body, Add) else None
    )


def swapped(expr: Sum, random: Random) -> Expr | None:
    inner = expr.body
    if not isinstance(inner, Sum) or inner.index == expr.index:
        return None
    return Sum(inner.index, Sum(expr.index, inner.body))


def pulled_out(expr: Sum, random: Random) -> Expr | None:
    if not isinstance(expr.body, Mul):
        return None
    outside = tuple(f for f in expr.body.factors if expr.index not in free_indices(f))
    inside = tuple(f for f in expr.body.factors if expr.index in free_indices(f))
    return Mul((*outside, Sum(expr.index, Mul(inside)))) if outside and inside else None


# --------------------------------------------------------------------------------- matrices


def transposed_product(expr: MatMul, random: Random) -> Expr:
    return Transpose(MatMul(tuple(Transpose(factor) for factor in reversed(expr.factors))))


def with_identity(expr: MatMul, random: Random) -> Expr | None:
    rows = expr.shape[0]
    return MatMul((Identity(rows), *expr.factors)) if isinstance(rows, Size) else None


def in_entries(expr: MatMul, random: Random) -> Expr | None:
    """v'w = sum_d v_d w_d."""
    if len(expr.factors) != 2 or not expr.is_scalar:
        return None
    row, column = expr.factors
    size = column.shape[0]
    if not isinstance(size, Size):
        return None
    index = new_index(Index("d", size), expr, random)
    return Sum(index, Mul((Component(column, (index,)), Component(Transpose(row), (index,)))))


def taken_apart(expr: Transpose, random: Random) -> Expr | None:
    match expr.body:
        case Transpose(body):
            return body
        case MatMul(factors):
            return MatMul(tuple(Transpose(factor) for factor in reversed(factors)))
        case Add(terms):
            return Add(tuple(Transpose(term) for term in terms))
        case Sum(index, body):
            return Sum(index, Transpose(body))
        case Inverse(body):
            return Inverse(Transpose(body))
        case body:
            return body if is_symmetric(body) else None


def is_symmetric(expr: Expr) -> bool:
    return isinstance(expr, Identity) or (isinstance(expr, Member) and expr.symbol.domain.symmetric)


def turned_if_symmetric(expr: Member, random: Random) -> Expr | None:
    return Transpose(expr) if is_symmetric(expr) else None


def cycled(expr: Trace, random: Random) -> Expr | None:
    match expr.body:
        case MatMul((first, *others)) if others:
            return Trace(MatMul((*others, first)))
        case _:
            return Trace(Transpose(expr.body))


def diagonal(expr: Trace, random: Random) -> Expr | None:
    size = expr.body.shape[0]
    if not isinstance(size, Size):
        return None
    index = new_index(Index("d", size), expr, random)
    return Sum(index, Component(expr.body, (index, index)))


def inverted(expr: Inverse, random: Random) -> Expr | None:
    match expr.body:
        case Inverse(body):
            return body
        case Transpose(body):
            return Transpose(Inverse(body))
        case MatMul(factors):
            return MatMul(tuple(Inverse(factor) for factor in reversed(factors)))
        case _:
            return None


def log_of_product(expr: Log, random: Random) -> Expr | None:
    """Only positive factors come under a logarithm here."""
    match expr.body:
        case Mul(factors):
            return Add(tuple(Log(factor) for factor in factors))
        case Div(numerator, denominator):
            return Add((Log(numerator), Neg(Log(denominator))))
        case _:
            return None


def log_determinant(expr: LogDet, random: Random) -> Expr:
    match expr.body:
        case Inverse(body):
            return Neg(LogDet(body))
        case MatMul(factors):
            return Add(tuple(LogDet(factor) for factor in factors))
        case _:
            return LogDet(Transpose(expr.body))


IDENTITIES: dict[type[Expr], tuple[Identities, ...]] = {
    Add: (shuffled, bracketed),
    Mul: (shuffled, bracketed, distributed),
    Neg: (minus_one,),
    Div: (reciprocal,),
    Pow: (repeated,),
    Sum: (renamed, split, swapped, pulled_out),
    Product: (renamed,),
    MatMul: (bracketed, distributed, transposed_product, with_identity, in_entries),
    Transpose: (taken_apart,),
    Member: (turned_if_symmetric,),
    Trace: (cycled, diagonal),
    Inverse: (inverted,),
    Log: (log_of_product,),
    LogDet: (log_determinant,),
}
