"""Problem 2: the E-step of the Gaussian mixture.

Theorem. Given the parameters, the posterior over the assignments of all points is the product of the
responsibilities

    gamma_ik = pi_k N(x_i | mu_k, Sigma_k) / sum_j pi_j N(x_i | mu_j, Sigma_j) = exp(l_ik - logsumexp_j l_ij),
    l_ik = log pi_k + log N(x_i | mu_k, Sigma_k),

for any number of points N, components K and dimensions D. They are the only maximum of the lower bound of the
log-likelihood sum_i logsumexp_k l_ik, which they attain; and l_ik is linear in the packed quadratic features of
x_i - c, for any centre c. Weights may be zero where no logarithm of them is taken.

Source: problem 2 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), sections 9.2.2, 9.3 and 9.4.
"""

from __future__ import annotations

from derivations.calculus.expressions import Exp, Log, LogSumExp, Sum, scalars
from derivations.lemmas.gaussian import Sigma, log_normal, mu
from derivations.lemmas.mixture import gamma, i, j, k, pi, positive_weights, x
from derivations.lemmas.natural_parameters import derive_natural_parameters
from derivations.lemmas.posterior import (
    density,
    derive_log_domain,
    derive_lower_bound,
    derive_posterior,
    log_joint,
    softmax,
)
from derivations.proof.proof import Proof
from derivations.proof.steps import Derivation

log_likelihood = scalars("log_likelihood", "L", ())[()]

log_density = log_normal(x[i], mu[k], Sigma[k])


def exercise(proof: Proof) -> None:
    """The problem as a class gets it."""
    proof.exercise(
        "Points are drawn from a Gaussian mixture, each by itself: first a component k with probability pi_k, then the "
        "point from the Gaussian with mean mu_k and covariance Sigma_k. Derive the E-step: how probable is it, given "
        "the points and the current parameters, that point i came from component k?",
        "(a) Show that the components of different points can be treated one by one. (b) Derive the formula. (c) Far "
        "from all means every density may round to zero, and a quotient of two zeros is no number: arrange the formula "
        "so that a computer gets it right. (d) The log-likelihood has a lower bound for every distribution q over the "
        "components. Which q makes it largest, and how large is it then?",
        hints=(
            "Write down the joint density of all points and all their components. It is a product; over what?",
            "For one point: what is known before it is seen, what does its component say about it, and what do all "
            "components together say?",
            "For (c), take logarithms, and see what happens if the same number is subtracted from all of them. For (d), "
            "write the log-likelihood less the bound as a sum over the components, and compare a logarithm with its "
            "tangent.",
        ),
        answers={
            "a": ("likelihood", "posterior", "posterior.marginal"),
            "b": ("gamma", "gamma.zero"),
            "c": ("log.gamma.shift", "log.likelihood"),
            "d": ("bound.maximum", "bound.attained", "bound.unique"),
        },
    )


def derive() -> Derivation:
    """The derivation, judged step by step."""
    proof = Proof(
        name="gmm_estep",
        problem=2,
        title="The E-step of the Gaussian mixture",
        theorem="Given the parameters, the posterior over the assignments of all points is the product of the "
        "responsibilities of the single points. They follow from Bayes' theorem, can be computed from shifted "
        "logarithms, and are the only maximum of the lower bound of the log-likelihood.",
        setting="N points in D dimensions, K components. Each point is drawn by itself: first its component k with "
        "probability pi_k, then the point from the Gaussian of that component. The parameters are fixed.",
        source="Problem 2 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), sections 9.2 to 9.4",
    )
    exercise(proof)
    proof.section("The model")
    density_step = proof.define(
        "density",
        density[i, k],
        Exp(log_density),
        "The density of component k at point i: a Gaussian. It is positive everywhere.",
    )
    proof.section("The posterior over all assignments")
    posterior = derive_posterior(proof)
    proof.section("Logarithms instead of densities")
    joint = proof.define(
        "log.definition",
        log_joint[i, k],
        Log(pi[k]) + log_density,
        "Far from the mean a density is too small for a computer's numbers. So compute with logarithms, for components "
        "whose weight is positive; those of weight zero have responsibility zero and can be left out.",
        given=[positive_weights],
    )
    responsibilities, likelihood = derive_log_domain(proof, posterior, [density_step, joint])
    proof.section("The E-step as a maximisation")
    derive_lower_bound(proof, posterior)
    proof.update("log_joint", log_joint[i, k], Log(pi[k]) + log_density, joint)
    proof.update("gamma", gamma[i, k], softmax(log_joint[i, k], log_joint[i, j]), responsibilities, [joint])
    total = Sum(i, LogSumExp(k, log_joint[i, k]))
    proof.update("log_likelihood", log_likelihood, total, likelihood, [joint])
    proof.section("Natural parameters")
    derive_natural_parameters(proof, joint)
    return proof.finish()


if __name__ == "__main__":
    from reports.cli import main_derivation

    raise SystemExit(main_derivation(derive))
