"""The bridge to SymPy: expressions brought and taken, and equations replayed there as a second judgement."""

from derivations.calculus.sympy_bridge.errors import BridgeError
from derivations.calculus.sympy_bridge.inward import from_sympy
from derivations.calculus.sympy_bridge.outward import to_sympy
from derivations.calculus.sympy_bridge.replay import replay

__all__ = ["BridgeError", "from_sympy", "replay", "to_sympy"]
