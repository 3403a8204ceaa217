"""Textbook NumPy, one file a derivation; it imports numpy alone, so that agreement with generated code means something."""
