"""The second half of problem 3 as printed: means and covariances, and the rules of matrix calculus."""

from __future__ import annotations

from derivations.calculus.domains import (
    DEFINITE,
    INVERTIBLE,
    SEMIDEFINITE,
    SYMMETRIC,
)
from derivations.calculus.expressions import (
    CirclePi,
    Gradient,
    Identity,
    Log,
    LogDet,
    Sum,
    Trace,
    Zero,
    inv,
    matrices,
    quadratic,
    substitute,
    sum_over,
    vectors,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, Iff, LessEqual, Maximum
from derivations.gmm_mstep import (
    Sigma,
    expected_density,
    mu,
    weighted_mean,
)
from derivations.lemmas.log_determinant import derive_bound
from derivations.lemmas.matrix_calculus import M, X, a, b, derive_rules
from derivations.lemmas.mixture import (
    D,
    K,
    count,
    d,
    e,
    gamma,
    half,
    i,
    j,
    k,
    positive_counts,
    positive_weights,
    x,
)
from derivations.lemmas.weights import one, zero
from derivations.printed.gmm_mstep.objective import (
    ALL_T,
    EACH,
    RESIDUAL,
    L_x,
    complete,
)
from derivations.proof.facts import A, B
from derivations.proof.methods import Bound, Factor, Gap, Rewritten, Solved
from derivations.proof.methods.equality import AsDeclared
from derivations.proof.printed import Fault, Sheet
from derivations.proof.proof import Proof
from derivations.proof.steps import Step


def judge(sheet: Sheet, counts: Step) -> None:
    """Judges the second half of the lines, in the sheet's order."""
    densities(sheet)
    mean_gradient(sheet)
    means(sheet, counts)
    covariances(sheet, counts)
    covariance_update(sheet, counts)
    rules(sheet)


# ---------------------------------------------------------------------- the means and covariances

off_center = vectors("other_mu", r"\tilde\mu", (K,), D)
elsewhere = matrices("other_Sigma", r"\tilde\Sigma", (K,), D, DEFINITE)
general = matrices("Sigma", r"\Sigma", (K,), D, INVERTIBLE)  # for lines that need symmetry
factor = matrices("factor", "R", (K,), D)
symmetric = Hypothesis(
    Belongs(general[k], SYMMETRIC), (Choice(general[k], Identity(D) + factor[k] @ factor[k].T),)
)
spread = matrices("spread", "S", (K,), D, SEMIDEFINITE)
full_spread = Hypothesis(Belongs(spread[k], DEFINITE))
constants = D * Log(2 * CirclePi())
residual = x[i] - mu[j]
precision = inv(Sigma[j])


def densities(sheet: Sheet) -> None:
    """L_x, that it is all that matters here, and its form with the density written out."""
    moved = substitute(substitute(complete, mu[k], off_center[k]), Sigma[k], elsewhere[k])
    moved_part = substitute(substitute(expected_density, mu[k], off_center[k]), Sigma[k], elsewhere[k])
    sheet.line(
        "problem 3, it is enough to examine L_x",
        r"\text{to find the rules for $\mu$ and $\Sigma$, examine $\mathcal{L}_x$}",
        Equal(complete - moved, expected_density - moved_part),
        "Going from some means and covariances to others changes L by as much as L_x.",
        given=[positive_weights],
    )
    defined = sheet.define(
        "problem 3, L_x",
        rf"\mathcal{{L}}_x = {ALL_T} \log(\mathcal{{N}}(x_i | \mu_k, \Sigma_k))",
        L_x,
        expected_density,
        "The part of L that comes from the densities.",
    )
    squared = mu[j].T @ precision @ residual
    right = sheet.proof.claim(
        "corrected.densities",
        Equal(
            L_x,
            -half
            * sum_over(
                i, k, gamma[i, k] * (quadratic(x[i] - mu[k], inv(Sigma[k])) + constants + LogDet(Sigma[k]))
            ),
        ),
        "The logarithm of the density of a Gaussian.",
        uses=[defined],
    )
    sheet.line(
        "problem 3, L_x written out",
        rf"\mathcal{{L}}_x = -\frac{{1}}{{2}} {EACH} \left( \mu_k^T \Sigma_k^{{-1}} (x_i - \mu_k)"
        r" + D \log(2\pi) + \log \det \Sigma_k \right)",
        Equal(L_x, -half * Sum(i, gamma[i, j] * (squared + constants + LogDet(Sigma[j])))),
        "The sum over the components is missing, so that k is free on the right, and the first factor of the quadratic "
        "form has to be (x_i - mu_k)', not mu_k'.",
        uses=[defined],
        corrected=right,
    )


def mean_gradient(sheet: Sheet) -> None:
    """The derivative by a mean, for covariances that need not be symmetric."""
    objective = substitute(expected_density, Sigma[k], general[k])
    inverse = inv(general[j])
    doubled = -half * Sum(i, gamma[i, j] * (-1 * ((inverse.T + inverse.T) @ residual)))
    sheet.line(
        "problem 3, derivative by mu_k",
        rf"\frac{{\partial \mathcal{{L}}_x}}{{\partial \mu_k}} = -\frac{{1}}{{2}} {EACH}"
        r" \left( (-1) \cdot (\Sigma_k^{-T} + \Sigma_k^{-T}) (x_i - \mu_k) \right)",
        Equal(Gradient(objective, mu[j]), doubled),
        "The rule for a quadratic form gives Sigma_k^-1 + Sigma_k^-T. Twice Sigma_k^-T is the same because a covariance "
        "is symmetric. This goes without saying for a covariance; the rule that is used does not know it.",
        needs=[symmetric],
        by=AsDeclared(general[k], SYMMETRIC),
    )
    sheet.line(
        "problem 3, derivative by mu_k, simplified",
        rf"-\frac{{1}}{{2}} {EACH} \left( (-1) \cdot (\Sigma_k^{{-T}} + \Sigma_k^{{-T}}) (x_i - \mu_k) \right)"
        rf" = {EACH} (\Sigma_k^{{-1}} (x_i - \mu_k))",
        Equal(doubled, Sum(i, gamma[i, j] * (inverse @ residual))),
        "Here too the transpose may be dropped only because a covariance is symmetric.",
        needs=[symmetric],
        by=AsDeclared(general[k], SYMMETRIC),
    )


def means(sheet: Sheet, counts: Step) -> None:
    """The root of the derivative by a mean, and the update."""
    slope = Gradient(expected_density, mu[j])
    left = Sum(i, gamma[i, j] * (precision @ x[i]))
    right = count[j] * (precision @ mu[j])
    average = Sum(i, gamma[i, j] * x[i]) / count[j]
    sheet.line(
        "problem 3, root for mu_k",
        rf"\frac{{\partial \mathcal{{L}}_x}}{{\partial \mu_k}} = 0 \Leftrightarrow"
        rf" {EACH} \Sigma_k^{{-1}} x_i = N_k \Sigma_k^{{-1}} \mu_k",
        Iff(Equal(slope, Zero((D, 1))), Equal(left, right)),
        "Split the sum, and bring one part to the other side.",
        uses=[counts],
        by=Factor(one),
    )
    sheet.line(
        "problem 3, root for mu_k, solved",
        rf"{EACH} \Sigma_k^{{-1}} x_i = N_k \Sigma_k^{{-1}} \mu_k \Leftrightarrow"
        rf" \mu_k = \frac{{1}}{{N_k}} {EACH} x_i",
        Iff(Equal(left, right), Equal(mu[j], average)),
        "Multiply by the covariance and divide by N_k. For a component without points every mean is a root.",
        uses=[counts],
        needs=[positive_counts],
        by=Solved(mu[j], Sigma[j]),
    )
    best = weighted_mean()
    bound = sheet.proof.claim(
        "mu.bound",
        LessEqual(expected_density, substitute(expected_density, mu[k], best)),
        "The difference is a sum of quadratic forms with positive definite matrices.",
        by=Gap(half * Sum(k, count[k] * quadratic(best - mu[k], inv(Sigma[k])))),
        uses=[counts],
        given=[positive_counts],
    )
    sheet.line(
        "problem 3, update of mu_k",
        rf"\mu_k^{{(t+1)}} = \frac{{1}}{{N_k}} {EACH} x_i",
        Maximum(expected_density, (Choice(mu[k], best),)),
        "The sheet finds the root of the derivative. That it is a global maximum, whatever the covariances are, follows "
        "because L_x is concave in the means.",
        uses=[counts],
        needs=[positive_counts],
        by=Bound(bound),
    )


def covariances(sheet: Sheet, counts: Step) -> None:
    """The derivative by a covariance, and its root."""
    slope = Gradient(expected_density, Sigma[j])
    square = residual @ residual.T
    sandwich = precision.T @ square @ precision.T
    right = sheet.proof.compute(
        "corrected.Sigma",
        slope,
        -half * Sum(i, gamma[i, j] * (-sandwich + precision.T)),
        "The rules for the inverse and for the log determinant.",
    )
    sheet.line(
        "problem 3, derivative by Sigma_k",
        rf"\frac{{\partial \mathcal{{L}}_x}}{{\partial \Sigma_k}} = -\frac{{1}}{{2}} {EACH}"
        rf" \left[ \Sigma_k^{{-T}} {RESIDUAL} + \Sigma_k^{{-T}} \right]",
        Equal(slope, -half * Sum(i, gamma[i, j] * (precision.T @ square + precision.T))),
        "The derivative of the quadratic form has a minus sign, and an inverse on both sides of the square. This is so "
        "under either convention for the derivative by a symmetric matrix; in one dimension they agree.",
        corrected=right,
    )
    inner = count[j] * Identity(D) - Sum(i, gamma[i, j] * (precision.T @ square))
    sheet.line(
        "problem 3, derivative by Sigma_k, second line",
        rf"\frac{{\partial \mathcal{{L}}_x}}{{\partial \Sigma_k}} = -\frac{{1}}{{2}} \left( N_k I_D -"
        rf" {EACH} \left[ \Sigma_k^{{-T}} {RESIDUAL} \right] \right) \Sigma_k^{{-T}}",
        Equal(slope, -half * (inner @ precision.T)),
        "This is the derivative, although it does not follow from the line before it, in which two slips have come in.",
        uses=[counts],
        fault=Fault.INFERENCE,
    )
    total = Sum(i, gamma[i, j] * square)
    balance = Equal(count[j] * Identity(D), precision.T @ total)
    sheet.line(
        "problem 3, root for Sigma_k",
        rf"\frac{{\partial \mathcal{{L}}_x}}{{\partial \Sigma_k}} = 0 \Leftrightarrow"
        rf" N_k I_D = \Sigma_k^{{-T}} {EACH} {RESIDUAL}",
        Iff(Equal(slope, Zero((D, D))), balance),
        "Multiply by the covariance from the right. Both conventions have this root.",
        uses=[counts],
        by=Factor(-half, precision.T),
    )
    sheet.line(
        "problem 3, root for Sigma_k, solved",
        rf"\Sigma_k = \frac{{1}}{{N_k}} {EACH} {RESIDUAL}",
        Iff(balance, Equal(Sigma[j], total / count[j])),
        "Multiply by the covariance, divide by N_k. For a component without points every covariance is a root, and the "
        "formula divides by zero.",
        uses=[counts],
        needs=[positive_counts],
        by=Solved(Sigma[j], Sigma[j]),
    )


def covariance_update(sheet: Sheet, counts: Step) -> None:
    """The update of the covariances, for whatever means stand in it."""
    square = (x[i] - mu[k]) @ (x[i] - mu[k]).T
    summed = sheet.proof.define(
        "spread", spread[k], Sum(i, gamma[i, k] * square), "The weighted sum of squares about the mean."
    )
    best = spread[k] / count[k]
    admissible = sheet.proof.claim(
        "Sigma.admissible",
        Belongs(best, DEFINITE),
        "A positive multiple of a positive definite matrix.",
        given=[positive_counts, full_spread],
    )
    sheet.line(
        "problem 3, update of Sigma_k",
        rf"\Sigma_k^{{(t+1)}} = \frac{{1}}{{N_k}} {EACH} {RESIDUAL}",
        Maximum(expected_density, (Choice(Sigma[k], best),)),
        "The sheet finds a root. It is the global maximum if S_k, the sum on the right, is positive definite; where the "
        "points of a component do not span the space, L_x has no upper bound. For mean and covariance to be best "
        "together, the mean in it must be the new one.",
        needs=[positive_counts, full_spread],
        by=Bound(covariance_bound(sheet.proof, counts, summed), (admissible,)),
    )


def covariance_bound(proof: Proof, counts: Step, summed: Step) -> Step:
    """No covariances give L_x a larger value than S_k / N_k."""
    best, given = spread[k] / count[k], (positive_counts, full_spread)
    profile = -half * Sum(k, Trace(inv(Sigma[k]) @ spread[k]) + count[k] * (LogDet(Sigma[k]) + constants))
    rewritten = proof.claim(
        "profile", Equal(expected_density, profile), "A quadratic form is a trace.", uses=[counts, summed]
    )
    there = proof.apply("profile.best", rewritten, ((Sigma[k], best),), "The same at S_k / N_k.", given=given)
    here = proof.apply(
        "Sigma.bound",
        derive_bound(proof),
        ((A, Sigma[k]), (B, best)),
        "The inequality between trace and determinant.",
        given=given,
    )
    gap = proof.claim(
        "profile.bound",
        LessEqual(profile, substitute(profile, Sigma[k], best)),
        "Add the bounds of the components.",
        by=Gap(zero, ((half * count[k], here, (k,)),)),
        given=given,
    )
    return proof.claim(
        "Sigma.global",
        LessEqual(expected_density, substitute(expected_density, Sigma[k], best)),
        "Put the original form of both sides back.",
        by=Rewritten(gap, rewritten, there),
    )


# ------------------------------------------------------------------------------------- the rules


def rules(sheet: Sheet) -> None:
    """The rules of matrix calculus, for a general matrix."""
    quadratic_rule, inverse_rule, _ = derive_rules(sheet.proof)
    sheet.line(
        "problem 3, rule for a quadratic form",
        r"\frac{\partial \mathbf{a}^T \mathbf{X} \mathbf{a}}{\partial \mathbf{a}} = (\mathbf{X} + \mathbf{X}^T) \mathbf{a}^T",
        Equal(Gradient(quadratic(a, X), a)[d], (a.T @ (X + X.T)).T[e]),
        "A matrix of D rows and columns cannot be multiplied by the row a'. The vector must not be transposed: with a row "
        "on the right, each entry of the column on the left would be equated to all entries of the row, which is how the "
        "line is transcribed.",
        corrected=quadratic_rule,
    )
    sheet.line(
        "problem 3, rule for an inverse",
        r"\frac{\partial \mathbf{a}^T \mathbf{X}^{-1} \mathbf{b}}{\partial \mathbf{X}} ="
        r" -\mathbf{X}^{-T} \mathbf{b} \mathbf{a}^T \mathbf{X}^{-T}",
        Equal(Gradient(a.T @ inv(M) @ b, M), -(inv(M).T @ b @ a.T @ inv(M).T)),
        "The vectors are exchanged. For a = b, as in the derivative by the covariance, it makes no difference.",
        corrected=inverse_rule,
    )
    sheet.line(
        "problem 3, rule for a log determinant",
        r"\frac{\partial \log |\det \mathbf{X}|}{\partial \mathbf{X}} = \mathbf{X}^{-T}",
        Equal(Gradient(LogDet(M), M), inv(M).T),
        "Jacobi's formula.",
    )
