"""Checks of metrics, one family a file."""
