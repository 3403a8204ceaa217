"""Mixtures of Gaussians: fitted by expectation maximisation, evaluated, sampled, added.

Sources: problems 2 and 3 of the sheet (the two steps), 7 (the sum of two mixtures).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numeric.checks import Array, Integers, Sizes
from numeric.clustering import arguments, lloyd, mixtures, starts
from numeric.clustering.arguments import PLUS_PLUS, Progress, Seed
from numeric.clustering.gaussian_steps import (
    Expected,
    Gaussians,
    common,
    expected,
    of_labels,
    worst_explained,
)
from numeric.clustering.points import InMemory, Points
from numeric.clustering.runs import Options
from numeric.generated import gmm_convolution, gmm_estep

EPS = float(np.finfo(np.float64).eps)
Init = str | npt.ArrayLike | tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]


def em(
    X: npt.ArrayLike,
    k: int,
    tol: float = 1e-3,
    *,
    init: Init = PLUS_PLUS,
    seed: Seed = 0,
    restarts: int = 1,
    max_iterations: int = 100,
    reg_covar: float = 1e-6,
    single: bool = False,
    history: list[float] | None = None,
    progress: Progress = False,
) -> Gaussians:
    """A mixture of k Gaussians with full covariances, fitted by expectation maximisation.

    Args:
        X: (N, D) real numbers of any kind
        k: the number of components
        tol: stop when the mean log-likelihood changes by less; 0 runs to max_iterations
        init: "k-means++": the clusters that K-means finds from such a start; or means (k, D), to the nearest of
            which the points are assigned at first; or a mixture (pi, mu, sigma) to start from
        seed: a whole number, or a NumPy generator
        restarts: how many runs, of which the best counts
        max_iterations: of E-step and M-step
        reg_covar: is added to the diagonal of every covariance, which then cannot become singular; with 0 the
            likelihood never falls, and a fall is an error
        single: compute in single precision wherever the parameters certify that little is lost by it, about 1e-5;
            without it, always in double precision, whatever X holds
        history: receives, for each iteration of the run that counts, the mean log-likelihood of the points under
            the parameters that the iteration starts from (as scikit-learn's lower_bounds_)
        progress: True to print every iteration, or a function of iteration and objective

    Returns:
        pi (k,), mu (k, D), sigma (k, D, D)

    Raises:
        ValueError: an argument is not what is said above; X has fewer than k distinct points; reg_covar is too
            small for covariances that are singular.
        NotMonotoneError: with reg_covar = 0 the likelihood fell by more than rounding explains.
    """
    x = arguments.table(X)
    options = Options.checked(tol, max_iterations, restarts, progress, init)
    error = lloyd.error_of_a_mean(x)
    model = Model(InMemory(x), arguments.amount("reg_covar", reg_covar), bool(single), error)
    return fit(model, x, k, init, seed, options, history)


def fit(
    model: Model,
    x: Array,
    k: int,
    init: Init,
    seed: Seed,
    options: Options,
    history: list[float] | None,
) -> Gaussians:
    """The best of the runs, each from a start chosen among the points x (n, D)."""
    count, random = arguments.clusters(k, x), arguments.generator(seed)
    return mixtures.best_run(model, _start(model, x, count, init), random, options, history)


@dataclass(frozen=True)
class Model:
    """The points, and the two steps for them."""

    points: Points
    reg_covar: float
    single: bool = False
    error: float = 0.0  # how far rounding may take a mean

    @property
    def size(self) -> int:
        return self.points.shape[0]

    def expectation(self, parameters: Gaussians) -> tuple[Expected, float]:
        return expected(self.points, parameters, self.reg_covar, single=self.single)

    def counts(self, found: Expected) -> Array:
        return found.count

    def reseeded(self, found: Expected, empty: Integers, parameters: Gaussians) -> Expected:
        most = 2 * len(found.count)  # at most so many are needed, or are all that some component has
        explained, gamma, x = worst_explained(self.points, parameters, most)
        return mixtures.moved(
            found, gamma, x, mixtures.seeds(gamma, list(empty), explained, found.count), empty
        )

    def maximisation(self, found: Expected, moved: Integers) -> Gaussians:
        pi, mu, sigma = found.maximised()
        if moved.size:
            sigma[moved] = common(self.points).sigma
        sigma += self.reg_covar * np.eye(mu.shape[1])
        self._not_singular(sigma)
        return Gaussians(pi, mu, sigma)

    def slack(self, parameters: Gaussians, objective: float) -> float | None:
        if self.reg_covar or self.single:
            return None  # what is maximised is then not quite the likelihood
        dimensions, lowest = parameters.mu.shape[1], float(_spectra(parameters.sigma)[:, 0].min())
        variance = float(np.linalg.eigvalsh(parameters.sigma).min())
        off = self.error**2 / variance  # of first order a mean that is off costs nothing
        return 64 * EPS * (1 + abs(objective) + dimensions / lowest) + dimensions * off

    def _not_singular(self, sigma: Array) -> None:
        lowest = _spectra(sigma)[:, 0]
        lowest = np.where(np.linalg.eigvalsh(sigma)[:, 0] > 0, lowest, 0)  # what the E-step asks
        component = int(lowest.argmin())
        if not lowest[component] > sigma.shape[1] * EPS:
            raise ValueError(
                f"reg_covar: expected enough to keep covariances positive definite, got {self.reg_covar}; that of "
                f"component {component} became singular, because its points lie in a plane, or are too few"
            )


def _spectra(sigma: Array) -> Array:
    """The eigenvalues (k, D), in rising order, of the matrices of correlations: whatever the units of the columns."""
    deviations: Array = np.sqrt(np.diagonal(sigma, axis1=1, axis2=2))
    deviations = np.where(deviations > 0, deviations, 1)
    spectra: Array = np.linalg.eigvalsh(sigma / (deviations[:, :, np.newaxis] * deviations[:, np.newaxis, :]))
    return spectra


def _start(model: Model, x: Array, k: int, init: Init) -> Callable[[np.random.Generator], Gaussians]:
    """Where a run starts, as a function of the source of random numbers. Raises ValueError."""
    if isinstance(init, tuple):
        given = _given(init, k, x.shape[1])
        return lambda random: given
    if arguments.is_text(init):
        return lambda random: _of_labels(model, x, *lloyd.of_means(x, k, random))
    mu = starts.centers(init, k, x)
    return lambda random: _of_labels(model, x, *lloyd.of_centers(x, mu))


def _of_labels(model: Model, x: Array, labels: Integers, mu: Array) -> Gaussians:
    """Each component takes the points of a cluster, none of them empty."""
    return model.maximisation(of_labels(x, labels, mu), np.flatnonzero([]))


def _given(init: tuple[npt.ArrayLike, ...], k: int, dimensions: int) -> Gaussians:
    """The mixture (pi, mu, sigma) that the caller gives, of k components."""
    if len(init) != 3:
        raise ValueError(f"init: expected a tuple (pi, mu, sigma), got one of length {len(init)}")
    sizes: Sizes = {"k": (k, "k"), "D": (dimensions, "X")}
    given = _mixture(("pi of init", "mu of init", "sigma of init"), init, "k", sizes)
    arguments.not_too_large("mu of init", arguments.size_of(given.mu))
    return given


def gmm_log_probability(
    X: npt.ArrayLike, pi: npt.ArrayLike, mu: npt.ArrayLike, sigma: npt.ArrayLike
) -> Array:
    """log p(x_i, z_i = k) = log pi_k + log N(x_i | mu_k, sigma_k): the logarithms of the joint densities.

    Args:
        X: (N, D) real numbers of any kind
        pi: (k,) weights that sum to one; one that is zero gives minus infinity
        mu: (k, D)
        sigma: (k, D, D), positive definite

    Returns:
        (N, k)

    Raises:
        ValueError: an argument is not what is said above.
    """
    sizes: Sizes = {}
    x = arguments.points(X, sizes)
    found = _mixture(("pi", "mu", "sigma"), (pi, mu, sigma), "k", sizes)
    return gmm_estep.log_joint(found.pi, x, found.mu, found.sigma)


def gmm_sample(
    N: int, pi: npt.ArrayLike, mu: npt.ArrayLike, sigma: npt.ArrayLike, *, seed: Seed = 0
) -> Array:
    """N draws from a mixture of Gaussians: first the component, then the point.

    Args:
        N: how many, at least 1
        pi: (k,) weights that sum to one
        mu: (k, D)
        sigma: (k, D, D), positive semidefinite
        seed: a whole number, or a NumPy generator

    Returns:
        (N, D)

    Raises:
        ValueError: an argument is not what is said above.
    """
    count, random = arguments.whole("N", N, least=1), arguments.generator(seed)
    weights, means, covariances = _mixture(("pi", "mu", "sigma"), (pi, mu, sigma), "k", {}, singular=True)
    z = random.choice(len(weights), size=count, p=weights / weights.sum())
    result = random.standard_normal((count, means.shape[1]))
    for component, root in enumerate(_roots(covariances)):
        members = z == component
        result[members] = means[component] + result[members] @ root
    return result


def _roots(sigma: Array) -> Array:
    """The symmetric square roots: they exist where a covariance is singular, and there is but one of each."""
    values, vectors = np.linalg.eigh(sigma)
    scales = np.sqrt(np.maximum(values, 0))
    roots: Array = (vectors * scales[:, np.newaxis, :]) @ np.swapaxes(vectors, 1, 2)
    return roots


def gmm_sum(
    pi_x: npt.ArrayLike,
    mu_x: npt.ArrayLike,
    sigma_x: npt.ArrayLike,
    pi_y: npt.ArrayLike,
    mu_y: npt.ArrayLike,
    sigma_y: npt.ArrayLike,
) -> Gaussians:
    """The distribution of x + y, of independent mixtures of Gaussians: a mixture with a component for every pair.

    Args:
        pi_x, pi_y: (Kx,) and (Ky,) weights that sum to one
        mu_x, mu_y: (Kx, D) and (Ky, D)
        sigma_x, sigma_y: (Kx, D, D) and (Ky, D, D), positive definite

    Returns:
        pi (Kx*Ky,), mu (Kx*Ky, D), sigma (Kx*Ky, D, D); the pair (k, l) stands at k*Ky + l

    Raises:
        ValueError: an argument is not what is said above.
    """
    sizes: Sizes = {}
    x = _mixture(("pi_x", "mu_x", "sigma_x"), (pi_x, mu_x, sigma_x), "Kx", sizes)
    y = _mixture(("pi_y", "mu_y", "sigma_y"), (pi_y, mu_y, sigma_y), "Ky", sizes)
    dimensions = x.mu.shape[1]
    return Gaussians(
        gmm_convolution.pi_z(x.pi, y.pi).reshape(-1),
        gmm_convolution.mu_z(x.mu, y.mu).reshape(-1, dimensions),
        gmm_convolution.Sigma_z(x.sigma, y.sigma).reshape(-1, dimensions, dimensions),
    )


def _mixture(
    names: tuple[str, str, str],
    values: tuple[npt.ArrayLike, ...],
    count: str,
    sizes: Sizes,
    *,
    singular: bool = False,
) -> Gaussians:
    """Weights, means and covariances whose shapes fit each other and whatever is in `sizes`."""
    return Gaussians(
        arguments.weights(names[0], values[0], count, sizes),
        arguments.numbers(names[1], values[1], f"{count} D", sizes),
        arguments.covariances(names[2], values[2], f"{count} D D", sizes, singular=singular),
    )
