"""Roles and members: labels, changes that can be undone, transfers, the words of names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime
from core.people.name_words import words_of

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOLDED = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
ROLES = ("owner", "admin", "editor", "member", "viewer")
STATES = ("active", "left", "removed", "banned")
CHUNK = 1000

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("members", "invites"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("label", sa.String(length=16), nullable=True))
    _create_changes()
    _create_transfers()
    op.create_table(
        "name_words",
        sa.Column("word", FOLDED, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_name_words_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("word", "person_id", name=op.f("pk_name_words")),
    )
    op.create_index("ix_name_words_person_id", "name_words", ["person_id"])
    _take_in_names()


def downgrade() -> None:
    for table in ("name_words", "transfers", "member_changes"):
        op.drop_table(table)
    for table in ("invites", "members"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("label")


def _create_changes() -> None:
    op.create_table(
        "member_changes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("member_id", BIG_ID, nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=False),
        sa.Column("old_role", _choice("old_role", ROLES), nullable=False),
        sa.Column("old_label", sa.String(length=16), nullable=True),
        sa.Column("old_state", _choice("old_state", STATES), nullable=False),
        sa.Column("old_ended_at", UtcDateTime(), nullable=True),
        sa.Column("new_role", _choice("new_role", ROLES), nullable=False),
        sa.Column("new_label", sa.String(length=16), nullable=True),
        sa.Column("new_state", _choice("new_state", STATES), nullable=False),
        sa.Column("room", _choice("room", ("kick", "ban")), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        _link("member_changes", "member_id", "members"),
        _link("member_changes", "actor_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_changes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_member_changes_public_id")),
    )
    op.create_index("ix_member_changes_member_id_id", "member_changes", ["member_id", "id"])
    op.create_index("ix_member_changes_actor_id", "member_changes", ["actor_id"])


def _create_transfers() -> None:
    states = ("open", "taken", "refused", "withdrawn")
    op.create_table(
        "transfers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("giver_id", BIG_ID, nullable=False),
        sa.Column("receiver_id", BIG_ID, nullable=False),
        sa.Column("by_system_admin", sa.Boolean(), nullable=False),
        sa.Column("state", _choice("state", states), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        _link("transfers", "group_id", "groups"),
        _link("transfers", "giver_id", "people"),
        _link("transfers", "receiver_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_transfers_public_id")),
    )
    for column in ("group_id", "giver_id", "receiver_id"):
        op.create_index(f"ix_transfers_{column}", "transfers", [column])


def _take_in_names() -> None:
    """The words of the names that are there, a chunk of people at a time."""
    people = sa.table("people", sa.column("id", BIG_ID), sa.column("name", sa.String))
    words = sa.table("name_words", sa.column("word", sa.String), sa.column("person_id", BIG_ID))
    last = 0
    while chunk := _after(people, last):
        rows = [{"word": word, "person_id": id_} for id_, name in chunk for word in words_of(name)]
        if rows:
            op.bulk_insert(words, rows)
        last = chunk[-1][0]


def _after(people: sa.TableClause, last: int) -> list[tuple[int, str]]:
    query = sa.select(people.c.id, people.c.name).where(people.c.id > last)
    found = op.get_bind().execute(query.order_by(people.c.id).limit(CHUNK))
    return [(row.id, row.name) for row in found]


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")
