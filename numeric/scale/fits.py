"""The fits of numeric.clustering for points in pieces; only where a run starts is chosen from a sample."""

from __future__ import annotations

from numeric.checks import Array, Integers
from numeric.clustering import lloyd, starts
from numeric.clustering.arguments import PLUS_PLUS, Progress, Seed, Start
from numeric.clustering.lloyd import MAX_ITERATIONS, TOLERANCE
from numeric.clustering.means import Means
from numeric.clustering.runs import Options
from numeric.scale.pieces import Pieces, finite


def kmeans(
    X: object,
    k: int,
    *,
    init: Start = PLUS_PLUS,
    seed: Seed = 0,
    restarts: int = 1,
    tol: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
    history: list[float] | None = None,
    progress: Progress = False,
) -> tuple[Array, Integers]:
    """K-means as in `numeric.clustering.kmeans`, for points in pieces.

    Args:
        X: a dask array (N, D) of real numbers, or the name of a folder of .npy files, each (n, D)
        k: the number of clusters
        init: "k-means++", from at most 65,536 points that are spread evenly over all; or the centres (k, D)
        seed, restarts, tol, max_iterations, history, progress: as there

    Returns:
        mu (k, D), the centres, and z (N,), the cluster of each point, as a dask array that is not yet computed.

    Raises:
        ValueError: an argument is not what is said above; the points that a run starts from have fewer than k
            distinct ones among them.
        NotMonotoneError: the objective rose by more than rounding explains.
        ModuleNotFoundError: dask is not installed.
    """
    options = Options.checked(tol, max_iterations, restarts, progress, init)
    points = Pieces.of(X).checked(finite)
    steps = Means.of(points)
    return lloyd.fit(steps, starts.squared, points.sample(), k, init, seed, options, history)
