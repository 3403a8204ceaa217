"""The same fits on more data than one machine holds: a dask array, or a folder of .npy files.

    from numeric.scale import kmeans, em, bernoulli_em
    mu, z = kmeans("folder/of/npy/files", 5)

Of the points only sums enter a step, and sums add up. So every piece of the data goes through the same code as an
array in memory, on whatever dask is told to use: threads, or the processes of a cluster. The shares of the pieces
are added in the order of the pieces; where they were computed, and how often, makes no difference.
"""

from numeric.scale.fits import bernoulli_em, em, kmeans

__all__ = ["bernoulli_em", "em", "kmeans"]
