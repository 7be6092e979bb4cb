"""Checks of face detectors, one family a file."""
