"""The border to plugins: what their code raises, or gives that it must not give, becomes an error that names them."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.catalog import Registered
from ferbench.errors import FerbenchError, PluginError
from ferbench.interfaces import ModelEntry, Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import torch
    from numpy.typing import NDArray

    from ferbench.catalog import Catalog, Origin
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Dataset, DatasetEntry, MetricEntry, Model
    from ferbench.results import Answers


@contextmanager
def blamed(registered: Registered[Any], asked: str, passing: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Name the plugin in whatever its code raises, an exit of the process included.

    Errors of ferbench's own kind, which a plugin may raise on purpose, stay as they are, and so do those of `passing`.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        if isinstance(error, (FerbenchError, *passing)):
            raise
        said = f"raised {type(error).__name__}{place_of(error, registered.origin)}: {error}"
        raise at_fault(registered, asked, said, "Check the options that it was given, or mend the plugin.") from error


def at_fault(registered: Registered[Any], asked: str, said: str, todo: str) -> PluginError:
    """The error that names a plugin; `said` is what it did."""
    origin = registered.origin
    return PluginError(asked, f"Plugin {origin.plugin!r} ({origin.distribution} {origin.version}) {said}", todo)


def place_of(error: BaseException, origin: Origin) -> str:
    """Where in the plugin's own source an error came up: its author gets no traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if any(Path(frame.filename).is_relative_to(path) for path in origin.sources)]
    return f" in line {own[-1].lineno} of {own[-1].filename}" if own else ""


@dataclass(frozen=True, slots=True)
class PluginModel:
    """A model of a plugin: its answers are arrays of one row an image, `emotion` with one column a class."""

    model: Model
    registered: Registered[ModelEntry]
    num_classes: int

    @property
    def module(self) -> torch.nn.Module | None:
        """The network, for models that are torch networks."""
        return getattr(self.model, "module", None)

    def predict(self, batch: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        """(B, 3, H, W) float32 -> (B, ...) float32 by output name.

        Raises:
            PluginError: the plugin's code raised, or an output has another shape.
        """
        name = self.registered.entry.card.name
        with blamed(self.registered, f"The model {name!r} was given {len(batch)} images."):
            outputs = {
                str(output): np.asarray(values, dtype=np.float32)
                for output, values in self.model.predict(batch).items()
            }
        self._check(outputs, len(batch))
        return outputs

    def _check(self, outputs: Mapping[str, NDArray[np.float32]], n: int) -> None:
        expected = (n, self.num_classes)
        shapes = {name: values.shape for name, values in outputs.items()}
        if shapes.get("emotion") == expected and all(shape[:1] == (n,) for shape in shapes.values()):
            return
        raise at_fault(
            self.registered,
            f"The model {self.registered.entry.card.name!r} was given {n} images and {self.num_classes} classes.",
            f"gave outputs of the shapes {shapes} where 'emotion' of {expected} was expected, and a row an image.",
            "Check the number of classes of the weights, --class-order, and what the network's forward returns.",
        )


@dataclass(frozen=True, slots=True)
class PluginDataset:
    """A data set of a plugin: its rows are rows, and what it reads is the bytes of a file or RGB pixels."""

    dataset: Dataset
    registered: Registered[DatasetEntry]
    rows: tuple[Row, ...]
    classes: ClassOrder
    #: The layout that was recognised, in words, where the plugin says it.
    layout: str | None

    def read(self, row: Row) -> bytes | NDArray[np.uint8]:
        """The picture of a row.

        Raises:
            OSError: the file cannot be read.
            PluginError: the plugin's code raised something else, or gave something else.
        """
        asked = f"Image {row.id!r} of {self.registered.entry.card.name} was to be read."
        with blamed(self.registered, asked, passing=(OSError,)):
            source = self.dataset.read(row)
        if isinstance(source, bytes) or is_picture(source):
            return source
        said = f"gave {type(source).__name__} {getattr(source, 'shape', '')} {getattr(source, 'dtype', '')}".rstrip()
        raise at_fault(
            self.registered, asked, f"{said}.", "read() gives the bytes of a file, or (H, W, 3) uint8 pixels in RGB."
        )


def is_picture(value: object) -> bool:
    """Whether a value is (H, W, 3) uint8 with at least one pixel."""
    return (
        isinstance(value, np.ndarray)
        and value.dtype == np.uint8
        and value.ndim == 3
        and value.shape[2] == 3
        and value.size > 0
    )


def find_model(catalog: Catalog, name: str, options: Mapping[str, Any]) -> Registered[ModelEntry]:
    """The model of a name, or the one that a scheme gives for `scheme:rest`.

    Raises:
        UnknownName: no plugin provides it.
        PluginError: several plugins do, or the scheme's code raised something that is no error of ferbench's own.
    """
    scheme, _, rest = name.partition(":")
    if name in catalog.models or not rest or scheme not in catalog.schemes:
        return catalog.models.get(name)
    registered = catalog.schemes.get(scheme)
    asked = f"The model {name!r} was asked for."
    with blamed(registered, asked):
        entry = registered.entry.entry(rest, options)
    if isinstance(entry, ModelEntry):
        return Registered(entry=entry, origin=registered.origin)
    raise at_fault(
        registered, asked, f"gave {entry!r}.", "entry(rest, options) gives a ferbench.interfaces.ModelEntry."
    )


def open_dataset(
    registered: Registered[DatasetEntry], root: Path | None, split: str, options: Mapping[str, Any]
) -> PluginDataset:
    """Open a split.

    Raises:
        DataNotFound, DataError, UsageError: as the plugin says.
        PluginError: its code raised something else, or its rows are none.
    """
    asked = f"The data set {registered.entry.card.name!r} was to be opened."
    with blamed(registered, asked):
        dataset = registered.entry.open(root, split, **options)
        rows, classes = tuple(dataset.rows), tuple(dataset.classes)
        layout = getattr(dataset, "layout", None)
    strange = next((row for row in rows if not is_row(row)), None)
    if strange is not None:
        todo = "Rows are ferbench.interfaces.Row; ids, labels and attributes are texts."
        raise at_fault(registered, asked, f"gave the row {strange!r}.", todo)
    return PluginDataset(dataset, registered, rows, classes, None if layout is None else str(layout))


def is_row(value: object) -> bool:
    """Whether a value is a row with texts where texts belong."""
    return isinstance(value, Row) and all(
        isinstance(text, str) for text in (value.id, value.label, *value.attributes, *value.attributes.values())
    )


def plugin_metric(registered: Registered[MetricEntry]) -> MetricEntry:
    """A metric whose compute() gives float64 of the shape that its card states, or a PluginError."""
    entry = registered.entry
    asked = f"The metric {entry.card.name!r} was to be computed."

    def compute(answers: Answers) -> NDArray[np.float64]:
        with blamed(registered, asked):
            value = np.asarray(entry.compute(answers), dtype=np.float64)
        n_labels, k = answers.n_labels, len(answers.classes)
        expected = {"scalar": (), "per_class": (n_labels,), "matrix": (n_labels, k)}[entry.card.shape]
        if value.shape == expected:
            return value
        said = f"gave an array of shape {value.shape} where {expected} was expected."
        raise at_fault(registered, asked, said, f"The card says {entry.card.shape!r}: give that, or change the card.")

    return replace(entry, compute=compute)
