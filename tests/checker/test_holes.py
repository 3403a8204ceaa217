"""What adversaries got past the small checker once: each way in is shut, and the honest step beside it is still open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from derivations.calculus.domains import DEFINITE, INVERTIBLE, OPEN_SIMPLEX, POSITIVE, SYMMETRIC
from derivations.calculus.expressions import (
    At,
    Delta,
    Exp,
    Gradient,
    Index,
    Ordered,
    Size,
    Sum,
    Trace,
    Zero,
    as_expr,
    inv,
    matrix,
    scalar,
    scalars,
    sizes,
    vector,
)
from derivations.calculus.statements import Belongs, Equal, Iff, LessEqual, Limit, Statement
from derivations.checker.ledger import Written
from derivations.checker.trees import RefusedError
from derivations.checker.writing import written
from derivations.proof import facts
from derivations.proof.axioms import SPECTRAL_TRACE
from derivations.proof.checking import new_ledger
from derivations.proof.facts import EIGENVALUES, A, B
from derivations.proof.facts import D as DIMENSION

N, K, D = sizes("N K D")
i, j = N.indices("i j")
k, m = K.indices("k m")
d, e = D.indices("d e")
a, b, c, y = (scalar(name, name) for name in "abcy")
t, r = scalar("t", "t", POSITIVE), scalar("r", "r", POSITIVE)
f, g = scalars("f", "f", (N,)), scalars("g", "g", (N,))
u, v = vector("u", "u", D), vector("v", "v", D)
S, X = matrix("S", "S", D, D, DEFINITE), matrix("X", "X", D, D)
zero, one = as_expr(0), as_expr(1)
NORMAL = ("normal_forms",)
NOTHING = ("Number", 0)


class Book:
    """A ledger that is written into."""

    def __init__(self) -> None:
        self.ledger = new_ledger()

    def add(
        self,
        name: str,
        statement: Statement,
        *way: Any,
        given: Sequence[Statement] = (),
        kind: str = "claim",
        rewriting: Sequence[str] = (),
    ) -> tuple[str, str]:
        """Have a step accepted. Raises RefusedError."""
        assumed = tuple(map(written, given))
        record = Written(name, kind, written(statement), assumed, written(way), (), tuple(rewriting))
        self.ledger.add(record)
        return ("Step", name)

    def define(self, symbol: Any, body: Any, name: str = "define") -> None:
        self.add(name, Equal(symbol, body), "Membership", None, None, kind="definition")

    def refuses(self, statement: Statement, *way: Any, **more: Any) -> None:
        with pytest.raises(RefusedError):
            self.add("false", statement, *way, **more)


def entries_of_a_definite_matrix(book: Book) -> None:
    book.refuses(LessEqual(zero, S[d, e], True), "gap", S[d, e], ())
    positive = matrix("P", "P", D, D, POSITIVE)
    book.add("true", LessEqual(zero, positive[d, e], True), "gap", positive[d, e], ())


def a_fact_in_which_two_symbols_become_one(book: Book) -> None:
    rate, tending = (written(symbol)[1] for symbol in (t, r))
    book.refuses(
        Limit(Exp(-(r / r)), r, "zero", zero),
        "instance",
        (),
        ("Fact", "exponentials vanish"),
        (),
        ((rate, tending),),
    )


def an_equivalence_at_one_index_of_what_is_assumed_at_all(book: Book) -> None:
    one_, other = facts.both[facts.i, facts.c], facts.other[facts.i, facts.c]
    here, (there,) = Equal(one_, other), facts.MEANINGS["squares vanish"].assumed
    assert isinstance(there, Equal)
    forth = book.add("forth", there, *NORMAL, given=[here])
    back = book.add("back", here, "instance", (), ("Fact", "squares vanish"), (), (), given=[there])
    book.refuses(Iff(here, there), "both", forth, back)


def a_gradient_among_all_matrices_of_what_holds_among_symmetric_ones(book: Book) -> None:
    lemma = book.add("symmetric", Equal(u.T @ S @ v, v.T @ S @ u), *NORMAL)
    given = [Belongs(X, DEFINITE)]
    book.add("here", Equal(u.T @ X @ v, v.T @ X @ u), "instance", ((S, X),), lemma, (), (), given=given)
    book.refuses(Equal(Gradient(u.T @ X @ v, X), v @ u.T), *NORMAL, given=given, rewriting=["here"])


def spectrum(book: Book) -> tuple[str, str]:
    fact = SPECTRAL_TRACE.statement
    assert fact is not None
    return book.add("spectrum", fact, SPECTRAL_TRACE.name, (), given=[fact], kind="axiom")


def eigenvalues_that_would_not_move_with_their_matrix(book: Book) -> None:
    fact = spectrum(book)
    still = Equal(Gradient(Trace(inv(A) @ B), A), Zero((DIMENSION, DIMENSION)))
    book.refuses(still, *NORMAL, rewriting=["spectrum"])
    book.refuses(still, "normal_forms", fact)


def a_definition_of_what_has_been_spoken_of(book: Book) -> None:
    spectrum(book)
    (index,) = DIMENSION.indices("d")
    with pytest.raises(RefusedError):
        book.define(B, (1 + Sum(index, EIGENVALUES[index])) * A)
    book.define(a, b + 1, "first")
    for symbol, body in ((b, c + 1), (b, y), (a, y)):
        with pytest.raises(RefusedError, match="spoken of"):
            book.define(symbol, body, "second")


def a_domain_with_an_index_of_its_own(book: Book) -> None:
    square = scalars("p", "p", (N, N))
    given = [Belongs(Sum(i, square[i, j]), OPEN_SIMPLEX, j)]
    diagonal = Sum(i, square[i, i])
    book.refuses(LessEqual(zero, diagonal, True), "gap", diagonal, (), given=given)


def a_size_called_like_a_product(book: Book) -> None:
    book.refuses(Equal(Size("A^1[]*size B"), Size("A") * Size("B")), *NORMAL)


def zero_as_an_invertible_number(book: Book) -> None:
    book.refuses(Belongs(zero, INVERTIBLE), "cases")


def a_multiple_of_the_unknown(book: Book) -> None:
    for times in (-1, 2):
        unknown = times * a
        book.refuses(Iff(Equal(a, as_expr(3)), Equal(unknown, as_expr(3))), "factor", None, None, unknown)
        book.refuses(Iff(Equal(a, as_expr(3)), Equal(unknown, as_expr(3))), "factor", None, as_expr(times))
    book.add("true", Iff(Equal(2 * a, as_expr(6)), Equal(a, as_expr(3))), "factor", None, None, as_expr(2))


def ranges_that_are_said_to_be_equal(book: Book) -> None:
    other = scalars("f", "f", (K,))
    known = book.add("equal", Equal(N, K), *NORMAL, given=[Equal(N, K)])
    book.refuses(Equal(Sum(i, f[i]), Sum(k, other[k])), "normal_forms", known, given=[Equal(N, K)])


def indices_of_one_name_over_two_ranges(book: Book) -> None:
    (i_, j_) = K.indices("i j")
    for indicator in (Delta, Ordered):
        book.refuses(Equal(indicator(i, j), indicator(i_, j_)), *NORMAL)


def numbers_that_are_declared_symmetric(book: Book) -> None:
    square = scalars("s", "s", (N, N), SYMMETRIC)
    book.refuses(Equal(square[i, j], square[j, i]), *NORMAL)


def names_that_are_made_here(book: Book) -> None:
    for name in ("~0", "$1", "#0", "%0", "?0", "@0"):
        index = Index(name, N)
        book.refuses(Equal(Sum(i, f[i] * g[index]), Sum(i, f[i] * g[i])), *NORMAL)
        book.refuses(Equal(f[index], f[index]), *NORMAL)


def steps_hidden_in_a_list(book: Book) -> None:
    known = book.add("known", LessEqual(a, one), "cases", given=[LessEqual(a, one)])
    for hidden in ([(one, known, ())], ((one, known, ()),)):
        plain = [(written(factor), step, over) for factor, step, over in hidden]
        plus: Any = plain if isinstance(hidden, list) else tuple(plain)
        record = Written("false", "claim", written(LessEqual(a, one)), (), ("gap", NOTHING, plus))
        with pytest.raises(RefusedError):
            book.ledger.add(record)


def an_entry_of_a_row(book: Book) -> None:
    rows = (written(v.T @ X), written(v.T @ X.T))
    left, right = (("Component", row, (written(d),)) for row in rows)
    with pytest.raises(RefusedError):
        book.ledger.add(Written("false", "claim", ("Equal", left, right), (), NORMAL))


def a_domain_of_ones_own(book: Book) -> None:
    domain = ("Domain", "mine")
    symbol = ("Member", ("Symbol", "s", "s", (), (1, 1), domain, None), ())
    with pytest.raises(RefusedError):
        book.ledger.add(
            Written("false", "claim", ("LessEqual", NOTHING, symbol, False), (), ("gap", symbol, ()))
        )


def what_a_cited_fact_assumes(book: Book) -> None:
    one_, other = facts.both[facts.i, facts.c], facts.other[facts.i, facts.c]
    book.refuses(Equal(one_, other), "normal_forms", ("Fact", "squares vanish"))
    shifted = facts.MEANINGS["smallest of shifted"].statement
    assert isinstance(shifted, Equal)
    more = ((("Number", 1), ("Fact", "smallest of shifted"), ()),)
    book.refuses(shifted, "normal_forms", ("Fact", "smallest of shifted"))
    book.refuses(LessEqual(shifted.left, shifted.right), "gap", zero, more)


def a_rule_that_hides_what_is_varied(book: Book) -> None:
    book.define(c, a * y)
    assumed = Written("rule", "claim", written(Equal(a * y, c)), (), NORMAL, ("define",))
    book.ledger.add(assumed)
    book.refuses(Equal(Gradient(a * y, a), zero), *NORMAL, rewriting=["rule"])
    book.refuses(Equal(At(a * y, a, one), c), *NORMAL, rewriting=["rule"])


def a_variable_that_another_is_put_for(book: Book) -> None:
    book.define(f[i], a)
    book.refuses(Equal(Gradient(Sum(i, f[i]), f[j]), N), "normal_forms", ("Step", "define"))


def a_domain_under_another_name(book: Book) -> None:
    for word in ("symmetric", "definite"):
        square = (("Size", "D"), ("Size", "D"))
        member = ("Member", ("Symbol", "s", "s", (), square, ("Dom", "foo", (word,)), None), ())
        turned = ("Equal", member, ("Transpose", member))
        inverted = ("Equal", ("MatMul", (member, ("Inverse", member))), ("Identity", ("Size", "D")))
        for statement in (turned, inverted):
            with pytest.raises(RefusedError):
                book.ledger.add(Written("false", "claim", statement, (), NORMAL))


def numbers_that_are_texts(book: Book) -> None:
    for text in ("1/2/3", "1", True.__repr__()):
        number = ("Number", text)
        with pytest.raises(RefusedError):
            book.ledger.add(Written("false", "claim", ("Equal", number, number), (), NORMAL))


HOLES: tuple[Callable[[Book], None], ...] = (
    entries_of_a_definite_matrix,
    a_fact_in_which_two_symbols_become_one,
    an_equivalence_at_one_index_of_what_is_assumed_at_all,
    a_gradient_among_all_matrices_of_what_holds_among_symmetric_ones,
    eigenvalues_that_would_not_move_with_their_matrix,
    a_definition_of_what_has_been_spoken_of,
    a_domain_with_an_index_of_its_own,
    a_size_called_like_a_product,
    zero_as_an_invertible_number,
    a_multiple_of_the_unknown,
    ranges_that_are_said_to_be_equal,
    indices_of_one_name_over_two_ranges,
    numbers_that_are_declared_symmetric,
    names_that_are_made_here,
    steps_hidden_in_a_list,
    an_entry_of_a_row,
    a_domain_of_ones_own,
    what_a_cited_fact_assumes,
    a_rule_that_hides_what_is_varied,
    a_variable_that_another_is_put_for,
    a_domain_under_another_name,
    numbers_that_are_texts,
)


@pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole.__name__)
def test_a_hole_is_shut(hole: Callable[[Book], None]) -> None:
    hole(Book())
