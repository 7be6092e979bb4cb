"""Which frames of a sequence are tested, for sequences that run from a neutral face to the peak of an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ferbench.errors import DataError
from ferbench_datasets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Frame = TypeVar("Frame")

#: Frames that are taken from the end of a sequence, by the value of the option `frames`.
FROM_THE_END: Mapping[str, int] = {"peak": 1, "last3": 3}


def last_frames(asked: str, sequence: str, frames: Sequence[Frame], count: int) -> Sequence[Frame]:
    """The last frames of a sequence, in order.

    Raises:
        DataError: it has fewer.
    """
    if len(frames) < count:
        raise DataError(
            asked,
            f"The sequence {shown(sequence)} has {len(frames)} frames where {count} are needed.",
            "Unpack the sequence again, or pass frames=peak.",
        )
    return frames[-count:]
