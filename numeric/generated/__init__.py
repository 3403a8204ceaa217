"""Generated, do not edit: one module a derivation, written by `python -m numeric.generate`."""
