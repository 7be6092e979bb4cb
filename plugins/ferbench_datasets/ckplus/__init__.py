"""CK+: posed sequences from a neutral face to the peak of an expression."""
