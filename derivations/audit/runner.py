"""The audit: subjects, a fair sample of their mutants, and the outcomes, in several processes and resumable."""

from __future__ import annotations

import json
import signal
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from hashlib import blake2b
from itertools import islice, zip_longest
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.pool import Pool
from pathlib import Path
from random import Random
from types import FrameType

from derivations.audit.judging import Outcome, outcome
from derivations.audit.mutants import Mutant, mutants
from derivations.audit.subjects import AXIOM_TABLE, PRINTED, Subject, axioms, claims, lines
from derivations.calculus.evidence import Verdict
from derivations.discovery import derive_named

LONGEST = 20  # seconds of work for one mutant: a backstop, the engines have limits of their own
Seen = Callable[[Outcome], None]


_made: dict[str, tuple[Subject, ...]] = {}


def subjects(name: str) -> tuple[Subject, ...]:
    """The claims of a derivation, its printed lines, or the axioms. DiscoveryError if there is no such derivation."""
    if name not in _made:
        _made[name] = _subjects(name)
    return _made[name]


def _prepare(names: Sequence[str], processes: int) -> None:
    """Derive what is to be audited, in several processes."""
    waiting = [name for name in names if name not in _made]
    if processes > 1 and len(waiting) > 1:
        with _pool(processes) as pool:
            _made.update(zip(waiting, pool.map(_subjects, waiting, chunksize=1), strict=True))


def _subjects(name: str) -> tuple[Subject, ...]:
    if name == AXIOM_TABLE:
        return tuple(axioms())
    if name.endswith(PRINTED):
        return tuple(lines(name.removesuffix(PRINTED)))
    return tuple(claims(derive_named(name)))


@cache
def _mutants(derivation: str, subject: str) -> dict[str, Mutant]:
    (found,) = (one for one in subjects(derivation) if one.name == subject)
    return {mutant.name: mutant for mutant in mutants(found)}


def sample(names: Sequence[str], seed: int, slip: str = "") -> Iterator[Mutant]:
    """All mutants in an order of which every beginning is a fair sample: subjects and slips take turns.

    If `slip` names a kind of slip, those of this kind alone.
    """
    rng = Random(seed)
    queues = []
    for subject in (subject for name in names for subject in subjects(name)):
        by_slip: dict[str, list[Mutant]] = defaultdict(list)
        for mutant in _mutants(subject.derivation, subject.name).values():
            if slip in ("", mutant.slip):
                by_slip[mutant.slip].append(mutant)
        for found in by_slip.values():
            rng.shuffle(found)
        rows = list(by_slip.values())
        rng.shuffle(rows)
        queues.append([mutant for turn in zip_longest(*rows) for mutant in turn if mutant is not None])
    for turn in zip_longest(*queues):
        yield from (mutant for mutant in turn if mutant is not None)


# ----------------------------------------------------------------------------------- judging


def audit(
    names: Sequence[str],
    count: int | None,
    seed: int = 0,
    processes: int = 1,
    state: Path | None = None,
    seen: Seen = lambda found: None,
    slip: str = "",
) -> list[Outcome]:
    """The outcomes of so many mutants (all if None), of one kind of slip if named; `seen` is told of each.

    With a folder for the state, outcomes are kept there, and found again if no source file has changed since.
    """
    memory = State(state)
    _prepare(names, processes)
    found: dict[str, Outcome] = {}
    every = sample(names, seed, slip)
    with memory.recording() as record:
        while chosen := list(islice(every, count and count - len(found))):
            for mutant in chosen:
                _keep(memory.known.get(mutant.name), found, seen)
            waiting = [mutant for mutant in chosen if mutant.name not in memory.known]
            for name, result in _judged(waiting, processes):
                record(name, result)
                _keep(result, found, seen)
            if len(found) == count:
                break
    return [found[name] for name in sorted(found)]


def _keep(result: Outcome | None, found: dict[str, Outcome], seen: Seen) -> None:
    """An outcome, unless the mutant was no statement."""
    if result is not None:
        found[result.name] = result
        seen(result)


Key = tuple[str, str, str]  # derivation, subject, mutant


def _judged(waiting: Sequence[Mutant], processes: int) -> Iterator[tuple[str, Outcome | None]]:
    keys = sorted((m.subject.derivation, m.subject.name, m.name) for m in waiting)
    if processes == 1 or len(keys) < 2 * processes:
        yield from map(_judge, keys)
        return
    with _pool(processes) as pool:
        yield from pool.imap_unordered(_judge, keys, chunksize=4)


def _pool(processes: int) -> Pool:
    """Where a process can be forked, it inherits the derivations; elsewhere it makes those it needs."""
    return get_context("fork" if "fork" in get_all_start_methods() else None).Pool(processes)


def _judge(key: Key) -> tuple[str, Outcome | None]:
    derivation, subject, name = key
    mutant = _mutants(derivation, subject)[name]
    try:
        with _limited():
            return name, outcome(mutant)
    except TimeoutError:
        nothing = (Verdict.UNKNOWN,) * 3
        return name, Outcome(name, mutant.slip, "", *nothing, why="stopped: it took too long")


@contextmanager
def _limited() -> Iterator[None]:
    """TimeoutError after LONGEST seconds of work, where the system has such alarms."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


# -------------------------------------------------------------------------------- the state


class State:
    """Outcomes kept in a folder, a line each, under the digest of the sources that they hold for."""

    def __init__(self, folder: Path | None) -> None:
        self.known: dict[str, Outcome | None] = {}
        self.path = None if folder is None else folder / f"audit-{_digest()}.jsonl"
        if self.path is not None and self.path.exists():
            for line in self.path.read_text("utf-8").splitlines():
                self._recall(line)

    def _recall(self, line: str) -> None:
        """Read a line; one that was cut off by an interruption is no line."""
        try:
            name, fields = json.loads(line)
        except ValueError:
            return
        for verdict in ("rules", "instances", "together", "checker") if fields else ():
            fields[verdict] = fields[verdict] and Verdict(fields[verdict])
        self.known[name] = Outcome(**fields) if fields else None

    @contextmanager
    def recording(self) -> Iterator[Callable[[str, Outcome | None], None]]:
        """What takes down an outcome; without a folder, nothing does."""
        if self.path is None:
            yield lambda name, result: None
            return
        with self.path.open("a", encoding="utf-8") as file:

            def record(name: str, result: Outcome | None) -> None:
                file.write(json.dumps([name, result and asdict(result)]) + "\n")
                file.flush()

            yield record


def _digest() -> str:
    """A digest of all source files of the derivations: an outcome holds for these alone."""
    found = blake2b(digest_size=8)
    root = Path(__file__).resolve().parents[1]
    for path in sorted(root.rglob("*.py")):
        found.update(path.relative_to(root).as_posix().encode())
        found.update(path.read_bytes())
    return found.hexdigest()
