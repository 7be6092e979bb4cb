"""What is exported: a model with its weights, loaded as for a run, and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ferbench.card_file import CardFile
from ferbench.errors import UsageError
from ferbench.pipeline.checkpoints import load_strictly, state_dict
from ferbench.pipeline.load import build, module_sha256
from ferbench.pipeline.plugin_calls import find_model
from ferbench.pipeline.weights import (
    ASSUMED,
    checkpoint_path,
    class_order_of,
    preprocess_of,
    require_pinned,
    weights_of,
)

if TYPE_CHECKING:
    from torch import nn

    from ferbench.cards import Preprocess
    from ferbench.catalog import Catalog, Registered
    from ferbench.config import Settings
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import ModelEntry
    from ferbench.pipeline.weights import Weights
    from ferbench.spec import RunSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A network with its weights, in eval mode on the CPU; `classes` None: nothing states their order."""

    spec: RunSpec
    model: Registered[ModelEntry]
    network: nn.Module
    num_classes: int
    weights: Weights
    weights_sha256: str
    classes: ClassOrder | None
    class_order_source: str
    preprocess: Preprocess

    def card(self, file_sha256: str) -> CardFile:
        """The card of the file that is made of it."""
        return CardFile(
            preprocess=self.preprocess,
            output="logits" if self.model.entry.card.output == "logits" else "softmax",
            classes=self.classes,
            made_from={**self.origin(), "file_sha256": file_sha256},
        )

    def origin(self) -> dict[str, Any]:
        """Where the file comes from; of released weights also what is known about them."""
        released = self.weights.card
        known = ("dataset", "selection", "extra_data", "licence") if released else ()
        return {
            "model": self.spec.model,
            "model_options": [f"{key}={value}" for key, value in self.spec.model_options.items()] or None,
            "weights": self.weights.name,
            "weights_sha256": self.weights_sha256,
            "class_order_source": self.class_order_source,
            **{name: getattr(released, name) for name in known},
            "ferbench": version("ferbench"),
            "torch": version("torch"),
        }


def source_of(spec: RunSpec, num_classes: int | None, catalog: Catalog, settings: Settings) -> Source:
    """Find, build and load what is to be exported, exactly as a run would; `spec.dataset` may be empty.

    Raises:
        UsageError: the model is no torch network, or is a file already; nothing says how many classes it has.
        MissingError, WeightsError, PluginError: as for a run.
    """
    model = find_model(catalog, spec.model, spec.model_options)
    require_network(model)
    data_classes = catalog.datasets.get(spec.dataset).entry.card.classes or () if spec.dataset else ()
    weights = weights_for(spec, model.entry, settings)
    require_pinned(weights, model.entry.card, settings)
    classes, source = class_order_of(spec, model.entry.card, weights, data_classes)
    outputs = number_of_classes(spec, classes, source, num_classes)
    network = build(model, outputs, spec.model_options, spec.seed).eval()
    if weights.checkpoint is not None:
        load_strictly(network, state_dict(weights.checkpoint, model.entry.rules), str(weights.path))
    return Source(
        spec=spec,
        model=model,
        network=network,
        num_classes=outputs,
        weights=weights,
        weights_sha256=weights.sha256 or module_sha256(network),
        classes=None if source == ASSUMED else classes,
        class_order_source=source,
        preprocess=preprocess_of(spec, model.entry.card, weights),
    )


def require_network(model: Registered[ModelEntry]) -> None:
    """Refuse what cannot be traced, or need not be."""
    name = model.entry.card.name
    if model.entry.build is None or model.entry.file is not None:
        raise UsageError(
            f"The model {name} was to be exported.",
            "It is no torch network of a plugin: its file is all that there is.",
            "Export a model that is built and loads a checkpoint, see: ferbench list models",
        )


def weights_for(spec: RunSpec, entry: ModelEntry, settings: Settings) -> Weights:
    """The weights that a run with this specification would use."""
    if spec.weights is None and not spec.dataset and not entry.card.self_contained:
        raise UsageError(
            f"The model {entry.card.name} was to be exported.",
            "Nothing says with which weights.",
            "Pass --weights FILE, or --dataset NAME for the weights that a run on that data set would take.",
        )
    return weights_of(spec, entry, checkpoint_path(spec, entry, settings))


def number_of_classes(spec: RunSpec, classes: ClassOrder, source: str, asked: int | None) -> int:
    """How many outputs the network gets: as many as the class order has, or as are asked for where none is stated."""
    stated = 0 if source == ASSUMED else len(classes)
    if asked and stated and asked != stated:
        raise UsageError(
            f"The model {spec.model} was to be exported with {asked} classes.",
            f"Its class order has {stated}: {', '.join(classes)} ({source}).",
            "Leave --num-classes out, or pass the --class-order of the weights.",
        )
    if asked or classes:
        return asked or len(classes)
    raise UsageError(
        f"The model {spec.model} was to be exported.",
        "Nothing says how many classes it has, or what they are.",
        "Pass --class-order, which the card of the file then states; --num-classes if the order is not known.",
    )
