"""Checks of data sets, one family a file."""
