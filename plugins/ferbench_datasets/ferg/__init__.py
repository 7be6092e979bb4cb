"""FERG-DB: drawn characters with expressions."""
