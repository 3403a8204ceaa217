"""The same updates as pure functions of the Array API standard, written by `python -m numeric.generate`."""
