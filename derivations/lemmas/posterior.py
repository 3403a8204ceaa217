"""The E-step of a mixture, whatever the density of its components.

A problem defines the density f_ik = p(x_i | z_i = k) of component k at point i, which is positive, and its
logarithm with the weight, l_ik = log pi_k + log f_ik; everything here follows from these two. Sources: problem 2
of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), sections 9.2.2 and 9.4; Neal and Hinton, A
view of the EM algorithm that justifies incremental, sparse, and other variants (1998), for the lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.calculus.domains import LABEL, POSITIVE, SIMPLEX
from derivations.calculus.expressions import (
    AssignmentSum,
    Delta,
    Exp,
    Expr,
    Log,
    LogSumExp,
    Number,
    Product,
    Sum,
    Symbol,
    WeightedLog,
    scalar,
    scalars,
    substitute,
    sum_over,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Iff, LessEqual, Maximum
from derivations.lemmas.divergence import a, b, derive_divergence
from derivations.lemmas.mixture import K, N, gamma, i, j, k, n, pi, positive_weights, z
from derivations.proof.axioms import INDEPENDENCE
from derivations.proof.methods import Bound, Factor, Gap
from derivations.proof.methods.equality import Tight
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

zero, one, quarter = (Number(Fraction(value)) for value in (0, 1, Fraction(1, 4)))

density = scalars("density", "f", (N, K), POSITIVE)
log_joint = scalars("log_joint", r"\ell", (N, K))
evidence = scalars("evidence", "p", (N,), POSITIVE)
shift = scalars("shift", "s", (N,))
exponent, s = scalars("exponent", "v", (K,)), scalar("s", "s")
q = scalars("q", "q", (N, K), SIMPLEX)
other = Symbol("other", "z'", (N,), domain=LABEL, labels=K)

joint = pi[k] * density[i, k]
log_evidence = Sum(i, Log(evidence[i]))


@dataclass(frozen=True)
class Posterior:
    """The definitions that later sections refer to."""

    evidence: Step
    gamma: Step


def of_assignment(labels: Symbol) -> Expr:
    """The joint density of all points and an assignment of them."""
    return Product(i, pi[labels[i]] * density[i, labels[i]])


def softmax(shifted: Expr, row: Expr) -> Expr:
    """exp(shifted) over the sum of the exponentials of the row, an expression in j, as one exponential."""
    return Exp(shifted - LogSumExp(j, row))


def derive_posterior(proof: Proof) -> Posterior:
    """The posterior over all assignments is the product of the responsibilities, which Bayes' theorem gives."""
    evidence_step = proof.define(
        "evidence",
        evidence[i],
        Sum(k, joint),
        "The density of a point, whichever component it came from: the mixture's density. Some weights may be zero, "
        "but not all of them, so that it is positive.",
    )
    likelihood = proof.claim(
        "likelihood",
        Equal(AssignmentSum(z, of_assignment(z)), Product(i, evidence[i])),
        "The pairs of a point and its component are independent of each other, so that their joint density is a "
        "product over the points. The density of the points alone is the sum over all K^N assignments: multiply the "
        "product of the N sums out, and every assignment turns up exactly once.",
        uses=[evidence_step],
        citing=[INDEPENDENCE],
    )
    proof.claim(
        "gamma.rows",
        Belongs(joint / evidence[i], SIMPLEX, k),
        "The shares of the components in the density of a point are not negative and sum to one.",
        uses=[evidence_step],
    )
    gamma_step = proof.define(
        "gamma",
        gamma[i, k],
        joint / evidence[i],
        "Bayes' theorem for one point: the responsibility of component k is prior times density, divided by the "
        "density of the point.",
        uses=[evidence_step],
    )
    found = Posterior(evidence_step, gamma_step)
    _factorises(proof, found, likelihood)
    return found


def _factorises(proof: Proof, posterior: Posterior, likelihood: Step) -> None:
    """The posterior over assignments, its marginals, and when a responsibility is zero."""
    proof.claim(
        "posterior",
        Equal(
            of_assignment(z) / AssignmentSum(other, of_assignment(other)),
            Product(i, gamma[i, z[i]]),
        ),
        "Bayes' theorem for all points at once. Numerator and denominator are products over the points, and so is "
        "their quotient: the components of different points are independent, given the points.",
        uses=[posterior.evidence, posterior.gamma],
        rewriting=[likelihood],
    )
    proof.claim(
        "posterior.total",
        Equal(AssignmentSum(z, Product(i, gamma[i, z[i]])), one),
        "It is a distribution over the assignments: by the distributive law its sum is the product of the row sums.",
    )
    proof.claim(
        "posterior.marginal",
        Equal(AssignmentSum(z, Product(n, gamma[n, z[n]]) * Delta(z[i], k)), gamma[i, k]),
        "The probability that point i came from component k is the sum over the assignments that say so. The factors "
        "of all other points sum to one. So the E-step can be done point by point.",
    )
    proof.claim(
        "gamma.zero",
        Iff(Equal(gamma[i, k], zero), Equal(pi[k], zero)),
        "Densities are positive, so that a component is excluded for a point exactly if its weight is zero: the E-step "
        "never brings a component back.",
        by=Factor(density[i, k] / evidence[i]),
        uses=[posterior.gamma],
    )


def derive_log_domain(proof: Proof, posterior: Posterior, definitions: Sequence[Step]) -> tuple[Step, Step]:
    """Responsibilities and log-likelihood from the logarithms; `definitions` are those of f_ik and l_ik."""
    logarithm = proof.claim(
        "log.joint",
        Equal(Exp(log_joint[i, k]), joint),
        "The exponential undoes the logarithm.",
        uses=definitions,
        given=[positive_weights],
    )
    proof.claim(
        "log.shift",
        Equal(LogSumExp(k, exponent[k]), s + LogSumExp(k, exponent[k] - s)),
        "A number taken out of every exponent is a common factor of the exponentials, and the logarithm gives it back. "
        "With the largest exponent taken out no exponential exceeds one, and one of them is one: nothing can overflow, "
        "and the sum cannot vanish.",
    )
    proof.claim(
        "log.evidence",
        Equal(Log(evidence[i]), LogSumExp(k, log_joint[i, k])),
        "The density of a point is the sum of the exponentials.",
        uses=[posterior.evidence],
        rewriting=[logarithm],
    )
    stable = proof.claim(
        "log.gamma",
        Equal(gamma[i, k], softmax(log_joint[i, k], log_joint[i, j])),
        "Dividing by the density of the point subtracts its logarithm in the exponent.",
        uses=[posterior.gamma, posterior.evidence],
        rewriting=[logarithm],
    )
    proof.claim(
        "log.gamma.shift",
        Equal(gamma[i, k], softmax(log_joint[i, k] - shift[i], log_joint[i, j] - shift[i])),
        "So the responsibilities may be computed from shifted logarithms, whatever the shift of each point is: a factor "
        "that all components share cancels.",
        uses=[posterior.gamma, posterior.evidence],
        rewriting=[logarithm],
    )
    total = proof.claim(
        "log.likelihood",
        Equal(Log(AssignmentSum(z, of_assignment(z))), sum_over(i, LogSumExp(k, log_joint[i, k]))),
        "The likelihood is a product over the points, so that its logarithm is a sum over them.",
        uses=[posterior.evidence],
        rewriting=[logarithm],
    )
    return stable, total


# ------------------------------------------------------------------- the E-step as a maximisation


def free_energy(weights: Symbol = q) -> Expr:
    """The lower bound F(q): the expected logarithm of joint density over q, if q were the posterior."""
    return sum_over(i, k, WeightedLog(weights[i, k], joint) - WeightedLog(weights[i, k], weights[i, k]))


def divergence() -> Expr:
    """KL(q || gamma), added up over the points."""
    return sum_over(i, k, WeightedLog(q[i, k], q[i, k]) - WeightedLog(q[i, k], gamma[i, k]))


distance = sum_over(i, k, (q[i, k] - gamma[i, k]) ** 2)


def derive_lower_bound(proof: Proof, posterior: Posterior) -> Step:
    """The responsibilities are the only maximum of the lower bound F, and there it is the log-likelihood."""
    uses = [posterior.evidence, posterior.gamma]
    proof.claim(
        "bound.divergence",
        Equal(log_evidence - free_energy(), divergence()),
        "For each point let q be any distribution over the components, and call the double sum on the left F(q): the "
        "expected logarithm of the joint density over q. By Bayes' theorem the joint density is the responsibility times "
        "the density of the point, which does not depend on the component. So the gap between F and the log-likelihood is "
        "the Kullback-Leibler divergence of q from the responsibilities.",
        uses=uses,
        given=[positive_weights],
    )
    lemma = derive_divergence(proof)
    here = proof.apply(
        "bound.component",
        lemma,
        ((a, q[i, k]), (b, gamma[i, k])),
        "This bound for one point and one component.",
    )
    bound = proof.claim(
        "bound.gap",
        LessEqual(free_energy(), log_evidence - quarter * distance),
        "Add over the points and the components: both q and the responsibilities sum to one, so that the linear terms "
        "cancel. F is a lower bound of the log-likelihood, and misses it by at least a quarter of the squared distance. "
        "A component of weight zero makes F minus infinity, unless q avoids it.",
        by=Gap(zero, ((one, here, (k, i)),)),
        uses=uses,
    )
    proof.claim(
        "bound.unique",
        Iff(Equal(free_energy(), log_evidence), Equal(distance, zero)),
        "So there is equality only where q is the responsibilities; and there is, because with them every logarithm is "
        "that of the density of the point.",
        by=Tight(bound, Fraction(1, 4)),
        uses=uses,
        given=[positive_weights],
    )
    return _maximum(proof, uses, here)


def _maximum(proof: Proof, uses: list[Step], here: Step) -> Step:
    at_gamma = substitute(free_energy(), q[i, k], gamma[i, k])
    proof.claim(
        "bound.attained",
        Equal(at_gamma, log_evidence),
        "At the responsibilities the lower bound touches the log-likelihood, for weights that are zero as well.",
        uses=uses,
    )
    best = proof.claim(
        "bound.global",
        LessEqual(free_energy(), at_gamma),
        "No other q gives a larger value.",
        by=Gap(quarter * distance, ((one, here, (k, i)),)),
        uses=uses,
    )
    admissible = proof.claim(
        "bound.admissible",
        Belongs(gamma[i, k], SIMPLEX, k),
        "The responsibilities of a point are a distribution over the components.",
    )
    return proof.claim(
        "bound.maximum",
        Maximum(free_energy(), (Choice(q[i, k], gamma[i, k]),)),
        "So the E-step maximises F over q with the parameters fixed, as the M-step maximises it over the parameters "
        "with q fixed: neither makes F smaller.",
        by=Bound(best, (admissible,)),
        uses=uses,
    )
