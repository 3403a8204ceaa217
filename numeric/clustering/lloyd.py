"""K-means and K-medians: Lloyd's algorithm, assignment and update in turn, on the steps that were derived.

Sources: problem 1 of the sheet (K-medians), problem 6 (K-means as a limit of expectation maximisation); Lloyd,
Least squares quantization in PCM (1982). A cluster that has lost all its points gets the one that is farthest
from its centre and not alone there, so the objective falls.
"""

from __future__ import annotations

from typing import Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from numeric.checks import Array, Integers
from numeric.clustering import arguments, empty, means, starts
from numeric.clustering.arguments import PLUS_PLUS, Progress, Seed, Start
from numeric.clustering.followed import MeansInMemory
from numeric.clustering.medians import Medians
from numeric.clustering.points import InMemory, stacked
from numeric.clustering.runs import Options, Trace, best
from numeric.clustering.starts import Distance

TOLERANCE, MAX_ITERATIONS = 1e-4, 300  # as in scikit-learn
Labels = Integers


class Assignment(Protocol):
    """Every point to its nearest centre, the first of equals."""

    @property
    def objective(self) -> float:
        """The sum of the distances of the points from their centres."""

    @property
    def is_full(self) -> bool:
        """Whether no cluster is empty."""

    def agrees(self, other: Self) -> bool:
        """Whether no point has changed its cluster."""


State = TypeVar("State", bound=Assignment)


class Steps(Protocol[State]):
    """The points, and the two steps for them."""

    @property
    def spread(self) -> float:
        """The mean over the columns of the mean distance from the centre of all points."""

    @property
    def least_spread(self) -> float:
        """Where points that differ have less, their distances are lost, or lose digits."""

    @property
    def slack(self) -> float:
        """By how much rounding may raise the objective."""

    def assigned(self, mu: Array, before: State | None = None) -> State:
        """The assignment step, for centres (k, D); `before` is that of the iteration before, if there was one."""

    def updated(self, assigned: State, mu: Array) -> Array:
        """The update step: the next centres. An empty cluster gets a point first, one that is far from `mu`."""

    def moved(self, mu: Array, before: Array) -> float:
        """How far the centres are from where they were, together."""

    def labels(self, assigned: State, mu: Array) -> Labels:
        """The cluster (N,) of each point."""


def kmeans(
    X: npt.ArrayLike,
    k: int,
    *,
    init: Start = PLUS_PLUS,
    seed: Seed = 0,
    restarts: int = 1,
    tol: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
    history: list[float] | None = None,
    progress: Progress = False,
) -> tuple[Array, Labels]:
    """K-means: centres and assignments that lower the sum of squared distances, sum_i |x_i - mu_z(i)|^2.

    Args:
        X: (N, D) real numbers of any kind
        k: the number of clusters
        init: "k-means++", or the centres (k, D) to start from
        seed: a whole number, or a NumPy generator
        restarts: how many runs, of which the best counts
        tol: stop when the centres move (in the sum of squares) by at most this share of the mean variance of
            the columns, or when no assignment changes; 0 runs to max_iterations
        max_iterations: of assignment and update
        history: receives the objective after each iteration, of the run that counts
        progress: True to print every iteration, or a function of iteration and objective

    Returns:
        mu (k, D), the centres, and z (N,), the cluster 0, ..., k - 1 of each point: that of the nearest centre.
        No cluster is empty, unless max_iterations ended the run.

    Raises:
        ValueError: an argument is not what is said above; X has fewer than k distinct points.
        NotMonotoneError: the objective rose by more than rounding explains.
    """
    x = arguments.table(X)
    options = Options.checked(tol, max_iterations, restarts, progress, init)
    return fit(MeansInMemory.of(InMemory(x)), starts.squared, x, k, init, seed, options, history)


def kmedians(
    X: npt.ArrayLike,
    k: int,
    *,
    init: Start = PLUS_PLUS,
    seed: Seed = 0,
    restarts: int = 1,
    tol: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
    history: list[float] | None = None,
    progress: Progress = False,
) -> tuple[Array, Labels]:
    """K-medians: centres and assignments that lower the sum of L1 distances, sum_i |x_i - mu_z(i)|_1.

    Args, results and errors are those of `kmeans`, with L1 distances in the place of squared ones; `tol` is
    a share of the mean absolute deviation of the columns from their medians. Of an even number of points the
    lower one of the two medians is taken, so every coordinate of a centre is that of a point.
    """
    x = arguments.points(X)
    options = Options.checked(tol, max_iterations, restarts, progress, init)
    return fit(Medians(x), starts.absolute, x, k, init, seed, options, history)


def fit(
    steps: Steps[State],
    distance: Distance,
    x: Array,
    k: int,
    init: Start,
    seed: Seed,
    options: Options,
    history: list[float] | None,
) -> tuple[Array, Labels]:
    """The best of the runs, each from a start chosen among the points x (n, D): centres and assignments."""
    count, random = arguments.clusters(k, x), arguments.generator(seed)
    start = starts.centers_from(init, distance, x, count)
    if count > 1 and steps.spread < steps.least_spread:
        raise ValueError(
            f"X: expected points whose squared distances are not lost, got a mean of {steps.spread:.1g} of them; "
            "multiply X by a power of two"
        )
    mu, found = best(
        lambda trace: run(steps, start(random), options, trace), options, "objective", 1, history
    )
    return mu, steps.labels(found, mu)


def of_means(x: Array, k: int, random: np.random.Generator) -> tuple[Labels, Array]:
    """The clusters (N,) that K-means finds from one start, and their centres (k, D): where a mixture may start."""
    options = Options(tol=TOLERANCE, max_iterations=MAX_ITERATIONS, restarts=1, progress=False)
    start = starts.plus_plus(starts.squared, x, k, random)
    mu, _ = run(MeansInMemory.of(InMemory(x)), start, options, Trace("objective", 1, progress=False))
    return of_centers(x, mu)


def of_centers(x: Array, mu: Array) -> tuple[Labels, Array]:
    """The clusters (N,) of the points nearest to each centre, none of them empty, and the centres."""
    step = MeansInMemory.of(InMemory(x)).nearest(mu)
    labels = stacked(InMemory(x), step.labels, sum(mu.shape))
    return empty.filled(starts.squared, x, labels, mu), mu


def run(steps: Steps[State], mu: Array, options: Options, trace: Trace) -> tuple[Array, State]:
    """Lloyd's algorithm from the centres mu (k, D): the last centres, and the assignment to them."""
    enough = options.tol * steps.spread
    assigned = steps.assigned(mu)
    for _ in range(options.max_iterations):
        before, old = mu, assigned
        mu = steps.updated(old, before)
        assigned = steps.assigned(mu, old)
        trace.add(assigned.objective, steps.slack + 1e-12 * assigned.objective)
        settled = steps.moved(mu, before) <= enough or assigned.agrees(old)
        if options.tol and settled and assigned.is_full:
            break
    return mu, assigned


def error_of_a_mean(x: Array) -> float:
    """How far rounding may take a mean of the points from the exact one."""
    return means.error_of_a_mean(len(x), max(-float(x.min()), float(x.max())))
