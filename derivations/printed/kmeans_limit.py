"""Problem 6 as printed: from expectation maximisation to K-means.

Equations 1 to 3 have lost what stands before them; the text says that it is the responsibility, and so they are
read. The text calls some centre k and says which one it means: here z_ik is 1 if k is the centre closest to x_i, and
o_ik is 1 if k is the centre meant that is not closest. With the squared distances r_ik of the points from the
centres, sum_j z_ij r_ij is the smallest one of point i. That something tends to infinity is written as: its
reciprocal tends to zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derivations.calculus.domains import DEFINITE, NONNEGATIVE, ONE_HOT, POSITIVE
from derivations.calculus.expressions import (
    Bracket,
    Exp,
    Expr,
    Identity,
    Index,
    Number,
    Sum,
    at,
    matrices,
    scalar,
    scalars,
    substitute,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, LessEqual, Limit, Maximum
from derivations.kmeans_limit import decay, is_nearest, l, mu, squared, v
from derivations.lemmas.assignment import objective, z
from derivations.lemmas.gaussian import log_normal
from derivations.lemmas.mixture import D, K, N, d, gamma, i, j, k, pi, positive_weights, x
from derivations.lemmas.weights import one, zero
from derivations.proof.methods import Bound, Cases, Gap
from derivations.proof.methods.limits import Composed, Decays
from derivations.proof.printed import Fault, Printed, Sheet
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

POSTERIOR = r"p(\mathbf{x}_i | z_{ik} = 1, \boldsymbol{\mu}_k, \boldsymbol{\Sigma}_k) p(z_{ik} = 1 | \boldsymbol{\pi}_k)"
SQUARED_L, SQUARED_K = (rf"\|\mathbf{{x}}_i - \boldsymbol{{\mu}}_{index}\|^2" for index in "lk")
ARGUMENT = rf"\frac{{-{SQUARED_L} + {SQUARED_K}}}{{2\sigma^2}}"


def lines() -> tuple[Printed, ...]:
    """The printed lines of problem 6, judged, in the sheet's order."""
    proof = Proof(
        name="kmeans_limit",
        problem=6,
        title="From expectation maximisation to K-means, as printed",
        theorem="What the sheet prints, line by line.",
        setting="N points in D dimensions, K centres.",
        source="Problem 6 of the sheet",
    )
    sheet = Sheet(proof)
    squares = proof.define(
        "distances", distance[i, k], squared, "The squared distance of a point from a centre."
    )
    responsibilities(sheet, covariances(sheet), squares)
    fourth_equation(sheet)
    parts = exponentials(proof)
    signs(sheet)
    closest_centre(sheet, parts)
    other_centre(sheet, parts)
    limit = responsibility_in_the_limit(proof, parts)
    lloyd(sheet, limit)
    weights(sheet, parts, limit)
    conclusion(sheet, limit)
    return tuple(sheet.lines)


# ------------------------------------------------------------------------- what is spoken of

Sigma = matrices("Sigma", r"\Sigma", (K,), D, DEFINITE)
distance = scalars("distance", "r", (N, K), NONNEGATIVE)
other = scalars("other", "o", (N, K), ONE_HOT)
rival = scalars("rival", "a", (N, K), ONE_HOT)  # any assignment
weight = scalars("weight", "w", (N,), NONNEGATIVE)
smaller = scalar("smaller", r"\tau^2", POSITIVE)  # another variance

near = Sum(j, z[i, j] * distance[i, j])  # the squared distance from the closest centre,
elsewhere = Sum(j, other[i, j] * distance[i, j])  # and from one that is not closest
weight_of_closest = Sum(j, pi[j] * z[i, j])


def excess(index: Index) -> Expr:
    """By how much a squared distance exceeds the smallest one."""
    return distance[i, index] - near


# random points have a closest centre where each is moved seven eighths of the way to one
seven_eighths = Number(Fraction(7, 8))
beside = Choice(x[i], x[i] / 8 + seven_eighths * Sum(j, z[i, j] * mu[j]))

closest = Hypothesis(LessEqual(near, distance[i, l]), (beside,))
not_closest = Hypothesis(LessEqual(near, elsewhere, strict=True), (beside,))
no_ties = Hypothesis(Equal(Bracket(distance[i, l], "=", near), z[i, l]))
closest_has_weight = Hypothesis(Belongs(weight_of_closest, POSITIVE))
other_has_weight = Hypothesis(Belongs(weight[i], POSITIVE))
filled = Hypothesis(Belongs(Sum(i, z[i, k]), POSITIVE))

TIES = "Closest centres that are equally near share the point in proportion to their weights."
NO_WEIGHT = "A centre with the weight zero never gets a point, however near it is."


def argument(of_l: Expr, of_k: Expr, variance: Expr = v) -> Expr:
    """What stands in the exponential of equation 4, as the text after it has it."""
    return (-of_l + of_k) / (2 * variance)


def denominator(weight_of_k: Expr, of_k: Expr) -> Expr:
    """The denominator of equation 4 (corrected) for a component with this weight, at this squared distance."""
    return Sum(l, pi[l] / weight_of_k * Exp(argument(distance[i, l], of_k)))


density = Exp(log_normal(x[i], mu[k], Sigma[k]))
evidence = Sum(l, pi[l] * at(density, {k: l}))
responsibility = pi[k] * decay(distance[i, k]) / Sum(l, pi[l] * decay(distance[i, l]))


# ---------------------------------------------------------------------- the four equations


def covariances(sheet: Sheet) -> Step:
    """Sigma_k = sigma^2 I."""
    return sheet.define(
        "problem 6, covariances",
        r"\boldsymbol{\Sigma}_k = \sigma^2 \mathbf{I}",
        Sigma[k],
        v * Identity(D),
        "The covariances are known, isotropic and all the same; they are not learned.",
    )


def responsibilities(sheet: Sheet, same: Step, squares: Step) -> None:
    """Equations 1 to 3, before which nothing stands."""
    lost = "What stands before the formula is missing in print; read as the text has it, the responsibility is equal to it."
    bayes = sheet.proof.define(
        "responsibility",
        gamma[i, k],
        pi[k] * density / evidence,
        "The responsibility is the posterior probability of the component, by Bayes' theorem.",
        uses=[same],
    )
    proportional = sheet.proof.claim(
        "corrected.proportional",
        Equal(gamma[i, k] * evidence, pi[k] * density),
        "The factor between the two is the density of the point, which is the same for all components.",
        uses=[bayes],
    )
    sheet.line(
        "problem 6, equation 1",
        POSTERIOR,
        Equal(gamma[i, k], pi[k] * density),
        "This is the numerator of Bayes' theorem alone. The responsibility is proportional to it; a sign for that may "
        "have been lost, together with all that stood before the formula.",
        uses=[bayes],
        corrected=proportional,
    )
    sheet.line(
        "problem 6, equation 2",
        r"\frac{\pi_k \mathcal{N}(\mathbf{x}_i | \boldsymbol{\mu}_k, \boldsymbol{\Sigma}_k)}"
        r"{\sum_{l=1}^K \pi_l \mathcal{N}(\mathbf{x}_i | \boldsymbol{\mu}_l, \boldsymbol{\Sigma}_l)}",
        Equal(gamma[i, k], pi[k] * density / evidence),
        f"Bayes' theorem. {lost}",
        uses=[bayes],
        fault=Fault.NOTATION,
    )
    sheet.line(
        "problem 6, equation 3",
        rf"\frac{{\pi_k \exp\left(-\frac{{{SQUARED_K}}}{{2\sigma^2}}\right)}}"
        rf"{{\sum_{{l=1}}^K \pi_l \exp\left(-\frac{{{SQUARED_L}}}{{2\sigma^2}}\right)}}",
        Equal(gamma[i, k], responsibility),
        f"The factors before the exponentials are the same for all components and cancel. (The squared distance of "
        f"x_i from mu_k is written r_ik.) {lost}",
        uses=[same, bayes, squares],
        fault=Fault.NOTATION,
    )


def fourth_equation(sheet: Sheet) -> None:
    """Equation 4 divides by the numerator."""
    divided = sheet.proof.claim(
        "corrected.divided",
        Equal(responsibility, 1 / denominator(pi[k], distance[i, k])),
        "Divide numerator and denominator by the numerator, which is positive: exponents are subtracted.",
        given=[positive_weights],
    )
    as_printed = Sum(l, pi[l] / pi[k] * Exp(-((distance[i, l] + distance[i, k]) / (2 * v))))
    sheet.line(
        "problem 6, equation 4",
        rf"= \frac{{1}}{{\sum_{{l=1}}^K \frac{{\pi_l}}{{\pi_k}} "
        rf"\exp\left(-\frac{{{SQUARED_L} + {SQUARED_K}}}{{2\sigma^2}}\right)}}",
        Equal(responsibility, 1 / as_printed),
        "To divide by an exponential is to subtract its exponent, so that the two squared distances have different "
        "signs: the minus sign belongs to the first of them alone. The text after it has it right. And pi_k must not "
        "be zero, since the equation divides by it.",
        given=[positive_weights],
        corrected=divided,
    )


# ------------------------------------------------------------------------------ the closest centre


@dataclass(frozen=True)
class Parts:
    """The limit of an exponential, and what is known of the denominator's."""

    exponential: Step
    marked: Step
    positive: Step


def exponentials(proof: Proof) -> Parts:
    """exp(-(r_l - r) / (2 sigma^2)), where r is the smallest squared distance, tends to one where r_l = r."""
    exponential = proof.claim(
        "exponential",
        Limit(decay(excess(l)), v, "zero", is_nearest(excess(l))),
        "No centre is closer than the closest. For one as near the exponent is zero, for any other it decreases "
        "without bound.",
        given=[closest],
        by=Decays(),
    )
    there = proof.claim(
        "closest.distance", Equal(z[i, l] * excess(l), zero), "The closest centre is as near as it is itself."
    )
    marked = proof.claim(
        "closest.marked",
        LessEqual(z[i, l], is_nearest(excess(l))),
        "So it is one of the nearest.",
        by=Cases((there,)),
    )
    positive = proof.claim(
        "closest.mass",
        LessEqual(zero, Sum(l, pi[l] * is_nearest(excess(l))), strict=True),
        "The nearest centres together have at least the weight of the one that is called closest.",
        given=[closest_has_weight],
        by=Gap(weight_of_closest, ((pi[l], marked, (l,)),)),
    )
    return Parts(exponential, marked, positive)


def signs(sheet: Sheet) -> None:
    """The argument of the exponential for the closest centre."""
    sheet.line(
        "problem 6, closest centre, sign",
        rf"{ARGUMENT} \leq 0",
        LessEqual(argument(distance[i, l], near), zero),
        "The closest centre is at most as far away as any other. Equation 4 needs this argument in the place of its own.",
        given=[closest],
        by=Cases(),
    )
    sheet.line(
        "problem 6, closest centre, equality",
        r"\text{for all $l$, with equality if and only if $k = l$}",
        Equal(Bracket(argument(distance[i, l], near), "=", zero), z[i, l]),
        "Only if no other centre is equally near: with two closest centres there is equality for both. (z_il is 1 if l is "
        "the centre meant, which is closest to x_i, so that the sum is its squared distance.)",
        given=[closest],
        needs=[no_ties],
        by=Cases(),
    )


def closest_centre(sheet: Sheet, parts: Parts) -> None:
    """The denominator of equation 4 for the closest centre."""
    sheet.line(
        "problem 6, closest centre, denominator",
        r"\text{for $\sigma \to 0$, the denominator of equation 4 converges to 1}",
        Limit(denominator(weight_of_closest, near), v, "zero", one),
        "Of equation 4 with the right signs, and if no other centre is equally near. With ties it converges to the "
        "weight of all closest centres, divided by pi_k.",
        given=[closest, closest_has_weight],
        needs=[no_ties],
        by=Composed((parts.exponential,), Sum(l, pi[l] / weight_of_closest * decay(excess(l)))),
    )
    sheet.line(
        "problem 6, closest centre, argument for k = l",
        r"\text{if $k = l$, the argument of $\exp(\cdot)$ is exactly zero}",
        Equal(argument(distance[i, k], distance[i, k]), zero),
        "The two squared distances are the same and cancel.",
    )
    sheet.line(
        "problem 6, closest centre, arguments for k != l",
        r"\text{for $k \neq l$ we are exponentiating increasingly negative arguments}",
        LessEqual(
            argument(distance[i, l], near, smaller), argument(distance[i, l], near) + z[i, l], strict=True
        ),
        "Written for two variances tau^2 < sigma^2; the added z_il excepts l = k. A centre that is equally near has the "
        "argument zero for every variance. (That arguments decrease would not be enough for the exponentials to vanish: "
        "they decrease without bound, like -1/sigma^2.)",
        given=[closest, Hypothesis(LessEqual(smaller, v, strict=True))],
        needs=[no_ties],
        by=Cases(),
    )


# ------------------------------------------------------------------------------ any other centre


def other_centre(sheet: Sheet, parts: Parts) -> None:
    """The denominator of equation 4 for a centre that is not closest."""
    sheet.line(
        "problem 6, other centre, sign",
        rf"0 < {ARGUMENT}",
        LessEqual(zero, argument(near, elsewhere), strict=True),
        "A centre that is not closest is farther away than the closest one, and this is the l for which it is shown.",
        given=[closest, not_closest],
        by=Cases(),
    )
    gap = elsewhere - near
    sheet.line(
        "problem 6, other centre, limit",
        rf"{ARGUMENT} \to \infty \quad \text{{as }} \sigma \to 0",
        Limit(1 / argument(near, elsewhere), v, "zero", zero),
        "A positive number divided by one that tends to zero. (Written as: its reciprocal tends to zero.)",
        given=[closest, not_closest],
        by=Composed(form=2 * v / gap),
    )
    sheet.proof.define(
        "other.weight",
        weight[i],
        Sum(j, other[i, j] * pi[j]),
        "The weight of the centre that is not closest.",
    )
    vanishing = sheet.proof.claim(
        "other.exponential",
        Limit(decay(gap), v, "zero", zero),
        "It is farther away than the closest one.",
        given=[not_closest],
        by=Decays(),
    )
    form = weight[i] * decay(gap) / Sum(l, pi[l] * decay(excess(l)))
    sheet.line(
        "problem 6, other centre, denominator",
        r"\text{consequently, the denominator of equation 4 diverges to $\infty$}",
        Limit(1 / denominator(weight[i], elsewhere), v, "zero", zero),
        "If the closest centre has a positive weight. Otherwise its term is zero, however large the exponential is. "
        "(o_ij is 1 for the centre meant, w_i is its weight. Written as: the reciprocal tends to zero.)",
        given=[closest, not_closest, other_has_weight],
        needs=[closest_has_weight],
        by=Composed((parts.exponential, vanishing), form, (parts.positive,)),
    )


# ------------------------------------------------------------------------------ what follows


def responsibility_in_the_limit(proof: Proof, parts: Parts) -> Step:
    """The responsibilities tend to z."""
    single = proof.claim(
        "exponential.single",
        Limit(decay(excess(l)), v, "zero", z[i, l]),
        "Without ties only the exponential of the closest centre stays.",
        given=[closest, no_ties],
        by=Composed((parts.exponential,)),
    )
    return proof.claim(
        "responsibility.limit",
        Limit(responsibility, v, "zero", z[i, k]),
        "Take the largest exponential out of numerator and denominator; what is left tends to the weight of the "
        "closest centre, divided by itself, and to zero for the others.",
        given=[closest, no_ties, closest_has_weight],
        by=Composed((single,), pi[k] * decay(excess(k)) / Sum(l, pi[l] * decay(excess(l)))),
    )


def lloyd(sheet: Sheet, limit: Step) -> None:
    """The two steps of Lloyd's algorithm."""
    sheet.line(
        "problem 6, one-hot responsibilities",
        r"\text{the responsibilities degenerate to a one-hot assignment of $\mathbf{x}_i$ to the closest component}",
        limit.statement,
        f"If there is one closest centre, and its weight is positive. {TIES} {NO_WEIGHT}",
        given=[closest],
        needs=[no_ties, closest_has_weight],
        by=Composed((limit,)),
    )
    sheet.line(
        "problem 6, step 1",
        r"\text{this coincides with step 1 of Lloyd's algorithm}",
        LessEqual(near, Sum(j, rival[i, j] * distance[i, j])),
        "Step 1 assigns every point so that the objective is smallest; no assignment is better than to the closest.",
        given=[closest],
        by=Gap(Sum(l, rival[i, l] * excess(l))),
    )
    centroid = Sum(i, z[i, k] * x[i]) / Sum(i, z[i, k])
    total = objective(squared)
    moved = centroid - mu[k]
    smallest = sheet.proof.claim(
        "centroids.bound",
        LessEqual(-total, -substitute(total, mu[k], centroid)),
        "In each cluster the objective exceeds that of the centroid by the number of points times the squared distance "
        "between the two.",
        given=[filled],
        by=Gap(Sum(k, Sum(i, z[i, k]) * (moved.T @ moved))),
    )
    sheet.line(
        "problem 6, step 2",
        r"\text{one-hot responsibilities in the general M-step yield step 2 of Lloyd's algorithm}",
        Maximum(-total, (Choice(mu[k], centroid),)),
        "With one-hot responsibilities the M-step moves each centre to the average of its points, which makes the "
        "objective of K-means smallest, as step 2 does. A centre without points has no average: 0/0.",
        needs=[filled],
        by=Bound(smallest),
    )


def weights(sheet: Sheet, parts: Parts, limit: Step) -> None:
    """With any weights the limit is that with equal ones."""
    positive = sheet.proof.claim(
        "closest.count",
        LessEqual(zero, Sum(l, is_nearest(excess(l))), strict=True),
        "There is at least one nearest centre.",
        by=Gap(one, ((one, parts.marked, (l,)),)),
    )
    equal_weights = decay(distance[i, k]) / Sum(l, decay(distance[i, l]))
    shifted = decay(excess(k)) / Sum(l, decay(excess(l)))
    sheet.line(
        "problem 6, weights",
        r"\text{the $\pi_k$ are irrelevant, as $\pi_l / \pi_k$ always gets overshadowed by the $\exp(\cdot)$ next to it}",
        Limit(responsibility - equal_weights, v, "zero", zero),
        "Compared with equal weights, which cancel. Not always: zero times anything is zero, so that the closest centre "
        "must have a weight; and between centres that are equally near the weights decide.",
        given=[closest],
        needs=[no_ties, closest_has_weight],
        by=Composed((limit, parts.exponential), responsibility - shifted, (positive,)),
    )


def conclusion(sheet: Sheet, limit: Step) -> None:
    """A step of expectation maximisation becomes one of Lloyd's."""
    average = Sum(i, responsibility * x[i][d]) / Sum(i, responsibility)
    sheet.line(
        "problem 6, conclusion",
        r"\text{Lloyd's algorithm is a special case of the EM algorithm for GMM}",
        Limit(average, v, "zero", Sum(i, z[i, k] * x[i][d]) / Sum(i, z[i, k])),
        "It is a limiting case: at a positive variance all responsibilities of centres that have a weight lie strictly "
        "between zero and one, if there are two such centres. But in the limit an E-step and an M-step are the two steps of Lloyd's algorithm, as long "
        "as there are no ties, closest centres have a weight, and every cluster has points. (The mean of a centre "
        "without points tends to one of the points, as a rule.)",
        given=[closest],
        needs=[no_ties, closest_has_weight, filled],
        by=Composed((limit,)),
    )
