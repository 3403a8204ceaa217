"""The second printer: the same plans as pure functions of the Array API standard.

    names       every name of the standard that may be emitted, the helpers, and what is refused
    emit        the rows that differ from those for NumPy, and the body of a function
    module      the text of a whole module

Nothing is written in place and no array has a shape that depends on values, so that the functions can be traced,
differentiated and run lazily.
"""
