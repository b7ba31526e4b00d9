"""What organisers do to guests and can undo; lists on their way into an event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    _create_changes()
    _create_imports()
    op.create_table(
        "guest_twins",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("low_id", BIG_ID, nullable=False),
        sa.Column("high_id", BIG_ID, nullable=False),
        _key("guest_twins", "low_id", "guests", "CASCADE"),
        _key("guest_twins", "high_id", "guests", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_twins")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_guest_twins_low_id_high_id")),
    )
    op.create_index(op.f("ix_guest_twins_high_id"), "guest_twins", ["high_id"])


def _create_changes() -> None:
    op.create_table(
        "guest_changes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        _key("guest_changes", "event_id", "events", "CASCADE"),
        _key("guest_changes", "actor_id", "people", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_changes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_guest_changes_public_id")),
    )
    for column in ("event_id", "actor_id", "created_at"):
        op.create_index(op.f(f"ix_guest_changes_{column}"), "guest_changes", [column])
    op.create_table(
        "guest_change_rows",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("change_id", BIG_ID, nullable=False),
        sa.Column("guest_id", BIG_ID, nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        _key("guest_change_rows", "change_id", "guest_changes", "CASCADE"),
        _key("guest_change_rows", "guest_id", "guests", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_change_rows")),
    )
    for column in ("change_id", "guest_id"):
        op.create_index(op.f(f"ix_guest_change_rows_{column}"), "guest_change_rows", [column])


def _create_imports() -> None:
    op.create_table(
        "guest_imports",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("author_id", BIG_ID, nullable=False),
        _choice("state", "awaited", "shown", "committing", "done"),
        sa.Column("unknown", JSON, nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        _key("guest_imports", "event_id", "events", "CASCADE"),
        _key("guest_imports", "author_id", "people", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_imports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_guest_imports_public_id")),
    )
    for column in ("event_id", "author_id", "created_at"):
        op.create_index(op.f(f"ix_guest_imports_{column}"), "guest_imports", [column])
    under_way = sa.text("state = 'committing'")
    op.create_index(
        "ix_guest_imports_committing",
        "guest_imports",
        ["id"],
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    op.create_table(
        "guest_import_rows",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("import_id", BIG_ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=256), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        _choice("verdict", "new", "changed", "same", "duplicate", "malformed"),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        _key("guest_import_rows", "import_id", "guest_imports", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_import_rows")),
    )
    op.create_index(
        op.f("ix_guest_import_rows_import_id_done_id"),
        "guest_import_rows",
        ["import_id", "done", "id"],
    )


def downgrade() -> None:
    for table in (
        "guest_twins",
        "guest_import_rows",
        "guest_imports",
        "guest_change_rows",
        "guest_changes",
    ):
        op.drop_table(table)


def _key(table: str, column: str, other: str, gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=gone)


def _choice(name: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)
    return sa.Column(name, kind, nullable=False)
