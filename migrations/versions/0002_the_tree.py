"""The tree: groups that are archived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("groups", sa.Column("archived_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("groups", "archived_at")
