"""Problem 5 as printed: mean and covariance of a mixture.

As in the derivation, an expectation is a sum over the outcomes s of an experiment; for densities it is an integral.
The component k has the mean mu_k and the covariance Sigma_k, as a Gaussian with these parameters has; nothing else is
used of it. The outer expectation of an iterated one is taken over everything, component and outcome.
"""

from __future__ import annotations

from derivations.calculus.domains import POSITIVE, SEMIDEFINITE
from derivations.calculus.expressions import Exp, Identity, Sum, matrices, scalar, sum_over, vector
from derivations.calculus.statements import Equal, Hypothesis
from derivations.lemmas.gaussian import log_normal
from derivations.lemmas.mixture import D, K, j, k, pi
from derivations.mixture_moments import (
    Sigma,
    chance,
    definite_components,
    expected,
    mu,
    probability,
    r,
    s,
    second_moment,
    square,
    variance,
    within_component,
    x,
)
from derivations.proof.printed import Fault, Printed, Sheet
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

OUTER, INNER = (
    r"\mathbb{E}[\mathbf{x}\mathbf{x}^T]",
    r"\mathbb{E}[\mathbf{x}\mathbf{x}^T \mid \mathbf{z} = k]",
)
COVARIANCE = r"\text{Cov}[\mathbf{x}]"
IDENTITY = rf"{COVARIANCE} = {OUTER} - \mathbb{{E}}[\mathbf{{x}}]\mathbb{{E}}[\mathbf{{x}}]^T"
WEIGHTED = r"\sum_{k=1}^K \pi_k"
GIVEN_K = r"[\mathbf{x} \mid \mathbf{z} = k]"
MOMENTS = r"\boldsymbol{\Sigma}_k + \boldsymbol{\mu}_k \boldsymbol{\mu}_k^T"


def lines() -> tuple[Printed, ...]:
    """The printed lines of problem 5, judged, in the sheet's order."""
    proof = Proof(
        name="mixture_moments",
        problem=5,
        title="Mean and covariance of a mixture, as printed",
        theorem="What the sheet prints, line by line.",
        setting="K components in D dimensions.",
        source="Problem 5 of the sheet",
    )
    sheet = Sheet(proof)
    mixed = proof.define(
        "outcomes",
        probability[s],
        Sum(k, pi[k] * chance[k, s]),
        "Draw a component first, then an outcome with the probabilities of that component.",
    )
    statement(sheet)
    mean(sheet, mixed)
    second_moments(sheet, mixed)
    covariance(sheet, mixed)
    return tuple(sheet.lines)


# ------------------------------------------------------------------------- what is spoken of

isotropic = matrices("isotropic", r"\Sigma", (K,), D, SEMIDEFINITE)
point = vector("point", "x", D)
density = scalar("density", "p(x)", POSITIVE)

has_mean = Hypothesis(Equal(mu[k], within_component(x[s])))
has_covariance = Hypothesis(Equal(Sigma[k], within_component(square(x[s] - mu[k]))))

average = Sum(r, probability[r] * x[r])
average_within = Sum(r, chance[k, r] * x[r])
squares_within = Sum(r, chance[k, r] * square(x[r]))
covariance_within = Sum(r, chance[k, r] * square(x[r] - within_component(x[s])))
spread = expected(square(x[s] - average))
from_squares = expected(square(x[s])) - square(average)


def statement(sheet: Sheet) -> None:
    """The mixture, and the hint."""
    sheet.define(
        "problem 5, isotropic components",
        r"\text{a mixture of $K$ isotropic Gaussians}",
        isotropic[k],
        variance[k] * Identity(D),
        "Isotropic means that every covariance is a multiple of the identity. But the density after it has any "
        "covariances Sigma_k, and so has the solution, which holds for all of them: the word is not needed.",
        fault=Fault.MISFIT,
    )
    sheet.define(
        "problem 5, density",
        r"p(\mathbf{x}) = \sum_k \pi_k \mathcal{N}(\mathbf{x} \mid \boldsymbol{\mu}_k, \boldsymbol{\Sigma}_k)",
        density,
        Sum(k, pi[k] * Exp(log_normal(point, mu[k], Sigma[k]))),
        "The density of a mixture of Gaussians, with weights that are not negative and sum to one.",
        given=[definite_components],
    )
    sheet.line(
        "problem 5, hint",
        IDENTITY,
        Equal(spread, from_squares),
        "True of every distribution: multiply out the expected square of the distance from the mean.",
    )


def mean(sheet: Sheet, mixed: Step) -> None:
    """The mean, which is asked for."""
    sheet.line(
        "problem 5, mean",
        r"\text{for $\mathbb{E}[\mathbf{x}]$ we use the law of iterated expectations}",
        Equal(expected(x[s]), Sum(k, pi[k] * mu[k])),
        "By the law the expectation of x is the sum over k of pi_k times the expectation in component k, which is mu_k. "
        "That is asked for, and used in the last line, but never written down.",
        uses=[mixed],
        given=[has_mean],
        fault=Fault.UNPROVED,
    )


def second_moments(sheet: Sheet, mixed: Step) -> None:
    """The display for E[xx']."""
    iterated = sum_over(k, s, pi[k] * chance[k, s] * squares_within)
    conditional = Sum(k, pi[k] * squares_within)
    split = Sum(k, pi[k] * (covariance_within + square(average_within)))
    sheet.line(
        "problem 5, second moment, law of iterated expectations",
        rf"{OUTER} = \mathbb{{E}}_{{\mathbf{{z}}}} [\mathbb{{E}}[\mathbf{{x}}\mathbf{{x}}^T \mid \mathbf{{z}}]]",
        Equal(expected(square(x[s])), iterated),
        "The law of iterated expectations.",
        uses=[mixed],
    )
    sheet.line(
        "problem 5, second moment, first line",
        rf"\mathbb{{E}}_{{\mathbf{{z}}}} [\mathbb{{E}}[\mathbf{{x}}\mathbf{{x}}^T \mid \mathbf{{z}}]] "
        rf"= {WEIGHTED} {INNER}",
        Equal(iterated, conditional),
        "The inner expectation depends on the component alone, which is k with the probability pi_k.",
    )
    sheet.line(
        "problem 5, second moment, second line",
        rf"{WEIGHTED} {INNER} = {WEIGHTED} (\text{{Cov}}{GIVEN_K} + \mathbb{{E}}{GIVEN_K} \mathbb{{E}}{GIVEN_K}^T)",
        Equal(conditional, split),
        "The hint, used within each component and solved for the second moment.",
    )
    sheet.line(
        "problem 5, second moment, third line",
        rf"{WEIGHTED} (\text{{Cov}}{GIVEN_K} + \mathbb{{E}}{GIVEN_K} \mathbb{{E}}{GIVEN_K}^T) = {WEIGHTED} ({MOMENTS})",
        Equal(split, second_moment),
        "Mean and covariance of a Gaussian are its parameters.",
        given=[has_mean, has_covariance],
    )


def covariance(sheet: Sheet, mixed: Step) -> None:
    """The last display."""
    pairs = sum_over(k, j, pi[k] * pi[j] * (mu[k] @ mu[j].T))
    sheet.line(
        "problem 5, covariance, the hint used",
        IDENTITY,
        Equal(spread, from_squares),
        "The hint again.",
        uses=[mixed],
    )
    sheet.line(
        "problem 5, covariance",
        rf"{OUTER} - \mathbb{{E}}[\mathbf{{x}}]\mathbb{{E}}[\mathbf{{x}}]^T = {WEIGHTED} ({MOMENTS}) "
        r"- \sum_{k=1}^K \sum_{j=1}^K \pi_k \pi_j \boldsymbol{\mu}_k \boldsymbol{\mu}_j^T",
        Equal(from_squares, second_moment - pairs),
        "The square of the mean is a double sum over pairs of components. (For computing, the squares of mu_k less the "
        "mean are better: no large numbers are subtracted from each other.)",
        uses=[mixed],
        given=[has_mean, has_covariance],
    )
