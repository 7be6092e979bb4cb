"""The steps of an evaluation, one file each."""
