"""The static site: pages that work from the file system, without a network."""
