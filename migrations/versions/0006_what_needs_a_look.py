"""What needs a look is counted by indexes of its own, however long the history is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0001"

TROUBLE = {
    "inbox": ("ix_inbox_trouble", "status IN ('unreadable', 'dead')"),
    "outbox": ("ix_outbox_dead", "status = 'dead'"),
    "deliveries": ("ix_deliveries_trouble", "status IN ('failed', 'dead', 'uncertain')"),
}


def upgrade() -> None:
    for table, (index, rows) in TROUBLE.items():
        where = sa.text(rows)
        op.create_index(index, table, ["status"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table, (index, _) in TROUBLE.items():
        op.drop_index(index, table)
