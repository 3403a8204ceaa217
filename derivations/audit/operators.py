"""The slips that make a mutant of a formula: one row of SLIPS a kind, each applied at one node.

A slip takes a node and what can be seen from its place, and gives other nodes for that place. Whether what it
gives fits there (its shape, its indices) is for the trees to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import (
    Add,
    Component,
    Delta,
    Div,
    Expr,
    Index,
    IndexLike,
    MatMul,
    Member,
    Mul,
    Neg,
    Number,
    Ordered,
    Pow,
    Size,
    Sum,
    Symbol,
    Transpose,
    as_expr,
    fresh_index,
    inv,
)


@dataclass(frozen=True)
class View:
    """What can be seen from a place in a statement: indices (bound around it, or free), symbols, sizes."""

    indices: tuple[Index, ...]
    symbols: tuple[Symbol, ...]
    sizes: tuple[Size, ...]

    def others(self, index: Index) -> list[Index]:
        """The other indices of the same range."""
        return [other for other in self.indices if other.size == index.size and other != index]

    def another(self, index: Index) -> Index:
        """Another index of the same range: one that is there, or a new one."""
        return next(iter(self.others(index)), fresh_index(index, frozenset(self.indices)))


Slip = Callable[[Expr, View], Iterable[Expr]]


def fitting(kind: Callable[..., Expr], *parts: object) -> Iterator[Expr]:
    """The node of that kind, if its parts fit together."""
    with suppress(ex.ShapeError):
        yield kind(*parts)


def is_square(node: Expr) -> bool:
    return node.shape[0] == node.shape[1] and not node.is_scalar


def is_plain(node: Expr) -> bool:
    """Whether a minus sign or a factor may stand before the node without a change of anything else."""
    return not isinstance(node, Neg | Number | Add | ex.Identity | ex.Zero)


# ------------------------------------------------------------------------ signs, factors, terms


def sign(node: Expr, view: View) -> Iterator[Expr]:
    if isinstance(node, Neg):
        yield node.body
    elif is_plain(node) or isinstance(node, Add):
        yield Neg(node)


def factor_two(node: Expr, view: View) -> Iterator[Expr]:
    if is_plain(node):
        yield Mul((as_expr(2), node))


def factor_half(node: Expr, view: View) -> Iterator[Expr]:
    if is_plain(node):
        yield Mul((Number(Fraction(1, 2)), node))


def lost_term(node: Expr, view: View) -> Iterator[Expr]:
    if isinstance(node, Add):
        yield from (_joined(Add, parts) for parts in _without_one(node.terms))


def lost_factor(node: Expr, view: View) -> Iterator[Expr]:
    match node:
        case Mul(factors):
            yield from (_joined(Mul, parts) for parts in _without_one(factors))
        case MatMul(factors):
            for parts in _without_one(factors):
                yield from fitting(_joined, MatMul, parts)
        case Div(numerator, denominator):
            yield numerator
            yield Mul((denominator, numerator))


def extra_factor(node: Expr, view: View) -> Iterator[Expr]:
    """A factor that stands there twice."""
    match node:
        case Mul(factors):
            yield from (Mul((*factors, factor)) for factor in factors if factor.is_scalar)
        case Div(numerator, denominator):
            yield Div(numerator, Mul((denominator, denominator)))
        case MatMul(factors):
            yield from (
                MatMul((*factors[:n], factor, *factors[n:]))
                for n, factor in enumerate(factors)
                if is_square(factor)
            )


def other_number(node: Expr, view: View) -> Iterator[Expr]:
    if isinstance(node, Number):
        yield from (Number(node.value + 1), Number(node.value - 1))


def other_power(node: Expr, view: View) -> Iterator[Expr]:
    if isinstance(node, Pow):
        yield node.base
        yield Pow(node.base, node.exponent + 1)


# ------------------------------------------------------------------------- indices and ranges


def other_index(node: Expr, view: View) -> Iterator[Expr]:
    """One index replaced by another of the same range, inside labels too."""
    match node:
        case Member(symbol, indices):
            yield from (Member(symbol, changed) for changed in _other_indices(indices, view))
        case Component(base, indices):
            yield from (Component(base, changed) for changed in _other_indices(indices, view))
        case Delta(left, right) | Ordered(left, right):
            yield from (type(node)(*changed) for changed in _other_indices((left, right), view))
        case ex.First(_, _, chosen):
            yield from (replace(node, chosen=changed) for (changed,) in _other_indices((chosen,), view))
        case ex.Gradient(body, Member(symbol, indices)):
            yield from (ex.Gradient(body, Member(symbol, c)) for c in _other_indices(indices, view))


def _other_indices(indices: tuple[IndexLike, ...], view: View) -> Iterator[tuple[IndexLike, ...]]:
    for n, index in enumerate(indices):
        changed: list[IndexLike] = []
        if isinstance(index, Index):
            changed.extend(view.others(index) or [view.another(index)])
        else:
            changed.extend(Member(index.symbol, inner) for inner in _other_indices(index.indices, view))
        yield from ((*indices[:n], other, *indices[n + 1 :]) for other in changed)


def exchanged_indices(node: Expr, view: View) -> Iterator[Expr]:
    match node:
        case Member(symbol, (*_, left, right)):
            yield from fitting(Member, symbol, (*node.indices[:-2], right, left))
        case Component(base, (left, right)):
            yield from fitting(Component, base, (right, left))
        case Ordered(left, right):
            yield Ordered(right, left)


def other_bound_variable(node: Expr, view: View) -> Iterator[Expr]:
    """The sum runs over another index, and the one in its body is free."""
    if isinstance(node, ex.Binder):
        yield from (
            replace(node, index=other) for other in view.others(node.index) or [view.another(node.index)]
        )


def lost_sum(node: Expr, view: View) -> Iterator[Expr]:
    if isinstance(node, ex.Binder | ex.AssignmentSum) and not isinstance(node, ex.First):
        yield node.body


def range_off_by_one(node: Expr, view: View) -> Iterator[Expr]:
    match node:
        case Sum(index, body):
            yield Sum(index, Mul((1 - Delta(index, view.another(index)), body)))
        case Size():
            yield from (node - 1, node + 1)


def other_range(node: Expr, view: View) -> Iterator[Expr]:
    if isinstance(node, Size):
        yield from (size for size in view.sizes if size != node)


def lost_delta(node: Expr, view: View) -> Iterator[Expr]:
    if isinstance(node, Delta | Ordered | ex.First | ex.Bracket):
        yield from (as_expr(1), 1 - node)


# ---------------------------------------------------------------------------------- arguments


def exchanged_arguments(node: Expr, view: View) -> Iterator[Expr]:
    match node:
        case Div(numerator, denominator) if numerator.is_scalar:
            yield Div(denominator, numerator)
        case Pow(base, exponent):
            yield Pow(exponent, base)
        case ex.WeightedLog(weight, body):
            yield ex.WeightedLog(body, weight)
        case ex.Bracket(left, relation, right):
            yield ex.Bracket(right, relation, left)
        case MatMul(factors):
            yield from fitting(MatMul, factors[::-1])
            for n in range(len(factors) - 1):
                yield from fitting(MatMul, (*factors[:n], factors[n + 1], factors[n], *factors[n + 2 :]))
        case ex.Median():
            yield replace(node, body=node.weight, weight=node.body)


def transpose(node: Expr, view: View) -> Iterator[Expr]:
    """A transpose that is missing, or one too many; an outer product for an inner one, side by side."""
    if isinstance(node, Transpose):
        yield node.body
    elif is_square(node):
        yield Transpose(node)
    elif isinstance(node, MatMul):
        yield from fitting(MatMul, tuple(map(_turned, node.factors)))


def _turned(factor: Expr) -> Expr:
    return factor.body if isinstance(factor, Transpose) else Transpose(factor)


def inverse(node: Expr, view: View) -> Iterator[Expr]:
    if isinstance(node, ex.Inverse):
        yield node.body
    elif is_square(node) and isinstance(node, Member):
        yield inv(node)


def other_function(node: Expr, view: View) -> Iterator[Expr]:
    """A function that is missing, or one that looks like it."""
    match node:
        case ex.Log(body) | ex.Exp(body) | ex.Abs(body):
            yield body
        case ex.LogDet(body):
            yield from (ex.Trace(body), ex.LogDet(inv(body)))
        case ex.Trace(body):
            yield ex.LogDet(body)
        case ex.Det(body):
            yield from (ex.LogDet(body), ex.Trace(body))
        case ex.WeightedLog(weight, body):
            yield from (weight, Mul((weight, body)), ex.Log(body))
        case ex.Bracket(left, relation, right):
            yield from (ex.Bracket(left, other, right) for other in ("<", "<=", "=") if other != relation)
        case Sum(index, body) if body.is_scalar:
            yield from (ex.Product(index, body), ex.LogSumExp(index, body), ex.Minimum(index, body))
        case ex.Product(index, body) | ex.LogSumExp(index, body) | ex.Minimum(index, body):
            yield Sum(index, body)
        case ex.Gradient(body, _) if node.is_scalar:
            yield body
        case ex.At(body, _, _):
            yield body


def unit_for_zero(node: Expr, view: View) -> Iterator[Expr]:
    match node:
        case ex.Zero((Size() as size, columns)) if size == columns:
            yield ex.Identity(size)
        case ex.Identity(size):
            yield ex.Zero((size, size))


def other_quantity(node: Expr, view: View) -> Iterator[Expr]:
    """Another symbol of the same kind in a symbol's place: the old parameter for the new one."""
    if isinstance(node, Member):
        for symbol in view.symbols:
            if symbol != node.symbol and (symbol.family, symbol.shape) == (node.symbol.family, node.shape):
                yield Member(symbol, node.indices)


def _without_one(parts: tuple[Expr, ...]) -> Iterator[tuple[Expr, ...]]:
    for n in range(len(parts)):
        yield (*parts[:n], *parts[n + 1 :])


def _joined(kind: type[Add | Mul | MatMul], parts: tuple[Expr, ...]) -> Expr:
    return kind(parts) if len(parts) > 1 else parts[0]


SLIPS: dict[str, Slip] = {
    "sign": sign,
    "factor two": factor_two,
    "factor one half": factor_half,
    "lost term": lost_term,
    "lost factor": lost_factor,
    "extra factor": extra_factor,
    "another number": other_number,
    "another power": other_power,
    "another index": other_index,
    "exchanged indices": exchanged_indices,
    "another bound variable": other_bound_variable,
    "lost sum": lost_sum,
    "range off by one": range_off_by_one,
    "another range": other_range,
    "lost delta": lost_delta,
    "exchanged arguments": exchanged_arguments,
    "transpose": transpose,
    "inverse": inverse,
    "another function": other_function,
    "unit for zero": unit_for_zero,
    "another quantity": other_quantity,
}
