"""Which program wrote a checkpoint, judged by what stands at its top level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.pipeline.state_dicts import only_optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ferbench.catalog import Registered
    from ferbench.interfaces import ModelEntry
    from ferbench.pipeline.checkpoints import Checkpoint

#: Top-level keys of training frameworks. Those of single models are declared by their plugins, as `training_keys`.
_FRAMEWORKS = {
    "PyTorch Lightning": {"pytorch-lightning_version", "state_dict"},
    "mmcv": {"meta", "state_dict"},
}


def origin_of(checkpoint: Checkpoint, models: Iterable[Registered[ModelEntry]]) -> str:
    """Who writes such files, as far as plugins and known frameworks tell; several may write the same keys."""
    from torch import Tensor

    content = checkpoint.content
    if only_optimizer(checkpoint):
        return "the state of an optimizer alone, without weights"
    if all(isinstance(value, Tensor) for value in content.values()):
        return "a plain state dict"
    declared = {model.origin.plugin: set(model.entry.rules.training_keys) for model in models}
    writers = {f"the training of plugin {plugin}": keys for plugin, keys in declared.items() if keys} | _FRAMEWORKS
    fitting = {writer: keys for writer, keys in writers.items() if keys <= content.keys()}
    most = max(map(len, fitting.values()), default=0)
    names = [writer for writer, keys in fitting.items() if len(keys) == most]
    return f"a file as {' or '.join(names)} writes it" if names else "a file of an unknown training"
