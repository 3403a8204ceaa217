"""A derivation as it was written down, gone through once more: a step is accepted if it follows from those before.

A step holds for all sizes, all values of its symbols in their domains, and all values of its free indices, wherever
what it assumes holds. So whatever a step rests on, it assumes too; and of what an optimum or a limit varies, nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivations.checker import trees
from derivations.checker.arguments import WAYS, Goal, Said, in_domain, instance, membership
from derivations.checker.trees import SCALAR, RefusedError, Symbols, Tree, alpha, require, shape


@dataclass(frozen=True)
class Written:
    """A step as written: what it states and assumes, how it is argued, which steps it unfolds and rewrites with."""

    id: str
    kind: str
    statement: Tree
    assumed: tuple[Tree, ...] = ()
    way: tuple[Any, ...] = ()
    uses: tuple[str, ...] = ()
    rewriting: tuple[str, ...] = ()


class Ledger:
    """The steps accepted so far, the definitions in force, and what cited facts say to exist.

    Facts are cited by name: a statement, what it assumes, and the symbols that it says to exist.
    """

    def __init__(self, facts: Mapping[str, Tree]) -> None:
        self.facts = facts
        known = {name: alpha(fact[1:3]) for name, fact in facts.items() if not fact[3]}
        self.accepted: dict[Any, Said] = {("Fact", name): said for name, said in known.items()}
        self.bodies: dict[str, tuple[Tree, tuple[tuple[Tree, ...], Tree]]] = {}
        self.depends: dict[Tree, Symbols] = {}
        self.existing: dict[Tree, Symbols] = {}

    def add(self, step: Written) -> None:
        """Accept a step. Raises RefusedError, or RecursionError for a formula nested too deeply."""
        self._require_record((step.statement, step.assumed, step.way))
        require(("Step", step.id) not in self.accepted, f"two steps are called {step.id}")
        for one in alpha((step.statement, *step.assumed)):
            require_sense(one)
        named = [("Step", name) for name in (*step.uses, *step.rewriting)]
        for one in (*named, *_steps(step.way)):
            require(one in self.accepted, f"it rests on {one[1]}, which is not accepted")
        goal = self.goal(step)
        kinds = {"claim": self._claim, "definition": self._definition, "axiom": self._cited}
        require(step.kind in kinds, f"a step of kind {step.kind!r}")
        self._require_assumed(goal, step.way, (*named, *_resting(step.way)))
        kinds[step.kind](step, goal)
        self.accepted["Step", step.id] = (goal.statement, goal.hypotheses)

    def goal(self, step: Written) -> Goal:
        """What a step has to show, and what with."""
        unfolded = dict(self.bodies[name] for name in step.uses if name in self.bodies)
        equations = tuple(self.accepted["Step", name][0] for name in step.rewriting)
        said = (alpha(step.statement), alpha(step.assumed))
        return Goal(*said, unfolded, equations, self.depends, self.accepted)

    def states(self, name: str, statement: Tree, assumed: tuple[Tree, ...]) -> bool:
        """Whether a step of that name was accepted, and says this under these assumptions."""
        return bool(self.accepted.get(("Step", name)) == alpha((statement, assumed)))

    def _require_record(self, what: Any) -> None:
        """A record is tuples all the way down, without a name like those that are made here, or a domain of its own."""
        match what:
            case ("Index" | "Size", name, *size):
                plain = [one[0] for one in size] == ["Size"] * (what[0] == "Index")
                require(plain and name.rstrip("'").isidentifier(), f"a name like {name!r}")
            case ("Symbol", *_, domain, labels):
                fits = domain in trees.SAYS and ("label" in trees.SAYS[domain]) is bool(labels)
                require(fits, "a domain of one's own")
            case ("Belongs", _, domain, _):
                require(domain in trees.SAYS, "a domain of one's own")
        require(what is None or isinstance(what, tuple | str | int | Fraction), "what is no record")
        for part in what if isinstance(what, tuple) else ():
            self._require_record(part)

    def _claim(self, step: Written, goal: Goal) -> None:
        way, *fields = step.way
        require(way in WAYS, f"no way of arguing is called {way}")
        WAYS[way](goal, *fields)
        own = trees.varied(goal.statement) if goal.statement[0] in ("Maximum", "Limit") else frozenset()
        require(not trees.varied(goal.statement) & self.depends.keys(), "what is defined is varied")
        for one in goal.hypotheses:
            require(is_declared(one) or not own & goal.reach(one), "something is assumed of what is varied")

    def _require_assumed(self, goal: Goal, way: Any, names: tuple[Tree, ...]) -> None:
        """What the steps behind a step assume, and the definitions of what it mentions, it assumes too.

        What exists by a cited fact need not be assumed once nothing speaks of it.
        """
        mentioned = goal.reach(goal.statement, *goal.hypotheses)
        defining = (("Step", name) for name, (symbol, _) in self.bodies.items() if symbol in mentioned)
        varied = trees.varied((goal.statement, way, *(self.accepted[name][0] for name in names)))
        for hypothesis in (one for name in (*names, *defining) for one in self.accepted[name][1]):
            gone = hypothesis in self.existing and not self.existing[hypothesis] & mentioned
            gone = gone and not varied & goal.reach(hypothesis)
            require(gone or hypothesis in goal.hypotheses, "it rests on what is assumed elsewhere, not here")

    def _definition(self, step: Written, goal: Goal) -> None:
        _, member, body = goal.expected("Equal")
        require(trees.is_family(member), "a definition says what all members of a family are")
        _, symbol, indices = member
        spoken = tuple(said for key, said in self.accepted.items() if key[0] == "Step" or trees.varied(said))
        taken = symbol in goal.reach(body, *goal.hypotheses) or symbol in trees.symbols_of(spoken)
        require(not taken, f"{symbol[1]} was spoken of before, or by itself")
        require(trees.free_indices(body) <= {*indices}, "a body with other indices")
        membership(replace(goal, statement=in_domain(member, body)), *step.way[1:])
        self.bodies[step.id], self.depends[symbol] = (symbol, (indices, body)), goal.reach(body)

    def _cited(self, step: Written, goal: Goal) -> None:
        """An instance of a cited fact; one that says that something exists, as it stands."""
        name, values = step.way
        if chosen := self.facts[name][3]:
            require(alpha(self.facts[name][1]) == goal.statement, "another fact")
            require(not trees.symbols_of(goal.statement) & self.depends.keys(), "something of it is defined")
            require(set(goal.hypotheses) == {goal.statement}, "what exists is assumed")
            self.existing[goal.statement] = frozenset(chosen)
        else:
            instance(goal, values, ("Fact", name))


def require_sense(statement: Tree) -> None:
    """A statement is one: its formulas have shapes that fit."""
    match statement:
        case ("Equal", left, right) | ("LessEqual", left, right, bool()):
            require(shape(left) == shape(right), "two sides of different shapes")
            require(statement[0] == "Equal" or shape(left) == SCALAR, "arrays are not compared")
        case ("Belongs", body, domain, over):
            require(over is None or shape(body) == SCALAR, "an array that sums to one over an index")
            square = shape(body)[0] == shape(body)[1]
            require(square or not trees.SAYS[domain] & {"symmetric", "invertible"}, "what is not square")
        case ("Iff", ("Equal" | "LessEqual", *_) as one, ("Equal" | "LessEqual", *_) as other):
            require_sense(one)
            require_sense(other)
        case ("Maximum", objective, choices):
            require(shape(objective) == SCALAR, "an array is not maximised")
            chosen = {variable[1] for _, variable, value in choices if shape(variable) == shape(value)}
            require(len(chosen) == len(choices), "two values for one variable, or one of another shape")
        case ("Limit", body, ("Member", symbol, ()) as variable, "zero" | "infinity", value):
            require(shape(body) == shape(variable) == shape(value) == SCALAR, "a limit of arrays")
            require("positive" in trees.properties(symbol), "a limit is one from above")
        case _:
            raise RefusedError(f"no statement is called {statement[0]}")


def is_declared(statement: Tree) -> bool:
    """Whether a statement says of all members of a family what is declared of them, and no more."""
    family = statement[0] == "Belongs" and trees.is_family(statement[1])
    return family and statement == in_domain(statement[1], statement[1])


def _steps(way: Any) -> Iterator[Tree]:
    """The steps that a way of arguing names."""
    if isinstance(way, tuple):
        named = way[:1] in (("Step",), ("Fact",))
        yield from [way] if named else (step for part in way for step in _steps(part))


def _resting(way: tuple[Any, ...]) -> Iterator[Tree]:
    """Those of them whose assumptions the step takes over: others it disposes of itself."""
    if way[:1] == ("instance",):
        yield from _steps(way[3:])
    elif way[:1] not in (("cases",), ("both",)):
        yield from _steps(way)
