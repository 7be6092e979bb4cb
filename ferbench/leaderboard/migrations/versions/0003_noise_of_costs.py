"""How sure a latency is, and the batch size that is fastest; nobody measured them for the runs that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Columns behind those that are there, empty in every row."""
    for name in ("latency_model", "latency_e2e"):
        op.add_column("cost", sa.Column(f"{name}_ms_noise_percent", sa.Double))
        op.add_column("cost", sa.Column(f"{name}_repeats", sa.Integer))
    op.add_column("cost", sa.Column("images_per_s_best", sa.Double))
    op.add_column("cost", sa.Column("batch_size_best", sa.Integer))
