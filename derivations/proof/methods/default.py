"""The method of a claim that names none."""

from __future__ import annotations

from derivations.calculus.statements import Belongs, LessEqual, Statement
from derivations.proof.methods.equations import NormalForm
from derivations.proof.methods.goal import Method
from derivations.proof.methods.inequalities import Signs
from derivations.proof.methods.membership import Membership


def default_method(statement: Statement) -> Method:
    """The method that needs no hint."""
    match statement:
        case LessEqual():
            return Signs()
        case Belongs():
            return Membership()
        case _:
            return NormalForm()
