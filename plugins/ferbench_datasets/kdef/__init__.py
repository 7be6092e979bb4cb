"""KDEF: posed expressions of 70 people from five angles."""
