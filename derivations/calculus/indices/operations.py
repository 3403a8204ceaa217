"""Powers, logarithms, exponentials, inverses and log determinants of values, each with what it needs.

Every operation normalises its argument, takes out what it may (log(c x) = log c + log x only for declared
positive factors) and leaves the rest as a function of a canonical argument. An operation that is not known
to be defined (a reciprocal of what may be zero) is undecided.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus.indices.canonical import collected
from derivations.calculus.indices.functions import (
    binding_function,
    content,
    function,
    joint_binding_function,
    matrix_function,
    slotted,
)
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.terms import (
    DELTA,
    MAX_BITS,
    MAX_EXPANDED_POWER,
    ONE,
    Atom,
    Place,
    Poly,
    Term,
    bind,
    delta,
    number,
    open_like,
    single,
    size_atom,
)
from derivations.calculus.indices.theory import Theory, UndecidedError, argument_at

MAX_PRIME = 10_000  # that is looked for by division


def power(base: Poly, exponent: Fraction, theory: Theory) -> Poly:
    """The base to a rational power: multiplied out, or as a reciprocal of what is not zero."""
    if exponent.denominator == 1 and 0 <= exponent <= MAX_EXPANDED_POWER:
        result = number(1)
        for _ in range(int(exponent)):
            result = result * base
            result.require_small()
        return result
    base = normal_form(base, theory)
    if base.is_zero or not theory.nonzero(base):
        raise UndecidedError("division by a quantity that is not known to differ from zero")
    if exponent.denominator != 1:
        return exponential(logarithm(base, theory).scaled(exponent), theory)
    factor, atoms, rest = content(base)
    powers = Poly(((Term((), tuple(a._replace(power=a.power * exponent) for a in atoms)), ONE),))
    if (
        abs(exponent) * (factor.numerator.bit_length() + factor.denominator.bit_length()) > MAX_BITS
        and abs(factor) != 1
    ):
        raise UndecidedError("a number of very many digits")
    return powers.scaled(factor ** int(exponent)) * _group(rest, exponent)


def _group(rest: Poly, exponent: Fraction) -> Poly:
    """A power of a polynomial that is no product: an atom whose argument has a canonical sign."""
    if len(rest.terms) == 1 and not rest.terms[0][0].bound:
        return number(1)
    if _sign_rank(-rest) < _sign_rank(rest):
        sign = -1 if exponent.numerator % 2 else 1
        return function("group", collected(-rest), power=exponent).scaled(Fraction(sign))
    return function("group", rest, power=exponent)


def _sign_rank(poly: Poly) -> tuple[int, str]:
    """Of p and -p the one with fewer minus signs is written, then the one with the smaller key."""
    return sum(c < 0 for _, c in poly.terms), slotted(poly)[0].key


def logarithm(argument: Poly, theory: Theory) -> Poly:
    """log of a positive value, split over the factors that are positive for themselves."""
    argument = normal_form(argument, theory)
    if not theory.positive(argument):
        raise UndecidedError("logarithm of a quantity that is not known to be positive")
    factor, atoms, rest = content(argument)
    positive = [atom for atom in atoms if theory.positive_atom(atom)]
    if factor < 0 or len(positive) < len(atoms):
        return function("log", argument)
    result = _log_number(factor)
    for atom in positive:
        result = result + _log_atom(atom)
    return (
        result
        if rest == number(1) or rest.key == collected(number(1)).key
        else result + function("log", rest)
    )


def _log_atom(atom: Atom) -> Poly:
    if atom.head.kind == "exp":
        return argument_at(atom).scaled(atom.power)
    if atom.head.kind == "group":
        return function("log", argument_at(atom)).scaled(atom.power)
    return function("log", single(atom.head, atom.places)).scaled(atom.power)


def _log_number(value: Fraction) -> Poly:
    """log of a positive rational as a sum over primes. Raises UndecidedError if they are too large to be found."""
    result = Poly()
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        prime = 2
        while whole > 1:
            if prime * prime > whole:
                prime = whole
            elif prime > MAX_PRIME:
                raise UndecidedError(f"the logarithm of {value}, of which not all prime factors are found")
            while whole % prime == 0:
                result = result + function("log", number(prime)).scaled(Fraction(sign))
                whole //= prime
            prime += 1
    return result


def exponential(argument: Poly, theory: Theory) -> Poly:
    """exp of a sum as the product of powers of exp of its terms; exp(c log x) is x^c."""
    argument = normal_form(argument, theory)
    result = number(1)
    for term, coefficient in argument.terms:
        result = result * _exp_term(term, coefficient, theory)
    return result


def _exp_term(term: Term, coefficient: Fraction, theory: Theory) -> Poly:
    if any(atom.head.kind == "weightedlog" for atom in term.atoms):
        return _exp_weighted_log(term, coefficient, theory)
    if len(term.atoms) == 1 and not term.bound and coefficient.denominator == 1:
        (atom,) = term.atoms
        if atom.head.kind == "log" and atom.power == 1:
            return power(argument_at(atom), coefficient, theory)
    return function("exp", Poly(((term, ONE),)), power=coefficient)


def _exp_weighted_log(term: Term, coefficient: Fraction, theory: Theory) -> Poly:
    """exp of a sum of w log b is the product of b^w, for w that are 0 or 1: zero where a logarithm is infinite."""
    opened = {place: open_like(place) for place in term.bound}
    (atom, *others) = term.renamed(opened).atoms
    alone = not others and atom.power == 1 and coefficient == 1
    if not alone or not is_bit(weight := argument_at(atom, 0), theory):
        raise UndecidedError("the exponential of a logarithm that may be infinite")
    result = chosen(weight, argument_at(atom, 1))
    for place in opened.values():
        result = product(result, place, theory)
    return result


def is_bit(value: Poly, theory: Theory) -> bool:
    """Whether the value is certainly 0 or 1: its square is itself."""
    return normal_form(value * value - value, theory).is_zero


def chosen(bit: Poly, value: Poly) -> Poly:
    """value^bit for a bit that is 0 or 1: the value, or one."""
    return number(1) + bit * (value - number(1))


def inverse(argument: Poly, row: Place, column: Place, theory: Theory) -> Poly:
    """The (row, column) entry of the inverse of the invertible matrix whose (row, column) entry is given."""
    argument = normal_form(argument, theory)
    if argument.is_zero:
        raise UndecidedError("the inverse of a matrix that is zero")
    factor, atoms, rest = content(argument)
    scale = tuple(a for a in atoms if row not in a.places and column not in a.places)
    kept = tuple(a for a in atoms if a not in scale)
    core = collected(Poly(((Term((), kept), ONE),)) * rest)
    outside = Poly(((Term((), tuple(a._replace(power=-a.power) for a in scale)), 1 / factor),))
    return outside * _inverse_core(core, row, column)


def _inverse_core(core: Poly, row: Place, column: Place) -> Poly:
    atom = _only_atom(core)
    if atom is not None and atom.head == DELTA:
        return delta(row, column)
    if atom is not None and _is_inverse_of_one_matrix(atom, row, column):
        return argument_at(atom)
    return matrix_function("inverse", core, row, column, entries=True)


def _is_inverse_of_one_matrix(atom: Atom, row: Place, column: Place) -> bool:
    """Whether an atom is the (row, column) entry of an inverse, and not of another inverse in every row or column."""
    if atom.head.kind != "inverse":
        return False
    *family, first, second = atom.places
    return {first, second} == {row, column} and not {row, column} & set(family)


def _only_atom(poly: Poly) -> Atom | None:
    """The atom that a polynomial is; a sum of atoms over an index is none, and neither is a power of one."""
    match poly.terms:
        case ((((), (atom,)), coefficient),) if coefficient == 1 and atom.power == 1:
            return atom
    return None


def log_determinant(argument: Poly, row: Place, column: Place, theory: Theory) -> Poly:
    """log |det| of an invertible matrix given by its (row, column) entry; positive scalars are taken out."""
    argument = normal_form(argument, theory)
    factor, atoms, rest = content(argument)
    scale = tuple(a for a in atoms if not {row, column} & set(a.places) and theory.positive_atom(a))
    kept = tuple(a for a in atoms if a not in scale)
    core = collected(Poly(((Term((), kept), ONE),)) * rest)
    result = _log_number(abs(factor))
    for atom in scale:
        result = result + _log_atom(atom)
    return result * size_atom(row.range) + _log_determinant_core(core, row, column)


def _log_determinant_core(core: Poly, row: Place, column: Place) -> Poly:
    atom = _only_atom(core)
    if atom is not None and atom.head == DELTA:
        return Poly()
    if atom is not None and _is_inverse_of_one_matrix(atom, row, column):
        return -_log_determinant_core(collected(argument_at(atom)), row, column)
    return matrix_function("logdet", core, row, column, entries=False)


def weighted_log(weight: Poly, body: Poly, theory: Theory) -> Poly:
    """weight * log(body) with the conventions of the closed domain; opaque unless body is positive."""
    weight, body = normal_form(weight, theory), normal_form(body, theory)
    if weight.is_zero:
        return weight
    if theory.positive(body):
        return weight * logarithm(body, theory)
    positive, rest = _positive_part(body, theory)
    return weight * logarithm(positive, theory) + function("weightedlog", weight, rest)


def vanishes_with(weight: Poly, body: Poly, theory: Theory) -> bool:
    """Whether the weight has every factor of the body that may be zero, so that it is zero wherever the body is."""
    weight = normal_form(weight, theory)
    if weight.is_zero:
        return True
    _, weight_atoms, weight_rest = content(weight)
    _, body_atoms, body_rest = content(normal_form(body, theory))
    shared = {(atom.head, atom.places) for atom in weight_atoms if atom.power > 0}
    missing = [a for a in body_atoms if (a.head, a.places) not in shared and not theory.positive_atom(a)]
    return not missing and body_rest in (collected(number(1)), weight_rest)


def _positive_part(poly: Poly, theory: Theory) -> tuple[Poly, Poly]:
    """A polynomial as a positive product of atoms times the rest."""
    factor, atoms, _ = content(poly)
    positive = tuple(atom for atom in atoms if theory.positive_atom(atom))
    inverse = tuple(atom._replace(power=-atom.power) for atom in positive)
    scale = abs(factor) or ONE
    rest = Poly(((Term((), inverse), 1 / scale),)) * poly
    return Poly(((Term((), positive), scale),)), normal_form(rest, theory)


def product(body: Poly, place: Place, theory: Theory) -> Poly:
    """The product over a range: exp of a sum of logarithms for the factors that are positive; opaque for the rest."""
    body = normal_form(body, theory)
    positive, rest = (body, number(1)) if theory.positive(body) else _positive_part(body, theory)
    result = exponential(bind(logarithm(positive, theory), place), theory)
    return result if rest == number(1) else result * binding_function("product", rest, place)


def absolute(argument: Poly, theory: Theory) -> Poly:
    """|x|, without the bars where the sign is known; |-x| is written |x|."""
    argument = normal_form(argument, theory)
    if argument.is_zero or theory.positive(argument):
        return argument
    if theory.positive(-argument):
        return -argument
    factor, _, _ = content(argument)
    core = argument.scaled(1 / abs(factor))
    return function("abs", min((core, collected(-core)), key=_sign_rank)).scaled(abs(factor))


def bracket(left: Poly, relation: str, right: Poly, theory: Theory) -> Poly:
    """1 where the relation holds, else 0; decided where the difference is a number."""
    gap = normal_form(left - right, theory)
    if all(not term.atoms for term, _ in gap.terms):
        value = gap.terms[0][1] if gap.terms else Fraction(0)
        return number(int({"<": value < 0, "<=": value <= 0, "=": value == 0}[relation]))
    core = gap.scaled(1 / abs(content(gap)[0]))
    if relation == "=":
        core = min((core, collected(-core)), key=_sign_rank)
    return function("bracket", core, mark=relation)


def minimum(body: Poly, place: Place, theory: Theory) -> Poly:
    """The smallest value of the body over the range of an open place."""
    return binding_function("minimum", normal_form(body, theory), place)


def first(body: Poly, place: Place, chosen: Place, theory: Theory) -> Poly:
    """1 at the first place where the body is smallest, else 0."""
    return binding_function("first", normal_form(body, theory), place, chosen)


def median(body: Poly, weight: Poly, place: Place, theory: Theory) -> Poly:
    """The weighted median of the body over an open place: a function of two arguments that share the place."""
    return joint_binding_function("median", (normal_form(body, theory), normal_form(weight, theory)), place)
