"""The closed table of axioms: what is cited, not derived, and where it is shown.

What such a fact states, where our language can express it, stands in the table of facts; a derivation uses instances of
it. Those are CHECKED by the judge at exact instances whenever they are used; the others are CITED.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from derivations.calculus.expressions import Member, Sum, Symbol, vectors
from derivations.calculus.statements import Choice, Statement
from derivations.proof.facts import CITED, EIGENVALUES, A, B, D, X, Y, s, t, v

Status = Literal["CHECKED", "CITED"]


@dataclass(frozen=True)
class Axiom:
    """A cited fact about the generic symbols in `variables`.

    `chosen` are symbols whose existence the fact asserts (eigenvalues); `witness` says how the judge may
    draw values for which they are known. `statement` is None for a fact outside our language.
    """

    name: str
    text: str
    citation: str
    statement: Statement | None = None
    variables: tuple[Member, ...] = ()
    chosen: tuple[Symbol, ...] = ()
    witness: tuple[Choice, ...] = ()

    @property
    def status(self) -> Status:
        return "CITED" if self.statement is None else "CHECKED"


(_c,) = D.indices("c")
_basis = vectors("basis", "b", (D,), D)

# A = sum_c b_c b_c' and B = sum_c lambda_c b_c b_c' have the eigenvalues lambda_c of A^-1 B exactly
_SPECTRUM = (
    Choice(A, Sum(_c, _basis[_c] @ _basis[_c].T)),
    Choice(B, Sum(_c, EIGENVALUES[_c] * (_basis[_c] @ _basis[_c].T))),
)


def _stated(
    name: str, text: str, citation: str, variables: tuple[Member, ...], witness: tuple[Choice, ...] = ()
) -> Axiom:
    """The axiom of a fact in the table of facts."""
    fact = CITED[name]
    return Axiom(name, text, citation, fact.statement, variables, fact.chosen, witness)


TANGENT = _stated(
    "tangent of the logarithm",
    "The logarithm lies below its tangent at 1, and touches it only there.",
    "Boyd and Vandenberghe, Convex Optimization (2004), section 3.1.3: a concave function lies below its tangents",
    (t,),
)
SPECTRAL_TRACE = _stated(
    "spectral theorem (trace)",
    "For positive definite A and B the matrix A^-1 B has D positive eigenvalues; their sum is its trace.",
    "Horn and Johnson, Matrix Analysis, 2nd ed. (2013), theorem 7.6.1 and section 1.2",
    (A, B),
    _SPECTRUM,
)
SPECTRAL_DETERMINANT = _stated(
    "spectral theorem (determinant)",
    "The determinant of A^-1 B is the product of its eigenvalues.",
    "Horn and Johnson, Matrix Analysis, 2nd ed. (2013), theorem 7.6.1 and section 1.2",
    (A, B),
    _SPECTRUM,
)
DETERMINANT_LEMMA = _stated(
    "matrix determinant lemma",
    "Adding a rank-one matrix to the identity multiplies the determinant by one number.",
    "Petersen and Pedersen, The Matrix Cookbook (2012), equation 24",
    (s, v),
)
JACOBI = _stated(
    "Jacobi's formula",
    "The differential of log |det X| is tr(X^-1 dX).",
    "Magnus and Neudecker, Matrix Differential Calculus, 3rd ed. (2019), section 8.3",
    (X,),
)
MULTIPLICATIVITY = _stated(
    "multiplicativity of the determinant",
    "The determinant of a product is the product of the determinants.",
    "Horn and Johnson, Matrix Analysis, 2nd ed. (2013), section 0.3.5",
    (X, Y),
)
EXPONENTIALS_VANISH = _stated(
    "exponentials vanish",
    "For a positive number a, exp(-a / v) tends to zero as v tends to zero from above.",
    "Rudin, Principles of Mathematical Analysis, 3rd ed. (1976), theorem 8.6",
    (t,),
)

# Facts about random variables, integrals and limits, which no statement of ours can express.
INDEPENDENCE = Axiom(
    "product rule of independent variables",
    "For independent x and y the expectation of f(x) g(y) is the product of the expectations, and a joint density "
    "is the product of the densities.",
    "Durrett, Probability: Theory and Examples, 5th ed. (2019), section 2.1.2",
)
CONVOLUTION = Axiom(
    "convolution",
    "The density of the sum z of independent x and y is the integral of p(x) p(z - x) over x.",
    "Durrett, Probability: Theory and Examples, 5th ed. (2019), section 2.1.3",
)
UNIQUENESS = Axiom(
    "uniqueness of the moment generating function",
    "Two distributions whose moment generating functions agree near the origin are the same.",
    "Billingsley, Probability and Measure, 3rd ed. (1995), theorem 30.1, with theorem 29.4 for vectors",
)
GAUSSIAN_INTEGRAL = Axiom(
    "Gaussian integral",
    "The density of a Gaussian integrates to one, whatever its mean and its positive definite covariance are.",
    "Bishop, Pattern Recognition and Machine Learning (2006), section 2.3",
)
FUBINI = Axiom(
    "Fubini's theorem",
    "Sums and integrals of functions that are not negative may be taken in any order.",
    "Billingsley, Probability and Measure, 3rd ed. (1995), theorem 18.3",
)
ITERATED_EXPECTATIONS = Axiom(
    "law of iterated expectations",
    "Expectations are linear, and E[f(x)] = E[E[f(x) | z]], for densities as for finitely many outcomes.",
    "Durrett, Probability: Theory and Examples, 5th ed. (2019), sections 1.4 and 4.1",
)
MOMENTS = Axiom(
    "moments from the moment generating function",
    "Where E[exp(t' x)] is finite near the origin, its derivatives at zero are the moments, and those of its logarithm "
    "are the mean and the covariance.",
    "Billingsley, Probability and Measure, 3rd ed. (1995), section 21 for the moments, section 9 for the logarithm",
)
LIMIT_ALGEBRA = Axiom(
    "algebra of limits",
    "Limits of sums, products and quotients are the sums, products and quotients of the limits, as long as no limit of "
    "a denominator is zero.",
    "Rudin, Principles of Mathematical Analysis, 3rd ed. (1976), theorem 4.4",
)

AXIOMS = {
    axiom.name: axiom
    for axiom in (
        *(TANGENT, SPECTRAL_TRACE, SPECTRAL_DETERMINANT, DETERMINANT_LEMMA, JACOBI, MULTIPLICATIVITY),
        *(EXPONENTIALS_VANISH, LIMIT_ALGEBRA),
        *(INDEPENDENCE, CONVOLUTION, UNIQUENESS, GAUSSIAN_INTEGRAL, FUBINI),
        *(ITERATED_EXPECTATIONS, MOMENTS),
    )
}
