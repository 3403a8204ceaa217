"""Solving for an unknown that occurs affinely: collect its terms, divide by their coefficient.

The answer is not trusted: it is put back into the equation, which must then vanish identically.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus.expressions import Expr, Member
from derivations.calculus.indices import operations
from derivations.calculus.indices.canonical import collected, least
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import Poly, Term, single, some
from derivations.calculus.indices.theory import Theory, UndecidedError
from derivations.calculus.lowering import entry_of, lower


def solve_affine(equation: Expr, unknown: Member, expected: Expr, theory: Theory) -> bool:
    """Whether `equation = 0` is solved by `unknown = expected` and by nothing else.

    Raises UndecidedError if the equation is not affine in the unknown, or if the coefficient is not known
    to differ from zero.
    """
    entry = entry_of(equation)
    value = normal_form(lower(equation, theory, entry), theory)
    slope, rest = _collect(value, unknown, lower(unknown, theory, entry))
    root = normal_form(-(rest * operations.power(slope, Fraction(-1), theory)), theory)
    shown = normal_form(lower(expected, theory, entry), theory)
    back = normal_form(slope * shown + rest, theory)
    return normal_form(root - shown, theory).is_zero and back.is_zero


def _collect(value: Poly, unknown: Member, entry: Poly) -> tuple[Poly, Poly]:
    """The value as slope * unknown + rest, neither of which contains the unknown."""
    if len(entry.terms) != 1 or len(entry.terms[0][0].atoms) != 1 or entry.terms[0][0].bound:
        raise UndecidedError(f"{unknown.symbol.name} is an abbreviation, or a rule rewrites it")
    wanted = least(entry.terms[0][0].atoms[0])
    slope, rest = Poly(), Poly()
    for product, coefficient in value.terms:
        mine = [atom for atom in product.atoms if least(atom) == wanted]
        others = Term(product.bound, tuple(atom for atom in product.atoms if atom not in mine))
        if _contains(others, unknown):
            raise UndecidedError(f"the equation is not affine in {unknown.symbol.name}")
        part = Poly(((others, coefficient),))
        if mine:
            slope = slope + part
        else:
            rest = rest + part
    if slope.is_zero:
        raise UndecidedError(f"the equation does not contain {unknown.symbol.name}")
    return collected(slope), rest


def _contains(term: Term, unknown: Member) -> bool:
    return any(
        some(single(atom.head, atom.places), lambda head: head.symbol == unknown.symbol)
        for atom in term.atoms
    )
