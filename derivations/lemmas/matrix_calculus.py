"""The rules of matrix calculus that the sheet quotes, for a general matrix of any size D.

The derivative by a matrix is arranged like the matrix. Source: end of problem 3 of the sheet; Petersen and
Pedersen, The Matrix Cookbook (2012), equations 57, 61 and 81.
"""

from __future__ import annotations

from derivations.calculus.domains import INVERTIBLE
from derivations.calculus.expressions import Gradient, LogDet, inv, matrix, quadratic, vector
from derivations.lemmas.mixture import D
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

a = vector("a", "a", D)
b = vector("b", "b", D)
X = matrix("X", "X", D)
M = matrix("M", "M", D, domain=INVERTIBLE)


def derive_rules(proof: Proof) -> tuple[Step, Step, Step]:
    """The derivatives of a quadratic form, of a bilinear form in an inverse, and of log |det M|."""
    quadratic_rule = proof.compute(
        "rule.quadratic",
        Gradient(quadratic(a, X), a),
        (X + X.T) @ a,
        "The vector occurs twice, once on either side of the matrix. For a symmetric matrix the two terms agree.",
    )
    inverse_rule = proof.compute(
        "rule.inverse",
        Gradient(a.T @ inv(M) @ b, M),
        -(inv(M).T @ a @ b.T @ inv(M).T),
        "From the product of the matrix and its inverse being constant, a change of the matrix changes its inverse by "
        "minus the inverse times the change times the inverse.",
    )
    determinant_rule = proof.compute(
        "rule.determinant",
        Gradient(LogDet(M), M),
        inv(M).T,
        "Jacobi's formula for the derivative of a determinant.",
    )
    return quadratic_rule, inverse_rule, determinant_rule
