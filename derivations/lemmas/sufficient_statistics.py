"""The M-step of the Gaussian mixture from sums over the points: counts, first and second moments.

Of the points only these sums enter. They may be taken about any origin b_k, and they add up: the sums over some
points plus the sums over others are the sums over both.
"""

from __future__ import annotations

from derivations.calculus.domains import SYMMETRIC
from derivations.calculus.expressions import Member, Sum, matrices, vectors
from derivations.calculus.statements import Equal
from derivations.lemmas.mixture import D, K, N, count, d, e, gamma, i, j, k, pi, positive_counts, x
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

origin = vectors("origin", "b", (K,), D)
first = vectors("first", "s", (K,), D)
second = matrices("second", "S", (K,), D, SYMMETRIC)
shift = vectors("shift", "a", (K,), D)

z = x[i] - origin[k]
first_moment = Sum(i, gamma[i, k] * z)
second_moment = Sum(i, gamma[i, k] * (z @ z.T))
mean_of_sums = origin[k] + shift[k]
covariance_of_sums = second[k] / count[k] - shift[k] @ shift[k].T


def derive_statistics(proof: Proof, counts: Step, mean: Member, scatter: Member) -> None:
    """The three updates from the sums; `mean` and `scatter` are the names of the weighted mean and scatter."""
    about = (
        "Take the sums about an origin, one for each component; for accuracy it should be near its points."
    )
    sums = proof.define("statistics.first", first[k], first_moment, about)
    squares = proof.define(
        "statistics.second",
        second[k],
        second_moment,
        "The same for the products of two coordinates.",
    )
    proof.claim(
        "statistics.symmetric",
        Equal(second_moment[d, e], second_moment[e, d]),
        "A product of two numbers does not depend on their order, so only the entries with d <= e have to be summed and "
        "stored: a component is then 1 + D + D (D + 1) / 2 sums.",
    )
    moved = proof.define(
        "statistics.shift",
        shift[k],
        first[k] / count[k],
        "From the origin to the mean.",
        given=[positive_counts],
    )
    names = [proof.step("mean"), proof.step("scatter")]
    weights = proof.claim(
        "statistics.pi",
        Equal(count[k] / N, count[k] / Sum(j, count[j])),
        "The counts add up to the number of points.",
        uses=[counts],
    )
    means = proof.claim(
        "statistics.mean",
        Equal(mean, mean_of_sums),
        "Moving the origin moves the mean by as much.",
        uses=[counts, sums, moved, names[0]],
        given=[positive_counts],
    )
    covariances = proof.claim(
        "statistics.scatter",
        Equal(scatter, covariance_of_sums),
        "Moving the origin to the mean takes away the product of the shift with itself: the mixed terms cancel. Little "
        "is lost to rounding where the shift is small beside the spread of the component.",
        uses=[counts, sums, squares, moved, *names],
        given=[positive_counts],
    )
    proof.update("count", count[k], Sum(i, gamma[i, k]), counts)
    proof.update("first", first[k], first_moment, sums)
    proof.update("second", second[k], second_moment, squares)
    proof.update("pi_of_sums", pi[k], count[k] / Sum(j, count[j]), weights)
    proof.update("mu_of_sums", mean, mean_of_sums, means, [moved])
    proof.update("Sigma_of_sums", scatter, covariance_of_sums, covariances, [moved])
