"""When an admin heard that a message or a fact is dead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

UNREPORTED = sa.text("status = 'dead' AND reported_at IS NULL")

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in ("deliveries", "outbox"):
        op.add_column(table, sa.Column("reported_at", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_deliveries_unreported",
        "deliveries",
        ["outbox_id"],
        unique=False,
        sqlite_where=UNREPORTED,
        postgresql_where=UNREPORTED,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_unreported", table_name="deliveries")
    for table in ("outbox", "deliveries"):
        with op.batch_alter_table(table) as altered:
            altered.drop_column("reported_at")
