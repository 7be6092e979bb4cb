"""Exported networks: `torchscript:FILE` and `onnx:FILE`, with the facts of a small card or of options.

An ONNX file is data: onnxruntime runs its operators and no code of its author. A TorchScript file is a program: loading
and running it does what its author wrote, with your rights. Take one only from somebody you trust.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ferbench.cards import SchemeCard
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry, ModelScheme
from ferbench_exported.exported_file import ExportedFile

if TYPE_CHECKING:
    from collections.abc import Mapping

_FACTS = "its card FILE.toml, or options, say how pictures become its input and what its output is"

TORCHSCRIPT = SchemeCard(
    name="torchscript", summary=f"TorchScript file, which is a program: run only one you trust; {_FACTS}", rest="FILE"
)
ONNX = SchemeCard(
    name="onnx",
    summary=f"ONNX file, run by onnxruntime on the CPU (pip install 'ferbench[onnx]'); {_FACTS}",
    rest="FILE",
)


def torchscript_entry(rest: str, options: Mapping[str, Any]) -> ModelEntry:
    """The network of a TorchScript file, which the harness runs as any other torch network."""
    from ferbench_exported.torchscript import build

    file = ExportedFile.read(TORCHSCRIPT.name, rest, options)
    return ModelEntry(card=file.model_card(), build=partial(build, file), file=file.path)


def onnx_entry(rest: str, options: Mapping[str, Any]) -> ModelEntry:
    """The network of an ONNX file; `output_name` is an option of its own, beside those of the card."""
    from ferbench_exported.onnx import open_session

    facts = {key: value for key, value in options.items() if key != "output_name"}
    file = ExportedFile.read(ONNX.name, rest, facts)
    return ModelEntry(card=file.model_card(), open=partial(open_session, file), file=file.path)


@hookimpl
def ferbench_models() -> list[ModelScheme]:
    """Two schemes."""
    return [
        ModelScheme(card=TORCHSCRIPT, entry=torchscript_entry),
        ModelScheme(card=ONNX, entry=onnx_entry),
    ]
