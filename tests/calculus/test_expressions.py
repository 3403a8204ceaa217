"""Laws of the expression trees: shapes, nothing rewritten, and renaming and substitution that cannot capture.

The last are laws over random scalar expressions with nested sums and repeated names. They are stated with an
evaluator of a few lines: replacing must have the same effect as changing what the replaced thing means.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_symbols import A, D, K, N, S, d, e, i, k, l, v, z

from derivations.calculus.domains import LABEL, POSITIVE, SYMMETRIC, UNIT
from derivations.calculus.expressions import (
    Abs,
    Add,
    AssignmentSum,
    At,
    Bracket,
    Delta,
    Det,
    Div,
    Exp,
    Expr,
    First,
    Gradient,
    Identity,
    Index,
    IndexLike,
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
    ShapeError,
    Sum,
    Symbol,
    Trace,
    Transpose,
    WeightedLog,
    Zero,
    as_expr,
    at,
    free_indices,
    fresh_index,
    index_range,
    inv,
    matrices,
    matrix,
    quadratic,
    scalar,
    scalars,
    substitute,
    sum_over,
    symbols_of,
    vector,
    vectors,
    walk,
)

(j,) = N.indices("j")

s = scalar("s", "s", POSITIVE)
B = matrix("B", "B", D, K)
x = vectors("x", "x", (N,), D)
Sigma = matrices("Sigma", r"\Sigma", (K,), D)
gamma = scalars("gamma", r"\gamma", (N, K))

# ---------------------------------------------------------------------------------- shapes

SHAPES: tuple[tuple[Expr, Shape], ...] = (
    (s, (1, 1)),
    (D, (1, 1)),
    (v, (D, 1)),
    (v.T, (1, D)),
    (B, (D, K)),
    (B.T, (K, D)),
    (A @ v, (D, 1)),
    (v @ v.T, (D, D)),
    (v.T @ A @ v, (1, 1)),
    (quadratic(v, A), (1, 1)),
    (A @ B, (D, K)),
    (s * v, (D, 1)),
    (v * s, (D, 1)),
    (2 * v - v / s, (D, 1)),
    (inv(A), (D, D)),
    (Trace(A), (1, 1)),
    (Det(A), (1, 1)),
    (LogDet(S), (1, 1)),
    (Identity(D), (D, D)),
    (Zero((D, 1)), (D, 1)),
    (v[d], (1, 1)),
    (B[d, k], (1, 1)),
    (x[i], (D, 1)),
    (x[i][d], (1, 1)),
    (Sigma[z[i]], (D, D)),
    (Sum(i, x[i]), (D, 1)),
    (sum_over(i, k, gamma[i, k] * Sigma[k]), (D, D)),
    (Product(i, gamma[i, k]), (1, 1)),
    (LogSumExp(k, gamma[i, k]), (1, 1)),
    (AssignmentSum(z, gamma[i, z[i]]), (1, 1)),
    (Minimum(k, gamma[i, k]), (1, 1)),
    (First(k, gamma[i, k], l), (1, 1)),
    (Median(i, gamma[i, k], s), (1, 1)),
    (At(v * s, s, s + 1), (D, 1)),
    (Gradient(s, s), (1, 1)),
    (Gradient(v.T @ A @ v, v), (D, 1)),
    (Gradient(LogDet(Sigma[k]), Sigma[k]), (D, D)),
)

MISFITS: tuple[tuple[Callable[[], object], tuple[str, ...]], ...] = (
    (lambda: v + s, ("(D, 1)", "(1, 1)")),
    (lambda: v - v.T, ("(D, 1)", "(1, D)")),
    (lambda: v + v + A, ("(D, 1)", "(D, D)")),
    (lambda: v * v, ("(D, 1) times (D, 1)", "@")),
    (lambda: s * A * v, ("(D, D) times (D, 1)", "@")),
    (lambda: A @ B.T, ("(D, D)", "(K, D)")),
    (lambda: v @ v, ("(D, 1)",)),
    (lambda: A @ s, ("(D, D)", "(1, 1)")),
    (lambda: s / v, ("(1, 1)", "(D, 1)")),
    (lambda: A**2, ("(D, D)", "(1, 1)", "scalars only")),
    (lambda: s**v, ("(1, 1)", "(D, 1)")),
    (lambda: inv(B), ("Inverse", "(D, K)", "not square")),
    (lambda: Trace(v), ("Trace", "(D, 1)", "not square")),
    (lambda: Det(B), ("Det", "(D, K)")),
    (lambda: LogDet(B), ("LogDet", "(D, K)")),
    (lambda: Log(v), ("Log", "(D, 1)")),
    (lambda: Exp(A), ("Exp", "(D, D)")),
    (lambda: WeightedLog(s, v), ("(1, 1)", "(D, 1)")),
    (lambda: Product(i, x[i]), ("Product over i", "(D, 1)")),
    (lambda: LogSumExp(i, x[i]), ("LogSumExp over i", "(D, 1)")),
    (lambda: gamma[k, i], ("gamma", "(N, K)", "(K, N)")),
    (lambda: gamma[i], ("gamma", "(N, K)", "(N)")),
    (lambda: x[k], ("x", "(N)", "(K)")),
    (lambda: v[k], ("(D, 1)", "(K)")),
    (lambda: v[d, e], ("(D, 1)", "(D, D)")),
    (lambda: B[d], ("(D, K)", "(D)")),
    (lambda: A[d, k], ("(D, D)", "(D, K)")),
    (lambda: Sigma[s], ("s is not a label",)),
    (lambda: AssignmentSum(gamma, s), ("gamma is not a family of labels",)),
    (lambda: AssignmentSum(scalars("y", "y", (N, N)), s), ("y is not a family of labels",)),
    (
        lambda: AssignmentSum(Symbol("y", "y", (N, N), domain=LABEL, labels=K), s),
        ("y is not a family of labels",),
    ),
    (lambda: Minimum(i, x[i]), ("Minimum over i", "(D, 1)")),
    (lambda: First(k, gamma[i, k], i), ("(N)", "range of k")),
    (lambda: Median(i, x[i], s), ("Median over i", "(D, 1)")),
    (lambda: Median(i, s, x[i]), ("a weight is a scalar", "(D, 1)")),
    (lambda: At(s, gamma[i, k], s), ("no family",)),
    (lambda: At(s, s + 1, s), ("no family",)),
    (lambda: At(s, s, v), ("(D, 1)", "(1, 1)")),
    (lambda: Gradient(v, v), ("(D, 1)", "take its entries")),
    (lambda: Gradient(s, s + s), ("by a symbol",)),
    (lambda: substitute(v, v, s), ("(1, 1)", "(D, 1)")),
)


@pytest.mark.parametrize(("expr", "shape"), SHAPES)
def test_the_shape_of_what_fits(expr: Expr, shape: Shape) -> None:
    assert expr.shape == shape
    assert expr.is_scalar == (shape == (1, 1))


@pytest.mark.parametrize(("build", "said"), MISFITS)
def test_what_does_not_fit_is_refused_with_both_shapes(
    build: Callable[[], object], said: tuple[str, ...]
) -> None:
    with pytest.raises(ShapeError) as refusal:
        build()
    for words in said:
        assert words in str(refusal.value)


def test_a_float_is_refused() -> None:
    for value in (0.5, "1/2", None):
        with pytest.raises(TypeError, match=r"integer or a fraction"):
            as_expr(value)  # type: ignore[arg-type]


# ------------------------------------------------------------------------ nothing rewritten

half = Fraction(1, 2)
t = scalar("t", "t")

AS_WRITTEN: tuple[tuple[Expr, Expr], ...] = (
    (s + t, Add((s, t))),
    (s + t + 1, Add((s, t, as_expr(1)))),
    (s + (t + 1), Add((s, Add((t, as_expr(1)))))),
    (s - t, Add((s, Neg(t)))),
    (1 - s, Add((as_expr(1), Neg(s)))),
    (s - s, Add((s, Neg(s)))),
    (s + 0, Add((s, as_expr(0)))),
    (-Neg(s), Neg(Neg(s))),
    (half * (s + t), Mul((Number(half), Add((s, t))))),
    (s * t * 2, Mul((s, t, as_expr(2)))),
    (s * 1, Mul((s, as_expr(1)))),
    (s * 0, Mul((s, as_expr(0)))),
    (s / s, Div(s, s)),
    (1 / s, Div(as_expr(1), s)),
    (s**1, Pow(s, as_expr(1))),
    (Exp(Log(s) + t), Exp(Add((Log(s), t)))),
    (Log(Exp(s)), Log(Exp(s))),
    (A.T.T, Transpose(Transpose(A))),
    (S.T, Transpose(S)),
    (inv(inv(A)), Inverse(Inverse(A))),
    (A @ inv(A), MatMul((A, Inverse(A)))),
    (A @ A @ v, MatMul((A, A, v))),
    (A @ (A @ v), MatMul((A, MatMul((A, v))))),
    (Identity(D) @ v, MatMul((Identity(D), v))),
    (Sum(i, s), Sum(i, s)),
    (Delta(i, i), Delta(i, i)),
    (as_expr(2) + 2, Add((as_expr(2), as_expr(2)))),
)


@pytest.mark.parametrize(("built", "tree"), AS_WRITTEN)
def test_what_is_written_is_what_is_kept(built: Expr, tree: Expr) -> None:
    assert built == tree
    assert hash(built) == hash(tree)
    assert repr(built) == repr(tree)


DIFFERENT: tuple[tuple[Expr, Expr], ...] = (
    (s + t, t + s),
    (s * t, t * s),
    (half * (s + t), half * s + half * t),
    (s - s, as_expr(0)),
    (s * 1, s),
    (A.T.T, A),
    (S.T, S),
    (Identity(D) @ v, v),
    (A @ (A @ v), A @ A @ v),
    (Sum(i, gamma[i, k]), Sum(j, gamma[j, k])),
    (Delta(i, j), Delta(j, i)),
    (Log(s), Exp(s)),
)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_equal_values_are_not_equal_trees(left: Expr, right: Expr) -> None:
    assert left != right


def test_a_tree_cannot_be_changed() -> None:
    total = Sum(i, gamma[i, k])
    with pytest.raises(FrozenInstanceError):
        total.body = s  # type: ignore[misc]


def test_rebuilding_with_the_same_children_gives_the_same_tree() -> None:
    for expr, _ in SHAPES:
        assert expr.rebuilt(lambda child: child) == expr


def test_sizes_and_labels_are_no_children() -> None:
    for leaf in (Identity(D), Zero((D, K)), gamma[i, z[i]], Delta(z[i], k), D):
        assert leaf.rebuilt(lambda child: Exp(child)) == leaf


SHORT: tuple[tuple[Expr | Symbol, Expr | Symbol], ...] = (
    (scalar("y", r"\upsilon", POSITIVE), Symbol("y", r"\upsilon", (), (1, 1), POSITIVE)[()]),
    (vector("y", r"\upsilon", D, UNIT), Symbol("y", r"\upsilon", (), (D, 1), UNIT)[()]),
    (matrix("y", r"\upsilon", D, K), Symbol("y", r"\upsilon", (), (D, K))[()]),
    (matrix("y", r"\upsilon", D, domain=SYMMETRIC), Symbol("y", r"\upsilon", (), (D, D), SYMMETRIC)[()]),
    (scalars("y", r"\upsilon", (N, K), POSITIVE), Symbol("y", r"\upsilon", (N, K), (1, 1), POSITIVE)),
    (vectors("y", r"\upsilon", (N,), D, UNIT), Symbol("y", r"\upsilon", (N,), (D, 1), UNIT)),
    (matrices("y", r"\upsilon", (K,), D, SYMMETRIC), Symbol("y", r"\upsilon", (K,), (D, D), SYMMETRIC)),
    (sum_over(i, k, s), Sum(i, Sum(k, s))),
    (quadratic(v, A), v.T @ A @ v),
    (inv(A), Inverse(A)),
)


@pytest.mark.parametrize(("short", "long"), SHORT)
def test_what_a_short_form_stands_for(short: Expr | Symbol, long: Expr | Symbol) -> None:
    assert short == long


# -------------------------------------------------------------------------- reading a tree

FREE: tuple[tuple[Expr, set[Index]], ...] = (
    (s, set()),
    (gamma[i, k], {i, k}),
    (Sum(i, gamma[i, k]), {k}),
    (Sum(i, gamma[i, k]) * gamma[i, l], {i, k, l}),
    (Sum(i, gamma[j, k]), {j, k}),
    (Sigma[z[i]], {i}),
    (Sum(i, Delta(z[i], k)), {k}),
    (Sum(i, x[j] * Sum(j, gamma[j, k])), {j, k}),
    (v[d] * A[d, e], {d, e}),
    (Sum(d, x[i][d]), {i}),
    (Gradient(Sum(i, gamma[i, k]), gamma[j, l]), {k, j, l}),
    (AssignmentSum(z, gamma[i, z[i]]), {i}),
    (LogSumExp(k, gamma[i, k]), {i}),
    (First(l, gamma[i, l], k), {i, k}),
    (First(l, gamma[i, l], l), {i, l}),
    (Median(i, gamma[i, k], gamma[i, l]), {k, l}),
    (At(s * gamma[i, k], s, gamma[j, l]), {i, j, k, l}),
    (Product(k, gamma[i, k]), {i}),
)


@pytest.mark.parametrize(("expr", "expected"), FREE)
def test_free_indices(expr: Expr, expected: set[Index]) -> None:
    assert free_indices(expr) == expected


def test_symbols_are_found_in_the_place_of_an_index_too() -> None:
    assert symbols_of(Sum(i, gamma[i, z[i]] * s)) == {gamma, z, s.symbol}
    assert symbols_of(Delta(z[i], k)) == {z}
    assert symbols_of(x[i][d]) == {x}


def test_walking_is_top_down_and_complete() -> None:
    assert list(walk(s * (t + 1))) == [s * (t + 1), s, t + 1, t, as_expr(1)]


def test_the_range_of_a_label_is_that_of_what_it_numbers() -> None:
    assert index_range(i) == N
    assert index_range(z[i]) == K
    with pytest.raises(ShapeError, match="gamma is not a label"):
        index_range(gamma[i, k])


def test_a_fresh_index_is_primed_until_it_is_new() -> None:
    prime, second = Index("i'", N), Index("i''", N)
    assert fresh_index(i, frozenset()) == i
    assert fresh_index(i, frozenset({i})) == prime
    assert fresh_index(i, frozenset({i, prime})) == second
    assert fresh_index(i, frozenset({Index("i", K)})) == i


# --------------------------------------------------------- replacing: examples with names

a = scalars("a", "a", (N,))
c = scalars("c", "c", (N, N))
prime = Index("i'", N)

RENAMED: tuple[tuple[Expr, dict[IndexLike, IndexLike], Expr], ...] = (
    (a[i], {i: j}, a[j]),
    (c[i, j], {i: j, j: i}, c[j, i]),
    (Sum(i, c[i, j]), {i: j}, Sum(i, c[i, j])),
    (Sum(i, c[i, j]), {j: i}, Sum(prime, c[prime, i])),
    (Sum(i, Sum(prime, c[i, prime] * a[j])), {j: i}, Sum(prime, Sum(Index("i''", N), c[prime, Index("i''", N)] * a[i]))),
    (Sum(i, a[i]), {prime: i}, Sum(Index("i''", N), a[Index("i''", N)])),
    (Delta(i, j), {i: j}, Delta(j, j)),
    (x[i][d], {d: e}, x[i][e]),
    (gamma[i, z[i]], {i: j}, gamma[j, z[j]]),
    (gamma[i, z[i]], {z[i]: k}, gamma[i, k]),
    (Sum(i, gamma[i, z[i]]), {z[i]: k}, Sum(i, gamma[i, z[i]])),
    (Gradient(s * a[i], a[i]), {i: j}, Gradient(s * a[j], a[j])),
)  # fmt: skip


@pytest.mark.parametrize(("expr", "mapping", "expected"), RENAMED)
def test_renaming(expr: Expr, mapping: dict[IndexLike, IndexLike], expected: Expr) -> None:
    assert at(expr, mapping) == expected


b = scalars("b", "b", (N,))

SUBSTITUTED: tuple[tuple[Expr, Member, Expr, Expr], ...] = (
    (a[j] + 1, a[i], b[i] * s, b[j] * s + 1),
    (a[i] * a[j], a[i], a[i] + 1, (a[i] + 1) * (a[j] + 1)),
    (Sum(i, a[i]), a[i], b[i], Sum(i, b[i])),
    (Sum(i, a[i]), a[j], b[i], Sum(prime, b[i])),
    (Sum(i, a[i]), a[j], c[i, j], Sum(prime, c[i, prime])),
    (Sum(i, a[i] * t), t, b[i], Sum(prime, a[prime] * b[i])),
    (Gradient(s * a[i], s), a[j], b[j], Gradient(s * b[i], s)),
)


@pytest.mark.parametrize(("expr", "pattern", "replacement", "expected"), SUBSTITUTED)
def test_substituting(expr: Expr, pattern: Member, replacement: Expr, expected: Expr) -> None:
    assert substitute(expr, pattern, replacement) == expected


CAPTURES: tuple[tuple[Callable[[], Expr], str], ...] = (
    (lambda: substitute(Gradient(s * s, s), s, t), "substitute for s, by which is differentiated"),
    (lambda: substitute(Gradient(s * t, s), t, s), "put s for t where s is differentiated by"),
    (lambda: substitute(Gradient(s * a[i], s), a[j], b[j] * s), "put s for a where s is differentiated by"),
    (lambda: substitute(AssignmentSum(z, t), t, gamma[i, z[i]]), "put z for t where z is summed over"),
    (lambda: at(AssignmentSum(z, gamma[i, k]), {k: z[i]}), "z is summed over"),
    (lambda: substitute(gamma[i, z[i]], z[i], t), "z stands in an index's place"),
    (lambda: substitute(c[i, j], c[i, i], s), "the indices of c must be different"),
    (
        lambda: substitute(gamma[i, k], gamma[i, z[i]], s),
        "the indices of gamma must be different and no labels",
    ),
)


@pytest.mark.parametrize(("build", "said"), CAPTURES)
def test_what_would_be_captured_is_refused(build: Callable[[], Expr], said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        build()


# --------------------------------------------------------------- replacing: laws over trees

FAMILIES = {
    symbol.name: symbol
    for symbol in (
        scalars("s", "s", ()),
        scalars("a", "a", (N,)),
        scalars("b", "b", (K,)),
        scalars("c", "c", (N, K)),
        scalars("m", "m", (K, K)),
    )
}
LENGTHS = {N: 2, K: 3}
Table = Callable[[tuple[int, ...]], Fraction]


@dataclass(frozen=True)
class Meaning:
    """What the free names of an expression mean: numbers for indices, tables for families and labels."""

    indices: Mapping[Index, int]
    tables: Mapping[str, Table]
    labels: tuple[int, ...]

    def number(self, index: IndexLike) -> int:
        if isinstance(index, Index):
            return self.indices[index]
        return self.labels[self.number(index.indices[0])]

    def having(self, index: Index, number: int) -> Meaning:
        return replace(self, indices={**self.indices, index: number})


RELATIONS = {"<": operator.lt, "<=": operator.le, "=": operator.eq}


def each(index: Index, body: Expr, meaning: Meaning) -> list[Fraction]:
    """The body at every value of the index."""
    return [value(body, meaning.having(index, n)) for n in range(LENGTHS[index.size])]


def value(expr: Expr, meaning: Meaning) -> Fraction:
    """The value by definition, for the nodes that the strategy below makes."""
    match expr:
        case Number(number):
            return number
        case Member(symbol, indices):
            return meaning.tables[symbol.name](tuple(meaning.number(index) for index in indices))
        case Delta(left, right):
            return Fraction(meaning.number(left) == meaning.number(right))
        case Ordered(left, right):
            return Fraction(meaning.number(left) <= meaning.number(right))
        case Bracket(first, relation, second):
            return Fraction(RELATIONS[relation](value(first, meaning), value(second, meaning)))
        case Abs(body):
            return abs(value(body, meaning))
        case Add(terms):
            return sum((value(term, meaning) for term in terms), Fraction(0))
        case Neg(body):
            return -value(body, meaning)
        case Mul(factors):
            return prod((value(factor, meaning) for factor in factors), start=Fraction(1))
        case Sum(index, body):
            return sum(each(index, body, meaning), Fraction(0))
        case Product(index, body):
            return prod(each(index, body, meaning), start=Fraction(1))
        case Minimum(index, body):
            return min(each(index, body, meaning))
        case First(index, body, chosen):
            values = each(index, body, meaning)
            return Fraction(values.index(min(values)) == meaning.number(chosen))
        case Median(index, body, weight):  # any function of the two lists would do
            pairs = zip(each(index, body, meaning), each(index, weight, meaning), strict=True)
            return sum((n * a * b * b for n, (a, b) in enumerate(pairs)), Fraction(0))
        case At(body, Member(symbol, _), replacement):
            put = value(replacement, meaning)
            return value(body, replace(meaning, tables={**meaning.tables, symbol.name: lambda _: put}))
        case AssignmentSum(_, body):
            maps = product(range(LENGTHS[K]), repeat=LENGTHS[N])
            return sum((value(body, replace(meaning, labels=labels)) for labels in maps), Fraction(0))
        case _:
            raise NotImplementedError(type(expr).__name__)


def arbitrary(symbol: Symbol) -> Table:
    """A table without structure: different numbers at different places."""
    weight = sum(map(ord, symbol.name))
    return lambda places: Fraction(
        1 + weight % 7 + sum((3 + 4 * n) * (p + 1) ** 2 for n, p in enumerate(places)), 11
    )


PLAIN = Meaning(
    {Index(name, size): number % LENGTHS[size] for size in (N, K) for number, name in enumerate(("i", "k", "i'", "q"))},
    {name: arbitrary(symbol) for name, symbol in FAMILIES.items()},
    (2, 0),
)  # fmt: skip


def plain_index(size: object) -> st.SearchStrategy[Index]:
    return st.sampled_from([index for index in PLAIN.indices if index.size == size])


def any_index(size: object) -> st.SearchStrategy[IndexLike]:
    return (
        st.one_of(plain_index(size), plain_index(N).map(lambda index: z[index]))
        if size == K
        else plain_index(size)
    )


def members(symbol: Symbol) -> st.SearchStrategy[Expr]:
    return st.tuples(*(any_index(size) for size in symbol.family)).map(lambda indices: symbol[indices])


def comparisons() -> st.SearchStrategy[Expr]:
    """Indices compared: equal, or in order."""
    node, size = st.sampled_from([Delta, Ordered]), st.sampled_from([N, K])
    return st.tuples(node, size).flatmap(
        lambda pair: st.builds(pair[0], any_index(pair[1]), any_index(pair[1]))
    )


def trees() -> st.SearchStrategy[Expr]:
    """Scalar expressions over the families, in which names are bound, repeated and shadowed."""
    numbers = st.builds(Number, st.fractions(-2, 2, max_denominator=3))
    leaves = st.one_of(numbers, comparisons(), *(members(symbol) for symbol in FAMILIES.values()))
    index = st.sampled_from(list(PLAIN.indices))
    return st.recursive(
        leaves,
        lambda below: st.one_of(
            st.builds(Add, st.tuples(below, below)),
            st.builds(Mul, st.tuples(below, below)),
            st.builds(Neg, below),
            st.builds(Sum, index, below),
            st.builds(Sum, index, below),
            st.builds(Product, index, below),
            st.builds(Minimum, index, below),
            st.builds(Median, index, below, below),
            index.flatmap(lambda one: st.builds(First, st.just(one), below, any_index(one.size))),
            st.builds(AssignmentSum, st.just(z), below),
            st.builds(Abs, below),
            st.builds(Bracket, below, st.sampled_from(list(RELATIONS)), below),
            st.builds(At, below, st.just(FAMILIES["s"][()]), below),
        ),
        max_leaves=6,
    )


def unless_refused(build: Callable[[], Expr]) -> Expr | None:
    """What is built; None if a symbol would be captured by a sum over labels or by At, which is refused."""
    try:
        return build()
    except ShapeError as refusal:
        if not any(reason in str(refusal) for reason in ("summed over", "is given a value there")):
            raise
        return None


def renamings() -> st.SearchStrategy[dict[IndexLike, IndexLike]]:
    pairs = st.sampled_from([N, K]).flatmap(lambda size: st.tuples(plain_index(size), any_index(size)))
    return st.lists(pairs, max_size=3).map(dict)


@given(trees(), renamings())
def test_renaming_means_reading_the_new_index_where_the_old_one_stood(
    expr: Expr, mapping: dict[IndexLike, IndexLike]
) -> None:
    new = {index: PLAIN.number(mapping.get(index, index)) for index in PLAIN.indices}
    renamed = unless_refused(lambda: at(expr, mapping))
    assert renamed is None or value(renamed, PLAIN) == value(expr, replace(PLAIN, indices=new))


@st.composite
def patterns(draw: st.DrawFn) -> Member:
    symbol = draw(st.sampled_from(list(FAMILIES.values())))
    indices = draw(
        st.tuples(*(plain_index(size) for size in symbol.family)).filter(lambda t: len({*t}) == len(t))
    )
    return symbol[indices]


@given(trees(), patterns(), trees())
def test_substituting_means_giving_the_family_a_new_table(
    expr: Expr, pattern: Member, replacement: Expr
) -> None:
    def table(places: tuple[int, ...]) -> Fraction:
        meaning = PLAIN
        for index, place in zip(pattern.indices, places, strict=True):
            assert isinstance(index, Index)
            meaning = meaning.having(index, place)
        return value(replacement, meaning)

    new = replace(PLAIN, tables={**PLAIN.tables, pattern.symbol.name: table})
    substituted = unless_refused(lambda: substitute(expr, pattern, replacement))
    assert substituted is None or value(substituted, PLAIN) == value(expr, new)


@given(trees(), renamings())
def test_renaming_moves_the_free_indices_and_no_others(
    expr: Expr, mapping: dict[IndexLike, IndexLike]
) -> None:
    def below(index: IndexLike) -> set[Index]:
        return {index} if isinstance(index, Index) else {n for inner in index.indices for n in below(inner)}

    renamed = unless_refused(lambda: at(expr, mapping))
    expected = {new for old in free_indices(expr) for new in below(mapping.get(old, old))}
    assert renamed is None or free_indices(renamed) == expected


@given(trees())
def test_a_value_depends_on_the_free_indices_alone(expr: Expr) -> None:
    free = free_indices(expr)
    others = {index: 0 if index not in free else number for index, number in PLAIN.indices.items()}
    assert value(expr, replace(PLAIN, indices=others)) == value(expr, PLAIN)
