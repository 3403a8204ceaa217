# generated, do not edit: written by `python -m numeric.generate`
# from derivations/kmedians.py; sha256 of the expressions:
# 1876226fb3da3999ce2ffc91672e4a55ad45bd67a36d587010cf031a23dde867
"""Lloyd's algorithm for K-medians: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.blocks import stack_blocks
from numeric.checks import Array
from numeric.medians import weighted_median
from numeric.stable import one_hot


def z(x: npt.ArrayLike, mu: npt.ArrayLike) -> Array:
    """z[i,k] = 1[k = first argmin_l ∑_d |x[i][d] − μ[l][d]|]

    Step assignment.step of derivations/kmedians.py.

    Args:
        x: (N, D)
        mu: (K, D)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    x = checks.array("x", x, "N D", sizes)
    mu = checks.array("mu", mu, "K D", sizes)
    N, D = x.shape
    K = mu.shape[0]
    dtype = np.result_type(x, mu)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        x_minus_mu = x_rows - mu[:, :, np.newaxis]  # (K, D, B)
        size = np.abs(x_minus_mu)  # (K, D, B)
        total: Array = np.sum(size, axis=1)  # (K, B)
        nearest = np.argmin(total, axis=0)  # (B,)
        indicator = one_hot(nearest, K, dtype)  # (K, B)
        return indicator.T  # (B, K)

    return stack_blocks(rows_of_block, N, K * D)  # (N, K)


def mu(x: npt.ArrayLike, z: npt.ArrayLike) -> Array:
    """new_mu[k,d] = median_i(x[i][d]; z[i,k])

    Step update.step of derivations/kmedians.py.

    Args:
        x: (N, D)
        z: (N, K), is 1 at one place of its last index and 0 elsewhere

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    x = checks.array("x", x, "N D", sizes)
    z = checks.array("z", z, "N K", sizes)
    checks.binary("z", z)
    checks.sums_to_one("z", z)
    return weighted_median(x.T, z.T)  # (K, D)
