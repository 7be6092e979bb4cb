"""What is asked of a plugin in a new Python process, and noted there."""
