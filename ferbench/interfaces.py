"""What plugins hand over: entries (card + loader), and the protocols of what the loaders give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ferbench.cards import WeightsRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from ferbench.cards import DatasetCard, DetectorCard, MetricCard, ModelCard, SchemeCard
    from ferbench.emotions import ClassOrder
    from ferbench.results import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One image of a data set. `id` is canonical: it does not change with folder, extension or suffix.

    `label` is a canonical class name, `source` whatever the data set's own `read` needs to find the pixels (a path, an
    index), `group` the subject or the video that it belongs with, `soft_label` the share of the raters by class.
    """

    id: str
    label: str
    source: Any
    attributes: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    soft_label: Mapping[str, float] | None = None
    #: (left, top, right, bottom) of the face in pixels of the picture, where the set has it.
    box: tuple[float, float, float, float] | None = None


class Dataset(Protocol):
    """An opened split: rows in manifest order. Nothing is decoded, and no picture is read, at open."""

    @property
    def rows(self) -> Sequence[Row]:
        """All images of the split; ids are unique."""
        ...

    @property
    def classes(self) -> ClassOrder:
        """Classes of the set in its own index order."""
        ...

    def read(self, row: Row) -> bytes | NDArray[np.uint8]:
        """The picture of a row: the bytes of its file, undecoded, or (H, W, 3) uint8 RGB for a set without files.

        Raises:
            OSError: the file cannot be read; the image then counts as wrong and is listed.
        """
        ...


class Model(Protocol):
    """A model that is ready to run."""

    @property
    def module(self) -> torch.nn.Module | None:
        """The network, for models that are torch networks: the engine may count, fold or compile it."""
        ...

    def predict(self, batch: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        """(B, channels, H, W) float32 -> {"emotion": (B, K) float32, ...}, in the model's own class order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """A model: card, and how to get it.

    A torch network gives `build(num_classes, **options)`, and `rules` by which the harness reads its checkpoints.
    Anything else gives `open(path, classes, preprocess, **options)`, a Model that reads its own file.
    """

    card: ModelCard
    build: Callable[..., torch.nn.Module] | None = None
    rules: WeightsRules = field(default_factory=WeightsRules)
    open: Callable[..., Model] | None = None
    #: The file that the model is, where it is one: network, weights and all, so that no checkpoint is asked for.
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelScheme:
    """Models that are not listed one by one: `NAME:REST` (`timm:resnet18`, `onnx:FILE`), NAME being the card's.

    `entry(rest, options)` gives the entry of one of them; `options` are the model options of the run, which the
    entry's `build` or `open` gets again.
    """

    card: SchemeCard
    entry: Callable[[str, Mapping[str, Any]], ModelEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetEntry:
    """A data set: card, and how to open it.

    `open(root, split, **options)` finds the split under the folder `root`, None where the card needs none. It raises
    DataNotFound where no known layout is, DataError where one is and cannot be used (a label outside the list, an id
    that stands twice), and UsageError for a split or an option that means nothing.
    """

    card: DatasetCard
    open: Callable[..., Dataset]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricEntry:
    """A metric: card, and a pure function of the answers.

    It gives a float for a scalar, (n_labels,) for `per_class`, (n_labels, K) for `matrix`; NaN where the value does not
    exist. `reference`, where there is one, is an independent implementation: `ferbench plugin check` holds the two
    against each other.
    """

    card: MetricCard
    compute: Callable[[Answers], float | NDArray[np.float64]]
    reference: Callable[[Answers], float | NDArray[np.float64]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Face:
    """A face that a detector found in a picture, in pixels from its upper left corner.

    `box` is (left, top, right, bottom) and may reach beyond the picture. `landmarks` is (5, 2), x and y: the eye and
    then the other eye from left to right in the picture, the tip of the nose, the corners of the mouth from left to
    right; None where the detector has none. Of two equally large faces the one with the higher `score` counts.
    """

    box: tuple[float, float, float, float]
    score: float
    landmarks: NDArray[np.float64] | None = None


class Detector(Protocol):
    """A face detector that is ready to run."""

    def detect(self, pixels: NDArray[np.uint8]) -> Sequence[Face]:
        """(H, W, 3) uint8 RGB -> its faces in any order, none where there are none.

        It is called from several threads at a time, gives the same for the same picture, and leaves the picture as it
        is.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorEntry:
    """A face detector: card, and how to open it.

    `open(**options)` may raise ExtraNotInstalled for a library that is not here, and UsageError for an option that
    means nothing.
    """

    card: DetectorCard
    open: Callable[..., Detector]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A ledger of claims: its name, and the TOML file that holds them. It is read when somebody asks for claims."""

    name: str
    path: Path

    def __post_init__(self) -> None:
        # It is opened only when somebody asks for claims; a wrong type is named while its plugin is loaded.
        if not hasattr(self.path, "is_file"):
            raise TypeError(f"The path of the ledger {self.name!r} is {self.path!r}, which is no pathlib.Path.")

    @property
    def card(self) -> LedgerEntry:
        """The entry itself: a ledger has no facts beside its file."""
        return self


Entry = ModelEntry | ModelScheme | DatasetEntry | MetricEntry | DetectorEntry | LedgerEntry
