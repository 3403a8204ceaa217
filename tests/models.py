"""Updates as derivations make them, written down without a proof: what generator and cross-check are tried on."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.calculus.domains import DEFINITE, FRACTION, NONNEGATIVE, OPEN_SIMPLEX, SIMPLEX
from derivations.calculus.expressions import (
    CirclePi,
    Exp,
    Expr,
    Index,
    Log,
    LogDet,
    LogSumExp,
    Member,
    Sum,
    Symbol,
    as_expr,
    inv,
    matrices,
    quadratic,
    scalars,
    sizes,
    vectors,
)
from derivations.calculus.statements import Equal, Statement
from derivations.proof.steps import Definition, Derivation, Step, Update

N, K, D = sizes("N K D")
(i,) = N.indices("i")
k, j = K.indices("k j")
(d,) = D.indices("d")

gamma = scalars("gamma", r"\gamma", (N, K), SIMPLEX)
x = vectors("x", "x", (N,), D)
n = scalars("n", "N", (K,), NONNEGATIVE)
pi = scalars("pi", r"\pi", (K,), OPEN_SIMPLEX)
mu = vectors("mu", r"\mu", (K,), D)
Sigma = matrices("Sigma", r"\Sigma", (K,), D, DEFINITE)
theta = scalars("theta", r"\theta", (K, D), FRACTION)

COUNTS = Definition(n[k], Sum(i, gamma[i, k]))


def member(expr: Expr) -> Member:
    assert isinstance(expr, Member)
    return expr


def update(
    name: str, target: Expr, formula: Expr, definitions: Sequence[Definition] = (), step: str = ""
) -> Update:
    return Update(name, member(target), formula, step or f"{name}.root", tuple(definitions))


def derivation(name: str, *updates: Update, hypotheses: Sequence[Statement] = ()) -> Derivation:
    """A derivation that holds nothing but the updates; each step has the hypotheses."""
    steps = tuple(
        Step(u.step, "claim", Equal(u.target, u.formula), "", "", hypotheses=tuple(hypotheses))
        for u in updates
    )
    return Derivation(name, 3, name, "", "", "", steps, updates)


def scatter(centre: Symbol) -> Expr:
    return Sum(i, gamma[i, k] * ((x[i] - centre[k]) @ (x[i] - centre[k]).T))


WEIGHTS = update("pi", pi[k], n[k] / N, [COUNTS])
MEANS = update("mu", mu[k], Sum(i, gamma[i, k] * x[i]) / n[k], [COUNTS])
COVARIANCES = update("Sigma", Sigma[k], scatter(mu) / n[k], [COUNTS])

MSTEP = derivation("gmm_mstep", WEIGHTS, MEANS, COVARIANCES)


def log_density(point: Index, component: Index) -> Expr:
    """log N(x_i | mu_k, Sigma_k)."""
    return -(
        D * Log(2 * CirclePi()) + LogDet(Sigma[component])
        + quadratic(x[point] - mu[component], inv(Sigma[component]))
    ) / 2  # fmt: skip


def log_joint(point: Index, component: Index) -> Expr:
    return Log(pi[component]) + log_density(point, component)


RESPONSIBILITIES = update("gamma", gamma[i, k], Exp(log_joint(i, k) - LogSumExp(j, log_joint(i, j))))
LIKELIHOOD = update("likelihood", Symbol("likelihood", "L")[()], Sum(i, LogSumExp(k, log_joint(i, k))))
BERNOULLI = update(
    "log_joint",
    scalars("log_joint", "l", (N, K))[i, k],
    Sum(d, x[i][d] * Log(theta[k, d]) + (1 - x[i][d]) * Log(1 - theta[k, d])) - Log(as_expr(K)),
)
