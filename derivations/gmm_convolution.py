"""Problem 7: the sum of two independent Gaussian mixtures.

Theorem. Let x and y be independent, x from a Gaussian mixture with K_x components and y from one with K_y, both in
D dimensions. Then z = x + y is a Gaussian mixture with at most K_x K_y different components: one for every pair
(k, l), with

    weight pi^x_k pi^y_l,    mean mu^x_k + mu^y_l,    covariance Sigma^x_k + Sigma^y_l.

It is shown twice, by moment generating functions and by completing the square in the convolution integral. Without
independence it is false.

Source: problem 7 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), section 2.3, for the square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.calculus.domains import DEFINITE, NONNEGATIVE, POSITIVE, SIMPLEX
from derivations.calculus.expressions import (
    Delta,
    Exp,
    Expr,
    Identity,
    Index,
    Log,
    LogDet,
    LogSumExp,
    Number,
    Ordered,
    Sum,
    Trace,
    Zero,
    inv,
    matrices,
    matrix,
    quadratic,
    scalars,
    sizes,
    sum_over,
    vector,
    vectors,
)
from derivations.calculus.statements import Belongs, Equal, Hypothesis, Iff, LessEqual
from derivations.lemmas.gaussian import log_normal
from derivations.lemmas.gaussian_moments import derive_generating_function, generating, t
from derivations.lemmas.mixture import D, N, half, i
from derivations.proof.axioms import CONVOLUTION, FUBINI, GAUSSIAN_INTEGRAL, INDEPENDENCE, UNIQUENESS
from derivations.proof.methods import Factor
from derivations.proof.methods.equality import Replaced
from derivations.proof.proof import Proof
from derivations.proof.steps import Derivation, Step

Kx, Ky = sizes("Kx Ky")
k, j = Kx.indices("k j")
(l,) = Ky.indices("l")  # noqa: E741 (the field's letter)
zero, one = Number(Fraction(0)), Number(Fraction(1))

pi_x = scalars("pi_x", r"\pi^{x}", (Kx,), SIMPLEX)
pi_y = scalars("pi_y", r"\pi^{y}", (Ky,), SIMPLEX)
pi_z = scalars("pi_z", r"\pi^{z}", (Kx, Ky), NONNEGATIVE)
mu_x = vectors("mu_x", r"\mu^{x}", (Kx,), D)
mu_y = vectors("mu_y", r"\mu^{y}", (Ky,), D)
mu_z = vectors("mu_z", r"\mu^{z}", (Kx, Ky), D)
Sigma_x = matrices("Sigma_x", r"\Sigma^{x}", (Kx,), D, DEFINITE)
Sigma_y = matrices("Sigma_y", r"\Sigma^{y}", (Ky,), D, DEFINITE)
Sigma_z = matrices("Sigma_z", r"\Sigma^{z}", (Kx, Ky), D, DEFINITE)
precision = matrices("precision", "Q", (Kx, Ky), D, DEFINITE)
middle = vectors("middle", "m", (Kx, Ky), D)

x, y, z = (vector(letter, letter, D) for letter in "xyz")
density_x = scalars("density_x", "f^{x}", (Kx,), POSITIVE)
density_y = scalars("density_y", "f^{y}", (Ky,), POSITIVE)
density_z = scalars("density_z", "f^{z}", (Kx, Ky), POSITIVE)
density_given = scalars("density_given", "g", (Kx, Ky), POSITIVE)
density_pair = scalars("density_pair", "h", (Kx, Kx), POSITIVE)
points = vectors("points", "z", (N,), D)
log_density = scalars("log_density", r"\ell", (N,))
S = matrix("S", "S", D, domain=DEFINITE)

positive_weights = (
    Hypothesis(Belongs(pi_x[k], POSITIVE)),
    Hypothesis(Belongs(pi_y[l], POSITIVE)),
)


@dataclass(frozen=True)
class Mixture:
    """The parameters of a mixture at its indices."""

    weight: Expr
    mean: Expr
    covariance: Expr
    over: tuple[Index, ...]

    def average(self, value: Expr) -> Expr:
        """The expectation of a value that a component has."""
        return sum_over(*self.over, self.weight * value)

    def density(self, at: Expr) -> Expr:
        return self.average(Exp(log_normal(at, self.mean, self.covariance)))


of_x = Mixture(pi_x[k], mu_x[k], Sigma_x[k], (k,))
of_y = Mixture(pi_y[l], mu_y[l], Sigma_y[l], (l,))
of_z = Mixture(pi_z[k, l], mu_z[k, l], Sigma_z[k, l], (k, l))


def moment_function(mixture: Mixture) -> Expr:
    """The moment generating function of a mixture at t."""
    return mixture.average(generating(t, mixture.mean, mixture.covariance))


@dataclass(frozen=True)
class Pairs:
    """The definitions of the weights, means and covariances of the pairs."""

    weight: Step
    mean: Step
    covariance: Step

    @property
    def all(self) -> tuple[Step, ...]:
        return (self.weight, self.mean, self.covariance)


def exercise(proof: Proof) -> None:
    """The problem as a class gets it."""
    proof.exercise(
        "Two independent vectors x and y in D dimensions come from two Gaussian mixtures, one with Kx components and one "
        "with Ky; their weights, means and covariances are known. Let z be their sum.",
        "(a) Describe how to draw z. (b) Explain in a few sentences why z comes from a mixture of Gaussians, and from how "
        "many. (c) State its density, with proof. (d) Derive its mean and covariance. (e) Where was independence used? "
        "Find two vectors that are not independent for which (c) is wrong.",
        hints=(
            "Draw a pair of components first. How probable is a pair?",
            "Given the pair, z is the sum of two independent Gaussians. Which distribution has it?",
            "For the proof either multiply the moment generating functions, or complete the square under the integral of "
            "the convolution. For (e), take y to be minus x.",
        ),
        answers={
            "a": ("pairs.weight",),
            "b": ("pairs.total", "mgf.sum", "distinct.count"),
            "c": ("convolution", "given.determinant"),
            "d": ("mean", "covariance"),
            "e": ("dependent.linear", "dependent.formula"),
        },
    )


def derive() -> Derivation:
    """The derivation, judged step by step."""
    proof = Proof(
        name="gmm_convolution",
        problem=7,
        title="The sum of two independent Gaussian mixtures",
        theorem="The sum z = x + y of independent x and y from Gaussian mixtures is from a Gaussian mixture. It has a "
        "component for every pair of components of x and y: the weights are multiplied, the means and the covariances "
        "added.",
        setting="x comes from a mixture with Kx components and y from one with Ky, both in D dimensions. x and y are "
        "independent: knowing one says nothing about the other. To draw z, draw a component k of x by its weight, then x "
        "from that Gaussian; do the same for y, with dice of its own; add the two.",
        source="Problem 7 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), section 2.3",
    )
    exercise(proof)
    pairs = generative_model(proof)
    by_generating_functions(proof, pairs)
    density = by_convolution(proof, pairs)
    stable = log_domain(proof, pairs)
    moments(proof, pairs)
    dependent(proof)
    distinct(proof, [*pairs.all, density])
    proof.update("pi_z", pi_z[k, l], pi_x[k] * pi_y[l], pairs.weight)
    proof.update("mu_z", mu_z[k, l], mu_x[k] + mu_y[l], pairs.mean)
    proof.update("Sigma_z", Sigma_z[k, l], Sigma_x[k] + Sigma_y[l], pairs.covariance)
    proof.update("log_density", log_density[i], log_sum(), stable, [pairs.mean, pairs.covariance])
    return proof.finish()


def log_sum() -> Expr:
    """The logarithm of the density of z at a point, through sums of exponentials of logarithms."""
    term = Log(pi_x[k]) + Log(pi_y[l]) + log_normal(points[i], mu_z[k, l], Sigma_z[k, l])
    return LogSumExp(k, LogSumExp(l, term))


def generative_model(proof: Proof) -> Pairs:
    """How z is drawn, and with which probability from which pair of components."""
    proof.section("How z is drawn")
    weight = proof.define(
        "pairs.weight",
        pi_z[k, l],
        pi_x[k] * pi_y[l],
        "The components of x and y are drawn independently of each other, so that the pair (k, l) has the product of "
        "the two weights as its probability.",
    )
    proof.claim(
        "pairs.total",
        Equal(sum_over(k, l, pi_z[k, l]), one),
        "These are the weights of a mixture: none is negative, and their sum is the product of the two sums of weights, "
        "each of which is one.",
        uses=[weight],
    )
    proof.claim(
        "pairs.marginal.x",
        Equal(Sum(l, pi_z[k, l]), pi_x[k]),
        "Summing over the component of y leaves the weights of x.",
        uses=[weight],
    )
    proof.claim(
        "pairs.marginal.y",
        Equal(Sum(k, pi_z[k, l]), pi_y[l]),
        "And the other way round.",
        uses=[weight],
    )
    mean_step = proof.define(
        "pairs.mean",
        mu_z[k, l],
        mu_x[k] + mu_y[l],
        "Once the pair is drawn, z is the sum of two independent Gaussian vectors. Expectations add.",
    )
    covariance = proof.define(
        "pairs.covariance",
        Sigma_z[k, l],
        Sigma_x[k] + Sigma_y[l],
        "Covariances of independent vectors add. That the sum is Gaussian again is shown in two ways below; then z is a "
        "mixture of Gaussians, one for each pair.",
    )
    return Pairs(weight, mean_step, covariance)


def by_generating_functions(proof: Proof, pairs: Pairs) -> None:
    """The moment generating function of the sum is that of the mixture over the pairs."""
    proof.section("By moment generating functions")
    derive_generating_function(proof)
    proof.claim(
        "mgf.sum",
        Equal(moment_function(of_x) * moment_function(of_y), moment_function(of_z)),
        "The moment generating function of a mixture is the weighted sum of those of its components. Because x and y are "
        "independent, the expectation of exp(t' x) exp(t' y) is the product of the two. Multiply the sums out: the "
        "exponents add. This is the moment generating function of the mixture over the pairs, and it determines the "
        "distribution.",
        uses=pairs.all,
        citing=[INDEPENDENCE, UNIQUENESS],
    )


def by_convolution(proof: Proof, pairs: Pairs) -> Step:
    """The integrand of the convolution is a Gaussian density in x times the density of z that is wanted."""
    proof.section("By completing the square in the convolution integral")
    rest = proof.define("given.rest", y, z - x, "When z and x are known, so is y.")
    precision_step = proof.define(
        "given.precision",
        precision[k, l],
        inv(Sigma_x[k]) + inv(Sigma_y[l]),
        "The exponents of the densities of x and y together are quadratic in x, with this matrix.",
    )
    middle_step = proof.define(
        "given.mean",
        middle[k, l],
        mu_x[k] + Sigma_x[k] @ inv(Sigma_z[k, l]) @ (z - mu_z[k, l]),
        "And this is where they are smallest: x takes its share of the deviation of z.",
    )
    rules = [
        proof.claim(
            f"given.rule.{name}",
            Equal(inv(own) @ other, inv(own) @ Sigma_z[k, l] - Identity(D)),
            because,
            uses=[pairs.covariance],
        )
        for name, own, other, because in (
            ("x", Sigma_x[k], Sigma_y[l], "One covariance is the sum less the other."),
            ("y", Sigma_y[l], Sigma_x[k], "The same for the other covariance."),
        )
    ]
    square = [rest, pairs.mean, precision_step, middle_step]
    proof.claim(
        "given.square",
        Equal(
            quadratic(x - mu_x[k], inv(Sigma_x[k])) + quadratic(y - mu_y[l], inv(Sigma_y[l])),
            quadratic(x - middle[k, l], precision[k, l]) + quadratic(z - mu_z[k, l], inv(Sigma_z[k, l])),
        ),
        "Complete the square: multiply out, and use the two rules to get rid of the products of an inverse with the other "
        "covariance.",
        uses=square,
        rewriting=rules,
    )
    determinant = determinants(proof, pairs, precision_step)
    return integrand(proof, pairs, square, [*rules, determinant])


def integrand(proof: Proof, pairs: Pairs, square: Sequence[Step], rules: Sequence[Step]) -> Step:
    """Component by component, and then for the mixtures. Returns the definition of the density of z."""
    first, second, joint, given = (
        proof.define(f"density.{name}", symbol, Exp(log_normal(at, mean_, covariance)), because)
        for name, symbol, at, mean_, covariance, because in (
            ("x", density_x[k], x, mu_x[k], Sigma_x[k], "The density of x in its component k,"),
            ("y", density_y[l], y, mu_y[l], Sigma_y[l], "that of y in its component l,"),
            (
                "z",
                density_z[k, l],
                z,
                mu_z[k, l],
                Sigma_z[k, l],
                "the one that z shall have for the pair (k, l),",
            ),
            (
                *("given", density_given[k, l], x, middle[k, l], inv(precision[k, l])),
                "and a Gaussian density in x: that of x when z is known.",
            ),
        )
    )
    factor = proof.claim(
        "density.factor",
        Equal(density_x[k] * density_y[l], density_given[k, l] * density_z[k, l]),
        "The exponents agree by the completed square, and the determinants before them by the last formula.",
        uses=[first, second, joint, given, *square],
        rewriting=rules,
    )
    proof.claim(
        "convolution",
        Equal(
            of_x.average(density_x[k]) * of_y.average(density_y[l]),
            of_z.average(density_given[k, l] * density_z[k, l]),
        ),
        "The density of z is the integral over x of the density of x times that of y = z - x. Multiply the sums out and "
        "exchange them with the integral. Of each term only the first density depends on x, and it integrates to one. So "
        "the density of z is the sum over all pairs of weight times Gaussian density.",
        uses=[pairs.weight],
        rewriting=[factor],
        citing=[INDEPENDENCE, CONVOLUTION, FUBINI, GAUSSIAN_INTEGRAL],
    )
    return joint


def determinants(proof: Proof, pairs: Pairs, precision_step: Step) -> Step:
    """log det Sigma^z = log det Sigma^x + log det Q + log det Sigma^y."""
    product = proof.claim(
        "given.product",
        Equal(Sigma_z[k, l], Sigma_x[k] @ precision[k, l] @ Sigma_y[l]),
        "Multiply the sum of the two inverses by one covariance from either side.",
        uses=[pairs.covariance, precision_step],
    )
    return proof.claim(
        "given.determinant",
        Equal(LogDet(Sigma_z[k, l]), LogDet(Sigma_x[k]) + LogDet(precision[k, l]) + LogDet(Sigma_y[l])),
        "The determinant of a product is the product of the determinants.",
        by=Replaced(product),
    )


def log_domain(proof: Proof, pairs: Pairs) -> Step:
    """The logarithm of the density, without leaving the logarithms."""
    proof.section("The logarithm of the density")
    return proof.claim(
        "log.density",
        Equal(Log(of_z.density(points[i])), log_sum()),
        "For computing, take logarithms inside the sum over the pairs. Pairs with a weight of zero are left out.",
        uses=[pairs.weight],
        given=positive_weights,
    )


def moments(proof: Proof, pairs: Pairs) -> None:
    """Mean and covariance of the mixture over the pairs are the sums of those of x and y."""
    proof.section("Mean and covariance")
    proof.claim(
        "mean",
        Equal(of_z.average(of_z.mean), of_x.average(of_x.mean) + of_y.average(of_y.mean)),
        "The formula for the mean of a mixture, used for the pairs, gives the sum of the two means, as it must: "
        "expectations add.",
        uses=pairs.all,
    )
    proof.claim(
        "covariance",
        Equal(covariance_of(of_z), covariance_of(of_x) + covariance_of(of_y)),
        "The formula for the covariance of a mixture gives the sum of the two covariances, as it must for independent "
        "vectors: the products of a mean of x with a mean of y cancel.",
        uses=pairs.all,
    )
    centres = [
        proof.define(f"mean.{name}", symbol, mixture.average(mixture.mean), because)
        for name, symbol, mixture, because in (
            ("x", mean_x, of_x, "Give the mean of x a name."),
            ("y", mean_y, of_y, "And that of y."),
        )
    ]
    proof.claim(
        "covariance.centre",
        Equal(of_z.average(of_z.mean), mean_x + mean_y),
        "The mean of the sum is the sum of the means, in these names.",
        uses=[*pairs.all, *centres],
    )
    proof.claim(
        "covariance.between",
        Equal(
            of_z.average(scatter(of_z, mean_x + mean_y)),
            of_x.average(scatter(of_x, mean_x)) + of_y.average(scatter(of_y, mean_y)),
        ),
        "What lies between the components adds: the scatter of the component means about the overall mean,",
        uses=[*pairs.all, *centres],
    )
    proof.claim(
        "covariance.within",
        Equal(of_z.average(of_z.covariance), of_x.average(of_x.covariance) + of_y.average(of_y.covariance)),
        "and so does what lies within them, the average covariance.",
        uses=pairs.all,
    )


mean_x, mean_y = vector("mean_x", r"\bar{\mu}^{x}", D), vector("mean_y", r"\bar{\mu}^{y}", D)


def covariance_of(mixture: Mixture) -> Expr:
    """E[xx'] - E[x] E[x]' of a mixture."""
    center = mixture.average(mixture.mean)
    return mixture.average(mixture.covariance + mixture.mean @ mixture.mean.T) - center @ center.T


def scatter(mixture: Mixture, center: Expr) -> Expr:
    """The scatter of a component mean about a centre."""
    return (mixture.mean - center) @ (mixture.mean - center).T


def dependent(proof: Proof) -> None:
    """Without independence the covariances do not add."""
    proof.section("Without independence")
    C, unit = matrix("C", "C", D), Identity(D)
    truth, formula = (unit + C) @ S @ (unit + C).T, S + C @ S @ C.T
    proof.claim(
        "dependent.linear",
        Iff(Equal(truth, formula), Equal(S @ C.T + C @ S, Zero((D, D)))),
        "Let x be Gaussian with covariance S, and y = C x, which is Gaussian too but depends on x. Then x + y is (I + C) x, "
        "with the covariance on the left, while the formula for independent vectors gives the sum of the two covariances. "
        "They differ by the covariances of x with y.",
        by=Factor(one),
    )
    opposite = -unit
    proof.claim(
        "dependent.same",
        Equal(opposite @ S @ opposite.T, S),
        "For example let y be the negative of x, which has the same covariance.",
    )
    proof.claim(
        "dependent.opposite",
        Equal((unit + opposite) @ S @ (unit + opposite).T, Zero((D, D))),
        "The sum is zero, whatever x is, and so is its covariance.",
    )
    proof.claim(
        "dependent.formula",
        LessEqual(zero, Trace(S + S), strict=True),
        "But the formula gives twice the covariance of x, which is not zero: its trace is positive. So independence "
        "cannot be left out.",
    )


def distinct(proof: Proof, pairs: Sequence[Step]) -> None:
    """There are Kx Ky pairs, but some may be alike."""
    proof.section("How many components")
    proof.claim(
        "distinct.count",
        Equal(sum_over(k, l, one), Kx * Ky),
        "There are Kx times Ky pairs, so that z has at most that many different components.",
    )
    b, B = vector("b", "b", D), matrix("B", "B", D, domain=DEFINITE)
    alike = (Hypothesis(Equal(mu_y[l], b)), Hypothesis(Equal(Sigma_y[l], B)))
    proof.claim(
        "distinct.alike",
        Equal(of_z.average(density_z[k, l]), of_x.average(Exp(log_normal(z, mu_x[k] + b, Sigma_x[k] + B)))),
        "There may be fewer. Pairs with the same mean and the same covariance are one component, and their weights add. If "
        "all components of y are alike, then only those of x are left, moved and widened.",
        uses=pairs,
        given=alike,
    )
    pair = proof.define(
        "distinct.pair",
        density_pair[k, j],
        Exp(log_normal(z, mu_x[k] + mu_x[j], Sigma_x[k] + Sigma_x[j])),
        "And if y has the same distribution as x, the density of the pair (k, j) is",
    )
    weighted = pi_x[k] * pi_x[j] * density_pair[k, j]
    proof.claim(
        "distinct.swapped",
        Equal(sum_over(k, j, weighted), sum_over(k, j, Ordered(k, j) * ((2 - Delta(k, j)) * weighted))),
        "which is the same for (j, k). So the pairs with k at most j suffice, those with k below j counted twice.",
        uses=[pair],
    )
    proof.claim(
        "distinct.swapped.count",
        Equal(sum_over(k, j, Ordered(k, j)), half * Kx * (Kx + 1)),
        "Half of the pairs off the diagonal are left, and the diagonal.",
    )


if __name__ == "__main__":
    from reports.cli import main_derivation

    raise SystemExit(main_derivation(derive))
