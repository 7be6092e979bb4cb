"""Leaderboard: runs go in, and come out as they were. Ranking them is `ferbench.leaderboard.ranking`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.leaderboard import blobs, queries, writing
from ferbench.leaderboard.cells import fitting
from ferbench.leaderboard.documents import parsed, seal_fits, texts, unsealed_record
from ferbench.leaderboard.engine import Database
from ferbench.leaderboard.failures import damaged, intact
from ferbench.leaderboard.manifests import unpack_test_set
from ferbench.leaderboard.rows import RunRow, listed_values, rows_of, score_of
from ferbench.leaderboard.run_names import find_run_id
from ferbench.results import Predictions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from sqlalchemy import Row, Select

    from ferbench.results import RunResult, Score, TestSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalidation:
    """When (ISO 8601, UTC) and why a run was withdrawn."""

    at: str
    reason: str


class Leaderboard:
    """The runs in a database: the path of an SQLite file, or a URL (`sqlite:///...`, `postgresql://...`).

    A database that does not exist reads as one without runs; it is created, folder included, by the first write.
    A `run` is named by its id, by at least four characters that its id starts with, or by "latest"; a name that no run
    has raises UnknownName. Every method raises LeaderboardError where the database cannot be opened, read or written.
    """

    def __init__(self, location: str | Path) -> None:
        self.database = Database.at(location)

    def prepare(self) -> None:
        """Create or migrate the database where needed, and raise where it cannot be written: cheaper before a run."""
        self.database.prepare()

    def record(self, result: RunResult) -> None:
        """Add a run: all of it, or nothing. A run that is recorded already raises LeaderboardError."""
        rows = rows_of(result)
        with self.database.writing() as connection:
            writing.add_run(connection, rows)

    def invalidate(self, run: str, reason: str) -> None:
        """Withdraw a run, for good. UsageError without a reason, or where that was done before."""
        run_id = self.run_id(run)
        with self.database.writing() as connection:
            writing.withdraw(connection, run_id, reason)

    def run_id(self, text: str) -> str:
        """The full id of the run that a text names."""
        with self.database.reading() as connection:
            return find_run_id(connection, text)

    def runs(self, dataset: str | None = None, model: str | None = None) -> list[RunRow]:
        """All runs, or those of a data set or a model, newest first; what is damaged in a row stands in its reasons."""
        with self.database.reading() as connection:
            found = connection.execute(queries.runs(dataset=dataset, model=model)).mappings()
            return [RunRow(**listed_values(row)) for row in found]

    def frame(self) -> pd.DataFrame:
        """All runs, newest first, one row each: the fields of RunRow and the strict headline scores as columns."""
        from ferbench.leaderboard.frame import runs_frame

        runs = self.runs()
        with self.database.reading() as connection:
            return runs_frame(runs, connection.execute(queries.headline_scores()).all())

    def record_of(self, run: str) -> dict[str, Any]:
        """The record of a run, with its seal, as `RunResult.record` was."""
        row = self._row(run, queries.record)
        with intact(f"The record of run {run}"):
            return {**unsealed_record(row.record), "seal": row.seal}

    def seal_holds(self, run: str) -> bool:
        """Whether the record of a run is the one that was sealed."""
        row = self._row(run, queries.record)
        return seal_fits(row.record, row.seal)

    def predictions(self, run: str) -> Predictions:
        """The predictions of a run."""
        row = self._row(run, queries.predictions)
        with intact(f"The predictions of run {run}"):
            return predictions_of(row)

    def correct(self, run: str) -> NDArray[np.bool_]:
        """(n,) True where the strict answer of a run is the label, in manifest order; quick to read."""
        row = self._row(run, queries.correct)
        with intact(f"The correctness bits of run {run}"):
            return blobs.unpack_bits(row.correct, fitting(row.n, "n", (int,)))

    def test_set(self, run: str) -> TestSet:
        """The images that a run stands on."""
        row = self._row(run, queries.manifest)
        with intact(f"The test set of run {run}"):
            return unpack_test_set(row.manifest, row.n)

    def scores(self, run: str) -> tuple[Score, ...]:
        """All scores of a run, in the order of output, label mode, slice and metric."""
        with self.database.reading() as connection:
            found = connection.execute(queries.scores(find_run_id(connection, run))).mappings()
            return tuple(score_of(row) for row in found)

    def cost(self, run: str) -> dict[str, Any]:
        """The stored cost of a run, one value a field of `results.Cost`."""
        row = {**self._row(run, queries.cost)._mapping}  # noqa: SLF001 - part of the public face of SQLAlchemy rows
        with intact(f"The cost of run {run}"):
            mappings = {name: parsed(row[name]) for name in ("macs_by_module", "uncounted_ops")}
        return {name: value for name, value in {**row, **mappings}.items() if name != "run_id"}

    def invalidation_of(self, run: str) -> Invalidation | None:
        """When and why a run was withdrawn; None where it holds."""
        with self.database.reading() as connection:
            row = connection.execute(queries.invalidation(find_run_id(connection, run))).first()
            return None if row is None else Invalidation(at=row.at, reason=row.reason)

    def _row(self, run: str, query: Callable[[str], Select[Any]]) -> Row[Any]:
        with self.database.reading() as connection:
            row = connection.execute(query(find_run_id(connection, run))).first()
        if row is None:
            raise damaged(f"Run {run}", "A part of it is missing")
        return row


def predictions_of(row: Row[Any]) -> Predictions:
    """The predictions in a row of `queries.predictions`; ValueError where its parts do not fit each other."""
    test_set, record = unpack_test_set(row.manifest, row.n), unsealed_record(row.record)
    classes, kind, failures = (record.get(name) for name in ("classes", "output_kind", "failures"))
    if kind not in {"logits", "probabilities"} or not isinstance(failures, dict):
        raise ValueError("the record does not say what the outputs are, or what failed")
    classes = tuple(texts(classes, "classes"))
    return Predictions(
        ids=test_set.ids,
        labels=test_set.labels,
        classes=classes,
        kind=kind,
        outputs=blobs.unpack_outputs(row.outputs, n=row.n, k=len(classes)),
        failures=failures,
        attributes=test_set.attributes,
    )
