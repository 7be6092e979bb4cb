"""Graphs of networks that compute the same with less: rewritten in place, operator by operator."""
