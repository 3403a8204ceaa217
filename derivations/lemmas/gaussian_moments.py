"""The moment generating function E[exp(t'x)] of a Gaussian, by completing the square.

Source: Bishop, Pattern Recognition and Machine Learning (2006), section 2.3; Billingsley, Probability and Measure,
3rd ed. (1995), section 29, for the same with the characteristic function.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus.domains import DEFINITE
from derivations.calculus.expressions import Exp, Expr, Number, inv, matrix, quadratic, vector
from derivations.calculus.statements import Equal
from derivations.lemmas.mixture import D
from derivations.proof.axioms import GAUSSIAN_INTEGRAL
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

half = Number(Fraction(1, 2))

t = vector("t", "t", D)
point = vector("point", "y", D)
center = vector("center", "c", D)
spread = matrix("spread", "V", D, domain=DEFINITE)


def generating(at: Expr, mean: Expr, covariance: Expr) -> Expr:
    """exp(t'mu + t'Sigma t / 2): the moment generating function of a Gaussian at t."""
    return Exp(at.T @ mean + half * quadratic(at, covariance))


def derive_generating_function(proof: Proof) -> Step:
    """Multiplied by exp(t'y), a Gaussian density is exp(t'c + t'Vt/2) times the density of one with the mean c + Vt."""
    shifted = center + spread @ t
    return proof.claim(
        "gaussian.shift",
        Equal(
            t.T @ point - half * quadratic(point - center, inv(spread)),
            t.T @ center + half * quadratic(t, spread) - half * quadratic(point - shifted, inv(spread)),
        ),
        "Complete the square in the exponent of exp(t' y) times a Gaussian density with mean c and covariance V. The last "
        "term is the exponent of a Gaussian whose mean is moved by V t, and its density integrates to one; so the "
        "moment generating function is the exponential of the two terms before it.",
        citing=[GAUSSIAN_INTEGRAL],
    )
