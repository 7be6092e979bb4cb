"""The first schema: test sets, runs, scores, costs, predictions and invalidations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all tables; a migration never changes, so it repeats what `schema` says today."""
    create_test_set()
    create_run()
    create_score()
    create_cost()
    op.create_table(
        "prediction",
        of_run(),
        sa.Column("outputs", sa.LargeBinary, nullable=False),
        sa.Column("correct", sa.LargeBinary, nullable=False),
    )
    op.create_table("invalidation", of_run(), text("at"), text("reason"))


def create_test_set() -> None:
    """The images of an evaluated split."""
    op.create_table(
        "test_set",
        sa.Column("id", sa.Integer, primary_key=True),
        text("dataset"),
        text("split"),
        text("items_sha256"),
        text("pixels_sha256"),
        sa.Column("manifest_sha256", sa.Text, nullable=False, unique=True),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("manifest", sa.LargeBinary, nullable=False),
    )


def create_run() -> None:
    """One row a run."""
    op.create_table(
        "run",
        sa.Column("run_id", sa.Text, primary_key=True),
        *(text(name) for name in ("created_at", "run_key", "cost_key", "core_sha256", "seal", "status")),
        sa.Column("ranked", sa.Boolean, nullable=False),
        text("not_ranked_because"),
        text("model"),
        *(sa.Column(name, sa.Text) for name in ("weights_name", "weights_sha256", "selection", "extra_data")),
        text("dataset"),
        sa.Column("private", sa.Boolean, nullable=False),
        text("split"),
        text("items_sha256"),
        text("input"),
        sa.Column("test_set_id", sa.Integer, sa.ForeignKey("test_set.id"), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        text("record"),
    )
    op.create_index("ix_run_board", "run", ["dataset", "split"])


def create_score() -> None:
    """One row a number."""
    op.create_table(
        "score",
        of_run(),
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("output", "metric", "label_mode", "slice")),
        *(sa.Column(name, sa.Double) for name in ("value", "low", "high")),
        sa.Column("n", sa.Integer, nullable=False),
    )


def create_cost() -> None:
    """One row a run: what its network costs on its device."""
    counts = ("params_total", "params_trainable", "params_used", "macs", "norm_macs", "flops")
    latencies = ("latency_model_ms_p50", "latency_model_ms_p95", "latency_e2e_ms_p50", "latency_e2e_ms_p95")
    op.create_table(
        "cost",
        of_run(),
        *(text(name) for name in ("cost_key", "device", "device_name")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("threads", "batch_size")),
        *(text(name) for name in ("engine", "precision")),
        *(sa.Column(name, sa.BigInteger) for name in counts),
        sa.Column("counter", sa.Text),
        *(text(name) for name in ("macs_by_module", "uncounted_ops", "not_counted_because")),
        *(sa.Column(name, sa.Double) for name in (*latencies, "images_per_s", "peak_mem_mib")),
    )


def text(name: str) -> sa.Column[str]:
    """A text column that is never empty of a value."""
    return sa.Column(name, sa.Text, nullable=False)


def of_run() -> sa.Column[str]:
    """The run that a row belongs to."""
    return sa.Column("run_id", sa.Text, sa.ForeignKey("run.run_id"), primary_key=True)
