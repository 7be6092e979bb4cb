"""SFEW 2.0: frames of films, as whole frames and as aligned faces."""
