"""One text to many people, and who of them was written to where."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATES = ("draft", "waiting", "expanding", "sending", "done", "cancelled")

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    _create_broadcasts()
    op.create_table(
        "broadcast_recipients",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("broadcast_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("guest_id", BIG_ID, nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=True),
        _key("broadcast_recipients", "broadcast_id", "broadcasts", "CASCADE"),
        _key("broadcast_recipients", "person_id", "people", "CASCADE"),
        _key("broadcast_recipients", "guest_id", "guests", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_recipients")),
        _once("broadcast_recipients", "broadcast_id", "person_id"),
        _once("broadcast_recipients", "broadcast_id", "guest_id"),
    )
    for columns in (("person_id",), ("guest_id",), ("broadcast_id", "channel", "address")):
        name = op.f(f"ix_broadcast_recipients_{'_'.join(columns)}")
        op.create_index(name, "broadcast_recipients", list(columns))


def downgrade() -> None:
    op.drop_table("broadcast_recipients")
    op.drop_table("broadcasts")


def _create_broadcasts() -> None:
    state = sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=16)
    op.create_table(
        "broadcasts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("author_id", BIG_ID, nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("links", sa.String(length=200), nullable=False),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("outbox_id", BIG_ID, nullable=True),
        _key("broadcasts", "group_id", "groups", "CASCADE"),
        _key("broadcasts", "author_id", "people", "CASCADE"),
        _key("broadcasts", "outbox_id", "outbox", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        _once("broadcasts", "public_id"),
    )
    for column in ("group_id", "author_id", "created_at", "outbox_id"):
        op.create_index(op.f(f"ix_broadcasts_{column}"), "broadcasts", [column])
    under_way = sa.text("state IN ('waiting', 'expanding', 'sending')")
    op.create_index(
        "ix_broadcasts_under_way",
        "broadcasts",
        ["id"],
        sqlite_where=under_way,
        postgresql_where=under_way,
    )


def _key(table: str, column: str, other: str, gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=gone)


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))
