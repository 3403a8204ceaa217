"""K-means and K-medians: Lloyd's algorithm, assignment and update in turn, on the steps that were derived.

Sources: problem 1 of the sheet (K-medians), problem 5 (K-means as a limit of expectation maximisation); Lloyd,
Least squares quantization in PCM (1982). A cluster that has lost all its points gets the one that is farthest
from its centre, so the objective falls; scikit-learn does the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numeric.checks import Array
from numeric.clustering import arguments, starts
from numeric.clustering.arguments import PLUS_PLUS, Progress, Seed, Start
from numeric.clustering.runs import Options, Trace, best
from numeric.clustering.starts import Distance
from numeric.generated import kmeans_limit
from numeric.generated import kmedians as kmedians_steps

TOLERANCE, MAX_ITERATIONS = 1e-4, 300  # as in scikit-learn
EPS = float(np.finfo(np.float64).eps)
Labels = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Method:
    """The two steps, as they were derived, and the distance whose sum they lower."""

    assign: Callable[[Array, Array], Array]  # x (N, D), mu (k, D) -> z (N, k), one-hot
    update: Callable[[Array, Array], Array]  # x, z -> mu
    distance: Distance
    rounding: Callable[[float], float]  # by how much an error of the centre can raise the distance


MEANS = Method(
    assign=kmeans_limit.z,
    update=lambda x, z: kmeans_limit.mu(z, x),
    distance=starts.squared,
    rounding=lambda error: error**2,  # the mean is a minimum: the term of first order vanishes
)
MEDIANS = Method(
    assign=kmedians_steps.z,
    update=kmedians_steps.mu,
    distance=starts.absolute,
    rounding=lambda error: 0.0,  # a median is one of the points
)


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
    x = arguments.points(X)
    options = Options.checked(tol, max_iterations, restarts, progress, init)
    return _clusters(MEANS, x, k, init, seed, options, history)


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
    return _clusters(MEDIANS, x, k, init, seed, options, history)


def _clusters(
    method: Method,
    x: Array,
    k: int,
    init: Start,
    seed: Seed,
    options: Options,
    history: list[float] | None,
) -> tuple[Array, Labels]:
    count, random = arguments.clusters(k, x), arguments.generator(seed)
    start = starts.centers_from(init, method.distance, x, count)
    return best(lambda trace: run(method, x, start(random), options, trace), options, "objective", 1, history)


def of_means(x: Array, k: int, random: np.random.Generator) -> Array:
    """The clusters (N, k), one-hot, that K-means finds from one start: where a mixture may start."""
    options = Options(tol=TOLERANCE, max_iterations=MAX_ITERATIONS, restarts=1, progress=False)
    start = starts.plus_plus(starts.squared, x, k, random)
    mu, _ = run(MEANS, x, start, options, Trace("objective", 1, progress=False))
    return of_centers(x, mu)


def of_centers(x: Array, mu: Array) -> Array:
    """The clusters (N, k), one-hot, of the points nearest to each centre, none of them empty."""
    return _filled(MEANS, x, MEANS.assign(x, mu), mu)


def run(method: Method, x: Array, mu: Array, options: Options, trace: Trace) -> tuple[Array, Labels]:
    """Lloyd's algorithm from the centres mu (k, D)."""
    enough = options.tol * _spread(method, x)
    slack = len(x) * x.shape[1] * method.rounding(error_of_a_mean(x))
    z, labels = _assigned(method, x, mu)
    for _ in range(options.max_iterations):
        before, old = mu, labels
        mu = method.update(x, _filled(method, x, z, mu))
        z, labels = _assigned(method, x, mu)
        objective = float(starts.to_own(method.distance, x, mu, labels).sum())
        trace.add(objective, slack + 1e-12 * objective)
        moved = float(method.distance(mu, before).sum())
        settled = moved <= enough or np.array_equal(labels, old)
        if options.tol and settled and z.any(axis=0).all():
            break
    return mu, labels


def _assigned(method: Method, x: Array, mu: Array) -> tuple[Array, Labels]:
    """The assignments, one-hot (N, k) and as labels (N,)."""
    z = np.asfortranarray(method.assign(x, mu))  # a column a cluster, because all sums are over points
    labels: Labels = (z @ np.arange(len(mu), dtype=z.dtype)).astype(np.intp)
    return z, labels


def _filled(method: Method, x: Array, z: Array, mu: Array) -> Array:
    """z, but every empty cluster gets a point: the farthest from its centre among those not alone in a cluster.

    There is one, because X has at least as many distinct points as there are clusters.
    """
    counts = np.sum(z, axis=0)
    if counts.all():
        return z
    z = z.copy()
    labels = z.argmax(axis=1)
    far = starts.to_own(method.distance, x, mu, labels)
    for empty in np.flatnonzero(counts == 0):
        place = int(np.where(counts[labels] > 1, far, -1).argmax())
        counts[[labels[place], empty]] += [-1, 1]
        z[place] = np.arange(len(mu)) == empty
        labels[place], far[place] = empty, -1
    return z


def _spread(method: Method, x: Array) -> float:
    """The mean over the columns of the mean distance from the centre of all points."""
    center = method.update(x, np.ones((len(x), 1)))
    return float(starts.to_one(method.distance, x, center[0]).sum()) / x.size


def error_of_a_mean(x: Array) -> float:
    """How far rounding may take a mean of N numbers from the exact one; errors of sums grow as sqrt(N) or less."""
    return 4 * EPS * float(np.sqrt(len(x))) * max(-float(x.min()), float(x.max()))
