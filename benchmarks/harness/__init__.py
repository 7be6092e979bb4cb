"""The parts of `harness_overhead.py`: what ferbench takes beside the model, against loops of a few lines."""
