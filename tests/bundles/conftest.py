"""Bundles of two real runs: on drawn faces, whose labels may be passed on, and on a drawn RAF-DB, whose may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ferbench.bundles.writing import write_bundle
from ferbench.leaderboard.store import Leaderboard
from ferbench.pipeline.run import evaluate
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.drawing import RAFDB_CLASSES, rafdb_official

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.catalog import Catalog
    from ferbench.results import RunResult


@dataclass(frozen=True, slots=True)
class Bundled:
    """A run as it was evaluated, the leaderboard that holds it, and the bundle of it."""

    result: RunResult
    leaderboard: Leaderboard
    path: Path


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The installed plugins."""
    return build_catalog()


@pytest.fixture(scope="session")
def shared(tmp_path_factory, catalog) -> Bundled:
    """tiny_cnn on 40 drawn faces: the bundle carries labels and attributes."""
    return bundled(tmp_path_factory.mktemp("shared"), catalog, RunSpec(model="tiny_cnn", dataset="synthetic", limit=40))


@pytest.fixture(scope="session")
def raf(tmp_path_factory) -> Path:
    """A drawn RAF-DB with ten test images a class, attributes, and one picture that cannot be read."""
    counts = {"test": dict.fromkeys(RAFDB_CLASSES, 10)}
    root = rafdb_official(tmp_path_factory.mktemp("rafdb"), counts, attributes=True)
    (root / "Image" / "aligned" / "test_0007_aligned.jpg").write_bytes(b"no picture")
    return root


@pytest.fixture(scope="session")
def restricted(tmp_path_factory, catalog, raf) -> Bundled:
    """tiny_cnn with random weights on the drawn RAF-DB: the bundle carries ids and no labels."""
    spec = RunSpec(
        model="tiny_cnn", dataset="rafdb", data_root=str(raf), weights="random", class_order=",".join(RAFDB_CLASSES)
    )
    return bundled(tmp_path_factory.mktemp("restricted"), catalog, spec)


def bundled(folder: Path, catalog: Catalog, spec: RunSpec) -> Bundled:
    """Evaluate, record, and bundle."""
    result = evaluate(spec, catalog)
    leaderboard = Leaderboard(folder / "board.sqlite")
    leaderboard.record(result)
    path = folder / "run.ferbench"
    write_bundle(leaderboard, "latest", catalog, path)
    return Bundled(result, leaderboard, path)
