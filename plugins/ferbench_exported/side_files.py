"""ONNX files whose tensors lie in other files: the SHA-256 of such a file says nothing about its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def names_side_files(path: Path) -> bool:
    """Whether any tensor of an ONNX file, in a graph, a function or an attribute, lies outside of it.

    Raises:
        ImportError: the package onnx is not there.
        Exception: it is no ONNX file; protobuf has an error of its own for that.
    """
    import onnx

    model = onnx.load(str(path), load_external_data=False)
    return any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in tensors_in(model, onnx.TensorProto))


def tensors_in(message: Any, kind: type) -> Iterator[Any]:
    """All tensors anywhere in a protobuf message."""
    if isinstance(message, kind):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for part in [value] if hasattr(value, "ListFields") else value:
            yield from tensors_in(part, kind)
