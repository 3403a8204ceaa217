"""The symbolic kernel: sums of products of indexed atoms, their normal form and their derivatives."""
