"""What an adversary got past the rules by what an author may write: each is refused, or not shown.

The rules and the judge were sound where they looked. Nobody looked at statements that are an instance of nothing, at
variables that are chosen twice, at dimensions that are numbers, at domains of an author's own, at symbols that stand in
hypotheses alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from derivations.calculus import instances
from derivations.calculus.domains import (
    DEFINITE,
    FRACTION,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    POSITIVE,
    PROBABILITY,
    REAL,
    SEMIDEFINITE,
    UNIT,
    Domain,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Abs,
    Add,
    Bracket,
    Exp,
    Expr,
    Gradient,
    Identity,
    Member,
    Number,
    ShapeError,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    Zero,
    inv,
    matrix,
    scalar,
    scalars,
    sizes,
    vector,
)
from derivations.calculus.notation import text
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    Iff,
    LessEqual,
    Limit,
    Maximum,
    Statement,
)
from derivations.proof.axioms import SPECTRAL_TRACE, TANGENT
from derivations.proof.methods import Factor, Gap, InstanceOfAxiom, Method
from derivations.proof.printed import Sheet
from derivations.proof.proof import Proof, ProofError

N, M, K, L, D = sizes("N M K L D")
(i,) = N.indices("i")
k, j = K.indices("k j")
d, e = D.indices("d e")
a, b, c, w, x = (scalar(name, name) for name in "abcwx")
t, v = scalar("t", "t", POSITIVE), scalar("v", "v", POSITIVE)
F = scalars("F", "F", (K, K))
f, g = scalars("f", "f", (K,)), scalars("g", "g", (K,))
label = Symbol("label", "c", (N,), domain=LABEL, labels=K)
A, B = (matrix(name, name, D) for name in "AB")
zero, one = Number(Fraction(0)), Number(Fraction(1))
same = Bracket(M, "=", N)  # 1 where two sizes of one kind are equal


def number(value: int) -> Number:
    return Number(Fraction(value))


def proof() -> Proof:
    return Proof("rim", 9, "", "", "", "")


# ------------------------------------------------------------------------------- what cannot be written


class Anything(Gap):
    """A way of arguing of an author's own."""


WRITTEN: dict[str, Callable[[], object]] = {
    "a dimension that is a number": lambda: Symbol("A", "A", (), (2, 2)),
    "a vector of two entries": lambda: vector("r", "r", 2),  # type: ignore[arg-type]
    "zero with two entries": lambda: Zero((2, 1)),
    "the identity of a number": lambda: Identity(2),  # type: ignore[arg-type]
    "two values for one variable": lambda: Maximum(-(x**2), (Choice(x, zero), Choice(x, one))),
    "two values for one family": lambda: Maximum(-(f[k] ** 2), (Choice(f[k], zero), Choice(f[j], one))),
    "a value for the diagonal": lambda: Choice(F[k, k], zero),
    "a value for a label's member": lambda: Choice(f[label[i]], zero),
    "a value for an expression": lambda: Choice(x + 0, zero),  # type: ignore[arg-type]
    "a domain without values": lambda: scalar(
        "u", "u", Domain("none", "is none", positive=True, nonnegative=True, below_one=True, binary=True)
    ),
    "a domain that is called like another": lambda: Belongs(x, Domain("positive", "is positive")),
    "a domain with a property more": lambda: Belongs(x, replace(REAL, positive=True)),
    "a domain of one's own": lambda: Belongs(x, Domain("prime", "is prime")),
    "a limit that tends nowhere": lambda: Limit(v, v, "nowhere", zero),  # type: ignore[arg-type]
    "a relation that is none": lambda: Bracket(a, ">=", b),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", WRITTEN)
def test_it_cannot_be_written(name: str) -> None:
    with pytest.raises(ShapeError):
        WRITTEN[name]()


# --------------------------------------------------------------------------------- what is not shown

(value,) = TANGENT.variables
assert TANGENT.statement is not None
SHOWN_BY_NOTHING: dict[str, Method] = {
    "another statement": InstanceOfAxiom(TANGENT, ((value, t),)),
    "an axiom that is not in the table": InstanceOfAxiom(
        replace(TANGENT, statement=Equal(N, M)), ((value, t),)
    ),
    "an axiom with too few values": InstanceOfAxiom(TANGENT, ()),
    "an axiom that says that something exists": InstanceOfAxiom(SPECTRAL_TRACE, ()),
}


@pytest.mark.parametrize("name", SHOWN_BY_NOTHING)
def test_an_instance_is_one_of_something(name: str) -> None:
    step = proof().claim("claim", Equal(N, M), "", by=SHOWN_BY_NOTHING[name])
    assert step.evidence[0].verdict is Verdict.UNKNOWN


def test_an_instance_of_a_cited_fact_cites_it() -> None:
    assert TANGENT.statement is not None
    step = proof().claim("claim", TANGENT.statement, "", by=InstanceOfAxiom(TANGENT, ((value, value),)))
    assert step.verdict is Verdict.PROVED
    assert step.axioms == (TANGENT.name,)


def test_a_definition_lies_in_its_domain_by_membership_alone() -> None:
    with pytest.raises(ProofError, match="Membership alone"):
        proof().define("t", t, x**2, "", by=Gap(x**2))  # type: ignore[arg-type]


def edge(symbol: Member, domain: Domain, term: Expr, slope: Expr) -> tuple[Statement, list[Hypothesis]]:
    return Equal(Gradient(term - term, symbol), slope), [Hypothesis(Belongs(symbol, domain))]


beginning, chance = scalar("y", "y", NONNEGATIVE), scalar("q", "q", PROBABILITY)
S = matrix("S", "S", D, domain=SEMIDEFINITE)
EDGES = {
    "at zero": edge(beginning, POSITIVE, WeightedLog(beginning + 1 - same, beginning + 1 - same), zero),
    "at one": edge(chance, FRACTION, WeightedLog(2 - chance - same, 2 - chance - same), zero),
    "of a matrix": edge(S, DEFINITE, WeightedLog(Trace(S) + 1 - same, Trace(S) + 1 - same), Zero((D, D))),
}


@pytest.mark.parametrize("name", EDGES)
def test_what_keeps_a_variable_off_the_edge_is_a_hypothesis(name: str) -> None:
    statement, given = EDGES[name]
    assert set(given) <= set(proof().claim("claim", statement, "", given=given).assumed)


def test_nothing_is_defined_of_which_a_hypothesis_has_spoken() -> None:
    made = proof()
    given = [Hypothesis(Equal(a * same, c)), Hypothesis(Equal(w * same, c))]
    bound = made.claim("bound", LessEqual(same * (a - w) * x - x**2, zero), "", by=Gap(x**2), given=given)
    assert bound.verdict is Verdict.PROVED
    with pytest.raises(ProofError, match="c is already in use"):
        made.define("c", c, x * same, "")


def test_an_inverse_of_what_is_zero_is_undecided() -> None:
    invertible = Hypothesis(Belongs(A - A, INVERTIBLE))
    step = proof().claim("claim", Equal(inv(A - A), A), "", given=[invertible])
    assert step.evidence[0].verdict is Verdict.UNKNOWN


# ------------------------------------------------------------------------------------- what code says

ACCEPTED: dict[str, tuple[Statement, Member, Expr, Method | None, Sequence[Hypothesis]]] = {
    "the diagonal for all": (Equal(F[k, k], g[k]), F[k, j], g[j], None, ()),
    "labelled members for all": (Equal(f[label[i]], g[label[i]]), f[k], g[k], None, ()),
    "what is assumed": (Equal(x, one), x, one, None, (Hypothesis(Equal(x, one)),)),
    "what is the same": (Iff(Equal(x, one), Equal(x, one)), x, one, Factor(one), ()),
    "itself": (Iff(Equal(x, a), Equal(x, 2 * x - a)), x, 2 * x - a, Factor(number(-1)), ()),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_no_code_is_made_of_it(name: str) -> None:
    statement, target, formula, by, given = ACCEPTED[name]
    made = proof()
    made.claim("spoken of", Equal(target + 0, target), "")
    step = made.claim("claim", statement, "", by=by, given=list(given))
    with pytest.raises(ProofError):
        made.update("update", target, formula, step)


# ------------------------------------------------------------------------------------ what a page says


def test_a_printed_line_says_what_it_rests_on() -> None:
    made, positive = proof(), Hypothesis(Belongs(a, POSITIVE))
    made.define("idle", c, zero, "", given=[positive])
    lemma = made.claim("lemma", Equal(Abs(a), a), "", given=[positive])
    with pytest.raises(ProofError, match="not said"):
        Sheet(made).line("line", "|a| = a", Equal(Abs(a), a), "", rewriting=[lemma])


def test_a_family_that_varies_as_a_whole_is_named_as_a_whole() -> None:
    alone = Maximum(-(f[j] ** 2), (Choice(f[j], zero),))
    together = Maximum(-((f[j] + Sum(k, f[k])) ** 2), (Choice(f[j], zero),))
    assert text(alone).startswith("max over f[j] of")
    assert text(together).startswith("max over f of")


# --------------------------------------------------------------------------------- what the judge sees

dimension = vector("unit", "u", D, UNIT)
SEEN: dict[str, Statement] = {
    "two sizes that are equal": LessEqual(Bracket(M, "=", N), zero),
    "two sizes that are far apart": LessEqual(N - M, number(2)),
    "the second larger than the first": LessEqual(M, N),
    "many components": LessEqual(Sum(k, t), 5 * t),
    "a factor for each usual number": Equal((K - 1) * (K - 2) * (K - 3) * (K - 4) * a, zero),
    "a number that is named": Equal(Bracket(number(17), "<=", K), zero),
    "many points": LessEqual(Sum(i, t), 8 * t),
    "many dimensions": LessEqual(Trace(Identity(D)), number(4)),
    "a unit vector of one entry": LessEqual(dimension[d] * Bracket(D, "=", one), zero),
}


@pytest.mark.parametrize("name", SEEN)
def test_the_judge_sees_other_sizes(name: str) -> None:
    assert instances.check(SEEN[name]).verdict is Verdict.REFUTED


known = Exp(a) + Exp(one)  # no draw of b is that by chance


def test_a_witness_chooses_what_its_hypothesis_speaks_of() -> None:
    with pytest.raises(ValueError, match="of which its hypothesis does not speak"):
        instances.check(
            Equal(x, zero), hypotheses=[Hypothesis(Equal(b, known), (Choice(b, known), Choice(x, zero)))]
        )


def test_of_a_witness_no_more_is_put_in_than_is_needed() -> None:
    """What the hypothesis mentions in vain is drawn as ever."""
    idle = Hypothesis(Equal(b + 0 * x, known), (Choice(x, zero), Choice(b, known)))
    assert instances.check(Equal(x, zero), hypotheses=[idle]).verdict is Verdict.REFUTED


def test_a_long_witness_takes_no_longer_than_it_has_choices() -> None:
    numbers = [scalar(f"n{at}", f"n_{{{at}}}") for at in range(40)]
    far = Hypothesis(
        Equal(Add(tuple(numbers)), number(10**9)),
        (*(Choice(one_of, one) for one_of in numbers[1:]), Choice(numbers[0], number(10**9 - 39))),
    )
    assert instances.check(Equal(numbers[0], numbers[0]), hypotheses=[far]).verdict is Verdict.CHECKED
