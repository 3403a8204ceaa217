"""What can be claimed: equalities, inequalities, membership in a domain, equivalences, optima.

A statement holds for all values of its free indices and of its symbols within their declared domains and
under the hypotheses of the claim that makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derivations.calculus.domains import Domain
from derivations.calculus.expressions import Expr, Index, IndexLike, Member, ShapeError, at, names, substitute


@dataclass(frozen=True)
class Equal:
    """Both sides have the same value."""

    left: Expr
    right: Expr

    def __post_init__(self) -> None:
        if self.left.shape != self.right.shape:
            raise ShapeError(f"cannot equate {names(self.left.shape)} and {names(self.right.shape)}")


@dataclass(frozen=True)
class LessEqual:
    """The left scalar is at most (if strict: below) the right one; minus infinity is allowed on the left."""

    left: Expr
    right: Expr
    strict: bool = False

    def __post_init__(self) -> None:
        if not (self.left.is_scalar and self.right.is_scalar):
            raise ShapeError(f"cannot compare {names(self.left.shape)} with {names(self.right.shape)}")


@dataclass(frozen=True)
class Belongs:
    """The value lies in a domain: positive, on the simplex, positive definite, ...

    For a domain that sums to one, `over` is the index that is summed; it is free in `body`.
    """

    body: Expr
    domain: Domain
    over: Index | None = None


@dataclass(frozen=True)
class Iff:
    """Two statements that hold at exactly the same values."""

    left: Equal | LessEqual
    right: Equal | LessEqual


@dataclass(frozen=True)
class Choice:
    """A value chosen for a variable: mu[k] is given the value `value`, an expression in k."""

    variable: Member
    value: Expr


@dataclass(frozen=True)
class Maximum:
    """No admissible values of the chosen variables give the objective a larger value than the choices do."""

    objective: Expr
    choices: tuple[Choice, ...]

    @property
    def value(self) -> Expr:
        """The objective with the choices put in."""
        result = self.objective
        for choice in self.choices:
            result = substitute(result, choice.variable, choice.value)
        return result


@dataclass(frozen=True)
class InRange:
    """A free index lies in its range: what contracting a Kronecker delta with it needs."""

    index: Index


Statement = Equal | LessEqual | Belongs | Iff | Maximum | InRange


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
        case InRange(_):
            return ()
        case Iff(left, right):
            return (*expressions_of(left), *expressions_of(right))
        case Maximum(objective, choices):
            return (objective, *(e for c in choices for e in (c.variable, c.value)))


def mapped(statement: Statement, change: Callable[[Expr], Expr]) -> Statement:
    """The statement with `change` applied to each of its expressions (not to an optimum's variables)."""
    match statement:
        case Equal(left, right):
            return Equal(change(left), change(right))
        case LessEqual(left, right, strict):
            return LessEqual(change(left), change(right), strict)
        case InRange(_):
            return statement
        case Belongs(body, domain, over):
            return Belongs(change(body), domain, over)
        case Iff(left, right):
            left_, right_ = mapped(left, change), mapped(right, change)
            assert isinstance(left_, Equal | LessEqual) and isinstance(right_, Equal | LessEqual)
            return Iff(left_, right_)
        case Maximum(objective, choices):
            new = tuple(Choice(c.variable, change(c.value)) for c in choices)
            return Maximum(change(objective), new)


def renamed(statement: Statement, mapping: dict[IndexLike, IndexLike]) -> Statement:
    """The statement with free indices renamed."""
    return mapped(statement, lambda expr: at(expr, mapping))


def instantiated(statement: Statement, values: tuple[tuple[Member, Expr], ...]) -> Statement:
    """The statement with values put in the place of symbols: how a lemma is applied."""
    for pattern, value in values:
        statement = mapped(statement, lambda expr, p=pattern, v=value: substitute(expr, p, v))  # type: ignore[misc]
    return statement
