"""Write a split to disk: `python -m ferbench_synthetic.write FOLDER --split test`.

Binary PPM is a short header and the raw bytes, so the files are the same whatever program or version writes them.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench_synthetic.attributes import FaceAttributes
from ferbench_synthetic.dataset import file_of
from ferbench_synthetic.split import SIZES, faces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def ppm(pixels: NDArray[np.uint8]) -> bytes:
    """(H, W, 3) uint8 RGB as the bytes of a binary PPM file (P6)."""
    height, width, _ = pixels.shape
    return f"P6\n{width} {height}\n255\n".encode() + pixels.tobytes()


def write_tree(folder: Path, split: str) -> None:
    """FOLDER/SPLIT/CLASS/ID.ppm for every face, and FOLDER/SPLIT.csv with path, label, id and attributes."""
    drawn = faces(split)
    for face in drawn:
        path = file_of(face, folder / split)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(ppm(face.draw()))
    with (folder / f"{split}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["path", "label", "id", *[field.name for field in fields(FaceAttributes)]])
        for face in drawn:
            place = file_of(face, Path(split)).as_posix()
            writer.writerow([place, face.label, face.id, *asdict(face.attributes()).values()])


def main() -> None:
    """Write one split."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", choices=sorted(SIZES), default="test")
    arguments = parser.parse_args()
    write_tree(arguments.folder, arguments.split)


if __name__ == "__main__":
    main()
