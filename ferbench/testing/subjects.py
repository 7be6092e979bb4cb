"""What checks look at: an entry of a plugin, where the plugin lies, and what a user would hand over with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from ferbench.interfaces import DatasetEntry, MetricEntry, ModelEntry
from ferbench.pipeline.checkpoints import load_strictly, read_checkpoint, state_dict
from ferbench.pipeline.export.parity import probe_images
from ferbench.pipeline.load_alone import load_alone
from ferbench.pipeline.plugin_calls import open_dataset, plugin_metric
from ferbench.pipeline.recorded_facts import recorded_classes
from ferbench.testing.check import NotApplicable, Skipped
from ferbench.testing.processes.start import discovery, in_new_process
from ferbench.testing.stirring import stir

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch
    from numpy.typing import NDArray

    from ferbench.cards import Preprocess, WeightsCard
    from ferbench.catalog import Catalog, Registered
    from ferbench.emotions import ClassOrder
    from ferbench.pipeline.checkpoints import Checkpoint
    from ferbench.pipeline.load import Loaded
    from ferbench.pipeline.plugin_calls import PluginDataset
    from ferbench.results import Answers
    from ferbench.testing.check import Kind
    from ferbench.testing.place import Place

#: Pictures that a model is asked about.
IMAGES = 4
#: Classes of a network whose card and weights name none.
USUAL_CLASSES = 7

E_co = TypeVar("E_co", ModelEntry, DatasetEntry, MetricEntry, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Subject(Generic[E_co]):
    """An entry as it was asked for. `place` is None where an entry was handed over, and no plugin."""

    name: str
    kind: Kind
    registered: Registered[E_co]
    place: Place | None
    options: Mapping[str, Any] = field(default_factory=dict)

    def found_again(self) -> Place:
        """Where a new process finds the plugin."""
        if self.place is None:
            raise NotApplicable("an entry was handed over, which no new process could find: name the plugin instead")
        return self.place


@dataclass(frozen=True, kw_only=True)
class ModelSubject(Subject[ModelEntry]):
    """A model. `catalog` is what runs the files that it is exported to, `given` a checkpoint of the user."""

    catalog: Catalog
    given: Path | None = None

    @property
    def entry(self) -> ModelEntry:
        """Card and loader."""
        return self.registered.entry

    @cached_property
    def weights(self) -> Path | None:
        """The checkpoint that is looked at: the user's, else one that comes with the plugin."""
        packaged = (card.path for card in self.entry.card.weights if card.path and card.dataset)
        return self.given or (None if self.entry.file else next(packaged, None))

    @cached_property
    def checkpoint(self) -> Checkpoint | None:
        """What the harness reads of it; None where there is none, or where the model reads it itself."""
        return None if self.weights is None or self.entry.build is None else read_checkpoint(self.weights)

    @cached_property
    def classes(self) -> ClassOrder:
        """Classes of the checkpoint, else of the card; () where nothing names them."""
        released = self.released
        return recorded_classes(self.checkpoint) or (released and released.classes) or self.entry.card.classes or ()

    @cached_property
    def released(self) -> WeightsCard | None:
        """What the model's card says of the checkpoint, by the name of its file."""
        return self.entry.card.released_file(self.weights.name) if self.weights else None

    @cached_property
    def preprocess(self) -> Preprocess:
        """How a run prepares pictures for the checkpoint: as its own card says, else as the model's."""
        return (self.released and self.released.preprocess) or self.entry.card.preprocess

    @property
    def num_classes(self) -> int:
        """How many outputs the model is built with."""
        return len(self.classes) or USUAL_CLASSES

    @cached_property
    def loaded(self) -> Loaded:
        """The model, with its checkpoint; without one stirred, so that nothing that starts as zero hides behind it."""
        return self.load(self.num_classes)

    def load(self, num_classes: int) -> Loaded:
        """The model anew, as `loaded` has it; another number of classes gets no checkpoint."""
        entry = self.entry
        if entry.open is not None and entry.file is None and not entry.card.self_contained:
            if self.weights is None:
                raise Skipped("the model reads a file of its own, and none is here: name one with --weights")
            entry = replace(entry, file=self.weights)
        loaded = load_alone(replace(self.registered, entry=entry), num_classes, self.options, "cpu")
        network = loaded.model.module
        if entry.build is None or network is None:
            return loaded
        if self.checkpoint is not None and num_classes == self.num_classes:
            load_strictly(network, state_dict(self.checkpoint, entry.rules), str(self.weights))
        elif not entry.card.self_contained and entry.file is None:
            stir(network)
        return loaded

    @cached_property
    def images(self) -> NDArray[np.float32]:
        """(IMAGES, channels, height, width) drawn pictures, prepared as `preprocess` says."""
        return probe_images(self.preprocess, IMAGES)

    @cached_property
    def outputs(self) -> NDArray[np.float32]:
        """(IMAGES, K) `emotion` of the pictures, all in one batch."""
        return self.answers(self.images)

    def answers(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, K) `emotion` of pictures, all in one batch; the pictures are the model's to spoil."""
        return self.loaded.model.predict(images.copy())["emotion"]

    @cached_property
    def elsewhere(self) -> dict[str, Any]:
        """What a new process says of loading the model; see `load_model` of the tasks."""
        weights = str(self.weights.absolute()) if self.weights else None
        request = {"name": self.name, "options": dict(self.options), "weights": weights}
        return in_new_process("load_model", self.found_again(), **request)

    def network(self) -> torch.nn.Module:
        """The network of a plugin that builds one; files, and models without a network, are as they are."""
        module = None if self.entry.build is None or self.entry.file is not None else self.loaded.model.module
        if module is None:
            raise NotApplicable("the plugin builds no torch network")
        return module


@dataclass(frozen=True, kw_only=True)
class DatasetSubject(Subject[DatasetEntry]):
    """A data set, and where it lies."""

    root: Path | None

    def open(self, split: str | None = None) -> PluginDataset:
        """A split, by default the one that runs take by default, opened anew."""
        return open_dataset(self.registered, self.root, split or self.registered.entry.card.default_split, self.options)

    @cached_property
    def opened(self) -> PluginDataset:
        """The default split."""
        return self.open()

    @cached_property
    def elsewhere(self) -> dict[str, Any]:
        """What a new process says of opening the default split; see `open_dataset` of the tasks."""
        root = str(self.root) if self.root else None
        request = {"name": self.name, "options": dict(self.options), "root": root}
        return in_new_process("open_dataset", self.found_again(), **request)


@dataclass(frozen=True, kw_only=True)
class MetricSubject(Subject[MetricEntry]):
    """A metric."""

    def value(self, answers: Answers) -> NDArray[np.float64]:
        """What it gives, as float64 of the shape that the card states."""
        return np.asarray(plugin_metric(self.registered).compute(answers), dtype=np.float64)

    @cached_property
    def elsewhere(self) -> dict[str, Any]:
        """What a new process says of discovering the plugin; a metric has nothing to load."""
        return discovery(self.found_again())
