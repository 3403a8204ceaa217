"""Problem 3 as printed: the M-step of the Gaussian mixture.

L is read as the expected complete log-likelihood, which is what an M-step maximises, L_z as its part in the weights
and L_x as its part in means and covariances. The weights in the Lagrangian are any positive numbers. Derivatives by
a covariance are arranged like the matrix; who differentiates by the entries on and above the diagonal instead gets
twice as much off the diagonal, so that what vanishes is the same. The rules at the end are for a general matrix.
"""

from __future__ import annotations

from derivations.calculus.domains import (
    DEFINITE,
    INVERTIBLE,
    NONNEGATIVE,
    POSITIVE,
    SEMIDEFINITE,
    SIMPLEX,
    SYMMETRIC,
)
from derivations.calculus.expressions import (
    AssignmentSum,
    CirclePi,
    Expr,
    Gradient,
    Identity,
    Log,
    LogDet,
    Product,
    Sum,
    Trace,
    Zero,
    at,
    inv,
    matrices,
    quadratic,
    scalar,
    scalars,
    substitute,
    sum_over,
    vectors,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, Iff, LessEqual, Maximum
from derivations.gmm_mstep import (
    Sigma,
    expected_density,
    log_density,
    mu,
    weighted_mean,
)
from derivations.lemmas.log_determinant import derive_bound
from derivations.lemmas.matrix_calculus import M, X, a, b, derive_rules
from derivations.lemmas.mixture import (
    D,
    K,
    N,
    count,
    d,
    e,
    gamma,
    half,
    i,
    j,
    k,
    n,
    pi,
    positive_counts,
    positive_weights,
    x,
    z,
)
from derivations.lemmas.weights import bound_for_one_component, global_maximum, one, zero
from derivations.proof.axioms import TANGENT, A, B
from derivations.proof.methods import Bound, Factor, Gap, Instance, Rewritten, Solved
from derivations.proof.methods.equality import AsDeclared
from derivations.proof.printed import Fault, Printed, Sheet
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

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


def lines() -> tuple[Printed, ...]:
    """The printed lines of problem 3, judged, in the sheet's order."""
    proof = Proof(
        name="gmm_mstep",
        problem=3,
        title="The M-step of the Gaussian mixture, as printed",
        theorem="What the sheet prints, line by line.",
        setting="N points in D dimensions, K components.",
        source="Problem 3 of the sheet",
    )
    sheet = Sheet(proof)
    expected_value(sheet)
    defined = parts(sheet)
    tangent = proof.axiom("tangent", TANGENT, "The logarithm lies below its tangent at one.")
    concave = tangent_at(proof, tangent, "tangent.weights", ahead[k] / weight[k])
    counts = constraints(sheet, defined, concave)
    lagrangian(sheet, concave)
    dual_function(sheet, counts, tangent)
    dual_minimum(sheet, counts, tangent)
    weights(sheet, counts)
    densities(sheet)
    mean_gradient(sheet)
    means(sheet, counts)
    covariances(sheet, counts)
    covariance_update(sheet, counts)
    rules(sheet)
    return tuple(sheet.lines)


# ---------------------------------------------------------------------------- the objective


def expected_value(sheet: Sheet) -> Step:
    """What is maximised, and the first display, whose left side is L; returns what L is."""
    posterior = Product(i, gamma[i, z[i]])
    log_likelihood = Sum(i, at(log_joint, {k: z[i]}))
    meant = sheet.proof.define(
        "L",
        L,
        AssignmentSum(z, posterior * log_likelihood),
        "What an M-step maximises: the expectation of the logarithm of the joint density, over all assignments.",
        given=[positive_weights],
    )
    expanded = sheet.proof.claim(
        "corrected.expanded",
        Equal(L, complete),
        "In the expectation of the term of point i the factors of all other points sum to one.",
        uses=[meant],
    )
    sheet.line(
        "problem 3, what is maximised",
        r"\mathcal{L} = \mathbb{E}_{z \sim \gamma_t(z)} [\log p(z_i | \pi, \mu, \Sigma)]",
        Equal(L, AssignmentSum(z, posterior * Log(pi[z[n]]))),
        "An M-step maximises the expectation of log p(X, Z), the joint density of all points and their components. As "
        "printed the points are missing, there is only one component variable, and its index is free.",
        uses=[meant],
        given=[positive_weights],
        corrected=expanded,
    )
    sheet.line(
        "problem 3, expected value, first line",
        rf"\mathcal{{L}} = {ALL} \log p(z_i = k | \pi)",
        Equal(L, log_prior),
        "The logarithm of p(x_i, z_i = k) has two terms, and the one with the density of the point has been lost: without "
        "it nothing depends on means and covariances. The responsibilities come from the E-step, so that they depend on "
        "the old parameters and not on the pi, mu and Sigma that they are printed with.",
        uses=[meant],
        given=[positive_weights],
        corrected=expanded,
    )
    expanded_lines(sheet, meant)
    return meant


def expanded_lines(sheet: Sheet, meant: Step) -> None:
    """The second and third line of the first display."""
    split = sheet.proof.claim(
        "corrected.split",
        Equal(L, expected_density + log_prior),
        "The logarithm of a product is a sum.",
        uses=[meant],
    )
    sheet.line(
        "problem 3, expected value, second line",
        rf"\mathcal{{L}} = {BRACED} \log p(z_i = k | \pi)",
        Equal(L, log_prior),
        "The same formula as in the first line, so that the same term is missing.",
        uses=[meant],
        given=[positive_weights],
        corrected=split,
    )
    brace(sheet, meant, "second line")
    sheet.line(
        "problem 3, expected value, third line",
        rf"\mathcal{{L}} = {BRACED} + \underbrace{{{ALL_T} \log p(z_i = k | \pi)}}_{{\mathcal{{L}}_z}}",
        Equal(L, sum_over(i, k, gamma[i, k]) + log_prior),
        "The factor with the logarithm of the density is missing in the first sum.",
        uses=[meant],
        given=[positive_weights],
        corrected=split,
    )
    brace(sheet, meant, "third line")


def brace(sheet: Sheet, meant: Step, line: str) -> None:
    """The brace that names L_x, in one of two lines."""
    rest = sheet.proof.claim(
        f"corrected.brace, {line}",
        Equal(L - log_prior, expected_density),
        "What remains of L without L_z is the part with the densities.",
        uses=[meant],
    )
    sheet.line(
        f"problem 3, expected value, {line}, brace L_x",
        BRACED,
        Equal(expected_density, sum_over(i, k, gamma[i, k])),
        "The brace names the sum of the responsibilities, which is the number N of points. L_x has to hold the "
        "logarithm of the density as well, as it does further below.",
        corrected=rest,
    )


def parts(sheet: Sheet) -> Step:
    """What L_z and L_x depend on."""
    defined = sheet.define(
        "problem 3, expected value, third line, brace L_z",
        rf"\mathcal{{L}}_z = {ALL_T} \log p(z_i = k | \pi)",
        L_z,
        log_prior,
        "Names the part of L that comes from the distribution of the components.",
        given=[positive_weights],
    )
    for name, variable, zeros in (("mu", mu[j], Zero((D, 1))), ("Sigma", Sigma[j], Zero((D, D)))):
        sheet.line(
            f"problem 3, L_z does not depend on {name}",
            rf"\text{{$\mathcal{{L}}_z$ depends on $\pi$ only, so not on $\{name}$}}",
            Equal(Gradient(L_z, variable), zeros),
            "The responsibilities are constants in the M-step, and nothing else in L_z could depend on it.",
            uses=[defined],
            given=[positive_weights],
        )
    sheet.line(
        "problem 3, L_x does not depend on pi",
        r"\text{$\mathcal{L}_x$ depends on $\mu$ and $\Sigma$ only, so not on $\pi$}",
        Equal(Gradient(expected_density, weight[j]), zero),
        "True of L_x as it is defined further below.",
    )
    sheet.line(
        "problem 3, it is enough to maximise L_z",
        r"\text{to find the optimal $\pi$, maximise $\mathcal{L}_z$ with respect to $\pi$}",
        Equal(
            complete - substitute(complete, pi[k], other[k]),
            log_prior - substitute(log_prior, pi[k], other[k]),
        ),
        "Going from some weights to others changes L by as much as L_z.",
        given=[positive_weights, Hypothesis(Belongs(other[k], POSITIVE))],
    )
    return defined


# ------------------------------------------------------------------------------ the weights

weight = scalars("pi", r"\pi", (K,), POSITIVE)  # what the Lagrangian takes: any positive numbers
other = scalars("other", r"\tilde\pi", (K,), SIMPLEX)
number = scalars("pi", r"\pi", (K,))  # what the constraint restricts: any numbers
ratio = scalars("ratio", "r", (K,))
ahead = scalars("ahead", r"\tilde\pi", (K,), POSITIVE)
price = scalar("lambda", r"\lambda")
f, f_corrected = scalar("f", "f"), scalar("f_corrected", "f")
(l,) = K.indices("l")  # noqa: E741 (the field's letter)

adds_up = Hypothesis(Equal(Sum(k, number[k]), one), (Choice(number[k], ratio[k] / Sum(l, ratio[l])),))
positive_price = Hypothesis(Belongs(price, POSITIVE))
constraint = Sum(k, weight[k]) - 1
entropy = Sum(k, count[k] * Log(weight[k]))
charged = entropy - price * constraint  # the Lagrangian with the sign that the lines after it need
dual = Sum(k, count[k] * Log(count[k] / price)) + price - N


def below_tangents(objective: Expr) -> LessEqual:
    """What it means that a function of the weights is concave: nowhere does it lie above a tangent."""
    slope = Sum(j, Gradient(objective, weight[j]) * (ahead[j] - weight[j]))
    return LessEqual(substitute(objective, weight[k], ahead[k]), objective + slope)


def tangent_at(proof: Proof, tangent: Step, name: str, value: Expr, *given: Hypothesis) -> Step:
    """The bound of the logarithm by its tangent, at some positive value."""
    (t,) = TANGENT.variables
    return proof.apply(name, tangent, ((t, value),), "The tangent bound, at a positive number.", given=given)


def constraints(sheet: Sheet, defined: Step, concave: Step) -> Step:
    """The constrained problem, and L_z in terms of the counts."""
    sheet.line(
        "problem 3, the problem is convex",
        r"\text{maximising $\mathcal{L}_z$ is a convex optimisation problem}",
        below_tangents(sum_over(i, k, gamma[i, k] * Log(weight[k]))),
        "The constraint is linear, and the objective is concave: it lies below all its tangents, as the logarithm does.",
        by=Gap(zero, ((Sum(i, gamma[i, k]), concave, (k,)),)),
    )
    sheet.line(
        "problem 3, constraint",
        r"\text{maximize } \mathcal{L}_z \quad \text{subject to } \sum_{k=1}^K \pi_k - 1 = 0",
        Belongs(number[k], SIMPLEX, k),
        "Weights must not be negative either. The logarithm sees to that for a component with points, but not for an "
        "empty one, whose weight could then go below zero to the advantage of the others.",
        given=[adds_up],
        needs=[Hypothesis(Belongs(number[k], NONNEGATIVE))],
    )
    sheet.line(
        "problem 3, L_z again",
        rf"\mathcal{{L}}_z = {ALL_T} \log p(z_i = k | \pi)",
        Equal(L_z, log_prior),
        "As it was introduced.",
        uses=[defined],
        given=[positive_weights],
    )
    counts = sheet.define(
        "problem 3, N_k",
        r"N_k = \sum_{i=1}^N \gamma_t(z_i = k)",
        count[k],
        Sum(i, gamma[i, k]),
        "The number of points that component k answers for.",
    )
    sheet.line(
        "problem 3, L_z simplified",
        r"\sum_{i=1}^N \sum_{k=1}^K \gamma_t(z_i = k) \log p(z_i = k | \pi) = \sum_{k=1}^K N_k \log \pi_k",
        Equal(log_prior, Sum(k, count[k] * Log(pi[k]))),
        "Exchange the sums; the logarithm does not depend on the point.",
        uses=[counts],
        given=[positive_weights],
    )
    return counts


def lagrangian(sheet: Sheet, concave: Step) -> None:
    """The Lagrangian, its derivative, where that vanishes, and that this is the maximum."""
    corrected = sheet.proof.define(
        "corrected.lagrangian",
        f_corrected,
        charged,
        "The constraint is charged for, as the derivative has it.",
    )
    printed = sheet.define(
        "problem 3, Lagrangian",
        r"f(\pi, \lambda) = \sum_{k=1}^K N_k \log \pi_k + \lambda \left( \sum_{k=1}^K \pi_k - 1 \right)",
        f,
        entropy + price * constraint,
        "Either sign of lambda makes a Lagrangian, but all lines after this one belong to the minus sign. With it they "
        "are right; with the plus sign the solution would be -N_k / lambda, and lambda = -N.",
        fault=Fault.MISFIT,
        corrected=corrected,
    )
    slope = count[j] / weight[j] - price
    right = sheet.proof.compute("corrected.slope", Gradient(charged, weight[j]), slope, "Term by term.")
    sheet.line(
        "problem 3, Lagrangian, derivative",
        r"\frac{\partial f}{\partial \pi_k} = \frac{N_k}{\pi_k} - \lambda",
        Equal(Gradient(f, weight[j]), slope),
        "With + lambda in the Lagrangian the derivative has + lambda as well. The derivative as printed is that of the "
        "Lagrangian with a minus sign, which is what the lines after it continue with.",
        uses=[printed],
        corrected=right,
    )
    sheet.line(
        "problem 3, Lagrangian, root",
        r"\frac{N_k}{\pi_k} - \lambda \stackrel{!}{=} 0 \Leftrightarrow \pi_k = \frac{N_k}{\lambda}",
        Iff(Equal(slope, zero), Equal(weight[j], count[j] / price)),
        "Multiply by pi_k, divide by lambda. Where lambda is not positive, there is no root.",
        given=[positive_price],
        by=Factor(-(price / weight[j])),
    )
    sheet.line(
        "problem 3, Lagrangian, concave",
        r"\text{$f$ is concave as a function of $\pi$}",
        below_tangents(charged),
        "The logarithm is concave, and the rest is linear.",
        by=Gap(zero, ((count[k], concave, (k,)),)),
    )


def dual_function(sheet: Sheet, counts: Step, tangent: Step) -> None:
    """The maximum of the Lagrangian in the weights, which is the dual function."""
    root = count[k] / price
    positive = (positive_counts, positive_price)
    at_ratio = tangent_at(sheet.proof, tangent, "tangent.ratio", price * weight[k] / count[k], *positive)
    admissible = sheet.proof.claim(
        "lagrangian.admissible", Belongs(root, POSITIVE), "A fraction of positive numbers.", given=positive
    )
    value = substitute(charged, weight[k], root)
    bound = sheet.proof.claim(
        "lagrangian.bound",
        LessEqual(charged, value),
        "Add the tangents, multiplied by the counts.",
        by=Gap(zero, ((count[k], at_ratio, (k,)),)),
        given=positive,
    )
    sheet.line(
        "problem 3, Lagrangian, maximum",
        r"\text{$f$ has its maximum in $\pi$ at $\pi_k = \frac{N_k}{\lambda}$, because it is concave}",
        LessEqual(charged, value),
        "A stationary point of a concave function is a global maximum. There is one only if every component has points "
        "and lambda is positive.",
        needs=positive,
        by=Gap(zero, ((count[k], at_ratio, (k,)),)),
    )
    sheet.line(
        "problem 3, dual function, as a maximum",
        r"g(\lambda) = \max_{\pi} f(\pi, \lambda)",
        LessEqual(charged, dual),
        "No weights give the Lagrangian a larger value than g(lambda), as it is written at the end of the line. Without "
        "lambda > 0 there is no maximum.",
        uses=[counts],
        needs=positive,
        by=Gap(zero, ((count[k], at_ratio, (k,)),)),
    )
    sheet.line(
        "problem 3, dual function, where the maximum is attained",
        r"\max_{\pi} f(\pi, \lambda) = f\left(\left(\frac{N_1}{\lambda}, \dots, \frac{N_K}{\lambda}\right), \lambda\right)",
        Maximum(charged, (Choice(weight[k], root),)),
        "The maximum is attained where the derivative vanishes.",
        needs=positive,
        by=Bound(bound, (admissible,)),
    )
    sheet.line(
        "problem 3, dual function, value",
        r"f\left(\left(\frac{N_1}{\lambda}, \dots, \frac{N_K}{\lambda}\right), \lambda\right)"
        r" = \sum_{k=1}^K N_k \log \frac{N_k}{\lambda} + \lambda - N",
        Equal(value, dual),
        "The counts sum to N. With the plus sign that is printed in the Lagrangian it would be N - lambda at the end.",
        uses=[counts],
        needs=positive,
    )


def dual_minimum(sheet: Sheet, counts: Step, tangent: Step) -> None:
    """The minimum of the dual function, where it is defined: for positive counts and a positive multiplier."""
    positive = (positive_counts, positive_price)
    sheet.line(
        "problem 3, dual function, convex",
        r"\text{when $f$ is concave, the dual is convex}",
        LessEqual(zero, Gradient(Gradient(dual, price), price)),
        "The dual function is convex, but not because f is concave in the weights: a maximum of functions that are linear "
        "in lambda is convex, whatever f is as a function of the weights.",
        uses=[counts],
        given=positive,
        by=Gap(N / price**2),
        fault=Fault.INFERENCE,
    )
    at_price = tangent_at(sheet.proof, tangent, "tangent.price", price / N, positive_price)
    sheet.line(
        "problem 3, dual function, minimum",
        r"\text{the minimum of $g$ is at the root $\lambda = N$ of its derivative}",
        LessEqual(substitute(dual, price, N), dual),
        "A convex function has its global minimum where its derivative vanishes.",
        uses=[counts],
        given=positive,
        by=Gap(zero, ((N, at_price, ()),)),
    )
    long = Sum(k, count[k] * (price / count[k]) * -(count[k] / price**2)) + 1
    sheet.line(
        "problem 3, dual function, derivative",
        r"\frac{\partial g}{\partial \lambda} ="
        r" \sum_{k=1}^K N_k \frac{\lambda}{N_k} \left(-\frac{N_k}{\lambda^2}\right) + 1",
        Equal(Gradient(dual, price), long),
        "The chain rule, for the logarithm of a fraction.",
        uses=[counts],
        given=positive,
    )
    sheet.line(
        "problem 3, dual function, derivative simplified",
        r"\sum_{k=1}^K N_k \frac{\lambda}{N_k} \left(-\frac{N_k}{\lambda^2}\right) + 1 = 1 - \frac{N}{\lambda}",
        Equal(long, 1 - N / price),
        "The counts sum to N.",
        uses=[counts],
        given=positive,
    )
    sheet.line(
        "problem 3, dual function, root",
        r"1 - \frac{N}{\lambda} \stackrel{!}{=} 0 \Leftrightarrow \lambda = N",
        Iff(Equal(1 - N / price, zero), Equal(price, N)),
        "Multiply by lambda.",
        given=[positive_price],
        by=Factor(1 / price),
    )


def weights(sheet: Sheet, counts: Step) -> None:
    """The update of the weights."""
    best = global_maximum(sheet.proof, counts, bound_for_one_component(sheet.proof))
    sheet.line(
        "problem 3, update of pi",
        r"\pi_k^{(t+1)} = \frac{N_k}{N}",
        best.statement,
        "That the minimum of the dual function leads to the maximum under the constraint is strong duality, which the "
        "sheet does not show. It is true, also for components without points: the bound N_k log pi_k <= N_k log(N_k/N) + "
        "N pi_k - N_k, added over the components, says so at once.",
        uses=[counts],
        by=Instance((), best),
        fault=Fault.UNPROVED,
    )


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
