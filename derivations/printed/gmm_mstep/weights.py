"""The first half of problem 3 as printed: what is maximised, and the weights."""

from __future__ import annotations

from derivations.calculus.domains import (
    NONNEGATIVE,
    POSITIVE,
    SIMPLEX,
)
from derivations.calculus.expressions import (
    AssignmentSum,
    Expr,
    Gradient,
    Log,
    Product,
    Sum,
    Zero,
    at,
    scalar,
    scalars,
    substitute,
    sum_over,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, Iff, LessEqual, Maximum
from derivations.gmm_mstep import (
    Sigma,
    expected_density,
    mu,
)
from derivations.lemmas.mixture import (
    D,
    K,
    N,
    count,
    gamma,
    i,
    j,
    k,
    n,
    pi,
    positive_counts,
    positive_weights,
    z,
)
from derivations.lemmas.weights import bound_for_one_component, global_maximum, one, zero
from derivations.printed.gmm_mstep.objective import (
    ALL,
    ALL_T,
    BRACED,
    L,
    L_z,
    complete,
    log_joint,
    log_prior,
)
from derivations.proof.axioms import TANGENT
from derivations.proof.methods import Bound, Factor, Gap, Instance
from derivations.proof.printed import Fault, Sheet
from derivations.proof.proof import Proof
from derivations.proof.steps import Step


def judge(sheet: Sheet) -> Step:
    """Judges the first half of the lines, in the sheet's order; returns what N_k is."""
    expected_value(sheet)
    defined = parts(sheet)
    tangent = sheet.proof.axiom("tangent", TANGENT, "The logarithm lies below its tangent at one.")
    concave = tangent_at(sheet.proof, tangent, "tangent.weights", ahead[k] / weight[k])
    counts = constraints(sheet, defined, concave)
    lagrangian(sheet, concave)
    dual_function(sheet, counts, tangent)
    dual_minimum(sheet, counts, tangent)
    weights(sheet, counts)
    return counts


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
