"""Everything that a person may want to know of a checkpoint file before using it; nothing in it is executed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ferbench.cards import WeightsRules
from ferbench.errors import UsageError, WeightsError
from ferbench.pipeline.checkpoint_formats.inert import StandIn
from ferbench.pipeline.checkpoint_formats.recognise import recognise
from ferbench.pipeline.checkpoint_origin import origin_of
from ferbench.pipeline.checkpoints import read_checkpoint, sha256_file
from ferbench.pipeline.fitting import fit_into
from ferbench.pipeline.recorded_facts import claim_in_name, recorded_claim, recorded_classes
from ferbench.pipeline.state_dicts import stored_tensors
from ferbench.pipeline.state_differences import form, shared_prefixes
from ferbench.weight_pins import read_pin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

    from ferbench.cards import Claim, WeightsCard
    from ferbench.catalog import Registered
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import ModelEntry
    from ferbench.pipeline.checkpoint_formats.recognise import Format
    from ferbench.pipeline.checkpoints import Checkpoint
    from ferbench.pipeline.fitting import Fit, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorFacts:
    """The tensors of a state dict: how many, their values in all, and how many tensors have each type.

    `place` is where they stand in the file, keys with dots between, empty for the file itself; `prefix` what all names
    begin with. `last_matrix` is the last tensor with two dimensions, which in most networks has a row a class.
    """

    place: str
    tensors: int
    values: int
    dtypes: Mapping[str, int]
    prefix: str
    last_matrix: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a file is. Fields that only a readable checkpoint has are empty for a program such as an ONNX model."""

    path: Path
    size_bytes: int
    sha256: str
    format: Format
    origin: str
    #: `torchscript:FILE` or `onnx:FILE` for what is a model of its own.
    run_as: str | None = None
    #: Names of released weights with this SHA-256, and of those that have the file's name and state another one.
    released: tuple[str, ...] = ()
    namesakes: tuple[str, ...] = ()
    #: The SHA-256 that is pinned beside the file.
    pinned: str | None = None
    top_level: Mapping[str, str] = field(default_factory=dict)
    weights: TensorFacts | None = None
    #: Why there are no `weights`.
    problem: str = ""
    classes: ClassOrder | None = None
    classes_source: str | None = None
    claims: tuple[Claim, ...] = ()
    #: Classes of objects in the file, which were not run.
    inert: tuple[str, ...] = ()
    fit: Fit | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing that was checked says no: the pin, and the fit into a model where one was named."""
        return self.pinned in {None, self.sha256} and (self.fit is None or self.fit.fits)


def inspect(path: Path, models: Iterable[Registered[ModelEntry]], target: Target | None = None) -> Inspection:
    """Look at a file, and at what a strict load into the target would miss.

    Raises:
        WeightsNotFound: There is no such file.
        UnsafeCheckpoint: It asks for code.
        WeightsError: It is damaged, or no checkpoint; or a target is given and there are no weights where its rules
            look.
        UsageError: The target does not read checkpoints by rules.
    """
    sha256, found = sha256_file(path), recognise(path)
    models, pin = list(models), read_pin(path)
    cards = [card for model in models for card in model.entry.card.weights]
    facts: dict[str, Any] = {
        "path": path,
        "size_bytes": path.stat().st_size,
        "sha256": sha256,
        "format": found,
        "released": tuple(card.name for card in cards if card.sha256 == sha256),
        "namesakes": tuple(
            card.name for card in cards if card.file_name == path.name and card.sha256 not in {None, sha256}
        ),
        "pinned": pin.sha256 if pin else None,
    }
    if found in {"torchscript", "onnx"} and target is None:
        return Inspection(**facts, origin="a network with its weights, as one program", run_as=f"{found}:{path}")
    checkpoint = read_checkpoint(path)
    card = next((card for card in cards if card.sha256 == sha256), None)
    return Inspection(
        **facts,
        **content_facts(checkpoint, target.model.entry.rules if target else WeightsRules()),
        **class_facts(checkpoint, card),
        origin=origin_of(checkpoint, models),
        claims=claims_of(checkpoint, card),
        inert=tuple(sorted(set(inert_classes(checkpoint.content)))),
        fit=fit_into(target, checkpoint) if target else None,
    )


def content_facts(checkpoint: Checkpoint, rules: WeightsRules) -> dict[str, Any]:
    """`top_level` and `weights`, or `problem` where there is no state dict by the rules."""
    from torch import Tensor

    plain = all(isinstance(value, Tensor) for value in checkpoint.content.values())
    top_level = {} if plain else {str(key): described(value) for key, value in checkpoint.content.items()}
    try:
        weights: TensorFacts | None = tensor_facts(*stored_tensors(checkpoint, rules))
    except WeightsError as error:
        return {"top_level": top_level, "problem": f"{error.found} {error.todo}"}
    return {"top_level": top_level, "weights": weights}


def tensor_facts(place: str, tensors: Mapping[str, Tensor]) -> TensorFacts:
    """What can be counted of a state dict."""
    matrices = [f"{name} {form(tensor)}" for name, tensor in tensors.items() if tensor.ndim == 2]
    return TensorFacts(
        place=place,
        tensors=len(tensors),
        values=sum(tensor.numel() for tensor in tensors.values()),
        dtypes=dict(Counter(str(tensor.dtype).removeprefix("torch.") for tensor in tensors.values())),
        prefix=(["", *shared_prefixes(tensors)])[-1],
        last_matrix=matrices[-1] if matrices else None,
    )


def class_facts(checkpoint: Checkpoint, card: WeightsCard | None) -> dict[str, Any]:
    """`classes` and `classes_source`: of the released weights that this is, else what the file says."""
    if card and card.classes:
        return {"classes": card.classes, "classes_source": card.classes_source}
    try:
        classes = recorded_classes(checkpoint)
    except UsageError as error:
        return {"classes_source": f"the file states an order that cannot be: {error.found}"}
    return {"classes": classes, "classes_source": "the checkpoint file" if classes else None}


def claims_of(checkpoint: Checkpoint, card: WeightsCard | None) -> tuple[Claim, ...]:
    """Every accuracy that is claimed for the file: in it, in its name, by its authors."""
    claims = (recorded_claim(checkpoint), claim_in_name(checkpoint.path), card.claim if card else None)
    return tuple(claim for claim in claims if claim)


def inert_classes(content: object) -> Iterator[str]:
    """Names of the classes of all stand-ins in plain data; what stands there twice is looked at once."""
    waiting, seen = [content], set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, StandIn):
            yield value.class_name
            waiting.append(value.attributes)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)


def described(value: Any) -> str:
    """A value of a checkpoint in a few words."""
    from torch import Tensor

    if isinstance(value, Tensor):
        return f"tensor {form(value)}"
    if isinstance(value, StandIn):
        return f"object of the class {value.class_name}"
    if isinstance(value, dict | list | tuple):
        return f"{type(value).__name__} of {len(value)}"
    if isinstance(value, str | bytes):
        return repr(value[:40]) + ("..." if len(value) > 40 else "")
    return f"array {value.shape} {value.dtype}" if hasattr(value, "dtype") else repr(value)
