"""The ways a claim is argued for all sizes; each asks the engines and returns what they found.

A method is data that a derivation names: it says which identity to look for, never that it holds. Whatever
is not established leaves the claim UNKNOWN.
"""

from derivations.proof.methods.default import default_method
from derivations.proof.methods.equations import Factor, NormalForm, Solved
from derivations.proof.methods.goal import Goal, Method, RefutedError, argue
from derivations.proof.methods.inequalities import Cases, Gap, Rewritten, Signs, Summed
from derivations.proof.methods.instance import Instance, InstanceOfAxiom
from derivations.proof.methods.maxima import Bound
from derivations.proof.methods.membership import Membership

__all__ = [
    "Bound",
    "Cases",
    "Factor",
    "Gap",
    "Goal",
    "Instance",
    "InstanceOfAxiom",
    "Membership",
    "Method",
    "NormalForm",
    "RefutedError",
    "Rewritten",
    "Signs",
    "Solved",
    "Summed",
    "argue",
    "default_method",
]
