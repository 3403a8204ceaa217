"""From trees to the kernel: every node as sums of products of its entries.

A scalar is lowered as it is, a vector or matrix at the places of one entry. The table LOWER has one
function a node. Whatever a rule needs (an invertible matrix, a positive argument) is asked of the theory,
which records it; what it cannot justify is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from derivations.calculus import expressions as ex
from derivations.calculus import order
from derivations.calculus.domains import (
    DEFINITE,
    INVERTIBLE,
    NONNEGATIVE,
    POSITIVE,
    REAL,
    SEMIDEFINITE,
    Domain,
)
from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Expr, Index, IndexLike, Member, Size, Symbol
from derivations.calculus.indices import operations
from derivations.calculus.indices.canonical import collected
from derivations.calculus.indices.derivative import derivative
from derivations.calculus.indices.functions import slotted
from derivations.calculus.indices.rewriting import normal_form
from derivations.calculus.indices.substitution import put_in
from derivations.calculus.indices.terms import (
    CIRCLE,
    ORDERED,
    SWAP,
    Atom,
    Head,
    Place,
    Poly,
    Term,
    bind,
    delta,
    number,
    open_like,
    single,
    size_atom,
    some,
    symbol_key,
)
from derivations.calculus.indices.theory import Rule, Theory, UndecidedError, argument_at
from derivations.calculus.statements import (
    Belongs,
    Equal,
    Hypothesis,
    LessEqual,
    Statement,
    expressions_of,
)

RESERVED = "#@?%"

Scope: TypeAlias = "dict[Index, Place]"
Entry: TypeAlias = "tuple[Place | None, Place | None]"


def lower(expr: Expr, theory: Theory, entry: Entry = (None, None), scope: Scope | None = None) -> Poly:
    """The value of a scalar, or of one entry of an array, in the kernel. Raises UndecidedError."""
    scope = scope or {}
    rule = LOWER.get(type(expr))
    if rule is None:
        raise UndecidedError(f"the kernel does not know {type(expr).__name__}")
    return rule(expr, _Lowering(theory, entry, scope))


def place_of(index: Index, scope: Scope) -> Place:
    """The place of an author's index. Raises UndecidedError for a name like those the kernel makes for itself."""
    if index.name[:1] in ("", *RESERVED):
        raise UndecidedError(f"an index cannot be called {index.name!r} here")
    return scope.get(index, Place(index.name, index.size.name))


def open_place(size: ex.Dim) -> Place | None:
    """A new open place for a dimension; None for a dimension of one."""
    return open_like(Place("%", size.name)) if isinstance(size, Size) else None


def entry_of(expr: Expr) -> Entry:
    """Open places for the row and the column of an expression."""
    rows, columns = expr.shape
    return (open_place(rows), open_place(columns))


class _Lowering:
    """What a rule is given: the theory, the entry that is wanted, the places of bound indices."""

    def __init__(self, theory: Theory, entry: Entry, scope: Scope) -> None:
        self.theory, self.entry, self.scope = theory, entry, scope

    def at(self, expr: Expr, entry: Entry = (None, None)) -> Poly:
        return lower(expr, self.theory, entry, self.scope)

    def here(self, expr: Expr) -> Poly:
        """A part with the shape of the whole: at the same entry."""
        return lower(expr, self.theory, self.entry, self.scope)

    def inside(self, index: Index, body: Expr) -> tuple[Poly, Place]:
        """A binder's body, with an open place for its index."""
        place = open_like(Place("%", index.size.name))
        return lower(body, self.theory, self.entry, {**self.scope, index: place}), place

    def square(self, body: Expr) -> tuple[Poly, Place, Place]:
        """An entry of an invertible matrix at open places; the hypothesis is recorded."""
        self._require_invertible(body)
        row, column = entry_of(body)
        if row is None or column is None:
            raise UndecidedError("a one-by-one matrix is written as a scalar")
        return self.at(body, (row, column)), row, column

    def _require_invertible(self, body: Expr) -> None:
        found = order.invertible(body, self.theory.hypotheses)
        if found.verdict is not Verdict.PROVED:
            raise UndecidedError("inverse or log determinant of a matrix that is not known to be invertible")
        self.theory.need(*found.hypotheses)


# ----------------------------------------------------------------------------------- leaves


def _places(indices: tuple[IndexLike, ...], scope: Scope) -> tuple[str, tuple[Place, ...]]:
    """The places of an index list; a label z[i] contributes its own, and its name marks the head."""
    marks: list[str] = []
    places: list[Place] = []
    for index in indices:
        if isinstance(index, Index):
            marks.append(".")
            places.append(place_of(index, scope))
        else:
            mark, inner = _places(index.indices, scope)
            marks.append(f"{index.symbol.name}[{mark}]")
            places.extend(inner)
    return ",".join(marks), tuple(places)


def _member(expr: Any, low: _Lowering) -> Poly:
    symbol: Symbol = expr.symbol
    if symbol in low.theory.definitions:
        pattern, body = low.theory.definitions[symbol]
        return low.here(ex.at(body, dict(zip(pattern.indices, expr.indices, strict=True))))
    marks, family = _places(expr.indices, low.scope)
    entry = tuple(place for place in low.entry if place is not None)
    key = symbol_key(symbol) + (f"[{marks}]" if "[" in marks else "")
    symmetries: tuple[tuple[int, ...], ...] = ()
    if symbol.domain.symmetric and len(entry) == 2:
        fixed = tuple(range(len(family)))
        symmetries = tuple((*fixed, *(len(fixed) + n for n in swap)) for swap in SWAP)
    return single(Head("symbol", key, symmetries, (), symbol), (*family, *entry))


def _component(expr: Any, low: _Lowering) -> Poly:
    places = _places(expr.indices, low.scope)[1]
    row, *rest = places
    return low.at(expr.base, (row, rest[0] if rest else None))


def _delta(expr: Any, low: _Lowering) -> Poly:
    if not (isinstance(expr.left, Index) and isinstance(expr.right, Index)):
        raise UndecidedError("Kronecker delta of a label")
    return delta(place_of(expr.left, low.scope), place_of(expr.right, low.scope))


def _identity(expr: Any, low: _Lowering) -> Poly:
    row, column = low.entry
    return number(1) if row is None or column is None else delta(row, column)


# ------------------------------------------------------------------------- sums and products


def _add(expr: Any, low: _Lowering) -> Poly:
    result = Poly()
    for term in expr.terms:
        result = result + low.here(term)
    return result


def _mul(expr: Any, low: _Lowering) -> Poly:
    result = number(1)
    for factor in expr.factors:
        result = result * (low.at(factor) if factor.is_scalar else low.here(factor))
    return result


def _div(expr: Any, low: _Lowering) -> Poly:
    return low.here(expr.numerator) * _reciprocal(expr.denominator, low)


def _reciprocal(expr: Expr, low: _Lowering) -> Poly:
    """One over a scalar; over a product factor by factor, over a power as a negative power of its base."""
    match expr:
        case ex.Mul(factors) if expr.is_scalar:
            result = number(1)
            for factor in factors:
                result = result * _reciprocal(factor, low)
            return result
        case ex.Pow(base, ex.Number(exponent)) if exponent > 0:
            return operations.power(low.at(base), -exponent, low.theory)
    return operations.power(low.at(expr), Fraction(-1), low.theory)


def _pow(expr: Any, low: _Lowering) -> Poly:
    base, exponent = low.at(expr.base), normal_form(low.at(expr.exponent), low.theory)
    constant = [c for term, c in exponent.terms if not term.atoms]
    if len(exponent.terms) == len(constant):
        return operations.power(base, constant[0] if constant else Fraction(0), low.theory)
    if operations.is_bit(exponent, low.theory) and not low.theory.positive(base):
        return operations.chosen(exponent, base)
    return operations.exponential(exponent * operations.logarithm(base, low.theory), low.theory)


def _matmul(expr: Any, low: _Lowering) -> Poly:
    result = number(1)
    row, column = low.entry
    joints = [open_place(factor.shape[1]) for factor in expr.factors[:-1]]
    for factor, left, right in zip(expr.factors, [row, *joints], [*joints, column], strict=True):
        result = result * low.at(factor, (left, right))
    for joint in joints:
        result = result if joint is None else bind(result, joint)
    return result


def _trace(expr: Any, low: _Lowering) -> Poly:
    place = open_place(expr.body.shape[0])
    body = low.at(expr.body, (place, place))
    return body if place is None else bind(body, place)


def _sum(expr: Any, low: _Lowering) -> Poly:
    return bind(*low.inside(expr.index, expr.body))


def _assignment_sum(expr: Any, low: _Lowering) -> Poly:
    """sum over all assignments of prod_i a(i, z_i): the product of the sums (distributive law).

    Where the factors sum to one over the components, all points but one sum to one. So a factor f(z_i) beside the
    product leaves sum_k a(i, k) f(k), and a factor sum_i f(i, z_i) leaves sum_i sum_k a(i, k) f(i, k).
    """
    parts = expr.body.factors if isinstance(expr.body, ex.Mul) else (expr.body,)
    products = [part for part in parts if isinstance(part, ex.Product)]
    others = [part for part in parts if not isinstance(part, ex.Product)]
    if len(products) != 1 or len(others) > 1:
        raise UndecidedError(
            "a sum over assignments of something else than a product times a sum over points"
        )
    weights, component = _chosen(products[0], expr.labels)
    if not others:
        return low.at(ex.Product(weights.index, ex.Sum(component, weights.body)))
    total = normal_form(low.at(ex.Sum(component, weights.body)), low.theory)
    if total != collected(number(1)):
        raise UndecidedError("the weights of the assignments are not known to sum to one")
    if not isinstance(others[0], ex.Sum):
        return low.at(_for_one_point(others[0], expr.labels, weights, component))
    values, other = _chosen(others[0], expr.labels)
    weight = ex.at(weights.body, {weights.index: values.index, component: other})
    return low.at(ex.sum_over(values.index, other, weight * values.body))


def _for_one_point(value: Expr, labels: Symbol, weights: ex.Binder, component: Index) -> Expr:
    """sum_k a(i, k) f(k), where f depends on the assignment of the point i alone."""
    taken = frozenset(_bound_indices(value) | ex.free_indices(value) | ex.free_indices(weights.body))
    fresh = ex.fresh_index(component, taken)
    points = [index for index in ex.free_indices(value) if index.size == labels.family[0]]
    for point in sorted(points, key=lambda index: index.name):
        chosen = ex.at(value, {Member(labels, (point,)): fresh})
        if labels not in ex.symbols_of(chosen):
            weight = ex.at(weights.body, {weights.index: point, component: fresh})
            return ex.Sum(fresh, weight * chosen)
    raise UndecidedError("a factor that depends on the assignment of more than one point")


def _chosen(node: ex.Binder, labels: Symbol) -> tuple[ex.Binder, Index]:
    """A binder over points with a component index put in the place of the label of its point."""
    assert labels.labels is not None
    taken = ex.free_indices(node.body) | {node.index}
    component = ex.fresh_index(Index("k", labels.labels), frozenset(taken | _bound_indices(node.body)))
    body = ex.at(node.body, {Member(labels, (node.index,)): component})
    if labels in ex.symbols_of(body):
        raise UndecidedError("a factor depends on the assignment of another point")
    return type(node)(node.index, body), component


def _bound_indices(expr: Expr) -> set[Index]:
    return {node.index for node in ex.walk(expr) if isinstance(node, ex.Binder)}


# ------------------------------------------------------------------------ functions


def _inverse(expr: Any, low: _Lowering) -> Poly:
    if isinstance(expr.body, ex.MatMul) and all(f.shape == expr.body.shape for f in expr.body.factors):
        return low.here(ex.MatMul(tuple(ex.Inverse(factor) for factor in reversed(expr.body.factors))))
    body, row, column = low.square(expr.body)
    value = operations.inverse(body, row, column, low.theory)
    wanted_row, wanted_column = low.entry
    assert wanted_row is not None
    assert wanted_column is not None
    return value.renamed({row: wanted_row, column: wanted_column})


def _log_det(expr: Any, low: _Lowering) -> Poly:
    if isinstance(expr.body, ex.MatMul) and all(f.shape == expr.body.shape for f in expr.body.factors):
        low.theory.rely_on("multiplicativity of the determinant")
        return low.at(ex.Add(tuple(ex.LogDet(factor) for factor in expr.body.factors)))
    body, row, column = low.square(expr.body)
    return operations.log_determinant(body, row, column, low.theory)


def _det(expr: Any, low: _Lowering) -> Poly:
    """det A = exp log det A for a positive definite A."""
    found = order.definite(expr.body, low.theory.hypotheses)
    if found.verdict is not Verdict.PROVED:
        raise UndecidedError("determinant of a matrix that is not known to be positive definite")
    low.theory.need(*found.hypotheses)
    return operations.exponential(low.at(ex.LogDet(expr.body)), low.theory)


def _weighted_log(expr: Any, low: _Lowering) -> Poly:
    """weight * log(body). Where the body may be zero, a sum of non-negative weights is taken term by term.

    That is right at body zero too: both sides are minus infinity, or zero if every weight is.
    """
    body = normal_form(low.at(expr.body), low.theory)
    weight = _unfolded(expr.weight, low.theory)
    if low.theory.positive(body):
        return operations.weighted_log(low.at(weight), body, low.theory)
    _require_nonnegative(expr, low.theory)
    if not (low.theory.infinite or operations.vanishes_with(low.at(weight), body, low.theory)):
        raise UndecidedError("a logarithm that may be minus infinity")
    if not isinstance(weight, ex.Sum):
        return operations.weighted_log(low.at(weight), body, low.theory)
    index = ex.fresh_index(weight.index, ex.free_indices(expr.body) | ex.free_indices(weight))
    part = ex.at(weight.body, {weight.index: index})
    found = order.nonnegative(part, low.theory.hypotheses)
    if found.verdict is not Verdict.PROVED:
        return operations.weighted_log(low.at(weight), body, low.theory)
    low.theory.need(*found.hypotheses)
    with low.theory.extended(True):  # where a part is infinite, so is the whole
        return low.at(ex.Sum(index, ex.WeightedLog(part, expr.body)))


def _require_nonnegative(expr: ex.WeightedLog, theory: Theory) -> None:
    """The domain of a weighted logarithm: neither weight nor body is negative."""
    for part in (expr.weight, expr.body):
        found = order.nonnegative(part, theory.hypotheses)
        if found.verdict is not Verdict.PROVED:
            raise UndecidedError("a weighted logarithm of quantities that may be negative")
        theory.need(*found.hypotheses)


def must_be_finite(expr: Expr) -> tuple[Expr, ...]:
    """The parts in which no logarithm may be minus infinity, so that the whole is finite or minus infinity.

    Elsewhere weighted logarithms are only added, summed and scaled by positive numbers.
    """
    match expr:
        case ex.WeightedLog():
            return expr.children
        case ex.Add(terms):
            return tuple(part for term in terms for part in must_be_finite(term))
        case ex.Sum(_, body):
            return must_be_finite(body)
        case ex.Div(body, ex.Number(value)) if value > 0:
            return must_be_finite(body)
        case ex.Mul(factors) if sum(not _positive_number(factor) for factor in factors) == 1:
            return tuple(part for factor in factors for part in must_be_finite(factor))
    return (expr,) if any(isinstance(node, ex.WeightedLog) for node in ex.walk(expr)) else ()


def _positive_number(expr: Expr) -> bool:
    return isinstance(expr, ex.Number) and expr.value > 0


def _exp(expr: Any, low: _Lowering) -> Poly:
    """exp of minus infinity is zero; of what may be undefined, nothing is known."""
    for part in must_be_finite(expr.body):
        low.at(part)
    with low.theory.extended(True):
        return operations.exponential(low.at(expr.body), low.theory)


def _unfolded(expr: Expr, theory: Theory) -> Expr:
    """The body of a definition in the place of its symbol."""
    while isinstance(expr, Member) and expr.symbol in theory.definitions:
        pattern, body = theory.definitions[expr.symbol]
        expr = ex.at(body, dict(zip(pattern.indices, expr.indices, strict=True)))
    return expr


def _binding(operation: Callable[[Poly, Place, Theory], Poly]) -> Callable[[Any, _Lowering], Poly]:
    def rule(expr: Any, low: _Lowering) -> Poly:
        body, place = low.inside(expr.index, expr.body)
        return operation(body, place, low.theory)

    return rule


def _first(expr: Any, low: _Lowering) -> Poly:
    body, place = low.inside(expr.index, expr.body)
    if not isinstance(expr.chosen, Index):
        raise UndecidedError("a label that is chosen by a minimum")
    return operations.first(body, place, place_of(expr.chosen, low.scope), low.theory)


def _median(expr: Any, low: _Lowering) -> Poly:
    body, place = low.inside(expr.index, expr.body)
    weight = low.inside(expr.index, expr.weight)
    return operations.median(body, weight[0].renamed({weight[1]: place}), place, low.theory)


def _ordered(expr: Any, low: _Lowering) -> Poly:
    if not (isinstance(expr.left, Index) and isinstance(expr.right, Index)):
        raise UndecidedError("an order between labels")
    return single(ORDERED, (place_of(expr.left, low.scope), place_of(expr.right, low.scope)))


def _bracket(expr: Any, low: _Lowering) -> Poly:
    return operations.bracket(low.at(expr.left), expr.relation, low.at(expr.right), low.theory)


def _at(expr: Any, low: _Lowering) -> Poly:
    member: Member = expr.variable
    _require_free(member.symbol, low.theory)
    _require_value(expr.value, member.symbol, low.theory)

    def value(places: tuple[Place, ...]) -> Poly:
        row, column = (*places, None, None)[:2]
        return low.at(expr.value, (row, column))

    body = low.here(expr.body)
    low.theory.require_apparent(body, member.symbol)
    return put_in(body, member.symbol, value, low.theory)


def _require_value(value: Expr, symbol: Symbol, theory: Theory) -> None:
    """What is put in lies in the declared domain; nothing else may be assumed of the symbol it is put in for."""
    for hypothesis in theory.hypotheses:
        if any(symbol in ex.symbols_of(expr) for expr in expressions_of(hypothesis.statement)):
            raise UndecidedError(f"a hypothesis restricts {symbol.name}, for which a value is put in")
    if symbol.domain == REAL:
        return
    engine = VALUES.get(symbol.domain)
    found = engine(value, theory.hypotheses) if engine else None
    if found is None or found.verdict is not Verdict.PROVED:
        raise UndecidedError(f"the value put in for {symbol.name} is not known to lie in its domain")
    theory.need(*found.hypotheses)


VALUES: dict[Domain, Callable[[Expr, Sequence[Hypothesis]], Evidence]] = {
    POSITIVE: order.positive,
    NONNEGATIVE: order.nonnegative,
    DEFINITE: order.definite,
    SEMIDEFINITE: order.semidefinite,
    INVERTIBLE: order.invertible,
}


def _gradient(expr: Any, low: _Lowering) -> Poly:
    member: Member = expr.variable
    marks, family = _places(member.indices, low.scope)
    if "[" in marks:
        raise UndecidedError("derivative by a labelled member")
    _require_free(member.symbol, low.theory)
    entry = tuple(place for place in low.entry if place is not None)
    body = low.at(expr.body)
    low.theory.require_apparent(body, member.symbol)
    return derivative(body, member.symbol, (*family, *entry), low.theory)


def _require_free(symbol: Symbol, theory: Theory) -> None:
    """A derivative varies its variable freely: no rule in use may hold only on a constraint surface."""
    if symbol in theory.definitions or symbol in theory.depends:
        raise UndecidedError(f"{symbol.name} is an abbreviation and cannot be varied")
    domain = symbol.domain
    constrained = domain.sums_to_one or domain.unit or domain.binary
    mentioned = any(
        some(Poly(((rule.pattern, Fraction(1)),)) + rule.replacement, lambda head: head.symbol == symbol)
        for rule in theory.rules
    )
    if constrained or mentioned:
        raise UndecidedError(
            f"derivative by {symbol.name}, which is constrained here: use a symbol that is free"
        )


LOWER: dict[type[Expr], Callable[[Any, _Lowering], Poly]] = {
    ex.Number: lambda e, low: number(e.value),
    ex.CirclePi: lambda e, low: single(CIRCLE),
    ex.Size: lambda e, low: size_atom(e.name),
    ex.Zero: lambda e, low: Poly(),
    ex.Member: _member,
    ex.Component: _component,
    ex.Delta: _delta,
    ex.Identity: _identity,
    ex.Add: _add,
    ex.Neg: lambda e, low: -low.here(e.body),
    ex.Mul: _mul,
    ex.Div: _div,
    ex.Pow: _pow,
    ex.MatMul: _matmul,
    ex.Transpose: lambda e, low: low.at(e.body, (low.entry[1], low.entry[0])),
    ex.Trace: _trace,
    ex.Sum: _sum,
    ex.Product: _binding(operations.product),
    ex.Minimum: _binding(operations.minimum),
    ex.First: _first,
    ex.Median: _median,
    ex.Ordered: _ordered,
    ex.Bracket: _bracket,
    ex.Abs: lambda e, low: operations.absolute(low.at(e.body), low.theory),
    ex.At: _at,
    ex.AssignmentSum: _assignment_sum,
    ex.Inverse: _inverse,
    ex.LogDet: _log_det,
    ex.Det: _det,
    ex.Log: lambda e, low: operations.logarithm(low.at(e.body), low.theory),
    ex.Exp: _exp,
    ex.LogSumExp: lambda e, low: low.at(ex.Log(ex.Sum(e.index, ex.Exp(e.body)))),
    ex.WeightedLog: _weighted_log,
    ex.Gradient: _gradient,
}


# ------------------------------------------------------------------------------- theories


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
    key = slotted(value.scaled(1 / abs(value.terms[0][1])))[0].key
    to.positive_facts[key] = (statement, *to.used)


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
