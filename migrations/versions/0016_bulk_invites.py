"""Bulk invites: lists that are looked through before anybody is invited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = ("owner", "admin", "editor", "member", "viewer")
VERDICTS = ("ready", "member", "invited", "duplicate", "malformed", "banned")

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "bulk_drafts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("author_id", BIG_ID, nullable=False),
        sa.Column("role", _choice("role", ROLES), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=True),
        sa.Column("ttl_s", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("awaited", sa.Boolean(), nullable=False),
        sa.Column("committed_at", UtcDateTime(), nullable=True),
        _link("bulk_drafts", "group_id", "groups"),
        _link("bulk_drafts", "author_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_drafts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_drafts_public_id")),
    )
    for column in ("group_id", "author_id", "created_at"):
        op.create_index(f"ix_bulk_drafts_{column}", "bulk_drafts", [column])
    op.create_table(
        "bulk_rows",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("draft_id", BIG_ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=256), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("claim", sa.String(length=340), nullable=True),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("verdict", _choice("verdict", VERDICTS), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        _link("bulk_rows", "draft_id", "bulk_drafts"),
        _link("bulk_rows", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_rows")),
    )
    for column in ("draft_id", "person_id"):
        op.create_index(f"ix_bulk_rows_{column}", "bulk_rows", [column])


def downgrade() -> None:
    for table in ("bulk_rows", "bulk_drafts"):
        op.drop_table(table)


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")
