"""Problem 7 as printed: the sum of two independent Gaussian mixtures.

That x and y are independent stands nowhere on the sheet, though drawing one after the other means it. Dependent
variables are written with one symbol more, so that independence is an equation: within a pair of components
y = mu_y + A (x - mu_x) + e, with e independent of x, where A = 0 says that y is independent of x; and q_kl is the
probability of the component l of y when that of x is k. Distributions are compared by moment generating functions.
"""

from __future__ import annotations

from derivations.calculus.domains import POSITIVE, SEMIDEFINITE, SIMPLEX
from derivations.calculus.expressions import (
    Exp,
    Identity,
    Sum,
    Zero,
    matrix,
    scalar,
    scalars,
    sum_over,
    vector,
)
from derivations.calculus.statements import Equal, Hypothesis
from derivations.gmm_convolution import (
    Kx,
    Ky,
    Sigma_x,
    Sigma_y,
    j,
    k,
    l,
    moment_function,
    mu_x,
    mu_y,
    of_x,
    of_y,
    one,
    pi_x,
    pi_y,
    x,
    y,
    z,
)
from derivations.lemmas.gaussian import log_normal
from derivations.lemmas.gaussian_moments import generating, t
from derivations.lemmas.mixture import D
from derivations.proof.printed import Fault, Printed, Sheet
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

BOTH = r"\sum_{k=1}^{K_x} \sum_{l=1}^{K_y} \pi_k^x \pi_l^y"
NORMAL = r"\mathcal{N}(\mu_k^x + \mu_l^y, \Sigma_k^x + \Sigma_l^y)"


def lines() -> tuple[Printed, ...]:
    """The printed lines of problem 7, judged, in the sheet's order."""
    proof = Proof(
        name="gmm_convolution",
        problem=7,
        title="The sum of two independent Gaussian mixtures, as printed",
        theorem="What the sheet prints, line by line.",
        setting="Mixtures of Kx and Ky components in D dimensions.",
        source="Problem 7 of the sheet",
    )
    sheet = Sheet(proof)
    named = statement(sheet)
    one_pair(sheet, named)
    pairs(sheet)
    density_of_the_sum(sheet)
    return tuple(sheet.lines)


# ------------------------------------------------------------------------- what is spoken of

density_x, density_y = scalar("density_x", "p(x)", POSITIVE), scalar("density_y", "p(y)", POSITIVE)
point = vector("point", "z", D)  # at which the density of the sum is taken
slope = matrix("slope", "A", D)
rest = matrix("rest", "R", D, domain=SEMIDEFINITE)  # the covariance of e
chance = scalars("chance", "q", (Kx, Ky), SIMPLEX)

independent_vectors = Hypothesis(Equal(slope, Zero((D, D))))
independent_components = Hypothesis(Equal(chance[k, l], pi_y[l]))

mean_of_pair, covariance_of_pair = mu_x[k] + mu_y[l], Sigma_x[k] + Sigma_y[l]
weight_of_y = Sum(j, pi_x[j] * chance[j, l])  # whatever the component of x is


def statement(sheet: Sheet) -> Step:
    """The two mixtures, and what z is."""
    for name, symbol, mixture, at in (("x", density_x, of_x, x), ("y", density_y, of_y, y)):
        letter = "k" if name == "x" else "l"
        sheet.define(
            f"problem 7, density of {name}",
            rf"p(\mathbf{{{name}}} | \theta^{name}) = \sum_{{{letter}=1}}^{{K_{name}}} \pi_{letter}^{name} "
            rf"\mathcal{{N}}(\mathbf{{{name}}} | \mu_{letter}^{name}, \Sigma_{letter}^{name})",
            symbol,
            mixture.density(at),
            f"The density of {name}, which comes from one of K_{name} components.",
        )
    return sheet.define(
        "problem 7, the random variable z",
        r"\text{and the random variable}",
        z,
        x + y,
        "What z is has been lost in print; the solution says that it is the sum. That x and y are independent is not "
        "stated at all, and without it the answer is false.",
        fault=Fault.NOTATION,
    )


def one_pair(sheet: Sheet, named: Step) -> None:
    """How z is drawn, and its distribution for one pair of components."""
    sheet.line(
        "problem 7, drawing z",
        r"\mathbf{z} = \mathbf{x} + \mathbf{y}",
        Equal(z, x + y),
        "To draw x and y independently and to add them: that is what 'sum' means here.",
        uses=[named],
    )
    moved = Identity(D) + slope
    drawn = (
        Exp(t.T @ (mu_y[l] - slope @ mu_x[k]))
        * generating(moved.T @ t, mu_x[k], Sigma_x[k])
        * generating(t, Zero((D, 1)), rest)
    )
    covariance_of_y = slope @ Sigma_x[k] @ slope.T + rest
    sheet.line(
        "problem 7, distribution for one pair",
        rf"\text{{$\mathbf{{z}}$, the sum of two normally distributed variables, follows $\mathbf{{z}} \sim {NORMAL}$}}",
        Equal(drawn, generating(t, mean_of_pair, Sigma_x[k] + covariance_of_y)),
        "The means add always, the covariances only if x and y are independent (A = 0): otherwise the covariances of "
        "x with y are added as well. For y = -x the sum is zero. And without independence the sum of two normally "
        "distributed variables need not even be normally distributed. Here y = mu_y + A (x - mu_x) + e, where e is "
        "independent of x and has the covariance R.",
        needs=[independent_vectors],
    )


def pairs(sheet: Sheet) -> None:
    """How many pairs there are, and how probable they are."""
    sheet.line(
        "problem 7, number of pairs",
        r"\text{there are $K_x \cdot K_y$ such possible $(k, l)$ combinations}",
        Equal(sum_over(k, l, one), Kx * Ky),
        "For each of the components of x there are all components of y.",
    )
    sheet.line(
        "problem 7, probability of a pair",
        r"\text{each having probability $\pi_k^x \pi_l^y$}",
        Equal(pi_x[k] * chance[k, l], pi_x[k] * weight_of_y),
        "Only if the components are drawn independently: q_kl, the probability of l when the component of x is k, is then "
        "the same for all k. In general the weight of l is the average of them.",
        needs=[independent_components],
    )
    sheet.line(
        "problem 7, a mixture of Kx Ky Gaussians",
        r"\text{that is, $p(\mathbf{z} | \theta^x, \theta^y)$ is a mixture of $K_x K_y$ Gaussians}",
        Equal(sum_over(k, l, pi_x[k] * pi_y[l]), one),
        "The probabilities of the pairs are the weights of a mixture: none is negative, and they sum to one. Pairs with "
        "the same mean and the same covariance are one component, so that there may be fewer different ones.",
    )


def density_of_the_sum(sheet: Sheet) -> None:
    """The density, and the argument that it is said to follow from."""
    generated = sum_over(k, l, pi_x[k] * pi_y[l] * generating(t, mean_of_pair, covariance_of_pair))
    sheet.line(
        "problem 7, reference to an argument",
        r"\text{it follows from the argument in 4)}",
        Equal(moment_function(of_x) * moment_function(of_y), generated),
        "There is no 4) here; what is meant is the explanation before it. The moment generating function of the sum of "
        "independent variables is the product of theirs, and multiplied out it is that of the mixture over all pairs.",
        fault=Fault.NOTATION,
    )
    normal = Exp(log_normal(point, mean_of_pair, covariance_of_pair))
    sheet.line(
        "problem 7, density of z",
        rf"p(\mathbf{{z}} | \theta^x, \theta^y) = {BOTH} "
        r"\mathcal{N}(\mathbf{z} | \mu_k^x + \mu_l^y, \Sigma_k^x + \Sigma_l^y)",
        Equal(
            sum_over(k, l, pi_x[k] * chance[k, l] * normal),
            sum_over(k, l, pi_x[k] * weight_of_y * normal),
        ),
        "The densities of all pairs, weighted with their probabilities. These are the products of the weights only if the "
        "components are drawn independently; here q_kl is the probability of l when the component of x is k.",
        needs=[independent_components],
    )
