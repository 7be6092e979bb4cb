"""What a bundle holds: one run for another lab, with or without the labels of its images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ferbench.bundles.assembling import Images, assembled
from ferbench.bundles.identifiers import pseudonyms
from ferbench.errors import NotComparable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.bundles.schema import About
    from ferbench.results import RunResult, Score, TestSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A run as a file carries it. `sha256` is that of the file, `record` has no seal.

    `ids`, `digests`, `labels`, `attributes` and the rows of `outputs` have one order. Where `labels` is None they are
    withheld: the images of a set that is not free to pass on. Where `ids_withheld`, the ids are pseudonyms, which
    `result_for` turns back.
    """

    sha256: str
    about: About
    record: Mapping[str, Any]
    scores: tuple[Score, ...]
    outputs: Mapping[str, NDArray[np.float32]]
    ids: tuple[str, ...]
    digests: tuple[str, ...]
    labels: tuple[str, ...] | None
    attributes: tuple[Mapping[str, str], ...]

    @property
    def run_id(self) -> str:
        """UUID of the run."""
        return str(self.record["run_id"])

    @property
    def labels_withheld(self) -> bool:
        """Whether the bundle carries no labels."""
        return self.labels is None

    @property
    def ids_withheld(self) -> bool:
        """Whether the ids are pseudonyms."""
        return self.about.ids == "withheld"

    def result(self) -> RunResult:
        """The run, where the bundle carries its labels.

        Raises:
            NotComparable: they are withheld.
        """
        if self.labels is None:
            raise self.refusal(
                "It carries no labels: its images are not free to pass on.",
                "Get the data set, and name its folder: --data-root DIR.",
            )
        return self.with_labels(dict(zip(self.ids, self.labels, strict=True)))

    def with_labels(self, labels: Mapping[str, str]) -> RunResult:
        """The run with labels by id, as the bundle has the ids; other labels than its own are not noticed here.

        Raises:
            NotComparable: an image has no label, or one of another class set.
        """
        missing = [name for name in self.ids if name not in labels]
        if missing:
            found = f"{len(missing)} of its {len(self.ids)} images have no label, the first is {missing[0]}."
            raise self.refusal(found, "Supply the labels of the very same images.")
        known = tuple(labels[name] for name in self.ids)
        return self._on(Images(names=self.ids, ids=self.ids, labels=known, attributes=self.attributes))

    def result_for(self, test_set: TestSet) -> RunResult:
        """The run on a copy of its images, whose ids, labels and attributes it takes over.

        Content digests stay those of the pictures that were evaluated. Withheld ids are turned back by the digests of
        the copy, so its pictures must be the same. Images are in the order of the run as far as the bundle says it.

        Raises:
            NotComparable: the copy has other images, or labels of another class set.
        """
        names = pseudonyms(test_set) if self.ids_withheld else test_set.ids
        if len(names) != len(self.ids) or set(names) != set(self.ids):
            shared = len(set(names) & set(self.ids))
            what = " and pictures" if self.ids_withheld else ""
            found = f"It has {len(self.ids)} images, the copy {len(names)}; {shared} of them are the same."
            raise self.refusal(found, f"Supply a copy with the same ids, labels{what}.")
        attributes = test_set.attributes or ({},) * len(names)
        images = Images(names=names, ids=test_set.ids, labels=test_set.labels, attributes=attributes)
        return self._on(images.taken(self._order(images)))

    def _order(self, images: Images) -> list[int]:
        """Rows of a copy in the order of the run, as far as it is known."""
        rows = list(range(len(images.ids)))
        if self.about.order == "as evaluated":
            position = {name: row for row, name in enumerate(self.ids)}
            return sorted(rows, key=lambda row: position[images.names[row]])
        return sorted(rows, key=lambda row: images.ids[row]) if self.about.order == "by id" else rows

    def _on(self, images: Images) -> RunResult:
        """The run on images, once their labels are of its classes."""
        strange = sorted(set(images.labels) - set(self.record["dataset_classes"]))
        if strange:
            known = ", ".join(self.record["dataset_classes"])
            raise self.refusal(f"Its classes are {known}, and a label is {strange[0]}.", "Supply its own labels.")
        row_of = {name: row for row, name in enumerate(self.ids)}
        rows = [row_of[name] for name in images.names]
        images = replace(images, digests=tuple(self.digests[row] for row in rows))
        return assembled(self.record, self.scores, {name: array[rows] for name, array in self.outputs.items()}, images)

    def refusal(self, found: str, todo: str) -> NotComparable:
        """The refusal to put the run together."""
        return NotComparable(f"The run {self.run_id} of a bundle was to be put together.", found, todo)
