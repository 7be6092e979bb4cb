"""The drawn faces as a data set: from memory, or from the tree of files that `write_tree` made of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ferbench.errors import DataNotFound
from ferbench.interfaces import Row
from ferbench_synthetic.expression import CLASSES
from ferbench_synthetic.split import faces

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ferbench_synthetic.face import Face


@dataclass(frozen=True, slots=True)
class DrawnFaces:
    """Faces that are drawn when they are read."""

    rows: Sequence[Row]
    classes: tuple[str, ...] = CLASSES
    layout: str = "drawn in memory"

    def read(self, row: Row) -> NDArray[np.uint8]:
        """(64, 64, 3) uint8 RGB."""
        pixels: NDArray[np.uint8] = row.source.draw()
        return pixels


@dataclass(frozen=True, slots=True)
class FaceFiles:
    """Faces in a tree that `write_tree` made."""

    rows: Sequence[Row]
    classes: tuple[str, ...] = CLASSES
    layout: str = "PPM files in SPLIT/CLASS/"

    def read(self, row: Row) -> bytes:
        """The bytes of a PPM file."""
        data: bytes = row.source.read_bytes()
        return data


def open_faces(root: Path | None, split: str) -> DrawnFaces | FaceFiles:
    """A split, drawn in memory without a root.

    Raises:
        DataNotFound: a file of the split is not in the tree below the root.
    """
    drawn = faces(split)
    if root is None:
        return DrawnFaces([row_of(face, face) for face in drawn])
    paths = [file_of(face, root / split) for face in drawn]
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise DataNotFound(
            f"The {split} split of the synthetic faces was to be read from {root}.",
            f"{len(missing)} of its {len(paths)} files are missing, the first is {missing[0].name}.",
            f"Write it with: python -m ferbench_synthetic.write {root} --split {split}; or leave --data-root out.",
        )
    return FaceFiles([row_of(face, path) for face, path in zip(drawn, paths, strict=True)])


def row_of(face: Face, source: Face | Path) -> Row:
    """The row of a face: attributes as text, as every data set gives them."""
    attributes = {name: str(value) for name, value in asdict(face.attributes()).items()}
    return Row(id=face.id, label=face.label, source=source, attributes=attributes)


def file_of(face: Face, folder: Path) -> Path:
    """Where a face lies below the folder of its split."""
    return folder / face.label / f"{face.id}.ppm"
