"""From which SEQUENCE on an event is as it was last asked about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    with op.batch_alter_table("events") as batch:
        column = sa.Column("terms_sequence", sa.Integer(), nullable=False, server_default="0")
        batch.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("events") as batch:
        batch.drop_column("terms_sequence")
