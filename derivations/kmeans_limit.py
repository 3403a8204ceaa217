"""Problem 6: from expectation maximisation to K-means.

Theorem. In a Gaussian mixture whose covariances are all sigma^2 I, with sigma^2 known, the responsibilities
tend, as sigma^2 tends to zero, to the prior weights of the nearest centres, shared in proportion where several
are equally near; the error is at most (1 - T)/T exp(-delta / (2 sigma^2)), where T is the prior mass of the
nearest centres and delta the gap to the next one. Without ties this is the assignment step of Lloyd's
algorithm; the M-step tends to its update step, and the scaled expected log-likelihood to the K-means objective.

"Nearest" means nearest among the centres of positive weight; a centre without weight plays no part.

Source: problem 6 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), section 9.3.2.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus.domains import BINARY, NONNEGATIVE, ONE_HOT, POSITIVE
from derivations.calculus.expressions import (
    Abs,
    Bracket,
    CirclePi,
    Exp,
    Expr,
    Identity,
    Log,
    LogDet,
    Minimum,
    Number,
    Sum,
    at,
    inv,
    quadratic,
    scalar,
    scalars,
    substitute,
    sum_over,
    vector,
    vectors,
)
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    LessEqual,
    Limit,
    instantiated,
)
from derivations.lemmas.assignment import derive_assignment, nearest, z
from derivations.lemmas.mixture import D, K, N, count, gamma, half, i, k, pi, positive_weights, x
from derivations.lemmas.weights import one, zero
from derivations.proof.axioms import TANGENT
from derivations.proof.methods import Cases, Gap
from derivations.proof.methods.extrema import Shifted, TermOfSum
from derivations.proof.methods.limits import Composed, Squeezed
from derivations.proof.proof import Proof
from derivations.proof.steps import Derivation, Step

(l,) = K.indices("l")  # noqa: E741 (the field's letter)

mu = vectors("mu", r"\mu", (K,), D)
new = vectors("new", r"\nu", (K,), D)  # the centres that an M-step looks for
v = scalar("v", r"\sigma^2", POSITIVE)  # the variance, one symbol

# one component and one point, in general
p = scalar("p", "p", NONNEGATIVE)
e = scalar("e", "e")  # by how much the squared distance exceeds the smallest one
delta = scalar("delta", r"\delta", POSITIVE)
excess = scalars("excess", "e", (K,))  # the same for every component, for one point

squared = (x[i] - mu[k]).T @ (x[i] - mu[k])
squared_new = substitute(squared, mu[k], new[k])
share = scalars("share", r"\rho", (N, K))  # the responsibilities at a variance


def decay(distance: Expr) -> Expr:
    """exp(-distance / (2 sigma^2))."""
    return Exp(-(distance / (2 * v)))


def is_nearest(gap: Expr) -> Expr:
    """1 for a centre at the smallest distance."""
    return Bracket(gap, "=", zero)


mass = Sum(l, pi[l] * is_nearest(excess[l]))  # T, the prior mass of the nearest centres
normaliser = Sum(l, pi[l] * decay(excess[l]))
soft = pi[k] * decay(excess[k]) / normaliser
hard = pi[k] * is_nearest(excess[k]) / mass

among_nearest, beyond = scalars("nearest", "n", (K,), BINARY), scalars("beyond", "r", (K,), NONNEGATIVE)
separated = Hypothesis(
    LessEqual(
        Bracket(zero, "<", pi[k]) * delta * (1 - is_nearest(excess[k])), Bracket(zero, "<", pi[k]) * excess[k]
    ),
    (Choice(excess[k], (1 - among_nearest[k]) * (delta + beyond[k])),),
)
some_mass = Hypothesis(Belongs(mass, POSITIVE))

# Lloyd's algorithm in one pass
score = scalars("score", "q", (N, K))
origin = vector("origin", "b", D)
total = vectors("total", "s", (K,), D)
least = scalar("least", "Q")

base = scalars("base", "b", (N,))  # the smallest squared distance of a point
AT_POINT = ((excess[k], squared - base[i]),)
SMALLEST = Choice(base[i], Minimum(l, at(squared, {k: l})))

covariance = v * Identity(D)
log_density = -half * (
    quadratic(x[i] - mu[k], inv(covariance)) + LogDet(covariance) + D * Log(2 * CirclePi())
)


def exercise(proof: Proof) -> None:
    """The problem as a class gets it."""
    proof.exercise(
        "All components of a Gaussian mixture have the same known covariance, a variance times the identity. Derive "
        "the EM algorithm for the means, let the variance tend to zero, and show that Lloyd's algorithm for K-means is "
        "what remains.",
        "(a) What do the responsibilities of a point tend to? Do not forget points that are equally far from several "
        "centres, nor weights that are zero. How fast? (b) What does the update of the means tend to? (c) What does the "
        "objective of the M-step tend to, in which scale? (d) Why does Lloyd's algorithm never increase its objective?",
        hints=(
            "Divide numerator and denominator of a responsibility by the same exponential. By which, so that nothing in "
            "it can overflow?",
            "What does the exponential of minus a over t tend to as t falls to zero, for a positive number a, and for "
            "zero?",
            "A finite sum of limits is a limit: put those of (a) into the M-step. For (d), look at the two halves of a "
            "round one by one, and write the spread about any place as the spread about the centroid and something else.",
        ),
        answers={
            "a": ("limit", "error", "responsibility.limit"),
            "b": ("mean.limit", "lloyd.mean"),
            "c": ("objective.limit", "lloyd.objective"),
            "d": ("assignment.step", "update"),
        },
    )


def derive() -> Derivation:
    """The derivation, judged step by step."""
    proof = Proof(
        name="kmeans_limit",
        problem=6,
        title="From expectation maximisation to K-means",
        theorem="When all covariances are a known multiple of the identity that tends to zero, the responsibilities tend "
        "to a hard assignment to the nearest centre (shared in proportion to the weights where several are equally "
        "near), the M-step to the centroids, and the expected log-likelihood, scaled and without what is free of the "
        "centres, to the K-means objective: without ties, expectation maximisation becomes Lloyd's algorithm.",
        setting="N points in D dimensions, K centres with weights on the simplex, all covariances equal to a known "
        "variance times the identity.",
        source="Problem 6 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), section 9.3.2",
    )
    exercise(proof)
    responsibilities(proof)
    lower, upper, far = one_component(proof)
    limit = one_point(proof, lower, upper)
    without_ties(proof)
    points = all_points(proof, limit)
    m_step(proof, points, far)
    becomes_lloyd(proof, points)
    lloyd(proof)
    one_pass(proof)
    return proof.finish()


def responsibility() -> Expr:
    """The responsibility of component k for point i, from the densities."""
    density = Exp(log_density)
    return pi[k] * density / Sum(l, pi[l] * at(density, {k: l}))


def responsibilities(proof: Proof) -> None:
    """The responsibilities depend on the squared distances alone, and on their excess over any base."""
    proof.section("Responsibilities for equal spherical covariances")
    ratio = pi[k] * decay(squared) / Sum(l, pi[l] * at(decay(squared), {k: l}))
    proof.claim(
        "responsibility",
        Equal(responsibility(), ratio),
        "The determinants and the constant factors are the same for all components and cancel.",
    )
    shifted = pi[k] * decay(squared - base[i]) / Sum(l, pi[l] * decay(at(squared, {k: l}) - base[i]))
    proof.claim(
        "shift",
        Equal(ratio, shifted),
        "Take the same factor out of numerator and denominator: only differences of squared distances matter. As base "
        "take the smallest squared distance of the point from a centre of positive weight.",
    )


def one_component(proof: Proof) -> tuple[Step, Step, Step]:
    """p [e = 0] <= p exp(-e/2v) <= p ([e = 0] + [e > 0] exp(-delta/2v)), if e is 0 or at least delta where p > 0."""
    proof.section("One component")
    tie = proof.claim(
        "decay.tie",
        Equal(decay(e), one),
        "Let e be by how much the squared distance of a centre exceeds the smallest one, p its weight, and let every centre "
        "that is farther than the nearest ones be so by at least delta, which is positive. At the smallest distance the "
        "exponential is one, whatever the variance is.",
        given=[Hypothesis(Equal(e, zero))],
    )
    ahead = (e - delta) / (2 * v)
    tangent = proof.axiom(
        "decay.tangent", TANGENT, "The logarithm lies below its tangent at one.", [Exp(ahead)]
    )
    growth = proof.claim(
        "decay.growth",
        LessEqual(1 + ahead, Exp(ahead)),
        "Read the same inequality for the exponential.",
        by=Gap(zero, ((one, tangent, ()),)),
    )
    product = proof.claim(
        "decay.product",
        Equal(decay(delta), decay(e) * Exp(ahead)),
        "Exponents add.",
    )
    far = proof.claim(
        "decay.far",
        LessEqual(decay(e), decay(delta)),
        "The exponential decreases with the distance.",
        by=Cases((growth, product)),
        given=[Hypothesis(LessEqual(delta, e))],
    )
    near = Bracket(zero, "<", p)
    gap = Hypothesis(LessEqual(near * delta * (1 - is_nearest(e)), near * e))
    lower = proof.claim(
        "component.lower",
        LessEqual(p * is_nearest(e), p * decay(e)),
        "A nearest centre keeps its whole weight, any other something positive.",
        by=Cases((tie,)),
    )
    upper = proof.claim(
        "component.upper",
        LessEqual(p * decay(e), p * (is_nearest(e) + (1 - is_nearest(e)) * decay(delta))),
        "A centre that is farther than the nearest one is so by at least delta, unless it has no weight.",
        by=Cases((tie, far)),
        given=[gap],
    )
    return lower, upper, far


def one_point(proof: Proof, lower: Step, upper: Step) -> Step:
    """The error at finite variance, and the limit."""
    proof.section("One point")
    facts = (*normalisers(proof, lower, upper), *shares(proof))
    error = error_bound(proof, facts)
    return proof.claim(
        "limit",
        Limit(soft, v, "zero", hard),
        "The bound tends to zero with the variance: the responsibilities tend to the weights of the nearest centres, "
        "scaled to sum to one.",
        by=Squeezed(error),
    )


def normalisers(proof: Proof, lower: Step, upper: Step) -> tuple[Step, ...]:
    """T <= sum_k pi_k exp(-e_k / 2v) <= T + (1 - T) exp(-delta / 2v)."""
    values = ((p, pi[k]), (e, excess[k]))
    below = proof.apply("point.below", lower, values, "The lower bound for component k.")
    above = proof.apply("point.above", upper, values, "The upper bound for component k.", given=[separated])
    least = proof.claim(
        "mass.lower",
        LessEqual(mass, normaliser),
        "Add over the components.",
        by=Gap(zero, ((one, below, (k,)),)),
    )
    most = proof.claim(
        "mass.upper",
        LessEqual(normaliser, mass + (1 - mass) * decay(delta)),
        "Add over the components; the weights sum to one.",
        by=Gap(zero, ((one, above, (k,)),)),
        given=[separated],
    )
    return below, above, least, most


def shares(proof: Proof) -> tuple[Step, ...]:
    """What one component has of the prior mass of the nearest centres, and of the rest."""
    tied = proof.claim(
        "mass.term",
        LessEqual(pi[k] * is_nearest(excess[k]), mass),
        "The weight of one of the nearest centres is at most that of all of them.",
        by=TermOfSum(),
    )
    others = Sum(l, pi[l] * (1 - is_nearest(excess[l])))
    rest = proof.claim(
        "rest.term",
        LessEqual(pi[k] * (1 - is_nearest(excess[k])), others),
        "The weight of one of the other centres is at most that of all others.",
        by=TermOfSum(),
    )
    complement = proof.claim("rest.mass", Equal(others, 1 - mass), "The weights sum to one.")
    return tied, rest, complement


def error_bound(proof: Proof, facts: tuple[Step, ...]) -> Step:
    """|soft - hard| <= (1 - T)/T exp(-delta / 2v)."""
    bound = (1 - mass) / mass * decay(delta)
    given = [some_mass, separated]
    above = proof.claim(
        "error.above",
        LessEqual(soft - hard, bound),
        "A responsibility is the share of the component in the normaliser. It exceeds its limit by at most the "
        "contribution of the farther centres, relative to that of the nearest ones.",
        by=Cases(facts),
        given=given,
    )
    below = proof.claim(
        "error.below",
        LessEqual(hard - soft, bound),
        "It falls short of its limit by at most the same amount, because the normaliser exceeds the mass of the nearest "
        "centres by no more than that.",
        by=Cases(facts),
        given=given,
    )
    return proof.claim(
        "error",
        LessEqual(Abs(soft - hard), bound),
        "So this is a bound for the error at every variance.",
        by=Cases((above, below)),
        given=given,
    )


def without_ties(proof: Proof) -> None:
    """With a single nearest centre of positive weight the limit is a hard assignment."""
    hot = scalars("hot", "h", (K,), ONE_HOT)
    ahead = scalars("ahead", "r", (K,), POSITIVE)
    single = Hypothesis(Equal(is_nearest(excess[k]), hot[k]), (Choice(excess[k], (1 - hot[k]) * ahead[k]),))
    proof.claim(
        "hard",
        Equal(hard, hot[k]),
        "If exactly one centre is nearest (and has positive weight), the limit is one for it and zero for the others: "
        "the weights no longer matter.",
        given=[single, some_mass],
    )


def all_points(proof: Proof, limit: Step) -> Step:
    """The limit for every point of a data set."""
    proof.section("All points")
    mass_at_points = Hypothesis(instantiated(some_mass.statement, AT_POINT), (SMALLEST,))
    excess_here = at(squared - base[i], {k: l})
    smallest_gap = Minimum(i, Minimum(l, excess_here + is_nearest(excess_here)))
    gap = Hypothesis(instantiated(separated.statement, AT_POINT), (Choice(delta, smallest_gap),))
    return proof.apply(
        "points",
        limit,
        AT_POINT,
        "The same for point i, whose smallest squared distance from a centre of positive weight is the base.",
        given=[mass_at_points, gap],
    )


def m_step(proof: Proof, points: Step, far: Step) -> None:
    """The limits of the counts, of the means, and of the expected log-likelihood."""
    assert isinstance(points.statement, Limit)
    soft_i, hard_i = points.statement.body, points.statement.value
    proof.section("The M-step")
    proof.claim(
        "counts.limit",
        Limit(Sum(i, soft_i), v, "zero", Sum(i, hard_i)),
        "A finite sum of limits.",
        by=Composed((points,)),
    )
    (coordinate,) = D.indices("d")
    proof.claim(
        "mean.limit",
        Limit(
            Sum(i, soft_i * x[i][coordinate]) / Sum(i, soft_i),
            v,
            "zero",
            Sum(i, hard_i * x[i][coordinate]) / Sum(i, hard_i),
        ),
        "Where the limit of the count is not zero, the updated mean tends to the centroid of the points assigned to the "
        "component.",
        by=Composed((points,)),
        given=[Hypothesis(Belongs(Sum(i, hard_i), POSITIVE), (Choice(mu[k], vector("m", "m", D)),))],
    )
    forgotten_centre(proof, far)
    log_density_new = substitute(log_density, mu[k], new[k])
    proof.claim(
        "objective",
        Equal(
            -2 * v * sum_over(i, k, gamma[i, k] * (Log(pi[k]) + log_density_new)),
            sum_over(i, k, gamma[i, k] * squared_new)
            + v * (N * D * Log(2 * CirclePi() * v) - 2 * sum_over(i, k, gamma[i, k] * Log(pi[k]))),
        ),
        "The M-step looks for centres, here called nu_k, with the responsibilities held fixed. Multiply the expected "
        "complete log-likelihood by minus twice the variance, which turns a maximum into a minimum: only the first term "
        "contains the new centres.",
        given=[positive_weights],
    )
    proof.claim(
        "objective.limit",
        Limit(sum_over(i, k, soft_i * squared_new), v, "zero", sum_over(i, k, hard_i * squared_new)),
        "The responsibilities are those at the old centres, and tend to their limits; the new centres are whatever "
        "they are.",
        by=Composed((points,)),
    )


def becomes_lloyd(proof: Proof, points: Step) -> None:
    """Without ties the E-step, the M-step and its objective tend to those of Lloyd's algorithm."""
    assert isinstance(points.statement, Limit)
    proof.section("Without ties")
    filled = Hypothesis(instantiated(some_mass.statement, AT_POINT), (SMALLEST,))
    at_centre = Choice(x[i], Sum(l, z[i, l] * mu[l]))
    single = Hypothesis(Equal(is_nearest(squared - base[i]), z[i, k]), (at_centre,))
    assigned = proof.claim(
        "points.hard",
        Equal(points.statement.value, z[i, k]),
        "Let z_ik be 1 where centre k is the only nearest one of point i, and has a weight, and 0 elsewhere. Then this "
        "assignment is the limit.",
        given=[single, filled],
    )
    posterior = proof.define(
        "posterior",
        share[i, k],
        responsibility(),
        "Give the responsibilities, as they were at the start, a name.",
    )
    tending = proof.claim(
        "responsibility.limit",
        Limit(share[i, k], v, "zero", z[i, k]),
        "So the responsibilities tend to the assignment of each point to its nearest centre: the first step of Lloyd's "
        "algorithm.",
        by=Composed((points,), points.statement.body),
        rewriting=[assigned],
        uses=[posterior],
    )
    (coordinate,) = D.indices("d")
    proof.claim(
        "lloyd.mean",
        Limit(
            Sum(i, share[i, k] * x[i][coordinate]) / Sum(i, share[i, k]),
            v,
            "zero",
            Sum(i, z[i, k] * x[i][coordinate]) / Sum(i, z[i, k]),
        ),
        "The update of a mean tends to the centroid of the points assigned to it, if there are any: the second step.",
        by=Composed((tending,)),
        given=[Hypothesis(Belongs(Sum(i, z[i, k]), POSITIVE))],
    )
    proof.claim(
        "lloyd.objective",
        Limit(sum_over(i, k, share[i, k] * squared_new), v, "zero", sum_over(i, k, z[i, k] * squared_new)),
        "And what the M-step minimises tends to the objective of K-means.",
        by=Composed((tending,)),
    )


def forgotten_centre(proof: Proof, far: Step) -> None:
    """Where the limit of the count is zero, the mean need not tend to a centroid: points 0 and 1, centres 1/2 and 10."""
    near, far0, far1 = (decay(Number(Fraction(n, 4))) for n in (1, 400, 324))
    share0, share1 = far0 / (near + far0), far1 / (near + far1)
    mean = share1 / (share0 + share1)
    product = proof.claim(
        "example.product",
        Equal(far0, far1 * decay(Number(Fraction(19)))),
        "Points at 0 and 1, centres at 1/2 and 10, equal weights: both points go to the first centre. The squared "
        "distances from the second one are 100 and 81.",
    )
    nearer = proof.claim(
        "example.distances",
        LessEqual(Number(Fraction(1, 4)), Number(Fraction(81))),
        "The first centre is nearer, at a squared distance of 1/4 from both points.",
    )
    ordered = proof.apply(
        "example.order",
        far,
        ((e, Number(Fraction(81))), (delta, Number(Fraction(1, 4)))),
        "The nearer centre has the larger exponential.",
        facts=[nearer],
    )
    error = proof.claim(
        "example.error",
        LessEqual(Abs(mean - 1), 2 * decay(Number(Fraction(19)))),
        "The second centre's mean is the average of the points weighted with responsibilities that are both tiny; the one "
        "of the nearer point is larger by a factor that grows without bound.",
        by=Cases((product, ordered)),
    )
    proof.claim(
        "example",
        Limit(mean, v, "zero", one),
        "So the mean of this centre, which has no points in the limit, tends to the nearer of the two points, not to a centroid "
        "of its own.",
        by=Squeezed(error),
    )


def lloyd(proof: Proof) -> None:
    """The two steps of Lloyd's algorithm for K-means, neither of which increases the objective."""
    proof.section("Lloyd's algorithm")
    _, assigned = derive_assignment(proof, squared)
    weight = scalars("w", "w", (N,), NONNEGATIVE)
    place = vector("m", "m", D)
    total = Sum(i, weight[i])
    filled = Hypothesis(Belongs(total, POSITIVE))
    center = Sum(i, weight[i] * x[i]) / total
    distance = (x[i] - place).T @ (x[i] - place)
    spread = Sum(i, weight[i] * distance)
    best = proof.claim(
        "centroid",
        LessEqual(substitute(spread, place, center), spread),
        "For the points of one cluster: the sum of squared distances from a place exceeds that from the centroid by the "
        "total weight times the squared distance between the two.",
        by=Gap(total * ((center - place).T @ (center - place))),
        given=[filled],
    )
    proof.claim(
        "centroid.empty",
        Equal(spread, zero),
        "In a cluster without points every place is as good as any other.",
        given=[Hypothesis(Equal(weight[i], zero))],
    )
    update = proof.apply(
        "update",
        best,
        ((weight[i], z[i, k]), (place, mu[k])),
        "So moving every centre to the centroid of its points does not increase the objective either.",
        given=[Hypothesis(Belongs(Sum(i, z[i, k]), POSITIVE))],
    )
    proof.update("z", z[i, k], nearest(squared), assigned)
    proof.update("mu", mu[k], Sum(i, z[i, k] * x[i]) / Sum(i, z[i, k]), update)


def one_pass(proof: Proof) -> None:
    """Both steps from one product of matrices: the square of a point is the same for all centres."""
    proof.section("Lloyd's algorithm in one pass")
    square = x[i].T @ x[i]
    cheap = mu[k].T @ mu[k] - 2 * (x[i].T @ mu[k])
    scored = proof.define(
        "score",
        score[i, k],
        cheap,
        "All scores of all points and centres are one product of matrices and little more.",
    )
    proof.claim(
        "score.distance",
        Equal(squared, square + score[i, k]),
        "Multiply the squared distance out: it is the score and the square of the point.",
        uses=[scored],
    )
    proof.claim(
        "score.origin",
        Equal((x[i] - origin - (mu[k] - origin)).T @ (x[i] - origin - (mu[k] - origin)), squared),
        "Distances do not depend on the origin. With an origin near the points the squares are small, and little is "
        "lost to rounding where they cancel.",
    )
    same = proof.claim(
        "score.nearest",
        Equal(nearest(squared), nearest(score[i, k])),
        "The square of the point is the same for all centres, so that the scores alone tell which is the nearest.",
        by=Shifted(square),
        uses=[scored],
    )
    closest = proof.claim(
        "score.least",
        Equal(Minimum(l, at(squared, {k: l})), square + Minimum(l, score[i, l])),
        "They also give the smallest distance. What they lack of the objective, the squares of the points added up, is "
        "the same for all centres and assignments.",
        by=Shifted(square),
        uses=[scored],
    )
    proof.update("score", score[i, k], cheap, scored)
    proof.update("z_of_scores", z[i, k], nearest(score[i, k]), same)
    sums(proof, closest)


def sums(proof: Proof, closest: Step) -> None:
    """What one pass adds up: all that the update and the objective need."""
    members = proof.define("members", count[k], Sum(i, z[i, k]), "How many points a cluster has,")
    summed = proof.define("total", total[k], Sum(i, z[i, k] * x[i]), "their sum,")
    smallest = proof.define(
        "least", least, Sum(i, Minimum(l, score[i, l])), "and the smallest scores, added up."
    )
    proof.claim(
        "least.objective",
        Equal(Sum(i, Minimum(l, at(squared, {k: l}))), Sum(i, x[i].T @ x[i]) + least),
        "With the squares of the points they are the objective at the nearest centres.",
        rewriting=[closest],
        uses=[smallest],
    )
    centroid = proof.claim(
        "total.centroid",
        Equal(Sum(i, z[i, k] * x[i]) / Sum(i, z[i, k]), total[k] / count[k]),
        "These sums are all that the update needs. They may be taken over parts of the points and added up.",
        uses=[members, summed],
        given=[Hypothesis(Belongs(count[k], POSITIVE))],
    )
    proof.update("count", count[k], Sum(i, z[i, k]), members)
    proof.update("total", total[k], Sum(i, z[i, k] * x[i]), summed)
    proof.update("least", least, Sum(i, Minimum(l, score[i, l])), smallest)
    proof.update("mu_of_sums", mu[k], total[k] / count[k], centroid)


if __name__ == "__main__":
    from reports.cli import main_derivation

    raise SystemExit(main_derivation(derive))
