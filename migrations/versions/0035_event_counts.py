"""The numbers of long guest lists, as they were counted last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "event_counts",
        sa.Column("event_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("numbers", JSON, nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.Column("wanted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_event_counts_event_id_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_counts")),
    )
    wanted = sa.text("wanted_at IS NOT NULL")
    op.create_index(
        "ix_event_counts_wanted",
        "event_counts",
        ["wanted_at"],
        sqlite_where=wanted,
        postgresql_where=wanted,
    )


def downgrade() -> None:
    op.drop_table("event_counts")
