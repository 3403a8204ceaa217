"""Mixtures of independent bits (Bernoulli variables), fitted by expectation maximisation.

Source: problem 4 of the sheet, with weights that are fitted too, as in problem 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.checks import Array, Integers, Sizes
from numeric.clustering import arguments, lloyd, mixtures
from numeric.clustering.arguments import PLUS_PLUS, Progress, Seed
from numeric.clustering.runs import Options, best
from numeric.generated import bernoulli_mixture as steps
from numeric.stable import log_sum_exp, one_hot, safe_log

EPS = float(np.finfo(np.float64).eps)
Init = str | tuple[npt.ArrayLike, npt.ArrayLike]


class Bernoullis(NamedTuple):
    """Weights (k,), and the probabilities (k, D) of a one."""

    pi: Array
    theta: Array


def bernoulli_em(
    X: npt.ArrayLike,
    k: int,
    tol: float = 1e-3,
    *,
    init: Init = PLUS_PLUS,
    seed: Seed = 0,
    restarts: int = 1,
    max_iterations: int = 100,
    history: list[float] | None = None,
    progress: Progress = False,
) -> Bernoullis:
    """A mixture of k products of Bernoulli distributions, fitted by expectation maximisation.

    Args:
        X: (N, D) zeros and ones, of any kind of number, or truth values
        k: the number of components
        tol: stop when the mean log-likelihood changes by less; 0 runs to max_iterations
        init: "k-means++": the clusters that K-means finds from such a start, drawn halfway to the mean of all
            points, so that no component rules out what occurs; or a mixture (pi, theta) to start from
        seed, restarts, max_iterations, history, progress: as in `em`

    Returns:
        pi (k,), theta (k, D)

    Raises:
        ValueError: an argument is not what is said above; X has fewer than k distinct points; under the given
            start some point is impossible.
        NotMonotoneError: the likelihood fell by more than rounding explains.
    """
    x = arguments.points(X)
    checks.binary("X", x)
    count, random = arguments.clusters(k, x), arguments.generator(seed)
    options = Options.checked(tol, max_iterations, restarts, progress, init)
    model, start = _Model(x), _start(x, count, init)
    return best(
        lambda trace: mixtures.run(model, start(random), options, trace),
        options,
        "log-likelihood",
        -1,
        history,
    )


@dataclass(frozen=True)
class _Model:
    """The points, and the two steps for them."""

    x: Array

    def expectation(self, parameters: Bernoullis) -> tuple[Array, float]:
        pi, theta = parameters
        gamma = np.asfortranarray(steps.gamma(pi, self.x, theta))  # because all sums are over points
        return gamma, steps.log_likelihood(pi, self.x, theta)

    @property
    def size(self) -> int:
        return len(self.x)

    def counts(self, gamma: Array) -> Array:
        counts: Array = np.sum(gamma, axis=0)
        return counts

    def reseeded(self, gamma: Array, empty: Integers, parameters: Bernoullis) -> Array:
        gamma = gamma.copy()
        places = mixtures.seeds(gamma, list(empty), self.explained(parameters), self.counts(gamma))
        for place, component in zip(places, empty, strict=True):
            gamma[place] = np.arange(gamma.shape[1]) == component
        return gamma

    def maximisation(self, gamma: Array, moved: Integers) -> Bernoullis:
        theta = np.minimum(steps.theta(gamma, self.x), 1)  # a mean of ones may be rounded up
        if moved.size:
            theta[moved] = _towards_all(theta[moved], self.x)
        return Bernoullis(steps.pi(gamma), theta)

    def explained(self, parameters: Bernoullis) -> Array:
        pi = safe_log(parameters.pi)
        theta = np.clip(parameters.theta, EPS, 1 - EPS)  # to rank points, the impossible ones too
        return log_sum_exp(pi + self.x @ np.log(theta).T + (1 - self.x) @ np.log1p(-theta).T, axis=1)

    def slack(self, parameters: Bernoullis, objective: float) -> float | None:
        return 64 * EPS * (1 + abs(objective) + self.x.shape[1])


def _towards_all(theta: Array, x: Array) -> Array:
    """Halfway to the mean of all points: what occurs somewhere has a positive probability."""
    everything = np.ones((len(x), 1))
    return (theta + np.minimum(steps.theta(everything, x), 1)) / 2


def _start(x: Array, k: int, init: Init) -> Callable[[np.random.Generator], Bernoullis]:
    """Where a run starts, as a function of the source of random numbers. Raises ValueError."""
    if arguments.is_text(init):
        return lambda random: _of_labels(x, lloyd.of_means(x, k, random)[0], k)
    given = _given(init, k, x)
    return lambda random: given


def _of_labels(x: Array, labels: Integers, k: int) -> Bernoullis:
    pi, theta = _Model(x).maximisation(one_hot(labels, k, x.dtype).T, np.flatnonzero([]))
    return Bernoullis(pi, _towards_all(theta, x))


def _given(init: object, k: int, x: Array) -> Bernoullis:
    """The mixture (pi, theta) that the caller gives, of k components."""
    if not isinstance(init, tuple) or len(init) != 2:
        raise ValueError(f"init: expected {PLUS_PLUS!r} or a tuple (pi, theta), got {type(init).__name__}")
    sizes: Sizes = {"k": (k, "k"), "D": (x.shape[1], "X")}
    pi = arguments.weights("pi of init", init[0], "k", sizes)
    theta = arguments.numbers("theta of init", init[1], "k D", sizes)
    checks.nonnegative("theta of init", theta)
    checks.at_most_one("theta of init", theta)
    given = Bernoullis(pi, theta)
    if steps.log_likelihood(pi, x, theta) == -np.inf:
        raise ValueError(
            "init: expected a positive probability of every point of X, got 0 for some under all components"
        )
    return given
