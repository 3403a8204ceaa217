"""What problem 3 maximises, as the sheet writes it, and its two parts."""

from __future__ import annotations

from derivations.calculus.expressions import (
    Log,
    scalar,
    sum_over,
)
from derivations.gmm_mstep import (
    log_density,
)
from derivations.lemmas.mixture import (
    gamma,
    i,
    k,
    pi,
)

log_joint = Log(pi[k]) + log_density
complete = sum_over(i, k, gamma[i, k] * log_joint)
log_prior = sum_over(i, k, gamma[i, k] * Log(pi[k]))
L = scalar("L", r"\mathcal{L}")
L_z, L_x = scalar("L_z", r"\mathcal{L}_z"), scalar("L_x", r"\mathcal{L}_x")

ALL = r"\sum_{i=1}^N \sum_{k=1}^K \gamma_t(z_i = k | \pi, \mu, \Sigma)"
BRACED = rf"\underbrace{{{ALL}}}_{{\mathcal{{L}}_x}}"
ALL_T = r"\sum_{i=1}^N \sum_{k=1}^K \gamma_t(z_i = k)"
EACH = r"\sum_{i=1}^N \gamma_t(z_i = k)"
RESIDUAL = r"(x_i - \mu_k) (x_i - \mu_k)^T"
