"""Problem 4 as printed: expectation maximisation for a mixture of Bernoulli variables.

The components of an image are written as the sheet does both as a number, z_i = k, and as a vector that is one at
one place. Parameters may be 0 and 1 in the E-step; where a logarithm of them is printed they lie strictly between.
"""

from __future__ import annotations

from derivations.bernoulli_mixture import (
    density,
    expected_density,
    inside,
    log_density,
    theta,
    x,
)
from derivations.calculus.domains import FRACTION, ONE_HOT, OPEN_SIMPLEX, POSITIVE, SIMPLEX
from derivations.calculus.expressions import (
    AssignmentSum,
    Delta,
    Expr,
    Gradient,
    Log,
    Product,
    Sum,
    at,
    scalar,
    scalars,
    sum_over,
)
from derivations.calculus.statements import Belongs, Equal, Hypothesis, Iff, LessEqual
from derivations.lemmas.mixture import K, N, d, e, gamma, i, j, k, pi, z
from derivations.lemmas.weights import l, one, zero
from derivations.proof.methods import Gap, Instance, Membership, Solved
from derivations.proof.printed import Fault, Printed, Sheet
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

GAMMA = r"\gamma_t(\mathbf{z}_i = k)"
ALL = rf"\sum_{{i=1}}^N \sum_{{k=1}}^K {GAMMA}"
EACH, OVER_K, OVER_D = r"\sum_{i=1}^N", r"\sum_{k=1}^K", r"\sum_{d=1}^D"
EXPECTED = r"\mathbb{E}_{\mathbf{z} \sim \gamma_t(\mathbf{z})} [\log p(\mathbf{X}, \mathbf{z} | \theta)]"
OF_IMAGE = r"\prod_{d=1}^D \theta_{kd}^{x_{id}} (1 - \theta_{kd})^{1-x_{id}}"
OF_PIXELS = rf"{OVER_D} (x_{{id}} \log \theta_{{kd}} + (1 - x_{{id}}) \log(1 - \theta_{{kd}}))"
BRACED = rf"\underbrace{{{ALL} {OF_PIXELS}}}_{{=: \mathcal{{L}}_i}}"
GIVEN, PRIOR = r"p(\mathbf{x}_i | \mathbf{z}_i = k, \theta)", r"p(\mathbf{z}_i = k)"
GIVEN_L, PRIOR_L = GIVEN.replace("= k", "= l"), PRIOR.replace("= k", "= l")
BY = r"\theta_{k',d'}"
SLOPE_OF_IMAGE = rf"\frac{{\partial \mathcal{{L}}_i}}{{\partial {BY}}}"
SLOPES = (
    rf"{OVER_K} {GAMMA} {OVER_D} \left( x_{{id}} \frac{{\partial \log \theta_{{kd}}}}{{\partial {BY}}}"
    rf" + (1 - x_{{id}}) \frac{{\partial \log(1 - \theta_{{kd}})}}{{\partial {BY}}} \right)"
)
SLOPE = r"\sum_{i=1}^N \frac{\partial \mathcal{L}_i}{\partial \theta_{kd}}"

of_image = Product(d, theta[k, d] ** x[i][d] * (1 - theta[k, d]) ** (1 - x[i][d]))
log_joint = Log((one / K) * of_image)
complete = sum_over(i, k, gamma[i, k] * log_joint)
uniform = Hypothesis(Equal(pi[k], one / K))


def lines() -> tuple[Printed, ...]:
    """The printed lines of problem 4, judged, in the sheet's order."""
    proof = Proof(
        name="bernoulli_mixture",
        problem=4,
        title="Expectation maximisation for a mixture of Bernoulli variables, as printed",
        theorem="What the sheet prints, line by line.",
        setting="N binary images of D pixels, K components.",
        source="Problem 4 of the sheet",
    )
    sheet = Sheet(proof)
    model(sheet)
    components(sheet)
    e_step(sheet)
    expectation(sheet)
    named = brace(sheet)
    derivative_of_one_image(sheet, named)
    derivative(sheet, named)
    roots(sheet)
    update(sheet)
    return tuple(sheet.lines)


# ------------------------------------------------------------------------ model and E-step

one_hot = scalars("z", "z", (N, K), ONE_HOT)
weight = scalars("pi", r"\pi", (K,), OPEN_SIMPLEX)
p_z = scalars("p_z", "p", (N,))
responsibility = scalars("responsibility", r"\gamma", (N, K), SIMPLEX)


def model(sheet: Sheet) -> None:
    """The probability of an image."""
    of_component = sheet.proof.define(
        "density", density[i, k], of_image, "The probability of an image, given its component: p(x | z = k)."
    )
    corrected = sheet.proof.claim(
        "corrected.density",
        Equal(density[i, k], of_image),
        "Here f_ik is p(x | z = k), the probability of the image given that its component is k.",
        uses=[of_component],
    )
    sheet.line(
        "problem 4, probability of an image",
        r"p(\mathbf{x}) = \prod_{d=1}^D \theta_{kd}^{x_d} (1 - \theta_{kd})^{1-x_d}",
        Equal(Sum(k, pi[k] * of_image), of_image),
        "The right side contains k and the left side does not: p(x) is the probability under the mixture, the average over "
        "the components. What is meant is the probability given the component, p(x | z = k).",
        corrected=corrected,
        fault=Fault.NOTATION,
    )
    on, off = theta[k, d], 1 - theta[k, d]
    sheet.line(
        "problem 4, meaning of the parameters",
        r"\text{each factor is a Bernoulli distribution, and $\theta_{kd}$ its parameter}",
        Equal(on ** x[i][d] * off ** (1 - x[i][d]), x[i][d] * on + (1 - x[i][d]) * off),
        "The exponents choose: a pixel that is on has the probability theta_kd, one that is off the rest to one. (It is "
        "for a given component, not for a given mixture model, as the sentence says.)",
    )


def components(sheet: Sheet) -> None:
    """The distribution of the components."""
    uniform = Hypothesis(Equal(weight[k], one / K))
    chosen, shared = Product(k, weight[k] ** one_hot[i, k]), Product(k, (one / K) ** one_hot[i, k])
    named = sheet.define(
        "problem 4, distribution of the components, first equation",
        r"p(\mathbf{z}) = \prod_{k=1}^K \pi_k^{z_k}",
        p_z[i],
        chosen,
        "Names the probability of a component: the exponents choose its weight.",
    )
    sheet.line(
        "problem 4, distribution of the components, second equation",
        r"\prod_{k=1}^K \pi_k^{z_k} = \prod_{k=1}^K \left(\frac{1}{K}\right)^{z_k}",
        Equal(chosen, shared),
        "All weights are 1/K, as is assumed.",
        given=[uniform],
    )
    sheet.line(
        "problem 4, the distribution is uniform",
        r"\text{the distribution of components $p(\mathbf{z})$ is uniform}",
        Equal(p_z[i], one / K),
        "One of the exponents is one and the others are zero.",
        uses=[named],
        given=[uniform],
    )


def e_step(sheet: Sheet) -> None:
    by_bayes = density[i, k] * pi[k] / Sum(l, density[i, l] * pi[l])
    possible = Hypothesis(Belongs(Sum(l, density[i, l]), POSITIVE))
    weighted = Hypothesis(Belongs(Sum(l, density[i, l] * pi[l]), POSITIVE))
    sheet.define(
        "problem 4, responsibilities, first equation",
        rf"{GAMMA} = \frac{{{GIVEN} \cdot {PRIOR}}}{{\sum_{{l=1}}^K {GIVEN_L} \cdot {PRIOR_L}}}",
        responsibility[i, k],
        by_bayes,
        "Names the posterior of the component of an image, by Bayes' theorem.",
        given=[weighted],
    )
    sheet.line(
        "problem 4, responsibilities, second equation",
        rf"\frac{{{GIVEN} \cdot {PRIOR}}}{{\sum_{{l=1}}^K {GIVEN_L} \cdot {PRIOR_L}}}"
        rf" = \frac{{{GIVEN}}}{{\sum_{{l=1}}^K {GIVEN_L}}}",
        Equal(by_bayes, density[i, k] / Sum(l, density[i, l])),
        "With the uniform prior 1/K is a factor of the numerator and of every term of the denominator, and cancels.",
        given=[uniform, possible],
    )


# -------------------------------------------------------------------- the expected value

C = scalar("C", "C")
L = scalars("L", r"\mathcal{L}", (N,))
L_printed = scalars("L_printed", r"\mathcal{L}", (N,))


def expected_under(weights: Expr) -> Expr:
    """The expectation of log p(X, z), where point i has component z_i with these weights, an expression in i and k."""
    return AssignmentSum(z, Product(i, at(weights, {k: z[i]})) * Sum(i, at(log_joint, {k: z[i]})))


def expectation(sheet: Sheet) -> None:
    sheet.line(
        "problem 4, expected value, first line",
        rf"{EXPECTED} = {ALL} \log \left( \frac{{1}}{{K}} {OF_IMAGE} \right)",
        Equal(expected_under(gamma[i, k]), complete),
        "In the expectation of the term of image i the factors of all other images sum to one.",
        given=[inside],
    )
    constant = sheet.define(
        "problem 4, the constant",
        r"\text{the constant $C$ collects all terms independent of $\theta$}",
        C,
        N * Log(one / K),
        "The responsibilities of each image sum to one, and every image contributes the logarithm of 1/K.",
    )
    sheet.line(
        "problem 4, expected value, second line",
        rf"{ALL} \log \left( \frac{{1}}{{K}} {OF_IMAGE} \right) = C + {BRACED}",
        Equal(complete, C + expected_density),
        "The logarithm of the product is a sum, and the exponents come down.",
        uses=[constant],
        given=[inside],
    )
    sheet.line(
        "problem 4, the constant is irrelevant",
        r"\text{the terms in $C$ are irrelevant for the optimisation}",
        Equal(Gradient(C + expected_density, theta[j, e]), Gradient(expected_density, theta[j, e])),
        "They do not depend on the parameters.",
        uses=[constant],
        given=[inside],
    )


def brace(sheet: Sheet) -> Step:
    """What L_i is; returns the definition that the lines after it need."""
    corrected = sheet.proof.define(
        "corrected.L",
        L[i],
        Sum(k, gamma[i, k] * log_density),
        "What image i contributes: the sum over the components, without the sum over the images.",
        given=[inside],
    )
    sheet.define(
        "problem 4, expected value, second line, brace",
        BRACED,
        L_printed[i],
        expected_density,
        "The brace includes the sum over the images, and what is under it does not depend on i. The lines after it "
        "need the part of one image: the brace should begin after the first sum.",
        given=[inside],
        fault=Fault.NOTATION,
        corrected=corrected,
    )
    return corrected


# ----------------------------------------------------------------------- derivatives and roots


def pull(by: Expr, pixel: Expr) -> Expr:
    """The slope of the log-probability of one pixel."""
    return pixel / by - (1 - pixel) / (1 - by)


def derivative_of_one_image(sheet: Sheet, named: Step) -> None:
    by = theta[j, e]
    pixel = x[i][d]
    slopes = pixel * Gradient(Log(theta[k, d]), by) + (1 - pixel) * Gradient(Log(1 - theta[k, d]), by)
    collected = Sum(k, gamma[i, k] * Sum(d, slopes))
    sheet.line(
        "problem 4, derivative for one image, first line",
        rf"{SLOPE_OF_IMAGE} = {SLOPES}",
        Equal(Gradient(L[i], by), collected),
        "The derivative of a sum is the sum of the derivatives. Here L_i is the part of image i, without the sum over the "
        "images.",
        uses=[named],
        given=[inside],
    )
    corrected = sheet.proof.claim(
        "corrected.slope",
        Equal(collected, gamma[i, j] * pull(by, x[i][e])),
        "Of the sums only the term with k = k' and d = d' depends on this parameter.",
        given=[inside],
    )
    sheet.line(
        "problem 4, derivative for one image, second line",
        rf"{SLOPES} = {GAMMA} \left( \frac{{x_{{id}}}}{{{BY}}} - \frac{{1 - x_{{id}}}}{{1 - {BY}}} \right)",
        Equal(collected, gamma[i, k] * pull(by, x[i][d])),
        "On the right side k and d are left over from sums that are gone. It must be the responsibility of the component, "
        "and the pixel, by whose parameter is differentiated: those with a prime, which are j and e here.",
        given=[inside],
        corrected=corrected,
        fault=Fault.NOTATION,
    )
    sheet.line(
        "problem 4, the parameters do not interact",
        r"\text{the $\theta_{kd}$ do not interact, so that each can be optimised individually}",
        Equal((1 - Delta(j, l) * Delta(d, e)) * Gradient(Gradient(expected_density, by), theta[l, d]), zero),
        "The derivative by one parameter does not contain any other one.",
        given=[inside],
    )


def derivative(sheet: Sheet, named: Step) -> None:
    by = theta[j, e]
    of_images = Sum(i, Gradient(L[i], by))
    sheet.line(
        "problem 4, derivative, first equation",
        rf"\frac{{\partial {EXPECTED}}}{{\partial \theta_{{kd}}}} = {SLOPE}",
        Equal(Gradient(complete, by), of_images),
        "The expected value is the constant and the sum of the parts of the images.",
        uses=[named],
        given=[inside],
    )
    sheet.line(
        "problem 4, derivative, second equation",
        rf"{SLOPE} = {EACH} {GAMMA} \left( \frac{{x_{{id}}}}{{\theta_{{kd}}}}"
        r" - \frac{1 - x_{id}}{1 - \theta_{kd}} \right)",
        Equal(of_images, Sum(i, gamma[i, j] * pull(by, x[i][e]))),
        "The derivative for one image, with the right indices, added up.",
        uses=[named],
        given=[inside],
    )


on, off = Sum(i, gamma[i, k] * x[i][d]), Sum(i, gamma[i, k] * (1 - x[i][d]))
total = Sum(i, gamma[i, k])
positive_on, positive_off = Hypothesis(Belongs(on, POSITIVE)), Hypothesis(Belongs(off, POSITIVE))
positive_total = Hypothesis(Belongs(total, POSITIVE))


def roots(sheet: Sheet) -> None:
    """Of which function, and whether there are any."""
    slope = Gradient(expected_under(gamma[i, k]), theta[j, e])
    corrected = sheet.proof.claim(
        "corrected.roots",
        Equal(slope, Sum(i, gamma[i, j] * pull(theta[j, e], x[i][e]))),
        "The derivative whose root is taken is that of the expectation over the responsibilities.",
        given=[inside],
    )
    sheet.line(
        "problem 4, roots, of which expectation",
        r"\frac{\partial \mathbb{E}_{z \sim p_\theta(z)} [\log p(x, z; \theta)]}{\partial \theta_{kd}} = 0",
        Equal(Gradient(expected_under(one / K), theta[j, e]), Gradient(complete, theta[j, e])),
        "As printed the expectation is over the prior p(z), under which every component of an image is equally likely. The "
        "M-step takes it over the responsibilities, as in the lines before.",
        given=[inside],
        corrected=corrected,
        fault=Fault.NOTATION,
    )
    share, rest = on / total, off / total
    some = sheet.proof.claim(
        "roots.count",
        Belongs(total, POSITIVE),
        "The images with the pixel on and those with the pixel off make the count.",
        by=Membership(on + off),
        given=[positive_on, positive_off],
    )
    within = sheet.proof.claim(
        "roots.inside",
        Belongs(share, FRACTION),
        "Then neither part is the whole.",
        by=Membership(complement=rest),
        given=[positive_on, positive_off, positive_total],
    )
    sheet.line(
        "problem 4, roots, that there are any",
        r"\text{the derivative has a root}",
        Belongs(share, FRACTION),
        "Logarithms and derivative exist only for parameters strictly between 0 and 1. If a pixel is on in all images of a "
        "component, or off in all of them, there is no root there; the maximum is on the boundary, where the update "
        "that is printed puts it as well.",
        needs=[positive_on, positive_off],
        by=Instance((), within, (some,)),
    )


def update(sheet: Sheet) -> None:
    by = theta[k, d]
    sheet.line(
        "problem 4, update",
        rf"\frac{{{EACH} \gamma_t(z_i = k) x_{{id}}}}{{{EACH} \gamma_t(z_i = k)}}",
        Iff(Equal(Gradient(complete, by), zero), Equal(by, on / total)),
        "The left side of the update is missing: this is the new theta_kd. It needs a component that answers for some "
        "part of an image, so that N_k > 0; for an empty component every parameter is a root.",
        given=[inside],
        needs=[positive_total],
        by=Solved(by, by * (1 - by)),
    )
    bend = Sum(i, gamma[i, k] * (x[i][d] / by**2 + (1 - x[i][d]) / (1 - by) ** 2))
    sheet.line(
        "problem 4, the root is optimal",
        r"\text{the root is the optimal update}",
        LessEqual(Gradient(Gradient(complete, by), by), zero),
        "A root of the derivative is a maximum because the second derivative is nowhere positive, and the parameters do "
        "not interact. The sheet does not show it; the derivation does, for the boundary as well.",
        given=[inside],
        by=Gap(bend),
        fault=Fault.UNPROVED,
    )
