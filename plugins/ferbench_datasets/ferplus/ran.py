"""RAN's hard subsets of FERPlus as attributes: `0_fer0034656.png 8 0` for occluded faces, `0/fer0032226.jpg` for poses.

What the two numbers of an occluded face are is nowhere said, so that they give no attribute. The lists label pictures
by a rule of their own, and some of their pictures are in no split under another rule: what counts here is the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import DataError
from ferbench_datasets.ferplus.card import RAN_SUBSETS
from ferbench_datasets.ferplus.names import canonical_id
from ferbench_datasets.ferplus.rules import EMOTIONS
from ferbench_datasets.ran_lists import POSE_LINE, RanList, RanLists, read_list
from ferbench_datasets.wording import first_few, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

RAN = RanLists(
    folder="FERplus_dir",
    split="test",
    lists=(
        RanList(
            attribute="occlusion",
            file="jianfei_occlusion_list.txt",
            line=r"(?P<code>[0-9]{1,2})_(?P<name>[^/.\s]+)\.\w+\s+[0-9]+\s+[0-9]+",
        ),
        RanList(attribute="pose30", file="pose_30_ferplus_list.txt", line=POSE_LINE),
        RanList(attribute="pose45", file="pose_45_ferplus_list.txt", line=POSE_LINE),
    ),
    classes=EMOTIONS,
    canonical_id=canonical_id,
    naming="its lines name pictures of PrivateTest, such as 0/fer0032226.jpg, with classes counted from 0",
)


def hard_subsets(
    folder: Path, ids: Collection[str], pictures: Collection[str]
) -> tuple[Mapping[str, dict[str, str]], str]:
    """Id -> attributes of the rows `ids` by the lists that are in the folder, and these lists in words.

    Raises:
        DataError: a line of another form, or one that names none of `pictures`, all of PrivateTest.
    """
    attributes: dict[str, dict[str, str]] = {name: {} for name in ids}
    words = []
    for item in RAN.lists:
        path = folder / item.file
        if path.is_file():
            listed = read_list(path, item, RAN).keys()
            require_pictures(path, sorted(listed - set(pictures)))
            inside, outside = RAN_SUBSETS[item.attribute]
            for name, values in attributes.items():
                values[item.attribute] = inside if name in listed else outside
            words.append(f"{item.file} ({len(listed & attributes.keys())} of {len(listed)})")
    return attributes, f"; RAN's {', '.join(words)}"


def require_pictures(path: Path, strange: list[str]) -> None:
    """Refuse a list that names pictures that are none of PrivateTest."""
    if strange:
        raise DataError(
            f"The pictures of RAN's list {shown(path)} were looked for in PrivateTest.",
            f"{len(strange)} are none of it: {first_few(strange)}.",
            f"Restore the list: {RAN.naming}.",
        )
