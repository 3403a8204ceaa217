"""Problem 4: expectation maximisation for a mixture of Bernoulli variables.

Theorem. For binary x_id the E-step is gamma_ik = pi_k f_ik / sum_j pi_j f_ij with the probability
f_ik = prod_d theta_kd^x_id (1 - theta_kd)^(1 - x_id) of image i under component k; uniform weights cancel. With the
responsibilities held fixed, the expected complete log-likelihood is maximised by

    theta_kd = (1/N_k) sum_i gamma_ik x_id,    pi_k = N_k / N,    N_k = sum_i gamma_ik,

globally over the closed cube 0 <= theta_kd <= 1 and the closed simplex, for any number of points N, components K
and dimensions D. An empty component (N_k = 0) leaves its parameters free. With one component this is the maximum
likelihood estimate of independent Bernoulli variables: their mean.

Source: problem 4 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), section 9.3.3.
"""

from __future__ import annotations

from derivations.calculus.domains import BINARY, FRACTION, NONNEGATIVE, POSITIVE, PROBABILITY, SIMPLEX
from derivations.calculus.expressions import (
    Add,
    AssignmentSum,
    Bracket,
    Delta,
    Exp,
    Expr,
    Gradient,
    Log,
    LogSumExp,
    Neg,
    Product,
    Sum,
    at,
    scalar,
    scalars,
    substitute,
    sum_over,
    vectors,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, Iff, LessEqual, Maximum
from derivations.lemmas.bernoulli import (
    a,
    b,
    closed_pixel,
    derive_bound,
    m,
    one,
    p,
    pixel,
    q,
    zero,
)
from derivations.lemmas.mixture import (
    D,
    K,
    N,
    count,
    counts_add_up,
    d,
    define_counts,
    e,
    expectation,
    gamma,
    i,
    j,
    k,
    pi,
    positive_counts,
    positive_weights,
    z,
)
from derivations.lemmas.posterior import log_joint as joint_logarithm
from derivations.lemmas.posterior import softmax
from derivations.lemmas.weights import derive_weights, l
from derivations.proof.axioms import INDEPENDENCE
from derivations.proof.methods import Bound, Factor, Gap, Membership, Summed
from derivations.proof.proof import Proof
from derivations.proof.steps import Derivation, Step

x = vectors("x", "x", (N,), D, BINARY)
theta = scalars("theta", r"\theta", (K, D), PROBABILITY)
density = scalars("density", "f", (N, K), NONNEGATIVE)
evidence = scalars("evidence", "p", (N,), NONNEGATIVE)
on = scalars("on", "S", (K, D), NONNEGATIVE)
off = scalars("off", r"\bar{S}", (K, D), NONNEGATIVE)
solution = scalars("solution", r"\theta^{\ast}", (K, D), PROBABILITY)
spare = scalars("spare", r"\tilde{\theta}", (K, D), PROBABILITY)
estimate = scalars("estimate", r"\hat{\theta}", (K, D), PROBABILITY)
log_likelihood = scalar("log_likelihood", "L")
weight = scalars("weight", "w", (N,), NONNEGATIVE)
rate = scalars("rate", "t", (D,), PROBABILITY)
average = scalars("average", r"\bar{x}", (D,), PROBABILITY)
bias = scalars("bias", "w", (K,))
logit = scalars("logit", "h", (K, D))

inside = Hypothesis(Belongs(theta[k, d], FRACTION))
possible = Hypothesis(Belongs(evidence[i], POSITIVE))
no_weight = Hypothesis(Equal(weight[i], zero))

# Where N_k is zero, every parameter solves N_k theta_kd = S_kd: the judge is told how to draw one.
_empty = Bracket(count[k], "=", zero)
solves = Hypothesis(
    Equal(on[k, d], count[k] * solution[k, d]),
    (Choice(solution[k, d], (on[k, d] + _empty * spare[k, d]) / (count[k] + _empty)),),
)

joint = pi[k] * density[i, k]
log_density = Sum(d, pixel(x[i][d], theta[k, d]))
log_joint = Log(pi[k]) + Sum(d, closed_pixel(x[i][d], 1 - x[i][d], theta[k, d]))
expected_density = sum_over(i, k, gamma[i, k] * log_density)  # the part of Q in theta, inside the cube
objective = sum_over(k, d, closed_pixel(on[k, d], off[k, d], theta[k, d]))  # the same on the closed cube


def exercise(proof: Proof) -> None:
    """The problem as a class gets it."""
    proof.exercise(
        "An image has D pixels, each of them on or off: x_id is one or zero. In component k, pixel d is on with "
        "probability theta_kd, whatever the other pixels are. Images are drawn from a mixture of K such components.",
        "(a) Suppose that all components are equally probable. Derive the EM algorithm for the parameters theta_kd: "
        "the E-step, the expected log-likelihood, the M-step. (b) Let the weights pi_k be learnt as well. (c) Show that "
        "the M-step finds a global maximum. The parameters may come out as 0 or 1, where a logarithm is not defined: say "
        "what is meant then, and what follows for the next E-step. (d) What does one component alone give?",
        hints=(
            "Which probability has one image in component k? Write it as one product over the pixels that holds whether a "
            "pixel is on or off.",
            "After taking logarithms, no two parameters occur in the same term. Give names to the sums that belong to the "
            "pixels that are on, and to those that are off.",
            "For (c), compare a logarithm with its tangent instead of differentiating twice: that holds on the boundary "
            "as well, if zero times the logarithm of zero is read as zero.",
        ),
        answers={
            "a": ("gamma.uniform", "split.uniform", "theta.root"),
            "b": ("pi.maximum",),
            "c": ("theta.maximum", "always.zero.stays", "always.one.stays"),
            "d": ("mean.maximum",),
        },
    )


def derive() -> Derivation:
    """The derivation, judged step by step."""
    proof = Proof(
        name="bernoulli_mixture",
        problem=4,
        title="Expectation maximisation for Bernoulli mixtures",
        theorem="The responsibilities follow from Bayes' theorem. With them held fixed, the expected complete "
        "log-likelihood has a global maximum over the closed cube: each parameter is the average of its pixel, weighted "
        "by the responsibilities, and the weights are the shares of the counts.",
        setting="N binary images of D pixels, K components. Given its component, the pixels of an image are independent, "
        "and pixel d is on with probability theta_kd.",
        source="Problem 4 of the sheet; Bishop, Pattern Recognition and Machine Learning (2006), section 9.3.3",
    )
    exercise(proof)
    definitions = model(proof)
    responsibilities = e_step(proof, *definitions)
    likelihood = log_likelihood_of_images(proof, *definitions)
    by_logits = natural_parameters(proof, *definitions)
    counts = expected_likelihood(proof)
    proof.section("The mixture weights")
    best_weights = derive_weights(proof, counts, counts_add_up(proof, counts))
    statistics, whole = define_statistics(proof, counts)
    stationary_point(proof, statistics)
    bound, best_parameters = global_maximum(proof, statistics, whole)
    boundary(proof, statistics)
    one_component(proof, bound)
    proof.update("gamma", gamma[i, k], responsibility(), responsibilities, being=joint / evidence[i])
    shares = softmax(joint_logarithm[i, k], joint_logarithm[i, j])
    proof.update("shares", gamma[i, k], shares, by_logits, being=joint / evidence[i])
    proof.update("log_likelihood", log_likelihood, total_log_likelihood(), likelihood)
    proof.update("theta", theta[k, d], on[k, d] / count[k], best_parameters, statistics[:2])
    proof.update("pi", pi[k], count[k] / N, best_weights, [counts])
    proof.update("count", count[k], Sum(i, gamma[i, k]), counts)
    proof.update("on", on[k, d], Sum(i, gamma[i, k] * x[i][d]), statistics[1])
    proof.update("theta_of_sums", theta[k, d], on[k, d] / count[k], best_parameters)
    return proof.finish()


def responsibility() -> Expr:
    """exp(l_ik - logsumexp_j l_ij): the quotient of Bayes' theorem, computed from logarithms."""
    total = LogSumExp(j, at(log_joint, {k: j}))
    return Exp(Add((log_joint, Neg(total))))


def total_log_likelihood() -> Expr:
    """sum_i logsumexp_k l_ik."""
    return Sum(i, LogSumExp(k, log_joint))


def model(proof: Proof) -> tuple[Step, Step]:
    """The probability of an image under a component and under the mixture, and the likelihood."""
    proof.section("The model and its likelihood")
    of_component = proof.define(
        "density",
        density[i, k],
        Product(d, theta[k, d] ** x[i][d] * (1 - theta[k, d]) ** (1 - x[i][d])),
        "Given the component, the pixels are independent. The exponents pick the factor of a pixel: the parameter "
        "where it is on, one minus the parameter where it is off. Parameters may be 0 or 1.",
    )
    proof.claim(
        "density.log",
        Equal(Log(density[i, k]), log_density),
        "The logarithm turns the product into a sum and brings the exponents down.",
        uses=[of_component],
        given=[inside],
    )
    of_mixture = proof.define(
        "evidence",
        evidence[i],
        Sum(k, joint),
        "The probability of an image, whichever component it came from.",
    )
    proof.claim(
        "likelihood",
        Equal(AssignmentSum(z, Product(i, pi[z[i]] * density[i, z[i]])), Product(i, evidence[i])),
        "The images are independent, each with its component, so that their joint probability is a product. The "
        "likelihood of the images alone is the sum over all K^N assignments of components; multiplied out, the product "
        "of the N sums is that sum.",
        uses=[of_mixture],
        citing=[INDEPENDENCE],
    )
    return of_component, of_mixture


def e_step(proof: Proof, of_component: Step, of_mixture: Step) -> Step:
    """Bayes' theorem, with any weights and with uniform ones, and its stable form."""
    proof.section("The E-step")
    proof.claim(
        "gamma.rows",
        Belongs(joint / evidence[i], SIMPLEX, k),
        "Bayes' theorem: the responsibility of component k, called gamma_ik below, is its share of the probability of the "
        "image. Shares are not negative and sum to one. The image must be possible under at least one component.",
        uses=[of_mixture],
        given=[possible],
    )
    proof.claim(
        "gamma.uniform",
        Equal(
            (one / K) * density[i, k] / Sum(j, (one / K) * density[i, j]),
            density[i, k] / Sum(j, density[i, j]),
        ),
        "If all components have the weight 1/K, it is a common factor of numerator and denominator and cancels.",
        given=[Hypothesis(Belongs(Sum(j, density[i, j]), POSITIVE))],
    )
    return proof.claim(
        "gamma.stable",
        Equal(joint / evidence[i], responsibility()),
        "The probability of an image of many pixels is too small for a computer's numbers. So compute with its logarithm "
        "and divide under the exponential. Where a parameter is 0 or 1 and the pixel says otherwise, the logarithm is "
        "minus infinity and the responsibility zero, as it should be.",
        uses=[of_component, of_mixture],
        given=[possible, positive_weights],
    )


def log_likelihood_of_images(proof: Proof, of_component: Step, of_mixture: Step) -> Step:
    """What expectation maximisation increases from step to step."""
    return proof.claim(
        "likelihood.stable",
        Equal(Log(Product(i, evidence[i])), total_log_likelihood()),
        "The same logarithms give the log-likelihood, by which one sees how far the iteration has come.",
        uses=[of_component, of_mixture],
        given=[possible, positive_weights],
    )


def natural_parameters(proof: Proof, of_component: Step, of_mixture: Step) -> Step:
    """Inside the cube the logarithms of the joint probabilities are linear in the pixels."""
    proof.section("Natural parameters")
    here = [positive_weights, inside]
    logarithm = proof.define(
        "natural.joint",
        joint_logarithm[i, k],
        Log(pi[k]) + log_density,
        "Inside the cube no logarithm is infinite.",
        given=here,
    )
    constants, slopes = Log(pi[k]) + Sum(d, Log(1 - theta[k, d])), Log(theta[k, d]) - Log(1 - theta[k, d])
    definitions = [
        proof.define(
            "natural.bias",
            bias[k],
            constants,
            "The logarithm of the joint probability of the image that is off everywhere.",
            given=here,
        ),
        proof.define(
            "natural.logit", logit[k, d], slopes, "What a pixel that is on adds to it.", given=[inside]
        ),
    ]
    linear = proof.claim(
        "natural.linear",
        Equal(joint_logarithm[i, k], in_pixels()),
        "Collect what stands before each pixel. So one product of matrices gives the logarithms of all images and "
        "components at once, where treating pixels that are on and pixels that are off separately would need two.",
        uses=[logarithm, *definitions],
        given=here,
    )
    uses = [of_component, of_mixture, logarithm]
    shares = proof.claim(
        "natural.gamma",
        Equal(joint / evidence[i], softmax(joint_logarithm[i, k], joint_logarithm[i, j])),
        "From there on all is as before: the responsibilities",
        uses=uses,
        given=here,
    )
    total = Sum(i, LogSumExp(k, joint_logarithm[i, k]))
    likelihood = proof.claim(
        "natural.likelihood",
        Equal(Log(Product(i, evidence[i])), total),
        "and the log-likelihood.",
        uses=uses,
        given=here,
    )
    proof.update("bias", bias[k], constants, linear)
    proof.update("logit", logit[k, d], slopes, linear)
    proof.update("natural_log_joint", joint_logarithm[i, k], in_pixels(), linear)
    proof.update("natural_log_likelihood", log_likelihood, total, likelihood)
    return shares


def in_pixels() -> Expr:
    """The logarithm of the joint probability of image i and component k, by natural parameters."""
    return bias[k] + Sum(d, logit[k, d] * x[i][d])


def expected_likelihood(proof: Proof) -> Step:
    """The expected complete log-likelihood, and how it splits."""
    proof.section("The expected complete log-likelihood")
    counts = define_counts(proof)
    expected = expectation(proof, Log(pi[k]) + log_density, [inside])
    proof.claim(
        "split",
        Equal(
            sum_over(i, k, gamma[i, k] * (Log(pi[k]) + log_density)),
            Sum(k, count[k] * Log(pi[k])) + expected_density,
        ),
        "Split the logarithm of the product. The first part depends on the weights alone, the second on the parameters "
        "of the components alone, so that they can be maximised one by one.",
        uses=[counts, expected],
        given=[positive_weights, inside],
    )
    proof.claim(
        "split.uniform",
        Equal(sum_over(i, k, gamma[i, k] * (Log(one / K) + log_density)), -N * Log(K) + expected_density),
        "If the weights are fixed at 1/K, the first part is a constant, because the responsibilities of each image sum "
        "to one. The second part is the same: with the responsibilities given, it makes no difference to the update of "
        "the parameters whether the weights are learned.",
        given=[inside],
    )
    return counts


def define_statistics(proof: Proof, counts: Step) -> tuple[list[Step], Step]:
    """S_kd and its complement: how much of component k has pixel d on, and off; together they are N_k."""
    proof.section("The parameters")
    with_pixel = proof.define(
        "on",
        on[k, d],
        Sum(i, gamma[i, k] * x[i][d]),
        "Add up the responsibilities of component k for the images whose pixel d is on.",
    )
    without_pixel = proof.define(
        "off",
        off[k, d],
        Sum(i, gamma[i, k] * (1 - x[i][d])),
        "And for those whose pixel d is off.",
    )
    whole = proof.claim(
        "on.off",
        Equal(off[k, d], count[k] - on[k, d]),
        "A pixel is either on or off, so that together they make the count.",
        uses=[counts, with_pixel, without_pixel],
    )
    return [counts, with_pixel, without_pixel], whole


def stationary_point(proof: Proof, statistics: list[Step]) -> None:
    """Gradient, root and curvature inside the cube."""
    pull = x[i][e] / theta[j, e] - (1 - x[i][e]) / (1 - theta[j, e])
    proof.compute(
        "theta.gradient.sums",
        Gradient(expected_density, theta[j, e]),
        sum_over(
            i,
            k,
            d,
            gamma[i, k]
            * Delta(k, j)
            * Delta(d, e)
            * (x[i][d] / theta[k, d] - (1 - x[i][d]) / (1 - theta[k, d])),
        ),
        "Differentiate inside the sums: the derivative of one parameter by another is one if they are the same and zero "
        "otherwise.",
        given=[inside],
    )
    slope = proof.compute(
        "theta.gradient",
        Gradient(expected_density, theta[j, e]),
        Sum(i, gamma[i, j] * pull),
        "The sums over components and pixels collapse to the one term that depends on this parameter; the sum over the "
        "images stays. The parameters do not interact.",
        given=[inside],
    )
    proof.solve(
        "theta.root",
        Equal(Gradient(expected_density, theta[j, e]), zero),
        theta[j, e],
        on[j, e] / count[j],
        "Multiply by both denominators, which are positive; what remains is linear in the parameter.",
        times=theta[j, e] * (1 - theta[j, e]),
        uses=statistics[:2],
        given=[inside, positive_counts],
    )
    bend = on[j, e] / theta[j, e] ** 2 + off[j, e] / (1 - theta[j, e]) ** 2
    curvature = proof.compute(
        "theta.curvature",
        Gradient(Gradient(expected_density, theta[j, e]), theta[l, d]),
        -Delta(j, l) * Delta(d, e) * bend,
        "Differentiate once more: the matrix of second derivatives is diagonal.",
        uses=[slope, *statistics],
        given=[inside],
    )
    proof.claim(
        "theta.concave",
        LessEqual(-bend, zero),
        "No entry on the diagonal is positive: the expected log-likelihood is concave in the parameters.",
        uses=[curvature],
        given=[inside],
    )


def global_maximum(proof: Proof, statistics: list[Step], whole: Step) -> tuple[Step, Step]:
    """Every solution of N_k theta_kd = S_kd is a global maximum over the closed cube."""
    proof.section("The global maximum, boundary included")
    proof.claim(
        "theta.closed",
        Equal(expected_density, objective),
        "Collect the images by the state of the pixel. In this form the parameters may be 0 or 1 as well: 0 log 0 counts "
        "as zero, and the value is minus infinity if something becomes impossible that has been seen.",
        uses=statistics,
        given=[inside],
    )
    bound = derive_bound(proof)
    complement = proof.claim(
        "theta.complement",
        Equal(off[k, d], count[k] * (1 - solution[k, d])),
        "Let the starred parameters solve the equation of the root, written without a division so that empty components "
        "are included. Then they solve the same equation for the pixels that are off.",
        rewriting=[whole],
        given=[solves],
    )
    here = proof.apply(
        "theta.pixel",
        bound,
        ((a, on[k, d]), (b, off[k, d]), (m, count[k]), (p, theta[k, d]), (q, solution[k, d])),
        "The bound for pixel d of component k.",
        given=[solves],
        facts=[complement],
    )
    everywhere = proof.claim(
        "theta.global",
        LessEqual(objective, substitute(objective, theta[k, d], solution[k, d])),
        "Add over components and pixels. So every solution is a global maximum; for an empty component that is every "
        "parameter.",
        by=Summed(here, (k, d)),
        rewriting=[complement],
        given=[solves],
    )
    return bound, positive_solution(proof, statistics, whole, everywhere)


def positive_solution(proof: Proof, statistics: list[Step], whole: Step, everywhere: Step) -> Step:
    """With positive counts the solution is S_kd / N_k, which lies in the closed interval."""
    value, complement = on[k, d] / count[k], off[k, d] / count[k]
    root = proof.define(
        "estimate",
        estimate[k, d],
        value,
        "If the counts are positive, the equation can be solved: the share of component k that has pixel d on. It is "
        "not negative, and neither is what it lacks to one, the share that has the pixel off.",
        uses=statistics,
        given=[positive_counts],
        by=Membership(complement=complement),
    )
    facts = [
        proof.claim(
            "estimate.admissible",
            Belongs(estimate[k, d], PROBABILITY),
            "So it is a probability, 0 and 1 included.",
            by=Membership(value, complement),
            uses=[root, *statistics],
        ),
        proof.claim(
            "estimate.on", Equal(on[k, d], count[k] * estimate[k, d]), "It solves the equation", uses=[root]
        ),
        proof.claim(
            "estimate.off",
            Equal(off[k, d], count[k] * (1 - estimate[k, d])),
            "and the one for the pixels that are off.",
            uses=[root],
            rewriting=[whole],
        ),
    ]
    bound = proof.apply(
        "theta.best",
        everywhere,
        ((solution[k, d], estimate[k, d]),),
        "The bound for this solution.",
        given=[positive_counts],
        facts=facts,
    )
    return proof.claim(
        "theta.maximum",
        Maximum(objective, (Choice(theta[k, d], estimate[k, d]),)),
        "So the averages of the pixels, weighted by the responsibilities, are a global maximum over the closed cube.",
        by=Bound(bound, (facts[0],)),
        rewriting=facts[1:],
        given=[positive_counts],
    )


def boundary(proof: Proof, statistics: list[Step]) -> None:
    """A pixel that is always on or always off in a component, and an empty component."""
    proof.section("On the boundary")
    share = on[j, e] / count[j]
    slope = Gradient(expected_density, theta[j, e])
    proof.claim(
        "always.on",
        Iff(Equal(one, share), Equal(off[j, e], zero)),
        "The estimate is 1 exactly if the pixel is on in every image with a positive responsibility.",
        by=Factor(1 / count[j]),
        uses=statistics,
        given=[positive_counts],
    )
    proof.claim(
        "always.on.slope",
        Iff(Equal(on[j, e] / theta[j, e], slope), Equal(off[j, e], zero)),
        "Then, and only then, the part of the slope that pulls down is missing. Unless the component is empty, the slope "
        "is positive everywhere: there is no stationary point inside the interval, and the maximum is at its upper end.",
        by=Factor(1 / (1 - theta[j, e])),
        uses=statistics,
        given=[inside],
    )
    proof.claim(
        "always.off",
        Iff(Equal(share, zero), Equal(on[j, e], zero)),
        "The estimate is 0 exactly if the pixel is off in every image with a positive responsibility.",
        by=Factor(1 / count[j]),
        uses=statistics,
        given=[positive_counts],
    )
    proof.claim(
        "always.off.slope",
        Iff(Equal(slope, -(off[j, e] / (1 - theta[j, e]))), Equal(on[j, e], zero)),
        "Then the part that pulls up is missing. Unless the component is empty, the slope is negative everywhere, and the "
        "maximum is at the lower end.",
        by=Factor(1 / theta[j, e]),
        uses=statistics,
        given=[inside],
    )
    next_step(proof)
    empty_component(proof, statistics)


def next_step(proof: Proof) -> None:
    """What a parameter that is 0 or 1 means for the next E-step."""
    factor = theta[k, d] ** x[i][d] * (1 - theta[k, d]) ** (1 - x[i][d])
    proof.claim(
        "always.zero.stays",
        Equal(x[i][d] * factor, x[i][d] * theta[k, d]),
        "In the next E-step the probability of an image whose pixel is on has the parameter itself as a factor. Where "
        "that is 0, the image cannot come from this component: its responsibility is zero, and it adds nothing to the "
        "sum for the pixel. So the parameter stays 0.",
    )
    proof.claim(
        "always.one.stays",
        Equal((1 - x[i][d]) * factor, (1 - x[i][d]) * (1 - theta[k, d])),
        "That of an image whose pixel is off has one minus the parameter as a factor. In the same way a parameter that "
        "is 1 stays 1. (What is proved are the two factors; what follows for a whole run is said in words.)",
    )


def empty_component(proof: Proof, statistics: list[Step]) -> None:
    """N_k = 0: every parameter is as good as any other."""
    parts = (Sum(i, weight[i] * x[i][d]), Sum(i, weight[i] * (1 - x[i][d])))
    nothing = proof.claim(
        "empty.share",
        LessEqual(on[j, e], count[j]),
        "The part of a component that has a pixel on is at most the whole: if the count is zero, so are all of its "
        "statistics, and the equation of the root says nothing about its parameters.",
        by=Gap(Sum(i, gamma[i, j] * (1 - x[i][e]))),
        uses=statistics,
    )
    proof.claim(
        "empty",
        Equal(Sum(d, closed_pixel(*parts, rate[d])), zero),
        "A component whose responsibilities w_i are all zero contributes nothing, whatever its parameters are.",
        uses=[nothing],
        given=[no_weight],
    )


def one_component(proof: Proof, bound: Step) -> None:
    """K = 1: the maximum-likelihood estimate of independent Bernoulli variables."""
    proof.section("One component: the maximum-likelihood estimate")
    total, others = Sum(i, x[i][d]), Sum(i, 1 - x[i][d])
    likelihood = Sum(d, closed_pixel(total, others, rate[d]))
    mean = proof.define(
        "mean",
        average[d],
        total / N,
        "With one component all responsibilities are one and the count is N: the estimate is the plain average.",
        by=Membership(complement=others / N),
    )
    facts = [
        proof.claim(
            "mean.admissible",
            Belongs(average[d], PROBABILITY),
            "It is a probability,",
            by=Membership(total / N, others / N),
            uses=[mean],
        ),
        proof.claim("mean.on", Equal(total, N * average[d]), "solves the equation of the root", uses=[mean]),
        proof.claim(
            "mean.off",
            Equal(others, N * (1 - average[d])),
            "and the one for the pixels that are off.",
            uses=[mean],
        ),
    ]
    here = proof.apply(
        "mean.pixel",
        bound,
        ((a, total), (b, others), (m, N), (p, rate[d]), (q, average[d])),
        "The bound for pixel d.",
        facts=facts,
    )
    best = proof.claim(
        "mean.global",
        LessEqual(likelihood, substitute(likelihood, rate[d], average[d])),
        "Add over the pixels.",
        by=Summed(here, (d,)),
        rewriting=facts[1:],
    )
    proof.claim(
        "mean.maximum",
        Maximum(likelihood, (Choice(rate[d], average[d]),)),
        "So the maximum-likelihood estimate of a Bernoulli variable is its mean, for pixels that are always on or always "
        "off as well.",
        by=Bound(best, (facts[0],)),
        rewriting=facts[1:],
    )


if __name__ == "__main__":
    from reports.cli import main_derivation

    raise SystemExit(main_derivation(derive))
