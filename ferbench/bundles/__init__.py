"""One run as a file that another lab can check: no paths, and no labels of restricted sets."""
