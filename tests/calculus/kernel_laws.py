"""Laws of the kernel, each tried on one random case: what a rule says, the judge must not contradict.

A law takes a source of random choices and says whether the case told anything; a kernel that cannot decide is silent,
which is no fault. A case that contradicts a law is a Disagreement, and names the smallest part of the expression that
fails by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import product
from random import Random
from typing import TypeAlias

from flint import arb, ctx, fmpq
from kernel_values import KernelValue, Real
from random_expressions import (
    COLUMNS,
    FREE,
    GENERAL,
    INDICES,
    LABELS,
    POSITIVES,
    SCALARS,
    SQUARE,
    D,
    Grower,
    K,
    N,
    grown,
)
from random_rewriting import inside, rewritten

from derivations.calculus import lowering, order, scalars
from derivations.calculus.domains import DEFINITE, INVERTIBLE, NONNEGATIVE, POSITIVE, SEMIDEFINITE
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    SCALAR,
    Add,
    Det,
    Expr,
    Gradient,
    Index,
    Inverse,
    LogDet,
    MatMul,
    Member,
    Mul,
    Neg,
    Sum,
    Trace,
    Transpose,
    WeightedLog,
    as_expr,
    at,
    free_indices,
    sum_over,
    symbols_of,
    walk,
)
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import Poly
from derivations.calculus.indices.theory import Theory, UndecidedError
from derivations.calculus.instances import Instance, TooMuch, Undecided, Undefined, check, draws, evaluate
from derivations.calculus.instances.arrays import Value
from derivations.calculus.notation import text
from derivations.calculus.solving import solve_affine
from derivations.calculus.statements import Belongs, Equal, Statement, expressions_of
from derivations.checker.ledger import Written
from derivations.checker.trees import RefusedError
from derivations.checker.writing import written
from derivations.proof.checking import new_ledger

PLAN = [({N: 4, K: 2, D: 3}, "generic"), ({N: 2, K: 3, D: 3}, "mixed"), ({N: 1, K: 1, D: 1}, "generic")]
BITS = 300
Definitions: TypeAlias = "tuple[tuple[Member, Expr], ...]"

k = INDICES[K][0]
w = next(symbol for symbol in POSITIVES if symbol.family == (K,))
DEFINED = tuple(
    next(symbol for symbol in symbols if symbol.family == (K,))[k] for symbols in (SCALARS, COLUMNS, GENERAL)
)


class DisagreementError(AssertionError):
    """The kernel says what the judge contradicts."""


def theory() -> Theory:
    return lowering.theory((), ())


def gap(left: Expr, right: Expr) -> Poly:
    """What the kernel leaves of the difference: nothing if it finds the two equal. Raises UndecidedError."""
    return lowering.prove_equal(Equal(left, right), theory())


def require(holds: bool, *said: object) -> None:
    """Raises DisagreementError with what was said."""
    if not holds:
        raise DisagreementError("\n".join(map(shown, said)))


def shown(said: object) -> str:
    return text(said) if isinstance(said, Expr | Equal | Belongs) else str(said)


def not_refuted(statement: Statement) -> None:
    """What a rule has shown, the judge does not refute, nor find ill-defined by more than a kink of a node."""
    found = check(statement)
    if found.detail.startswith("ill-defined") and derives(*expressions_of(statement)):
        return
    require(found.verdict is not Verdict.REFUTED, statement, found.counterexample, found.detail)


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
    """Equal if both are exact, else enclosed by balls that overlap and are narrow. Raises Undecided for wide ones."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return bool(left == right)
    difference = arb(left) - arb(right)
    if not difference.contains(0):
        return False
    if not difference.rad() < arb(2) ** -100 * (1 + abs(arb(left))):
        raise Undecided("balls that overlap, and are wide")
    return True


def derives(*exprs: Expr) -> bool:
    """Whether there is a derivative in one of them."""
    return any(isinstance(node, Gradient) for expr in exprs for node in walk(expr))


def disagreement(expr: Expr, definitions: Definitions = (), rules: Definitions = ()) -> str:
    """Where the kernel's value differs from the judge's; nothing if nowhere. Raises UndecidedError.

    Balls that tell nothing tell nothing wrong; and the judge takes the derivatives of the nodes one by one, and finds
    none at a kink, where the whole may have one.

    A rule (b[k], body) lets the kernel write b[k] for the body; a definition lets it write the body for b[k].
    """
    equations = tuple(Equal(body, symbol) for symbol, body in rules)
    bodies = tuple(body for _, body in definitions + rules)
    untold: tuple[type[Exception], ...] = (Undecided, Undefined) if derives(expr, *bodies) else (Undecided,)
    using, entry = lowering.theory(definitions, (), equations), lowering.entry_of(expr)
    poly = normal_form(lowering.lower(expr, using, entry), using)
    for drawn in instances(expr, *(body for _, body in definitions + rules)):
        for bits in (BITS, 16 * BITS):
            with ctx.workprec(bits), suppress(*untold):
                instance = having(drawn, rules)
                for place, left, right in pairs(expr, poly, entry, instance, definitions):
                    if not close(left, right):
                        return f"{text(expr)}\nat {instance.sizes} {place}: kernel {left}, judge {right}"
                break
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


def value(random: Random) -> bool:
    """The normal form has the value of the tree, at every entry, at instances of unequal sizes."""
    expr = grown(random)
    require(disagreement(expr) == "", smallest_failing(expr))
    return True


def in_its_index(body: Expr) -> Expr:
    """A scalar made to depend on no other index than that of the symbol to be defined."""
    rest = free_indices(body) - {k}
    return sum_over(*sorted(rest, key=lambda index: index.size.name), body)


def definition(random: Random) -> bool:
    """A symbol that is defined, b[k], means its body."""
    symbol = random.choice(DEFINED)
    expr, body = grown(random), grown(random, (symbol.shape,), 3)
    if symbol.symbol in symbols_of(body):
        return False
    found = disagreement(with_part(symbol, expr), ((symbol, in_its_index(body)),))
    require(found == "", found)
    return True


def rule(random: Random) -> bool:
    """An expression in which another one occurs, by a rule that replaces that one by b[k]."""
    symbol = random.choice(DEFINED)
    expr, body = grown(random, depth=3), grown(random, (symbol.shape,), 3)
    if symbol.symbol in symbols_of(body):
        return False
    whole, index = w[k] * in_its_index(body), random.choice(INDICES[K])
    occurring = random.choice((whole, at(whole, {k: index}), Sum(index, at(whole, {k: index}))))
    found = disagreement(with_part(occurring, expr), rules=((symbol, whole),))
    require(found == "", found)
    return True


def with_part(part: Expr, expr: Expr) -> Expr:
    """An expression in which both occur: their sum, or a product."""
    if expr.shape == part.shape and not part.is_scalar:
        return part + expr
    return (
        part if part.is_scalar else Trace(part) if part.shape == SQUARE else Transpose(part) @ part
    ) * expr


# ------------------------------------------------------------------- the same, written otherwise


def incomplete(expr: Expr) -> bool:
    """Whether the kernel may leave a difference.

    For functions of a product of matrices it has rules at the root only; a logarithm that may be infinite stays what
    it is, with all that stands inside.
    """
    functions = (node for node in walk(expr) if isinstance(node, Inverse | LogDet | Det))
    products = any(isinstance(part, MatMul) for node in functions for part in walk(node.body))
    return products or any(isinstance(node, WeightedLog) for node in walk(expr))


def written_otherwise(random: Random) -> bool:
    """The same, written in another way, has the same normal form."""
    expr = grown(random, depth=4)
    other = rewritten(expr, random)
    if incomplete(expr):
        return False
    left = gap(expr, other)
    require(left.is_zero, expr, other, left.key)
    return True


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
        return inside(node, change)

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


def slips(random: Random) -> bool:
    """What the kernel calls equal all the same, after a slip, the judge does not refute."""
    expr = grown(random, depth=4)
    statement = Equal(expr, slip(expr, random))
    if gap(statement.left, statement.right).is_zero:
        not_refuted(statement)
    return True


# ------------------------------------------------------------------- equations, signs, scalars


def solution(random: Random) -> bool:
    """What is accepted as the root of c s + r, with a slip in it or not, is one."""
    grow = Grower(random)
    unknown = next(symbol for symbol in SCALARS if not symbol.family)[()]
    slope, rest = grow.positive(2), grow.scalar(3)
    root = Neg(rest) / slope
    expected = random.choice((root, slip(root, random)))
    if {unknown.symbol, LABELS} & (symbols_of(slope) | symbols_of(rest) | symbols_of(expected)):
        return False
    if solve_affine(slope * unknown + rest, unknown, expected, theory()):
        not_refuted(Equal(slope * expected + rest, as_expr(0)))
    return True


SIGNS = {
    POSITIVE: (order.positive, SCALAR),
    NONNEGATIVE: (order.nonnegative, SCALAR),
    DEFINITE: (order.definite, SQUARE),
    SEMIDEFINITE: (order.semidefinite, SQUARE),
    INVERTIBLE: (order.invertible, SQUARE),
}


def sign(random: Random) -> bool:
    """What the rules of signs say of a value or of a matrix, with a slip in it or not, is so."""
    domain = random.choice(list(SIGNS))
    engine, shape = SIGNS[domain]
    grow = Grower(random)
    expr = grow.positive(4) if shape == SCALAR else grow.definite(4)
    expr = random.choice((expr, slip(expr, random), grow.shaped(shape, 4)))
    if engine(expr, ()).verdict is not Verdict.PROVED:
        return False
    not_refuted(Belongs(expr, domain))
    return True


def scalar_equality(random: Random) -> bool:
    """What the scalar engine shows, the judge does not refute; what it refutes is not the same written otherwise."""
    expr = Grower(random).positive(4)
    other, wrong = rewritten(expr, random), slip(expr, random)
    require(scalars.decide(Equal(expr, other)).verdict is not Verdict.REFUTED, expr, other)
    if scalars.decide(Equal(expr, wrong)).verdict is Verdict.PROVED:
        not_refuted(Equal(expr, wrong))
    return True


def accepted(statement: Statement, *way: object) -> bool:
    """Whether the small checker accepts it, with nothing assumed."""
    with suppress(RefusedError):
        new_ledger().add(Written("case", "claim", written(statement), (), way))
        return True
    return False


def accepted_equality(random: Random) -> bool:
    """What the small checker accepts, written otherwise or with a slip in it, the judge does not refute."""
    expr = grown(random, depth=4)
    statement = Equal(expr, random.choice((rewritten, slip, slip))(expr, random))
    if not accepted(statement, "normal_forms"):
        return False
    not_refuted(statement)
    return True


def accepted_sign(random: Random) -> bool:
    """What the small checker accepts of a value or of a matrix, with a slip in it or not, is so."""
    domain = random.choice([one for one in SIGNS if one != INVERTIBLE])
    shape = SIGNS[domain][1]
    grow = Grower(random)
    expr = grow.positive(4) if shape == SCALAR else grow.definite(4)
    statement = Belongs(random.choice((expr, slip(expr, random), grow.shaped(shape, 4))), domain)
    if not accepted(statement, "membership", None, None):
        return False
    not_refuted(statement)
    return True


LAWS: tuple[Callable[[Random], bool], ...] = (
    value,
    definition,
    rule,
    written_otherwise,
    slips,
    solution,
    sign,
    scalar_equality,
    accepted_equality,
    accepted_sign,
)


def tried(law: Callable[[Random], bool], random: Random) -> bool:
    """Whether the law was put to the test. Raises DisagreementError."""
    try:
        return law(random)
    except (UndecidedError, Undecided, TooMuch):
        return False
