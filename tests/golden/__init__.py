"""Golden outputs of official networks, and the recipe that recreates their weights and inputs.

`<variant>.json` was written by the official forward code (POSTER V2: Talented-Q/POSTER_V2@18de559, POSTER:
zczcwh/POSTER@ba2e3e9, APViT: youqingxiaozhua/APViT@9efaf97; torch 2.14.1, CPU): state-dict inventory, parameter
counts, hashes of weights and inputs, logits and intermediates in float32 and float64. The nine networks of POSTER share
the inventory of the largest, `poster_inventory.json`: each is a part of it, and the hash of its filled state dict tells
whether it is the right one. `apvit_batch_quirk.json` is what the official APViT gives in batches of some sizes,
`mutation_sensitivity.json` how far plausible mistakes move the logits of the official networks.
"""
