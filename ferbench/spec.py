"""RunSpec: what to run, as asked. RunIdentity: what was run, as far as it may change a prediction."""

from __future__ import annotations

from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Literal

from ferbench.canonical import sha256_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance

    from ferbench.cards import Align, Crop, Preprocess
    from ferbench.emotions import ClassOrder
    from ferbench.execution import Engine, Precision

#: What a model sees of one picture: its middle; that and its mirror image; five parts of it and their mirror images.
Tta = Literal["none", "flip", "tencrop"]
#: As `weights`: start from the random initialisation of `seed`. Such a run is recorded and never ranked.
RANDOM_WEIGHTS = "random"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """One evaluation as the user asks for it; None everywhere means "as the cards say"."""

    model: str
    dataset: str
    model_options: Mapping[str, Any] = field(default_factory=dict)
    dataset_options: Mapping[str, Any] = field(default_factory=dict)
    split: str | None = None
    data_root: str | None = None
    #: Path of a checkpoint, or RANDOM_WEIGHTS.
    weights: str | None = None
    #: Name of a known order or a comma-separated list, see `emotions.parse_class_order`.
    class_order: str | None = None
    #: Let the run rank although its answers contradict the class order; the finding stays as a warning.
    accept_class_order: bool = False
    colour_order: Literal["rgb", "bgr"] | None = None
    crop: Crop | None = None
    align: Align | None = None
    margin: float | None = None
    #: Name of the face detector for `crop="detect"`; None: the only one there is.
    detector: str | None = None
    detector_options: Mapping[str, Any] = field(default_factory=dict)
    #: Test-time augmentation: the answer is the mean output of all views.
    tta: Tta = "none"
    #: `shared` leaves the images out whose class the model does not know; the number then stands on a board of its own.
    classes: Literal["all", "shared"] = "all"
    #: Evaluate only so many images, chosen by the hash of their ids. Such a run is never ranked.
    limit: int | None = None
    engine: Engine = "eager"
    precision: Precision = "fp32"
    #: Images a batch; `auto`: the fastest that fits into memory.
    batch_size: int | Literal["auto"] = 32
    device: str = "auto"
    #: CPU threads of the network; None: torch's own choice.
    threads: int | None = None
    #: Threads that read and decode images while the network computes; `auto`: as many as keep up with it.
    workers: int | Literal["auto"] = 1
    seed: int = 0
    #: Names of the metrics; empty: all of them.
    metrics: tuple[str, ...] = ()
    #: Measure latency and memory too; parameters and MACs are always counted.
    timing: bool = True
    command_line: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The specification as plain JSON data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIdentity:
    """Everything that may change a prediction; two runs with equal `run_key` should predict the same.

    A field at its default is left out of the key, so that a field added later changes no old key.
    """

    model: str
    plugin: str
    plugin_version: str
    plugin_sha256: str
    #: SHA-256 of the checkpoint file, or `random:SEED`.
    weights: str
    classes: ClassOrder
    preprocess: Preprocess
    items: str
    pixels: str
    model_options: Mapping[str, Any] = field(default_factory=dict)
    subset: str = ""
    perturbation: str = ""
    engine: str = "eager"
    precision: str = "fp32"
    tta: Tta = "none"
    #: Name, plugin, version, source hash and options of the face detector, where one cut the faces out.
    detector: Mapping[str, Any] = field(default_factory=dict)
    #: What `emotion` holds.
    output: str = "logits"
    #: SHA-256 of the boxes of the data set, where they cut the faces out.
    boxes: str = ""

    def run_key(self) -> str:
        """Hexadecimal SHA-256 of the canonical JSON of the fields that are not at their default."""
        return sha256_json(without_defaults(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class CostIdentity:
    """What a cost depends on besides the network: costs are compared only where all of it is equal."""

    device: str
    device_name: str
    threads: int
    batch_size: int
    engine: str = "eager"
    precision: str = "fp32"

    def cost_key(self) -> str:
        """Hexadecimal SHA-256 of the canonical JSON of the fields that are not at their default."""
        return sha256_json(without_defaults(self))


def without_defaults(identity: DataclassInstance) -> dict[str, Any]:
    """The fields of an identity as JSON data, less those at their default; the same for cards within it."""
    return {
        item.name: without_defaults(value) if is_dataclass(value) and not isinstance(value, type) else value
        for item in fields(identity)
        if (value := getattr(identity, item.name)) != default_of(item)
    }


def default_of(item: Any) -> Any:
    """Default of a dataclass field; MISSING, which equals nothing, where it has none."""
    return item.default_factory() if item.default_factory is not MISSING else item.default
