"""The whole of an export: load, write, prove, and only then put the file where it was asked for."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ferbench.card_file import card_path, toml_text
from ferbench.errors import FerbenchError, MissingError, PluginError, UsageError, VerificationFailed
from ferbench.pipeline.checkpoints import sha256_file
from ferbench.pipeline.export.formats import WRITERS, require_extra
from ferbench.pipeline.export.parity import TOLERANCE, compare, probe_images
from ferbench.pipeline.export.source import source_of
from ferbench.pipeline.load import pick_device, plain_float32
from ferbench.pipeline.load_alone import load_alone
from ferbench.pipeline.network import TorchModel
from ferbench.pipeline.plugin_calls import find_model
from ferbench.pipeline.plugin_model import PluginModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ferbench.card_file import CardFile
    from ferbench.catalog import Catalog
    from ferbench.config import Settings
    from ferbench.pipeline.export.formats import Format
    from ferbench.pipeline.export.parity import Parity
    from ferbench.pipeline.export.source import Source
    from ferbench.spec import RunSpec

#: A trace of one image alone would take every network for one that gives a single answer.
EXAMPLES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file and its card as they lie on the disk, and how they were found equal to the network."""

    file: Path
    card_file: Path
    bytes: int
    card: CardFile
    parity: tuple[Parity, ...]


def export(
    spec: RunSpec,
    form: Format,
    file: Path,
    catalog: Catalog,
    settings: Settings,
    *,
    num_classes: int | None = None,
    images: int = 32,
    force: bool = False,
) -> Exported:
    """Export the model of a specification into a file, with its card beside it.

    Only what is proven equal gets the name that was asked for: `images` drawn pictures through the network and, by the
    plugin that runs such files, through the file, one at a time and all at once.

    Raises:
        VerificationFailed: the file says something else than the network; it is not kept.
        UsageError: the file is there already and `force` is not given; or as `source_of` says.
        ExtraNotInstalled: the format needs a library that is not there.
        PluginError: the network cannot be captured.
        MissingError: the folder cannot be written.
    """
    require_extra(form)
    catalog.schemes.get(form)
    check_target(file, force=force)
    with plain_float32(spec.threads):
        source = source_of(spec, num_classes, catalog, settings)
        with folder_beside(file) as folder:
            draft = folder / file.name
            write(source, form, draft)
            card = source.card(sha256_file(draft))
            card_path(draft).write_text(toml_text(card), encoding="utf-8")
            parity = proven(source, form, draft, catalog, images)
            for path in (card_path(draft), draft):
                os.replace(path, file.with_name(path.name))  # noqa: PTH105 - said in one word
    return Exported(file=file, card_file=card_path(file), bytes=file.stat().st_size, card=card, parity=parity)


def check_target(file: Path, *, force: bool) -> None:
    """Refuse to write over a file or a card that is there."""
    there = [path for path in (file, card_path(file)) if path.exists()]
    if there and not force:
        raise UsageError(
            f"A model was to be exported to {file}.",
            f"{there[0]} is there already.",
            "Pass --force to replace it, or another --output.",
        )


@contextmanager
def folder_beside(file: Path) -> Iterator[Path]:
    """A folder that is gone afterwards, on the same disk as the file."""
    try:
        with TemporaryDirectory(prefix=".ferbench-", dir=file.parent) as name:
            yield Path(name)
    except OSError as error:
        raise MissingError(
            f"A model was to be exported to {file}.",
            f"The system says: {error.strerror or error}.",
            "Name a folder that exists, may be written to and has room.",
        ) from error


def write(source: Source, form: Format, draft: Path) -> None:
    """Write the network in a format."""
    import torch

    from ferbench.pipeline.export.emotion_network import EmotionNetwork

    images = torch.from_numpy(probe_images(source.preprocess, EXAMPLES))
    todo = "Its forward may depend on values or on the number of images; try the other --format, or mend it."
    with captured(f"The network of {source.spec.model} was to be captured as {form}.", todo):
        WRITERS[form](EmotionNetwork(source.network).eval(), images, draft)


@contextmanager
def captured(asked: str, todo: str) -> Iterator[None]:
    """A PluginError of these words for what goes wrong with a network inside, whatever torch's exporters raise."""
    try:
        yield
    except (FerbenchError, OSError):
        raise
    except Exception as error:  # a network is foreign code, and torch's exporters raise anything
        first = first_cause(error)
        said = (str(first).strip() or "without a word").splitlines()[0]
        raise PluginError(asked, f"torch cannot: {type(first).__name__}: {said}", todo) from error


def first_cause(error: BaseException) -> BaseException:
    """What went wrong at first: exporters wrap it in pages of advice."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def proven(source: Source, form: Format, draft: Path, catalog: Catalog, count: int) -> tuple[Parity, ...]:
    """How the file compares with the network, one image at a time and all at once."""
    device = pick_device("cpu")
    network = PluginModel(TorchModel(source.network, device), source.model, source.num_classes, source.preprocess)
    entry = find_model(catalog, f"{form}:{draft}", {})
    file = load_alone(entry, source.num_classes, {}, str(device))
    images = probe_images(source.preprocess, count)
    expected = network.predict(images)["emotion"]
    found = tuple(compare(expected, file.model, images, batch) for batch in dict.fromkeys((1, count)))
    wrong = next((parity for parity in found if not parity.holds), None)
    if wrong is None:
        return found
    raise VerificationFailed(
        f"The {form} file of {source.spec.model} was compared with the network on {count} images.",
        f"Given {wrong.batch} at a time, an output differs by {wrong.max_difference:.2e}: {wrong.max_change:.2e} of "
        f"the largest of its image (allowed: {TOLERANCE:.0e}); {wrong.flips} answers are others. "
        "The file was not kept.",
        "Look for what its forward does by value or by the number of images; try the other --format.",
    )
