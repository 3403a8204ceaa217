"""Random expressions in which everything fits: what the laws of the kernel are tried on.

The world is that of the sheet (points, components, dimensions; families of scalars, vectors and matrices with
their domains). Names are bound, repeated and shadowed on purpose; an index i over the points and another i over the
components occur side by side. Parts that were grown before are used again, so that squares and equal factors occur.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import TypeAlias

from hypothesis import strategies as st

from derivations.calculus import domains
from derivations.calculus.expressions import (
    SCALAR,
    Abs,
    Add,
    AssignmentSum,
    At,
    Bracket,
    Component,
    Delta,
    Det,
    Div,
    Exp,
    Expr,
    First,
    Gradient,
    Identity,
    Index,
    Inverse,
    Log,
    LogDet,
    LogSumExp,
    MatMul,
    Median,
    Member,
    Minimum,
    Mul,
    Neg,
    Number,
    Ordered,
    Pow,
    Product,
    Shape,
    Size,
    Sum,
    Symbol,
    Trace,
    Transpose,
    WeightedLog,
    Zero,
    free_indices,
    sizes,
    symbols_of,
    walk,
)

N, K, D = sizes("N K D")
INDICES = {size: size.indices(names) for size, names in ((N, "i j m"), (K, "k l i"), (D, "d e k"))}
SMALLEST, LARGEST = 6, 50  # nodes
FREE = frozenset(indices[0] for indices in INDICES.values())  # the others occur bound only

COLUMN: Shape = (D, 1)
ROW: Shape = (1, D)
SQUARE: Shape = (D, D)
WIDE: Shape = (D, K)
TALL: Shape = (K, D)
SHAPES: tuple[Shape, ...] = (SCALAR, SCALAR, SCALAR, COLUMN, ROW, SQUARE, WIDE, TALL)


def _symbols(shape: Shape, *rows: tuple[str, tuple[Size, ...], domains.Domain]) -> tuple[Symbol, ...]:
    return tuple(Symbol(name, name, family, shape, domain) for name, family, domain in rows)


SCALARS = _symbols(
    SCALAR,
    ("s", (), domains.REAL),
    ("a", (N,), domains.REAL),
    ("b", (K,), domains.REAL),
    ("c", (K, K), domains.REAL),
    ("r", (N, K), domains.REAL),
    ("gamma", (N, K), domains.SIMPLEX),
    ("hot", (N, K), domains.ONE_HOT),
    ("bit", (N,), domains.BINARY),
)
POSITIVES = _symbols(
    SCALAR,
    ("p", (), domains.POSITIVE),
    ("w", (K,), domains.POSITIVE),
    ("pi", (K,), domains.OPEN_SIMPLEX),
    ("f", (N,), domains.FRACTION),
)
COLUMNS = _symbols(
    COLUMN,
    ("v", (), domains.REAL),
    ("x", (N,), domains.REAL),
    ("mu", (K,), domains.REAL),
    ("unit", (), domains.UNIT),
)
WIDES = _symbols(WIDE, ("B", (), domains.REAL))
GENERAL = _symbols(SQUARE, ("A", (), domains.REAL), ("C", (N,), domains.REAL), ("G", (K,), domains.REAL))
SYMMETRIC = _symbols(SQUARE, ("S", (), domains.SYMMETRIC), ("T", (K,), domains.SEMIDEFINITE))
INVERTIBLE = _symbols(SQUARE, ("M", (), domains.INVERTIBLE))
DEFINITE = _symbols(SQUARE, ("P", (), domains.DEFINITE), ("Sigma", (K,), domains.DEFINITE))

LABELS = Symbol("z", "z", (N,), domain=domains.LABEL, labels=K)
CHOSEN = Symbol("t", "t", (N,), domain=domains.LABEL, labels=K)  # bound by a sum over assignments

VARIABLES = tuple(
    symbol
    for symbol in (*SCALARS, *POSITIVES, *COLUMNS, *GENERAL, *SYMMETRIC, *INVERTIBLE, *DEFINITE)
    if not (symbol.domain.sums_to_one or symbol.domain.unit or symbol.domain.binary)
)

Making: TypeAlias = "Callable[[Grower, int], Expr]"


class Grower:
    """Grows one expression: every choice is drawn. `visible` are the indices that may stand free.

    The palette holds few symbols of each kind, so that they meet again and again in one expression.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.visible: tuple[Index, ...] = tuple(FREE)
        self.palette: dict[tuple[Symbol, ...], tuple[Symbol, ...]] = {}
        self.grown: dict[tuple[str, Shape], list[Expr]] = {}

    def choose(self, depth: int, leaves: tuple[Making, ...], nodes: tuple[Making, ...]) -> Expr:
        """Something from the first list when no depth is left, else from either."""
        among = (*leaves, *nodes, *nodes) if depth > 0 else leaves
        return self.random.choice(among)(self, depth - 1)

    def index(self, size: Size) -> Index:
        return self.random.choice([index for index in self.visible if index.size == size])

    def member(self, symbols: tuple[Symbol, ...]) -> Member:
        if symbols not in self.palette:
            self.palette[symbols] = tuple(self.random.choices(symbols, k=self.random.randint(1, 2)))
        symbol = self.random.choice(self.palette[symbols])
        return symbol[tuple(self.place(size) for size in symbol.family)]

    def place(self, size: Size) -> Index | Member:
        """An index, or now and then the label of a point."""
        labelled = size == K and self.random.random() < 0.04
        return LABELS[self.index(N)] if labelled else self.index(size)

    def again(self, kind: str, shape: Shape, make: Callable[[int], Expr], depth: int) -> Expr:
        """Something new, or what was grown before, if its free indices may stand here."""
        known = [part for part in self.grown.get((kind, shape), ()) if free_indices(part) <= {*self.visible}]
        if known and self.random.random() < 0.2:
            return self.random.choice(known)
        made = make(depth)
        self.grown.setdefault((kind, shape), []).append(made)
        return made

    def bound(
        self, node: type[Sum | Product | LogSumExp | Minimum], make: Callable[[int], Expr], depth: int
    ) -> Expr:
        """A binder over any index, be its name free or bound outside or not."""
        index = self.random.choice([index for indices in INDICES.values() for index in indices])
        outside, self.visible = self.visible, tuple({*self.visible, index})
        body = make(depth)
        self.visible = outside
        return node(index, body)

    # ------------------------------------------------------------------------------ by shape

    def shaped(self, shape: Shape, depth: int) -> Expr:
        if shape in (ROW, TALL):
            return Transpose(self.shaped((shape[1], shape[0]), depth))
        made = {SCALAR: self.scalar, COLUMN: self.column, SQUARE: self.square, WIDE: self.wide}
        return made[shape](depth)

    def scalar(self, depth: int) -> Expr:
        return self.again("any", SCALAR, lambda inner: self.choose(inner, SCALAR_LEAVES, SCALAR_NODES), depth)

    def positive(self, depth: int) -> Expr:
        return self.again(
            "positive", SCALAR, lambda inner: self.choose(inner, POSITIVE_LEAVES, POSITIVE_NODES), depth
        )

    def column(self, depth: int) -> Expr:
        nodes = (*array_nodes(COLUMN), *COLUMN_NODES)
        return self.again("any", COLUMN, lambda inner: self.choose(inner, COLUMN_LEAVES, nodes), depth)

    def wide(self, depth: int) -> Expr:
        return self.choose(depth, WIDE_LEAVES, (*array_nodes(WIDE), *WIDE_NODES))

    def square(self, depth: int) -> Expr:
        nodes = (*array_nodes(SQUARE), *SQUARE_NODES)
        return self.again("any", SQUARE, lambda inner: self.choose(inner, SQUARE_LEAVES, nodes), depth)

    def invertible(self, depth: int) -> Expr:
        return self.choose(depth, INVERTIBLE_LEAVES, INVERTIBLE_NODES)

    def definite(self, depth: int) -> Expr:
        return self.again(
            "definite", SQUARE, lambda inner: self.choose(inner, DEFINITE_LEAVES, DEFINITE_NODES), depth
        )

    def small(self, depth: int) -> Expr:
        """A scalar that stays small, to be put into an exponential."""
        return Div(self.member(SCALARS), Number(Fraction(self.random.randint(7, 9))))

    def gradient(self, shape: Shape, depth: int) -> Expr:
        """The derivative by something that occurs in the body, if anything of that shape does."""
        body = self.scalar(min(depth, 3))
        fitting = tuple(symbol for symbol in VARIABLES if symbol.shape == shape)
        used = symbols_of(body)
        symbol = self.random.choice([symbol for symbol in fitting if symbol in used] or fitting)
        return Gradient(body, symbol[tuple(self.index(size) for size in symbol.family)])

    def value_put_in(self, depth: int) -> Expr:
        """The body with another value for a symbol, one that occurs in it if any does."""
        body = self.scalar(min(depth, 3))
        single = [symbol for symbol in VARIABLES if not symbol.family and symbol.domain in VALUES]
        symbol = self.random.choice([one for one in single if one in symbols_of(body)] or single)
        makers = {domains.POSITIVE: self.positive, domains.DEFINITE: self.definite}
        makers |= {domains.INVERTIBLE: self.invertible}
        made = makers.get(symbol.domain, lambda inner: self.shaped(symbol.shape, inner))(min(depth, 1))
        return At(body, symbol[()], made)


def number(grow: Grower, depth: int) -> Expr:
    return Number(Fraction(grow.random.choice((-2, -1, 0, 1, 3)), grow.random.choice((1, 2))))


def delta(grow: Grower, depth: int) -> Expr:
    size = grow.random.choice([N, K, D])
    return Delta(grow.index(size), grow.index(size))


def ordered(grow: Grower, depth: int) -> Expr:
    """Where it stands in a sum, that sum depends on the other index."""
    size = grow.random.choice([N, K, D])
    return Ordered(grow.index(size), grow.index(size))


def bracket(grow: Grower, depth: int) -> Expr:
    return Bracket(
        grow.scalar(min(depth, 1)), grow.random.choice(("<", "<=", "=")), grow.scalar(min(depth, 1))
    )


def weighted_logarithm(grow: Grower, depth: int) -> Expr:
    """Weight and body vanish together, or the body is positive."""
    chance = grow.member(CHANCES)
    if grow.random.random() < 0.5:
        return WeightedLog(Mul((chance, grow.positive(depth))), grow.positive(depth))
    return WeightedLog(Mul((chance, grow.positive(depth))), Div(chance, grow.positive(depth)))


def smallest(grow: Grower, depth: int) -> Expr:
    """A minimum, the first place where it is taken, or a median: of something small."""
    index = grow.random.choice([index for indices in INDICES.values() for index in indices])
    outside, grow.visible = grow.visible, tuple({*grow.visible, index})
    body, weight = grow.scalar(min(depth, 2)), grow.positive(min(depth, 1))
    grow.visible = outside
    kind = grow.random.choice((Minimum, First, Median))
    if kind is First:
        return First(index, body, grow.index(index.size))
    return Median(index, body, weight) if kind is Median else Minimum(index, body)


def over_assignments(grow: Grower, depth: int) -> Expr:
    """The sum over all assignments of a product over the points, beside it perhaps a sum over the points."""
    point = grow.random.choice(INDICES[N])
    label = CHOSEN[point]
    weights = [symbol for symbol in SCALARS if symbol.family == (N, K)]
    weight = Product(point, grow.random.choice(weights)[point, label])
    if grow.random.random() < 0.5:
        return AssignmentSum(CHOSEN, weight)
    other = grow.random.choice(INDICES[N])
    beside = grow.random.choice(weights)[other, CHOSEN[other]]
    return AssignmentSum(CHOSEN, Mul((weight, Sum(other, beside))))


def component(grow: Grower, depth: int) -> Expr:
    shape = grow.random.choice([COLUMN, SQUARE, WIDE])
    body = grow.shaped(shape, depth)
    indices = tuple(grow.index(size) for size in shape if isinstance(size, Size))
    return Component(body, indices)


def array_nodes(shape: Shape) -> tuple[Making, ...]:
    """What is done alike to arrays of every shape."""
    return (
        lambda grow, depth: Add((grow.shaped(shape, depth), grow.shaped(shape, depth))),
        lambda grow, depth: Neg(grow.shaped(shape, depth)),
        lambda grow, depth: Mul((grow.scalar(depth), grow.shaped(shape, depth))),
        lambda grow, depth: Div(grow.shaped(shape, depth), grow.positive(depth)),
        lambda grow, depth: grow.bound(Sum, lambda inner: grow.shaped(shape, inner), depth),
        lambda grow, depth: MatMul((grow.square(depth), grow.shaped(shape, depth))),
    )


VALUES = (domains.REAL, domains.POSITIVE, domains.DEFINITE, domains.INVERTIBLE)
FRACTIONS = tuple(symbol for symbol in POSITIVES if symbol.domain.below_one)
CHANCES = tuple(symbol for symbol in SCALARS if symbol.domain.nonnegative)

SCALAR_LEAVES: tuple[Making, ...] = (
    number,
    delta,
    ordered,
    lambda grow, depth: grow.random.choice([N, K, D]),
    lambda grow, depth: grow.member(SCALARS),
    lambda grow, depth: grow.member(SCALARS),
    lambda grow, depth: grow.member(POSITIVES),
)
SCALAR_NODES: tuple[Making, ...] = (
    lambda grow, depth: Add((grow.scalar(depth), grow.scalar(depth))),
    lambda grow, depth: Mul((grow.scalar(depth), grow.scalar(depth))),
    lambda grow, depth: Mul((grow.scalar(depth), grow.scalar(depth), grow.scalar(depth - 1))),
    lambda grow, depth: Neg(grow.scalar(depth)),
    lambda grow, depth: Div(grow.scalar(depth), grow.positive(depth)),
    lambda grow, depth: Pow(grow.scalar(depth), Number(Fraction(grow.random.randint(0, 3)))),
    lambda grow, depth: grow.bound(Sum, grow.scalar, depth),
    lambda grow, depth: grow.bound(Sum, grow.scalar, depth),
    lambda grow, depth: grow.bound(LogSumExp, grow.small, depth),
    lambda grow, depth: Trace(grow.square(depth)),
    lambda grow, depth: MatMul((Transpose(grow.column(depth)), grow.column(depth))),
    lambda grow, depth: MatMul((Transpose(grow.column(depth)), grow.square(depth), grow.column(depth))),
    component,
    bracket,
    smallest,
    weighted_logarithm,
    over_assignments,
    lambda grow, depth: Abs(grow.scalar(depth)),
    lambda grow, depth: Det(grow.definite(depth)),
    lambda grow, depth: grow.value_put_in(depth),
    lambda grow, depth: Log(grow.positive(depth)),
    lambda grow, depth: LogDet(grow.invertible(depth)),
    lambda grow, depth: grow.gradient(SCALAR, depth),
    lambda grow, depth: grow.positive(depth),
)
POSITIVE_LEAVES: tuple[Making, ...] = (
    lambda grow, depth: Number(Fraction(grow.random.randint(1, 6), 2)),
    lambda grow, depth: grow.member(POSITIVES),
    lambda grow, depth: grow.member(POSITIVES),
)
POSITIVE_NODES: tuple[Making, ...] = (
    lambda grow, depth: Add((grow.positive(depth), grow.positive(depth))),
    lambda grow, depth: Mul((grow.positive(depth), grow.positive(depth))),
    lambda grow, depth: Div(grow.positive(depth), grow.positive(depth)),
    lambda grow, depth: Pow(grow.positive(depth), Number(Fraction(grow.random.randint(-2, 2)))),
    lambda grow, depth: Pow(grow.positive(depth), Number(Fraction(grow.random.choice((-3, -1, 1)), 2))),
    lambda grow, depth: Add((Number(Fraction(1)), Neg(grow.member(FRACTIONS)))),
    lambda grow, depth: grow.bound(Sum, grow.positive, depth),
    lambda grow, depth: grow.bound(Product, grow.positive, min(depth, 1)),
    lambda grow, depth: Exp(grow.small(depth)),
)
COLUMN_LEAVES: tuple[Making, ...] = (
    *(lambda grow, depth: grow.member(COLUMNS) for _ in range(5)),
    lambda grow, depth: Zero(COLUMN),
)
COLUMN_NODES: tuple[Making, ...] = (
    lambda grow, depth: MatMul((Transpose(grow.square(depth)), grow.column(depth))),
    lambda grow, depth: MatMul((grow.wide(depth), Transpose(grow.wide(depth)), grow.column(depth))),
    lambda grow, depth: grow.gradient(COLUMN, depth),
)
WIDE_LEAVES: tuple[Making, ...] = (lambda grow, depth: grow.member(WIDES),)
WIDE_NODES: tuple[Making, ...] = (
    lambda grow, depth: MatMul((grow.column(depth), Transpose(grow.column(depth)), grow.wide(depth))),
)
SQUARE_LEAVES: tuple[Making, ...] = (
    lambda grow, depth: grow.member(GENERAL),
    lambda grow, depth: grow.member(SYMMETRIC),
    lambda grow, depth: grow.member(DEFINITE),
    lambda grow, depth: Identity(D),
)
SQUARE_NODES: tuple[Making, ...] = (
    lambda grow, depth: Transpose(grow.square(depth)),
    lambda grow, depth: MatMul((grow.column(depth), Transpose(grow.column(depth)))),
    lambda grow, depth: MatMul((grow.wide(depth), Transpose(grow.wide(depth)))),
    lambda grow, depth: Inverse(grow.invertible(depth)),
    lambda grow, depth: grow.invertible(depth),
    lambda grow, depth: grow.gradient(SQUARE, depth),
)
INVERTIBLE_LEAVES: tuple[Making, ...] = (
    lambda grow, depth: grow.member(INVERTIBLE),
    lambda grow, depth: grow.member(DEFINITE),
)
INVERTIBLE_NODES: tuple[Making, ...] = (
    lambda grow, depth: Transpose(grow.invertible(depth)),
    lambda grow, depth: Inverse(grow.invertible(depth)),
    lambda grow, depth: MatMul((grow.invertible(depth), grow.invertible(depth))),
    lambda grow, depth: Mul((grow.positive(depth), grow.invertible(depth))),
    lambda grow, depth: grow.definite(depth),
)
DEFINITE_LEAVES: tuple[Making, ...] = (
    lambda grow, depth: grow.member(DEFINITE),
    lambda grow, depth: Identity(D),
)
DEFINITE_NODES: tuple[Making, ...] = (
    lambda grow, depth: Add((grow.definite(depth), grow.definite(depth))),
    lambda grow, depth: Mul((grow.positive(depth), grow.definite(depth))),
    lambda grow, depth: Inverse(grow.definite(depth)),
    lambda grow, depth: grow.bound(Sum, grow.definite, depth),
)


def grown(random: Random, shapes: tuple[Shape, ...] = SHAPES, depth: int = 5) -> Expr:
    """An expression of one of the shapes, neither small nor large, with free indices among FREE."""
    while True:
        expr = Grower(random).shaped(random.choice(shapes), random.randint(depth - 2, depth))
        if SMALLEST <= sum(1 for _ in walk(expr)) <= LARGEST:
            return expr


def expressions(shapes: tuple[Shape, ...] = SHAPES, depth: int = 5) -> st.SearchStrategy[Expr]:
    """As a strategy. It does not shrink: a test that fails looks for the smallest part that fails instead."""
    return st.randoms(use_true_random=True).map(lambda random: grown(random, shapes, depth))
