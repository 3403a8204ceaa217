"""Rational points for the replay: values of the SymPy symbols that lie in the declared domains."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from derivations.calculus.domains import Domain
from derivations.calculus.expressions import Symbol
from derivations.calculus.sympy_bridge.errors import BridgeError
from derivations.calculus.sympy_bridge.outward import Explicit, Place


def constraints(explicit: Explicit) -> dict[Any, Any]:
    """The last member of what sums to one, as one less the others; a unit vector of the plane by one parameter."""
    import sympy

    found = {}
    for name, (symbol, place) in list(explicit.places.items()):
        if symbol.domain.sums_to_one and symbol.family and place[-1] == explicit.size(symbol.family[-1]):
            found[name] = 1 - sympy.Add(
                *(explicit.symbol(symbol, (*place[:-1], n)) for n in range(1, place[-1]))
            )
        if symbol.domain.unit and explicit.size(symbol.shape[0]) == 2:
            slope = sympy.Symbol("_".join([symbol.name, *map(str, place[:-1]), "slope"]), real=True)
            found[name] = circle(slope)[place[-1] - 1]
    return found


def circle(slope: Any) -> tuple[Any, Any]:
    """A point on the unit circle."""
    return (1 - slope**2) / (1 + slope**2), 2 * slope / (1 + slope**2)


def rational_point(explicit: Explicit, rng: random.Random) -> dict[Any, Any]:
    """A value for every symbol that was made. BridgeError for a domain from which nothing can be drawn."""
    groups: dict[tuple[Symbol, Place], dict[Place, Any]] = {}
    point = {}
    for name, (symbol, place) in explicit.places.items():
        depth, draw = next((depth, draw) for flag, depth, draw in TOGETHER if flag(symbol.domain))
        kept = len(place) - depth
        group = groups.setdefault((symbol, place[:kept]), {})
        if not group:
            group.update(draw(symbol, explicit, rng))
        point[name] = group[place[kept:]]
    return point


def single(symbol: Symbol, explicit: Explicit, rng: random.Random) -> dict[Place, Any]:
    import sympy

    domain = symbol.domain
    if domain.label:
        raise BridgeError(f"no values are drawn for the label {symbol.name}")
    low = 1 if domain.positive else 0 if domain.nonnegative else -9
    if domain.binary:
        return {(): sympy.Integer(rng.randint(0, 1))}
    if domain.below_one or domain.at_most_one:
        return {(): sympy.Rational(rng.randint(low, 10), 11)}
    return {(): sympy.Rational(rng.randint(low, 9), rng.randint(1, 4))}


def weights(symbol: Symbol, explicit: Explicit, rng: random.Random) -> dict[Place, Any]:
    import sympy

    count = explicit.size(symbol.family[-1])
    if symbol.domain.binary:
        hot = rng.randint(1, count)
        return {(n,): sympy.Integer(n == hot) for n in range(1, count + 1)}
    parts = [rng.randint(1, 9) for _ in range(count)]
    return {(n,): sympy.Rational(part, sum(parts)) for n, part in enumerate(parts, 1)}


def direction(symbol: Symbol, explicit: Explicit, rng: random.Random) -> dict[Place, Any]:
    import sympy

    if explicit.size(symbol.shape[0]) != 2:
        raise BridgeError(f"the unit vector {symbol.name} is drawn in the plane only")
    return {(n,): value for n, value in enumerate(circle(sympy.Rational(rng.randint(-5, 5), 3)), 1)}


def gram(symbol: Symbol, explicit: Explicit, rng: random.Random) -> dict[Place, Any]:
    """A A', plus the identity for a definite matrix."""
    import sympy

    rows = explicit.size(symbol.shape[0])
    root = sympy.Matrix(rows, rows, lambda row, column: sympy.Rational(rng.randint(-4, 4), 2))
    value = root * root.T + int(symbol.domain.definite) * sympy.eye(rows)
    return {(row + 1, column + 1): value[row, column] for row in range(rows) for column in range(rows)}


# Which entries are drawn together: the flag of the domain, how many of the last places, and how.
Draw = Callable[[Symbol, Explicit, random.Random], dict[Place, Any]]
TOGETHER: tuple[tuple[Callable[[Domain], bool], int, Draw], ...] = (
    (lambda domain: domain.semidefinite, 2, gram),
    (lambda domain: domain.sums_to_one, 1, weights),
    (lambda domain: domain.unit, 1, direction),
    (lambda domain: True, 0, single),
)
