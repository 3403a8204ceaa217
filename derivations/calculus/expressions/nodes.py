"""The base of all nodes, symbols and their members, and the nodes that the operators make.

Nothing is rewritten while a tree is built: `a + b` and `b + a` are different trees. Every expression has a
shape (rows, columns). A scalar is (1, 1), a column vector (D, 1), a matrix (D, E); the sizes are symbolic.
Shapes are checked when a node is made, and the message shows both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, TypeAlias

from derivations.calculus.domains import INVERTIBLE, REAL, Domain, is_known
from derivations.calculus.expressions.looks import ShownAsFormula


class ShapeError(TypeError):
    """Two expressions whose shapes do not fit, or an index that does not belong to its range."""


@dataclass(frozen=True)
class Expr(ShownAsFormula):
    """A node of an expression tree; the fields that are expressions are its children."""

    @property
    def shape(self) -> Shape:
        return SCALAR

    @property
    def children(self) -> tuple[Expr, ...]:
        found: list[Expr] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Expr):
                found.append(value)
            elif isinstance(value, tuple):
                found.extend(item for item in value if isinstance(item, Expr))
        return tuple(found)

    def rebuilt(self, change: Callable[[Expr], Expr]) -> Expr:
        """The same node with every child replaced by `change(child)`; sizes and labels are no children."""
        if not self.children:
            return self
        new: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Expr):
                new[field.name] = change(value)
            elif isinstance(value, tuple) and any(isinstance(item, Expr) for item in value):
                new[field.name] = tuple(change(i) if isinstance(i, Expr) else i for i in value)
        return replace(self, **new) if new else self

    @property
    def is_scalar(self) -> bool:
        return self.shape == SCALAR

    @property
    def T(self) -> Expr:  # noqa: N802 (the field's notation)
        return Transpose(self)

    def __add__(self, other: ExprLike) -> Expr:
        left = self.terms if isinstance(self, Add) else (self,)
        return Add((*left, as_expr(other)))

    def __radd__(self, other: ExprLike) -> Expr:
        return as_expr(other) + self

    def __sub__(self, other: ExprLike) -> Expr:
        left = self.terms if isinstance(self, Add) else (self,)
        return Add((*left, Neg(as_expr(other))))

    def __rsub__(self, other: ExprLike) -> Expr:
        return as_expr(other) - self

    def __neg__(self) -> Expr:
        return Neg(self)

    def __mul__(self, other: ExprLike) -> Expr:
        left = self.factors if isinstance(self, Mul) else (self,)
        return Mul((*left, as_expr(other)))

    def __rmul__(self, other: ExprLike) -> Expr:
        return as_expr(other) * self

    def __truediv__(self, other: ExprLike) -> Expr:
        return Div(self, as_expr(other))

    def __rtruediv__(self, other: ExprLike) -> Expr:
        return Div(as_expr(other), self)

    def __pow__(self, exponent: ExprLike) -> Expr:
        return Pow(self, as_expr(exponent))

    def __matmul__(self, other: Expr) -> Expr:
        left = self.factors if isinstance(self, MatMul) else (self,)
        return MatMul((*left, other))

    def __getitem__(self, index: IndexLike | tuple[IndexLike, ...]) -> Expr:
        return Component(self, index if isinstance(index, tuple) else (index,))


@dataclass(frozen=True)
class Size(Expr):
    """A symbolic number of points, components or dimensions (N, K, D): a range and a positive integer."""

    name: str

    def indices(self, names: str) -> tuple[Index, ...]:
        """Indices that run over this range, one for each name in the blank-separated list."""
        return tuple(Index(name, self) for name in names.split())


Dim: TypeAlias = "Size | int"  # the integer is always 1


Shape: TypeAlias = "tuple[Dim, Dim]"


SCALAR: Shape = (1, 1)


def check_shape(shape: Shape, name: str) -> None:
    """Raise ShapeError for a dimension that is neither a size nor one: nothing here counts entries by a number."""
    wrong = [dim for dim in shape if not isinstance(dim, Size) and dim != 1]
    if wrong or len(shape) != 2:
        raise ShapeError(f"{name}: a dimension is a size or 1, got {', '.join(map(str, wrong or shape))}")


@dataclass(frozen=True)
class Index:
    """An index that runs from 1 to its size. Indices with primes are written k', k''."""

    name: str
    size: Size


@dataclass(frozen=True)
class Symbol:
    """A named quantity, or a family of them over points and components (x_i, Sigma_k, gamma_ik).

    `name` is ASCII and also the name in generated code; `latex` is the letter on the page.
    """

    name: str
    latex: str
    family: tuple[Size, ...] = ()
    shape: Shape = SCALAR
    domain: Domain = REAL
    labels: Size | None = None

    def __post_init__(self) -> None:
        if not (self.name.isascii() and self.name.isidentifier()):
            raise ShapeError(f"a name is made of ASCII letters, digits and underscores, got {self.name!r}")
        if not is_known(self.domain):
            raise ShapeError(f"{self.name}: {self.domain.name!r} is no domain of the table")
        check_shape(self.shape, self.name)
        if (self.labels is not None) != self.domain.label:
            raise ShapeError(
                f"{self.name}: a label, and it alone, has the domain LABEL and says of what it is one"
            )
        rows, columns = self.shape
        one_row = SCALAR if self.family else (rows, 1)
        if (self.domain.symmetric or self.domain == INVERTIBLE) and rows != columns:
            raise ShapeError(f"{self.name} {self.domain.phrase}, but is no square matrix")
        if self.domain.sums_to_one and (self.shape != one_row or not (self.family or isinstance(rows, Size))):
            raise ShapeError(f"{self.name} sums to one, but is neither a family of scalars nor a vector")

    def __getitem__(self, index: IndexLike | tuple[IndexLike, ...]) -> Member:
        return Member(self, index if isinstance(index, tuple) else (index,))


@dataclass(frozen=True)
class Member(Expr):
    """One member of a family: x[i], Sigma[k], gamma[i, k]; with no indices, the symbol itself."""

    symbol: Symbol
    indices: tuple[IndexLike, ...] = ()

    def __post_init__(self) -> None:
        ranges = tuple(index_range(index) for index in self.indices)
        if ranges != self.symbol.family:
            raise ShapeError(
                f"{self.symbol.name} is a family over {names(self.symbol.family)}, "
                f"but was given indices over {names(ranges)}"
            )

    @property
    def shape(self) -> Shape:
        return self.symbol.shape

    @property
    def children(self) -> tuple[Expr, ...]:
        return ()


IndexLike: TypeAlias = "Index | Member"


ExprLike: TypeAlias = "Expr | int | Fraction"


def index_range(index: IndexLike) -> Size:
    """The range of an index, or of a label such as z[i] that stands in an index's place."""
    if isinstance(index, Index):
        return index.size
    if index.symbol.labels is None:
        raise ShapeError(f"{index.symbol.name} is not a label and cannot be used as an index")
    return index.symbol.labels


def names(sizes: tuple[Dim, ...]) -> str:
    """Sizes in words, for messages: `(N, K)`."""
    return "(" + ", ".join(s.name if isinstance(s, Size) else str(s) for s in sizes) + ")"


def as_expr(value: ExprLike) -> Expr:
    """A Python integer or fraction as an expression; expressions as they are. TypeError for a float or a text."""
    if isinstance(value, Expr):
        return value
    if not isinstance(value, int | Fraction):
        raise TypeError(f"expected an expression, an integer or a fraction, got {value!r}")
    return Number(Fraction(value))


@dataclass(frozen=True)
class Number(Expr):
    """An exact rational number."""

    value: Fraction

    def __post_init__(self) -> None:
        if not isinstance(self.value, Fraction):
            raise TypeError(f"expected a fraction, got {self.value!r}")


@dataclass(frozen=True)
class Component(Expr):
    """An entry of a vector (one index) or of a matrix (two indices)."""

    base: Expr
    indices: tuple[IndexLike, ...]

    def __post_init__(self) -> None:
        rows, columns = self.base.shape
        expected = (rows,) if columns == 1 else (rows, columns)
        found = tuple(index_range(index) for index in self.indices)
        if found != expected:
            raise ShapeError(
                f"entry of a {names(self.base.shape)} array taken with indices over {names(found)}"
            )

    @property
    def children(self) -> tuple[Expr, ...]:
        return (self.base,)


@dataclass(frozen=True)
class Add(Expr):
    """A sum of terms of one shape, in the order written."""

    terms: tuple[Expr, ...]

    def __post_init__(self) -> None:
        for term in self.terms[1:]:
            if term.shape != self.terms[0].shape:
                raise ShapeError(f"cannot add {names(self.terms[0].shape)} and {names(term.shape)}")

    @property
    def shape(self) -> Shape:
        return self.terms[0].shape


@dataclass(frozen=True)
class Neg(Expr):
    """The negative of an expression."""

    body: Expr

    @property
    def shape(self) -> Shape:
        return self.body.shape


@dataclass(frozen=True)
class Mul(Expr):
    """A product in which at most one factor is not a scalar."""

    factors: tuple[Expr, ...]

    def __post_init__(self) -> None:
        arrays = [names(factor.shape) for factor in self.factors if not factor.is_scalar]
        if len(arrays) > 1:
            raise ShapeError(f"`*` scales by scalars; use `@` for {' times '.join(arrays)}")

    @property
    def shape(self) -> Shape:
        return next((f.shape for f in self.factors if not f.is_scalar), SCALAR)


@dataclass(frozen=True)
class Div(Expr):
    """A fraction; the denominator is a scalar."""

    numerator: Expr
    denominator: Expr

    def __post_init__(self) -> None:
        if not self.denominator.is_scalar:
            raise ShapeError(
                f"cannot divide {names(self.numerator.shape)} by {names(self.denominator.shape)}"
            )

    @property
    def shape(self) -> Shape:
        return self.numerator.shape


@dataclass(frozen=True)
class Pow(Expr):
    """A scalar to a scalar power."""

    base: Expr
    exponent: Expr

    def __post_init__(self) -> None:
        if not (self.base.is_scalar and self.exponent.is_scalar):
            raise ShapeError(
                f"power of {names(self.base.shape)} to {names(self.exponent.shape)}: scalars only"
            )


@dataclass(frozen=True)
class MatMul(Expr):
    """A product of matrices and vectors."""

    factors: tuple[Expr, ...]

    def __post_init__(self) -> None:
        for left, right in zip(self.factors, self.factors[1:], strict=False):
            if left.shape[1] != right.shape[0]:
                raise ShapeError(f"cannot multiply {names(left.shape)} by {names(right.shape)}")

    @property
    def shape(self) -> Shape:
        return (self.factors[0].shape[0], self.factors[-1].shape[1])


@dataclass(frozen=True)
class Transpose(Expr):
    body: Expr

    @property
    def shape(self) -> Shape:
        rows, columns = self.body.shape
        return (columns, rows)
