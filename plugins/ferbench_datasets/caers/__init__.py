"""CAER-S: frames of television series, in class folders."""
