"""The fits of numeric.clustering for points in pieces; only where a run starts is chosen from a sample."""

from __future__ import annotations

from numeric.checks import Array, Integers
from numeric.clustering import arguments, bernoullis, gaussians, lloyd, starts
from numeric.clustering.arguments import PLUS_PLUS, Progress, Seed, Start
from numeric.clustering.bernoulli_steps import Bernoullis, not_binary
from numeric.clustering.gaussian_steps import Gaussians
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
    return lloyd.fit(Means.of(points), starts.squared, points.sample(), k, init, seed, options, history)


def em(
    X: object,
    k: int,
    tol: float = 1e-3,
    *,
    init: gaussians.Init = PLUS_PLUS,
    seed: Seed = 0,
    restarts: int = 1,
    max_iterations: int = 100,
    reg_covar: float = 1e-6,
    single: bool = False,
    history: list[float] | None = None,
    progress: Progress = False,
) -> Gaussians:
    """A mixture of Gaussians as in `numeric.clustering.em`, for points in pieces.

    Args:
        X: as in `kmeans`
        init: "k-means++" or means (k, D): a run starts from clusters of at most 65,536 points that are spread evenly
            over all; or a mixture (pi, mu, sigma) to start from
        k, tol, seed, restarts, max_iterations, reg_covar, single, history, progress: as there

    Returns:
        pi (k,), mu (k, D), sigma (k, D, D)

    Raises:
        ValueError: as there, of the points that a run starts from where these must be distinct.
        NotMonotoneError: with reg_covar = 0 the likelihood fell by more than rounding explains.
        ModuleNotFoundError: dask is not installed.
    """
    options = Options.checked(tol, max_iterations, restarts, progress, init)
    points = Pieces.of(X).checked(finite)
    error = Means.of(points).error
    model = gaussians.Model(points, arguments.amount("reg_covar", reg_covar), bool(single), error)
    return gaussians.fit(model, points.sample(), k, init, seed, options, history)


def bernoulli_em(
    X: object,
    k: int,
    tol: float = 1e-3,
    *,
    init: bernoullis.Init = PLUS_PLUS,
    seed: Seed = 0,
    restarts: int = 1,
    max_iterations: int = 100,
    single: bool = False,
    history: list[float] | None = None,
    progress: Progress = False,
) -> Bernoullis:
    """A mixture of bits as in `numeric.clustering.bernoulli_em`, for points in pieces.

    Args:
        X: as in `kmeans`, of zeros and ones
        init: "k-means++": a run starts from clusters of at most 65,536 points that are spread evenly over all; or a
            mixture (pi, theta) to start from
        k, tol, seed, restarts, max_iterations, single, history, progress: as there

    Returns:
        pi (k,), theta (k, D)

    Raises:
        ValueError: as there, of the points that a run starts from where these must be distinct.
        NotMonotoneError: the likelihood fell by more than rounding explains.
        ModuleNotFoundError: dask is not installed.
    """
    options = Options.checked(tol, max_iterations, restarts, progress, init)
    points = Pieces.of(X).checked(not_binary)
    model = bernoullis.Model(points, bool(single))
    return bernoullis.fit(model, points.sample(), k, init, seed, options, history)
