"""JAFFE: posed expressions of ten Japanese women."""
