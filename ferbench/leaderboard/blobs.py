"""Predictions as columns: raw outputs and correctness bits, packed. A database may come from a stranger.

Whatever is unpacked is measured before it is trusted, and never unpickled; what does not fit is a ValueError.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.emotions import ClassOrder
    from ferbench.results import Predictions

#: What one output may hold for one image: 65,536 float32 values.
MAX_VALUES_PER_IMAGE = 2**16
MAX_OUTPUTS = 64
_NPY_HEADER_ROOM = 2**14


def pack_outputs(outputs: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Arrays by name, (n, ...) float32, as the bytes of an `.npz` file that numpy.load reads without pickle."""
    import numpy as np

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in outputs.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array.astype("<f4", order="C"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def unpack_outputs(blob: bytes, n: int, k: int) -> dict[str, NDArray[np.float32]]:
    """Arrays by name for n images, (n, k) float32 for `emotion`.

    Raises:
        ValueError: it is no such archive, a shape does not fit n and k, or it grows beyond MAX_VALUES_PER_IMAGE.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            members = archive.infolist()
            if len(members) > MAX_OUTPUTS:
                raise ValueError(f"there are {len(members)} outputs")
            outputs = {item.filename.removesuffix(".npy"): unpack_array(archive, item, n) for item in members}
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ValueError(f"the outputs cannot be unpacked: {error}") from error
    if "emotion" not in outputs or outputs["emotion"].shape != (n, k):
        raise ValueError(f"there is no output `emotion` of {n} images and {k} classes")
    return outputs


def unpack_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, n: int) -> NDArray[np.float32]:
    """(n, ...) float32: one member of the archive, checked before anything of its claimed size is reserved."""
    import numpy as np

    if member.compress_type != zipfile.ZIP_DEFLATED or member.flag_bits & 1:
        raise ValueError(f"{member.filename} is not simply deflated")
    if member.file_size > _NPY_HEADER_ROOM + 4 * n * MAX_VALUES_PER_IMAGE:
        raise ValueError(f"{member.filename} claims {member.file_size} bytes for {n} images")
    content = archive.read(member)
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError(f"{member.filename} has an unknown format")
    shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype != np.dtype("<f4") or fortran_order or shape[:1] != (n,):
        raise ValueError(f"{member.filename} holds {dtype} {shape} for {n} images")
    if 4 * math.prod(shape) != len(content) - stream.tell():
        raise ValueError(f"{member.filename} is not as long as its shape says")
    array: NDArray[np.float32] = np.frombuffer(content, "<f4", offset=stream.tell()).reshape(shape).astype(np.float32)
    return array


def strictly_correct(predictions: Predictions, dataset_classes: ClassOrder) -> NDArray[np.bool_]:
    """(n,) True where the largest of all outputs is the label's; of equal ones the first counts, data set's first.

    A row with a value that is not finite is no answer, and so not correct.
    """
    import numpy as np

    order = (*dataset_classes, *(name for name in predictions.classes if name not in dataset_classes))
    outputs = predictions.emotion[:, [predictions.classes.index(name) for name in order]]
    answered: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(outputs), axis=1)
    labels = np.array([order.index(label) for label in predictions.labels], dtype=np.int64)
    hits: NDArray[np.bool_] = answered & (np.where(answered[:, None], outputs, 0).argmax(axis=1) == labels)
    return hits


def pack_bits(correct: NDArray[np.bool_]) -> bytes:
    """(n,) truth values as n bits, most significant first."""
    import numpy as np

    return np.packbits(correct).tobytes()


def unpack_bits(blob: bytes, n: int) -> NDArray[np.bool_]:
    """(n,) truth values; ValueError where the blob has another length."""
    import numpy as np

    if len(blob) != (n + 7) // 8:
        raise ValueError(f"{len(blob)} bytes cannot be the bits of {n} images")
    return np.unpackbits(np.frombuffer(blob, np.uint8), count=n).astype(np.bool_)
