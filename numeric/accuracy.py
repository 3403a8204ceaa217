"""How accurate one iteration of expectation maximisation is: `python -m numeric.crosscheck --accuracy`.

Every formulation goes through the same iteration of the same mixture, at places where some lose digits: far from the
origin, in flat directions, with narrow components far from each other, weights near zero, outliers, too few points.
The exact result is that of the derived formulas in 50 digits, whose arguments are the floating-point numbers themselves.
Errors: of the log-likelihood relative to it; of the responsibilities; of the means by standard deviations; of the
covariances by products of those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from derivations.proof.steps import Definition, Update
from numeric import sources
from numeric.cases import Random, spread
from numeric.clustering.gaussian_steps import (
    Centred,
    Expected,
    Gaussians,
    Whitened,
    expected,
    summed,
    way,
)
from numeric.clustering.points import InMemory
from numeric.fusions import SOURCES, fusions
from numeric.generated import gmm_estep, gmm_mstep, mixture_moments
from numeric.handwritten import gmm_estep as estep_by_hand
from numeric.handwritten import gmm_mstep as mstep_by_hand
from numeric.reference import evaluate_all, mp
from numeric.stable import softmax

Values = npt.NDArray[Any]
EPS = float(np.finfo(np.float64).eps)
POINTS, DIMENSIONS, COMPONENTS = 300, 3, 3
SEED = 11


@dataclass(frozen=True)
class Case:
    """Points (N, D), and the mixture that the iteration starts from."""

    name: str
    x: Values
    mixture: Gaussians


class Iteration(NamedTuple):
    """What an iteration gives: the log-likelihood, responsibilities (N, K), means, covariances."""

    log_likelihood: Any
    gamma: Values
    mu: Values
    sigma: Values


class Errors(NamedTuple):
    """The largest error of each, on the scales that the module describes; infinite if there is no result."""

    log_likelihood: float
    gamma: float
    mu: float
    sigma: float


NO_RESULT = Errors(*(float("inf"),) * 4)


# ------------------------------------------------------------------------------------- the cases


def _drawn(points: int = POINTS, dimensions: int = DIMENSIONS) -> tuple[Values, Values, Gaussians]:
    """Points that overlap, which component each was drawn from, and a mixture that is not far from theirs, and wider."""
    random = Random(SEED)
    mu = 2 * spread(random, (COMPONENTS, dimensions))
    roots = spread(random, (COMPONENTS, dimensions, dimensions)) / 2 + np.eye(dimensions)
    z = np.arange(points) % COMPONENTS
    x = mu[z] + np.matmul(roots[z], spread(random, (points, dimensions, 1)))[:, :, 0]
    sigma = 1.25 * roots @ np.swapaxes(roots, 1, 2) + np.eye(dimensions) / 4
    near = mu + spread(random, mu.shape) / 4
    return x, z, Gaussians(np.full(COMPONENTS, 1 / 3), near, (sigma + np.swapaxes(sigma, 1, 2)) / 2)


def _flat_map(condition: float) -> Values:
    """Shrinks an oblique direction so that covariances get about this condition number."""
    direction = np.array([2.0, 1.0, 2.0]) / 3
    return np.asarray(np.eye(3) - (1 - condition**-0.5) * np.outer(direction, direction))


def cases() -> Iterator[Case]:
    """The cases, the same every time."""
    x, z, mixture = _drawn()
    pi, mu, sigma = mixture
    yield Case("plain", x, mixture)
    for offset in (1e4, 1e6, 1e8):
        yield Case(f"offset {offset:.0e}", x + offset, Gaussians(pi, mu + offset, sigma))
    for condition in (1e4, 1e8):
        maps = _flat_map(condition)
        mapped = maps @ sigma @ maps.T
        flat = Gaussians(pi, mu @ maps.T, (mapped + np.swapaxes(mapped, 1, 2)) / 2)
        yield Case(f"condition {condition:.0e}", x @ maps.T, flat)
    far = mu[z] * 1e3 + (x - mu[z]) / 32
    yield Case("narrow and 1e5 apart", far, Gaussians(pi, mu * 1e3 + 1e-3, sigma / 1024))
    wide = Gaussians(pi, mu * 1e3, sigma * 1e4)
    yield Case("narrow, found by wide ones", mu[z] * 1e3 + (x - mu[z]) / 1024, wide)
    yield Case("weight 1e-12", x, Gaussians(np.array([0.7 - 1e-12, 1e-12, 0.3]), mu, sigma))
    outliers = x.copy()
    outliers[:5] *= np.array([1e2, 1e3, 1e4, 1e5, 1e6])[:, np.newaxis]
    yield Case("outliers at 1e6", outliers, mixture)
    few, _, start = _drawn(4, 6)
    yield Case("fewer points than dimensions", few, start)
    yield Case("every point twice", np.repeat(x[::2], 2, axis=0), mixture)


# ------------------------------------------------------------------------------ the formulations


def _by_hand(x: Values, mixture: Gaussians) -> Iteration:
    """The textbook: Cholesky factors, and covariances from residuals."""
    gamma = estep_by_hand.gamma(x, *mixture)
    mu = mstep_by_hand.mu(gamma, x)
    return Iteration(estep_by_hand.log_likelihood(x, *mixture), gamma, mu, mstep_by_hand.Sigma(gamma, x, mu))


def _step_by_step(x: Values, mixture: Gaussians) -> Iteration:
    """The generated updates, one after the other."""
    pi, mu, sigma = mixture
    gamma = gmm_estep.gamma(pi, x, mu, sigma)
    means = gmm_mstep.mu(gamma, x)
    total = gmm_estep.log_likelihood(pi, x, mu, sigma)
    return Iteration(total, gamma, means, gmm_mstep.Sigma(gamma, x, means))


def _natural(x: Values, mixture: Gaussians, center: Values) -> Iteration:
    """The generated pass in natural parameters."""
    step = Centred.of(mixture, center, np.float64)
    found, total = summed(InMemory(x), step)
    joint = gmm_estep.natural_log_joint(
        constant=step.constant, linear=step.linear, x=x, center=center, packed=step.packed
    )
    return _iteration(total, softmax("x", joint, axis=1), found)


def _centred(x: Values, mixture: Gaussians) -> Iteration:
    return _natural(x, mixture, mixture_moments.mean(mixture.pi, mixture.mu))


def _uncentred(x: Values, mixture: Gaussians) -> Iteration:
    return _natural(x, mixture, np.zeros(x.shape[1]))


def _whitened(x: Values, mixture: Gaussians) -> Iteration:
    """The generated pass by whitened residuals."""
    found, total = summed(InMemory(x), Whitened(mixture))
    pi, mu, sigma = mixture
    return _iteration(total, gmm_estep.gamma(pi, x, mu, sigma), found)


def _chosen(x: Values, mixture: Gaussians) -> Iteration:
    """What `em` does: the formulation that its certificate chooses."""
    step = way(mixture)
    found, total = expected(InMemory(x), mixture)
    parts = _whitened(x, mixture) if isinstance(step, Whitened) else _centred(x, mixture)
    return _iteration(total, parts.gamma, found)


def _iteration(total: float, gamma: Values, found: Expected) -> Iteration:
    _, mu, sigma = found.maximised()
    return Iteration(total, gamma, mu, sigma)


def _scikit_learn(x: Values, mixture: Gaussians) -> Iteration:
    """scikit-learn's own two steps."""
    module = import_module("sklearn.mixture")
    peer = module.GaussianMixture(len(mixture.pi), reg_covar=0.0)
    peer.weights_, peer.means_, peer.covariances_ = mixture
    compute = import_module("sklearn.mixture._gaussian_mixture")._compute_precision_cholesky
    peer.precisions_cholesky_ = compute(mixture.sigma, "full")
    total, log_gamma = peer._e_step(x)
    moments = import_module("sklearn.mixture._gaussian_mixture")._estimate_gaussian_parameters
    _, mu, sigma = moments(x, np.exp(log_gamma), 0.0, "full")
    return Iteration(total * len(x), np.exp(log_gamma), mu, sigma)


Formulation = Callable[[Values, Gaussians], Iteration]
CHOSEN, PEER = "as em chooses", "scikit-learn"
FORMULATIONS: dict[str, Formulation] = {
    "by hand": _by_hand,
    "step by step": _step_by_step,
    "uncentred": _uncentred,
    "centred": _centred,
    "whitened": _whitened,
    CHOSEN: _chosen,
    PEER: _scikit_learn,
}


def available() -> dict[str, Formulation]:
    """The formulations that can be tried here."""
    try:
        import_module("sklearn.mixture")
    except ModuleNotFoundError:
        return {name: run for name, run in FORMULATIONS.items() if name != PEER}
    return FORMULATIONS


# -------------------------------------------------------------------------------- exact, compared


@cache
def _updates() -> tuple[Update, ...]:
    """The log-likelihood, responsibilities, means and covariances, all from the points and the mixture before."""
    derivations = {found.name: found for found in sources.load(SOURCES["gmm_em"])}
    updates = {u.name: u for found in derivations.values() for u in found.updates}
    whitened = fusions("gmm_em", derivations)[1]
    wanted = [updates[name] for name in ("log_likelihood", "gamma", "mu_of_sums", "Sigma_of_sums")]
    sums = [Definition(u.target, u.formula) for u in whitened.updates[:3]]
    definitions = (*whitened.definitions, *sums, *updates["mu_of_sums"].definitions)
    return tuple(replace(update, definitions=definitions) for update in wanted)


def exact(case: Case) -> Iteration:
    """The iteration to 50 digits."""
    pi, mu, sigma = case.mixture
    found = evaluate_all(_updates(), {"x": case.x, "pi": pi, "mu": mu, "Sigma": sigma})
    total, gamma, means, covariances = (reference.values for reference in found)
    return Iteration(total[()], gamma, means, covariances)


def errors(found: Iteration, wanted: Iteration) -> Errors:
    """How far one is from the other."""
    if not all(np.isfinite(np.asarray(values, np.float64)).all() for values in found):
        return NO_RESULT
    deviations = np.vectorize(mp.sqrt, otypes=[object])(np.diagonal(wanted.sigma, axis1=1, axis2=2))
    products = deviations[:, :, np.newaxis] * deviations[:, np.newaxis, :]
    return Errors(
        float(abs((mp.mpf(float(found.log_likelihood)) - wanted.log_likelihood) / wanted.log_likelihood)),
        _largest(_exact(found.gamma) - wanted.gamma),
        _largest((_exact(found.mu) - wanted.mu) / deviations),
        _largest((_exact(found.sigma) - wanted.sigma) / products),
    )


def _exact(values: Values) -> Values:
    result = np.empty(values.shape, object)
    for place in np.ndindex(values.shape):
        result[place] = mp.mpf(float(values[place]))
    return result


def _largest(values: Values) -> float:
    return float(max(abs(value) for value in values.ravel()))


@dataclass(frozen=True)
class Row:
    """A case, the condition of its covariances before and after, and the errors of every formulation."""

    case: str
    condition: float
    errors: dict[str, Errors]

    @property
    def failures(self) -> list[str]:
        """Where what em does is worse than its peer by more than the condition of the covariances explains."""
        peer = self.errors.get(PEER, self.errors["by hand"])
        beyond = 4 * EPS * self.condition
        return [
            f"{what}: {own:.0e}, expected at most {allowed + beyond:.0e}"
            for what, own, allowed in zip(Errors._fields, self.errors[CHOSEN], peer, strict=True)
            if not own <= allowed + beyond
        ]

    @property
    def as_json(self) -> dict[str, Any]:
        found = {name: errors._asdict() for name, errors in self.errors.items()}
        return {
            "case": self.case,
            "condition": self.condition,
            "errors": _without_infinity(found),
            "failures": self.failures,
        }


def _without_infinity(found: dict[str, dict[str, float]]) -> dict[str, dict[str, float | None]]:
    """JSON has no infinity: what has no result has no error."""
    return {
        name: {what: value if np.isfinite(value) else None for what, value in own.items()}
        for name, own in found.items()
    }


def table(names: Sequence[str] = ()) -> Iterator[Row]:
    """The cases of these names, or all."""
    for case in cases():
        if not names or case.name in names:
            wanted = exact(case)
            found = {name: errors(_tried(run, case), wanted) for name, run in available().items()}
            yield Row(case.name, _condition(case.mixture.sigma, wanted.sigma.astype(np.float64)), found)


def _condition(*covariances: Values) -> float:
    """The largest condition number among those before and after."""
    return max(float(np.linalg.cond(values).max()) for values in covariances)


NOTHING = Iteration(np.nan, *(np.array([np.nan]),) * 3)


def _tried(run: Formulation, case: Case) -> Iteration:
    """The result, if there is one."""
    try:
        with np.errstate(all="ignore"):
            return run(case.x, case.mixture)
    except (ArithmeticError, ValueError):
        return NOTHING


def lines(row: Row) -> Iterator[str]:
    """A row as text."""
    yield f"{row.case} (condition {row.condition:.0e})"
    for name, found in row.errors.items():
        shown = "  ".join(f"{value:7.0e}" if np.isfinite(value) else "   none" for value in found)
        yield f"    {name:14} {shown}"
    for failure in row.failures:
        yield f"    {CHOSEN} is worse than its peer in the {failure}"


HEADING = "accuracy of one iteration of EM: log-likelihood, responsibilities, means, covariances"
