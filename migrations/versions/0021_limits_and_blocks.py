"""How many invites may be made, and who does not want any."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_ALL = sa.text("group_id IS NULL")

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    with op.batch_alter_table("invites") as batch:
        batch.add_column(
            sa.Column("listed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    for column in ("group_id", "inviter_id"):
        op.create_index(f"ix_invites_{column}_created_at", "invites", [column, "created_at"])
    op.create_table(
        "invite_limits",
        sa.Column("group_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("short", sa.Integer(), nullable=False),
        sa.Column("daily", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        _link("invite_limits", "group_id", "groups"),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_invite_limits")),
    )
    op.create_table(
        "invite_blocks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _link("invite_blocks", "person_id", "people"),
        _link("invite_blocks", "group_id", "groups"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_blocks")),
        sa.UniqueConstraint(
            "person_id", "group_id", name=op.f("uq_invite_blocks_person_id_group_id")
        ),
    )
    op.create_index("ix_invite_blocks_group_id", "invite_blocks", ["group_id"])
    op.create_index(
        "ix_invite_blocks_of_all",
        "invite_blocks",
        ["person_id"],
        unique=True,
        sqlite_where=OF_ALL,
        postgresql_where=OF_ALL,
    )


def downgrade() -> None:
    for table in ("invite_blocks", "invite_limits"):
        op.drop_table(table)
    for column in ("inviter_id", "group_id"):
        op.drop_index(f"ix_invites_{column}_created_at", "invites")
    with op.batch_alter_table("invites") as batch:
        batch.drop_column("listed")


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")
