"""What the generator says when it refuses."""


class GeneratorError(ValueError):
    """A formula that would not make good array code; the message names the part and says why."""


class NotInStandardError(GeneratorError):
    """A formula for which the Array API standard has no functions; the message says what it would take."""
