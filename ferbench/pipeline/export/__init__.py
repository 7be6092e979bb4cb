"""A model as one file that other programs run: what goes into it, how it is written, and the proof that it is equal."""
