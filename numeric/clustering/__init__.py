"""Clustering with the updates that were derived: K-means, K-medians, mixtures of Gaussians and of bits.

    from numeric.clustering import kmeans, em
    mu, z = kmeans(X, 5)
    pi, mu, sigma = em(X, 5)

The arithmetic of every step is generated code (numeric.generated); what is here decides where to start, when to
stop, what to do about empty clusters, and which arguments to refuse.
"""

from numeric.clustering.bernoulli_steps import Bernoullis
from numeric.clustering.bernoullis import bernoulli_em
from numeric.clustering.gaussian_steps import Gaussians
from numeric.clustering.gaussians import em, gmm_log_probability, gmm_sample, gmm_sum
from numeric.clustering.lloyd import kmeans, kmedians
from numeric.clustering.runs import NotMonotoneError

__all__ = [
    "Bernoullis",
    "Gaussians",
    "NotMonotoneError",
    "bernoulli_em",
    "em",
    "gmm_log_probability",
    "gmm_sample",
    "gmm_sum",
    "kmeans",
    "kmedians",
]
