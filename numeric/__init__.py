"""Whether the code agrees: NumPy generated from the derived updates, compared with hand-written NumPy and 50 digits."""
