"""The doctor for data sets: what lies there, what is wrong with it, and whether two sets share pictures."""
