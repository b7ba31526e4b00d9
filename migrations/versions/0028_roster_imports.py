"""Lists of players that are shown, asked for and worked off in pieces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_OBJECT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "roster_imports",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("author_id", BIG_ID, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "awaited",
                "shown",
                "asked",
                "done",
                "broken",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("counts", JSON_OBJECT, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["groups.id"],
            name=op.f("fk_roster_imports_group_id_groups"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["people.id"],
            name=op.f("fk_roster_imports_author_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_imports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_roster_imports_public_id")),
    )
    for column in ("group_id", "author_id", "created_at"):
        op.create_index(f"ix_roster_imports_{column}", "roster_imports", [column])
    asked = sa.text("state = 'asked'")
    op.create_index(
        "ix_roster_imports_asked",
        "roster_imports",
        ["id"],
        sqlite_where=asked,
        postgresql_where=asked,
    )
    op.create_table(
        "roster_chunks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("import_id", BIG_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("rows", JSON_OBJECT, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["roster_imports.id"],
            name=op.f("fk_roster_chunks_import_id_roster_imports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_chunks")),
        sa.UniqueConstraint("import_id", "place", name=op.f("uq_roster_chunks_import_id_place")),
    )


def downgrade() -> None:
    op.drop_table("roster_chunks")
    op.drop_table("roster_imports")
