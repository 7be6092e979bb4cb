"""Whether a network can be written as a file for other programs, and says the same from there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ferbench.card_file import card_path, toml_text
from ferbench.pipeline.checkpoints import sha256_file
from ferbench.pipeline.export.export import proven, write
from ferbench.pipeline.export.formats import SUFFIXES, require_extra
from ferbench.pipeline.export.source import Source
from ferbench.pipeline.weights import Weights
from ferbench.spec import RunSpec
from ferbench.testing.check import Check, Skipped
from ferbench.testing.subjects import IMAGES

if TYPE_CHECKING:
    from ferbench.pipeline.export.formats import Format
    from ferbench.testing.subjects import ModelSubject


def exports(form: Format, model: ModelSubject) -> str:
    """Write the network, run the file as a run would, and compare the answers."""
    source = source_of(model)
    require_extra(form)
    if form not in model.catalog.schemes:
        raise Skipped(f"no plugin is loaded that runs {form} files")
    with TemporaryDirectory(prefix="ferbench-check-") as folder:
        draft = Path(folder) / f"network{SUFFIXES[form]}"
        write(source, form, draft)
        card_path(draft).write_text(toml_text(source.card(sha256_file(draft))), encoding="utf-8")
        found = proven(source, form, draft, model.catalog, IMAGES)
    return f"the file says what the network says, to {max(parity.max_change for parity in found):.1e} of an output"


def source_of(model: ModelSubject) -> Source:
    """What is exported: the network as the checks have it."""
    return Source(
        spec=RunSpec(model=model.name, dataset=""),
        model=model.registered,
        network=model.network(),
        num_classes=model.num_classes,
        weights=Weights(name="those of the check", sha256=""),
        weights_sha256="",
        classes=None,
        class_order_source="",
        preprocess=model.preprocess,
    )


_MEND = "Let forward depend neither on values nor on the number of pictures: no .item(), no Python loop over the batch."

CHECKS = (
    Check(
        name="exports-torchscript",
        kinds=("model",),
        asks="The network can be exported as TorchScript, and says the same from there.",
        mend=_MEND,
        run=partial(exports, "torchscript"),
    ),
    Check(
        name="exports-onnx",
        kinds=("model",),
        asks="The network can be exported as ONNX, and says the same from there.",
        mend=_MEND,
        run=partial(exports, "onnx"),
    ),
)
