"""Boards of many runs: what they show of records as columns, an index that places runs, right answers on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

from ferbench.leaderboard.conditions import stored_condition_values
from ferbench.leaderboard.schema import storable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

revision = "0002"
down_revision = "0001"

#: Records that are in memory at once.
_BATCH = 200
_CONDITIONS = ("seen", "views", "left_out", "labels", "pixels", "licence", "origin", "network_key")
_RUN = sa.table("run", *(sa.column(name) for name in ("run_id", "record", *_CONDITIONS)))
#: A database that was changed by hand may hold rows of runs that are gone; nobody sees them.
_KNOWN = "WHERE run_id IN (SELECT run_id FROM run)"


def upgrade() -> None:
    """Change the tables, then fill what is new in them."""
    add_conditions()
    replace_board_index()
    part_right_answers()
    if op.get_bind().dialect.name == "sqlite":
        cluster_scores()
    fill_conditions()


def add_conditions() -> None:
    """What boards show of a record becomes columns of its run."""
    for name in ("seen", "labels", "pixels", "origin", "network_key"):
        op.add_column("run", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("run", sa.Column("views", sa.Integer, nullable=False, server_default="1"))
    op.add_column("run", sa.Column("left_out", sa.Text, nullable=False, server_default="[]"))
    op.add_column("run", sa.Column("licence", sa.Text))


def replace_board_index() -> None:
    """All that places a run on its board stands in one index."""
    op.drop_index("ix_run_board", "run")
    place = ["dataset", "split", "items_sha256", "run_id"]
    standing = ["created_at", "run_key", "model", "n", "ranked", "private", "origin", "test_set_id"]
    op.create_index("ix_run_board", "run", [*place, *standing])


def part_right_answers() -> None:
    """The few bytes that tell runs apart no longer lie behind outputs that take a thousand times as much."""
    op.create_table("correctness", of_run(), sa.Column("correct", sa.LargeBinary, nullable=False))
    op.execute(f"INSERT INTO correctness (run_id, correct) SELECT run_id, correct FROM prediction {_KNOWN}")  # noqa: S608
    op.drop_column("prediction", "correct")


def cluster_scores() -> None:
    """SQLite kept the key of a score twice, and looked a value up in two places."""
    op.rename_table("score", "earlier_score")
    op.create_table(
        "score",
        of_run(),
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("output", "metric", "label_mode", "slice")),
        *(sa.Column(name, sa.Double) for name in ("value", "low", "high")),
        sa.Column("n", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    columns = "run_id, output, metric, label_mode, slice, value, low, high, n"
    order = "ORDER BY run_id, output, metric, label_mode, slice"
    op.execute(f"INSERT INTO score ({columns}) SELECT {columns} FROM earlier_score {_KNOWN} {order}")  # noqa: S608
    op.drop_table("earlier_score")


def fill_conditions() -> None:
    """Read every record once; one that is damaged has the conditions of a plain run."""
    connection = op.get_bind()
    of_run = _RUN.c.run_id == sa.bindparam("of")
    change = sa.update(_RUN).where(of_run).values({name: sa.bindparam(name) for name in _CONDITIONS})
    for run_ids in batches(connection.scalars(sa.select(_RUN.c.run_id)).all()):
        records = sa.select(_RUN.c.run_id, _RUN.c.record).where(_RUN.c.run_id.in_(run_ids))
        found = connection.execute(records).all()
        connection.execute(change, [{"of": run_id, **filled(record)} for run_id, record in found])


def filled(record: object) -> dict[str, str | int | None]:
    """The columns of a record, in texts that databases accept."""
    values = stored_condition_values(record)
    return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}


def batches(run_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ids, some at a time."""
    for start in range(0, len(run_ids), _BATCH):
        yield run_ids[start : start + _BATCH]


def of_run() -> sa.Column[str]:
    """The run that a row belongs to."""
    return sa.Column("run_id", sa.Text, sa.ForeignKey("run.run_id"), primary_key=True)
