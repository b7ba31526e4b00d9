"""Why a broadcast or a guest list that was under way went no further."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
TABLES = ("broadcasts", "guest_imports")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("stopped", sa.String(length=32), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "stopped")
