"""Expectation maximisation, for any mixture: the two steps in turn, the likelihood watched.

Between the steps stands what the M-step needs of the points (responsibilities, or sums). A component that answers
for no point at all is re-seeded at the point that the mixture explains worst.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, Self, TypeVar

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.runs import Options, Trace, best

EPS = float(np.finfo(np.float64).eps)
Parameters = TypeVar("Parameters")
Expected = TypeVar("Expected")
SumsType = TypeVar("SumsType", bound="Sums")


class Sums(Protocol):
    """What the M-step needs of the points, as sums over them."""

    @property
    def count(self) -> Array:
        """How many points each component answers for (k,)."""

    def without(self, shares: Array, point: Array) -> Self:
        """The same without the shares (k,) of one point (D,); with negative shares, with it."""


class Mixture(Protocol[Parameters, Expected]):
    """The model, with its points: the two steps as they were derived."""

    @property
    def size(self) -> int:
        """The number of points."""

    def expectation(self, parameters: Parameters) -> tuple[Expected, float]:
        """What the M-step needs of the points, and the log-likelihood of all of them."""

    def counts(self, expected: Expected) -> Array:
        """How many points each component answers for (k,)."""

    def reseeded(self, expected: Expected, empty: Integers, parameters: Parameters) -> Expected:
        """The same, with a point for each of the components `empty`."""

    def maximisation(self, expected: Expected, moved: Integers) -> Parameters:
        """The best parameters; the components `moved` have but one point, and get a share of the common spread."""

    def slack(self, parameters: Parameters, objective: float) -> float | None:
        """By how much rounding may lower the mean log-likelihood; nothing if it may fall for other reasons."""


def best_run(
    model: Mixture[Parameters, Expected],
    start: Callable[[np.random.Generator], Parameters],
    random: np.random.Generator,
    options: Options,
    history: list[float] | None,
) -> Parameters:
    """The best of the runs, each from a start of its own."""
    return best(
        lambda trace: run(model, start(random), options, trace), options, "log-likelihood", -1, history
    )


def run(
    model: Mixture[Parameters, Expected], start: Parameters, options: Options, trace: Trace
) -> Parameters:
    """Expectation maximisation. The trace gets the mean log-likelihood that each iteration starts from."""
    parameters = start
    for _ in range(options.max_iterations):
        expected, total = model.expectation(parameters)
        objective = total / model.size
        trace.add(objective, model.slack(parameters, objective))
        empty = np.flatnonzero(model.counts(expected) < EPS)
        if empty.size:
            expected = model.reseeded(expected, empty, parameters)
            trace.begin_anew()
        parameters = model.maximisation(expected, empty)
        if not empty.size and trace.change < options.tol:
            break
    return parameters


def seeds(gamma: Array, empty: Sequence[int], explained: Array, counts: Array) -> list[int]:
    """For each empty component in turn the point (a row of gamma) that it gets, and that then belongs to it alone.

    It is the point of lowest log-density among those whose loss leaves no other component empty. There is one, if
    the points are all there are: otherwise each would be all that some component has, and there are more points than
    such components.

    Args:
        gamma: (n, k), the responsibilities of the points to choose from
        explained: (n,), their log-densities, up to a constant
        counts: (k,), the responsibilities of all points, added up
    """
    gamma, explained, counts = gamma.copy(), explained.copy(), counts.copy()
    found = []
    for component in empty:
        spare = ((counts - gamma >= EPS) | (counts < EPS)).all(axis=1)
        place = int(np.where(spare, explained, np.inf).argmin())
        alone = np.arange(gamma.shape[1]) == component
        counts += alone - gamma[place]
        gamma[place] = alone
        found.append(place)
    return found


def moved(found: SumsType, gamma: Array, x: Array, places: Sequence[int], empty: Integers) -> SumsType:
    """The sums, where the points at these places (rows of gamma and x) each belong to an empty component alone."""
    gamma = gamma.copy()
    for place, component in zip(places, empty, strict=True):
        alone = (np.arange(gamma.shape[1]) == component).astype(np.float64)
        found = found.without(gamma[place] - alone, x[place])
        gamma[place] = alone
    return found
