"""Checks of plugins of every kind, one family a file."""
