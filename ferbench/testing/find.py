"""From a name, or an entry, to what checks look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from ferbench.catalog import Origin, Registered
from ferbench.config import Settings
from ferbench.errors import UnknownName, UsageError
from ferbench.interfaces import DatasetEntry, DetectorEntry, ModelEntry
from ferbench.pipeline.data_roots import find_root
from ferbench.pipeline.plugin_calls import find_model
from ferbench.pipeline.weights import existing
from ferbench.testing.check import Kind
from ferbench.testing.place import Place
from ferbench.testing.subjects import DatasetSubject, DetectorSubject, MetricSubject, ModelSubject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ferbench.catalog import Catalog, Shelf
    from ferbench.interfaces import MetricEntry

    AnySubject = ModelSubject | DatasetSubject | MetricSubject | DetectorSubject
    Checked = ModelEntry | DatasetEntry | MetricEntry | DetectorEntry

KINDS: tuple[Kind, ...] = get_args(Kind)


def subject_of(
    asked: str | Checked,
    catalog: Catalog,
    *,
    kind: Kind | None = None,
    data_root: Path | None = None,
    weights: Path | None = None,
    options: Mapping[str, Any] | None = None,
    golden: Mapping[str, str] | None = None,
) -> AnySubject:
    """What checks look at, by a name as `ferbench list` shows it, or for an entry that no plugin gives.

    `golden` is what the check `preprocess-stable` holds a model against: SHA-256 by the names of the model and of its
    released weights.

    Raises:
        UnknownName: nothing of this name, or of this kind, is in the catalog.
        UsageError: several kinds have the name, and `kind` does not say which is meant.
        MissingError: the data set or the checkpoint is not here.
    """
    registered, place = registered_of(asked, catalog, kind, options or {})
    entry, name = registered.entry, asked if isinstance(asked, str) else asked.card.name
    common: dict[str, Any] = {"name": name, "registered": registered, "place": place, "options": options or {}}
    if isinstance(entry, ModelEntry):
        given = existing(weights, name) if weights else None
        return ModelSubject(kind="model", catalog=catalog, given=given, golden=golden or {}, **common)
    if isinstance(entry, DatasetEntry):
        root = find_root(entry.card, data_root, Settings.load())
        return DatasetSubject(kind="dataset", root=root and root.absolute(), **common)
    if isinstance(entry, DetectorEntry):
        return DetectorSubject(kind="detector", catalog=catalog, **common)
    return MetricSubject(kind="metric", **common)


def registered_of(
    asked: str | Checked, catalog: Catalog, kind: Kind | None, options: Mapping[str, Any]
) -> tuple[Registered[Any], Place | None]:
    """An entry with its origin, and where its plugin lies; None for an entry that was handed over."""
    if not isinstance(asked, str):
        return Registered(entry=asked, origin=handed_over(asked)), None
    found = named(asked, kind or kind_of(asked, catalog), catalog, options)
    return found, Place.of(found.origin)


def named(name: str, kind: Kind, catalog: Catalog, options: Mapping[str, Any]) -> Registered[Any]:
    """The entry of a name and kind."""
    if kind == "model":
        return find_model(catalog, name, options)
    return shelf_of(kind, catalog).get(name)


def shelf_of(kind: Kind, catalog: Catalog) -> Shelf[Any]:
    """Where the entries of a kind are, models of schemes left out."""
    shelves: dict[Kind, Shelf[Any]] = {
        "model": catalog.models,
        "dataset": catalog.datasets,
        "metric": catalog.metrics,
        "detector": catalog.detectors,
    }
    return shelves[kind]


def kind_of(name: str, catalog: Catalog) -> Kind:
    """The only kind that has a name."""
    found = [kind for kind in KINDS if is_there(name, kind, catalog)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"The plugin of {name!r} was to be checked.",
            f"It is the name of {' and '.join(f'a {kind}' for kind in found)}.",
            f"Say which is meant: --kind {found[0]}",
        )
    raise UnknownName(
        f"The plugin of {name!r} was to be checked.",
        "No plugin gives a model, a data set, a metric or a face detector of this name.",
        "See what there is with: ferbench list models, datasets, metrics, detectors; and what is broken: list plugins",
    )


def is_there(name: str, kind: Kind, catalog: Catalog) -> bool:
    """Whether something of this name and kind is in the catalog."""
    scheme, _, rest = name.partition(":")
    return name in shelf_of(kind, catalog) or bool(kind == "model" and rest and scheme in catalog.schemes)


def handed_over(entry: Checked) -> Origin:
    """The origin of an entry that no plugin gives."""
    return Origin(plugin=entry.card.name, distribution="handed over", version="unknown", sources=(), sha256="")
