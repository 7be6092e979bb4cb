"""Names to entries, and everything that can be refused is refused here, before any tensor exists."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ferbench.errors import MissingError, UsageError
from ferbench.execution import USUAL_BATCH_SIZE, USUAL_WORKERS, Conduct
from ferbench.pipeline.checkpoints import read_checkpoint
from ferbench.pipeline.data_roots import find_root
from ferbench.pipeline.detectors import detector_of
from ferbench.pipeline.engine.choice import check_conduct
from ferbench.pipeline.manifest_cache import open_kept
from ferbench.pipeline.plugin_calls import find_model
from ferbench.pipeline.scope import check_rows, items_sha256, limited, scope_of
from ferbench.pipeline.views import Reading
from ferbench.pipeline.weights import checkpoint_path, class_order_of, preprocess_of, require_pinned, weights_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ferbench.cards import Preprocess
    from ferbench.catalog import Catalog, Registered
    from ferbench.config import Settings
    from ferbench.emotions import ClassOrder
    from ferbench.interfaces import DatasetEntry, MetricEntry, ModelEntry, Row
    from ferbench.pipeline.checkpoints import Checkpoint
    from ferbench.pipeline.detectors import PluginDetector
    from ferbench.pipeline.leaks import Leaks
    from ferbench.pipeline.plugin_calls import PluginDataset
    from ferbench.pipeline.scope import Scope
    from ferbench.pipeline.weights import Weights
    from ferbench.spec import RunSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run that can go ahead: everything found, opened and checked, nothing computed."""

    spec: RunSpec
    model: Registered[ModelEntry]
    dataset: Registered[DatasetEntry]
    metrics: tuple[Registered[MetricEntry], ...]
    opened: PluginDataset
    split: str
    scope: Scope
    #: Those of `scope.rows` that are evaluated.
    rows: tuple[Row, ...]
    items_sha256: str
    weights: Weights
    classes: ClassOrder
    class_order_source: str
    preprocess: Preprocess
    detector: PluginDetector | None
    #: What is left to `auto` is a first guess until the model is loaded.
    conduct: Conduct
    #: Those of `rows` that other data hold, too; None where nobody looked.
    leaks: Leaks | None = None

    @property
    def reading(self) -> Reading:
        """How pictures become what the model sees."""
        return Reading(preprocess=self.preprocess, tta=self.spec.tta, detector=self.detector)


def resolve(
    spec: RunSpec, catalog: Catalog, settings: Settings, read: Callable[[Path], Checkpoint] = read_checkpoint
) -> Plan:
    """The plan of a run; `read` reads its checkpoint.

    Raises:
        UnknownName: no plugin provides the model, the data set or a metric.
        MissingError: data or weights are not here; every missing thing is named at once.
        ClassMismatch: the model has no output for a class of the data set.
        UsageError: an option does not fit, or engine and precision do not go with the model or the device.
        DataError: the data cannot be used as they are.
        WeightsError: the checkpoint cannot be read, or is another file than was pinned.
        PluginError: the data set's own code is broken.
    """
    model, dataset = find_model(catalog, spec.model, spec.model_options), catalog.datasets.get(spec.dataset)
    metrics = tuple(catalog.metrics.get(name) for name in dict.fromkeys(spec.metrics)) or tuple(catalog.metrics)
    check_numbers(spec)
    check_conduct(spec, model.entry)
    split = split_of(spec, dataset.entry)
    root, path = find_inputs(spec, model.entry, dataset.entry, settings)
    opened = open_kept(dataset, root, split, spec.dataset_options, settings.manifests_home)
    check_rows(opened, spec.dataset)
    weights = weights_of(spec, model.entry, path, read)
    require_pinned(weights, model.entry.card, settings)
    classes, source = class_order_of(spec, model.entry.card, weights, opened.classes)
    scope = scope_of(opened, classes, shared=spec.classes == "shared")
    preprocess = preprocess_of(spec, model.entry.card, weights)
    return Plan(
        spec=spec,
        model=model,
        dataset=dataset,
        metrics=metrics,
        opened=opened,
        split=split,
        scope=scope,
        rows=limited(scope.rows, spec.limit),
        items_sha256=items_sha256(scope.rows),
        weights=weights,
        classes=classes,
        class_order_source=source,
        preprocess=preprocess,
        detector=detector_of(spec, preprocess, catalog, scope.rows),
        conduct=first_guess(spec),
    )


def first_guess(spec: RunSpec) -> Conduct:
    """What a specification asks for, with the usual for everything that it leaves open."""
    return Conduct(
        engine="eager" if spec.engine == "auto" else spec.engine,
        precision=spec.precision,
        batch_size=USUAL_BATCH_SIZE if spec.batch_size == "auto" else spec.batch_size,
        workers=USUAL_WORKERS if spec.workers == "auto" else spec.workers,
    )


def check_numbers(spec: RunSpec) -> None:
    """Refuse counts that mean nothing."""
    for name in ("batch_size", "limit", "threads", "workers"):
        value = getattr(spec, name)
        if isinstance(value, int) and value < 1:
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
        partial(find_root, dataset.card, Path(spec.data_root) if spec.data_root else None, settings),
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
