"""Problem 3: the M-step of the Gaussian mixture.

Theorem. With the responsibilities gamma_ik held fixed, the expected complete log-likelihood is maximised by

    pi_k = N_k / N,    mu_k = (1/N_k) sum_i gamma_ik x_i,
    Sigma_k = (1/N_k) sum_i gamma_ik (x_i - mu_k)(x_i - mu_k)',    N_k = sum_i gamma_ik,

globally, for any number of points N, components K and dimensions D. For mu and Sigma every N_k must be
positive, and the weighted scatter of every component positive definite; without the latter the expected
log-likelihood is unbounded.

Source: problem 3 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), section 9.2.2;
Magnus and Neudecker, Matrix Differential Calculus (2019), section 15.3, for the global maximum.
"""

from __future__ import annotations

from derivations.calculus.domains import DEFINITE, NONNEGATIVE, SEMIDEFINITE, UNIT
from derivations.calculus.expressions import (
    CirclePi,
    Delta,
    Expr,
    Gradient,
    Identity,
    Log,
    LogDet,
    Sum,
    Trace,
    Zero,
    inv,
    matrices,
    matrix,
    quadratic,
    scalar,
    substitute,
    sum_over,
    vector,
    vectors,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, Iff, LessEqual, Maximum
from derivations.lemmas.log_determinant import derive_bound
from derivations.lemmas.matrix_calculus import derive_rules
from derivations.lemmas.mixture import (
    D,
    K,
    N,
    count,
    counts_add_up,
    d,
    define_counts,
    e,
    expectation,
    gamma,
    half,
    i,
    j,
    k,
    pi,
    positive_counts,
    positive_weights,
    x,
)
from derivations.lemmas.sufficient_statistics import derive_statistics
from derivations.lemmas.weights import derive_weights, zero
from derivations.proof.axioms import DETERMINANT_LEMMA
from derivations.proof.facts import A, B
from derivations.proof.methods import Bound, Factor, Gap, Rewritten
from derivations.proof.proof import Proof
from derivations.proof.steps import Derivation, Step

mu = vectors("mu", r"\mu", (K,), D)
Sigma = matrices("Sigma", r"\Sigma", (K,), D, DEFINITE)
mean = vectors("mean", r"\hat\mu", (K,), D)
scatter = matrices("scatter", r"\hat\Sigma", (K,), D, SEMIDEFINITE)
full_scatter = Hypothesis(Belongs(scatter[k], DEFINITE))

log_density = -half * (quadratic(x[i] - mu[k], inv(Sigma[k])) + LogDet(Sigma[k]) + D * Log(2 * CirclePi()))
expected_density = sum_over(i, k, gamma[i, k] * log_density)  # the part of Q in mu and Sigma


def profile(means: Expr, covariances: Expr) -> Expr:
    """The part of Q in mu and Sigma, as a function of the distances from the weighted mean and scatter."""
    precision = inv(covariances)
    return -half * Sum(
        k,
        count[k]
        * (
            Trace(precision @ scatter[k])
            + quadratic(mean[k] - means, precision)
            + LogDet(covariances)
            + D * Log(2 * CirclePi())
        ),
    )


def derive() -> Derivation:
    """The derivation, judged step by step."""
    proof = Proof(
        name="gmm_mstep",
        problem=3,
        title="The M-step of the Gaussian mixture",
        theorem="With the responsibilities held fixed, the expected complete log-likelihood of a Gaussian mixture has "
        "a global maximum: the weights are the shares of the counts, the means the weighted averages of the points, "
        "and the covariances the weighted scatters about those means.",
        setting="N points in D dimensions, K components. The responsibilities were computed in the E-step from the "
        "current parameters; in the M-step they are constants.",
        source="Problem 3 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), section 9.2.2",
    )
    exercise(proof)
    counts = objective(proof)
    best_weights = weights(proof, counts)
    best_means = means(proof, counts)
    best_covariances = covariances(proof, counts, best_means)
    proof.update("pi", pi[k], count[k] / N, best_weights, [counts])
    proof.update("mu", mu[k], weighted_mean(), best_covariances, [counts])
    proof.update("Sigma", Sigma[k], weighted_scatter(mu[k]), best_covariances, [counts])
    proof.section("Sums that suffice")
    derive_statistics(proof, counts, mean[k], scatter[k])
    return proof.finish()


def exercise(proof: Proof) -> None:
    """The problem as a class gets it."""
    proof.exercise(
        "In the M-step for the Gaussian mixture of Problem 2 the responsibilities gamma_ik are held fixed. To be "
        "maximised, over the weights, the means and the covariances, is the expected logarithm of the joint density of "
        "the points and their components.",
        "(a) Find the weights, which are not negative and sum to one, by a multiplier lambda. Find the dual function and "
        "its minimum too, and show that the two problems have the same value. What becomes of a component without "
        "points? (b) Find the means. (c) Find the covariances. (d) Where all derivatives vanish there may be a maximum, "
        "a minimum or neither. Show what it is here, and under which condition; what happens if that is violated?",
        hints=(
            "The logarithm of a product splits: one part has the weights in it, the other the means and covariances. Give "
            "the sum of the responsibilities of a component a name; it will turn up everywhere.",
            "Weights: let them be any positive numbers, and charge lambda for every unit by which they exceed one. Means: "
            "what is the gradient of a quadratic form? Covariances: multiply the equation by the covariance from both "
            "sides.",
            "For (d), look at differences rather than derivatives. Weights: compare a logarithm with its tangent. Means: "
            "complete the square. Covariances: write a trace and a log determinant by eigenvalues.",
        ),
        answers={
            "a": ("pi.root", "pi.multiplier", "dual.minimum", "dual.strong", "pi.empty", "pi.maximum"),
            "b": ("mu.root", "mu.maximum"),
            "c": ("Sigma.root", "Sigma.maximum"),
            "d": ("pi.maximum", "mu.maximum", "Sigma.maximum", "Sigma.unbounded"),
        },
    )


def weighted_mean() -> Expr:
    return Sum(i, gamma[i, k] * x[i]) / count[k]


def weighted_scatter(center: Expr) -> Expr:
    return Sum(i, gamma[i, k] * ((x[i] - center) @ (x[i] - center).T)) / count[k]


def objective(proof: Proof) -> Step:
    """The expected complete log-likelihood, and how it splits."""
    proof.section("The expected complete log-likelihood")
    counts = define_counts(proof)
    expected = expectation(proof, Log(pi[k]) + log_density)
    proof.claim(
        "split",
        Equal(
            sum_over(i, k, gamma[i, k] * (Log(pi[k]) + log_density)),
            Sum(k, count[k] * Log(pi[k])) + expected_density,
        ),
        "Split the logarithm of the product. The first part depends on the weights alone, the second on the means and "
        "covariances alone, so that they can be maximised one by one.",
        uses=[counts, expected],
        given=[positive_weights],
    )
    return counts


def weights(proof: Proof, counts: Step) -> Step:
    """The update of the weights."""
    proof.section("The mixture weights")
    total = counts_add_up(proof, counts)
    return derive_weights(proof, counts, total)


def means(proof: Proof, counts: Step) -> Step:
    """The update of the means: for every choice of covariances the same."""
    proof.section("The means")
    proof.compute(
        "mu.gradient",
        Gradient(expected_density, mu[j]),
        Sum(i, gamma[i, j] * (inv(Sigma[j]) @ (x[i] - mu[j]))),
        "Only the terms of component j contain its mean. The gradient of a quadratic form with a symmetric matrix is twice "
        "the matrix times the vector, and the inner derivative contributes a minus sign.",
    )
    proof.solve(
        "mu.root",
        Equal(Gradient(expected_density, mu[j]), Zero((D, 1))),
        mu[j],
        Sum(i, gamma[i, j] * x[i]) / count[j],
        "Multiply by the covariance, which is invertible; what remains is linear in the mean.",
        times=Sigma[j],
        uses=[counts],
        given=[positive_counts],
    )
    center = proof.define(
        "mean",
        mean[k],
        weighted_mean(),
        "Give the root a name: the average of the points, weighted by the responsibilities.",
        uses=[counts],
        given=[positive_counts],
    )
    bound = proof.claim(
        "mu.global",
        LessEqual(expected_density, substitute(expected_density, mu[k], mean[k])),
        "The difference of the two sides is a sum of quadratic forms with positive definite matrices.",
        by=Gap(half * Sum(k, count[k] * quadratic(mean[k] - mu[k], inv(Sigma[k])))),
        uses=[counts, center],
        given=[positive_counts],
    )
    proof.claim(
        "mu.maximum",
        Maximum(expected_density, (Choice(mu[k], mean[k]),)),
        "So the weighted averages are a global maximum, whatever the covariances are.",
        by=Bound(bound),
        uses=[counts, center],
        given=[positive_counts],
    )
    return center


def covariances(proof: Proof, counts: Step, center: Step) -> Step:
    """The update of the covariances, and the joint global maximum."""
    proof.section("Rules of matrix calculus")
    derive_rules(proof)
    proof.section("The covariances")
    stationary_covariance(proof, counts)
    spread = proof.define(
        "scatter",
        scatter[k],
        weighted_scatter(mean[k]),
        "Give the root a name, with the new mean in it: the weighted scatter.",
        uses=[counts],
        given=[positive_counts],
    )
    best = joint_maximum(proof, counts, center, spread)
    unbounded(proof)
    return best


def stationary_covariance(proof: Proof, counts: Step) -> None:
    """The gradient by a covariance and its root."""
    precision = inv(Sigma[j])
    residual = x[i] - mu[j]
    proof.compute(
        "Sigma.gradient",
        Gradient(expected_density, Sigma[j]),
        half * Sum(i, gamma[i, j] * (precision @ residual @ residual.T @ precision - precision)),
        "Use the rules for the inverse and for the log determinant. The gradient by a symmetric matrix is the symmetric "
        "matrix whose inner product with every symmetric change gives the change of the function.",
    )
    G = matrix("G", "G", D)
    proof.claim(
        "Sigma.convention",
        Iff(Equal((2 - Delta(d, e)) * G[d, e], zero), Equal(G[d, e], zero)),
        "Let G be the gradient. Differentiating by the entries on and above the diagonal counts each entry off the diagonal "
        "twice. The factor is one or two, never zero, so that both conventions have the same roots.",
        by=Factor(2 - Delta(d, e)),
    )
    proof.solve(
        "Sigma.root",
        Equal(Gradient(expected_density, Sigma[j]), Zero((D, D))),
        Sigma[j],
        Sum(i, gamma[i, j] * (residual @ residual.T)) / count[j],
        "Multiply by the covariance from both sides; what remains is linear in it.",
        times=Sigma[j],
        and_times=Sigma[j],
        uses=[counts],
        given=[positive_counts],
    )


def joint_maximum(proof: Proof, counts: Step, center: Step, spread: Step) -> Step:
    """The weighted mean and the weighted scatter are jointly a global maximum."""
    rewritten = proof.claim(
        "profile",
        Equal(expected_density, profile(mu[k], Sigma[k])),
        "Write every residual as the distance to the weighted mean plus the distance of that mean from the mean of the "
        "component. The mixed terms cancel, because the distances to the weighted mean add up to zero.",
        uses=[counts, center, spread],
        given=[positive_counts],
    )
    at_best = proof.apply(
        "profile.best",
        rewritten,
        ((mu[k], mean[k]), (Sigma[k], scatter[k])),
        "Read this identity at the weighted mean and scatter: the distance of the means vanishes.",
        given=[positive_counts, full_scatter],
    )
    bound = derive_bound(proof)
    here = proof.apply(
        "Sigma.bound",
        bound,
        ((A, Sigma[k]), (B, scatter[k])),
        "The inequality for the covariance and the weighted scatter of component k.",
        given=[full_scatter],
    )
    gap = proof.claim(
        "profile.global",
        LessEqual(profile(mu[k], Sigma[k]), profile(mean[k], scatter[k])),
        "The difference is a sum over the components of a quadratic form and of the excess of the trace over the log "
        "determinant; neither is negative.",
        by=Gap(
            half * Sum(k, count[k] * quadratic(mean[k] - mu[k], inv(Sigma[k]))),
            ((half * count[k], here, (k,)),),
        ),
        given=[full_scatter],
    )
    best = substitute(substitute(expected_density, mu[k], mean[k]), Sigma[k], scatter[k])
    joint = proof.claim(
        "Sigma.global",
        LessEqual(expected_density, best),
        "Put the original form of both sides back.",
        by=Rewritten(gap, rewritten, at_best),
    )
    return proof.claim(
        "Sigma.maximum",
        Maximum(expected_density, (Choice(mu[k], mean[k]), Choice(Sigma[k], scatter[k]))),
        "So the weighted means and scatters are a global maximum, jointly and for all components at once.",
        by=Bound(joint),
        given=[positive_counts, full_scatter],
    )


def unbounded(proof: Proof) -> None:
    """With a singular scatter there is no maximum."""
    v = vector("v", "v", D, UNIT)
    s = scalar("s", "s", NONNEGATIVE)
    C = matrix("C", "C", D, domain=SEMIDEFINITE)
    S = matrix("S", "S", D, domain=SEMIDEFINITE)
    projection = Identity(D) - v @ v.T
    flat = Hypothesis(Equal(S @ v, Zero((D, 1))), (Choice(S, projection @ C @ projection),))
    precision = Identity(D) + s * (v @ v.T)
    lemma = proof.axiom(
        "determinant.lemma",
        DETERMINANT_LEMMA,
        "Adding a rank-one matrix to the identity multiplies the determinant by one number.",
        [s, v],
    )
    proof.claim(
        "Sigma.unbounded",
        Equal(
            -half * count[k] * (Trace(precision @ S) - LogDet(precision)),
            -half * count[k] * Trace(S) + half * count[k] * Log(1 + s),
        ),
        "If the scatter S vanishes in a direction v, sharpen the component in that direction: with the inverse "
        "covariance I + s v v' the trace stays as it is, while the log determinant grows with s beyond every bound. "
        "So without a positive definite scatter there is no maximum.",
        rewriting=[lemma],
        given=[flat],
    )


if __name__ == "__main__":
    from reports.cli import main_derivation

    raise SystemExit(main_derivation(derive))
