"""False statements of a second kind: what is hidden by an abbreviation, a label, a name or a hypothesis.

An adversary found these in the rules; each was shown once. The last step of each is false somewhere, far from where
ordinary draws lie: no rule may show it, whatever the judge has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from derivations.calculus.domains import (
    BINARY,
    INVERTIBLE,
    LABEL,
    ONE_HOT,
    OPEN_SIMPLEX,
    POSITIVE,
    REAL,
    SIMPLEX,
    SYMMETRIC,
    Domain,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    AssignmentSum,
    At,
    Bracket,
    Exp,
    Expr,
    First,
    Gradient,
    Identity,
    Log,
    LogDet,
    Median,
    Member,
    Minimum,
    Number,
    Ordered,
    Product,
    ShapeError,
    Sum,
    Symbol,
    Trace,
    Zero,
    inv,
    matrix,
    scalar,
    scalars,
    sizes,
    vector,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, LessEqual, Limit, Maximum
from derivations.proof.axioms import EXPONENTIALS_VANISH, TANGENT
from derivations.proof.methods import Bound, Cases, Gap, Goal, Method
from derivations.proof.methods.equality import AsDeclared
from derivations.proof.methods.extrema import OfMedian, OfMinimum
from derivations.proof.methods.limits import Composed
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Step

N, K, D, E = sizes("N K D E")
i, m, p, q = N.indices("i m p q")
j, k, l = K.indices("j k l")  # noqa: E741 (the field's letters)
d, e = D.indices("d e")
a, b, c, s, u, x, y = (scalar(name, name) for name in "abcsuxy")
v, t = scalar("v", "v", POSITIVE), scalar("t", "t", POSITIVE)
positive_a, positive_b, positive_c = (scalar(name, name, POSITIVE) for name in "abc")
f, w, values = scalars("f", "f", (K,)), scalars("w", "w", (K,)), scalars("x", "x", (K,))
pi = scalars("pi", r"\pi", (K,), SIMPLEX)
pairs = scalars("c", "c", (N, N))
entries = vector("v", "v", K)
z, z_ = (Symbol(name, name, (N,), domain=LABEL, labels=K) for name in ("z", "other"))
turned = Symbol("y", "y", (K,), domain=LABEL, labels=K)
A, B = matrix("A", "A", D, domain=INVERTIBLE), matrix("B", "B", D)

FAR, AWAY = Number(Fraction(10**9)), 12345  # bounds and poles where no ordinary draw comes
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


def proof() -> Proof:
    return Proof("false", 9, "False", "A false statement.", "None.", "None")


def given(*statements: Belongs | Equal | LessEqual) -> list[Hypothesis]:
    return [Hypothesis(statement) for statement in statements]


Row = Callable[[Proof], Step]
FALSE: dict[str, Row] = {}


def false(row: Row) -> Row:
    """A row of the table, by the first sentence of its docstring."""
    assert row.__doc__ is not None
    FALSE[row.__doc__.splitlines()[0].rstrip(".")] = row
    return row


# ------------------------------------------------------------------------- abbreviations


@false
def _(proof: Proof) -> Step:
    """A value of a lemma on a limit depends on the limit's variable, by an abbreviation."""
    lemma = proof.claim("lemma", Limit(a * v, v, "zero", ZERO), "", by=Composed())
    proof.define("c", c, 1 / (20_000 * v), "")
    return proof.apply("false", lemma, ((a, c),), "")


@false
def _(proof: Proof) -> Step:
    """A value of a lemma on a maximum depends on what is chosen, by an abbreviation."""
    bound = proof.claim("bound", LessEqual(a - x**2, a), "", by=Gap(x**2))
    lemma = proof.claim("lemma", Maximum(a - x**2, (Choice(x, ZERO),)), "", by=Bound(bound))
    proof.define("c", c, 10**12 * Bracket(Number(Fraction(AWAY)), "<=", x), "")
    return proof.apply("false", lemma, ((a, c),), "")


@false
def _(proof: Proof) -> Step:
    """A value of a lemma on a derivative depends on its variable, by an abbreviation."""
    lemma = proof.claim("lemma", LessEqual(Gradient(a * x, x) - a, FAR), "", by=Gap(FAR))
    proof.define("c", c, x, "")
    return proof.apply("false", lemma, ((a, c),), "")


@false
def _(proof: Proof) -> Step:
    """A value of a lemma on a value put in depends on what it is put in for, by an abbreviation."""
    lemma = proof.claim("lemma", LessEqual(At(a * x, x, y) - a * y, FAR), "", by=Gap(FAR))
    proof.define("c", c, x, "")
    return proof.apply("false", lemma, ((a, c),), "")


@false
def _(proof: Proof) -> Step:
    """A derivative where an equation says what an abbreviation of its variable is: 2/v is not 1/v."""
    proof.define("c", positive_c, v, "")
    equation = Hypothesis(Equal(positive_c, positive_a), (Choice(positive_a, v),))
    slope = Gradient(Log(positive_c * v), v)
    return proof.claim("false", LessEqual(slope - 1 / v, FAR), "", given=[equation], by=Gap(FAR))


@false
def _(proof: Proof) -> Step:
    """A derivative through shares that sum to one only where they are: the slope of log sum_k p_k is not zero."""
    weights, shares = scalars("p", "p", (K,), POSITIVE), scalars("c", "c", (K,), OPEN_SIMPLEX)
    any_shares = scalars("w", "w", (K,), OPEN_SIMPLEX)
    whole = Hypothesis(Equal(Sum(k, weights[k]), ONE), (Choice(weights[k], any_shares[k]),))
    proof.define("c", shares[k], weights[k], "", given=[whole])
    slope = Gradient(Log(Sum(k, shares[k])), weights[j])
    return proof.claim("false", LessEqual(y * slope, FAR), "", by=Gap(FAR))


@false
def _(proof: Proof) -> Step:
    """A value put in for what a hypothesis speaks of by an abbreviation: 0/0 at y = 12345."""
    named = proof.define("c", c, AWAY - x, "")
    claim = Equal(At((AWAY - x) / (AWAY - x), x, y), ONE)
    return proof.claim("false", claim, "", given=given(Belongs(c, POSITIVE)), uses=[named])


@false
def _(proof: Proof) -> Step:
    """A value put in where an abbreviation cancels that has no logarithm there."""
    proof.define("c", positive_c, AWAY - x, "", given=given(Belongs(AWAY - x, POSITIVE)))
    return proof.claim("false", Equal(At(Exp(Log(positive_c) - Log(positive_c)), x, y), ONE), "")


@false
def _(proof: Proof) -> Step:
    """A sum over labels of an abbreviation that depends on them."""
    proof.define("c", pairs[i, m], f[z[i]], "")
    average = AssignmentSum(z, Product(i, pi[z[i]]) * pairs[p, q])
    return proof.claim("false", LessEqual(average - pairs[p, q], FAR), "", by=Gap(FAR))


@false
def _(proof: Proof) -> Step:
    """A sum over labels of what is positive for the given ones alone, by a hypothesis on an abbreviation."""
    proof.define("c", pairs[i, m], (f[z[i]] - AWAY) ** 2, "")
    claim = LessEqual(ZERO, AssignmentSum(z, 1 / pairs[p, q]))
    return proof.claim("false", claim, "", given=given(Belongs(pairs[i, m], POSITIVE)))


@false
def _(proof: Proof) -> Step:
    """The same where the abbreviation is declared to be positive."""
    distances = scalars("c", "c", (N, N), POSITIVE)
    apart = given(Belongs((f[z[i]] - AWAY) ** 2, POSITIVE))
    proof.define("c", distances[i, m], (f[z[i]] - AWAY) ** 2, "", given=apart)
    return proof.claim("false", LessEqual(ZERO, AssignmentSum(z, 1 / distances[p, q])), "")


@false
def _(proof: Proof) -> Step:
    """A definition that is positive under a hypothesis of another one passes it on."""
    apart = Hypothesis(Belongs((a - AWAY) ** 2, POSITIVE))
    first = proof.define("u", u, Log((a - AWAY) ** 2), "", given=[apart])
    square = proof.define("b", positive_b, (a - AWAY) ** 2, "", uses=[first])
    lemma = proof.claim(
        "lemma", LessEqual(ZERO, (a - AWAY) ** 2, strict=True), "", by=Gap(positive_b), uses=[square]
    )
    return proof.apply("false", lemma, ((a, s),), "")


# -------------------------------------------------------------------------- labels and names


@false
def _(proof: Proof) -> Step:
    """Entries of one vector at two different labels."""
    return proof.claim("false", LessEqual(entries[z[i]] - entries[z_[i]], FAR), "", by=Gap(FAR))


@false
def _(proof: Proof) -> Step:
    """What is positive at the labels need not be so everywhere."""
    claim = Equal((AWAY - entries[k]) / (AWAY - entries[k]), ONE)
    return proof.claim("false", claim, "", given=given(Belongs(AWAY - entries[z[i]], POSITIVE)))


@false
def _(proof: Proof) -> Step:
    """A label inside a label is a label, too: under the sum, the hypothesis speaks of another one."""
    apart = Belongs((f[turned[z[i]]] - AWAY) ** 2, POSITIVE)
    claim = LessEqual(ZERO, AssignmentSum(z, 1 / (f[turned[z[p]]] - AWAY) ** 2))
    return proof.claim("false", claim, "", given=given(apart))


@false
def _(proof: Proof) -> Step:
    """The distributive law for a factor that depends on the labels of two points, one inside another label."""
    both = f[turned[z[p]]] * f[turned[z[q]]]
    average = AssignmentSum(z, Product(i, pi[z[i]]) * both)
    claim = LessEqual(average - Sum(k, pi[k] * f[turned[k]] * f[turned[z[q]]]), FAR)
    return proof.claim("false", claim, "", by=Gap(FAR))


@false
def _(proof: Proof) -> Step:
    """Determinants of different sizes."""
    small, large = (LogDet(Identity(size) + t * Identity(size)) for size in (D, E))
    bound = Number(Fraction(1000))
    return proof.claim("false", LessEqual(small - large, bound), "", by=Gap(bound))


@false
def _(proof: Proof) -> Step:
    """The entries of an inverse, squared one by one, are not the inverse."""
    squared = Gradient(Sum(d, Sum(e, inv(A)[d, e] ** 2 * B[d, e])), B)
    claim = LessEqual(Trace(inv(squared)) - Trace(A), FAR)
    return proof.claim("false", claim, "", by=Gap(FAR), given=given(Belongs(squared, INVERTIBLE)))


# ------------------------------------------------------------- what does not exist, or is not allowed


@false
def _(proof: Proof) -> Step:
    """A maximum at a place that the hypothesis of the bound excludes."""
    below = Hypothesis(LessEqual(x, ONE))
    bound = proof.claim("bound", LessEqual(x, Number(Fraction(2))), "", by=Cases(), given=[below])
    best = Maximum(x, (Choice(x, Number(Fraction(2))),))
    return proof.claim("false", best, "", by=Bound(bound), given=[below])


@false
def _(proof: Proof) -> Step:
    """A maximum at a place that does not exist."""
    bound = proof.claim("bound", LessEqual(a, a), "", by=Gap(ZERO))
    return proof.claim("false", Maximum(a, (Choice(x, 1 / (b - AWAY)),)), "", by=Bound(bound))


def pole(index: Member | Expr) -> Expr:
    return 1 / (index - AWAY)


AT_A_POLE: dict[str, tuple[LessEqual | Equal | Belongs, Method]] = {
    "the smallest of values that do not exist": (
        LessEqual(Minimum(l, pole(values[l])), pole(values[k])),
        OfMinimum(),
    ),
    "the first of values that do not exist": (
        Belongs(First(l, pole(values[l]), k), ONE_HOT, k),
        OfMinimum(),
    ),
    "the first, and the smallest, of values that do not exist": (
        Equal(Sum(k, First(l, pole(values[l]), k) * pole(values[k])), Minimum(l, pole(values[l]))),
        OfMinimum(),
    ),
    "the order of values that do not exist": (
        LessEqual(
            First(l, pole(values[l]), k) * Bracket(pole(values[k]), "=", pole(values[j])), Ordered(k, j)
        ),
        OfMinimum(),
    ),
    "the median of values that do not exist": (
        LessEqual(
            2 * Sum(k, ONE * Bracket(Median(l, pole(values[l]), ONE), "<", pole(values[k]))), Sum(k, ONE)
        ),
        OfMedian(),
    ),
}
for name, (claim_, method_) in AT_A_POLE.items():
    FALSE[name] = lambda proof, c=claim_, by=method_: proof.claim("false", c, "", by=by)  # type: ignore[misc]


@false
def _(proof: Proof) -> Step:
    """That every weight is the whole of a simplex is not that all of them are one."""
    stated = Hypothesis(Belongs(w[k], SIMPLEX), (Choice(w[k], ONE),))
    claim = Equal(Bracket(Sum(k, w[k]), "<=", Number(Fraction(1000))), ONE)
    return proof.claim("false", claim, "", given=[stated], by=AsDeclared(w[k], SIMPLEX))


@false
def _(proof: Proof) -> Step:
    """A witness for what holds anyway does not hide other values from the judge."""
    blind = Hypothesis(
        Equal(b + Sum(k, entries[k]), b + Sum(k, entries[k])), (Choice(entries, Zero((K, 1))),)
    )
    named = proof.define("u", u, b, "", given=[blind])
    return proof.claim("false", Equal(entries[z[i]], entries[z_[i]]), "", uses=[named])


@false
def _(proof: Proof) -> Step:
    """Hypotheses that contradict each other show everything, and so nothing."""
    contradiction = given(Belongs(b, POSITIVE), Belongs(-1 - b, POSITIVE))
    return proof.claim("false", LessEqual(ONE, ZERO), "", by=Cases(), given=contradiction)


class Trust(Method):
    """A way of arguing that says yes."""

    def argue(self, goal: Goal) -> None:
        return


@false
def _(proof: Proof) -> Step:
    """A way of arguing that an author made."""
    return proof.claim("false", LessEqual(a, FAR), "", by=Trust())


@pytest.mark.parametrize("name", FALSE)
def test_it_is_not_shown(name: str) -> None:
    step = FALSE[name](proof())
    assert step.verdict is not Verdict.PROVED
    assert step.own is not Verdict.PROVED
    if "contradict" not in name:  # there nothing is false of any value
        assert not any(found.verdict is Verdict.PROVED for found in step.evidence)


SEEN = (
    "A value of a lemma on a limit depends on the limit's variable, by an abbreviation",
    "A value of a lemma on a maximum depends on what is chosen, by an abbreviation",
    "A value of a lemma on a derivative depends on its variable, by an abbreviation",
    "Entries of one vector at two different labels",
    "A maximum at a place that the hypothesis of the bound excludes",
    "A maximum at a place that does not exist",
    "A witness for what holds anyway does not hide other values from the judge",
    "A way of arguing that an author made",
    *AT_A_POLE,
)


@pytest.mark.parametrize("name", SEEN)
def test_the_judge_tries_the_numbers_that_a_statement_names(name: str) -> None:
    assert FALSE[name](proof()).verdict is Verdict.REFUTED


# ------------------------------------------------------------------------------ what is refused


def limit_at_a_number() -> None:
    made = proof()
    lemma = made.claim("lemma", Limit(v, v, "zero", ZERO), "", by=Composed())
    made.apply("false", lemma, ((v, Number(Fraction(1, 20_000))),), "")


def axiom_at_its_own_variable() -> None:
    assert isinstance(EXPONENTIALS_VANISH.statement, Limit)
    proof().axiom("false", EXPONENTIALS_VANISH, "", [10 * EXPONENTIALS_VANISH.statement.variable])


def forged_axiom() -> None:
    bound = LessEqual(t, Number(Fraction(10**30)))
    proof().axiom("false", replace(TANGENT, statement=bound, variables=(t,)), "")


def update_that_no_step_says() -> None:
    made = proof()
    bound = made.claim("bound", LessEqual(-(x**2), ZERO), "", by=Gap(x**2))
    best = made.claim("best", Maximum(-(x**2), (Choice(x, ZERO),)), "", by=Bound(bound))
    made.update("x", x, Number(Fraction(17)), best)


REFUSED: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "a number for the variable of a limit": (limit_at_a_number, ShapeError, "v varies there"),
    "the variable of a cited limit": (axiom_at_its_own_variable, ShapeError, "varies there"),
    "an axiom that is not in the table": (forged_axiom, ProofError, "no row of the table"),
    "code for what no step says": (update_that_no_step_says, ProofError, "does not say that this is x"),
    "a name with a bracket": (lambda: Symbol("a<b", "c"), ShapeError, "letters, digits"),
    "a symmetric matrix that is not square": (
        lambda: matrix("A", "A", D, E, SYMMETRIC),
        ShapeError,
        "no square matrix",
    ),
    "a number that sums to one": (lambda: scalar("a", "a", SIMPLEX), ShapeError, "neither a family"),
    "a number that is not exact": (lambda: Number(0.5), TypeError, "expected a fraction"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    work, error, said = REFUSED[name]
    with pytest.raises(error, match=said):
        work()


# --------------------------------------------------------- what is true, and was refuted or a crash


def defined_sum() -> Step:
    made = proof()
    named = made.define("c", c, a + b, "")
    return made.claim("true", LessEqual(c, a + b), "", by=Cases(), uses=[named])


def labelled_square() -> Step:
    made, residues = proof(), scalars("r", "r", (N,))
    made.define("r", residues[i], 3 * scalars("o", "o", (N,))[i] ** 2, "")
    return made.claim("true", LessEqual(ZERO, Sum(i, f[z[i]] ** 2 * residues[i] ** 2)), "")


def inverse_of_equal_rows() -> Step:
    ones = Gradient(Sum(d, Sum(e, B[d, e])), B)
    return proof().claim(
        "true", Equal(inv(ones) @ ones, Identity(D)), "", given=given(Belongs(ones, INVERTIBLE))
    )


slow, shifted = (-Log(v)) ** Number(Fraction(-1, 2)), v / (v + Number(Fraction(1, 10**80)))
half_of_x = Number(Fraction(1, 2))
TRUE: dict[str, Callable[[], Step]] = {
    "a case split with an abbreviation": defined_sum,
    "a square of a family at labels, beside one that is defined": labelled_square,
    "the inverse of a matrix whose rows are equal": inverse_of_equal_rows,
    "a limit that is slow": lambda: proof().claim("true", Limit(slow, v, "zero", ZERO), "", by=Composed()),
    "a limit that begins late": lambda: proof().claim(
        "true", Limit(shifted, v, "zero", ZERO), "", by=Composed()
    ),
    "a power that is zero": lambda: proof().claim("true", Equal(x ** (Exp(y) - Exp(y)), ONE), ""),
    "an entry at a label without a family": lambda: proof().claim(
        "true", Equal(entries[Symbol("z", "z", domain=LABEL, labels=K)[()]], entries[k]), ""
    ),
}


@pytest.mark.parametrize("name", [name for name in TRUE if "without a family" not in name])
def test_what_is_true_is_not_refuted(name: str) -> None:
    assert TRUE[name]().verdict is not Verdict.REFUTED


@pytest.mark.parametrize("name", TRUE)
def test_it_is_judged_without_an_error(name: str) -> None:
    assert TRUE[name]().evidence


def test_a_claim_about_a_single_bit_is_confirmed() -> None:
    bit = scalar("b", "b", BINARY)
    assert proof().claim("true", LessEqual(bit, ONE), "").verdict is Verdict.PROVED


FALSE_AT_LARGE_SIZES = (LessEqual(N, Number(Fraction(5))), LessEqual(K, Number(Fraction(4))))


@pytest.mark.parametrize("claim", FALSE_AT_LARGE_SIZES)
def test_what_fails_at_large_sizes_is_refuted(claim: LessEqual) -> None:
    assert proof().claim("false", claim, "").verdict is Verdict.REFUTED


def test_a_tiny_difference_is_seen() -> None:
    claim = LessEqual(1 + Exp(Number(Fraction(-1000))), ONE)
    assert proof().claim("false", claim, "").verdict is Verdict.REFUTED


def test_a_limit_that_is_off_by_little_is_refuted() -> None:
    claim = Limit(v + Number(Fraction(1, 20_000)), v, "zero", ZERO)
    assert proof().claim("false", claim, "", by=Composed()).verdict is Verdict.REFUTED


def test_an_unknown_domain_is_a_domain() -> None:
    """The key of a symbol tells apart what its domain says, not only the domain's name."""
    assert Domain("real", "is real").key == REAL.key
    assert Domain("real", "", positive=True).key != REAL.key
