"""The ways of arguing: what each shows, from steps accepted before, under the hypotheses of the step.

A step records which way its author took, and what it needs for that: a factor, a gap, a form, values. Nothing of it is
believed. Of inequalities the left side may be minus infinity, where a weighted logarithm is; so a sum of inequalities
is shown as an identity of formulas, with everything else shown to be finite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from derivations.checker import trees
from derivations.checker.reading import Reader
from derivations.checker.trees import ONE, Tree, alpha, changed, difference, matches, require, shape, varied

Said = tuple[Tree, tuple[Tree, ...]]  # a statement, and what it assumes


@dataclass(frozen=True)
class Goal:
    """A statement to be shown under hypotheses, which hold for all values of their free indices."""

    statement: Tree
    hypotheses: tuple[Tree, ...]
    definitions: trees.Values
    equations: tuple[Tree, ...]
    depends: Mapping[Tree, trees.Symbols]
    accepted: Mapping[Any, Said]  # steps by their ids, cited facts by their names: what they state and assume

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.hypotheses, self.definitions, self.equations, self.depends)

    def expected(self, kind: str) -> Any:
        require(self.statement[0] == kind, f"this way of arguing is for {kind} statements")
        return self.statement

    def stated(self, step: Tree, kind: str | None = None) -> Any:
        found, _ = self.accepted[step]
        require(kind in (None, found[0]), f"{step[1]} is no {kind}")
        return found

    def reach(self, *formulas: Tree) -> trees.Symbols:
        """The symbols that formulas depend on, through definitions too."""
        symbols = frozenset[Tree]().union(*map(trees.symbols_of, formulas))
        return symbols.union(*(self.depends.get(symbol, frozenset()) for symbol in symbols))

    def sign(self, tree: Tree, strict: bool) -> None:
        require(self.reader.holds(tree, strict), f"a {tree[0]} of which the sign is not known")

    def at_most(self, left: Tree, right: Tree) -> None:
        """Both sides may stand in an inequality: they are finite, or the left one is minus infinity."""
        for part in (right, *_finite_parts(left)):
            self.reader.equal(part, part)


def _finite_parts(tree: Tree) -> Iterator[Tree]:
    """The parts in which no logarithm may be infinite; elsewhere these are added, summed, and scaled."""
    match tree:
        case ("WeightedLog", weight, body):
            yield from (weight, body)
        case ("Add", terms):
            yield from (part for term in terms for part in _finite_parts(term))
        case ("Sum", index, body):
            yield from (("Sum", index, part) for part in _finite_parts(body))
        case _ if any(node[0] == "WeightedLog" for node in trees.walk(tree)):
            yield tree


# ------------------------------------------------------------------------ equations, equivalences


def normal_forms(goal: Goal, *equations: Tree) -> None:
    """Both sides have the same normal form, when expressions in them are replaced by their equals.

    An equation holds for all values of its symbols, also of those that have a meaning of their own where it is used,
    unless something is assumed of these.
    """
    _, left, right = goal.expected("Equal")
    tied = varied((goal.statement, *map(goal.stated, equations))) & goal.reach(*goal.hypotheses)
    require(not equations or not tied, "something is assumed of what has a meaning of its own")
    for _, old, new in (goal.stated(equation, "Equal") for equation in equations):
        left, right = _put(changed((left, right), {}), old, new)  # each bound index under a name of its own
    goal.reader.equal(left, right)


def _put(tree: Any, old: Tree, new: Tree) -> Any:
    if trees.is_leaf(tree):
        return tree
    names = trees.matching(old, tree)
    return tuple(_put(part, old, new) for part in tree) if names is None else changed(new, names)


def factor(goal: Goal, *factors: Tree | None) -> None:
    """a - b = F (c - d) G s with invertible F, G and s, so that a = b if and only if c = d."""
    _, first, second = goal.expected("Iff")
    require(first[0] == second[0] == "Equal", "an equivalence of equations was expected")
    tree = difference(*second[1:])
    for multiplier, turn in zip(factors, (1, -1, 1), strict=False):
        if multiplier is not None:
            require(goal.reader.nonzero(multiplier), "a factor that is not known to be invertible")
            tree = ("Mul" if shape(multiplier) == trees.SCALAR else "MatMul", (multiplier, tree)[::turn])
    goal.reader.equal(difference(*first[1:]), tree)


def both(goal: Goal, forth: Tree, back: Tree) -> None:
    """Each of two statements is shown by a step that assumes the other one."""
    _, one, other = goal.expected("Iff")
    require(not trees.free_indices(goal.statement), "what is assumed at all indices says nothing at one")
    for step, given, shown in ((forth, one, other), (back, other, one)):
        statement, assumed = goal.accepted[step]
        fits = statement == shown and {*assumed} <= {given, *goal.hypotheses}
        require(fits, f"{step[1]} is no direction of it")


# -------------------------------------------------------------------------------- inequalities


def gap(goal: Goal, rest: Tree, plus: tuple[Any, ...] = ()) -> None:
    """right - left = what is not negative + multiples of inequalities already shown, summed over indices."""
    _, left, right, strict = goal.expected("LessEqual")
    goal.sign(rest, strict)
    total = [rest]
    for multiple, step, over in plus:
        _, low, high, _ = goal.stated(step, "LessEqual")
        goal.sign(multiple, False)
        term: Tree = ("Mul", (multiple, difference(high, low)))
        for index in over:
            term = ("Sum", index, term)
        total.append(term)
    goal.at_most(left, right)
    goal.reader.equal(("Add", (right, ("Neg", left))), ("Add", tuple(total)), extended=True)


def cases(goal: Goal, *facts: Tree) -> None:
    """Decided case by case, from facts already shown about the logarithms that occur."""
    given = [(hypothesis, ()) for hypothesis in goal.hypotheses]
    shown = goal.reader.order.follows(goal.statement, [*given, *(goal.accepted[step] for step in facts)])
    require(shown, "not decided over the reals")


def membership(goal: Goal, form: Tree | None = None, complement: Tree | None = None) -> None:
    """The value lies in the domain: signs from forms that are equal to it and to 1 less it, the rest by normal form."""
    _, body, domain, over = goal.expected("Belongs")
    over, body = trees.opened(goal.statement) if over else (None, body)
    says, reader = trees.SAYS[domain], goal.reader
    require(not says & {"binary", "unit", "label", "invertible"}, f"membership is not argued for {domain[1]}")
    shown, rest = form or body, complement or difference(ONE, body)
    reader.equal(body, shown)
    if says & {"positive", "nonnegative", "semidefinite"}:
        require(shape(body) == trees.SCALAR or "semidefinite" in says, "signs of an array")
        goal.sign(shown, bool(says & {"positive", "definite"}))
    if says & {"below_one", "at_most_one"}:
        reader.equal(difference(ONE, body), rest)
        goal.sign(rest, "below_one" in says)
    if "sums_to_one" in says:
        require(over is not None, "over which index it sums to one is not said")
        reader.equal(("Sum", over, body), ONE)
    if domain[1] == "symmetric":
        reader.equal(body, ("Transpose", body))


# ------------------------------------------------------------------------- instances and maxima


def instance(
    goal: Goal, values: tuple[Any, ...], lemma: Tree, facts: tuple[Tree, ...] = (), parts: Tree = ()
) -> None:
    """A statement shown before, or a fact, with values for its symbols; a fact is one for ranges and labels of any name.

    The values lie in the domains, and depend on nothing that is varied; what is assumed of them is given, or is a fact.
    """
    names = dict(parts)
    for old, new in parts:
        label = old[0] == new[0] == "Symbol" and old[6] and new[3:] == trees.respelled(old[3:], names)
        fits = lemma[0] == "Fact" and (label or old[0] == new[0] == "Size")
        require(fits, "other ranges, or labels over others")
    statement, assumed = alpha(trees.respelled(goal.accepted[lemma], names))
    given = {*goal.hypotheses, *(goal.stated(step) for step in facts)}
    put: trees.Values = {pattern[1]: (pattern[2], value) for pattern, value in values}
    for pattern, value in values:
        _require_family(pattern, value)
        stated = in_domain(pattern, value)
        if not any(matches(one, stated) for one in given):
            membership(replace(goal, statement=stated))
    moving = frozenset[Tree]().union(*map(varied, (statement, *assumed)))
    for symbol in trees.symbols_of((statement, *assumed)) & goal.depends.keys():
        tied = {symbol, *goal.depends[symbol]} & {*put, *moving}
        require(not tied, f"{symbol[1]} is defined in terms of what varies, or values are put in for")
    require(not moving & goal.reach(*(value for _, value in values)), "a value depends on what is varied")
    for hypothesis in assumed:
        apart = {index: trees.open_index(index) for index in trees.free_indices(hypothesis)}
        needed = trees.put_in(changed(hypothesis, apart), put)
        require(any(matches(one, needed) for one in given), "a hypothesis that is not given")
    require(matches(trees.put_in(statement, put), goal.statement), "no such instance")


def _require_family(pattern: Tree, value: Tree) -> None:
    """The pattern stands for all members of a family, and the value has their shape."""
    fits = trees.is_family(pattern) and shape(pattern) == shape(value)
    require(fits, "no value for all members of a family")


def in_domain(pattern: Tree, value: Tree) -> Tree:
    """That a value lies in the declared domain of the symbol that it is one of."""
    domain = pattern[1][5]
    over = pattern[2][-1] if pattern[2] and "sums_to_one" in trees.SAYS[domain] else None
    return tuple(alpha(("Belongs", value, domain, over)))


def maximum(goal: Goal, bound: Tree, members: tuple[Tree, ...]) -> None:
    """The objective is at most its value at the choices, which are admissible."""
    _, objective, choices = goal.expected("Maximum")
    _, low, high, _ = goal.stated(bound, "LessEqual")
    best = trees.put_in(objective, {variable[1]: (variable[2], value) for _, variable, value in choices})
    goal.at_most(objective, best)
    goal.reader.equal(objective, low, extended=True)
    goal.reader.equal(high, best)
    given = [*goal.hypotheses, *map(goal.stated, members)]
    for _, variable, value in choices:
        names = {index: trees.open_index(index) for index in variable[2]}
        variable, value = changed(variable, names), changed(value, names)
        _require_family(variable, value)
        require(variable[1] not in goal.reach(best), "the value at the choice still depends on it")
        require(not varied(objective) & goal.reach(value), "a choice depends on what the objective varies")
        goal.reader.equal(value, value)
        stated = in_domain(variable, value)
        admissible = stated[2][1] == "real" or any(matches(one, stated) for one in given)
        require(admissible, f"the value chosen for {variable[1][1]} is not known to be admissible")


# ------------------------------------------------------------------------------------- limits


def squeezed(goal: Goal, bound: Tree) -> None:
    """|body - value| <= c exp(-a / (n v)), with a and n positive and all three free of v: as v vanishes, so does it."""
    _, body, (_, variable, _), toward, value = goal.expected("Limit")
    _, distance, high, _ = goal.stated(bound, "LessEqual")
    same = distance == ("Abs", ("Add", (body, ("Neg", value))))
    require(toward == "zero" and same, "no bound for the distance from a limit at zero")
    *constants, last = high[1] if high[0] == "Mul" else (high,)
    match last:
        case ("Exp", ("Neg", ("Div", rate, ("Mul", (number, ("Member", tending, ())))))):
            fixed = variable not in goal.reach(*constants, rate, number, value)
            require(tending == variable and fixed, "a bound that varies otherwise")
            goal.sign(rate, True)
            goal.sign(number, True)
        case _:
            raise trees.RefusedError("a bound that is not known to vanish")


def composed(goal: Goal, parts: tuple[Tree, ...], form: Tree | None) -> None:
    """Limits of sums, products and quotients of parts with known limits; a denominator's limit is positive."""
    _, body, variable, toward, value = goal.expected("Limit")
    known = [goal.stated(step, "Limit") for step in parts]
    require(all(one[2:4] == (variable, toward) for one in known), "limits of something else")

    def limit(tree: Tree) -> Tree:
        for _, part, _, _, part_value in known:
            if (names := trees.matching(part, tree)) is not None:
                return tuple(changed(part_value, names))
        if variable[1] not in goal.reach(tree):
            require(goal.reader.defined(tree), f"a {tree[0]} that is not known to be defined")
            return tree
        match tree:
            case ("Add" | "Mul" as kind, terms):
                return (kind, tuple(map(limit, terms)))
            case ("Sum", _, _):
                index, inner = trees.opened(tree)
                return ("Sum", index, limit(inner))
            case ("Div", above, below):
                divisor = limit(below)
                goal.sign(divisor, True)
                return ("Div", limit(above), divisor)
        raise trees.RefusedError(f"no limit is known for {tree[0]}")

    found = alpha(limit(form or body))
    for one, other in ((body, form or body), (found, value)):
        if one != other:
            goal.reader.equal(one, other)


_WAYS = (normal_forms, factor, both, gap, cases, membership, instance, maximum, squeezed, composed)
WAYS: dict[str, Callable[..., None]] = {way.__name__: way for way in _WAYS}
