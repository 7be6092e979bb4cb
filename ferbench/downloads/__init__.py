"""Downloads of released checkpoints into the cache, and nothing else that uses the network; torch is not needed.

A file is written in a folder of its own beside its place, and stands in its place only when it is whole and has the
SHA-256 that was expected.
"""
