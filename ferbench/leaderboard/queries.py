"""Every statement that reads or writes a leaderboard; nothing here runs one. Tests compile them for PostgreSQL too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, or_, select

from ferbench.leaderboard.schema import CORRECTNESS, COST, INVALIDATION, PREDICTION, RUN, SCORE, TEST_SET

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, FromClause, Insert, Select

    from ferbench.emotions import LabelMode

#: The columns of a run that lists and boards show.
LISTED = tuple(RUN.c[name] for name in (
    "run_id", "created_at", "run_key", "cost_key", "core_sha256", "status", "ranked", "not_ranked_because", "model",
    "weights_name", "weights_sha256", "selection", "extra_data", "dataset", "private", "split", "items_sha256",
    "input", "n",
))  # fmt: skip
#: The columns of a cost that boards and frames show beside a score; `cost_key` stands among those of the run.
PRICED = tuple(COST.c[name] for name in (
    "params_total", "params_used", "macs", "latency_model_ms_p50", "images_per_s", "device_name",
))  # fmt: skip

#: The columns that place a run on a board; all of them stand in the index `ix_run_board`.
PLACED = tuple(RUN.c[name] for name in (
    "run_id", "created_at", "dataset", "split", "items_sha256",
    "run_key", "model", "n", "ranked", "private", "origin", "test_set_id",
))  # fmt: skip
#: The columns of a run that boards show beside the listed ones; see `conditions`.
CONDITIONS = tuple(RUN.c[name] for name in (
    "seen", "views", "left_out", "labels", "pixels", "licence", "origin", "network_key",
))  # fmt: skip

_NEWEST_FIRST = (RUN.c.created_at.desc(), RUN.c.run_id)
_WHOLE = SCORE.c.metric.not_like("%/%")


def runs(dataset: str | None = None, model: str | None = None) -> Select[Any]:
    """Runs with their cost and why they were withdrawn, newest first."""
    return listed().where(*equal(dataset=dataset, model=model)).order_by(*_NEWEST_FIRST)


def listed() -> Select[Any]:
    """Runs with their cost and why they were withdrawn."""
    return (
        select(*LISTED, *PRICED, INVALIDATION.c.reason.label("invalidated"))
        .outerjoin_from(RUN, COST)
        .outerjoin(INVALIDATION, INVALIDATION.c.run_id == RUN.c.run_id)
    )


def standings(
    dataset: str | None = None,
    split: str | None = None,
    metric: str = "accuracy",
    label_mode: LabelMode = "strict",
) -> Select[Any]:
    """What ranks runs: PLACED, the id again where it was withdrawn, then value and number of images.

    The last two stand there once for each label mode in which a board looks for them, in that order; a number of images
    is missing where there is no score. No record, no prediction and no cost is read. The order is that of the index.
    """
    joined: FromClause = RUN.outerjoin(INVALIDATION, INVALIDATION.c.run_id == RUN.c.run_id)
    columns: list[ColumnElement[Any]] = [*PLACED, INVALIDATION.c.run_id.label("withdrawn")]
    for mode in dict.fromkeys([label_mode, "strict"]):
        score = SCORE.alias(f"score_{mode}")
        names = {"output": "emotion", "metric": metric, "label_mode": mode, "slice": "all"}
        of_run = [score.c.run_id == RUN.c.run_id, *(score.c[name] == value for name, value in names.items())]
        joined = joined.outerjoin(score, and_(*of_run))
        columns += [score.c.value.label(f"value_{mode}"), score.c.n.label(f"images_{mode}")]
    order = (RUN.c.dataset, RUN.c.split, RUN.c.items_sha256, RUN.c.run_id)
    return select(*columns).select_from(joined).where(*equal(dataset=dataset, split=split)).order_by(*order)


def filtered(dataset: str | None = None, split: str | None = None) -> Select[Any]:
    """What boards are filtered by: (run id, model, selection, licence)."""
    columns = (RUN.c.run_id, RUN.c.model, RUN.c.selection, RUN.c.licence)
    return select(*columns).where(*equal(dataset=dataset, split=split))


def board_runs(run_ids: Collection[str]) -> Select[Any]:
    """Some runs, with all that boards show of them, seal and record."""
    return listed().add_columns(*CONDITIONS, RUN.c.seal, RUN.c.record).where(RUN.c.run_id.in_(run_ids))


def board_scores(run_ids: Collection[str], metric: str = "accuracy", label_mode: LabelMode = "strict") -> Select[Any]:
    """`headline_scores` of some runs, and the scores by `metric` even where it is the value of one class."""
    return headlines(or_(_WHOLE, SCORE.c.metric == metric), {"strict", label_mode}).where(SCORE.c.run_id.in_(run_ids))


def headline_scores() -> Select[Any]:
    """Scores over whole sets in strict mode of all runs, by all metrics that have a single value."""
    return headlines(_WHOLE, {"strict"})


def headlines(metrics: ColumnElement[bool], label_modes: Collection[str]) -> Select[Any]:
    """Scores over whole sets."""
    columns = (SCORE.c[name] for name in ("run_id", "label_mode", "metric", "value", "low", "high", "n"))
    over_all = (SCORE.c.output == "emotion", SCORE.c.slice == "all")
    return select(*columns).where(*over_all, SCORE.c.label_mode.in_(label_modes), metrics)


def right_answers(dataset: str | None = None, split: str | None = None) -> Select[Any]:
    """(run id, correctness bits, number of images, id of the test set) of runs."""
    return (
        select(RUN.c.run_id, CORRECTNESS.c.correct, RUN.c.n, RUN.c.test_set_id)
        .join_from(RUN, CORRECTNESS)
        .where(*equal(dataset=dataset, split=split))
    )


def manifests(test_set_ids: Iterable[int]) -> Select[Any]:
    """(id, packed test set, number of images) of test sets."""
    return select(TEST_SET.c.id, TEST_SET.c.manifest, TEST_SET.c.n).where(TEST_SET.c.id.in_(test_set_ids))


def finished(model: str, dataset: str, split: str, items_sha256: str) -> Select[Any]:
    """(id, both keys, status, hash of the pixels) of runs of a model on some images, newest first.

    Those that were withdrawn, and those that came in a bundle, are not among them.
    """
    columns = [RUN.c[name] for name in ("run_id", "run_key", "cost_key", "status")]
    asked = equal(model=model, dataset=dataset, split=split, items_sha256=items_sha256, origin="")
    return (
        select(*columns, TEST_SET.c.pixels_sha256)
        .select_from(RUN.join(TEST_SET).outerjoin(INVALIDATION, INVALIDATION.c.run_id == RUN.c.run_id))
        .where(*asked, INVALIDATION.c.run_id.is_(None))
        .order_by(*_NEWEST_FIRST)
    )


def latest_run_id() -> Select[Any]:
    """Id of the newest run."""
    return select(RUN.c.run_id).order_by(*_NEWEST_FIRST).limit(1)


def run_ids(prefix: str = "") -> Select[Any]:
    """Ids of the runs that start with a prefix, newest first."""
    return select(RUN.c.run_id).where(RUN.c.run_id.startswith(prefix, autoescape=True)).order_by(*_NEWEST_FIRST)


def record(run_id: str) -> Select[Any]:
    """(record, seal) of a run."""
    return select(RUN.c.record, RUN.c.seal).where(RUN.c.run_id == run_id)


def predictions(run_id: str) -> Select[Any]:
    """(outputs, record, number of images, manifest) of a run."""
    return (
        select(PREDICTION.c.outputs, RUN.c.record, RUN.c.n, TEST_SET.c.manifest)
        .select_from(RUN)
        .join(PREDICTION)
        .join(TEST_SET)
        .where(RUN.c.run_id == run_id)
    )


def correct(run_id: str) -> Select[Any]:
    """(correctness bits, number of images) of a run."""
    return select(CORRECTNESS.c.correct, RUN.c.n).join_from(RUN, CORRECTNESS).where(RUN.c.run_id == run_id)


def manifest(run_id: str) -> Select[Any]:
    """(packed test set, number of images) of a run."""
    return select(TEST_SET.c.manifest, RUN.c.n).join_from(RUN, TEST_SET).where(RUN.c.run_id == run_id)


def scores(run_id: str) -> Select[Any]:
    """All scores of a run, in the order of their names."""
    names = (SCORE.c.output, SCORE.c.label_mode, SCORE.c.slice, SCORE.c.metric)
    columns = [column for column in SCORE.c if column is not SCORE.c.run_id]
    return select(*columns).where(SCORE.c.run_id == run_id).order_by(*names)


def cost(run_id: str) -> Select[Any]:
    """The stored cost of a run."""
    return select(COST).where(COST.c.run_id == run_id)


def invalidation(run_id: str) -> Select[Any]:
    """(at, reason) of a run that was withdrawn."""
    return select(INVALIDATION.c.at, INVALIDATION.c.reason).where(INVALIDATION.c.run_id == run_id)


def test_set_id(manifest_sha256: str) -> Select[Any]:
    """Id of a test set that is kept already."""
    return select(TEST_SET.c.id).where(TEST_SET.c.manifest_sha256 == manifest_sha256)


def add_test_set() -> Insert:
    """A test set that is not kept yet; gives its id."""
    return insert(TEST_SET).returning(TEST_SET.c.id)


def add_run() -> Insert:
    """A run."""
    return insert(RUN)


def add_scores() -> Insert:
    """The scores of a run."""
    return insert(SCORE)


def add_cost() -> Insert:
    """The cost of a run."""
    return insert(COST)


def add_prediction() -> Insert:
    """The predictions of a run."""
    return insert(PREDICTION)


def add_correctness() -> Insert:
    """The correctness bits of a run."""
    return insert(CORRECTNESS)


def add_invalidation() -> Insert:
    """That a run is withdrawn, and why."""
    return insert(INVALIDATION)


def equal(**values: str | None) -> list[ColumnElement[bool]]:
    """Conditions on columns of `run`; None for a column asks nothing of it."""
    return [RUN.c[name] == value for name, value in values.items() if value is not None]
