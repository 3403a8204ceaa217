"""How fast the derived code is beside what people use, and beside what the machine could do: `python -m numeric.benchmark`.

    timing      contenders in turn, round after round: medians, spreads, memory
    contests    who is timed against whom, at which sizes
    peers       the libraries of others, where they are installed
    byhand      what one writes by hand: the textbook, and the same formulation as the derived code
    targets     which ratios must be reached
    table, plot what is shown

A ratio counts, not a time: all contenders of a contest take turns in one process, so that whatever else the machine
does strikes all of them. A ratio that is missed is shown as missed; it is no failure.
"""

from numeric.benchmark.run import main

__all__ = ["main"]
