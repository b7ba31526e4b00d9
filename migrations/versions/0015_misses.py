"""Acts in a room that failed and that nobody heard of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

MISSED = sa.text("kind = 'expulsion' AND status IN ('failed', 'dead') AND reported_at IS NULL")

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_missed",
        "deliveries",
        ["id"],
        unique=False,
        sqlite_where=MISSED,
        postgresql_where=MISSED,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_missed", table_name="deliveries")
