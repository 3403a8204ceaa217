"""The small checker: it accepts every step of the sheet, is small, and refuses what is false, whichever way it is argued."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from derivations import discovery
from derivations.calculus.domains import (
    DEFINITE,
    DOMAINS,
    FRACTION,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    POSITIVE,
    PROBABILITY,
    SIMPLEX,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Abs,
    AssignmentSum,
    At,
    Delta,
    Exp,
    Expr,
    Gradient,
    Identity,
    Index,
    Log,
    LogDet,
    Minimum,
    Product,
    Sum,
    Symbol,
    WeightedLog,
    Zero,
    as_expr,
    inv,
    matrices,
    matrix,
    scalar,
    scalars,
    sizes,
    vector,
    vectors,
)
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Iff,
    LessEqual,
    Limit,
    Maximum,
    Statement,
)
from derivations.checker import arguments, functions, reading, trees
from derivations.checker.ledger import Ledger, Written
from derivations.checker.order import Order
from derivations.checker.reading import Reader
from derivations.checker.sums import Atom, Value
from derivations.checker.trees import RefusedError
from derivations.checker.writing import written
from derivations.proof import facts, recording, trusted
from derivations.proof.checking import checked, complaint, new_ledger
from derivations.proof.proof import Proof
from derivations.proof.steps import Derivation
from derivations.proof.verdicts import CHECKER

MOST_LINES = 1_500
OURS = tuple(name for name, item in discovery.found().items() if item.ours)

N, K, D = sizes("N K D")
i, n = N.indices("i n")
j, k, m = K.indices("j k m")
d, e = D.indices("d e")
a, b, c = scalar("a", "a"), scalar("b", "b"), scalar("c", "c")
p, q = scalar("p", "p", POSITIVE), scalar("q", "q", POSITIVE)
u, r = scalar("u", "u", NONNEGATIVE), scalar("r", "r", PROBABILITY)
v = scalar("v", "v", POSITIVE)
w, y = scalars("w", "w", (N,), NONNEGATIVE), scalars("y", "y", (N,))
pi, f = scalars("pi", "p", (K,), SIMPLEX), scalars("f", "f", (K,), POSITIVE)
gamma = scalars("gamma", "g", (N, K), SIMPLEX)
x, mu = vectors("x", "x", (N,), D), vector("mu", "m", D)
A, B = matrix("A", "A", D, D, DEFINITE), matrix("B", "B", D, D)
S = matrices("S", "S", (K,), D, DEFINITE)
z = Symbol("z", "z", (N,), domain=LABEL, labels=K)
zero, one, two = (as_expr(value) for value in (0, 1, 2))
positive_b = Belongs(b, POSITIVE)


@cache
def derived(name: str) -> Derivation:
    return discovery.derive_named(name)


# ------------------------------------------------------------------------------- the sheet


@pytest.mark.parametrize("name", OURS)
def test_every_step_of_the_sheet_is_accepted(name: str) -> None:
    found = {step.id: one for step in derived(name).steps for one in step.evidence if one.engine == CHECKER}
    assert [name for name, one in found.items() if one.verdict is not Verdict.PROVED] == []
    assert found.keys() == {step.id for step in derived(name).steps}


def test_what_is_accepted_is_what_the_step_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The records are made by a program that nobody trusts: here it has something else accepted."""

    def another(record: Written, ledger: Ledger) -> Iterator[Written]:
        yield replace(record, statement=written(Equal(a, a)), way=NORMAL)

    monkeypatch.setitem(recording.PUT, "NormalForm", another)
    ledger = new_ledger()
    found = {complaint(ledger, step) for step in derived("kmedians").steps}
    assert "what was accepted is not what the step says" in found


def test_what_is_not_proved_is_not_shown_to_it() -> None:
    first = derived("kmedians").claims[0]
    unproved = replace(first, own=Verdict.CHECKED, evidence=())
    (again,) = checked([unproved])
    assert again.evidence == ()


def test_a_claim_that_is_not_accepted_is_not_proved() -> None:
    """Nor is what rests on it."""
    made = Proof("problem", 1, "", "", "", "")
    first = made.claim("a", Equal(a + b, b + a), "")
    made.claim("b", Equal(a + b, b + a), "", uses=[first])
    steps = made.finish().steps
    assert [step.verdict for step in steps] == [Verdict.PROVED, Verdict.PROVED]
    false = replace(steps[0], statement=Equal(a + b, a), evidence=steps[0].evidence[:-1])
    again = checked([false, replace(steps[1], evidence=steps[1].evidence[:-1])])
    assert [step.verdict for step in again] == [Verdict.CHECKED, Verdict.CHECKED]
    assert all("remainder" in again[0].evidence[-1].detail for step in again)


def test_it_is_small() -> None:
    parts = [part for part in trusted.parts() if part.side == trusted.CHECKER]
    assert sum(part.lines for part in parts) <= MOST_LINES
    assert {library for part in parts for library in part.libraries} == {"z3"}


def test_a_domain_says_to_it_what_it_says_to_us() -> None:
    follows = {FRACTION: {"at_most_one"}, INVERTIBLE: {"invertible"}}
    ours = {written(domain): {*domain.properties, *follows.get(domain, ())} for domain in DOMAINS.values()}
    assert ours == trees.SAYS


# -------------------------------------------------------------------------- what it refuses


def step(ledger: Ledger, name: str, statement: Statement, *way: Any, given: Sequence[Statement] = ()) -> None:
    """Have a claim accepted that is argued in this way. Raises RefusedError."""
    assumed = tuple(written(hypothesis) for hypothesis in given)
    ledger.add(Written(name, "claim", written(statement), assumed, written(way)))


@dataclass(frozen=True)
class Claim:
    """A statement, the way it is argued, and what is assumed."""

    statement: Statement
    way: tuple[Any, ...] = ("normal_forms",)
    given: tuple[Statement, ...] = ()


NORMAL, CASES = ("normal_forms",), ("cases",)
CENTRED = x[i] - mu
TRUE: dict[str, Claim] = {
    "square of a sum": Claim(Equal((a + b) ** 2, a**2 + 2 * a * b + b**2)),
    "a sum of numbers": Claim(Equal(Sum(i, y[i] + 1), Sum(i, y[i]) + N)),
    "a quadratic form": Claim(Equal(Gradient(mu.T @ B @ mu, mu), (B + B.T) @ mu)),
    "a covariance": Claim(Equal(Gradient(LogDet(A), A), inv(A))),
    "an inverse": Claim(Equal(inv(A) @ (A + B), Identity(D) + inv(A) @ B)),
    "a fraction": Claim(Equal(a / b, (a * b) / b**2), given=(positive_b,)),
    "a logarithm": Claim(Equal(Log(p * q), Log(p) + Log(q))),
    "weights": Claim(Equal(Sum(k, pi[k] * (a + 1)), a + 1)),
    "a value put in": Claim(Equal(At(a**3 + Sum(k, a * f[k]), a, two), 8 + 2 * Sum(k, f[k]))),
    "a product with one factor that may be zero": Claim(
        Equal(Product(k, pi[k] * f[k]), Product(k, pi[k]) * Product(k, f[k])), ("normal_forms",)
    ),
    "a scaled determinant": Claim(Equal(LogDet(p * A), D * Log(p) + LogDet(A))),
    "a scaled inverse": Claim(Equal(inv(p * A), inv(A) / p)),
    "an inverse twice": Claim(Equal(inv(inv(A)), A)),
    "a negative divisor": Claim(Equal((-p - q) / (-p - q), one)),
    "a gap": Claim(LessEqual(2 * a * b, a**2 + b**2), ("gap", (a - b) ** 2)),
    "over the reals": Claim(LessEqual(a, Abs(a)), CASES),
    "a factor": Claim(Iff(Equal(p * a, p * b), Equal(a, b)), ("factor", p, None)),
    "a domain": Claim(Belongs(pi[k] * f[k] / Sum(j, pi[j] * f[j]), SIMPLEX, k), ("membership", None, None)),
}
FALSE: dict[str, Claim] = {
    "square of a sum": Claim(Equal((a + b) ** 2, a**2 + a * b + b**2)),
    "a sum of numbers": Claim(Equal(Sum(i, y[i] + 1), Sum(i, y[i]) + 1)),
    "unequal ranges": Claim(Equal(Sum(i, one), K)),
    "a delta between two values": Claim(Equal(Sum(k, Delta(j, k) * pi[k]), pi[m])),
    "a quadratic form of a general matrix": Claim(Equal(Gradient(mu.T @ B @ mu, mu), 2 * B @ mu)),
    "a transpose": Claim(Equal(B, B.T)),
    "the sign of the derivative of an inverse": Claim(
        Equal(Gradient(mu.T @ inv(A) @ mu, A), inv(A) @ mu @ mu.T @ inv(A))
    ),
    "matrices that do not commute": Claim(Equal(A @ B, B @ A)),
    "an inverse of a sum": Claim(Equal(inv(A + S[k]), inv(A) + inv(S[k]))),
    "a fraction of what may be zero": Claim(Equal(a / b, (a * b) / b**2)),
    "zero over zero": Claim(Equal(a / a, one)),
    "a logarithm without positivity": Claim(Equal(Log(a * b), Log(a) + Log(b))),
    "a logarithm of what may be negative": Claim(Equal(Log(a), Log(a))),
    "a logarithm of a negative product": Claim(Equal(Log(a**2), 2 * Log(a))),
    "an infinite logarithm": Claim(Equal(WeightedLog(one, u), WeightedLog(one, u))),
    "an exponential of one that may be infinite": Claim(LessEqual(zero, Exp(WeightedLog(u, r)), True), CASES),
    "weights over another index": Claim(Equal(Sum(i, gamma[i, k]), one)),
    "weights that are not normal": Claim(Equal(Sum(k, pi[k] ** 2), one)),
    "a derivative at the edge": Claim(Equal(Gradient(u**2, u), 2 * u)),
    "a derivative along a simplex": Claim(Equal(Gradient(Sum(k, pi[k] ** 2), pi[j]), 2 * pi[j])),
    "a derivative where nothing moves": Claim(Equal(Gradient(a * b, a), zero), given=(Equal(a, b),)),
    "a value where a derivative is taken": Claim(Equal(At(Gradient(a**3, a), a, two), zero)),
    "a scaled determinant, once": Claim(Equal(LogDet(p * A), Log(p) + LogDet(A))),
    "a scaled inverse, the other way": Claim(Equal(inv(p * A), p * inv(A))),
    "an inverse as its matrix": Claim(Equal(LogDet(inv(A)), LogDet(A))),
    "an inverse of what may be singular": Claim(Equal(inv(inv(B)), B)),
    "a difference as a divisor": Claim(Equal((p - q) / (p - q), one)),
    "one factor for all": Claim(Equal(Product(k, u * f[k]), u * Product(k, f[k]))),
    "a third factor that may be zero": Claim(
        Iff(Equal(a * b, a * c), Equal(b, c)), ("factor", None, None, a)
    ),
    "a value out of the domain": Claim(Equal(At(Log(p), p, zero), Log(zero))),
    "a gap of the wrong sign": Claim(LessEqual(a**2 + b**2, 2 * a * b), ("gap", -((a - b) ** 2))),
    "a gap that may be negative": Claim(LessEqual(a, b), ("gap", b - a)),
    "a strict gap that may be zero": Claim(LessEqual(zero, a**2, True), ("gap", a**2)),
    "over the reals": Claim(LessEqual(Abs(a), a), CASES),
    "a quotient over the reals": Claim(LessEqual(a / a, one), CASES),
    "a factor that may be zero": Claim(Iff(Equal(a * b, a * c), Equal(b, c)), ("factor", a, None)),
    "a matrix that may be singular": Claim(
        Iff(Equal(B @ mu, Zero((D, 1))), Equal(mu, Zero((D, 1)))), ("factor", B, None)
    ),
    "a domain that is too small": Claim(Belongs(a**2, POSITIVE), ("membership", None, None)),
    "a fraction that may be one": Claim(Belongs(r, FRACTION), ("membership", None, None)),
    "a difference of covariances": Claim(Belongs(A - B, DEFINITE), ("membership", None, None)),
    "a sum of part of the weights": Claim(Belongs(pi[k] * f[k], SIMPLEX, k), ("membership", None, None)),
    "a determinant of a product of others": Claim(Equal(LogDet(A + S[k]), LogDet(A) + LogDet(S[k]))),
    "deltas over two ranges": Claim(Equal(Delta(i, n), Delta(Index("i", K), Index("n", K)))),
    "no way at all": Claim(Equal(a, a), ("because",)),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_accepted(name: str) -> None:
    claim = TRUE[name]
    step(new_ledger(), name, claim.statement, *claim.way, given=claim.given)


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_refused(name: str) -> None:
    claim = FALSE[name]
    with pytest.raises(RefusedError):
        step(new_ledger(), name, claim.statement, *claim.way, given=claim.given)


# --------------------------------------------------------------------- planted in its own source


def anything(*given: Any, **more: Any) -> bool:
    return True


def nothing(*given: Any, **more: Any) -> tuple[()]:
    return ()


def weakly(self: Order, tree: Any, sign: int, strict: bool) -> bool:
    return HOLDS(self, tree, sign, False)


def with_another_sign(atom: Any, *rest: Any) -> Value:
    slope = SLOPE(atom, *rest)
    return slope.scaled(-1) if atom.head.kind == "inverse" else slope


def of_one_range(atom: Any) -> str:
    return f"{atom.head.key}^{atom.power}[{','.join(place.name for place in atom.places)}]"


def symmetric(symbol: Any) -> frozenset[str]:
    return PROPERTIES(symbol) | {"symmetric"}


HOLDS, SLOPE, PROPERTIES = Order.holds, functions._slope, trees.properties
FAULTS: dict[str, tuple[object, str, object, str]] = {
    "a logarithm of anything": (Reader, "positive", anything, "a logarithm of what may be negative"),
    "division by anything": (Reader, "nonzero", anything, "zero over zero"),
    "weak for strict": (Order, "holds", weakly, "a strict gap that may be zero"),
    "free variables": (reading, "_require_free", nothing, "a derivative where nothing moves"),
    "a lost sign": (functions, "_slope", with_another_sign, "the sign of the derivative of an inverse"),
    "one range": (Atom, "key", property(of_one_range), "deltas over two ranges"),
    "symmetry": (reading, "properties", symmetric, "a transpose"),
    "infinity": (Reader, "extended", True, "an infinite logarithm"),
    "any gap": (arguments.Goal, "sign", nothing, "a gap of the wrong sign"),
    "any comparison": (Order, "follows", anything, "over the reals"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_checker_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With it something false is accepted: so one of the tests above fails."""
    owner, name, value, accepted = FAULTS[fault]
    claim = FALSE[accepted]
    with pytest.raises(RefusedError):
        step(new_ledger(), "before", claim.statement, *claim.way, given=claim.given)
    if name == "extended":
        value = property(lambda self: True, lambda self, given: None)
    monkeypatch.setattr(owner, name, value, raising=False)
    step(new_ledger(), "after", claim.statement, *claim.way, given=claim.given)


# ---------------------------------------------------------------------------- steps together


def fact(name: str) -> tuple[str, str]:
    return ("Fact", name)


def before(name: str) -> tuple[str, str]:
    return ("Step", name)


def instance(ledger: Ledger, lemma: tuple[str, str], values: Any, statement: Statement, **more: Any) -> None:
    step(ledger, "instance", statement, "instance", values, lemma, (), (), **more)


def test_a_lemma_is_applied_to_values_of_its_domain_only() -> None:
    ledger = new_ledger()
    step(ledger, "lemma", LessEqual(zero, p), "gap", p)
    instance(ledger, before("lemma"), ((p, Exp(a)),), LessEqual(zero, Exp(a)))
    with pytest.raises(RefusedError):
        step(ledger, "other", LessEqual(zero, a), "instance", ((p, a),), before("lemma"), (), ())


def test_what_a_lemma_assumes_is_given_or_shown() -> None:
    ledger = new_ledger()
    step(ledger, "lemma", LessEqual(a, b), *CASES, given=[Equal(a, b)])
    values = ((a, c), (b, Abs(c)))
    with pytest.raises(RefusedError):
        instance(ledger, before("lemma"), values, LessEqual(c, Abs(c)))
    instance(ledger, before("lemma"), values, LessEqual(c, Abs(c)), given=[Equal(c, Abs(c))])


def test_what_is_assumed_is_not_lost() -> None:
    ledger = new_ledger()
    step(ledger, "known", Equal(a, b), *NORMAL, given=[Equal(a, b)])
    with pytest.raises(RefusedError):
        step(ledger, "claim", LessEqual(a, b), "gap", zero, ((one, before("known"), ()),))
    ledger.add(Written("use", "claim", written(Equal(a, a)), (written(Equal(a, b)),), NORMAL, ("known",)))
    with pytest.raises(RefusedError):
        ledger.add(Written("lost", "claim", written(Equal(a, a)), (), NORMAL, ("known",)))


def test_nothing_rests_on_what_is_not_accepted() -> None:
    record = Written("claim", "claim", written(Equal(a, a)), (), NORMAL, (), ("nothing",))
    with pytest.raises(RefusedError):
        new_ledger().add(record)


def define(ledger: Ledger, name: str, symbol: Expr, body: Expr, given: Sequence[Statement] = ()) -> None:
    assumed = tuple(written(hypothesis) for hypothesis in given)
    ledger.add(Written(name, "definition", written(Equal(symbol, body)), assumed, ("Membership", None, None)))


def test_a_definition_is_one() -> None:
    ledger = new_ledger()
    define(ledger, "c", c, a + b)
    for symbol, body in ((c, a), (a, a + 1), (a, c), (p, a), (w[i], y[n])):
        with pytest.raises(RefusedError):
            define(ledger, "again", symbol, body)
    with pytest.raises(RefusedError):
        define(ledger, "itself", p, a, given=[Equal(p, a)])


def test_what_is_defined_is_not_varied() -> None:
    ledger = new_ledger()
    define(ledger, "c", c, a + b)
    for statement in (
        Equal(Gradient(c * a, a), c),
        Equal(Gradient(a * c, c), a),
        Equal(At(c, a, zero), c),
    ):
        with pytest.raises(RefusedError):
            step(ledger, "claim", statement, *NORMAL)


def test_an_optimum_assumes_nothing_of_what_it_varies() -> None:
    ledger, best = new_ledger(), Maximum(-(a**2), (Choice(a, zero),))
    step(ledger, "bound", LessEqual(-(a**2), -(zero**2)), "gap", a**2)
    step(ledger, "best", best, "maximum", before("bound"), ())
    step(ledger, "other", LessEqual(a, b), *CASES, given=[LessEqual(a, b)])
    chosen = Maximum(a, (Choice(a, b),))
    with pytest.raises(RefusedError):
        step(ledger, "not best", chosen, "maximum", before("other"), (), given=[LessEqual(a, b)])


def test_a_limit_needs_a_bound_that_vanishes() -> None:
    ledger, body = new_ledger(), Exp(-(p / (2 * v)))
    bound = LessEqual(Abs(body - 0), 1 * Exp(-(p / (2 * v))))
    step(ledger, "bound", bound, *CASES)
    step(ledger, "limit", Limit(body, v, "zero", zero), "squeezed", before("bound"))
    never = Exp(-(u / (2 * v)))
    step(ledger, "no bound", LessEqual(Abs(never - 0), 1 * Exp(-(u / (2 * v)))), *CASES)
    with pytest.raises(RefusedError):
        step(ledger, "no limit", Limit(never, v, "zero", zero), "squeezed", before("no bound"))


def test_a_sum_over_assignments_is_that_of_its_own_labels() -> None:
    other = Symbol("z", "z", (N,), domain=LABEL, labels=D)
    both = scalars("both", "b", (N, K))
    value = ((both[i, k], one),)
    for labels, components, fits in ((z, K, True), (other, K, False)):
        parts = (
            (("Size", "P"), ("Size", "N")),
            (("Size", "Q"), ("Size", components.name)),
        )
        statement = Equal(AssignmentSum(labels, Product(i, one)), Product(i, Sum(k, one)))
        record = (
            "instance",
            written(value),
            fact("distributive law"),
            (),
            (*parts, (written(facts.z), written(labels))),
        )
        entry = Written("claim", "claim", written(statement), (), record)
        if fits:
            new_ledger().add(entry)
        else:
            with pytest.raises(RefusedError):
                new_ledger().add(entry)


def test_the_smallest_value_is_of_all() -> None:
    ledger = new_ledger()
    g = scalars("f", "f", (K,))
    parts = ((("Size", "P"), ("Size", "K")),)
    values = written(((g[k], a * f[k]),))
    right = LessEqual(Minimum(k, a * f[k]), a * f[j])
    wrong = LessEqual(a * f[j], Minimum(k, a * f[k]))
    ledger.add(
        Written("right", "claim", written(right), (), ("instance", values, fact("smallest"), (), parts))
    )
    with pytest.raises(RefusedError):
        ledger.add(
            Written("wrong", "claim", written(wrong), (), ("instance", values, fact("smallest"), (), parts))
        )
