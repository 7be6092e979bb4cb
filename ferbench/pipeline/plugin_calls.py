"""The border to plugins: what their code raises, or gives that it must not give, becomes an error that names them."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ferbench.catalog import Registered
from ferbench.errors import PluginError
from ferbench.interfaces import ModelEntry, Row
from ferbench.plugin_manager.containment import contained
from ferbench.plugin_manager.faults import by_user, on_purpose, said_by, shortened, shown, text_of
from ferbench.plugin_manager.witness import note_call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from ferbench.catalog import Catalog, Origin
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import Dataset, DatasetEntry, MetricEntry
    from ferbench.results import Answers


@dataclass(slots=True)
class blamed:  # noqa: N801 - called as the functions of contextlib are
    """Name the plugin in whatever its code raises, an exit of the process included.

    Errors of ferbench's own kind, which a plugin may raise on purpose, stay as they are, and so do those of `passing`
    and Ctrl+C. This is all that surrounds a single batch or picture, and no generator, for which every picture would
    wait a little longer. `called` is for everything else.
    """

    registered: Registered[Any]
    asked: str
    passing: tuple[type[Exception], ...] = ()

    def __enter__(self) -> None:
        origin = self.registered.origin
        note_call(origin.plugin, origin.distribution, origin.version, self.asked)

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if error is None or isinstance(error, self.passing) or on_purpose(error) or by_user(error):
            return
        place = place_of(error, self.registered.origin)
        said = f"raised {type(error).__name__}{place}: {shortened(text_of(error))}"
        todo = "Check the options that it was given, or mend the plugin."
        raise at_fault(self.registered, self.asked, said, todo) from error


@contextmanager
def called(registered: Registered[Any], asked: str) -> Iterator[None]:
    """As `blamed`; and what the plugin does to the process meanwhile is put back."""
    with contained(), blamed(registered, asked):
        yield


@contextmanager
def one_pass(model: Registered[Any], asked: str) -> Iterator[None]:
    """Batches run through plugins here, and harness code between them; what they changed is put back at the end.

    Raises:
        PluginError: something else than a plugin's own code raised, after plugins had changed what it stands on.
    """
    changed: list[str] = []
    try:
        with contained() as found:
            changed = found
            yield
    except Exception as error:
        harmful = [part for part in changed if not part.startswith("random numbers")]
        if on_purpose(error) or not harmful:
            raise
        said = f"or that of the data set changed the environment of the pass ({', '.join(harmful)}): {said_by(error)}"
        raise at_fault(model, asked, said, "Leave alone what belongs to the whole process.") from error


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
    with called(registered, asked):
        entry = registered.entry.entry(rest, options)
    if isinstance(entry, ModelEntry):
        return Registered(entry=entry, origin=registered.origin)
    raise at_fault(
        registered, asked, f"gave {shown(entry)}.", "entry(rest, options) gives a ferbench.interfaces.ModelEntry."
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
    with called(registered, asked):
        dataset = registered.entry.open(root, split, **options)
        rows, classes = tuple(dataset.rows), tuple(dataset.classes)
        layout = getattr(dataset, "layout", None)
        layout = None if layout is None else str(layout)
    strange = next((row for row in rows if not is_row(row)), None)
    if strange is not None:
        todo = "Rows are ferbench.interfaces.Row; ids, labels and attributes are texts."
        raise at_fault(registered, asked, f"gave the row {shown(strange)}.", todo)
    return PluginDataset(dataset, registered, rows, classes, layout)


def is_row(value: object) -> bool:
    """Whether a value is a row with texts where texts belong."""
    return isinstance(value, Row) and all(
        isinstance(text, str) for text in (value.id, value.label, *value.attributes, *value.attributes.values())
    )


def plugin_metric(registered: Registered[MetricEntry]) -> MetricEntry:
    """A metric whose compute() gives float64 of the shape that its card states, or a PluginError.

    It sees the answers and cannot change them: the metrics after it are given the same.
    """
    entry = registered.entry
    asked = f"The metric {entry.card.name!r} was to be computed."

    def compute(answers: Answers) -> NDArray[np.float64]:
        with called(registered, asked):
            value = as_float64(entry.compute(read_only(answers)))
        n_labels, k = answers.n_labels, len(answers.classes)
        expected = {"scalar": (), "per_class": (n_labels,), "matrix": (n_labels, k)}[entry.card.shape]
        if value.shape == expected:
            return value
        said = f"gave an array of shape {value.shape} where {expected} was expected."
        raise at_fault(registered, asked, said, f"The card says {entry.card.shape!r}: give that, or change the card.")

    return replace(entry, compute=compute)


def read_only(answers: Answers) -> Answers:
    """The same answers in arrays that refuse to be written."""
    arrays = {name: getattr(answers, name).view() for name in ("y_true", "y_pred", "probabilities")}
    for array in arrays.values():
        array.flags.writeable = False
    return replace(answers, **arrays)


def as_float64(value: Any) -> NDArray[np.float64]:
    """Numbers that are finite, or NaN where a value does not exist."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"compute() gave {shown(value)}, which is no number and no array of numbers")
    if np.isinf(array).any():
        raise ValueError("compute() gave an infinity; a value that does not exist is NaN")
    return array.astype(np.float64, copy=False)
