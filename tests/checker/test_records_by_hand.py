"""Ways into the small checker by records that no author's formula becomes: each was open once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from derivations.checker.ledger import Ledger, Written
from derivations.checker.trees import RefusedError, Tree
from derivations.checker.writing import written
from derivations.proof import facts
from derivations.proof.checking import new_ledger

Trees = tuple[Tree, ...]
ZERO, ONE, TWO = ("Number", 0), ("Number", 1), ("Number", 2)
A, B, D, K, N = (("Size", name) for name in "ABDKN")
REAL = ("Domain", "real")
NORMAL = ("normal_forms",)
SPECTRUM = "spectral theorem (trace)"


def mul(*factors: Tree) -> Tree:
    return ("Mul", factors)


def matmul(*factors: Tree) -> Tree:
    return ("MatMul", factors)


def turned(tree: Tree) -> Tree:
    return ("Transpose", tree)


def symbol(
    name: str, family: Trees, shape: tuple[Any, Any], domain: Tree, labels: Tree | None = None
) -> Tree:
    return ("Symbol", name, name, family, shape, domain, labels)


def claim(ledger: Ledger, name: str, statement: Tree, way: Tree, given: Trees = (), **more: Any) -> None:
    ledger.add(Written(name, "claim", statement, given, way, **more))


def equal(ledger: Ledger, name: str, left: Tree, right: Tree, *steps: str) -> None:
    claim(ledger, name, ("Equal", left, right), ("normal_forms", *(("Step", step) for step in steps)))


def at_most(ledger: Ledger, name: str, left: Tree, right: Tree, *plus: str, **more: Any) -> None:
    """left <= right, as the gap is zero, or that of steps added."""
    added = tuple((ONE, ("Step", step), ()) for step in plus)
    claim(ledger, name, ("LessEqual", left, right, False), ("gap", ZERO, added), **more)


# --------------------------------------------------------------------------------- the ways in


def an_invertible_matrix_that_is_not_square(ledger: Ledger) -> None:
    """There is none; so D <= N, as the projection onto its columns has the trace D."""
    matrix = ("Member", symbol("M", (), (N, D), ("Domain", "invertible")), ())
    columns = matmul(matrix, ("Inverse", matmul(turned(matrix), matrix)), turned(matrix))
    rest = ("Add", (("Identity", N), ("Neg", columns)))
    trace = ("Trace", matmul(turned(rest), rest))
    claim(ledger, "false", ("LessEqual", D, N, False), ("gap", trace, ()))


def called_like_a_product(ledger: Ledger, size: Tree) -> None:
    """Under such a name A B is one atom, and A^2 B another: A^2 B^2 <= A B^2."""
    equal(ledger, "one", size, mul(A, B))
    at_most(ledger, "mixed", mul(size, size), mul(A, B, B))
    equal(ledger, "both", mul(size, size), mul(A, A, B, B), "one")
    at_most(ledger, "false", mul(A, A, B, B), mul(A, B, B), "mixed", rewriting=("both",))


def a_range_called_like_a_product(ledger: Ledger) -> None:
    called_like_a_product(ledger, ("Sum", ("Index", "i", ("Range", "A^1[]*size B")), ONE))


def a_matrix_of_a_size_called_like_a_product(ledger: Ledger) -> None:
    called_like_a_product(ledger, ("Trace", ("Identity", ("Domain", "A^1[]*size B"))))


def a_size_with_more_to_it(ledger: Ledger) -> None:
    equal(ledger, "false", ("Sum", ("Index", "i", ("Size", "N", ("Size", "M"))), ONE), N)


def what_a_fact_lets_vary_defined_by_what_varies(ledger: Ledger) -> None:
    """exp(-r/r) tends to zero."""
    constant, tending = written(facts.t), written(facts.r)
    ledger.add(Written("t", "definition", ("Equal", constant, tending), (), ("Membership", None, None)))

    def decay(rate: Tree) -> Tree:
        return ("Exp", ("Neg", ("Div", rate, tending)))

    way = ("composed", (("Fact", "exponentials vanish"),), decay(constant))
    claim(ledger, "false", ("Limit", decay(tending), tending, "zero", ZERO), way, uses=("t",))


def spectrum(ledger: Ledger) -> Tree:
    """The trace that is cited as the sum of eigenvalues, which exist at each B and change with it."""
    fact = ledger.facts[SPECTRUM][1]
    ledger.add(Written("spectrum", "axiom", fact, (fact,), (SPECTRUM, ())))
    return tuple(fact[1])


def eigenvalues_that_stay_behind_an_equation(ledger: Ledger) -> None:
    """A^-1 is the derivative of the trace by B, and that of the sum of eigenvalues seems to be zero."""
    a, b = written(facts.A), written(facts.B)
    equal(ledger, "slope", ("Inverse", a), ("Gradient", spectrum(ledger), b))
    size = written(facts.D)
    equal(ledger, "false", ("Inverse", a), ("Zero", (size, size)), "slope", "spectrum")


def eigenvalues_that_stay_behind_an_inequality(ledger: Ledger) -> None:
    index = ("Index", "d", written(facts.D))
    entry = ("Component", ("Inverse", written(facts.A)), (index, index))
    slope = ("Component", ("Gradient", spectrum(ledger), written(facts.B)), (index, index))
    at_most(ledger, "slope", entry, slope)
    at_most(ledger, "false", entry, ZERO, "slope", rewriting=("spectrum",))


def a_relation_of_any_text(ledger: Ledger) -> None:
    """A bracket is 0 or 1, and its square itself; this one reads like a product with pi and a logarithm."""
    circle, log, truth = ("CirclePi",), ("Log", TWO), ("Bracket", ZERO, "=", ZERO)
    strange = ("Bracket", TWO, "= []<>^1[]*circle^1[]*log", ZERO)
    large, small = mul(truth, circle, log, circle, log), mul(truth, circle, log)
    equal(ledger, "one", strange, small)
    equal(ledger, "square", mul(strange, strange), large, "one")
    at_most(ledger, "below", large, mul(strange, strange), rewriting=("square",))
    at_most(ledger, "above", mul(strange, strange), small)
    at_most(ledger, "false", large, small, "below", "above")


def labels_that_are_summed_over_in_between(ledger: Ledger) -> None:
    """What is assumed at one assignment is used at all of them, between two equations."""
    i, c = ("Index", "i", N), ("Index", "c", K)
    family = symbol("f", (N, K), (1, 1), REAL)
    z = symbol("z", (N,), (1, 1), ("Domain", "label"), K)
    at_label, at_c = (("Member", family, (i, k)) for k in (("Member", z, (i,)), c))
    both = ("Member", (*symbol("both", (N, K), (1, 1), REAL)[:2], "b", (N, K), (1, 1), REAL, None), (i, c))
    parts = (
        (written(facts.P), N),
        (written(facts.Q), K),
        (written(facts.z), z),
    )

    def over_assignments(body: Tree) -> Tree:
        return ("AssignmentSum", z, ("Product", i, body))

    def of_sums(body: Tree) -> Tree:
        return ("Product", i, ("Sum", c, body))

    def law(name: str, here: Tree, there: Tree) -> None:
        way = ("instance", ((both, there),), ("Fact", "distributive law"), (), parts)
        claim(ledger, name, ("Equal", over_assignments(here), of_sums(there)), way)

    law("law", at_label, at_c)
    law("law of one", ONE, ONE)
    equal(ledger, "back", of_sums(at_c), over_assignments(at_label), "law")
    assumed = ("Equal", at_label, ONE)
    claim(ledger, "assumed", assumed, NORMAL, (assumed,))
    way = ("normal_forms", ("Step", "back"), ("Step", "assumed"), ("Step", "law of one"))
    claim(ledger, "false", ("Equal", of_sums(at_c), of_sums(ONE)), way, (assumed,))


WAYS_IN: tuple[Callable[[Ledger], None], ...] = (
    an_invertible_matrix_that_is_not_square,
    a_range_called_like_a_product,
    a_matrix_of_a_size_called_like_a_product,
    a_size_with_more_to_it,
    what_a_fact_lets_vary_defined_by_what_varies,
    eigenvalues_that_stay_behind_an_equation,
    eigenvalues_that_stay_behind_an_inequality,
    a_relation_of_any_text,
    labels_that_are_summed_over_in_between,
)


@pytest.mark.parametrize("way_in", WAYS_IN)
def test_a_way_in_is_shut(way_in: Callable[[Ledger], None]) -> None:
    ledger = new_ledger()
    with pytest.raises(RefusedError):
        way_in(ledger)
    assert ("Step", "false") not in ledger.accepted
