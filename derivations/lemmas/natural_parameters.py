"""The Gaussian mixture in natural parameters: the log joint density is linear in features of the point.

With z = x - c, for any centre c, the features are 1, the coordinates of z, and their products z_d z_e for d <= e.
"""

from __future__ import annotations

from derivations.calculus.domains import NONNEGATIVE
from derivations.calculus.expressions import (
    CirclePi,
    Delta,
    Expr,
    Log,
    LogDet,
    Ordered,
    inv,
    quadratic,
    scalars,
    sum_over,
    vector,
    vectors,
)
from derivations.calculus.statements import Equal
from derivations.lemmas.gaussian import Sigma, mu
from derivations.lemmas.mixture import D, K, d, e, half, i, k, pi, positive_weights, x
from derivations.lemmas.posterior import log_joint
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

center = vector("center", "c", D)
distance = scalars("distance", r"\Delta", (K,), NONNEGATIVE)
constant = scalars("constant", "w", (K,))
linear = vectors("linear", "h", (K,), D)
packed = scalars("packed", "W", (K, D, D))

offset = mu[k] - center
precision = inv(Sigma[k])


def in_features() -> Expr:
    """The log joint density by natural parameters."""
    z = x[i] - center
    products = sum_over(d, e, Ordered(d, e) * (packed[k, d, e] * (z[d] * z[e])))
    return constant[k] + linear[k].T @ z + products


def derive_natural_parameters(proof: Proof, joint: Step) -> None:
    """From the definition of the log joint density: the parameters, the claim, and code for both."""
    far = proof.define(
        "natural.distance",
        distance[k],
        quadratic(offset, precision),
        "Measure all points from a centre c; it may be any point, and for accuracy is one near the data. This is how "
        "far a component is from it, squared, in its own standard deviations. Half of it is subtracted in the "
        "constant below and cancels against the other terms; where it is large, digits are lost.",
    )
    constants = Log(pi[k]) - half * (distance[k] + LogDet(Sigma[k]) + D * Log(2 * CirclePi()))
    quadratics = -half * (2 - Delta(d, e)) * precision[d, e]
    definitions = [
        proof.define(
            "natural.constant",
            constant[k],
            constants,
            "What does not depend on the point.",
            given=[positive_weights],
        ),
        proof.define(
            "natural.linear", linear[k], precision @ offset, "What stands before the coordinates of x - c."
        ),
        proof.define(
            "natural.quadratic",
            packed[k, d, e],
            quadratics,
            "What stands before the products of two coordinates. The precision is symmetric, so that the products with "
            "d < e stand for two terms each.",
        ),
    ]
    features = proof.claim(
        "natural.features",
        Equal(log_joint[i, k], in_features()),
        "Multiply the quadratic form about c out and collect. A component is then a vector of coefficients, a point a "
        "vector of features: the constant, the D coordinates of x - c, and their D (D + 1) / 2 products. One matrix "
        "product gives the logarithms of all points and components at once.",
        uses=[joint, far, *definitions],
    )
    proof.update("distance", distance[k], quadratic(offset, precision), features)
    proof.update("constant", constant[k], constants, features, [far])
    proof.update("linear", linear[k], precision @ offset, features)
    proof.update("packed", packed[k, d, e], quadratics, features)
    proof.update("natural_log_joint", log_joint[i, k], in_features(), features)
