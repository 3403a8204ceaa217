"""Numbers that are known formally: what is recognised as equal, and that nothing unequal is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from random import Random

import pytest
from flint import arb, ctx, fmpq, fmpq_mpoly
from hypothesis import given
from hypothesis import strategies as st

from derivations.calculus.instances import formal, numbers
from derivations.calculus.instances.formal import Formal, Real, ball, formally
from derivations.calculus.instances.numbers import Number, Undecided, divide, exp, log

BITS, WIDE = 300, arb(2) ** -200


def q(over: int, under: int = 1) -> fmpq:
    return fmpq(over, under)


def total(*terms: Number) -> Number:
    return numbers.total(terms)


# Both ways of writing a number, of which balls could not tell that they are equal.
EQUAL: dict[str, Callable[[], tuple[Number, Number]]] = {
    "a logarithm of a product": lambda: (log(q(12)), log(q(4)) + log(q(3))),
    "a logarithm of a quotient": lambda: (log(q(3, 8)), log(q(3)) - q(3) * log(q(2))),
    "an exponential of a logarithm": lambda: (exp(log(q(5, 7))), q(5, 7)),
    "an exponential of a multiple of a logarithm": lambda: (exp(q(-3) * log(q(2))), q(1, 8)),
    "an exponential of a sum": lambda: (
        exp(log(q(2)) + exp(q(1, 2)) + log(q(3))),
        q(6) * exp(exp(q(1, 2))),
    ),
    "powers of one root": lambda: (exp(q(2, 3)) * exp(q(5, 3)), exp(q(7, 3))),
    "a quotient of equal numbers": lambda: (divide(exp(q(1, 3)), exp(q(1, 3))), q(1)),
    "shares": lambda: (
        divide(exp(q(1)), exp(q(1)) + exp(q(2))) + divide(exp(q(2)), exp(q(1)) + exp(q(2))),
        q(1),
    ),
    "a share by way of a logarithm": lambda: (
        exp(log(q(2)) - log(exp(q(1)) + exp(q(2)))),
        divide(q(2), exp(q(1)) + exp(q(2))),
    ),
    "pi": lambda: (formal.circle_pi() * q(2) - formal.circle_pi(), formal.circle_pi()),
    "a number that a large one hides": lambda: (exp(q(500)) + q(1) - exp(q(500)), q(1)),
}
UNEQUAL: dict[str, Callable[[], tuple[Number, Number]]] = {
    "two logarithms": lambda: (log(q(2)), log(q(3))),
    "two exponentials": lambda: (exp(q(1)), exp(q(2))),
    "a logarithm and what it is the logarithm of": lambda: (log(exp(q(1, 2)) + q(1)), exp(q(1, 2)) + q(1)),
    "a sign": lambda: (exp(q(1)), -exp(q(1))),
    "numbers that differ by very little": lambda: (exp(q(1)) + exp(q(-1000)), exp(q(1))),
}


@pytest.mark.parametrize("name", EQUAL)
def test_what_was_made_alike_is_equal(name: str) -> None:
    with ctx.workprec(BITS), formally(True):
        left, right = EQUAL[name]()
        assert numbers.compare(left, right) is numbers.Order.EQUAL
    with ctx.workprec(BITS), formally(False):
        left, right = EQUAL[name]()
        assert ball(numbers.real(left) - numbers.real(right)).contains(0)


@pytest.mark.parametrize("name", UNEQUAL)
def test_what_differs_is_not_equal(name: str) -> None:
    with ctx.workprec(BITS), formally(True):
        left, right = UNEQUAL[name]()
        with suppress(Undecided):
            assert numbers.compare(left, right) is not numbers.Order.EQUAL


@pytest.mark.parametrize("exponent", [q(1, 2), q(-1, 2), q(2, 3), q(-3, 2)])
def test_a_root_of_a_number_that_balls_cannot_tell_from_one(exponent: fmpq) -> None:
    """Its logarithm is a ball around zero."""
    for wanted in (False, True):
        with ctx.workprec(BITS), formally(wanted):
            near_one = q(1) + exp(q(-1000))
            assert ball(numbers.real(log(near_one))).contains(0)
            root = ball(numbers.real(numbers.power(near_one, exponent)))
            assert root.overlaps(arb(1))
            assert root.rad() < WIDE


def grown(random: Random, depth: int) -> Number:
    """A random number, made of rationals by every operation there is."""
    if depth == 0:
        return q(random.randint(-4, 4), random.randint(1, 4))
    one, two = grown(random, depth - 1), grown(random, random.randrange(depth))
    make: Callable[[], Number] = random.choice(
        (
            lambda: one + two,
            lambda: one - two,
            lambda: one * two,
            lambda: divide(one, two),
            lambda: exp(one),
            lambda: log(one * one),
            formal.circle_pi,
        )
    )
    return make()


def both_ways(seed: int) -> tuple[Real, Real] | None:
    """A random number as a ball alone, and known formally; None if it has no value or is too large for balls."""
    found = []
    for wanted in (False, True):
        with ctx.workprec(BITS), formally(wanted):
            try:
                found.append(numbers.real(grown(Random(seed), 4)))
            except ArithmeticError:
                return None
    return found[0], found[1]


def disagree(seed: int) -> bool:
    pair = both_ways(seed)
    return pair is not None and not ball(pair[0]).overlaps(ball(pair[1]))


@given(st.integers(0, 2**64))
def test_a_formal_number_is_the_number(seed: int) -> None:
    assert not disagree(seed)


def value(poly: fmpq_mpoly, kernels: formal.Kernels) -> arb:
    terms = ((fmpq(coefficient), exponents) for exponents, coefficient in poly.terms())
    return sum((formal._value(kernels, exponents) * c for c, exponents in terms), arb(0))


@given(st.integers(0, 2**64))
def test_a_fraction_has_the_value_of_its_ball(seed: int) -> None:
    with ctx.workprec(BITS), formally(True):
        try:
            number = numbers.real(grown(Random(seed), 4))
        except ArithmeticError:
            return
        kernels = formal._kernels.get()
        if isinstance(number, Formal) and kernels is not None:
            gap = value(number.top, kernels) - number.ball * value(number.bottom, kernels)
            assert gap.contains(0)


def test_a_planted_slip_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """exp of a term without its coefficient: some number among many is no longer itself."""
    right = formal._exp_of_a_term
    monkeypatch.setattr(
        formal, "_exp_of_a_term", lambda kernels, exponents, c: right(kernels, exponents, abs(c))
    )
    assert any(disagree(seed) for seed in range(400))


def test_what_grows_too_long_is_still_a_ball() -> None:
    with ctx.workprec(BITS), formally(True):
        long = total(*(exp(exp(q(n))) for n in range(1, 2 * formal.GENERATORS)))
        square = total(*(exp(q(1, n)) for n in range(2, 15)))
        for number in (long, square * square):
            near = numbers.real(number)
            assert isinstance(near, arb)
            assert near.rad() < WIDE * abs(near.mid())


def test_a_rational_number_stays_one() -> None:
    with formally(True):
        assert log(q(1)) == 0
        assert exp(q(0)) == 1
        found = exp(log(q(2))) + divide(log(q(3)), log(q(3)))
        assert isinstance(found, fmpq)
        assert Fraction(int(found.p), int(found.q)) == 3
