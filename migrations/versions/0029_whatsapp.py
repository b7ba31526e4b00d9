"""WhatsApp: who wrote when, who wants no more of us, which templates are approved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AWAITS_RECEIPTS = sa.text("channel = 'whatsapp'")

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("identities", sa.Column("heard_at", UtcDateTime(), nullable=True))
    op.add_column("identities", sa.Column("stopped_at", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_deliveries_receipted",
        "deliveries",
        ["provider_id"],
        unique=False,
        sqlite_where=AWAITS_RECEIPTS,
        postgresql_where=AWAITS_RECEIPTS,
    )
    op.create_table(
        "message_templates",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("buttons", sa.Integer(), nullable=False),
        sa.Column("needs", sa.String(length=64), nullable=False),
        sa.Column("listed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_templates")),
        sa.UniqueConstraint(
            "platform",
            "name",
            "language",
            name=op.f("uq_message_templates_platform_name_language"),
        ),
    )


def downgrade() -> None:
    op.drop_table("message_templates")
    op.drop_index("ix_deliveries_receipted", table_name="deliveries")
    op.drop_column("identities", "stopped_at")
    op.drop_column("identities", "heard_at")
