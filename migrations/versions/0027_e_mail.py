"""E-mail: what a club's mails look like, and which addresses want none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "brands",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("logo", sa.String(length=24), nullable=False),
        sa.Column("ground", sa.String(length=7), nullable=False),
        sa.Column("ink", sa.String(length=7), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["groups.id"],
            name=op.f("fk_brands_group_id_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brands")),
        sa.UniqueConstraint("group_id", name=op.f("uq_brands_group_id")),
    )
    op.create_table(
        "mailboxes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column(
            "attitude",
            sa.Enum(
                "open",
                "unsubscribed",
                "refusing",
                name="attitude",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        sa.UniqueConstraint("digest", name=op.f("uq_mailboxes_digest")),
        sa.UniqueConstraint("token", name=op.f("uq_mailboxes_token")),
    )


def downgrade() -> None:
    op.drop_table("mailboxes")
    op.drop_table("brands")
