"""Draws at the numbers that a statement names, and beside them: where a bound is passed or a denominator vanishes.

Ordinary draws are small. A claim that fails at 12345 alone, or beyond 10^9, fails nowhere among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from random import Random

from flint import fmpq

from derivations.calculus import expressions as ex
from derivations.calculus.domains import INVERTIBLE, Domain
from derivations.calculus.expressions import Expr, walk
from derivations.calculus.instances.arrays import Value, rows_of
from derivations.calculus.instances.evaluate import Instance, evaluate
from derivations.calculus.instances.membership import lies_in
from derivations.calculus.instances.numbers import Number, TooMuch, Undecided, Undefined

COMMON = (0, 1, 2, 3, 4)  # numbers, and their reciprocals, that ordinary draws meet
MOST = 6  # numbers of a statement


def named(exprs: Iterable[Expr]) -> tuple[fmpq, ...]:
    """The uncommon numbers in some expressions, and those around each of them: opposite, next, twice, reciprocal."""
    found: dict[fmpq, None] = {}
    for number in (number for expr in exprs for node in walk(expr) for number in _numbers(node)):
        if abs(number) not in COMMON and 1 / abs(number) not in COMMON:
            found[number] = None
    return tuple(beside for number in list(found)[:MOST] for beside in _beside(number))


ARITHMETIC = (ex.Number, ex.Add, ex.Neg, ex.Mul, ex.Div, ex.Pow)


def _numbers(node: Expr) -> Iterator[fmpq]:
    """The number that an expression names, be it as a power or a product of others."""
    if isinstance(node, ARITHMETIC) and all(isinstance(part, ARITHMETIC) for part in walk(node)):
        with suppress(Undefined, Undecided, TooMuch):
            value = evaluate(node, Instance({}, {}))
            if isinstance(value, fmpq):
                yield value


def _beside(number: fmpq) -> tuple[fmpq, ...]:
    return (number, -number, number + 1, number - 1, 2 * number, -2 * number, 1 / number, 1 / (2 * number))


def at_named(drawn: Instance, numbers: Sequence[fmpq], turn: int, rng: Random) -> Instance:
    """The draw with many of its entries replaced by such numbers, where the domains allow any number.

    Each number has its turn to be met most often.
    """
    turn %= len(numbers)
    numbers = (numbers[turn], *numbers)
    for symbol, members in drawn.values.items():
        if symbol.labels is None and _is_free(symbol.domain):
            replaced = {place: _at(value, symbol.domain, numbers, rng) for place, value in members.items()}
            drawn = drawn.with_values(symbol, replaced)
    return drawn


def _is_free(domain: Domain) -> bool:
    """Whether the entries of a value may be chosen one by one."""
    bound = domain.sums_to_one or domain.unit or domain.symmetric or domain.binary or domain.label
    return not bound and domain != INVERTIBLE


def _at(value: Value, domain: Domain, numbers: Sequence[fmpq], rng: Random) -> Value:
    rows: list[list[Number]] = [
        [_entry(entry, domain, numbers, rng) for entry in row] for row in rows_of(value)
    ]
    return rows if isinstance(value, list) else rows[0][0]


def _entry(entry: Number, domain: Domain, numbers: Sequence[fmpq], rng: Random) -> Number:
    favourite, any_one = numbers[0], rng.choice(numbers)
    other = rng.choice((entry, favourite, favourite, any_one, any_one * abs(rng.choice(numbers))))
    return other if lies_in(other, domain) else entry
