"""What the kernel knows of weights that sum to one, and of sums over all assignments, against the judge.

Every rule has identities that it must show and that the judge confirms, and neighbours that are false, which the
judge refutes and the kernel must not show.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from sample_symbols import K, N, gamma, i, j, k, n, pi, z

from derivations.calculus import instances
from derivations.calculus.domains import LABEL, NONNEGATIVE, POSITIVE, SIMPLEX
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    AssignmentSum,
    Delta,
    Expr,
    Log,
    Number,
    Product,
    Sum,
    Symbol,
    WeightedLog,
    scalars,
    sizes,
    sum_over,
)
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.lowering import prove_equal, theory
from derivations.calculus.statements import Equal

(L,) = sizes("L")
(m,) = N.indices("m")
(l,) = L.indices("l")  # noqa: E741 (the field's letter)
one, two = Number(Fraction(1)), Number(Fraction(2))

rho = scalars("rho", r"\rho", (L,), SIMPLEX)
q = scalars("q", "q", (N, K), SIMPLEX)
chain = scalars("chain", "T", (K, K), SIMPLEX)
weight = scalars("weight", "w", (K,), NONNEGATIVE)
density = scalars("density", "p", (N, K), POSITIVE)
pair = scalars("pair", "f", (K, L), POSITIVE)
value = scalars("value", "f", (N, K))
other = Symbol("other", "z'", (N,), domain=LABEL, labels=K)

evidence = Sum(k, pi[k] * density[i, k])
posterior = Product(n, gamma[n, z[n]])
joint = Product(i, pi[z[i]] * density[i, z[i]])

TRUE: dict[str, tuple[Expr, Expr]] = {
    "a mean of positive values is not zero": (evidence / evidence, one),
    "nor is a mean over pairs": (
        sum_over(k, l, pi[k] * rho[l] * pair[k, l]) / sum_over(l, k, rho[l] * pair[k, l] * pi[k]),
        one,
    ),
    "its logarithm is defined": (Log(two * evidence) - Log(evidence), Log(two)),
    "distributive law": (AssignmentSum(z, joint), Product(i, evidence)),
    "quotient of products": (
        joint / AssignmentSum(other, Product(i, pi[other[i]] * density[i, other[i]])),
        Product(i, pi[z[i]] * density[i, z[i]] / evidence),
    ),
    "product of products": (
        joint * Product(i, density[i, k]),
        Product(n, pi[z[n]] * density[n, z[n]] * density[n, k]),
    ),
    "one point": (AssignmentSum(z, posterior * value[i, z[i]]), Sum(k, gamma[i, k] * value[i, k])),
    "one point, its component": (AssignmentSum(z, posterior * Delta(z[i], k)), gamma[i, k]),
    "one point, another's value": (
        AssignmentSum(z, posterior * value[m, z[i]]),
        Sum(k, gamma[i, k] * value[m, k]),
    ),
    "weighted log of a product": (
        WeightedLog(q[i, k], pi[k] * density[i, k]),
        WeightedLog(q[i, k], pi[k]) + q[i, k] * Log(density[i, k]),
    ),
}

FALSE: dict[str, tuple[Expr, Expr]] = {
    "weights that may all be zero": (
        Sum(k, weight[k] * density[i, k]) / Sum(k, weight[k] * density[i, k]),
        one,
    ),
    "one weight alone": (pi[k] / pi[k], one),
    "two weights with the same index": (Sum(k, pi[k] * q[i, k]) / Sum(k, pi[k] * q[i, k]), one),
    "weights of which only one entry is used": (Sum(k, chain[k, j]) / Sum(k, chain[k, j]), one),
    "values that may be zero": (Sum(k, pi[k] * weight[k]) / Sum(k, pi[k] * weight[k]), one),
    "distributive law for a sum": (AssignmentSum(z, joint), Sum(i, evidence)),
    "quotient with one point's evidence": (
        joint / evidence,
        Product(i, pi[z[i]] * density[i, z[i]] / evidence),
    ),
    "another point": (AssignmentSum(z, posterior * value[i, z[i]]), Sum(k, gamma[m, k] * value[i, k])),
    "two points": (
        AssignmentSum(z, posterior * (value[i, z[i]] * value[m, z[m]])),
        Sum(k, gamma[i, k] * value[i, k] * value[m, k]),
    ),
    "weights that do not sum to one": (
        AssignmentSum(z, joint * value[i, z[i]]),
        Sum(k, pi[k] * density[i, k] * value[i, k]),
    ),
    "weighted log without its weight": (
        WeightedLog(q[i, k], pi[k] * density[i, k]),
        WeightedLog(q[i, k], pi[k]) + Log(density[i, k]),
    ),
}


def shown(left: Expr, right: Expr) -> bool:
    """Whether the normal forms agree, where a weighted logarithm is infinite too."""
    using = theory((), ())
    try:
        with using.extended(True):
            return prove_equal(Equal(left, right), using).is_zero
    except UndecidedError:
        return False


@pytest.mark.parametrize("name", TRUE)
def test_true_identities_are_shown_and_confirmed(name: str) -> None:
    left, right = TRUE[name]
    assert shown(left, right)
    if "weighted log" not in name:  # its two sides may be minus infinity, which is no value for an equation
        assert instances.check(Equal(left, right)).verdict is Verdict.CHECKED


@pytest.mark.parametrize("name", FALSE)
def test_false_neighbours_are_refuted_and_not_shown(name: str) -> None:
    left, right = FALSE[name]
    assert not shown(left, right)
    assert instances.check(Equal(left, right)).verdict is Verdict.REFUTED
