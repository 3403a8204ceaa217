"""Problem 3 as printed: the M-step of the Gaussian mixture, in two halves.

L is read as the expected complete log-likelihood, which is what an M-step maximises, L_z as its part in the weights
and L_x as its part in means and covariances. The weights in the Lagrangian are any positive numbers. Derivatives by
a covariance are arranged like the matrix; who differentiates by the entries on and above the diagonal instead gets
twice as much off the diagonal, so that what vanishes is the same. The rules at the end are for a general matrix.
"""

from __future__ import annotations

from derivations.printed.gmm_mstep import densities, weights
from derivations.proof.printed import Printed, Sheet
from derivations.proof.proof import Proof


def lines() -> tuple[Printed, ...]:
    """The printed lines of problem 3, judged, in the sheet's order."""
    proof = Proof(
        name="gmm_mstep",
        problem=3,
        title="The M-step of the Gaussian mixture, as printed",
        theorem="What the sheet prints, line by line.",
        setting="N points in D dimensions, K components.",
        source="Problem 3 of the sheet",
    )
    sheet = Sheet(proof)
    counts = weights.judge(sheet)
    densities.judge(sheet, counts)
    return tuple(sheet.lines)
