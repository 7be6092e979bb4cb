"""Whether a checkpoint of a stranger can run code."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ferbench.errors import FerbenchError
from ferbench.pipeline.checkpoints import read_checkpoint
from ferbench.testing.check import Check, NotApplicable, require

if TYPE_CHECKING:
    from ferbench.testing.subjects import ModelSubject


class Payload:
    """Pickles itself as a call of os.mkdir: a harmless stand-in for an attacker's call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        """What the pickle asks whoever opens it to call."""
        return os.mkdir, (str(self.folder),)


def refuses_code(model: ModelSubject) -> str:
    """Hand over a checkpoint that asks for a call of os.mkdir, and look whether the folder is there afterwards."""
    import torch

    entry = model.entry
    if entry.file or entry.card.self_contained:
        raise NotApplicable("the model reads no checkpoint")
    with TemporaryDirectory(prefix="ferbench-check-") as folder:
        path, canary = Path(folder) / "hostile.pth", Path(folder) / "made"
        torch.save({"state_dict": {"weight": torch.zeros(3)}, "epoch": Payload(canary)}, path)
        said = read(model, path)
        require(not canary.exists(), "a checkpoint that asks for a call of os.mkdir made its folder")
    require(bool(said), "a checkpoint that asks for a call of os.mkdir was opened without a word")
    return f"a checkpoint that asks for a call of os.mkdir is refused ({said})"


def read(model: ModelSubject, path: Path) -> str:
    """What is raised when the model, or the harness for it, opens a file; empty for nothing."""
    try:
        if model.entry.open is None:
            read_checkpoint(path)
        else:
            classes = model.entry.card.classes or tuple(f"class {number}" for number in range(model.num_classes))
            model.entry.open(path, classes, model.preprocess, **model.options)
    except FerbenchError as error:
        return type(error).__name__
    except Exception as error:  # noqa: BLE001 - a plugin may refuse a file in any way
        return type(error).__name__
    return ""


CHECKS = (
    Check(
        name="refuses-code",
        kinds=("model",),
        asks="A checkpoint that asks for code is refused, and its code does not run.",
        mend="Let the harness read checkpoints (`build` and `rules`); in open(), never unpickle: "
        "torch.load(weights_only=True) or safetensors.",
        run=refuses_code,
    ),
)
