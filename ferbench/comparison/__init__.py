"""Comparing recorded runs: which may be compared, on which images, and what the paired statistics say."""
