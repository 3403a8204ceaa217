"""Nodes that bind something in their body: an index, labels, or the variable of a derivative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from derivations.calculus.expressions.nodes import (
    Expr,
    Index,
    IndexLike,
    Member,
    Shape,
    ShapeError,
    Symbol,
    index_range,
    names,
)


@dataclass(frozen=True)
class Binder(Expr):
    """A node that binds an index in its body."""

    index: Index
    body: Expr

    scalar_only: ClassVar[bool] = True
    scoped: ClassVar[tuple[str, ...]] = ("body",)  # the fields in which the index is bound

    def __post_init__(self) -> None:
        if self.scalar_only and not self.body.is_scalar:
            raise ShapeError(
                f"{type(self).__name__} over {self.index.name} of a {names(self.body.shape)} array"
            )

    @property
    def shape(self) -> Shape:
        return self.body.shape


@dataclass(frozen=True)
class Sum(Binder):
    """The sum of the body over the whole range of the index."""

    scalar_only: ClassVar[bool] = False


@dataclass(frozen=True)
class Product(Binder):
    """The product of the body over the whole range of the index."""


@dataclass(frozen=True)
class LogSumExp(Binder):
    """log sum_k exp(body): a node of its own, so that it stays stable in code."""


@dataclass(frozen=True)
class Minimum(Binder):
    """The smallest value of the body over the whole range of the index."""


@dataclass(frozen=True)
class First(Binder):
    """1 if `chosen` is the first index at which the body is smallest, else 0; `chosen` is outside the scope."""

    chosen: IndexLike

    def __post_init__(self) -> None:
        super().__post_init__()
        if index_range(self.chosen) != self.index.size:
            raise ShapeError(f"{names((index_range(self.chosen),))} is not the range of {self.index.name}")


@dataclass(frozen=True)
class Median(Binder):
    """The smallest of the values of the body that has at most half of the weight strictly on either side.

    Only values of positive weight count; where there are none, the median is 0.
    """

    weight: Expr

    scoped: ClassVar[tuple[str, ...]] = ("body", "weight")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.weight.is_scalar:
            raise ShapeError(f"a weight is a scalar, got {names(self.weight.shape)}")


@dataclass(frozen=True)
class AssignmentSum(Expr):
    """The sum of the body over all maps `labels` from points to components (K^N of them)."""

    labels: Symbol
    body: Expr

    def __post_init__(self) -> None:
        if self.labels.labels is None or len(self.labels.family) != 1:
            raise ShapeError(f"{self.labels.name} is not a family of labels")

    @property
    def shape(self) -> Shape:
        return self.body.shape


@dataclass(frozen=True)
class Gradient(Expr):
    """The derivative of a scalar by a scalar, vector or matrix, arranged like the variable.

    For a symmetric variable it is the symmetric matrix G with df = tr(G dS) for every symmetric dS.
    """

    body: Expr
    variable: Expr

    def __post_init__(self) -> None:
        if not isinstance(self.variable, Member):
            raise ShapeError("a derivative is taken by a symbol or by a member of a family")
        if self.variable.symbol.labels is not None:
            raise ShapeError(f"{self.variable.symbol.name} is a label, by which nothing is differentiated")
        if not self.body.is_scalar:
            raise ShapeError(f"derivative of a {names(self.body.shape)} array; take its entries")

    @property
    def shape(self) -> Shape:
        return self.variable.shape

    @property
    def member(self) -> Member:
        return cast(Member, self.variable)


@dataclass(frozen=True)
class At(Expr):
    """The body with a value put in for a variable, after all derivatives in it have been taken."""

    body: Expr
    variable: Expr
    value: Expr

    def __post_init__(self) -> None:
        if not (isinstance(self.variable, Member) and not self.variable.indices):
            raise ShapeError("a value is put in for a symbol that is no family")
        if self.variable.symbol.labels is not None:
            raise ShapeError(f"{self.variable.symbol.name} is a label, for which no value is put in")
        if self.value.shape != self.variable.shape:
            raise ShapeError(
                f"cannot put {names(self.value.shape)} in the place of {names(self.variable.shape)}"
            )

    @property
    def shape(self) -> Shape:
        return self.body.shape

    @property
    def member(self) -> Member:
        return cast(Member, self.variable)
