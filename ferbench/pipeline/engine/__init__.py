"""How a loaded network is run: by which engine, in which arithmetic and batches, and what proves it right."""
