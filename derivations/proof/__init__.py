"""Claims, evidence and derivations: how evidence becomes a verdict."""
