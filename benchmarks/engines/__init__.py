"""What `engine_speed.py` is made of."""
