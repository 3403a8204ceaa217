"""No engine can hang a run: a nasty formula gets an answer, or none, within a few seconds of work.

The limits count work (terms, nodes, digits, z3's own resources), so that a verdict is the same on a slow machine. The
seconds here are far above what they allow.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import combinations, pairwise, product
from types import FrameType

import pytest

from derivations.calculus import instances, lowering, order, scalars
from derivations.calculus.domains import POSITIVE, SYMMETRIC
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Exp,
    Expr,
    Index,
    Log,
    Mul,
    Neg,
    Number,
    Pow,
    Sum,
    matrix,
    scalar,
    sizes,
    sum_over,
)
from derivations.calculus.expressions import scalars as family
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.statements import Equal, LessEqual
from derivations.proof.methods import Goal, argue, default_method

SECONDS = 30.0  # of work; the nastiest takes a few

N, D = sizes("N D")
a, b, c, d = (scalar(name, name, POSITIVE) for name in "abcd")
x, y = family("x", "x", (N,)), family("y", "y", (N,))
i, j = N.indices("i j")
WALKED = [Index(f"w{n}", D) for n in range(7)]
S = matrix("S", "S", D, domain=SYMMETRIC)


def number(value: int) -> Expr:
    return Number(Fraction(value))


def tower(height: int) -> Expr:
    """(...((2^60)^60)...)^60"""
    return number(2) if height == 0 else Pow(tower(height - 1), number(60))


def nested(depth: int) -> Expr:
    expr: Expr = a
    for _ in range(depth):
        expr = Neg(expr)
    return expr


def sums(count: int) -> Expr:
    """Many sums over one factor each, in one another."""
    over = [Index(f"i{n}", N) for n in range(count)]
    return sum_over(*over, Mul(tuple(x[index] for index in over)))


def clique(count: int) -> Expr:
    """A product over all pairs of indices: all of them look alike."""
    over = [Index(f"k{n}", D) for n in range(count)]
    return sum_over(*over, Mul(tuple(S[p, q] for n, p in enumerate(over) for q in over[n + 1 :])))


NASTY: dict[str, Expr] = {
    "a tower of powers": tower(5),
    "a power of a billion": Pow(number(2), number(10**9)),
    "a large power of a symbol": Pow(a, number(10**7)),
    "a root of high degree": Pow(a, Number(Fraction(10**6 + 1, 10**6 + 3))),
    "a power of a sum": Pow(a + b + c + d + 1, number(40)),
    "powers of sums under a logarithm": Log(
        Pow(a + b + c + d + 1, number(6)) * Pow(a * b + c * d + 2, number(5)) + 1
    ),
    "exponentials of exponentials": Exp(Exp(Exp(Exp(Exp(a))))),
    "a large prime under a logarithm": Log(number(10**40 + 121) * a),
    "many sums in one another": sums(14),
    "pairs of many indices": clique(9),
    "a deep nest": nested(450),
}


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fails if more seconds of work are spent inside."""

    def stop(number_: int, frame: FrameType | None) -> None:
        raise AssertionError(f"still at work after {seconds:.0f} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def kernel(expr: Expr) -> None:
    with pytest.raises(UndecidedError):
        raise UndecidedError(lowering.prove_equal(Equal(expr, expr + 1), lowering.theory((), ())).key)


ENGINES: dict[str, Callable[[Expr], object]] = {
    "kernel": kernel,
    "signs": lambda expr: order.positive(expr),
    "z3": lambda expr: order.decide(LessEqual(expr, expr * expr + a)),
    "scalars": lambda expr: scalars.decide(Equal(expr, expr + Number(Fraction(1, 3)))),
    "judge": lambda expr: instances.check(Equal(expr, expr + 0 * a)),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("nasty", [name for name in NASTY if name != "a deep nest"])
def test_a_nasty_formula_does_not_hang_an_engine(nasty: str, engine: str) -> None:
    with at_most(SECONDS):
        ENGINES[engine](NASTY[nasty])


@pytest.mark.parametrize("nasty", NASTY)
def test_what_is_too_much_is_no_error_but_unknown(nasty: str) -> None:
    """Nothing false is shown of it, either."""
    statement = Equal(NASTY[nasty], NASTY[nasty] + 1)
    with at_most(SECONDS):
        assert argue(default_method(statement), Goal(statement)).verdict is Verdict.UNKNOWN
        assert instances.check(statement).verdict in (Verdict.UNKNOWN, Verdict.REFUTED)


def rooks(side: int) -> Expr:
    """A product over all pairs of fields of a board in one row or column: the fields look alike for a long time."""
    fields = {place: Index("f{}{}".format(*place), D) for place in product(range(side), repeat=2)}
    pairs = [(p, q) for p, q in combinations(fields, 2) if p[0] == q[0] or p[1] == q[1]]
    return sum_over(*fields.values(), Mul(tuple(S[fields[p], fields[q]] for p, q in pairs)))


GROWING = Equal(x[i], x[i] * Sum(j, x[j] * y[j]))  # as a rule, it makes a term longer for ever
WALK = Mul((*(S[p, q] for p, q in pairwise(WALKED)), S[WALKED[-1], WALKED[-1]]))
CROSSINGS = Mul(tuple(S[p, q] for p, q in combinations(WALKED, 2)))

ENDLESS: dict[str, tuple[Callable[[], object], str]] = {
    "a rule that makes a term longer": (
        lambda: lowering.prove_equal(Equal(x[i], a), lowering.theory((), (), [GROWING])),
        "factors",
    ),
    "a rule that may match in many ways": (
        lambda: lowering.prove_equal(Equal(CROSSINGS, a), lowering.theory((), (), [Equal(WALK, a)])),
        "ways to lay a rule",
    ),
    "places that nothing tells apart": (
        lambda: lowering.prove_equal(Equal(rooks(4), a), lowering.theory((), ())),
        "parts were named",
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_does_not_come_to_rest_is_undecided(name: str) -> None:
    work, reason = ENDLESS[name]
    with at_most(SECONDS), pytest.raises(UndecidedError, match=reason):
        work()


def test_a_limit_that_is_passed_is_noticed() -> None:
    def forever() -> None:
        with at_most(0.05):
            while True:
                pass

    with pytest.raises(AssertionError, match="still at work"):
        forever()
