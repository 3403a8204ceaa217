"""The independent judge: evaluates what the author wrote at concrete sizes, by definition.

It shares no code with the symbolic kernel: it knows the trees and the statements, and nothing else.
"""

from derivations.calculus.instances.draws import STYLES, draws, schedule
from derivations.calculus.instances.evaluate import Evaluator, Instance, evaluate
from derivations.calculus.instances.judge import Snapshot, check, instance_table, necessity
from derivations.calculus.instances.numbers import Dual, TooMuch, Undecided, Undefined
from derivations.calculus.instances.scope import Scope

__all__ = [
    "STYLES",
    "Dual",
    "Evaluator",
    "Instance",
    "Scope",
    "Snapshot",
    "TooMuch",
    "Undecided",
    "Undefined",
    "check",
    "draws",
    "evaluate",
    "instance_table",
    "necessity",
    "schedule",
]
