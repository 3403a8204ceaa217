"""Frozen expression trees that keep the shape in which a formula was written.

What an author writes is what a page shows and what code is generated from. Nothing is rewritten while a
tree is built: `a + b` and `b + a` are different trees; whether they are *equal* is for the engines to say.

Every expression has a shape (rows, columns). A scalar is (1, 1), a column vector (D, 1), a matrix (D, E);
the sizes are symbolic. Shapes are checked when a node is made, and the message shows both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, ClassVar, Literal, TypeAlias, cast

from derivations.calculus.domains import REAL, Domain


class ShapeError(TypeError):
    """Two expressions whose shapes do not fit, or an index that does not belong to its range."""


@dataclass(frozen=True)
class Expr:
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


# ------------------------------------------------------------------ sizes, indices, symbols


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


# ------------------------------------------------------------------------------- the nodes


@dataclass(frozen=True)
class Number(Expr):
    """An exact rational number."""

    value: Fraction


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

    @property
    def shape(self) -> Shape:
        return self.dims

    @property
    def children(self) -> tuple[Expr, ...]:
        return ()


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
class Bracket(Expr):
    """Iverson's bracket: 1 where the relation of the two scalars holds, else 0."""

    left: Expr
    relation: Literal["<", "<=", "="]
    right: Expr

    def __post_init__(self) -> None:
        if not (self.left.is_scalar and self.right.is_scalar):
            raise ShapeError(f"cannot compare {names(self.left.shape)} with {names(self.right.shape)}")


@dataclass(frozen=True)
class WeightedLog(Expr):
    """weight * log(body) on the closed domain: 0 where the weight is 0, minus infinity where only body is 0."""

    weight: Expr
    body: Expr

    def __post_init__(self) -> None:
        if not (self.weight.is_scalar and self.body.is_scalar):
            raise ShapeError(f"WeightedLog of {names(self.weight.shape)} and {names(self.body.shape)}")


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


# ------------------------------------------------------------------------- how authors write


def as_expr(value: ExprLike) -> Expr:
    """A Python integer or fraction as an expression; expressions as they are. TypeError for a float or a text."""
    if isinstance(value, Expr):
        return value
    if not isinstance(value, int | Fraction):
        raise TypeError(f"expected an expression, an integer or a fraction, got {value!r}")
    return Number(Fraction(value))


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


# -------------------------------------------------------------------- walking and replacing


def walk(expr: Expr) -> Iterator[Expr]:
    """The node and everything below it, top down."""
    yield expr
    for child in expr.children:
        yield from walk(child)


def _indices_of(expr: Expr) -> tuple[IndexLike, ...]:
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


def _inside(index: IndexLike) -> Iterator[Index]:
    if isinstance(index, Index):
        yield index
    else:
        for inner in index.indices:
            yield from _inside(inner)


def free_indices(expr: Expr) -> frozenset[Index]:
    """The indices that no sum or product in the expression binds."""
    own = {index for item in _indices_of(expr) for index in _inside(item)}
    below = {index for child in expr.children for index in free_indices(child)}
    bound = {expr.index} if isinstance(expr, Binder) else set()
    return frozenset(own | (below - bound))


def symbols_of(expr: Expr) -> frozenset[Symbol]:
    """Every symbol in the expression, labels that stand as indices included."""
    found: set[Symbol] = set()
    for node in walk(expr):
        if isinstance(node, Member):
            found.add(node.symbol)
        found.update(item.symbol for item in _indices_of(node) if isinstance(item, Member))
    return frozenset(found)


def fresh_index(index: Index, taken: frozenset[Index]) -> Index:
    """The index, primed until it differs from every one in `taken`."""
    while index in taken:
        index = Index(index.name + "'", index.size)
    return index


def _rename(index: IndexLike, mapping: dict[IndexLike, IndexLike]) -> IndexLike:
    if index in mapping:
        return mapping[index]
    if isinstance(index, Member):
        return Member(index.symbol, tuple(_rename(inner, mapping) for inner in index.indices))
    return index


def _labels(index: IndexLike) -> frozenset[Symbol]:
    """The labels that stand in an index's place, the ones inside others included."""
    if isinstance(index, Index):
        return frozenset()
    return frozenset({index.symbol}.union(*(_labels(inner) for inner in index.indices)))


def at(expr: Expr, mapping: dict[IndexLike, IndexLike]) -> Expr:
    """The expression with free indices renamed; bound ones step aside, so nothing is captured.

    Raises ShapeError if a label would come under a sum over that label: a label has no other name to take.
    """
    match expr:
        case Member(symbol, indices):
            return Member(symbol, tuple(_rename(index, mapping) for index in indices))
        case Delta(left, right) | Ordered(left, right):
            return replace(expr, left=_rename(left, mapping), right=_rename(right, mapping))
        case Component(base, indices):
            return Component(at(base, mapping), tuple(_rename(index, mapping) for index in indices))
        case Binder(index, _):
            kept = {old: new for old, new in mapping.items() if index not in _inside(old)}
            taken = frozenset(inner for new in kept.values() for inner in _inside(new))
            parts = {name: getattr(expr, name) for name in expr.scoped}
            if index in taken:
                renamed = frozenset(inner for old in kept for inner in _inside(old))
                inside = frozenset(inner for part in parts.values() for inner in free_indices(part))
                fresh = fresh_index(index, taken | renamed | inside)
                parts, index = {name: at(part, {index: fresh}) for name, part in parts.items()}, fresh
            if isinstance(expr, First):
                expr = replace(expr, chosen=_rename(expr.chosen, mapping))
            return replace(expr, index=index, **{name: at(part, kept) for name, part in parts.items()})
        case AssignmentSum(labels, body):
            kept = {old: new for old, new in mapping.items() if labels not in _labels(old)}
            if any(labels in _labels(new) for new in kept.values()):
                raise ShapeError(f"{labels.name} is summed over and cannot be put in an index's place there")
            return AssignmentSum(labels, at(body, kept))
        case _:
            return expr.rebuilt(lambda child: at(child, mapping))


def substitute(expr: Expr, pattern: Member, replacement: Expr) -> Expr:
    """Every member of the pattern's family replaced: `pattern` is mu[k], `replacement` an expression in k.

    Raises ShapeError when the shapes differ. Indices bound in `expr` step aside from the free ones of the
    replacement, so nothing is captured; where a symbol would be, by a derivative or by a sum over labels,
    ShapeError too.
    """
    if len({i for i in pattern.indices if isinstance(i, Index)}) < len(pattern.indices):
        raise ShapeError(
            f"the indices of {pattern.symbol.name} must be different and no labels to stand for all"
        )
    if pattern.shape != replacement.shape:
        raise ShapeError(f"cannot put {names(replacement.shape)} in the place of {names(pattern.shape)}")
    taken = free_indices(replacement) - {i for i in pattern.indices if isinstance(i, Index)}
    return _substitute(expr, pattern, replacement, taken)


def _substitute(expr: Expr, pattern: Member, replacement: Expr, taken: frozenset[Index]) -> Expr:
    if isinstance(expr, Member) and expr.symbol == pattern.symbol:
        return at(replacement, dict(zip(pattern.indices, expr.indices, strict=True)))
    _refuse_capture(expr, pattern.symbol, replacement)
    if isinstance(expr, Binder) and expr.index in taken:
        fresh = fresh_index(expr.index, taken.union(*(free_indices(child) for child in expr.children)))
        parts = {name: at(getattr(expr, name), {expr.index: fresh}) for name in expr.scoped}
        expr = replace(expr, index=fresh, **parts)
    return expr.rebuilt(lambda child: _substitute(child, pattern, replacement, taken))


def _refuse_capture(expr: Expr, symbol: Symbol, replacement: Expr) -> None:
    """ShapeError if the node gives `symbol`, or a symbol of the replacement, a meaning of its own."""
    if any(symbol in _labels(index) for index in _indices_of(expr)):
        raise ShapeError(f"{symbol.name} stands in an index's place, where no expression can be put")
    match expr:
        case Gradient(_, Member(by, _)) if symbol == by:
            raise ShapeError(f"cannot substitute for {by.name}, by which is differentiated")
        case At(_, Member(by, _)) if symbol == by or by in symbols_of(replacement):
            raise ShapeError(f"{by.name} is given a value there and cannot be put in or substituted for")
        case Gradient(body, Member(by, _)) if by in symbols_of(replacement) and symbol in symbols_of(body):
            raise ShapeError(f"cannot put {by.name} for {symbol.name} where {by.name} is differentiated by")
        case AssignmentSum(labels, body) if labels in symbols_of(replacement) and symbol in symbols_of(body):
            raise ShapeError(f"cannot put {labels.name} for {symbol.name} where {labels.name} is summed over")
        case _:
            pass
