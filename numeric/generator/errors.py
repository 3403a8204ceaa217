"""What the generator says when it refuses."""


class GeneratorError(ValueError):
    """A formula that would not make good array code; the message names the part and says why."""
