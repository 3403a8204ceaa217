"""Problem 2 as printed: the E-step of the Gaussian mixture.

The densities p(x_i | z_i = k) are any positive numbers until the last line says that they are Gaussian. The model is
the mixture: first the component of a point is drawn, then the point, and this for each point by itself.
"""

from __future__ import annotations

from derivations.calculus.domains import POSITIVE, SIMPLEX
from derivations.calculus.expressions import (
    AssignmentSum,
    Delta,
    Exp,
    Expr,
    Product,
    Sum,
    Symbol,
    at,
    scalar,
    scalars,
    sum_over,
)
from derivations.calculus.statements import Equal, Hypothesis
from derivations.gmm_estep import log_density
from derivations.lemmas.mixture import K, gamma, i, j, k, n, pi, z
from derivations.lemmas.posterior import density, evidence, other
from derivations.proof.printed import Fault, Printed, Sheet
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

ALL_OF = r"\boldsymbol{\mu}^{(t)}, \boldsymbol{\Sigma}^{(t)}"
ALL_AND_PI = rf"\boldsymbol{{\pi}}^{{(t)}}, {ALL_OF}"
PRIOR = r"p(z_i = k \mid \boldsymbol{\pi}^{(t)})"
NUMERATOR = rf"p(\mathbf{{x}}_i \mid z_i = k, {ALL_OF}) {PRIOR}"
CONDITIONAL = rf"p(z_i = k \mid \mathbf{{x}}_i, {ALL_AND_PI})"
BY_BAYES = rf"\frac{{{NUMERATOR}}}{{p(\mathbf{{x}}_i \mid {ALL_AND_PI})}}"
SUMMED = (
    rf"\frac{{{NUMERATOR}}}{{\sum_{{j=1}}^K p(\mathbf{{x}}_i \mid z_i = j, {ALL_AND_PI})"
    r" p(z_i = j \mid \boldsymbol{\pi}^{(t)})}"
)
GAUSSIAN = (
    r"\frac{\pi_k^{(t)} \mathcal{N}(\mathbf{x}_i \mid \boldsymbol{\mu}_k^{(t)}, \boldsymbol{\Sigma}_k^{(t)})}"
    r"{\sum_{j=1}^K \pi_j^{(t)} \mathcal{N}(\mathbf{x}_i \mid \boldsymbol{\mu}_j^{(t)}, \boldsymbol{\Sigma}_j^{(t)})}"
)

prior = scalars("prior", r"\rho", (K,), SIMPLEX)  # p(z_i = k | pi)
whole = scalar("whole", r"\gamma")  # the posterior of one assignment of all points
(l,) = K.indices("l")  # noqa: E741 (the field's letter)

joint = prior[k] * density[i, k]
share = joint / Sum(j, at(joint, {k: j}))


def lines() -> tuple[Printed, ...]:
    """The printed lines of problem 2, judged, in the sheet's order."""
    proof = Proof(
        name="gmm_estep",
        problem=2,
        title="The E-step of the Gaussian mixture, as printed",
        theorem="What the sheet prints, line by line.",
        setting="N points in D dimensions, K components. The parameters are fixed.",
        source="Problem 2 of the sheet",
    )
    sheet = Sheet(proof)
    posterior(sheet)
    two_points(sheet)
    one_point(sheet)
    bayes(sheet)
    return tuple(sheet.lines)


def drawn(labels: Symbol) -> Expr:
    """The joint density of all points and an assignment of them."""
    return Product(i, at(joint, {k: labels[i]}))


def posterior(sheet: Sheet) -> None:
    """The posterior over all assignments."""
    named = sheet.define(
        "problem 2, posterior",
        r"\text{$\gamma_t(\mathbf{Z})$ is the posterior distribution over the latent variables}",
        whole,
        drawn(z) / AssignmentSum(other, drawn(other)),
        "Names the conditional probability of an assignment of all points, given the points: their joint density over "
        "the density of the points.",
    )
    sheet.line(
        "problem 2, posterior, factors",
        r"\gamma_t(\mathbf{Z}) = \prod_{i=1}^N \gamma_t(z_i)",
        Equal(whole, Product(i, at(share, {k: z[i]}))),
        "The joint density is a product over the points, and so is its sum over all assignments. For the reason that is "
        "given, see there.",
        uses=[named],
    )


g = scalars("g", "g", (K, K), POSITIVE)  # the density of two points, if one has component k and the other j
f, h = scalars("f", "f", (K,), POSITIVE), scalars("h", "h", (K,), POSITIVE)
independent = Hypothesis(Equal(g[k, j], f[k] * h[j]))


def two_points(sheet: Sheet) -> None:
    """Why the posterior is a product: not only because the latent variables are independent beforehand."""
    both = prior[k] * prior[j] * g[k, j]
    total = sum_over(k, j, both)
    sheet.line(
        "problem 2, posterior, factors, reason",
        r"\text{$\gamma_t(\mathbf{Z})$ is a product because the latent variables are independent}",
        Equal(both / total, (Sum(l, at(both, {j: l})) / total) * (Sum(l, at(both, {k: l})) / total)),
        "Latent variables that are independent beforehand need not be so once the points are known. Given its component, a "
        "point must also not depend on other points and their components: then the pairs of a point and its component "
        "are independent. Here there are two points, and g_kj is their density if one has component k and the other "
        "component j.",
        needs=[independent],
    )


def one_point(sheet: Sheet) -> None:
    others = Product(n, at(at(share, {i: n}), {k: z[n]}))
    sheet.line(
        "problem 2, one point is enough",
        r"\text{it is enough to derive the E-step for a single data point}",
        Equal(AssignmentSum(z, others * Delta(z[i], k)), share),
        "The factor of a point is the probability of its component: sum the posterior over the components of all other "
        "points, and their factors sum to one.",
    )
    sheet.line(
        "problem 2, Bayes' theorem",
        r"\text{the update rule follows directly from Bayes' theorem}",
        Equal(share * Sum(j, at(joint, {k: j})), density[i, k] * prior[k]),
        "Both sides are the joint density of the point and its component: posterior times density of the point, and "
        "density given the component times prior.",
    )


def bayes(sheet: Sheet) -> None:
    """The display, line by line."""
    of_point = sheet.proof.define("evidence", evidence[i], Sum(k, joint), "The density of a point.")
    named = gamma_of_point(sheet, of_point)
    by_bayes = density[i, k] * prior[k] / evidence[i]
    sheet.line(
        "problem 2, E-step, second line",
        rf"{CONDITIONAL} = {BY_BAYES}",
        Equal(gamma[i, k], by_bayes),
        "Bayes' theorem. Some component has a positive weight, and no density is zero, so that the fraction exists.",
        uses=[named],
    )
    summed = density[i, k] * prior[k] / Sum(j, density[i, j] * prior[j])
    sheet.line(
        "problem 2, E-step, third line",
        rf"{BY_BAYES} = {SUMMED}",
        Equal(by_bayes, summed),
        "The law of total probability. In the denominator the density of a point given its component is printed with "
        "pi among the conditions, in the numerator without; given the component it does not depend on pi.",
        uses=[of_point],
        fault=Fault.NOTATION,
    )
    normal = Exp(log_density)
    sheet.line(
        "problem 2, E-step, fourth line",
        rf"{SUMMED} = {GAUSSIAN}",
        Equal(summed, pi[k] * normal / Sum(j, pi[j] * at(normal, {k: j}))),
        "The weights are the prior, and the components are Gaussian.",
        given=[Hypothesis(Equal(prior[k], pi[k])), Hypothesis(Equal(density[i, k], normal))],
    )


def gamma_of_point(sheet: Sheet, of_point: Step) -> Step:
    return sheet.define(
        "problem 2, E-step, first line",
        rf"\gamma_t(z_i = k) = {CONDITIONAL}",
        gamma[i, k],
        joint / evidence[i],
        "Names the conditional probability of component k given the point: their joint density over the density of the "
        "point.",
        uses=[of_point],
    )
