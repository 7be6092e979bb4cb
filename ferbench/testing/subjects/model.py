"""A model as checks look at it: built or opened, with a checkpoint or stirred, asked about drawn pictures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ferbench.interfaces import ModelEntry
from ferbench.pipeline.checkpoints import load_strictly, read_checkpoint, state_dict
from ferbench.pipeline.counting import count
from ferbench.pipeline.export.parity import probe_images
from ferbench.pipeline.load_alone import load_alone
from ferbench.pipeline.recorded_facts import recorded_classes
from ferbench.testing.check import NotApplicable, Skipped
from ferbench.testing.processes.start import in_new_process
from ferbench.testing.stirring import stir
from ferbench.testing.subjects.base import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from ferbench.cards import Preprocess, WeightsCard
    from ferbench.catalog import Catalog
    from ferbench.emotions import ClassOrder
    from ferbench.pipeline.checkpoints import Checkpoint
    from ferbench.pipeline.counting import Counts
    from ferbench.pipeline.load import Loaded

#: Pictures that a model is asked about.
IMAGES = 4
#: Classes of a network whose card and weights name none.
USUAL_CLASSES = 7


@dataclass(frozen=True, kw_only=True)
class ModelSubject(Subject[ModelEntry]):
    """A model. `catalog` is what runs the files that it is exported to, `given` a checkpoint of the user."""

    catalog: Catalog
    given: Path | None = None
    #: SHA-256 of the tensor that each description of the input makes of one picture, as its author wrote it down.
    golden: Mapping[str, str] = field(default_factory=dict)

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

    @cached_property
    def counts(self) -> Counts:
        """What is counted of the network, for one picture of the card's size."""
        return count(self.network(), (self.images.shape[1], self.images.shape[2], self.images.shape[3]))

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
