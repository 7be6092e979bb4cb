"""The pictures of open splits: each is read once, and compared with all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.doctor.looks import look_at_all
from ferbench.doctor.twins import find_twins

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from ferbench.doctor.looks import Look
    from ferbench.doctor.opening import OpenSplit
    from ferbench.doctor.twins import Comparison
    from ferbench.interfaces import Dataset, Row


def look_once(splits: Sequence[OpenSplit], workers: int, progress: Callable[[int, int], None]) -> dict[str, list[Look]]:
    """The looks of all rows by the name of their split; a picture that stands in several splits is read once."""
    pictures: dict[Hashable, tuple[Dataset, Row]] = {}
    keys = {split.name: split.picture_keys() for split in splits}
    for split in splits:
        for key, row in zip(keys[split.name], split.rows, strict=True):
            pictures.setdefault(key, (split.opened, row))
    looks = dict(zip(pictures, look_at_all(list(pictures.values()), workers, progress), strict=True))
    return {name: [looks[key] for key in of_split] for name, of_split in keys.items()}


def twins_among(splits: Sequence[OpenSplit], looks: Mapping[str, Sequence[Look]]) -> Comparison:
    """The twins among all pictures of some splits."""
    members = [member for split in splits for member in split.members()]
    return find_twins(members, [look for split in splits for look in looks[split.name]])
