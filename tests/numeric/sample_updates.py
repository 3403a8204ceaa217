"""Updates as derivations make them, written down without a proof: what generator and cross-check are tried on.

The first ones are those of the sheet; the others use every kind of node that the generator knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivations.calculus.domains import (
    BINARY,
    DEFINITE,
    FRACTION,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    ONE_HOT,
    OPEN_SIMPLEX,
    POSITIVE,
    PROBABILITY,
    SIMPLEX,
    SYMMETRIC,
    UNIT,
)
from derivations.calculus.expressions import (
    Abs,
    Bracket,
    CirclePi,
    Delta,
    Det,
    Exp,
    Expr,
    First,
    Identity,
    Index,
    Log,
    LogDet,
    LogSumExp,
    Median,
    Member,
    Minimum,
    Number,
    Ordered,
    Product,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    Zero,
    as_expr,
    inv,
    matrices,
    matrix,
    quadratic,
    scalar,
    scalars,
    sizes,
    sum_over,
    vector,
    vectors,
)
from derivations.calculus.statements import Equal, Statement
from derivations.proof.steps import Definition, Derivation, Step, Update

N, K, D, Kx, Ky = sizes("N K D K_x K_y")
i, m = N.indices("i m")
k, j = K.indices("k j")
d, e = D.indices("d e")
(p,) = Kx.indices("p")
(q,) = Ky.indices("q")

gamma = scalars("gamma", r"\gamma", (N, K), SIMPLEX)
x = vectors("x", "x", (N,), D)
n = scalars("n", "N", (K,), NONNEGATIVE)
pi = scalars("pi", r"\pi", (K,), OPEN_SIMPLEX)
mu = vectors("mu", r"\mu", (K,), D)
Sigma = matrices("Sigma", r"\Sigma", (K,), D, DEFINITE)
theta = scalars("theta", r"\theta", (K, D), FRACTION)
bits = scalars("bits", "b", (N, D), BINARY)
z = Symbol("z", "z", (N,), domain=LABEL, labels=K)
weight = scalars("weight", "w", (N,), POSITIVE)
mean = vector("mean", r"\bar\mu", D)
half = Number(Fraction(1, 2))


def member(expr: Expr) -> Member:
    assert isinstance(expr, Member)
    return expr


def update(
    name: str, target: Expr, formula: Expr, definitions: Sequence[Definition] = (), step: str = ""
) -> Update:
    return Update(name, member(target), formula, step or f"{name}.root", tuple(definitions))


def define(symbol: Expr, body: Expr) -> Definition:
    return Definition(member(symbol), body)


def as_number(value: Fraction) -> Expr:
    return Number(value)


def derivation(name: str, *updates: Update, hypotheses: Sequence[Statement] = ()) -> Derivation:
    """A derivation that holds nothing but the updates; each step has the hypotheses."""
    steps = tuple(
        Step(u.step, "claim", Equal(u.target, u.formula), "", "", hypotheses=tuple(hypotheses))
        for u in updates
    )
    return Derivation(name, 3, name, "", "", "", steps, updates)


def result(name: str, *family: Index, rows: bool = False, columns: bool = False) -> Expr:
    """A target of its own name, with these indices and D rows and columns."""
    shape = (D if rows else 1, D if columns else 1)
    return Symbol(name, "f", tuple(index.size for index in family), shape)[family]


# --------------------------------------------------------------------------- problem 3: the M-step

COUNTS = define(n[k], Sum(i, gamma[i, k]))


def scatter(centre: Symbol) -> Expr:
    return Sum(i, gamma[i, k] * ((x[i] - centre[k]) @ (x[i] - centre[k]).T))


WEIGHTS = update("pi", pi[k], n[k] / N, [COUNTS])
MEANS = update("mu", mu[k], Sum(i, gamma[i, k] * x[i]) / n[k], [COUNTS])
COVARIANCES = update("Sigma", Sigma[k], scatter(mu) / n[k], [COUNTS])

MSTEP = derivation("gmm_mstep", WEIGHTS, MEANS, COVARIANCES)

# --------------------------------------------------- the other problems, and what comes after them


def log_density(point: Index, component: Index) -> Expr:
    """log N(x_i | mu_k, Sigma_k)."""
    residual = x[point] - mu[component]
    constant = D * Log(2 * CirclePi()) + LogDet(Sigma[component])
    return -(constant + quadratic(residual, inv(Sigma[component]))) / 2


def log_joint(point: Index, component: Index) -> Expr:
    return Log(pi[component]) + log_density(point, component)


RESPONSIBILITIES = update("gamma", gamma[i, k], Exp(log_joint(i, k) - LogSumExp(j, log_joint(i, j))))
LIKELIHOOD = update("likelihood", result("likelihood"), Sum(i, LogSumExp(k, log_joint(i, k))))

BERNOULLI = update(
    "bernoulli",
    result("bernoulli", i, k),
    Sum(d, bits[i, d] * Log(theta[k, d]) + (1 - bits[i, d]) * Log(1 - theta[k, d])) - Log(as_expr(K)),
)
theta_closed = scalars("theta", r"\theta", (K, D), PROBABILITY)


def closed_bernoulli(point: Index, component: Index) -> Expr:
    """log pi_k + log p(x_i | theta_k), where theta may be 0 or 1."""
    yes = WeightedLog(bits[point, d], theta_closed[component, d])
    no = WeightedLog(1 - bits[point, d], 1 - theta_closed[component, d])
    return Log(pi[component]) + Sum(d, yes + no)


SURE_BERNOULLI = update("sure_bernoulli", result("sure_bernoulli", i, k), closed_bernoulli(i, k))
SURE_SHARES = update(
    "sure_shares", gamma[i, k], Exp(closed_bernoulli(i, k) - LogSumExp(j, closed_bernoulli(i, j)))
)
THETA = update("theta", theta[k, d], Sum(i, gamma[i, k] * bits[i, d]) / n[k], [COUNTS])

MIXTURE_MEAN = define(mean, Sum(k, pi[k] * mu[k]))
MOMENTS = update(
    "covariance",
    result("covariance", rows=True, columns=True),
    Sum(k, pi[k] * (Sigma[k] + (mu[k] - mean) @ (mu[k] - mean).T)),
    [MIXTURE_MEAN],
)

pi_x = scalars("pi_x", r"\pi", (Kx,), OPEN_SIMPLEX)
pi_y = scalars("pi_y", r"\rho", (Ky,), OPEN_SIMPLEX)
Sigma_x = matrices("Sigma_x", r"\Sigma", (Kx,), D, DEFINITE)
Sigma_y = matrices("Sigma_y", "T", (Ky,), D, DEFINITE)
SUM_WEIGHTS = update("sum_pi", result("sum_pi", p, q), pi_x[p] * pi_y[q])
SUM_SCATTER = update("sum_Sigma", result("sum_Sigma", p, q, rows=True, columns=True), Sigma_x[p] + Sigma_y[q])
SUM_DISTANCE = update(
    "sum_distance",
    result("sum_distance", i, p, q),
    quadratic(x[i], inv(Sigma_x[p] + Sigma_y[q])) + LogDet(Sigma_x[p] + Sigma_y[q]),
)


def distance(point: Index, component: Index) -> Expr:
    return (x[point] - mu[component]).T @ (x[point] - mu[component])


NEAREST = update("nearest", result("nearest", i, k), First(j, distance(i, j), k))
DISTORTION = update("distortion", result("distortion"), Sum(i, Minimum(k, distance(i, k))))
CENTROIDS = update(
    "centroid", mu[k], mu[k] + Sum(i, Delta(z[i], k) * (x[i] - mu[k])) / (Sum(i, Delta(z[i], k)) + half)
)
ASSIGNED = update("assigned", result("assigned"), Sum(i, (x[i] - mu[z[i]]).T @ (x[i] - mu[z[i]])))
MEDIANS = update("median", result("median", k, d), Median(i, x[i][d], gamma[i, k]))
belongs = scalars("belongs", "z", (N, K), ONE_HOT)
CLUSTER_MEDIANS = update("cluster_median", result("cluster_median", k, d), Median(i, x[i][d], belongs[i, k]))
L1 = update("l1", result("l1", i, k), Sum(d, Abs(x[i][d] - mu[k][d])))

SHEET = (
    WEIGHTS,
    MEANS,
    COVARIANCES,
    RESPONSIBILITIES,
    LIKELIHOOD,
    BERNOULLI,
    SURE_BERNOULLI,
    SURE_SHARES,
    THETA,
    MOMENTS,
    SUM_WEIGHTS,
    SUM_SCATTER,
    SUM_DISTANCE,
    DISTORTION,
    CENTROIDS,
    ASSIGNED,
    MEDIANS,
    CLUSTER_MEDIANS,
    L1,
)

# --------------------------------------------------------------- every other way to use the nodes

A = matrix("A", "A", D, domain=INVERTIBLE)
B = matrix("B", "B", D, domain=SYMMETRIC)
S = matrix("S", "S", D, domain=DEFINITE)
a = vector("a", "a", D)
b = vector("b", "b", D)
c = scalar("c", "c")
r = scalar("r", "r", POSITIVE)
u = vectors("u", "u", (K,), D, UNIT)
s = scalars("s", "s", (N, K))
t = scalars("t", "t", (K, D))
v = scalars("v", "v", (K,), NONNEGATIVE)

OTHERS = (
    update("constant", result("constant", k), as_expr(1) / K + 0 * c + 0 * Sum(j, v[j])),
    update("repeated", result("repeated", i, k), weight[i] + 0 * Sum(j, v[j])),
    update(
        "zero_matrix",
        result("zero_matrix", k, rows=True, columns=True),
        Zero((D, D)) + v[k] * Identity(D) + 0 * S,
    ),
    update("identity", result("identity", d, e), Delta(d, e) * a[d] + c),
    update("triangle", result("triangle", d, e), Ordered(d, e) * a[d]),
    update("bilinear", result("bilinear"), a.T @ A @ b),
    update("solved", result("solved", rows=True), inv(A) @ a),
    update("solved_definite", result("solved_definite", rows=True), inv(S) @ a - b),
    update("inverse", result("inverse", rows=True, columns=True), inv(S) + inv(A)),
    update("trace", result("trace"), Trace(inv(S) @ B) + Trace(A) + Trace(B @ A.T)),
    update("determinants", result("determinants"), Det(S) * LogDet(A) + LogDet(S)),
    update("outer", result("outer", k, rows=True, columns=True), mu[k] @ mu[k].T - mean @ mean.T),
    update("powers", result("powers", k), v[k] ** 2 + r**half + r**-1 + r**-2 + as_expr(2) ** v[k]),
    update("thirds", result("thirds", k), (v[k] * 2 / 3 - v[k] / 7) * as_expr(5) / 11),
    update("product", result("product", i), Product(k, 1 + gamma[i, k])),
    update("entropy", result("entropy"), -Sum(i, Sum(k, WeightedLog(gamma[i, k], gamma[i, k])))),
    update("cross_entropy", result("cross_entropy"), sum_over(i, k, WeightedLog(gamma[i, k], pi[k]))),
    update("weighted", result("weighted", k), sum_over(i, d, weight[i] * s[i, k] * t[k, d] * x[i][d])),
    update("inner_division", result("inner_division", k), Sum(i, s[i, k] / weight[i])),
    update("inner_ratio", result("inner_ratio", i), sum_over(k, gamma[i, k] / (1 + v[k]))),
    update("repeated_sum", result("repeated_sum", k), Sum(m, Sum(i, s[i, k]) * weight[m])),
    update(
        "count_terms",
        result("count_terms", k),
        sum_over(i, d, v[k]) + Sum(i, Sum(d, D * t[k, d] * weight[i])),
    ),
    update("unit", result("unit", k), (u[k].T @ S @ u[k]) * -1),
    update("diagonal", result("diagonal", d), B[d, d] + A[d, d] * a[d]),
    update("cosine", result("cosine", i), (x[i].T @ a) * (x[i].T @ b)),
    update("quartic", result("quartic"), Sum(i, quadratic(x[i], S) * quadratic(x[i], B))),
    update("equal_labels", result("equal_labels", i), Delta(z[i], z[i]) + c),
    update("below", result("below", k), Sum(i, Bracket(x[i].T @ x[i], "<", r) * s[i, k])),
    update("up_to", result("up_to", k), Sum(i, Bracket(x[i].T @ x[i], "<=", r) * s[i, k])),
    update("shared", result("shared", i, k), Exp(-distance(i, k)) / (1 + Sum(j, Exp(-distance(i, j))))),
    update("long", result("long", i), Log(weight[i]) - Log(Sum(m, weight[m]))),
    update("named", result("named", k), n[k] * n[k] + Sum(j, n[j]), [COUNTS]),
    update("scalar_argument", result("scalar_argument"), c * c - r),
    update("folded", result("folded", k), sum_over(d, e, t[k, d] * t[k, e] * S[d, e])),
    update("batch", result("batch", k, rows=True), Sigma[k] @ Sigma[k] @ mu[k] + Sigma[k] @ a),
    update("alias", result("alias", k), v[k]),
    update("moved", result("moved", d, k), t[k, d]),
    update("gather", result("gather", i), Sum(d, t[z[i], d] * x[i][d])),
)
