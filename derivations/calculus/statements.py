"""What can be claimed: equalities, inequalities, membership in a domain, equivalences, optima.

A statement holds for all values of its free indices and of its symbols within their declared domains and
under the hypotheses of the claim that makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from derivations.calculus.domains import Domain, is_known
from derivations.calculus.expressions import (
    Expr,
    Index,
    IndexLike,
    Member,
    ShapeError,
    Sum,
    Symbol,
    at,
    names,
    own_symbols,
    substitute,
    sum_over,
    symbols_of,
    walk,
)
from derivations.calculus.expressions.looks import ShownAsFormula


@dataclass(frozen=True)
class Equal(ShownAsFormula):
    """Both sides have the same value."""

    left: Expr
    right: Expr

    def __post_init__(self) -> None:
        if self.left.shape != self.right.shape:
            raise ShapeError(f"cannot equate {names(self.left.shape)} and {names(self.right.shape)}")


@dataclass(frozen=True)
class LessEqual(ShownAsFormula):
    """The left scalar is at most (if strict: below) the right one; minus infinity is allowed on the left."""

    left: Expr
    right: Expr
    strict: bool = False

    def __post_init__(self) -> None:
        if not (self.left.is_scalar and self.right.is_scalar):
            raise ShapeError(f"cannot compare {names(self.left.shape)} with {names(self.right.shape)}")


@dataclass(frozen=True)
class Belongs(ShownAsFormula):
    """The value lies in a domain: positive, on the simplex, positive definite, ...

    For a domain that sums to one, `over` is the index that is summed; it is free in `body`.
    """

    body: Expr
    domain: Domain
    over: Index | None = None

    def __post_init__(self) -> None:
        if not is_known(self.domain):
            raise ShapeError(f"{self.domain.name!r} is no domain of the table")


@dataclass(frozen=True)
class Iff(ShownAsFormula):
    """Two statements that hold at exactly the same values."""

    left: Equal | LessEqual
    right: Equal | LessEqual


@dataclass(frozen=True)
class Choice:
    """A value chosen for a variable, a whole family at once: mu[k] is given the value `value`, an expression in k."""

    variable: Member
    value: Expr

    def __post_init__(self) -> None:
        if not isinstance(self.variable, Member):
            raise ShapeError("only a symbol is given a value, or all members of a family")
        own = {index for index in self.variable.indices if isinstance(index, Index)}
        if len(own) < len(self.variable.indices):
            raise ShapeError(
                f"a value is chosen for all members of {self.variable.symbol.name}: each index is another"
            )


@dataclass(frozen=True)
class Maximum(ShownAsFormula):
    """No admissible values of the chosen variables give the objective a larger value than the choices do."""

    objective: Expr
    choices: tuple[Choice, ...]

    def __post_init__(self) -> None:
        if len(own_variables(self)) < len(self.choices):
            raise ShapeError("two values are chosen for one variable")

    @property
    def value(self) -> Expr:
        """The objective with the choices put in."""
        result = self.objective
        for choice in self.choices:
            result = substitute(result, choice.variable, choice.value)
        return result


@dataclass(frozen=True)
class Limit(ShownAsFormula):
    """The body tends to the value as the positive scalar variable tends to zero from above, or to infinity."""

    body: Expr
    variable: Member
    toward: Literal["zero", "infinity"]
    value: Expr

    def __post_init__(self) -> None:
        if not (self.body.is_scalar and self.value.is_scalar and self.variable.is_scalar):
            raise ShapeError(
                f"limit of {names(self.body.shape)} by {names(self.variable.shape)}: scalars only"
            )
        if self.toward not in ("zero", "infinity"):
            raise ShapeError(f"a variable tends to zero or to infinity, got {self.toward!r}")


@dataclass(frozen=True)
class InRange(ShownAsFormula):
    """A free index lies in its range: what contracting a Kronecker delta with it needs."""

    index: Index


Statement = Equal | LessEqual | Belongs | Iff | Maximum | Limit | InRange


@dataclass(frozen=True)
class Hypothesis:
    """A statement that a claim assumes.

    A statement that random values would never satisfy brings a witness: values of that form satisfy it
    (v'Bv = 0 holds for B = A'(I - vv')A), and the judge draws its values in this way.
    """

    statement: Statement
    witness: tuple[Choice, ...] = ()


def expressions_of(statement: Statement) -> tuple[Expr, ...]:
    """The expressions in a statement, in reading order."""
    match statement:
        case Equal(left, right) | LessEqual(left, right, _):
            return (left, right)
        case Belongs(body, _, _):
            return (body,)
        case Limit(body, variable, _, value):
            return (body, variable, value)
        case InRange(_):
            return ()
        case Iff(left, right):
            return (*expressions_of(left), *expressions_of(right))
        case Maximum(objective, choices):
            return (objective, *(e for c in choices for e in (c.variable, c.value)))


def mapped(statement: Statement, change: Callable[[Expr], Expr]) -> Statement:
    """The statement with `change` applied to each of its expressions (not to an optimum's variables).

    `change` sees the indices that the statement itself binds as bound by sums, and may give them other names.
    """
    match statement:
        case Equal(left, right):
            return Equal(change(left), change(right))
        case LessEqual(left, right, strict):
            return LessEqual(change(left), change(right), strict)
        case Limit(body, variable, toward, value):
            return Limit(change(body), variable, toward, change(value))
        case InRange(_):
            return statement
        case Belongs(body, domain, over):
            (*bound,), body = _under_binders(() if over is None else (over,), body, change)
            return Belongs(body, domain, *bound)
        case Iff(left, right):
            left_, right_ = mapped(left, change), mapped(right, change)
            assert isinstance(left_, Equal | LessEqual)
            assert isinstance(right_, Equal | LessEqual)
            return Iff(left_, right_)
        case Maximum(objective, choices):
            return Maximum(change(objective), tuple(_changed(choice, change) for choice in choices))


def _under_binders(
    indices: tuple[Index, ...], body: Expr, change: Callable[[Expr], Expr]
) -> tuple[tuple[Index, ...], Expr]:
    """`change` applied to a body in which these indices are bound: their new names, and the new body."""
    body = change(sum_over(*indices, body))
    bound: list[Index] = []
    while len(bound) < len(indices):
        assert isinstance(body, Sum)
        bound.append(body.index)
        body = body.body
    return tuple(bound), body


def _changed(choice: Choice, change: Callable[[Expr], Expr]) -> Choice:
    indices = tuple(index for index in choice.variable.indices if isinstance(index, Index))
    bound, value = _under_binders(indices, choice.value, change)
    return Choice(Member(choice.variable.symbol, bound), value)


def renamed(statement: Statement, mapping: dict[IndexLike, IndexLike]) -> Statement:
    """The statement with free indices renamed; those it binds step aside, so nothing is captured."""
    if isinstance(statement, InRange):
        index = mapping.get(statement.index, statement.index)
        if not isinstance(index, Index):
            raise ShapeError(f"{index.symbol.name} is a label, which lies in its range by declaration")
        return InRange(index)
    return mapped(statement, lambda expr: at(expr, mapping))


def instantiated(statement: Statement, values: tuple[tuple[Member, Expr], ...]) -> Statement:
    """The statement with values put in the place of symbols, all at once: how a lemma is applied.

    Raises ShapeError if a value does not fit, or if it speaks of a variable of an optimum or of a limit.
    """
    exprs = (*expressions_of(statement), *(expr for pair in values for expr in pair))
    taken = frozenset(symbol for expr in exprs for symbol in symbols_of(expr))
    stand_ins = tuple(Member(stand_in(pattern.symbol, taken), pattern.indices) for pattern, _ in values)
    pairs = [
        *((pattern, stand_in) for (pattern, _), stand_in in zip(values, stand_ins, strict=True)),
        *((stand_in, value) for (_, value), stand_in in zip(values, stand_ins, strict=True)),
    ]
    for pattern, value in pairs:
        _refuse_variables(statement, pattern, value)
        statement = mapped(statement, partial(_put_in, pattern, value))
    return statement


def _put_in(pattern: Member, value: Expr, expr: Expr) -> Expr:
    return substitute(expr, pattern, value)


def stand_in(symbol: Symbol, taken: Container[Symbol], domain: Domain | None = None) -> Symbol:
    """A symbol that is none of those, so that what is put in for one is not taken for another."""
    found = replace(symbol, latex=symbol.latex + " (in its place)", domain=domain or symbol.domain)
    return stand_in(found, taken, domain) if found in taken else found


def _refuse_variables(statement: Statement, pattern: Member, value: Expr) -> None:
    for symbol in own_variables(statement):
        if symbol == pattern.symbol or symbol in symbols_of(value):
            raise ShapeError(f"cannot put a value for {pattern.symbol.name}: {symbol.name} varies there")


def own_variables(statement: Statement) -> frozenset[Symbol]:
    """What an optimum or a limit varies."""
    match statement:
        case Maximum(_, choices):
            return frozenset(choice.variable.symbol for choice in choices)
        case Limit(_, variable, _, _):
            return frozenset({variable.symbol})
    return frozenset()


def varied_in(statement: Statement) -> frozenset[Symbol]:
    """Every symbol that has a meaning of its own somewhere in the statement: which is varied, or summed over."""
    return own_variables(statement) | varied_below(*expressions_of(statement))


def varied_below(*exprs: Expr) -> frozenset[Symbol]:
    """Every symbol that a node of the expressions gives a meaning of its own."""
    return frozenset().union(*(own_symbols(node) for expr in exprs for node in walk(expr)))
