"""Constants, indicators, and functions of scalars and of square matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from derivations.calculus.expressions.nodes import (
    Expr,
    IndexLike,
    Shape,
    ShapeError,
    Size,
    check_shape,
    names,
)


@dataclass(frozen=True)
class CirclePi(Expr):
    """The constant 3.14159..., which the density of the Gaussian needs."""


@dataclass(frozen=True)
class Delta(Expr):
    """Kronecker's delta of two indices: 1 where they are equal, else 0."""

    left: IndexLike
    right: IndexLike

    @property
    def children(self) -> tuple[Expr, ...]:
        return ()


@dataclass(frozen=True)
class Ordered(Expr):
    """1 where the left index is at most the right one, else 0: for sums over d <= e."""

    left: IndexLike
    right: IndexLike

    @property
    def children(self) -> tuple[Expr, ...]:
        return ()


@dataclass(frozen=True)
class Bracket(Expr):
    """Iverson's bracket: 1 where the relation of the two scalars holds, else 0."""

    left: Expr
    relation: Literal["<", "<=", "="]
    right: Expr

    def __post_init__(self) -> None:
        if not (self.left.is_scalar and self.right.is_scalar):
            raise ShapeError(f"cannot compare {names(self.left.shape)} with {names(self.right.shape)}")
        if self.relation not in ("<", "<=", "="):
            raise ShapeError(f"a relation is <, <= or =, got {self.relation!r}")


@dataclass(frozen=True)
class ScalarFunction(Expr):
    """A function of one scalar."""

    body: Expr

    def __post_init__(self) -> None:
        if not self.body.is_scalar:
            raise ShapeError(f"{type(self).__name__} of a {names(self.body.shape)} array")


@dataclass(frozen=True)
class Log(ScalarFunction):
    pass


@dataclass(frozen=True)
class Exp(ScalarFunction):
    pass


@dataclass(frozen=True)
class Abs(ScalarFunction):
    pass


@dataclass(frozen=True)
class WeightedLog(Expr):
    """weight * log(body) on the closed domain: 0 where the weight is 0, minus infinity where only body is 0."""

    weight: Expr
    body: Expr

    def __post_init__(self) -> None:
        if not (self.weight.is_scalar and self.body.is_scalar):
            raise ShapeError(f"WeightedLog of {names(self.weight.shape)} and {names(self.body.shape)}")


@dataclass(frozen=True)
class SquareFunction(Expr):
    """A function of a square matrix."""

    body: Expr

    def __post_init__(self) -> None:
        rows, columns = self.body.shape
        if rows != columns:
            raise ShapeError(
                f"{type(self).__name__} of a {names(self.body.shape)} array, which is not square"
            )


@dataclass(frozen=True)
class Inverse(SquareFunction):
    @property
    def shape(self) -> Shape:
        return self.body.shape


@dataclass(frozen=True)
class Trace(SquareFunction):
    pass


@dataclass(frozen=True)
class Det(SquareFunction):
    pass


@dataclass(frozen=True)
class LogDet(SquareFunction):
    """log |det A|; for a positive definite matrix, log det A."""


@dataclass(frozen=True)
class Identity(Expr):
    size: Size

    def __post_init__(self) -> None:
        check_shape(self.shape, "Identity")

    @property
    def shape(self) -> Shape:
        return (self.size, self.size)

    @property
    def children(self) -> tuple[Expr, ...]:
        return ()


@dataclass(frozen=True)
class Zero(Expr):
    """The zero vector or matrix."""

    dims: Shape

    def __post_init__(self) -> None:
        check_shape(self.dims, "Zero")

    @property
    def shape(self) -> Shape:
        return self.dims

    @property
    def children(self) -> tuple[Expr, ...]:
        return ()
