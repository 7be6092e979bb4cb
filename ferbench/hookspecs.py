"""The five hooks of ferbench. A hook returns entries; it registers nothing by side effect and imports no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from ferbench.interfaces import DatasetEntry, DetectorEntry, LedgerEntry, MetricEntry, ModelEntry, ModelScheme

hookspec = pluggy.HookspecMarker("ferbench")
hookimpl = pluggy.HookimplMarker("ferbench")


@hookspec
def ferbench_models() -> list[ModelEntry | ModelScheme]:  # type: ignore[empty-body]
    """Models that this plugin provides; called once, when the catalog is built."""


@hookspec
def ferbench_datasets() -> list[DatasetEntry]:  # type: ignore[empty-body]
    """Data sets that this plugin provides; called once, when the catalog is built."""


@hookspec
def ferbench_metrics() -> list[MetricEntry]:  # type: ignore[empty-body]
    """Metrics that this plugin provides; called once, when the catalog is built."""


@hookspec
def ferbench_detectors() -> list[DetectorEntry]:  # type: ignore[empty-body]
    """Face detectors that this plugin provides; called once, when the catalog is built."""


@hookspec
def ferbench_ledgers() -> list[LedgerEntry]:  # type: ignore[empty-body]
    """Ledgers of claims that this plugin provides; called once, when the catalog is built."""
