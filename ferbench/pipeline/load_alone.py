"""Models ready to run without a data set and a checkpoint: those that are a file, and networks as initialised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ferbench.pipeline.load import Loaded, cpu_of, load_untrained
from ferbench.pipeline.plugin_calls import called
from ferbench.pipeline.plugin_model import PluginModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ferbench.catalog import Registered
    from ferbench.interfaces import ModelEntry


def load_alone(model: Registered[ModelEntry], num_classes: int, options: Mapping[str, Any], device: str) -> Loaded:
    """The model, with the preprocessing of its card; one that is no torch network runs on the CPU alone.

    Raises:
        UsageError: another device is asked for.
        WeightsError, PluginError: the file cannot be used, or the plugin's code raised.
    """
    entry = model.entry
    if entry.open is None:
        return load_untrained(model, num_classes, options, device)
    cpu = cpu_of(entry, device)
    # Where nothing names the classes there are still so many of them.
    classes = entry.card.classes or tuple(f"class {number}" for number in range(num_classes))
    with called(model, f"The model {entry.card.name!r} was to be opened."):
        opened = entry.open(entry.file, classes, entry.card.preprocess, **options)
    wrapped = PluginModel(opened, model, len(classes), entry.card.preprocess)
    return Loaded(model=wrapped, device=cpu, weights_sha256="")
