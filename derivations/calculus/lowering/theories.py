"""Theories from definitions, hypotheses and equations; and equations shown in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from derivations.calculus.expressions import Expr, Member, Symbol
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import Atom, Place, Poly, Term, number
from derivations.calculus.indices.theory import Rule, Theory, UndecidedError, argument_at, fact_key
from derivations.calculus.lowering.frame import entry_of
from derivations.calculus.lowering.table import lower
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Statement


def theory(
    definitions: Sequence[tuple[Member, Expr]],
    hypotheses: Sequence[Hypothesis],
    equations: Sequence[Equal] = (),
    depends: Mapping[Symbol, frozenset[Symbol]] | None = None,
) -> Theory:
    """A theory with definitions to unfold, hypotheses, and equations to rewrite with from left to right.

    `depends` says of every defined symbol, unfolded or not, which symbols its value depends on.
    """
    unfolded = {pattern.symbol: (pattern, body) for pattern, body in definitions}
    result = Theory(unfolded, tuple(hypotheses), depends=depends or {})
    for statement in sorted((h.statement for h in hypotheses), key=lambda s: not isinstance(s, Equal)):
        _add_facts(statement, result)  # equations first: facts are kept in terms of what they make of them
    for equation in equations:
        result.rules.extend(_rules(equation, result))
    result.used.clear()
    return result


def _add_facts(statement: Statement, to: Theory) -> None:
    match statement:
        case Belongs(body, domain, None) if body.is_scalar and domain.positive:
            _fact(body, statement, to)
            if domain.below_one:
                _fact(1 - body, statement, to)
        case LessEqual(left, right, True):
            _fact(right - left, statement, to)
        case Equal(_, _):
            to.rules.extend(_rules(statement, to, (statement,)))
        case _:
            pass  # other hypotheses speak to the order engine


def _fact(body: Expr, statement: Statement, to: Theory) -> None:
    to.used.clear()
    value = normal_form(lower(body, to), to)
    if value.is_zero:
        raise UndecidedError("a hypothesis says that zero is positive")
    to.positive_facts[fact_key(value.scaled(1 / abs(value.terms[0][1])))] = (statement, *to.used)


def _rules(equation: Equal, to: Theory, needs: tuple[Statement, ...] = ()) -> Iterator[Rule]:
    """An equation as a rule for the leading term of its left side; free indices become pattern variables.

    An equation that holds anyway gives none. Whatever its normal form rests on, the rule needs too.
    """
    to.used.clear()
    entry = entry_of(equation.left)
    left = normal_form(lower(equation.left, to, entry), to)
    right = normal_form(lower(equation.right, to, entry), to)
    if left == right:
        return
    variables = {
        place: Place(f"?{n}", place.range)
        for n, place in enumerate(dict.fromkeys((*left.free_places(), *right.free_places())))
    }
    left, right = left.renamed(variables), right.renamed(variables)
    every = {
        place for term, _ in left.terms for atom in term.atoms for place in atom.places if not place.is_bound
    }
    every |= set(right.free_places())
    leading = next((item for item in left.terms if _mentions(item[0], every)), None)
    if leading is None:
        raise UndecidedError(
            "an equation without a term that has all of its indices cannot be used as a rule"
        )
    term, coefficient = leading
    rest = right - Poly(tuple(item for item in left.terms if item is not leading))
    yield Rule(term, rest.scaled(1 / coefficient), (*needs, *to.used))


def _mentions(term: Term, every: set[Place]) -> bool:
    return bool(term.atoms) and every <= {place for atom in term.atoms for place in atom.places}


def prove_equal(equation: Equal, using: Theory) -> Poly:
    """The difference of the two sides in normal form: zero proves the equation. Raises UndecidedError."""
    entry = entry_of(equation.left)
    gap = normal_form(lower(equation.left, using, entry) - lower(equation.right, using, entry), using)
    for _ in range(4):
        cleared = _cleared(gap)
        if gap.is_zero or cleared is None:
            break
        gap = normal_form(cleared, using)
    return gap


def _cleared(gap: Poly) -> Poly | None:
    """The difference times the denominators that all of its terms share the indices of; None if there are none."""
    groups = {
        (atom.head, atom.places): atom
        for term, _ in gap.terms
        for atom in term.atoms
        if atom.head.kind == "group" and atom.power < 0 and not any(p.is_bound for p in atom.places)
    }
    if not groups:
        return None
    head, places = min(groups, key=lambda key: (key[0].key, key[1]))
    lowest = min(a.power for t, _ in gap.terms for a in t.atoms if (a.head, a.places) == (head, places))
    value = argument_at(Atom(head, places))
    result = Poly()
    for term, coefficient in gap.terms:
        mine = next((a for a in term.atoms if (a.head, a.places) == (head, places)), None)
        rest = Term(term.bound, tuple(a for a in term.atoms if a is not mine))
        missing = (mine.power if mine else Fraction(0)) - lowest
        if missing.denominator != 1:
            return None
        factor = number(1)
        for _ in range(int(missing)):
            factor = factor * value
        result = result + Poly(((rest, coefficient),)) * factor
    return result
