"""What is still to be answered, kept with the update that asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

OWED = sa.text("reply IS NOT NULL")

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("reply", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(
        "ix_inbox_owed", "inbox", ["id"], unique=False, sqlite_where=OWED, postgresql_where=OWED
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_owed", table_name="inbox")
    with op.batch_alter_table("inbox") as inbox:
        inbox.drop_column("reply")
