"""A mixture of Poisson variables, which is not on the sheet: the M-step of its rates.

Theorem. With the responsibilities held fixed, the expected complete log-likelihood is maximised globally by
rate_k = (1/N_k) sum_i gamma_ik y_i, zero included.

Source: Bishop, Pattern Recognition and Machine Learning (2006), section 9.2, with another density.
"""

from __future__ import annotations

from derivations.calculus.domains import NONNEGATIVE, POSITIVE
from derivations.calculus.expressions import Gradient, Log, Sum, WeightedLog, scalars, substitute, sum_over
from derivations.calculus.statements import Belongs, Choice, LessEqual, Maximum
from derivations.lemmas.mixture import (
    K,
    N,
    count,
    counts_add_up,
    define_counts,
    gamma,
    i,
    j,
    k,
    pi,
    positive_counts,
)
from derivations.lemmas.weights import a, derive_weights, m, one, p, zero
from derivations.proof.methods import Bound, Gap
from derivations.proof.proof import Proof
from derivations.proof.steps import Derivation

y = scalars("y", "y", (N,), NONNEGATIVE)  # how often something was counted
constant = scalars("constant", "c", (N,))  # log y_i!, free of the rates
rate = scalars("rate", r"\lambda", (K,), NONNEGATIVE)
free = scalars("free", r"\tilde\lambda", (K,), POSITIVE)
total = Sum(i, gamma[i, k] * y[i])

interior = sum_over(i, k, gamma[i, k] * (y[i] * Log(free[k]) - free[k] - constant[i]))
expected = Sum(k, WeightedLog(total, rate[k]) - count[k] * rate[k])


def derive() -> Derivation:
    """The derivation, judged step by step."""
    proof = Proof(
        name="poisson_mixture",
        problem=9,
        title="The M-step of a mixture of Poisson variables",
        theorem="With the responsibilities held fixed, the rates that maximise the expected complete log-likelihood are the "
        "weighted averages of the counts.",
        setting="N counts, K components.",
        source="Bishop, Pattern Recognition and Machine Learning (2006), section 9.2",
    )
    counts = define_counts(proof)
    proof.section("The weights")
    weights = derive_weights(proof, counts, counts_add_up(proof, counts))
    proof.section("The rates")
    proof.compute(
        "rate.gradient",
        Gradient(interior, free[j]),
        Sum(i, gamma[i, j] * y[i]) / free[j] - count[j],
        "Only component j contains its rate.",
        uses=[counts],
    )
    here = proof.apply(
        "rate.component",
        proof.step("pi.bound"),
        ((a, total), (p, rate[k]), (m, count[k])),
        "The bound for one component.",
        given=[positive_counts],
    )
    best = substitute(expected, rate[k], total / count[k])
    top = proof.claim(
        "rate.global",
        LessEqual(expected, best),
        "Add over the components.",
        by=Gap(zero, ((one, here, (k,)),)),
        uses=[counts],
        given=[positive_counts],
    )
    admissible = proof.claim(
        "rate.admissible",
        Belongs(total / count[k], NONNEGATIVE),
        "An average of numbers that are not negative is not negative.",
        uses=[counts],
        given=[positive_counts],
    )
    best_rates = proof.claim(
        "rate.maximum",
        Maximum(expected, (Choice(rate[k], total / count[k]),)),
        "So the weighted averages are a global maximum, a rate of zero included.",
        by=Bound(top, (admissible,)),
        uses=[counts],
        given=[positive_counts],
    )
    proof.update("pi", pi[k], count[k] / N, weights, [counts])
    proof.update("rate", rate[k], total / count[k], best_rates, [counts])
    return proof.finish()


if __name__ == "__main__":
    from reports.cli import main_derivation

    raise SystemExit(main_derivation(derive))
