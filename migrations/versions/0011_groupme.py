"""Numbers in place of buttons, and what is remembered about a platform."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "choices",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("room", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choices")),
    )
    op.create_index("ix_choices_platform_room", "choices", ["platform", "room"], unique=False)
    op.create_table(
        "platform_notes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=96), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_notes")),
        sa.UniqueConstraint("platform", "name", name=op.f("uq_platform_notes_platform_name")),
    )


def downgrade() -> None:
    op.drop_table("platform_notes")
    op.drop_table("choices")
