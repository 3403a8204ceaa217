"""Mixtures of independent bits (Bernoulli variables), fitted by expectation maximisation.

Source: problem 4 of the sheet, with weights that are fitted too, as in problem 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.checks import Array, Integers, Sizes
from numeric.clustering import arguments, lloyd, mixtures
from numeric.clustering.arguments import PLUS_PLUS, Progress, Seed
from numeric.clustering.bernoulli_steps import (
    Bernoullis,
    Closed,
    Expected,
    common,
    expected,
    not_binary,
    of_labels,
    worst_explained,
)
from numeric.clustering.points import InMemory, Points, collected
from numeric.clustering.runs import Options

EPS = float(np.finfo(np.float64).eps)
Init = str | tuple[npt.ArrayLike, npt.ArrayLike]


def bernoulli_em(
    X: npt.ArrayLike,
    k: int,
    tol: float = 1e-3,
    *,
    init: Init = PLUS_PLUS,
    seed: Seed = 0,
    restarts: int = 1,
    max_iterations: int = 100,
    single: bool = False,
    history: list[float] | None = None,
    progress: Progress = False,
) -> Bernoullis:
    """A mixture of k products of Bernoulli distributions, fitted by expectation maximisation.

    Args:
        X: (N, D) zeros and ones, of any kind of number, or truth values; bytes are read as they are, at an eighth
            of the memory
        k: the number of components
        tol: stop when the mean log-likelihood changes by less; 0 runs to max_iterations
        init: "k-means++": the clusters that K-means finds from such a start, drawn halfway to the mean of all
            points, so that no component rules out what occurs; or a mixture (pi, theta) to start from
        seed, restarts, max_iterations, single, history, progress: as in `em`

    Returns:
        pi (k,), theta (k, D)

    Raises:
        ValueError: an argument is not what is said above; X has fewer than k distinct points; under the given
            start some point is impossible.
        NotMonotoneError: the likelihood fell by more than rounding explains.
    """
    x = arguments.table(X)
    for complaint in filter(None, collected(InMemory(x), not_binary, x.shape[1])):
        raise ValueError(f"X: {complaint}")
    options = Options.checked(tol, max_iterations, restarts, progress, init)
    return fit(Model(InMemory(x), bool(single)), x, k, init, seed, options, history)


@dataclass(frozen=True)
class Model:
    """The points, and the two steps for them."""

    points: Points
    single: bool = False

    @property
    def size(self) -> int:
        return self.points.shape[0]

    def expectation(self, parameters: Bernoullis) -> tuple[Expected, float]:
        return expected(self.points, parameters, single=self.single)

    def counts(self, found: Expected) -> Array:
        return found.count

    def reseeded(self, found: Expected, empty: Integers, parameters: Bernoullis) -> Expected:
        most = 2 * len(found.count)  # at most so many are needed, or are all that some component has
        explained, gamma, x = worst_explained(self.points, parameters, most)
        return mixtures.moved(
            found, gamma, x, mixtures.seeds(gamma, list(empty), explained, found.count), empty
        )

    def maximisation(self, found: Expected, moved: Integers) -> Bernoullis:
        pi, theta = found.maximised()
        if moved.size:
            theta[moved] = _towards_all(theta[moved], self.points)
        return Bernoullis(pi, theta)

    def slack(self, parameters: Bernoullis, objective: float) -> float | None:
        if self.single:
            return None  # rounding is then what the certificate allows
        return 64 * EPS * (1 + abs(objective) + parameters.theta.shape[1])


def fit(
    model: Model,
    x: Array,
    k: int,
    init: Init,
    seed: Seed,
    options: Options,
    history: list[float] | None,
) -> Bernoullis:
    """The best of the runs, each from a start chosen among the points x (n, D)."""
    count, random = arguments.clusters(k, x), arguments.generator(seed)
    return mixtures.best_run(model, _start(model.points, x, count, init), random, options, history)


def _towards_all(theta: Array, points: Points) -> Array:
    """Halfway to the mean of all points: what occurs somewhere has a positive probability."""
    return (theta + common(points)) / 2


def _start(points: Points, x: Array, k: int, init: Init) -> Callable[[np.random.Generator], Bernoullis]:
    """Where a run starts, as a function of the source of random numbers. Raises ValueError."""
    if arguments.is_text(init):
        return lambda random: _of_labels(points, x, lloyd.of_means(x, k, random)[0], k)
    given = _given(init, k, points)
    return lambda random: given


def _of_labels(points: Points, x: Array, labels: Integers, k: int) -> Bernoullis:
    pi, theta = of_labels(x, labels, k).maximised()
    return Bernoullis(pi, _towards_all(theta, points))


def _given(init: object, k: int, points: Points) -> Bernoullis:
    """The mixture (pi, theta) that the caller gives, of k components."""
    if not isinstance(init, tuple) or len(init) != 2:
        raise ValueError(f"init: expected {PLUS_PLUS!r} or a tuple (pi, theta), got {type(init).__name__}")
    sizes: Sizes = {"k": (k, "k"), "D": (points.shape[1], "X")}
    pi = arguments.weights("pi of init", init[0], "k", sizes)
    theta = arguments.numbers("theta of init", init[1], "k D", sizes)
    checks.nonnegative("theta of init", theta)
    checks.at_most_one("theta of init", theta)
    given = Bernoullis(pi, theta)
    try:
        points.each(Closed(given))
    except ValueError:
        raise ValueError(
            "init: expected a positive probability of every point of X, got 0 for some under all components"
        ) from None
    return given
