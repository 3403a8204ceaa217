"""What an author hands over is what it seems: what a second look at the rim found, each refused or without effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from derivations.calculus.domains import NONNEGATIVE, POSITIVE
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Abs,
    Bracket,
    Expr,
    Index,
    MatMul,
    Member,
    Number,
    Size,
    Sum,
    Symbol,
    scalar,
    scalars,
    sizes,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, LessEqual, Maximum
from derivations.proof.axioms import TANGENT
from derivations.proof.methods import Bound, Cases, Gap, Goal, Instance
from derivations.proof.printed import Sheet
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Step

N, K = sizes("N K")
(i,) = N.indices("i")
j, k = K.indices("j k")
a, c, w, x, y = (scalar(name, name) for name in "acwxy")
t = scalar("t", "t", NONNEGATIVE)
f, g = scalars("f", "f", (K,)), scalars("g", "g", (N,))
zero, one = Number(Fraction(0)), Number(Fraction(1))
seven = Number(Fraction(7))
mask = Bracket(K * K, "=", Number(Fraction(529)))  # 1 where K is 23, a size that nobody draws
positive_a = Hypothesis(Belongs(a, POSITIVE))


def proof() -> Proof:
    return Proof("written", 9, "", "", "", "")


class Agreeing(Equal):
    """Says that it is the same as everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = Equal.__hash__


class Other(Symbol):
    pass


class OtherIndex(Index):
    pass


class OtherSize(Size):
    pass


class Text(str):
    __slots__ = ()


def claimed(left: Expr, right: Expr) -> Step:
    return proof().claim("claim", Equal(left, right), "")


def foreign() -> Step:
    return proof().claim("claim", Equal(x, x), "")


def update(made: Proof, step: Step, target: Member = x, formula: Expr = seven) -> None:
    made.update("update", target, formula, step)


def of_another_proof() -> None:
    made = proof()
    made.claim("claim", Equal(y, y), "")
    update(made, proof().claim("claim", Equal(x, seven), ""))


def of_a_changed_step() -> None:
    made = proof()
    step = made.claim("claim", Equal(y, y), "")
    update(made, replace(step, statement=Equal(x, seven)))


def of_what_is_assumed_in_other_words() -> None:
    made = proof()
    given = Hypothesis(Belongs(-((x - y) ** 2), NONNEGATIVE), (Choice(x, y),))
    update(made, made.claim("claim", Equal(x, y), "", by=Cases(), given=[given]), x, y)


def of_what_is_assumed_of_an_abbreviation() -> None:
    made = proof()
    short = made.define("w", w, x - y, "")
    given = Hypothesis(Equal(w, zero), (Choice(x, y),))
    update(made, made.claim("claim", Equal(x, y), "", uses=[short], given=[given]), x, y)


def of_a_bound_whose_abbreviation_varies() -> None:
    made = proof()
    short = made.define("c", c, 3 * t, "")
    step = made.claim("claim", LessEqual(2 * zero - c, 2 * t - c), "", by=Gap(2 * t), uses=[short])
    update(made, step, t, zero)


def of_a_name_that_gets_a_meaning() -> None:
    made = proof()
    update(made, made.claim("claim", Equal(y + zero, y), ""), x, y)
    bound = made.claim("bound", LessEqual(-((x - 1) ** 2), zero), "", by=Gap((x - 1) ** 2))
    made.claim("best", Maximum(-((x - 1) ** 2), (Choice(x, one),)), "", by=Bound(bound))
    made.finish()


def of_a_name_that_is_defined_afterwards() -> None:
    made = proof()
    update(made, made.claim("claim", Equal(y + zero, y), ""), x, y)
    made.define("x", x, seven, "")


def twice() -> None:
    made = proof()
    step = made.claim("claim", Equal(y + zero, y), "")
    update(made, step, x, y)
    update(made, step, x, y)


def hidden_by_an_idle_definition() -> None:
    made = proof()
    idle = made.define("d", c, zero, "", given=[Hypothesis(Equal(x, seven))])
    Sheet(made).line("line", "x = 7", Equal(x + 0 * y, seven), "", uses=[idle])


def corrected_by_another() -> None:
    wrong = Equal(x, x + 1)
    Sheet(proof()).line("line", "x = x + 1", wrong, "", corrected=foreign())


REFUSED: dict[str, Callable[[], object]] = {
    "a statement of a class of its own": lambda: proof().claim(
        "claim", Agreeing(mask, zero), "", by=Instance((), foreign())
    ),
    "a symbol of a class of its own": lambda: claimed(mask * a, mask * Other("a", "a")[()]),
    "an index of a class of its own": lambda: claimed(mask * f[k], mask * f[OtherIndex("k", K)]),
    "a size of a class of its own": lambda: claimed(mask * Sum(k, one), mask * OtherSize("K")),
    "a name of a class of its own": lambda: claimed(mask * a, mask * Symbol(Text("a"), "b")[()]),
    "a list for a tuple": lambda: claimed(MatMul([x, one]), x),  # type: ignore[arg-type]
    "two symbols of one name": lambda: claimed(x, scalar("x", "z")),
    "two symbols of one letter": lambda: claimed(x, scalar("z", "x")),
    "a symbol called like a size": lambda: claimed(scalar("K", "k") + K, x),
    "two indices of one name": lambda: claimed(f[k] * g[Index("k", N)], x),
    "a definition of a like symbol": lambda: proof().define("d", scalar("q", "x"), x * x + 1, ""),
    "code of a step of another proof": of_another_proof,
    "code of a changed step": of_a_changed_step,
    "code of what is assumed in other words": of_what_is_assumed_in_other_words,
    "code of what is assumed of an abbreviation": of_what_is_assumed_of_an_abbreviation,
    "code of a bound whose abbreviation varies": of_a_bound_whose_abbreviation_varies,
    "code of a name that gets a meaning": of_a_name_that_gets_a_meaning,
    "code of a name that is defined afterwards": of_a_name_that_is_defined_afterwards,
    "code twice under one name": twice,
    "a line that rests on an idle definition": hidden_by_an_idle_definition,
    "a correction from elsewhere": corrected_by_another,
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    with pytest.raises(ProofError):
        REFUSED[name]()


class Trusting(Gap):
    """A way of arguing that says it is one of ours."""

    def argue(self, goal: Goal) -> None:
        return


@pytest.mark.parametrize(
    "module", ["derivations.proof.methods.evil", "derivations.proof.methods.inequalities"]
)
def test_a_way_of_arguing_is_trusted_for_what_it_is(module: str) -> None:
    Trusting.__module__ = module
    step = proof().claim("claim", Equal(mask, zero), "", by=Trusting(zero))
    assert step.evidence[0].verdict is Verdict.UNKNOWN


def test_what_can_be_read_only_once_is_kept() -> None:
    made = proof()
    statement = Belongs(1 - 2 * mask, POSITIVE)
    given = (hypothesis for hypothesis in [Hypothesis(statement)])
    definition = made.define("c", scalar("c", "c", POSITIVE), 1 - 2 * mask, "", given=given)  # type: ignore[arg-type]
    assert [hypothesis.statement for hypothesis in definition.assumed] == [statement]
    false = made.claim("false", Equal(x, x + 1), "")
    uses = (step for step in [false])
    assert made.define("d", w, x, "", uses=uses).verdict is Verdict.REFUTED  # type: ignore[arg-type]
    axiom = made.axiom("axiom", TANGENT, "", [a], given=(one for one in [positive_a]))  # type: ignore[arg-type]
    assert axiom.assumed == (positive_a,)


def test_a_definition_assumes_what_it_needs() -> None:
    made = proof()
    idle = made.define("d", c, zero, "", given=[positive_a])
    needed = made.define("e", w, Abs(1 / a), "", given=[positive_a])
    assert idle.assumed == ()
    assert needed.assumed == (positive_a,)
