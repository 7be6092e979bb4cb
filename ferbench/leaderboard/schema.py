"""The tables of a leaderboard, in types that SQLite and PostgreSQL share.

Runs are append-only: a row of any table is written once, and withdrawing a run adds a row to `invalidation`.
A change here needs a migration in `migrations/versions`, and its name in `REVISION`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

#: The newest migration: what `alembic_version` holds in a database of this version.
REVISION = "0003"

METADATA = MetaData()


def storable(text: str) -> str:
    r"""The text with `\udcff` for an undecodable byte of a file name (a lone surrogate), which no database accepts.

    In JSON text that is another spelling of the same string, elsewhere it is a readable stand-in.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


class Utf8Text(TypeDecorator[str]):
    """Text that may hold undecodable bytes of a file name; see `storable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text as it is stored."""
        return None if value is None else storable(value)


#: The images of an evaluated split, kept once for all runs on them; `manifest` is a packed `results.TestSet`.
TEST_SET = Table(
    "test_set",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("dataset", Utf8Text, nullable=False),
    Column("split", Utf8Text, nullable=False),
    Column("items_sha256", Text, nullable=False),
    Column("pixels_sha256", Text, nullable=False),
    # Equal pixels may come in another order or with other attributes, and predictions are stored in manifest order.
    Column("manifest_sha256", Text, nullable=False, unique=True),
    Column("n", Integer, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
)

#: One row a run. `record` is the canonical JSON of the record without its seal, so `seal` is its SHA-256.
RUN = Table(
    "run",
    METADATA,
    Column("run_id", Text, primary_key=True),
    Column("created_at", Text, nullable=False),
    Column("run_key", Text, nullable=False),
    Column("cost_key", Text, nullable=False),
    Column("core_sha256", Text, nullable=False),
    Column("seal", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("ranked", Boolean, nullable=False),
    Column("not_ranked_because", Utf8Text, nullable=False),
    Column("model", Utf8Text, nullable=False),
    Column("weights_name", Utf8Text),
    Column("weights_sha256", Text),
    Column("selection", Text),
    Column("extra_data", Utf8Text),
    Column("dataset", Utf8Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("split", Utf8Text, nullable=False),
    Column("items_sha256", Text, nullable=False),
    Column("input", Utf8Text, nullable=False),
    Column("test_set_id", Integer, ForeignKey("test_set.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("record", Utf8Text, nullable=False),
    # What boards show of the record, see `conditions`; behind it, since they came later.
    Column("seen", Utf8Text, nullable=False, server_default=""),
    Column("views", Integer, nullable=False, server_default="1"),
    Column("left_out", Utf8Text, nullable=False, server_default="[]"),
    Column("labels", Utf8Text, nullable=False, server_default=""),
    Column("pixels", Utf8Text, nullable=False, server_default=""),
    Column("licence", Utf8Text),
    Column("origin", Text, nullable=False, server_default=""),
    Column("network_key", Text, nullable=False, server_default=""),
    # All that places a run on a board, so that nobody leafs through records to rank their runs. Ids stand before the
    # rest: their order is that of the scores that are looked up next.
    Index(
        "ix_run_board",
        "dataset", "split", "items_sha256", "run_id",
        "created_at", "run_key", "model", "n", "ranked", "private", "origin", "test_set_id",
    ),
)  # fmt: skip

#: One row a number. SQLite keeps the rows of a run side by side, without a second copy of their long keys.
SCORE = Table(
    "score",
    METADATA,
    Column("run_id", Text, ForeignKey("run.run_id"), primary_key=True),
    Column("output", Utf8Text, primary_key=True),
    Column("metric", Utf8Text, primary_key=True),
    Column("label_mode", Text, primary_key=True),
    Column("slice", Utf8Text, primary_key=True),
    Column("value", Double),
    Column("low", Double),
    Column("high", Double),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: `results.Cost`, one column a field; mappings are JSON text.
COST = Table(
    "cost",
    METADATA,
    Column("run_id", Text, ForeignKey("run.run_id"), primary_key=True),
    Column("cost_key", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("device_name", Utf8Text, nullable=False),
    Column("threads", Integer, nullable=False),
    Column("batch_size", Integer, nullable=False),
    Column("engine", Text, nullable=False),
    Column("precision", Text, nullable=False),
    Column("params_total", BigInteger),
    Column("params_trainable", BigInteger),
    Column("params_used", BigInteger),
    Column("macs", BigInteger),
    Column("norm_macs", BigInteger),
    Column("flops", BigInteger),
    Column("counter", Text),
    Column("macs_by_module", Utf8Text, nullable=False),
    Column("uncounted_ops", Utf8Text, nullable=False),
    Column("not_counted_because", Utf8Text, nullable=False),
    Column("latency_model_ms_p50", Double),
    Column("latency_model_ms_p95", Double),
    Column("latency_e2e_ms_p50", Double),
    Column("latency_e2e_ms_p95", Double),
    Column("images_per_s", Double),
    Column("peak_mem_mib", Double),
    Column("latency_model_ms_noise_percent", Double),
    Column("latency_model_repeats", Integer),
    Column("latency_e2e_ms_noise_percent", Double),
    Column("latency_e2e_repeats", Integer),
    Column("images_per_s_best", Double),
    Column("batch_size_best", Integer),
)

#: The raw arrays of a run; see `blobs`.
PREDICTION = Table(
    "prediction",
    METADATA,
    Column("run_id", Text, ForeignKey("run.run_id"), primary_key=True),
    Column("outputs", LargeBinary, nullable=False),
)

#: A bit an image: 1 where the strict answer is the label. Apart from the outputs, which boards do not read.
CORRECTNESS = Table(
    "correctness",
    METADATA,
    Column("run_id", Text, ForeignKey("run.run_id"), primary_key=True),
    Column("correct", LargeBinary, nullable=False),
)

INVALIDATION = Table(
    "invalidation",
    METADATA,
    Column("run_id", Text, ForeignKey("run.run_id"), primary_key=True),
    Column("at", Text, nullable=False),
    Column("reason", Utf8Text, nullable=False),
)
