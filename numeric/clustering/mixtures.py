"""Expectation maximisation, for any mixture: responsibilities and parameters in turn, the likelihood watched.

A component that answers for no point at all is re-seeded at the point that the mixture explains worst.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.runs import Options, Trace

EPS = float(np.finfo(np.float64).eps)
Parameters = TypeVar("Parameters")


class Mixture(Protocol[Parameters]):
    """The model, with its points: the two steps as they were derived."""

    def expectation(self, parameters: Parameters) -> tuple[Array, float]:
        """The responsibilities (N, k), and the log-likelihood of all points."""

    def maximisation(self, gamma: Array, moved: Integers) -> Parameters:
        """The best parameters; the components `moved` have but one point, and get a share of the common spread."""

    def explained(self, parameters: Parameters) -> Array:
        """The log-density (N,) of the mixture at every point, up to a constant."""

    def slack(self, parameters: Parameters, objective: float) -> float | None:
        """By how much rounding may lower the mean log-likelihood; nothing if it may fall for other reasons."""


def run(model: Mixture[Parameters], start: Parameters, options: Options, trace: Trace) -> Parameters:
    """Expectation maximisation. The trace gets the mean log-likelihood that each iteration starts from."""
    parameters = start
    for _ in range(options.max_iterations):
        gamma, total = model.expectation(parameters)
        objective = total / len(gamma)
        trace.add(objective, model.slack(parameters, objective))
        empty = np.flatnonzero(np.sum(gamma, axis=0) < EPS)
        if empty.size:
            gamma = reseeded(gamma, empty, model.explained(parameters))
            trace.begin_anew()
        parameters = model.maximisation(gamma, empty)
        if not empty.size and trace.change < options.tol:
            break
    return parameters


def reseeded(gamma: Array, empty: Integers, explained: Array) -> Array:
    """A copy of the responsibilities in which every empty component answers for one point, and alone.

    It is the point of lowest log-density among those whose loss leaves no other component empty. There is one:
    otherwise each point would be all that some component has, and there are more points than such components.
    """
    gamma, explained = gamma.copy(), explained.copy()
    for component in empty:
        counts = np.sum(gamma, axis=0)
        spare = ((counts - gamma >= EPS) | (counts < EPS)).all(axis=1)
        place = int(np.where(spare, explained, np.inf).argmin())
        gamma[place] = np.arange(gamma.shape[1]) == component
    return gamma
