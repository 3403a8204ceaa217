"""A claim on trial: it is tried at one draw after the other until it fails or there are no more.

A draw that does not satisfy a hypothesis, or at which balls decide nothing, does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import prod
from random import Random
from typing import TypeAlias

from flint import ctx, fmpq

from derivations.calculus.evidence import Counterexample
from derivations.calculus.expressions import Size, Symbol
from derivations.calculus.instances.arrays import value_text
from derivations.calculus.instances.directed import (
    around_equivalence,
    matched,
    neighbour,
    rivals,
    with_choices,
)
from derivations.calculus.instances.draws import draws, extra, other_sizes, probes, schedule
from derivations.calculus.instances.evaluate import Env, Evaluator, Instance
from derivations.calculus.instances.formal import formally
from derivations.calculus.instances.membership import at_most
from derivations.calculus.instances.named import at_named
from derivations.calculus.instances.numbers import (
    INFINITY,
    ONE,
    Number,
    TooLong,
    TooMuch,
    Undecided,
    Undefined,
    absolute,
    is_finite,
    looking_closely,
)
from derivations.calculus.instances.setting import Dropped, Setting
from derivations.calculus.instances.truth import Finding, find, shown, sides
from derivations.calculus.statements import Iff, LessEqual, Limit, Maximum, Statement

BITS = 200  # of a ball
Rounds: TypeAlias = "tuple[tuple[int, bool], ...]"
ROUNDS: Rounds = ((BITS, False), (BITS, True), (16 * BITS, True))  # bits; known formally as well?
AT_FIRST = ROUNDS[:1]  # larger matrices take too long formally
ENOUGH, WANTED, MORE = 3, 8, 40  # different draws that must count, that are hoped for, and that are tried
CLOSELY = 2  # draws of a claim at which balls that overlap are looked at with very many bits
TENDING = (6, 20, 60, 400)  # a variable tends to zero or infinity through these powers of ten
VERY_FAR = (4_000, 50_000)  # where a distance must be the same before it is said to stay
READABLE = 20  # the largest of them that is shown in a counterexample
CLOSE, NEGLIGIBLE = (
    fmpq(1, 10**4),
    fmpq(1, 10**40),
)  # distances from a limit: near, and as near as balls can tell
STAYING = fmpq(9, 10)  # a distance that falls by less, from one power of ten to the next, does not fall
SEARCH, FARTHER = 12, 60  # steps towards where an inequality is tight; for one that no rule has shown
SMALL = 12  # sizes, multiplied, up to which such steps are made
ALL_VALUES, SOME_VALUES, FEW_VALUES = 12, 8, 1  # of free indices, in one draw
LIGHT = 4_000  # nodes evaluated at one draw: up to so many, an equivalence is tried at all its indices
NAMED = 40  # draws at the numbers that a statement names, if it names uncommon ones
PROBING = 70_000  # nodes evaluated for all probes
OTHERS = 2_000  # for all draws at other sizes
HEAVY, WORK = 8_000, 3_000_000  # nodes evaluated for one claim: then fewer draws will do; then no more


class Failed(Exception):  # noqa: N818
    """The claim fails at this instance."""

    def __init__(self, counterexample: Counterexample, detail: str) -> None:
        super().__init__(detail)
        self.counterexample, self.detail = counterexample, detail


@dataclass
class Trial:
    """A claim in its setting, and what was seen so far."""

    statement: Statement
    setting: Setting
    seed: int = 0
    probes: int = 0
    counted: list[Instance] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    exact: bool = True
    both_true: bool = False
    work: int = 0
    undecided: int = 0
    closely: int = 0
    beyond: list[dict[Size, int]] = field(default_factory=list)  # sizes at which the sums were too long
    costs: set[tuple[int, int]] = field(default_factory=set)  # the sizes of draws, multiplied, and their work

    def run(self) -> Failed | None:
        """Judges the scheduled draws, more if too few count, those at other sizes and at named numbers, then the probes.

        Stops at the first failure.
        """
        return self._run_schedule() or self._run_other_sizes() or self._run_named() or self._run_probes()

    def _run_schedule(self) -> Failed | None:
        setting = self.setting
        plan = schedule(setting.sizes, setting.assignments, setting.is_light)
        scheduled, plan = len(plan), [*plan, *extra(setting.full, MORE)]
        for number, drawn in enumerate(draws(setting.symbols, plan, self.seed, setting.weakened)):
            plenty = number >= scheduled and len(self.counted) >= WANTED
            if self.work > WORK or ((plenty or self.work > HEAVY) and self.enough):
                break
            if (failure := self._try(drawn, f"{self.seed}/{number}")) is not None:
                return failure
        return None

    def _run_other_sizes(self) -> Failed | None:
        """As far as they are little work: a draw is taken to be as much more work as its sizes are larger."""
        plan, limit = other_sizes(self.setting.sizes, self.setting.named), self.work + OTHERS
        for number, drawn in enumerate(draws(self.setting.symbols, plan, self.seed, self.setting.weakened)):
            if self._expected(drawn) > limit - self.work:
                break
            if (
                failure := self._try(drawn, f"{self.seed}/{number}/sizes", search=False, rounds=AT_FIRST)
            ) is not None:
                return failure
        return None

    def _expected(self, drawn: Instance) -> float:
        size, work = max(self.costs, default=(1, 0))
        return work * max(1, prod(drawn.sizes.values()) / size)

    def _run_named(self) -> Failed | None:
        plan = probes(self.setting.sizes, NAMED if self.setting.named else 0)
        for number, drawn in enumerate(draws(self.setting.symbols, plan, self.seed, self.setting.weakened)):
            if self.work > WORK:
                break
            rng = Random(f"{self.seed}/{number}/named")
            at = at_named(drawn, self.setting.named, number, rng)
            if (failure := self._try(at, f"{self.seed}/{number}/named")) is not None:
                return failure
        return None

    def _run_probes(self) -> Failed | None:
        plan, limit = probes(self.setting.sizes, self.probes), self.work + PROBING
        for number, drawn in enumerate(draws(self.setting.symbols, plan, ~self.seed, self.setting.weakened)):
            if self.work > limit:
                break
            if (failure := self._try(drawn, f"{~self.seed}/{number}", search=False)) is not None:
                return failure
        return None

    def _try(
        self, drawn: Instance, salt: str, *, search: bool = True, rounds: Rounds = ROUNDS
    ) -> Failed | None:
        """One draw: it counts, is dropped, or is a failure. `search`: from there to where an inequality is tight."""
        if any(all(drawn.sizes[size] >= n for size, n in sizes.items()) for sizes in self.beyond):
            self.dropped["the sums are too long at these sizes"] += 1
            return None
        before = self.work
        try:
            self._settle(drawn, salt, search, rounds)
            self.counted.append(drawn)
            self.costs.add((prod(drawn.sizes.values()), self.work - before))
        except Dropped as reason:
            self.dropped[str(reason)] += 1
        except Failed as failure:
            return failure
        return None

    @property
    def enough(self) -> bool:
        """Whether enough draws count, one of them at full sizes."""
        full = any(drawn.sizes == self.setting.full for drawn in self.counted)
        return full and self._different()

    def _different(self) -> bool:
        """Whether enough of the draws that count differ in their values, or in their sizes."""
        if not self.setting.symbols:
            return bool(self.counted)  # a statement about numbers has a single instance
        wanted = min(ENOUGH, self.setting.variety)
        seen: list[object] = []
        for drawn in self.counted:
            if (drawn.sizes, drawn.values) not in seen:
                seen.append((drawn.sizes, drawn.values))
            if len(seen) == wanted:
                return True
        return False

    def _settle(self, drawn: Instance, salt: str, search: bool, rounds: Rounds) -> None:
        """Judges one draw; an inequality is then followed from there to where it is tight."""
        self._decide(self._judge, drawn, salt, closely=self.closely < CLOSELY, rounds=rounds)
        if isinstance(self.statement, LessEqual) and search:
            with suppress(Dropped):
                self._decide(self._search, drawn, salt)

    def _decide(
        self,
        judge: Callable[[Instance, Random], None],
        drawn: Instance,
        salt: str,
        *,
        closely: bool = False,
        rounds: Rounds = ROUNDS,
    ) -> None:
        """Judges with more knowledge of the numbers as long as balls decide nothing. Raises Dropped if nothing does."""
        reason = ""
        for bits, wanted in rounds:
            self.closely += closely and bits > BITS
            with ctx.workprec(bits), formally(wanted), looking_closely(closely):
                try:
                    return judge(self.setting.prepared(drawn), Random(salt))
                except TooMuch as error:
                    if isinstance(error, TooLong):
                        self.beyond.append(drawn.sizes)
                    raise Dropped(str(error)) from None
                except Undecided as error:
                    reason = f"balls do not decide {error}"
        self.undecided += 1
        raise Dropped(reason)

    def _judge(self, instance: Instance, rng: Random) -> None:
        bindings = everywhere = self.setting.bindings(self.statement, instance)
        searching = isinstance(self.statement, Iff | Maximum)
        if searching or len(bindings) > ALL_VALUES:
            bindings = rng.sample(bindings, min(len(bindings), FEW_VALUES if searching else SOME_VALUES))
        with self._evaluator(instance) as at:
            for env in bindings:
                with self._ill_defined(at, env):
                    self._judge_at(at, env, rng)
            for env in everywhere if isinstance(self.statement, Iff) else ():
                if at.work < LIGHT:  # two sides that hold at different indices
                    self._judge_truth(at, env)

    def _judge_at(self, at: Evaluator, env: Env, rng: Random) -> None:
        if isinstance(self.statement, Maximum):
            return self._judge_maximum(self.statement, at, env, rng)
        if isinstance(self.statement, Limit):
            return self._judge_limit(self.statement, at, env)
        self._judge_truth(at, env)
        if isinstance(self.statement, Iff):
            for symbol, variant in around_equivalence(self.statement, at, env, rng):
                with self._evaluator(variant) as other:
                    if self.setting.admits(other, [symbol]):
                        self._judge_truth(other, env)
        return None

    def _judge_truth(self, at: Evaluator, env: Env) -> Finding:
        with self._ill_defined(at, env):
            finding = find(self.statement, at, env)
        if not finding.true:
            raise self._failure(at, env, "")
        self.exact &= finding.exact
        self.both_true |= finding.left == "true"
        return finding

    def _search(self, instance: Instance, rng: Random) -> None:
        """Tries an inequality where it is tight, and walks to where its sides come closer."""
        env = rng.choice(self.setting.bindings(self.statement, instance))
        with self._evaluator(instance) as at:
            self._search_from(at, env, rng)

    def _search_from(self, at: Evaluator, env: Env, rng: Random) -> None:
        symbols = [symbol for symbol in at.instance.values if symbol not in self.setting.weakened]
        small = prod(at.instance.sizes.values()) <= SMALL
        best, tightest = at.instance, self._gap(at, env)
        for variant in matched(at) if not self.setting.weakened else ():
            best, tightest = self._tighter(variant, symbols, env, best, tightest)
        steps = FARTHER if self.probes else SEARCH
        for _ in range(steps if small and symbols else 0):
            symbol, variant = neighbour(best, symbols, rng)
            best, tightest = self._tighter(variant, [symbol], env, best, tightest)

    def _tighter(
        self, variant: Instance, changed: list[Symbol], env: Env, best: Instance, tightest: Number
    ) -> tuple[Instance, Number]:
        """The better of an instance and the best so far, once the claim holds there."""
        with self._evaluator(variant) as other:
            if self.setting.admits(other, changed):
                gap = self._gap(other, env)
                if at_most(gap, tightest):
                    return variant, gap
        return best, tightest

    def _gap(self, at: Evaluator, env: Env) -> Number:
        """How far apart the sides of an inequality are that holds."""
        finding = self._judge_truth(at, env)
        low, high = finding.left, finding.right
        assert not isinstance(low, str | list)
        assert not isinstance(high, str | list)
        return high - low if is_finite(low) and is_finite(high) else INFINITY

    def _judge_maximum(self, statement: Maximum, at: Evaluator, env: Env, rng: Random) -> None:
        # Later choices may stand in the values of earlier ones, as when they are substituted in turn.
        chosen = with_choices(at.instance, statement.choices[::-1], at.scope, env)
        symbols = [choice.variable.symbol for choice in statement.choices]
        with self._evaluator(chosen) as best, self._ill_defined(best, env):
            if not self.setting.admits(best, symbols):
                raise self._failure(best, env, "the choice is not admissible")
            top = best.number(statement.objective, env)
        for rival in rivals(statement.choices, chosen, at.instance, rng):
            with self._evaluator(rival) as other, self._ill_defined(other, env):
                if not self.setting.admits(other, symbols):
                    continue
                value = other.number(statement.objective, env)
                if not at_most(value, top):
                    raise self._failure(other, env, "a value above the choice's", value_text(top))
                self.exact &= isinstance(value, fmpq) and isinstance(top, fmpq)

    def _judge_limit(self, statement: Limit, at: Evaluator, env: Env) -> None:
        """The distance to the value must become small; one that no longer shrinks is a failure."""
        symbol, gaps = statement.variable.symbol, list[Number]()
        with self._ill_defined(at, env):  # what depends on the variable is not its limit
            value = at.number(statement.value, env)
        reached = at
        for power in TENDING:
            with self._evaluator(_toward(statement, at, env, power)) as other:
                if not self.setting.admits(other, [symbol]):
                    raise Dropped(f"{symbol.name} cannot tend to {statement.toward}")
                with self._ill_defined(other, env):
                    gaps.append(absolute(other.number(statement.body, env) - value))
            reached = other if power <= READABLE else reached
        exact = all(isinstance(gap, fmpq) for gap in gaps)
        self.exact &= exact
        scale = ONE + absolute(value)
        if at_most(gaps[-1], fmpq(0) if exact else NEGLIGIBLE * scale):
            return
        if at_most(STAYING * gaps[-2], gaps[-1]):
            self._require_staying(statement, at, env, value, gaps[-1])
            raise self._failure(reached, env, "the body does not come closer to the value")
        if not at_most(gaps[-1], CLOSE * scale):
            raise Dropped("the body comes closer to the value slowly")

    def _require_staying(self, statement: Limit, at: Evaluator, env: Env, value: Number, gap: Number) -> None:
        """Very far away the distance is still the same; else the body may come closer late: Dropped."""
        for power in VERY_FAR:
            with self._evaluator(_toward(statement, at, env, power)) as other:
                try:
                    stays = at_most(STAYING * gap, absolute(other.number(statement.body, env) - value))
                except (Undecided, Undefined, TooMuch):
                    return  # numbers that are too large for balls come close to nothing
                if not stays:
                    raise Dropped("the body comes closer to the value late")

    @contextmanager
    def _evaluator(self, instance: Instance) -> Iterator[Evaluator]:
        """An evaluator whose work is counted."""
        at = Evaluator(instance, self.setting.scope)
        try:
            yield at
        finally:
            self.work += at.work

    @contextmanager
    def _ill_defined(self, at: Evaluator, env: Env) -> Iterator[None]:
        """A value that does not exist at an admissible instance is a failure of the claim."""
        try:
            yield
        except Undefined as error:
            raise self._failure(at, env, f"ill-defined: {error}") from None

    def _failure(self, at: Evaluator, env: Env, detail: str, top: str = "") -> Failed:
        left, right = sides(self.statement, at, env)
        return Failed(Counterexample(*shown(at, env), left, top or right), detail)


def _toward(statement: Limit, at: Evaluator, env: Env, power: int) -> Instance:
    """The instance with the variable of the limit at this power of ten, or at one over it."""
    place = tuple(at.position(index, env) for index in statement.variable.indices)
    value = fmpq(10**power) if statement.toward == "infinity" else fmpq(1, 10**power)
    return at.instance.with_values(statement.variable.symbol, {place: value})
