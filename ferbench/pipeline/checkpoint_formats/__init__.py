"""Readers of checkpoint files, which are hostile until the opposite is shown.

No file is handed to `pickle` or `torch.load`. Its pickle runs on a machine of our own (`restricted_unpickler`), which
knows no names but those of `allowed` and makes nothing but the records of `inert`. Tensors and arrays are made from
these afterwards (`tensors`), when every size has been compared with the bytes that the file really has.
"""
