"""What goes wrong on the bridge to SymPy."""


class BridgeError(ValueError):
    """Something that cannot be carried over; the message names it."""
