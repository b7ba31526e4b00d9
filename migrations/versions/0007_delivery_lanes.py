"""Deliveries have lanes, and what is claimed and what is under way have an index each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

WAITING, UNDER_WAY = sa.text("status = 'pending'"), sa.text("status = 'sending'")
UNSETTLED = sa.text("status IN ('pending', 'sending')")

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    lane = sa.Column("lane", sa.SmallInteger(), server_default="0", nullable=False)
    op.add_column("deliveries", lane)
    op.drop_index("ix_deliveries_due", "deliveries")
    _index("ix_deliveries_ready", ["lane", "due_at", "id"], WAITING)
    _index("ix_deliveries_sending", ["lease_until"], UNDER_WAY)


def downgrade() -> None:
    op.drop_index("ix_deliveries_sending", "deliveries")
    op.drop_index("ix_deliveries_ready", "deliveries")
    _index("ix_deliveries_due", ["due_at"], UNSETTLED)
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_column("lane")


def _index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)
