"""Regression checks: one model against a baseline, on the same images."""
