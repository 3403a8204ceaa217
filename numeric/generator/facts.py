"""What declared domains say about the sign and the definiteness of an expression.

Each answers True only where it follows from the declarations; False means "not known".
"""

from __future__ import annotations

from derivations.calculus.expressions import (
    Add,
    CirclePi,
    Component,
    Div,
    Exp,
    Expr,
    Inverse,
    Member,
    Mul,
    Neg,
    Number,
    Pow,
    Size,
    Sum,
    Symbol,
    Transpose,
)


def is_positive(expr: Expr) -> bool:
    match expr:
        case Member(symbol, _):
            return symbol.domain.positive
        case Component(Member(symbol, _), _):
            return symbol.domain.positive
        case Number(value):
            return value > 0
        case Size() | CirclePi() | Exp():
            return True
        case Mul(factors):
            return all(map(is_positive, factors))
        case Add((Number(value), Neg(Member(symbol, _) | Component(Member(symbol, _), _)))):
            return value >= 1 and symbol.domain.below_one
        case Add(terms):
            return all(map(is_nonnegative, terms)) and any(map(is_positive, terms))
        case Div(top, bottom) | Pow(top, bottom):
            return is_positive(top) and (isinstance(expr, Pow) or is_positive(bottom))
        case Sum(_, body):
            return is_positive(body)
        case _:
            return False


def is_nonnegative(expr: Expr) -> bool:
    match expr:
        case Member(symbol, _) | Component(Member(symbol, _), _):
            return symbol.domain.nonnegative
        case Number(value):
            return value >= 0
        case Mul(factors):
            return all(map(is_nonnegative, factors))
        case Add((Number(value), Neg(Member(symbol, _) | Component(Member(symbol, _), _)))):
            return value >= 1 and is_at_most_one(symbol)
        case Add(terms):
            return all(map(is_nonnegative, terms))
        case Sum(_, body):
            return is_nonnegative(body)
        case _:
            return is_positive(expr)


def is_at_most_one(symbol: Symbol) -> bool:
    domain = symbol.domain
    sums = domain.sums_to_one and domain.nonnegative
    return domain.below_one or domain.at_most_one or domain.binary or sums


def is_definite(expr: Expr) -> bool:
    """Whether a matrix is positive definite, and so has a Cholesky factor."""
    match expr:
        case Member(symbol, _):
            return symbol.domain.definite
        case Inverse(body) | Transpose(body):
            return is_definite(body)
        case Add(terms):
            return all(map(is_semidefinite, terms)) and any(map(is_definite, terms))
        case Mul(factors):
            return all(is_positive(f) if f.is_scalar else is_definite(f) for f in factors)
        case Div(top, bottom):
            return is_definite(top) and is_positive(bottom)
        case _:
            return False


def is_semidefinite(expr: Expr) -> bool:
    match expr:
        case Member(symbol, _):
            return symbol.domain.semidefinite
        case Mul(factors):
            return all(is_nonnegative(f) if f.is_scalar else is_semidefinite(f) for f in factors)
        case _:
            return is_definite(expr)
