"""Problem 5: mean and covariance of a mixture.

Theorem. Let z be a component, drawn with the weights pi, and x a point drawn from that component, which has the
mean mu_k and the covariance Sigma_k. Then, for any number of components K and dimensions D and any Sigma_k,

    E[x] = sum_k pi_k mu_k = m,    E[xx'] = sum_k pi_k (Sigma_k + mu_k mu_k'),
    Cov[x] = E[xx'] - mm' = sum_k pi_k Sigma_k + sum_k pi_k (mu_k - m)(mu_k - m)':

the covariance within the components plus that between them, which is positive semidefinite. It is derived twice:
by iterated expectations for any components, and for Gaussian ones from the moment generating function.

An expectation is written as a sum over the outcomes s of an experiment, with probabilities. For densities the sum
becomes an integral: all that is used is that expectations are linear and that the expectation of 1 is 1.

Source: problem 5 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), equations 9.49 and 9.50.
"""

from __future__ import annotations

from derivations.calculus.domains import DEFINITE, NONNEGATIVE, POSITIVE, SEMIDEFINITE, SIMPLEX
from derivations.calculus.expressions import (
    At,
    Expr,
    Gradient,
    Identity,
    Log,
    Sum,
    Trace,
    Zero,
    as_expr,
    matrices,
    matrix,
    scalar,
    scalars,
    sizes,
    sum_over,
    vector,
    vectors,
)
from derivations.calculus.statements import Belongs, Equal, Hypothesis
from derivations.lemmas.gaussian_moments import derive_generating_function, generating, t
from derivations.lemmas.mixture import D, K, d, e, j, k, pi
from derivations.proof.axioms import ITERATED_EXPECTATIONS, MOMENTS
from derivations.proof.methods import Membership
from derivations.proof.proof import Proof
from derivations.proof.steps import Derivation, Step

(S,) = sizes("S")
s, r = S.indices("s r")

x = vectors("x", "x", (S,), D)
chance = scalars("chance", "q", (K, S), SIMPLEX)
probability = scalars("probability", "p", (S,), SIMPLEX)
f = scalars("f", "f", (S,))
mu = vectors("mu", r"\mu", (K,), D)
Sigma = matrices("Sigma", r"\Sigma", (K,), D, SEMIDEFINITE)
mean = vector("mean", "m", D)
second = matrix("second", "R", D)
covariance = matrix("covariance", "C", D, domain=SEMIDEFINITE)
moment_function = scalar("moment_function", "M", POSITIVE)
weight = scalars("weight", "w", (K,), NONNEGATIVE)
variance = scalars("variance", "v", (K,), NONNEGATIVE)

definite_components = Hypothesis(Belongs(Sigma[k], DEFINITE))
one = as_expr(1)


def square(vector_: Expr) -> Expr:
    """The matrix v v'."""
    return vector_ @ vector_.T


def expected(value: Expr) -> Expr:
    """The expectation of a value that depends on the outcome s."""
    return Sum(s, probability[s] * value)


def within_component(value: Expr) -> Expr:
    """Its expectation given component k."""
    return Sum(s, chance[k, s] * value)


second_moment = Sum(k, pi[k] * (Sigma[k] + square(mu[k])))
within = Sum(k, pi[k] * Sigma[k])
between = Sum(k, pi[k] * square(mu[k] - mean))
centred = Sum(k, pi[k] * (Sigma[k] + square(mu[k] - mean)))


def exercise(proof: Proof) -> None:
    """The problem as a class gets it."""
    proof.exercise(
        "The vector x is drawn from a mixture of K components with weights pi_k; component k has mean mu_k and "
        "covariance Sigma_k, and need not be Gaussian. (a) Derive the expectation of x. (b) Derive its covariance. "
        "(c) Write the covariance so that one sees that it is positive semidefinite, and that a computer loses no digits "
        "where the means are large. (d) What does it become if every covariance is a multiple of the identity?",
        hints=(
            "Suppose you knew the component. Average afterwards.",
            "Begin with the expectation of x x'. How is it related, within one component, to the mean and the covariance?",
            "For (c), split the deviation from the overall mean in two: from the mean of the component, and of that mean. "
            "Which products vanish on average?",
        ),
        answers={
            "a": ("mean.mixture",),
            "b": ("covariance.mixture",),
            "c": ("covariance.centred", "covariance.semidefinite"),
            "d": ("isotropic",),
        },
    )


def derive() -> Derivation:
    """The derivation, judged step by step."""
    proof = Proof(
        name="mixture_moments",
        problem=5,
        title="Mean and covariance of a mixture",
        theorem="The mean of a mixture is the weighted average of the means of its components. Its covariance is the "
        "weighted average of their covariances plus the covariance of their means, and so positive semidefinite.",
        setting="K components in D dimensions with weights pi_k, means mu_k and covariances Sigma_k. Expectations are "
        "sums over the outcomes s of an experiment; for densities they are integrals.",
        source="Problem 5 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), section 9.3.3",
    )
    exercise(proof)
    definitions = components(proof)
    center, steps = moments(proof, definitions)
    stable = parts(proof, definitions, center)
    isotropic(proof, center)
    generating_function(proof, center)
    proof.update("mean", mean, Sum(k, pi[k] * mu[k]), steps[0])
    proof.update("second", second, second_moment, steps[1])
    proof.update("covariance", covariance, centred, stable, [center])
    return proof.finish()


def components(proof: Proof) -> list[Step]:
    """Outcomes of the mixture and of its components, and the law of iterated expectations."""
    proof.section("The law of iterated expectations")
    mixed = proof.define(
        "probability",
        probability[s],
        Sum(k, pi[k] * chance[k, s]),
        "Draw a component first, then an outcome with the probabilities of that component.",
    )
    proof.claim(
        "iterated",
        Equal(expected(f[s]), Sum(k, pi[k] * within_component(f[s]))),
        "Exchange the two sums: the expectation of any quantity is the weighted average of its expectations within the "
        "components. For densities the sum over the outcomes is an integral, and the law is the same.",
        uses=[mixed],
        citing=[ITERATED_EXPECTATIONS],
    )
    means = proof.define("mu", mu[k], within_component(x[s]), "The mean of a component.")
    covariances = proof.define(
        "Sigma",
        Sigma[k],
        within_component(square(x[s] - mu[k])),
        "Its covariance: the expected square of the distance from the mean.",
    )
    return [mixed, means, covariances]


def moments(proof: Proof, definitions: list[Step]) -> tuple[Step, list[Step]]:
    """Mean, second moment and covariance of the mixture."""
    proof.section("Mean and covariance")
    average = Sum(r, probability[r] * x[r])
    proof.claim(
        "identity",
        Equal(expected(square(x[s] - average)), expected(square(x[s])) - square(average)),
        "For every distribution, written with finitely many outcomes s: multiply out. The two mixed terms take the square of "
        "the average away once each, and the last term gives it back once.",
    )
    proof.claim(
        "component",
        Equal(within_component(square(x[s])), Sigma[k] + square(mu[k])),
        "The same within a component, solved for the second moment.",
        uses=definitions[1:],
    )
    center = proof.define(
        "mean", mean, Sum(k, pi[k] * mu[k]), "The weighted average of the means of the components."
    )
    first = proof.claim(
        "mean.mixture",
        Equal(expected(x[s]), mean),
        "Iterate the expectation: within component k the mean is mu_k.",
        uses=[center, *definitions],
    )
    squares = proof.claim(
        "second.mixture",
        Equal(expected(square(x[s])), second_moment),
        "Iterate it again: within component k the second moment is Sigma_k plus the square of mu_k.",
        uses=definitions,
    )
    spread = proof.claim(
        "covariance.mixture",
        Equal(expected(square(x[s] - mean)), second_moment - square(mean)),
        "The covariance is the second moment less the square of the mean.",
        uses=[center, *definitions],
    )
    proof.claim(
        "covariance.double",
        Equal(square(mean), sum_over(k, j, pi[k] * pi[j] * (mu[k] @ mu[j].T))),
        "Written out, the square of the mean is a double sum over pairs of components.",
        uses=[center],
    )
    return center, [first, squares, spread]


def parts(proof: Proof, definitions: list[Step], center: Step) -> Step:
    """Within and between; what happens if the weights do not sum to one; definiteness."""
    proof.section("Within and between")
    total = second_moment - square(mean)
    proof.claim(
        "between",
        Equal(total, within + between),
        "Multiply the squares out again. The weights sum to one, so that of the three terms in m one remains. The first "
        "part is the average covariance within the components, the second the covariance between their means.",
        uses=[center],
    )
    stable = proof.claim(
        "covariance.centred",
        Equal(expected(square(x[s] - mean)), centred),
        "So this is the covariance too. No large numbers are subtracted from each other, however far the means are from "
        "the origin: this is the form to compute with.",
        uses=[center, *definitions],
    )
    defect(proof)
    definiteness(proof, center)
    return stable


def defect(proof: Proof) -> None:
    """That the weights sum to one is needed."""
    balance = Sum(j, weight[j] * mu[j])
    proof.claim(
        "between.defect",
        Equal(
            Sum(k, weight[k] * (Sigma[k] + square(mu[k]))) - square(balance),
            Sum(k, weight[k] * Sigma[k])
            + Sum(k, weight[k] * square(mu[k] - balance))
            + (1 - Sum(k, weight[k])) * square(balance),
        ),
        "That the weights sum to one is needed: for other weights w the two forms differ by the last term, which "
        "vanishes only if they sum to one or if the weighted sum of the means is zero.",
    )


def definiteness(proof: Proof, center: Step) -> None:
    """A covariance is positive semidefinite; with definite components, definite."""
    total = second_moment - square(mean)
    proof.claim(
        "covariance.semidefinite",
        Belongs(total, SEMIDEFINITE),
        "Written as within plus between, it is a sum of covariances and of squares with weights that are not negative.",
        by=Membership(form=within + between),
        uses=[center],
    )
    proof.claim(
        "covariance.definite",
        Belongs(total, DEFINITE),
        "If every component has a positive definite covariance, so has the mixture: some weight is positive.",
        by=Membership(form=within + between),
        uses=[center],
        given=[definite_components],
    )


def isotropic(proof: Proof, center: Step) -> None:
    """Sigma_k = v_k I."""
    proof.section("Isotropic components")
    average = Sum(k, pi[k] * variance[k])
    total = Sum(k, pi[k] * (variance[k] * Identity(D) + square(mu[k]))) - square(mean)
    proof.claim(
        "isotropic",
        Equal(total, average * Identity(D) + between),
        "If the covariances are multiples of the identity, so is their average. The mixture as a whole need not be "
        "isotropic: it is longer in the directions in which the means differ more.",
        uses=[center],
    )
    proof.claim(
        "isotropic.trace",
        Equal(
            Trace(total),
            D * average + Sum(k, pi[k] * ((mu[k] - mean).T @ (mu[k] - mean))),
        ),
        "The expected squared distance from the mean is D times the average variance plus the average squared distance "
        "of the components' means from it.",
        uses=[center],
    )


def generating_function(proof: Proof, center: Step) -> None:
    """The same moments as derivatives of the moment generating function at zero."""
    proof.section("The same from the moment generating function")
    derive_generating_function(proof)
    function = proof.define(
        "mgf",
        moment_function,
        Sum(k, pi[k] * generating(t, mu[k], Sigma[k])),
        "The expectation of exp(t' x), as a function of t. By linearity that of the mixture is the weighted average of "
        "those of its components, which are Gaussian here.",
    )
    gradient, hessian, logarithm = derivatives(proof, function)
    origin = Zero((D, 1))
    slope = Gradient(moment_function, t)
    proof.claim(
        "mgf.total",
        Equal(At(moment_function, t, origin), one),
        "At zero it is the sum of the weights.",
        uses=[function],
        citing=[ITERATED_EXPECTATIONS],
    )
    proof.claim(
        "mgf.mean",
        Equal(At(slope, t, origin), mean),
        "The gradient at zero is the mean: each exponential contributes the gradient of its exponent, which is mu_k.",
        uses=[function, center, gradient],
        citing=[MOMENTS],
    )
    proof.claim(
        "mgf.second",
        Equal(At(Gradient(slope[d], t)[e], t, origin), second_moment[d, e]),
        "The second derivatives at zero are the second moments: the exponent contributes its second derivatives Sigma_k "
        "and the products of its first ones.",
        uses=[function, hessian],
        citing=[MOMENTS],
    )
    logarithmic = Gradient(Log(moment_function), t)
    proof.claim(
        "mgf.covariance",
        Equal(At(Gradient(logarithmic[d], t)[e], t, origin), (second_moment - square(mean))[d, e]),
        "The second derivatives of its logarithm at zero are the covariances: the quotient rule subtracts the product "
        "of the means.",
        uses=[function, center, logarithm, hessian, gradient],
        citing=[MOMENTS],
    )


def derivatives(proof: Proof, function: Step) -> tuple[Step, Step, Step]:
    """The derivatives of the moment generating function, first and second, and the second ones of its logarithm."""
    component = generating(t, mu[k], Sigma[k])
    direction = mu[k] + Sigma[k] @ t
    slope = Gradient(moment_function, t)
    gradient = proof.compute(
        "mgf.gradient",
        slope,
        Sum(k, pi[k] * component * direction),
        "The exponential of each component contributes itself times the gradient of its exponent.",
        uses=[function],
    )
    hessian = proof.compute(
        "mgf.hessian",
        Gradient(slope[d], t)[e],
        Sum(k, pi[k] * component * (Sigma[k][d, e] + direction[d] * direction[e])),
        "By the product rule: the gradient of the exponent has the derivative Sigma_k, and the exponential contributes "
        "itself times that gradient once more.",
        uses=[function],
    )
    logarithm = proof.compute(
        "mgf.logarithm",
        Gradient(Gradient(Log(moment_function), t)[d], t)[e],
        Gradient(slope[d], t)[e] / moment_function - slope[d] * slope[e] / moment_function**2,
        "The gradient of the logarithm is the gradient divided by the function; then the quotient rule.",
        uses=[function],
    )
    return gradient, hessian, logarithm


if __name__ == "__main__":
    from reports.cli import main_derivation

    raise SystemExit(main_derivation(derive))
