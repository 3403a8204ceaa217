"""How authors write: sizes, symbols and families by name, and short forms of common nodes."""

from __future__ import annotations

from typing import cast

from derivations.calculus.domains import REAL, Domain
from derivations.calculus.expressions.binders import Sum
from derivations.calculus.expressions.functions import Inverse
from derivations.calculus.expressions.nodes import Expr, Index, Member, Size, Symbol


def sizes(text: str) -> tuple[Size, ...]:
    """Sizes from blank-separated names: `N, K, D = sizes("N K D")`."""
    return tuple(Size(name) for name in text.split())


def scalar(name: str, latex: str, domain: Domain = REAL) -> Member:
    return Symbol(name, latex, domain=domain)[()]


def vector(name: str, latex: str, dim: Size, domain: Domain = REAL) -> Member:
    return Symbol(name, latex, shape=(dim, 1), domain=domain)[()]


def matrix(name: str, latex: str, rows: Size, columns: Size | None = None, domain: Domain = REAL) -> Member:
    return Symbol(name, latex, shape=(rows, columns or rows), domain=domain)[()]


def scalars(name: str, latex: str, over: tuple[Size, ...], domain: Domain = REAL) -> Symbol:
    return Symbol(name, latex, over, domain=domain)


def vectors(name: str, latex: str, over: tuple[Size, ...], dim: Size, domain: Domain = REAL) -> Symbol:
    return Symbol(name, latex, over, (dim, 1), domain)


def matrices(name: str, latex: str, over: tuple[Size, ...], dim: Size, domain: Domain = REAL) -> Symbol:
    return Symbol(name, latex, over, (dim, dim), domain)


def sum_over(*arguments: Index | Expr) -> Expr:
    """`sum_over(i, k, body)`: nested sums, the first index outermost."""
    *outer, body = arguments
    result = cast(Expr, body)
    for index in reversed(outer):
        result = Sum(cast(Index, index), result)
    return result


def inv(body: Expr) -> Expr:
    return Inverse(body)


def quadratic(vector_: Expr, middle: Expr) -> Expr:
    """The quadratic form v' M v."""
    return vector_.T @ middle @ vector_
