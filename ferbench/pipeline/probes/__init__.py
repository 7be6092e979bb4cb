"""The guards of a run: small experiments, one a file, that tell whether its number means what it seems to mean."""
