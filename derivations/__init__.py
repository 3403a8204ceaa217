"""What is true: one file a derivation, a calculus that knows no problem, and the meaning of a verdict."""
