"""An inequality between trace and determinant: tr(A^-1 B) - log det(A^-1 B) >= D for positive definite A, B.

It says that the Kullback-Leibler divergence of two centred Gaussians is not negative.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus.expressions import LogDet, Number, Trace, inv
from derivations.calculus.statements import LessEqual
from derivations.proof.axioms import SPECTRAL_DETERMINANT, SPECTRAL_TRACE, TANGENT
from derivations.proof.facts import EIGENVALUES, A, B, D, d
from derivations.proof.methods import Gap
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

zero, one = Number(Fraction(0)), Number(Fraction(1))


def derive_bound(proof: Proof) -> Step:
    """D <= tr(A^-1 B) - (log det B - log det A)."""
    trace = proof.axiom(
        "trace.spectrum",
        SPECTRAL_TRACE,
        "The eigenvalues of A^-1 B are positive, and their sum is its trace.",
    )
    determinant = proof.axiom(
        "determinant.spectrum", SPECTRAL_DETERMINANT, "Their product is the determinant of A^-1 B."
    )
    tangent = proof.axiom(
        "eigenvalue.tangent",
        TANGENT,
        "The logarithm of each eigenvalue lies below its tangent at one.",
        [EIGENVALUES[d]],
    )
    return proof.claim(
        "trace.bound",
        LessEqual(D, Trace(inv(A) @ B) - (LogDet(B) - LogDet(A))),
        "Add the bounds for the D eigenvalues: each exceeds its logarithm by at least one.",
        by=Gap(zero, ((one, tangent, (d,)),)),
        rewriting=[trace, determinant],
    )
