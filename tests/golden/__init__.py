"""Golden outputs of official networks, and the recipe that recreates their weights and inputs.

`<variant>.json` was written by the official forward code (POSTER V2: Talented-Q/POSTER_V2@18de559, POSTER:
zczcwh/POSTER@ba2e3e9; torch 2.14.1, CPU): state-dict inventory, parameter counts, hashes of weights and inputs, logits
and intermediates in float32 and float64. The nine networks of POSTER share the inventory of the largest,
`poster_inventory.json`: each is a part of it, and the hash of its filled state dict tells whether it is the right one.
"""
