"""People: linked, parted and forgotten; languages and zones of groups; a log that stays as it is.

The audit is guarded by the database itself: no row is deleted, and of a row only the links to a
group and a person that are gone may become empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_OBJECT = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")

revision = "0017"
down_revision = "0016"

KEPT = ("id", "action", "subject", "details", "via", "created_at")
LINKS = ("group_id", "actor_id")


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("merged_into_id", BIG_ID, nullable=True))
        people.add_column(sa.Column("erased_at", UtcDateTime(), nullable=True))
        people.create_foreign_key(
            op.f("fk_people_merged_into_id_people"),
            "people",
            ["merged_into_id"],
            ["id"],
            ondelete="SET NULL",
        )
        people.create_index("ix_people_merged_into_id", ["merged_into_id"])
    op.add_column("identities", sa.Column("reach_said_at", UtcDateTime(), nullable=True))
    op.add_column("groups", sa.Column("locale", sa.String(length=16), nullable=True))
    op.add_column("groups", sa.Column("timezone", sa.String(length=64), nullable=True))
    op.add_column("inbox", sa.Column("sender", sa.String(length=320), nullable=True))
    op.create_index("ix_inbox_sender", "inbox", ["sender"])
    _create_link_codes()
    _create_merges()
    _create_erasures()
    _guard_audit()


def downgrade() -> None:
    _unguard_audit()
    for table in ("erasures", "merges", "link_codes"):
        op.drop_table(table)
    op.drop_index("ix_inbox_sender", "inbox")
    op.drop_column("inbox", "sender")
    op.drop_column("identities", "reach_said_at")
    op.drop_column("groups", "timezone")
    op.drop_column("groups", "locale")
    with op.batch_alter_table("people") as people:
        people.drop_index("ix_people_merged_into_id")
        people.drop_constraint(op.f("fk_people_merged_into_id_people"), type_="foreignkey")
        people.drop_column("erased_at")
        people.drop_column("merged_into_id")


def _create_link_codes() -> None:
    op.create_table(
        "link_codes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        _person("link_codes", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_link_codes_digest")),
    )
    op.create_index("ix_link_codes_person_id", "link_codes", ["person_id"])


def _create_merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("survivor_id", BIG_ID, nullable=False),
        sa.Column("merged_id", BIG_ID, nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("details", JSON_OBJECT, nullable=False),
        _person("merges", "survivor_id"),
        _person("merges", "merged_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index("ix_merges_survivor_id", "merges", ["survivor_id"])
    op.create_index("ix_merges_merged_id", "merges", ["merged_id"])


def _create_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        _person("erasures", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasures_person_id")),
    )


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_people")
    return sa.ForeignKeyConstraint([column], ["people.id"], name=name, ondelete="CASCADE")


def _guard_audit() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit is only ever added to'; END $$"
        )
        refuse, differs = "EXECUTE FUNCTION audit_is_kept()", "IS DISTINCT FROM"
    else:
        refuse = "BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END"
        differs = "IS NOT"
    changed = [f"NEW.{name} {differs} OLD.{name}" for name in KEPT]
    changed += [f"(NEW.{n} IS NOT NULL AND NEW.{n} {differs} OLD.{n})" for n in LINKS]
    op.execute(
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW "
        f"WHEN ({' OR '.join(changed)}) {refuse}"
    )
    op.execute(f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW {refuse}")


def _unguard_audit() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_no_update ON audit")
        op.execute("DROP TRIGGER audit_no_delete ON audit")
        op.execute("DROP FUNCTION audit_is_kept()")
    else:
        op.execute("DROP TRIGGER audit_no_update")
        op.execute("DROP TRIGGER audit_no_delete")
