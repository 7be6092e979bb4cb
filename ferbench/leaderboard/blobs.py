"""Predictions as columns: raw outputs and correctness bits, packed. A database may come from a stranger.

Whatever is unpacked is measured before it is trusted, and never unpickled; what does not fit is a ValueError.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from typing import TYPE_CHECKING

from ferbench.errors import LeaderboardError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.results import Predictions

#: What all outputs together may hold: 65,536 float32 values an image, and 1 GiB for all images.
MAX_VALUES_PER_IMAGE = 2**16
MAX_OUTPUT_BYTES = 2**30
MAX_OUTPUTS = 64
_NPY_HEADER_ROOM = 2**14


def pack_outputs(outputs: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Arrays by name, (n, ...) float32, as the bytes of an `.npz` file that numpy.load reads without pickle.

    Raises:
        LeaderboardError: they are more than `unpack_outputs` would read.
    """
    import numpy as np

    n = len(outputs["emotion"])
    try:
        require_within_limits([_NPY_HEADER_ROOM + 4 * array.size for array in outputs.values()], n)
    except ValueError as error:
        todo = "Let the model keep fewer or smaller outputs beside `emotion`."
        raise LeaderboardError("The outputs of a run were to be recorded.", f"{error}.".capitalize(), todo) from error
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in outputs.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array.astype("<f4", order="C"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def unpack_outputs(blob: bytes, n: int, k: int) -> dict[str, NDArray[np.float32]]:
    """Arrays by name for n images, (n, k) float32 for `emotion`.

    Raises:
        ValueError: it is no such archive, a shape does not fit n and k, or it would grow beyond the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            members = archive.infolist()
            require_within_limits([item.file_size for item in members], n)
            outputs = {item.filename.removesuffix(".npy"): unpack_array(archive, item, n, k) for item in members}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ValueError(f"the outputs cannot be unpacked: {error}") from error
    if "emotion" not in outputs:
        raise ValueError("there is no output `emotion`")
    return outputs


def require_within_limits(sizes: Sequence[int], n: int) -> None:
    """ValueError for too many outputs of n images, or for outputs of too many bytes, .npy headers included."""
    if len(sizes) > MAX_OUTPUTS:
        raise ValueError(f"there are {len(sizes)} outputs, more than {MAX_OUTPUTS}")
    limit = min(4 * n * MAX_VALUES_PER_IMAGE, MAX_OUTPUT_BYTES) + _NPY_HEADER_ROOM * len(sizes)
    if sum(sizes) > limit:
        raise ValueError(f"the outputs take {sum(sizes)} bytes, more than the {limit} that {n} images may")


def unpack_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, n: int, k: int) -> NDArray[np.float32]:
    """(n, ...) float32: one member of the archive, whose header is checked before its values are inflated."""
    import numpy as np

    if member.compress_type != zipfile.ZIP_DEFLATED or member.flag_bits & 1:
        raise ValueError(f"{member.filename} is not simply deflated")
    with archive.open(member) as stream:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError(f"{member.filename} has an unknown format")
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream)
        expected = (n, k) if member.filename.removesuffix(".npy") == "emotion" else (n, *shape[1:])
        if dtype != np.dtype("<f4") or fortran_order or shape != expected:
            raise ValueError(f"{member.filename} holds {dtype} {shape} for {n} images and {k} classes")
        if 4 * math.prod(shape) != member.file_size - stream.tell():
            raise ValueError(f"{member.filename} is not as long as its shape says")
        content = stream.read()
    array: NDArray[np.float32] = np.frombuffer(content, "<f4").reshape(shape).astype(np.float32)
    return array


def strictly_correct(predictions: Predictions) -> NDArray[np.bool_]:
    """(n,) True where the largest of all outputs is the label's; of equal ones the first in the model's order counts.

    A row with a value that is not finite is no answer, and so not correct.
    """
    import numpy as np

    outputs = predictions.emotion
    answered: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(outputs), axis=1)
    labels = np.array([predictions.classes.index(label) for label in predictions.labels], dtype=np.int64)
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
