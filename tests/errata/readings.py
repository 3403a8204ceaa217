"""The printed sheet as a reader judges it: one row a line, in the sheet's order.

A row says where the line stands, whether it holds, fails or defines a name, which hypotheses are missing in
print, what else is amiss, and whether there is a correction. None of it is computed; what is computed is held
against it. `lines_of` are the lines as the workbook judges them, once for all tests of a process.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from derivations.printed import printed_lines
from derivations.proof.printed import Fault, Printed, PrintedVerdict


class Reading(NamedTuple):
    """What a reader finds of one line; the needs are hypotheses as they are shown in plain text."""

    place: str
    verdict: PrintedVerdict
    needs: tuple[str, ...]
    fault: Fault
    corrected: bool

    @property
    def can_fail(self) -> bool:
        """Whether there is a counterexample: to the line, or to the line without what it needs."""
        return self.verdict is PrintedVerdict.FAILS or bool(self.needs)


def holds(place: str, *needs: str, amiss: Fault | None = None) -> Reading:
    fault = amiss or (Fault.HYPOTHESIS if needs else Fault.NONE)
    return Reading(place, PrintedVerdict.HOLDS, needs, fault, corrected=False)


def fails(place: str, amiss: Fault = Fault.FALSE) -> Reading:
    return Reading(place, PrintedVerdict.FAILS, (), amiss, corrected=True)


def defines(place: str, amiss: Fault = Fault.NONE, corrected: bool = False) -> Reading:
    return Reading(place, PrintedVerdict.DEFINITION, (), amiss, corrected)


# hypotheses that more than one line of a problem is missing
ONE_NEAREST = "1[distance[i,l] = sum_j z[i,j] distance[i,j]] = z[i,l]"
WEIGHT = "sum_j pi[j] z[i,j] > 0"
POINTS = "sum_i z[i,k] > 0"
COUNT = "count[k] > 0"
PRICE = "lambda > 0"
SYMMETRIC = "Sigma[k]^T = Sigma[k]"
INDEPENDENT_COMPONENTS = "chance[k,l] = pi_y[l]"

READINGS: dict[str, tuple[Reading, ...]] = {
    "kmedians": (
        defines("objective"),
        holds("assignment, same as for K-means", amiss=Fault.UNPROVED),
        holds("assignment", "1[distance[i,j] = distance[i,k]] <= delta[j,k]"),
        holds("update of a centre"),
        defines("objective of a centre, first line"),
        holds("objective of a centre, second line"),
        holds("the objective is convex"),
        holds("the objective is convex, reason", "w >= 0"),
        holds("the coordinates do not interact"),
        holds("derivative of a distance, point left of the centre"),
        holds("derivative of a distance, point left of the centre, value"),
        holds("derivative of a distance, point right of the centre"),
        holds("derivative of a distance, point right of the centre, value"),
        fails("derivative of a distance, point at the centre"),
        holds("note, not differentiable"),
        holds("note, pretending suffices", amiss=Fault.UNPROVED),
        holds("derivative of the sum", "0 < |x[i][d] - mu[k][d]|"),
        fails("derivative of the sum, set to zero"),
        holds("what the first sum counts"),
        holds("what the second sum counts"),
        defines("N_k"),
        holds("half of the points on either side", "sum_i z[i,k] * 1[x[i][d] = mu[k][d]] = 0"),
        fails("definition of a median"),
        holds("update", amiss=Fault.INFERENCE),
    ),
    "gmm_estep": (
        defines("posterior"),
        holds("posterior, factors"),
        holds("posterior, factors, reason", "g[k,j] = f[k] h[j]"),
        holds("one point is enough"),
        holds("Bayes' theorem"),
        defines("E-step, first line"),
        holds("E-step, second line"),
        holds("E-step, third line", amiss=Fault.NOTATION),
        holds("E-step, fourth line"),
    ),
    "gmm_mstep": (
        fails("what is maximised"),
        fails("expected value, first line"),
        fails("expected value, second line"),
        fails("expected value, second line, brace L_x"),
        fails("expected value, third line"),
        fails("expected value, third line, brace L_x"),
        defines("expected value, third line, brace L_z"),
        holds("L_z does not depend on mu"),
        holds("L_z does not depend on Sigma"),
        holds("L_x does not depend on pi"),
        holds("it is enough to maximise L_z"),
        holds("the problem is convex"),
        holds("constraint", "pi[k] >= 0"),
        holds("L_z again"),
        defines("N_k"),
        holds("L_z simplified"),
        defines("Lagrangian", amiss=Fault.MISFIT, corrected=True),
        fails("Lagrangian, derivative"),
        holds("Lagrangian, root"),
        holds("Lagrangian, concave"),
        holds("Lagrangian, maximum", COUNT, PRICE),
        holds("dual function, as a maximum", COUNT, PRICE),
        holds("dual function, where the maximum is attained", COUNT, PRICE),
        holds("dual function, value", COUNT, PRICE),
        holds("dual function, convex", amiss=Fault.INFERENCE),
        holds("dual function, minimum"),
        holds("dual function, derivative"),
        holds("dual function, derivative simplified"),
        holds("dual function, root"),
        holds("update of pi", amiss=Fault.UNPROVED),
        holds("it is enough to examine L_x"),
        defines("L_x"),
        fails("L_x written out"),
        holds("derivative by mu_k", SYMMETRIC),
        holds("derivative by mu_k, simplified", SYMMETRIC),
        holds("root for mu_k"),
        holds("root for mu_k, solved", COUNT),
        holds("update of mu_k", COUNT),
        fails("derivative by Sigma_k"),
        holds("derivative by Sigma_k, second line", amiss=Fault.INFERENCE),
        holds("root for Sigma_k"),
        holds("root for Sigma_k, solved", COUNT),
        holds("update of Sigma_k", COUNT, "spread[k] is positive definite"),
        fails("rule for a quadratic form"),
        fails("rule for an inverse"),
        holds("rule for a log determinant"),
    ),
    "bernoulli_mixture": (
        fails("probability of an image", amiss=Fault.NOTATION),
        holds("meaning of the parameters"),
        defines("distribution of the components, first equation"),
        holds("distribution of the components, second equation"),
        holds("the distribution is uniform"),
        defines("responsibilities, first equation"),
        holds("responsibilities, second equation"),
        holds("expected value, first line"),
        defines("the constant"),
        holds("expected value, second line"),
        holds("the constant is irrelevant"),
        defines("expected value, second line, brace", amiss=Fault.NOTATION, corrected=True),
        holds("derivative for one image, first line"),
        fails("derivative for one image, second line", amiss=Fault.NOTATION),
        holds("the parameters do not interact"),
        holds("derivative, first equation"),
        holds("derivative, second equation"),
        fails("roots, of which expectation", amiss=Fault.NOTATION),
        holds(
            "roots, that there are any", "sum_i gamma[i,k] x[i][d] > 0", "sum_i gamma[i,k] (1 - x[i][d]) > 0"
        ),
        holds("update", "sum_i gamma[i,k] > 0"),
        holds("the root is optimal", amiss=Fault.UNPROVED),
    ),
    "mixture_moments": (
        defines("isotropic components", amiss=Fault.MISFIT),
        defines("density"),
        holds("hint"),
        holds("mean", amiss=Fault.UNPROVED),
        holds("second moment, law of iterated expectations"),
        holds("second moment, first line"),
        holds("second moment, second line"),
        holds("second moment, third line"),
        holds("covariance, the hint used"),
        holds("covariance"),
    ),
    "kmeans_limit": (
        defines("covariances"),
        fails("equation 1"),
        holds("equation 2", amiss=Fault.NOTATION),
        holds("equation 3", amiss=Fault.NOTATION),
        fails("equation 4"),
        holds("closest centre, sign"),
        holds("closest centre, equality", ONE_NEAREST),
        holds("closest centre, denominator", ONE_NEAREST),
        holds("closest centre, argument for k = l"),
        holds("closest centre, arguments for k != l", ONE_NEAREST),
        holds("other centre, sign"),
        holds("other centre, limit"),
        holds("other centre, denominator", WEIGHT),
        holds("one-hot responsibilities", ONE_NEAREST, WEIGHT),
        holds("step 1"),
        holds("step 2", POINTS),
        holds("weights", ONE_NEAREST, WEIGHT),
        holds("conclusion", ONE_NEAREST, WEIGHT, POINTS),
    ),
    "gmm_convolution": (
        defines("density of x"),
        defines("density of y"),
        defines("the random variable z", amiss=Fault.NOTATION),
        holds("drawing z"),
        holds("distribution for one pair", "slope = 0"),
        holds("number of pairs"),
        holds("probability of a pair", INDEPENDENT_COMPONENTS),
        holds("a mixture of Kx Ky Gaussians"),
        holds("reference to an argument", amiss=Fault.NOTATION),
        holds("density of z", INDEPENDENT_COMPONENTS),
    ),
}

# what the outputs in JSON say of a line
JSON_KEYS = {
    "where", "printed", "transcribed", "verdict", "fault", "needs", "counterexample", "corrected", "why"
}  # fmt: skip


@cache
def lines_of(name: str) -> tuple[Printed, ...]:
    return printed_lines(name)
