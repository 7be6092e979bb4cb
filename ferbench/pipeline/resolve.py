"""Names to entries, and everything that can be refused is refused here, before any tensor exists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.canonical import sha256_json, sha256_text
from ferbench.config import unreachable
from ferbench.emotions import canonical_class, parse_class_order, require_projection, unique_order
from ferbench.errors import DataError, DataNotFound, MissingError, UsageError, WeightsNotFound
from ferbench.pipeline.checkpoints import read_checkpoint, sha256_file
from ferbench.pipeline.plugin_calls import open_dataset
from ferbench.spec import RANDOM_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ferbench.cards import ModelCard, Preprocess, WeightsCard
    from ferbench.catalog import Catalog, Registered
    from ferbench.config import Settings
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import DatasetEntry, MetricEntry, ModelEntry, Row
    from ferbench.pipeline.checkpoints import Checkpoint
    from ferbench.pipeline.plugin_calls import PluginDataset
    from ferbench.spec import RunSpec


#: As the source of a class order: nothing states it.
ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of a run: those of a file, random ones, or those that the model carries itself.

    `sha256` is that of the file; `random:SEED`, or empty until a self-contained network is built. `checkpoint` is what
    the file holds, for entries whose files the harness reads.
    """

    name: str
    sha256: str
    path: Path | None = None
    checkpoint: Checkpoint | None = None
    card: WeightsCard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run that can go ahead: everything found, opened and checked, nothing computed."""

    spec: RunSpec
    model: Registered[ModelEntry]
    dataset: Registered[DatasetEntry]
    metrics: tuple[Registered[MetricEntry], ...]
    opened: PluginDataset
    split: str
    rows: tuple[Row, ...]
    items_sha256: str
    weights: Weights
    classes: ClassOrder
    class_order_source: str
    preprocess: Preprocess


def resolve(spec: RunSpec, catalog: Catalog, settings: Settings) -> Plan:
    """The plan of a run.

    Raises:
        UnknownName: no plugin provides the model, the data set or a metric.
        MissingError: data or weights are not here; every missing thing is named at once.
        ClassMismatch: the model has no output for a class of the data set.
        UsageError: an option does not fit.
        DataError: the data cannot be used as they are.
        PluginError: the data set's own code is broken.
    """
    model, dataset = catalog.models.get(spec.model), catalog.datasets.get(spec.dataset)
    metrics = tuple(catalog.metrics.get(name) for name in dict.fromkeys(spec.metrics)) or tuple(catalog.metrics)
    check_numbers(spec)
    split = split_of(spec, dataset.entry)
    root, path = find_inputs(spec, model.entry, dataset.entry, settings)
    opened = open_dataset(dataset, root, split, spec.dataset_options)
    check_rows(opened, spec.dataset)
    weights = weights_of(spec, model.entry, path)
    classes, source = class_order_of(spec, model.entry.card, weights, opened.classes)
    require_projection(classes, opened.classes)
    return Plan(
        spec=spec,
        model=model,
        dataset=dataset,
        metrics=metrics,
        opened=opened,
        split=split,
        rows=limited(opened.rows, spec.limit),
        items_sha256=items_sha256(opened.rows),
        weights=weights,
        classes=classes,
        class_order_source=source,
        preprocess=preprocess_of(spec, model.entry.card, weights),
    )


def check_numbers(spec: RunSpec) -> None:
    """Refuse counts that mean nothing."""
    for name in ("batch_size", "limit", "threads", "workers"):
        value = getattr(spec, name)
        if value is not None and value < 1:
            raise UsageError(
                f"A run with {name} = {value} was asked for.",
                f"{name} is a count of at least 1.",
                f"Pass a positive number, or leave {name} out.",
            )


def split_of(spec: RunSpec, entry: DatasetEntry) -> str:
    """The split that is asked for, or the default of the set."""
    split = spec.split or entry.card.default_split
    if split in entry.card.splits:
        return split
    raise UsageError(
        f"The split {split!r} of {entry.card.name} was asked for.",
        f"It has {', '.join(entry.card.splits)}.",
        f"Pass one of them as --split, or leave it out for {entry.card.default_split!r}.",
    )


def find_inputs(
    spec: RunSpec, model: ModelEntry, dataset: DatasetEntry, settings: Settings
) -> tuple[Path | None, Path | None]:
    """Data root and checkpoint; one error names everything that is missing."""
    found: list[Path | None] = []
    missing: list[MissingError] = []
    finders: tuple[Callable[[], Path | None], ...] = (
        partial(data_root, spec, dataset, settings),
        partial(checkpoint_path, spec, model, settings),
    )
    for find in finders:
        try:
            found.append(find())
        except MissingError as error:
            missing.append(error)
    if len(missing) == 1:
        raise missing[0]
    if missing:
        raise MissingError(
            f"{spec.model} on {spec.dataset} was to be evaluated.",
            "\n".join(f"{error.asked} {error.found}" for error in missing),
            "\n".join(error.todo for error in missing),
        )
    return found[0], found[1]


def data_root(spec: RunSpec, entry: DatasetEntry, settings: Settings) -> Path | None:
    """Folder of the data set: the one asked for, else the configured one, else None for a set without files."""
    card = entry.card
    root = Path(spec.data_root) if spec.data_root else settings.data_root(card.name)
    if root is None and not card.needs_root:
        return None
    where = unreachable(root) if root else "No folder is configured for it."
    if not where:
        return root
    raise DataNotFound(
        f"The data set {card.name} ({card.title}) is needed.",
        f"{where} Expected layout: {card.layout}",
        f'{card.obtain} Then pass --data-root DIR, or write into ferbench.toml: [data] {card.name} = "DIR"',
    )


def checkpoint_path(spec: RunSpec, entry: ModelEntry, settings: Settings) -> Path | None:
    """Checkpoint of the run: asked for, else configured, cached or packaged; None where none is needed."""
    card = entry.card
    if spec.weights == RANDOM_WEIGHTS or (spec.weights is None and card.self_contained):
        return None
    if spec.weights is not None:
        return existing(Path(spec.weights), card.name)
    released = card.released_for(spec.dataset)
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
    """The ways to bring weights: where their authors offer them, and where ferbench looks."""
    lead = f"Download {released.file_name} from {released.url}. Then pass" if released and released.url else "Pass"
    cached = f", or put the file into {settings.weights_home}" if released and settings.weights_home else ""
    return (
        f'{lead} --weights FILE, or write into ferbench.toml: [weights] "{name}" = "FILE"{cached}. '
        "To look at cost and plumbing alone: --weights random (never ranked)."
    )


def check_rows(opened: PluginDataset, dataset: str) -> None:
    """Refuse an empty split, ids that stand twice and labels that are no class: the denominator would be a lie."""
    ids = [row.id for row in opened.rows]
    if not ids:
        raise DataError(f"{dataset} was opened.", "The split has no images.", "Check the data root and --split.")
    twice = sorted({name for name in ids if ids.count(name) > 1}) if len(set(ids)) < len(ids) else []
    if twice:
        raise DataError(
            f"{dataset} was opened with {len(ids)} images.",
            f"{len(twice)} ids stand more than once, the first is {twice[0]!r}.",
            "Every image needs an id of its own; remove the duplicates.",
        )
    strange = [row for row in opened.rows if row.label not in opened.classes]
    if strange:
        raise DataError(
            f"{dataset} was opened with {len(ids)} images.",
            f"{strange[0].id!r} has the label {strange[0].label!r}; the classes are {', '.join(opened.classes)}.",
            "Correct the label, or the classes of the data set.",
        )


def weights_of(spec: RunSpec, entry: ModelEntry, path: Path | None) -> Weights:
    """The weights at a path, matched with the released ones by their SHA-256."""
    if path is None and spec.weights == RANDOM_WEIGHTS:
        return Weights(name=RANDOM_WEIGHTS, sha256=f"{RANDOM_WEIGHTS}:{spec.seed}")
    if path is None:
        return Weights(name="built-in", sha256="")
    checkpoint = None if entry.open else read_checkpoint(path)
    sha256 = checkpoint.sha256 if checkpoint else sha256_file(path)
    card = entry.card.released_as(sha256)
    return Weights(name=card.name if card else path.name, sha256=sha256, path=path, checkpoint=checkpoint, card=card)


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
    released = card.released_for(spec.dataset)
    if released and released.classes:
        return released.classes, f"the model's order for {spec.dataset}" if released.classes_source else ASSUMED
    if card.classes:
        return card.classes, "the model's card"
    namesake = card.released_file(weights.name)
    return (namesake.classes if namesake and namesake.classes else data_classes), ASSUMED


def recorded_classes(checkpoint: Checkpoint | None) -> ClassOrder | None:
    """The class order that a checkpoint states under `classes`, or None."""
    stated = checkpoint.content.get("classes") if checkpoint else None
    names = stated.split(",") if isinstance(stated, str) else stated
    if not isinstance(names, list | tuple):
        return None
    known = [canonical_class(str(name)) for name in names]
    return unique_order([name for name in known if name]) if known and None not in known else None


def preprocess_of(spec: RunSpec, card: ModelCard, weights: Weights) -> Preprocess:
    """Preprocessing of the weights, else of the model, with what the user overrides."""
    preprocess = weights.card.preprocess if weights.card and weights.card.preprocess else card.preprocess
    return replace(preprocess, colour_order=spec.colour_order) if spec.colour_order else preprocess


def items_sha256(rows: Sequence[Row]) -> str:
    """SHA-256 over the sorted (canonical id, canonical class name) of a split."""
    return sha256_json(sorted([row.id, row.label] for row in rows))


def limited(rows: Sequence[Row], limit: int | None) -> tuple[Row, ...]:
    """All rows, or `limit` of them in manifest order.

    They are chosen by the hash of their ids, so that an order of the manifest by class cannot make them one-sided.
    """
    if limit is None or limit >= len(rows):
        return tuple(rows)
    chosen = set(sorted((row.id for row in rows), key=sha256_text)[:limit])
    return tuple(row for row in rows if row.id in chosen)
