"""Which ratios must be reached, and which are the goal. A target is shown beside what was measured; nothing fails."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Target:
    """A ratio that must be at least (or at most) so much, and should be at least (at most) the goal."""

    must: float
    goal: float
    is_least: bool = True

    def status(self, ratio: float) -> str:
        """ "goal", "must" or "missed": what the ratio reaches."""
        for word, bound in (("goal", self.goal), ("must", self.must)):
            if ratio >= bound if self.is_least else ratio <= bound:
                return word
        return "missed"

    @property
    def text(self) -> str:
        sign = ">=" if self.is_least else "<="
        return f"{sign} {self.must:g} ({self.goal:g})"


DOUBLE = Target(6, 8)  # an iteration of expectation maximisation, times as fast as scikit-learn
DOUBLE_MEAN = Target(8, 12)  # the geometric mean over the sizes
SINGLE = Target(10, 10)  # the same in single precision
SINGLE_MEAN = Target(10, 18)
SAME_FORMULATION = Target(
    1.10, 1.03, is_least=False
)  # derived code over hand-written code of the same formulation
BERNOULLI = Target(8, 10)  # single precision over the textbook's two products in double precision
MEDIANS = Target(3, 5)  # the update over np.median of each cluster
MEANS = Target(1, 1)  # a fit, or a step, over scikit-learn's, for little work
MEANS_WISHED = Target(0, 1)  # and for any
PROCESSES = Target(0.8, 0.6, is_least=False)  # time of two processes over that of one
MEMORY = Target(32 * MEGABYTE, 16 * MEGABYTE, is_least=False)  # besides the data, at any number of points

FEW_FLOPS = 2.5e7  # points times dimensions times components: up to there K-means must be the faster one


def limit(dimensions: int) -> Target:
    """Time over that of as many flops at the speed of a large matrix product, and of the exponentials."""
    if dimensions >= 16:
        return Target(2.5, 1.7, is_least=False)
    return Target(4, 2, is_least=False) if dimensions >= 8 else Target(6.5, 3.5, is_least=False)
