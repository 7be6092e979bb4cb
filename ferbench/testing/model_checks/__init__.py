"""Checks of models, one family a file."""
