"""What must be drawn for a claim, and which draws count: those in their domains that satisfy the hypotheses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from flint import fmpq

from derivations.calculus import expressions as ex
from derivations.calculus.domains import Domain
from derivations.calculus.expressions import AssignmentSum, Expr, Index, Member, Symbol, free_indices, walk
from derivations.calculus.instances.directed import with_choices
from derivations.calculus.instances.draws import FULL, FULL_ASSIGNMENTS, numbers_of, sizes_in
from derivations.calculus.instances.evaluate import Env, Evaluator, Instance, positions
from derivations.calculus.instances.membership import at_most, family_lies_in
from derivations.calculus.instances.named import named
from derivations.calculus.instances.numbers import Undefined
from derivations.calculus.instances.scope import Scope
from derivations.calculus.instances.truth import find, free_of
from derivations.calculus.statements import (
    Choice,
    Equal,
    Hypothesis,
    Limit,
    Maximum,
    Statement,
    expressions_of,
)

MANY = 10**6
OF_SIZES = (
    ex.Size,
    ex.Number,
    ex.Add,
    ex.Neg,
    ex.Mul,
    ex.Div,
)  # statements of these cost nothing at any size


class Dropped(Exception):  # noqa: N818
    """The draw does not count, and why."""


class Setting:
    """The symbols and sizes of a claim, its hypotheses, and one to be violated or domains to be left."""

    def __init__(
        self,
        statement: Statement,
        definitions: Sequence[tuple[Member, Expr]] = (),
        hypotheses: Sequence[Hypothesis] = (),
        violated: Hypothesis | None = None,
        weakened: Mapping[Symbol, Domain] | None = None,
    ) -> None:
        self.scope, self.hypotheses = Scope(definitions), tuple(hypotheses)
        self.violated, self.weakened = violated, weakened or {}
        self._free: dict[int, tuple[Statement, list[Index]]] = {}
        self._slots: dict[int, tuple[Statement, set[int]]] = {}
        self.witnesses = tuple((h.statement, found) for h in hypotheses if (found := _witness(h, self.scope)))
        self.witness = tuple(choice for _, found in self.witnesses for choice in found)
        for assumed, found in self.witnesses:
            self._require_spoken_of(assumed, found)
        self._collect(statement)
        chosen = [choice.variable for choice in self.witness]
        if isinstance(statement, Maximum):
            chosen += [choice.variable for choice in statement.choices]
        elif isinstance(statement, Limit):
            chosen.append(statement.variable)
        self._check_names([variable.symbol for variable in chosen])

    def _collect(self, statement: Statement) -> None:
        """The drawn symbols and the sizes, those that definitions and hypotheses bring included."""
        assumed = [h.statement for h in (*self.hypotheses, self.violated) if h is not None]
        exprs = [expr for s in (statement, *assumed) for expr in expressions_of(s)]
        exprs += [expr for choice in self.witness for expr in (choice.variable, choice.value)]
        slots = {slot for expr in exprs for slot in self.scope.needs(expr)}
        bodies = [body for slot, (_, body) in self.scope.definitions.items() if slot in slots]
        keys = [self.scope.keys[slot] for slot in slots if slot not in self.scope.definitions]
        self.symbols = [key for key in keys if isinstance(key, Symbol)]
        self.named = named((*exprs, *bodies))
        self.is_light = all(isinstance(node, OF_SIZES) for expr in exprs for node in walk(expr))
        self.sizes = sizes_in((statement, assumed, exprs, bodies, self.symbols))
        self.assignments = any(isinstance(n, AssignmentSum) for e in (*exprs, *bodies) for n in walk(e))
        self.full = numbers_of(self.sizes, FULL_ASSIGNMENTS if self.assignments else FULL)

    @property
    def variety(self) -> int:
        """How many draws there are that differ, if there are only a few: those of scalars that are 0 or 1."""
        few = not self.sizes and all(symbol.domain.binary for symbol in self.symbols)
        return 2 ** len(self.symbols) if few else MANY

    def _require_spoken_of(self, statement: Statement, witness: tuple[Choice, ...]) -> None:
        """A witness for what a hypothesis does not speak of would only hide draws."""
        slots = self._slots_of(statement)
        for choice in witness:
            if self.scope.slot(choice.variable.symbol) not in slots:
                raise ValueError(
                    f"a witness chooses {choice.variable.symbol.name}, of which its hypothesis does not speak"
                )

    def _check_names(self, chosen: list[Symbol]) -> None:
        for symbol in chosen:
            if symbol not in self.symbols:
                raise ValueError(f"{symbol.name} is defined and cannot be chosen")
        for name, count in Counter(symbol.name for symbol in self.symbols).items():
            if count > 1:
                raise ValueError(f"{count} different symbols are called {name}")

    def prepared(self, drawn: Instance) -> Instance:
        """The draw, as the hypotheses say; raises Dropped unless it is. Where one does not hold, its witness is put in.

        A draw that satisfies a hypothesis by itself is left as it is: a witness may be narrower than its hypothesis.
        """
        instance = drawn
        for statement, witness in self.witnesses:
            if not self._holds(statement, Evaluator(instance, self.scope)):
                instance = self._witnessed(instance, statement, witness)
        changed = {choice.variable.symbol for choice in self.witness} - set(self.weakened)
        if not in_domains(instance, changed):
            raise Dropped("a witness lies outside its domain")
        at = Evaluator(instance, self.scope)
        for number, hypothesis in enumerate(self.hypotheses, 1):
            if not self._holds(hypothesis.statement, at):
                raise Dropped(f"hypothesis {number} does not hold")
        if self.violated is not None and self._holds(self.violated.statement, at):
            raise Dropped("the hypothesis holds")
        if any(in_domains(instance, [symbol]) for symbol in self.weakened):
            raise Dropped("the value lies in the domain")
        return instance

    def _witnessed(self, drawn: Instance, statement: Statement, witness: tuple[Choice, ...]) -> Instance:
        """The draw with the witness put in, less each choice without which the hypothesis holds too."""
        for choice in witness:
            fewer = tuple(other for other in witness if other is not choice)
            witness = fewer if fewer and self._holds_with(fewer, statement, drawn) else witness
        try:
            return with_choices(drawn, witness, self.scope, {})
        except Undefined as error:
            raise Dropped(f"a witness is undefined: {error}") from None

    def _holds_with(self, choices: tuple[Choice, ...], statement: Statement, drawn: Instance) -> bool:
        try:
            instance = with_choices(drawn, choices, self.scope, {})
        except Undefined:
            return False
        return self._holds(statement, Evaluator(instance, self.scope))

    def admits(self, at: Evaluator, changed: Iterable[Symbol]) -> bool:
        """Whether an admissible instance is still one after some of its symbols were changed."""
        symbols = list(changed)
        slots = {self.scope.slot(symbol) for symbol in symbols}
        touched = [h.statement for h in self.hypotheses if slots & self._slots_of(h.statement)]
        return in_domains(at.instance, symbols) and all(self._holds(s, at) for s in touched)

    def _slots_of(self, statement: Statement) -> set[int]:
        if id(statement) not in self._slots:
            found = {slot for expr in expressions_of(statement) for slot in self.scope.needs(expr)}
            self._slots[id(statement)] = (statement, found)
        return self._slots[id(statement)][1]

    def _holds(self, statement: Statement, at: Evaluator) -> bool:
        try:
            return all(find(statement, at, env).true for env in self.bindings(statement, at.instance))
        except Undefined:
            return False

    def bindings(self, statement: Statement, instance: Instance) -> list[Env]:
        """All values of the statement's free indices."""
        if id(statement) not in self._free:
            found = sorted(free_of(statement), key=lambda index: (index.name, index.size.name))
            self._free[id(statement)] = (statement, found)
        _, indices = self._free[id(statement)]
        slots = [self.scope.slot(index) for index in indices]
        places = positions([index.size for index in indices], instance.sizes)
        return [dict(zip(slots, place, strict=True)) for place in places]


def in_domains(instance: Instance, symbols: Iterable[Symbol]) -> bool:
    """Whether all values of these symbols lie in their declared domains."""
    return all(
        family_lies_in(instance.values[symbol], symbol.domain) and _in_range(symbol, instance)
        for symbol in symbols
    )


def _in_range(symbol: Symbol, instance: Instance) -> bool:
    """Whether the values of a label are numbers of components."""
    if symbol.labels is None:
        return True
    values, top = instance.values[symbol].values(), fmpq(instance.sizes[symbol.labels])
    return all(not isinstance(value, list) and at_most(value, top) for value in values)


def _witness(hypothesis: Hypothesis, scope: Scope) -> tuple[Choice, ...]:
    """The hypothesis's own witness. An equation for a drawn symbol in terms of others is a witness itself."""
    statement = hypothesis.statement
    if hypothesis.witness or not isinstance(statement, Equal) or not isinstance(statement.left, Member):
        return hypothesis.witness
    member, value = statement.left, statement.right
    own = {index for index in member.indices if isinstance(index, Index)}
    if len(own) < len(member.indices) or not free_indices(value) <= own:
        return ()
    if scope.slot(member.symbol) in (*scope.needs(value), *scope.definitions):
        return ()
    return (Choice(member, value),)
