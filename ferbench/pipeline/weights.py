"""Which weights a run takes, and what is known about them: their class order and their preprocessing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.config import unreachable
from ferbench.emotions import parse_class_order
from ferbench.errors import UsageError, WeightsNotFound
from ferbench.pipeline.checkpoints import read_checkpoint, sha256_file
from ferbench.pipeline.recorded_facts import recorded_classes
from ferbench.spec import RANDOM_WEIGHTS
from ferbench.weight_pins import read_pin, require_expected

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferbench.cards import ModelCard, Preprocess, WeightsCard
    from ferbench.config import Settings
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import ModelEntry
    from ferbench.pipeline.checkpoints import Checkpoint
    from ferbench.spec import RunSpec

#: As the source of a class order: nothing states it.
ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of a run: those of a file, random ones, or those that the model carries itself.

    `sha256` is that of the file; `random:SEED`, or empty until a self-contained network is built. `checkpoint` is what
    the file holds, for entries whose files the harness reads. `card` are the released weights that the file is known to
    be, `presumed` those that its user or its name take it for.
    """

    name: str
    sha256: str
    path: Path | None = None
    checkpoint: Checkpoint | None = None
    card: WeightsCard | None = None
    presumed: WeightsCard | None = None


def checkpoint_path(spec: RunSpec, entry: ModelEntry, settings: Settings) -> Path | None:
    """Checkpoint of the run: asked for, else configured, cached or packaged; None where none is needed."""
    card = entry.card
    if entry.file is not None:
        return existing(own_file(spec, entry.file), card.name)
    if spec.weights == RANDOM_WEIGHTS or (spec.weights is None and card.self_contained):
        return None
    named = asked_by_name(spec, card)
    if spec.weights is not None and named is None:
        return existing(Path(spec.weights), card.name)
    released = named or card.released_for(spec.dataset)
    name = released.name if released else f"{card.name}.{spec.dataset}"
    path = settings.checkpoint(name, released.file_name if released else f"{name}.pth")
    path = path or (released.path if released else None)
    if path is not None:
        return existing(path, card.name)
    raise WeightsNotFound(
        f"Weights of {card.name} for {spec.dataset} are needed.",
        f"None are configured or cached under the name {name!r}.",
        how_to_get(name, released, settings),
    )


def asked_by_name(spec: RunSpec, card: ModelCard) -> WeightsCard | None:
    """The released weights whose name stands where a file may stand, unless there is a file of that name."""
    if spec.weights is None or not unreachable(Path(spec.weights)):
        return None
    return next((released for released in card.weights if released.name == spec.weights), None)


def own_file(spec: RunSpec, file: Path) -> Path:
    """The file that a model is, unless other weights are asked for."""
    if spec.weights is None:
        return file
    raise UsageError(
        f"The weights {spec.weights} were asked for with the model {spec.model}.",
        f"The model is the file {file}, and its weights are in it.",
        "Leave --weights out.",
    )


def existing(path: Path, model: str) -> Path:
    """The path, if a file is there."""
    problem = unreachable(path)
    if not problem and path.is_file():
        return path
    raise WeightsNotFound(
        f"The checkpoint {path} of {model} is needed.",
        problem or "It is no file.",
        "Check the path after --weights, or the one under [weights] in ferbench.toml.",
    )


def how_to_get(name: str, released: WeightsCard | None, settings: Settings) -> str:
    """The ways to bring weights: download them where their authors offer them, and where ferbench looks."""
    addresses = [released.url, *(mirror.url for mirror in released.mirrors)] if released else []
    address = next((address for address in addresses if address), None)
    lead = f"Get them with: ferbench weights pull {name} (from {address}). Or pass" if address else "Pass"
    cached = f", or put {released.file_name} into {settings.weights_home}" if released and settings.weights_home else ""
    return (
        f'{lead} --weights FILE, or write into ferbench.toml: [weights] "{name}" = "FILE"{cached}. '
        "To look at cost and plumbing alone: --weights random (never ranked)."
    )


def weights_of(
    spec: RunSpec, entry: ModelEntry, path: Path | None, read: Callable[[Path], Checkpoint] = read_checkpoint
) -> Weights:
    """The weights at a path; they are released ones by their SHA-256, or when they were pulled from their address."""
    if path is None and spec.weights == RANDOM_WEIGHTS:
        return Weights(name=RANDOM_WEIGHTS, sha256=f"{RANDOM_WEIGHTS}:{spec.seed}")
    if path is None:
        return Weights(name="built-in", sha256="")
    checkpoint = None if entry.open or entry.file else read(path)
    sha256 = checkpoint.sha256 if checkpoint else sha256_file(path)
    card = entry.card.released_as(sha256) or pulled(path, sha256, entry.card)
    return Weights(
        name=card.name if card else path.name,
        sha256=sha256,
        path=path,
        checkpoint=checkpoint,
        card=card,
        presumed=presumed(spec, entry.card, path),
    )


def presumed(spec: RunSpec, card: ModelCard, path: Path) -> WeightsCard | None:
    """The released weights that a file is taken for: by the name asked for, by where it was found, or by its own."""
    looked_up = card.released_for(spec.dataset) if spec.weights is None else None
    return asked_by_name(spec, card) or looked_up or card.released_file(path.name)


def pulled(path: Path, sha256: str, card: ModelCard) -> WeightsCard | None:
    """The released weights that a file is by its pin: downloaded from the address on their card, unchanged since."""
    pin = read_pin(path)
    if pin is None or pin.sha256 != sha256:
        return None
    released = next((released for released in card.weights if released.name == pin.weights), None)
    same = released is not None and released.sha256 in {None, sha256} and released.url is not None
    return released if released and same and released.url == pin.source else None


def require_pinned(weights: Weights, card: ModelCard, settings: Settings) -> None:
    """Refuse a cached file that is another one than its card states, or than it was when it was first used."""
    if weights.path and settings.weights_home and weights.path.resolve().parent == settings.weights_home.resolve():
        released = card.released_file(weights.path.name)
        require_expected(weights.path, weights.sha256, released.sha256 if released else None)


def class_order_of(
    spec: RunSpec, card: ModelCard, weights: Weights, data_classes: ClassOrder
) -> tuple[ClassOrder, str]:
    """What each output means, and where that is written down; a bare assumption is called `assumed`."""
    if spec.class_order:
        return parse_class_order(spec.class_order), "--class-order"
    if weights.card and weights.card.classes and weights.card.classes_source:
        return weights.card.classes, f"released weights {weights.card.name} ({weights.card.classes_source})"
    in_file = recorded_classes(weights.checkpoint)
    if in_file:
        return in_file, "the checkpoint file"
    if weights.presumed and weights.presumed.classes:
        known = f"the model's order for {weights.presumed.dataset}" if weights.presumed.classes_source else ASSUMED
        return weights.presumed.classes, known
    released = card.released_for(spec.dataset)
    if released and released.classes:
        # A file that nothing is known of: it may have been trained for another data set, in another order.
        return released.classes, ASSUMED
    return (card.classes, "the model's card") if card.classes else (data_classes, ASSUMED)


def preprocess_of(spec: RunSpec, card: ModelCard, weights: Weights) -> Preprocess:
    """Preprocessing of the weights, as far as they are known, else of the model, with what the user overrides."""
    released = weights.card or weights.presumed or card.released_for(spec.dataset)
    preprocess = (released and released.preprocess) or card.preprocess
    asked = {name: getattr(spec, name) for name in ("colour_order", "crop", "align", "margin")}
    return replace(preprocess, **{name: value for name, value in asked.items() if value is not None})
