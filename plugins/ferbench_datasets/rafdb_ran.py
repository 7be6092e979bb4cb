"""How RAN's lists name pictures of RAF-DB: `3/test_0009_aligned.jpg`, and with types `test_0003_aligned 3 4`."""

from __future__ import annotations

from ferbench_datasets.rafdb_card import CLASSES
from ferbench_datasets.rafdb_names import canonical_id
from ferbench_datasets.ran_lists import POSE_LINE, RanList, RanLists

RAN = RanLists(
    folder="RAF_DB_dir",
    split="test",
    lists=(
        RanList(
            attribute="occlusion",
            file="rafdb_occlusion_list.txt",
            line=r"(?P<name>[^/.\s]+)\s+(?P<code>[0-9]{1,2})\s+(?P<type>[1-4])",
        ),
        RanList(attribute="pose30", file="val_raf_db_list.txt", line=POSE_LINE),
        RanList(attribute="pose45", file="val_raf_db_list_45.txt", line=POSE_LINE),
    ),
    classes=CLASSES,
    canonical_id=canonical_id,
    naming="its lines name official test pictures, such as test_0009_aligned, with classes counted from 0",
)
