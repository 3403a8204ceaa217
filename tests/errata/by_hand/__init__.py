"""What can fail on the printed sheet, computed again at each counterexample by plain arithmetic: a file a problem.

A check takes the printed line with its counterexample and asserts that the line fails there.
"""

from by_hand import bernoulli_mixture, gmm_convolution, gmm_estep, gmm_mstep, kmeans_limit, kmedians
from by_hand.values import Check

BY_HAND: dict[str, dict[str, Check]] = {
    "kmedians": kmedians.BY_HAND,
    "gmm_estep": gmm_estep.BY_HAND,
    "gmm_mstep": gmm_mstep.BY_HAND,
    "bernoulli_mixture": bernoulli_mixture.BY_HAND,
    "kmeans_limit": kmeans_limit.BY_HAND,
    "gmm_convolution": gmm_convolution.BY_HAND,
}
