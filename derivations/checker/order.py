"""Signs, and comparisons of scalars: by the structure of a formula, and over the reals by z3.

A scalar is a matrix with one row and column: not negative if it is positive semidefinite, positive if it is definite; so
one table carries both. To z3 every indexed member, sum, logarithm is a real of its own, of which it is told the signs
that the structure gives. What is given a sign here is also shown to be defined: 1/a has none where a may be zero.
z3 works under a limit of its own resources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import z3

from derivations.checker import trees
from derivations.checker.trees import SAYS, SCALAR, RefusedError, Tree, opened, properties, require, shape

Formula: TypeAlias = Any  # z3 has no types of its own
TRUTH_VALUES = ("Delta", "Ordered", "Bracket", "First")
ARITHMETIC = ("Add", "Neg", "Mul", "Div", "Pow", "Abs", "Bracket", "Number", "WeightedLog")
LIMIT, BACKSTOP, LARGEST_POWER = 4_000_000, 10_000, 12  # the second in milliseconds


def grants(domain: Tree, shape: tuple[Any, Any], strict: bool) -> bool:
    """Whether a value of the domain is positive semidefinite (strict: definite)."""
    says = SAYS[domain]
    firm = "definite" in says or (shape == SCALAR and "positive" in says)
    return firm or (not strict and ("semidefinite" in says or (shape == SCALAR and "nonnegative" in says)))


def is_bit(tree: Tree) -> bool:
    """Whether a scalar is 0 or 1: an entry of something binary, a truth value, or one less such a value."""
    match tree:
        case ("Member", symbol, _) | ("Component", ("Member", symbol, _), _):
            return "binary" in properties(symbol)
        case ("Add", (("Number", 1), ("Neg", body))):
            return is_bit(body)
    return tree[0] in TRUTH_VALUES


def flat(tree: Tree, turned: bool = False) -> tuple[Tree, ...]:
    """The factors of a product of matrices, with transposition moved to the factors."""
    if tree[0] == "MatMul":
        return tuple(f for factor in tree[1][:: -1 if turned else 1] for f in flat(factor, turned))
    if tree[0] == "Transpose":
        return flat(tree[1], not turned)
    return (("Transpose", tree),) if turned else (tree,)


class Order:
    """What follows from hypotheses, each of which holds for all values of its free indices.

    `defined` tells whether a formula is defined and finite.
    """

    def __init__(self, hypotheses: Iterable[Tree], defined: Callable[[Tree], bool]) -> None:
        self.hypotheses, self.defined = tuple(hypotheses), defined
        self._known: dict[Any, bool] = {}

    def holds(self, tree: Tree, sign: int, strict: bool) -> bool:
        """Whether sign * tree is positive semidefinite (strict: definite); a scalar: not negative (positive)."""
        key, size = (tree, sign, strict), shape(tree)
        if key not in self._known and size[0] == size[1]:
            self._known[key] = False  # nothing rests on itself
            claim = ("LessEqual", trees.ZERO, tree if sign > 0 else ("Neg", tree), strict)
            real_power = tree[0] == "Pow" and tree[2][0] != "Number"
            scalar = tree[0] in ARITHMETIC and size == SCALAR and not real_power
            given = (h for h in self.hypotheses if h[0] == "Belongs" and not h[3] and sign > 0)
            said = any(grants(h[2], size, strict) and trees.matches(h[1], tree) for h in given)
            self._known[key] = said or (self.follows(claim) if scalar else self._seen(tree, sign, strict))
        return self._known.get(key, False)

    def _seen(self, tree: Tree, sign: int, strict: bool) -> bool:
        match tree:
            case ("Size" | "CirclePi" | "Identity" | "Exp", *parts):
                return sign > 0 and (tree[0] != "Exp" or self.defined(parts[0]))
            case ("Member", symbol, _):
                return sign > 0 and grants(symbol[5], shape(tree), strict)
            case ("Component", ("Member", symbol, _), _):
                words = {"positive"} if strict else {"positive", "nonnegative"}
                return sign > 0 and bool(words & properties(symbol))
            case ("Add", terms):
                firm = not strict or any(self.holds(term, sign, True) for term in terms)
                return firm and all(self.holds(term, sign, False) for term in terms)
            case ("Pow", base, _):
                return sign > 0 and self.holds(base, 1, strict) and self.defined(tree)
            case ("Mul", factors):
                return sign > 0 and all(self.holds(factor, 1, strict) for factor in factors)
            case ("Div", above, below):
                return self.holds(below, 1, True) and self.holds(above, sign, strict)
            case ("MatMul", _):
                return self._congruence(flat(tree), sign, strict)
            case ("Inverse" | "Trace", body):
                return self.holds(body, sign, strict or tree[0] == "Inverse")
            case ("Product", *_):
                return sign > 0 and self.holds(opened(tree)[1], 1, strict)
            case ("Sum", *_):
                return self._sum(tree, sign, strict)
        return False

    def _congruence(self, factors: tuple[Tree, ...], sign: int, strict: bool) -> bool:
        """A'A, and A'SA with S of known sign; definite only if A is invertible."""
        while len(factors) > 1:
            left, right = factors[0], factors[-1]
            core = left[1] if left[0] == "Inverse" else left
            symmetric = left == right and core[0] == "Member" and "symmetric" in properties(core[1])
            fits = (self.invertible if strict else self.defined)(right)
            if not fits or not (symmetric or flat(left) == flat(right, True)):
                return False
            factors = factors[1:-1]
        return self.holds(factors[0], sign, strict) if factors else sign > 0

    def _sum(self, tree: Tree, sign: int, strict: bool) -> bool:
        """Terms of one sign (there is at least one); weights that sum to one, some perhaps 0, on positive terms."""
        index, body = opened(tree)
        if self.holds(body, sign, strict):
            return True
        weight, *rest = body[1] if body[0] == "Mul" else (body,)
        if not trees.is_family(weight) or weight[2][-1:] != (index,) or shape(weight) != SCALAR:
            return False
        says = {"sums_to_one", "nonnegative"} <= properties(weight[1])
        return says and sign > 0 and all(self.holds(factor, 1, True) for factor in rest)

    def invertible(self, tree: Tree) -> bool:
        """Whether a matrix is square and invertible; a scalar: not zero."""
        declared = tree[0] == "Member" and len({*shape(tree)}) == 1 and "invertible" in properties(tree[1])
        return declared or self.holds(tree, 1, True) or self.holds(tree, -1, True)

    def follows(self, claim: Tree, facts: Iterable[tuple[Tree, Sequence[Tree]]] = ()) -> bool:
        """Whether a comparison follows over the reals from facts (a statement, what it assumes) and from signs.

        A fact holds wherever what it assumes holds. What it assumes of all values of an index at once cannot be tested
        at one point: that must be a hypothesis here, too.
        """
        reals, given = Reals(self), list[Formula]()
        for fact, assumed in facts:
            at_all = [h for h in assumed if trees.free_indices(h)]
            with suppress(RefusedError):
                require({*at_all} <= {*self.hypotheses}, "what a fact assumes of all indices is not given")
                conditions = reals.all_of([reals.claimed(h) for h in assumed if h not in at_all])
                given.append(z3.Implies(conditions, reals.implied(fact)))
        solver = z3.Solver(ctx=reals.context)
        solver.set(rlimit=LIMIT, timeout=BACKSTOP)
        with suppress(RefusedError):
            solver.add(z3.Not(reals.claimed(claim)), *given, *reals.facts)
            return bool(solver.check() == z3.unsat)
        return False


class Reals:
    """Scalars as reals of z3; what a formula needs in order to be defined is added to a list."""

    def __init__(self, order: Order) -> None:
        self.order, self.context = order, z3.Context()
        self.reals, self.facts = dict[Tree, Formula](), list[Formula]()

    def all_of(self, formulas: Iterable[Formula]) -> Formula:
        return z3.And(z3.BoolVal(True, self.context), *formulas)

    def bounds(self, term: Formula, says: Iterable[str]) -> list[Formula]:
        """What the words of a domain say of a real."""
        words = {"positive": term > 0, "nonnegative": term >= 0, "binary": z3.Or(term == 0, term == 1)}
        words |= {"below_one": term < 1, "at_most_one": term <= 1}
        return [words[word] for word in sorted(says) if word in words]

    def real(self, tree: Tree) -> Formula:
        """The real that stands for a formula, and what is known of it."""
        tree = trees.alpha(tree)
        if tree in self.reals:
            return self.reals[tree]
        term = self.reals[tree] = z3.Real(f"r{len(self.reals)}", self.context)
        member = tree[1] if tree[0] == "Component" else tree
        says = set(properties(member[1])) if member[0] == "Member" else set[str]()
        says |= {"at_most_one"} if member is tree and "sums_to_one" in says and tree[2] else set()
        says |= {"binary"} if tree[0] in TRUTH_VALUES else set()
        for hypothesis in self.order.hypotheses:
            if hypothesis[0] == "Belongs" and not hypothesis[3] and trees.matches(hypothesis[1], tree):
                says |= SAYS[hypothesis[2]]
        signs = ((term > 0, 1, True), (term >= 0, 1, False), (term < 0, -1, True), (term <= 0, -1, False))
        self.facts += [*self.bounds(term, says), *([term >= 1] if tree[0] == "Size" else [])]
        self.facts += [relation for relation, sign, strict in signs if self.order.holds(tree, sign, strict)]
        return term

    def term(self, tree: Tree, needs: list[Formula]) -> Formula:
        require(shape(tree) == SCALAR, "an array where a scalar was expected")
        match tree:
            case ("Number", value):
                return z3.RealVal(str(value), self.context)
            case ("Add", terms):
                return z3.Sum(*(self.term(term, needs) for term in terms))
            case ("Neg", body):
                return -self.term(body, needs)
            case ("Mul", factors):
                return z3.Product(*(self.term(factor, needs) for factor in factors))
            case ("Div", above, below):
                divisor = self.term(below, needs)
                needs.append(divisor != 0)
                return self.term(above, needs) / divisor
            case ("Pow", base, ("Number", n)) if n == int(n) and 0 < abs(n) <= LARGEST_POWER:
                repeated = ("Mul", (base,) * abs(int(n)))
                return self.term(repeated if n > 0 else ("Div", ("Number", 1), repeated), needs)
            case ("WeightedLog", weight, body):
                return self.weighted_log(weight, body, needs, needs)
            case ("Abs", body):
                inner = self.term(body, needs)
                return z3.If(inner >= 0, inner, -inner)
            case ("Bracket", left, relation, right):
                one, two = self.term(left, needs), self.term(right, needs)
                truth = {"<": one < two, "<=": one <= two, "=": one == two}[relation]
                return z3.If(truth, z3.RealVal(1, self.context), z3.RealVal(0, self.context))
            case ("Log", body):
                needs.append(self.term(body, needs) > 0)
            case _:
                require(self.order.defined(tree), f"{tree[0]} is not known to be a finite number")
        return self.real(tree)

    def weighted_log(self, weight: Tree, body: Tree, needs: list[Formula], finite: list[Formula]) -> Formula:
        """weight * log(body), 0 where the weight is 0; when it is finite is added to `finite`."""
        w, b = self.term(weight, needs), self.term(body, needs)
        finite.append(z3.Or(w == 0, b > 0))
        return z3.If(w == 0, z3.RealVal(0, self.context), w * self.real(("Log", body)))

    def lower_side(self, tree: Tree, needs: list[Formula], finite: list[Formula]) -> Formula:
        """The left of an inequality: where it is a weighted logarithm, it may be minus infinity."""
        if tree[0] != "WeightedLog":
            return self.term(tree, needs)
        _, weight, body = tree
        w, b = self.term(weight, needs), self.term(body, needs)
        needs.append(z3.Or(w == 0, b > 0, self.all_of([w > 0, b == 0])))
        return self.weighted_log(weight, body, needs, finite)

    def relation(self, statement: Tree, needs: list[Formula], finite: list[Formula]) -> Formula:
        """The statement where what it needs holds; true where `finite`, if that is another list, fails."""
        match statement:
            case ("Equal", left, right):
                return self.term(left, needs) == self.term(right, needs)
            case ("LessEqual", left, right, strict):
                low, high = self.lower_side(left, needs, finite), self.term(right, needs)
                return z3.Implies(self.all_of(finite), low < high if strict else low <= high)
            case ("Belongs", body, domain, None):
                bounds = self.bounds(self.term(body, needs), SAYS[domain])
                require(len(bounds) == len(SAYS[domain]), "no interval")
                return self.all_of(bounds)
        raise RefusedError(f"{statement[0]} is no comparison of scalars")

    def claimed(self, statement: Tree) -> Formula:
        """Implies the statement, and that it is defined."""
        needs: list[Formula] = []
        relation = self.relation(statement, needs, [])
        return self.all_of([*needs, relation])

    def implied(self, statement: Tree) -> Formula:
        """Follows from the statement, whatever it says where it is undefined or infinite."""
        needs: list[Formula] = []
        relation = self.relation(statement, needs, needs)
        return z3.Implies(self.all_of(needs), relation)
