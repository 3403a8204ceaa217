"""The kernel against the independent judge, on random expressions.

Three laws. The kernel's value of an expression, in normal form, is the judge's value of the tree, at every entry and
at instances of unequal sizes. An expression written in another way has the same normal form. And whatever two
expressions the kernel calls equal, the judge finds no counterexample. A law that fails names the smallest part of
the expression that fails by itself. Each bug found so has a name below.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import TypeAlias

import pytest
from flint import arb, ctx, fmpq
from hypothesis import event, given
from hypothesis import strategies as st
from kernel_values import KernelValue, Real
from random_expressions import FREE, INDICES, POSITIVES, SCALARS, D, K, N, expressions, grown
from random_rewriting import rewritten

from derivations.calculus import lowering
from derivations.calculus.domains import DEFINITE, INVERTIBLE, POSITIVE, SYMMETRIC
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    SCALAR,
    Add,
    Delta,
    Expr,
    Gradient,
    Index,
    Inverse,
    LogDet,
    MatMul,
    Member,
    Mul,
    Neg,
    Pow,
    Sum,
    Symbol,
    Trace,
    Transpose,
    as_expr,
    at,
    free_indices,
    inv,
    matrices,
    matrix,
    quadratic,
    scalar,
    sum_over,
    symbols_of,
    vectors,
    walk,
)
from derivations.calculus.indices import derivative, rewriting
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import SWAP, Place, Poly, number
from derivations.calculus.indices.theory import Theory, UndecidedError
from derivations.calculus.instances import Instance, Undecided, check, draws, evaluate
from derivations.calculus.instances.arrays import Value
from derivations.calculus.lowering import algebra, leaves
from derivations.calculus.statements import Equal

PLAN = [({N: 4, K: 2, D: 3}, "generic"), ({N: 2, K: 3, D: 3}, "mixed"), ({N: 1, K: 1, D: 1}, "generic")]
BITS = 300
Definitions: TypeAlias = "tuple[tuple[Member, Expr], ...]"


i, j, m = INDICES[N]
k, l, _ = INDICES[K]  # noqa: E741 (the sheet's letters)
d, e, _ = INDICES[D]
s, t = scalar("s", "s"), scalar("t", "t")
w = next(symbol for symbol in POSITIVES if symbol.family == (K,))
p, half = scalar("p", "p", POSITIVE), Fraction(1, 2)
A = matrix("A", "A", D)
M = matrix("M", "M", D, domain=INVERTIBLE)
S = matrix("S", "S", D, domain=SYMMETRIC)
Sigma = matrices("Sigma", r"\Sigma", (K,), D, DEFINITE)
x = vectors("x", "x", (N,), D)
harmonic = inv(Sum(k, inv(Sigma[k])))
point, component = Index("i", N), Index("i", K)
defined = next(symbol for symbol in SCALARS if symbol.family == (K,))[k]


def theory() -> Theory:
    return lowering.theory((), ())


def gap(left: Expr, right: Expr) -> Poly:
    """What the kernel leaves of the difference: nothing if it finds the two equal. Raises UndecidedError."""
    return lowering.prove_equal(Equal(left, right), theory())


# --------------------------------------------------------- the kernel's value and the judge's


def instances(*exprs: Expr) -> list[Instance]:
    """Values for the symbols of the expressions and for every index that may be free."""
    used = frozenset(symbol for expr in exprs for symbol in symbols_of(expr))
    free = sorted(FREE.union(*map(free_indices, exprs)), key=lambda index: (index.size.name, index.name))
    found = []
    for shift, drawn in enumerate(draws(used, PLAN)):
        indices = {index: 1 + (shift + n) % drawn.sizes[index.size] for n, index in enumerate(free)}
        found.append(replace(drawn, indices=indices))
    return found


def close(left: Real, right: Real) -> bool:
    """Equal if both are exact, else enclosed by balls that overlap and are narrow."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return bool(left == right)
    difference = arb(left) - arb(right)
    return bool(difference.contains(0)) and bool(difference.rad() < arb(2) ** -100 * (1 + abs(arb(left))))


def disagreement(expr: Expr, definitions: Definitions = (), rules: Definitions = ()) -> str:
    """Where the kernel's value differs from the judge's; nothing if nowhere. Raises UndecidedError.

    A rule (b[k], body) lets the kernel write b[k] for the body; a definition lets it write the body for b[k].
    """
    equations = tuple(Equal(body, symbol) for symbol, body in rules)
    using, entry = lowering.theory(definitions, (), equations), lowering.entry_of(expr)
    poly = normal_form(lowering.lower(expr, using, entry), using)
    for drawn in instances(expr, *(body for _, body in definitions + rules)):
        with ctx.workprec(BITS), suppress(Undecided):  # balls that tell nothing tell nothing wrong
            instance = having(drawn, rules)
            for place, left, right in pairs(expr, poly, entry, instance, definitions):
                if not close(left, right):
                    return f"{expr!r}\nat {instance.sizes} {place}: kernel {left}, judge {right}"
    return ""


def having(instance: Instance, rules: Definitions) -> Instance:
    """The instance with each symbol at the value of its body."""
    for symbol, body in rules:
        (index,) = symbol.indices
        assert isinstance(index, Index)
        members: dict[tuple[int, ...], Value] = {
            (n,): evaluate(body, replace(instance, indices={index: n}))
            for n in range(1, instance.sizes[index.size] + 1)
        }
        instance = replace(instance, values={**instance.values, symbol.symbol: members})
    return instance


def pairs(
    expr: Expr, poly: Poly, entry: lowering.Entry, instance: Instance, definitions: Definitions
) -> list[tuple[tuple[int, int], Real, Real]]:
    """For every entry: its place, the kernel's value and the judge's."""
    kernel, judge = KernelValue(instance), evaluate(expr, instance, definitions)
    rows = judge if isinstance(judge, list) else [[judge]]
    outer = {lowering.place_of(index, {}): at_ for index, at_ in instance.indices.items()}
    found = []
    for row, column in product(range(len(rows)), range(len(rows[0]))):
        inner = zip(entry, (row + 1, column + 1), strict=True)
        where = {**outer, **{place: at_ for place, at_ in inner if place is not None}}
        right = rows[row][column]
        assert isinstance(right, fmpq | arb)
        found.append(((row + 1, column + 1), kernel.of(poly, where), right))
    return found


def smallest_failing(expr: Expr) -> str:
    """The disagreement on the smallest part of the expression that shows one."""
    parts = {part: len(list(walk(part))) for part in walk(expr)}
    for part in sorted(parts, key=lambda part: parts[part]):
        try:
            found = disagreement(part)
        except UndecidedError:
            continue
        if found:
            return found
    return ""


@given(expressions())
def test_the_normal_form_has_the_value_of_the_tree(expr: Expr) -> None:
    try:
        agreed = disagreement(expr) == ""
    except UndecidedError as missing:
        event(f"undecided: {missing}")
        return
    assert agreed, smallest_failing(expr)


def in_its_index(body: Expr) -> Expr:
    """A scalar made to depend on no other index than that of the symbol to be defined."""
    rest = free_indices(body) - {k}
    return sum_over(*sorted(rest, key=lambda index: index.size.name), body)


@given(expressions(), expressions(shapes=(SCALAR,), depth=3))
def test_a_definition_means_its_body(expr: Expr, body: Expr) -> None:
    """An expression in b[k], with b[k] defined as another expression in k."""
    if defined.symbol in symbols_of(body):
        return
    try:
        assert disagreement(defined * expr, ((defined, in_its_index(body)),)) == ""
    except UndecidedError as missing:
        event(f"undecided: {missing}")


@given(expressions(depth=3), expressions(shapes=(SCALAR,), depth=3), st.randoms(use_true_random=True))
def test_a_rule_means_its_equation(expr: Expr, body: Expr, random: Random) -> None:
    """An expression in which another one occurs, by a rule that replaces that one by b[k]."""
    if defined.symbol in symbols_of(body):
        return
    value, index = w[k] * in_its_index(body), random.choice(INDICES[K])
    occurring = random.choice((value, at(value, {k: index}), Sum(index, at(value, {k: index}))))
    try:
        assert disagreement(occurring * expr, rules=((defined, value),)) == ""
    except UndecidedError as missing:
        event(f"undecided: {missing}")


def test_the_kernel_decides_nearly_all_of_these_expressions() -> None:
    """Otherwise the laws would hold because nothing is ever tried."""
    undecided = 0
    for seed in range(200):
        expr, using = grown(Random(seed)), theory()
        try:
            normal_form(lowering.lower(expr, using, lowering.entry_of(expr)), using)
        except UndecidedError:
            undecided += 1
    assert undecided <= 4


# ------------------------------------------------------------------- the same, written otherwise


def matrix_functions_of_products(expr: Expr) -> bool:
    """For these the kernel has rules at the root only, and may leave a difference."""
    functions = (node for node in walk(expr) if isinstance(node, Inverse | LogDet))
    return any(isinstance(part, MatMul) for node in functions for part in walk(node.body))


@given(expressions(depth=4), st.randoms(use_true_random=True))
def test_the_same_written_otherwise_has_the_same_normal_form(expr: Expr, random: Random) -> None:
    other = rewritten(expr, random)
    if matrix_functions_of_products(expr):
        return
    try:
        left = gap(expr, other)
    except UndecidedError as missing:
        event(f"undecided: {missing}")
        return
    assert left.is_zero, f"{expr!r}\n{other!r}\n{left.key}"


# ------------------------------------------------------------------- slips, and who notices them


def slip(expr: Expr, random: Random) -> Expr:
    """The expression with one slip of the pen: a sign, a factor, a transpose, an index, a lost term."""
    nodes = [node for node in walk(expr) if node.shape == expr.shape or node.is_scalar]
    wrong = random.choice(nodes)
    made = False

    def change(node: Expr) -> Expr:
        nonlocal made
        if node is wrong and not made:
            made = True
            return random.choice(SLIPS)(node, random)
        if isinstance(node, Gradient):
            return replace(node, body=change(node.body))
        return node.rebuilt(change)

    return change(expr)


def lost_part(node: Expr, random: Random) -> Expr:
    match node:
        case Add(parts):
            return type(node)(parts[1:]) if len(parts) > 2 else parts[-1]
        case MatMul((*_, last)) if last.shape == node.shape:
            return last
        case _:
            return Mul((node, as_expr(2)))


def other_index(node: Expr, random: Random) -> Expr:
    free = sorted(free_indices(node), key=lambda index: (index.size.name, index.name))
    if not free:
        return Neg(node)
    index = random.choice(free)
    return at(node, {index: random.choice(INDICES[index.size])})


def turned(node: Expr, random: Random) -> Expr:
    match node:
        case MatMul((first, middle, last)) if middle.shape == (D, D):
            return MatMul((first, Transpose(middle), last))
        case _ if node.shape == (D, D):
            return Transpose(node)
        case _:
            return node + node


SLIPS: tuple[Callable[[Expr, Random], Expr], ...] = (
    lambda node, random: Neg(node),
    lambda node, random: Mul((as_expr(2), node)),
    lost_part,
    other_index,
    turned,
)


@given(expressions(depth=4), st.randoms(use_true_random=True))
def test_what_the_kernel_calls_equal_the_judge_does_not_refute(expr: Expr, random: Random) -> None:
    other = slip(expr, random)
    try:
        equal = gap(expr, other).is_zero
    except UndecidedError:
        return
    event("equal all the same" if equal else "told apart")
    if equal:
        found = check(Equal(expr, other))
        assert found.verdict is not Verdict.REFUTED, f"{expr!r}\n{other!r}\n{found}"


# ------------------------------------------------------------------------------ bugs, by name

FALSE: tuple[tuple[str, Expr, Expr], ...] = (
    ("the inverse of a sum is not the sum of the inverses", Sum(l, w[l] * harmonic), Sum(l, w[l] * Sigma[l])),
    ("log det of a sum is not the sum of log dets", LogDet(inv(harmonic)), -Sum(k, LogDet(Sigma[k]))),
    ("one name, two ranges", Delta(point, Index("j", N)), Delta(component, Index("j", K))),
    ("a delta between unequal ranges", Sum(i, Sum(l, w[l])), Sum(l, w[l] * K)),
    ("a bound name used twice", Sum(k, w[k] * Sum(k, w[k])), Sum(k, w[k] ** 2)),
    ("a general matrix is not symmetric", A, A.T),
    ("a symmetric product is not symmetric", S @ A, A @ S),
    ("the inverse of a product turns round", inv(M @ Sigma[k]), inv(M) @ inv(Sigma[k])),
    ("the gradient of x'Ax", Gradient(quadratic(x[i], A), x[i]), 2 * (A @ x[i])),
    ("the gradient by another member", Gradient(w[k] ** 2, w[l]), 2 * w[k]),
    ("a square of a sum is not a sum of squares", Sum(k, w[k]) ** 2, Sum(k, w[k] ** 2)),
)


TRUE: tuple[tuple[str, Expr, Expr], ...] = (
    ("the inverse of the transpose", inv(M.T), inv(M).T),
    ("the inverse of a scaled transpose", inv(2 * M.T), inv(2 * M).T),
    ("the log determinant of the transpose", LogDet(M.T), LogDet(M)),
    ("the inverse of a sum, either way", inv(Sigma[k] + Sigma[l]), inv(Sigma[l] + Sigma[k])),
    ("a similar matrix", Sigma[k] @ harmonic @ inv(Sigma[k]), inv(Sigma[k] @ inv(harmonic) @ inv(Sigma[k]))),
    ("a square in the denominator", p / (half + p) ** 2, p / (p**2 + p + half * half)),
    ("a fraction in partial fractions", p / (half + p) ** 2, 1 / (half + p) - half / (half + p) ** 2),
    ("the gradient by the inverse's matrix", Gradient(LogDet(M), M), inv(M).T),
)


@pytest.mark.parametrize(("left", "right"), [row[1:] for row in TRUE], ids=[row[0] for row in TRUE])
def test_what_is_true_is_recognised(left: Expr, right: Expr) -> None:
    assert gap(left, right).is_zero
    assert check(Equal(left, right)).verdict is Verdict.CHECKED


@pytest.mark.parametrize(("left", "right"), [row[1:] for row in FALSE], ids=[row[0] for row in FALSE])
def test_what_is_false_is_proved_by_nobody(left: Expr, right: Expr) -> None:
    assert not gap(left, right).is_zero
    assert check(Equal(left, right)).verdict is Verdict.REFUTED


def test_one_name_for_two_symbols_does_not_make_them_one() -> None:
    namesake = Symbol("s", "s", domain=POSITIVE)[()]
    assert not gap(s, namesake).is_zero


# ----------------------------------------------------------- faults planted in the kernel are seen


def general_matrix_called_symmetric(expr: Member, low: lowering.Lowering) -> Poly:
    poly = leaves.member(expr, low)
    if expr.shape != (D, D):
        return poly
    (((bound, (atom,)), one),) = poly.terms
    head = replace(atom.head, symmetries=SWAP)
    return Poly((((type(poly.terms[0][0])(bound, (atom._replace(head=head),))), one),))


FAULTS: tuple[tuple[str, Callable[[pytest.MonkeyPatch], None], Expr], ...] = (
    (
        "a transpose that does nothing",
        lambda patch: patch.setitem(lowering.LOWER, Transpose, lambda expr, low: low.here(expr.body)),
        Transpose(A @ S),
    ),
    (
        "a sign lost",
        lambda patch: patch.setitem(lowering.LOWER, Neg, lambda expr, low: low.here(expr.body)),
        Neg(s) + t,
    ),
    (
        "a general matrix called symmetric",
        lambda patch: patch.setitem(lowering.LOWER, Member, general_matrix_called_symmetric),
        A @ A @ x[i],
    ),
    (
        "the derivative of an inverse without its sign",
        lambda patch: patch.setitem(
            derivative.SLOPES, "inverse", lambda *given: -derivative._inverse(*given)
        ),
        Gradient(Trace(A @ inv(M)), M),
    ),
    (
        "an unused sum that counts for nothing",
        lambda patch: patch.setattr(
            rewriting, "size_atom", lambda name: number(1)
        ),
        Sum(i, s),
    ),
    (
        "a product of matrices taken entry by entry",
        lambda patch: patch.setattr(algebra, "open_place", lambda size: Place("#0", "D")),
        Trace(A @ A @ A),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("plant", "expr"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_a_fault_planted_in_the_kernel_is_seen(
    plant: Callable[[pytest.MonkeyPatch], None], expr: Expr, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert disagreement(expr) == ""
    plant(monkeypatch)
    assert disagreement(expr) != ""


# ------------------------------------------------------------------------------ many indices

MANY: tuple[tuple[str, Expr, Expr], ...] = (
    (
        "five equal quadratic forms",
        Mul((quadratic(x[i], A),) * 5),
        Pow(quadratic(x[i], Transpose(A)), as_expr(5)),
    ),
    (
        "a ring of ten matrices",
        Trace(MatMul((A, S) * 5)),
        Trace(MatMul((S, Transpose(A)) * 5)),
    ),
    (
        "ten sums, no two alike",
        Mul(tuple(Sum(k, Mul((w[k],) * n)) for n in range(1, 11))),
        Mul(tuple(Sum(l, Mul((w[l],) * n)) for n in range(10, 0, -1))),
    ),
    (
        "ten sums, all alike",
        Pow(Sum(i, x[i][d]), as_expr(10)),
        Mul(tuple(Sum(Index(f"q{n}", N), x[Index(f"q{n}", N)][d]) for n in range(10))),
    ),
)


@pytest.mark.parametrize(("left", "right"), [row[1:] for row in MANY], ids=[row[0] for row in MANY])
def test_many_bound_indices_are_named_at_once(left: Expr, right: Expr) -> None:
    assert gap(left, right).is_zero
