"""The calculus: it knows mathematics and no problem."""
