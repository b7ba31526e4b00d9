"""Events with their series and reminders; guests with their households and links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    _create_event_series()
    _create_events()
    _create_event_reminders()
    _create_households()
    _create_guests()
    _create_guest_links()


def downgrade() -> None:
    for table in (
        "guest_links",
        "guests",
        "households",
        "event_reminders",
        "events",
        "event_series",
    ):
        op.drop_table(table)


def _create_event_series() -> None:
    op.create_table(
        "event_series",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("parent_id", BIG_ID, nullable=True),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("made_until", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["groups.id"],
            name=op.f("fk_event_series_parent_id_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_series")),
    )
    op.create_index(
        op.f("ix_event_series_made_until"), "event_series", ["made_until"], unique=False
    )
    op.create_index(op.f("ix_event_series_parent_id"), "event_series", ["parent_id"], unique=False)


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("map_link", sa.String(length=500), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("region", sa.String(length=2), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("deadline", UtcDateTime(), nullable=True),
        sa.Column("plus_ones", sa.Integer(), nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.Column("list_visible", sa.Boolean(), nullable=False),
        sa.Column("sides", JSON_LIST, nullable=False),
        sa.Column(
            "broadcast_role",
            sa.Enum(
                "owner",
                "admin",
                "editor",
                "member",
                "viewer",
                name="broadcast_role",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.Column("series_id", BIG_ID, nullable=True),
        sa.Column("occurs_at", UtcDateTime(), nullable=True),
        sa.Column("card_due_at", UtcDateTime(), nullable=True),
        sa.Column("card_told_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["id"], ["groups.id"], name=op.f("fk_events_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["event_series.id"],
            name=op.f("fk_events_series_id_event_series"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("series_id", "occurs_at", name=op.f("uq_events_series_id_occurs_at")),
        sa.UniqueConstraint("uid", name=op.f("uq_events_uid")),
    )
    op.create_index(
        "ix_events_card_due",
        "events",
        ["card_due_at"],
        unique=False,
        sqlite_where=sa.text("card_due_at IS NOT NULL"),
        postgresql_where=sa.text("card_due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_events_starts_at"), "events", ["starts_at"], unique=False)


def _create_event_reminders() -> None:
    op.create_table(
        "event_reminders",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "week",
                "day",
                "answer",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_event_reminders_event_id_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_reminders")),
        sa.UniqueConstraint("event_id", "kind", name=op.f("uq_event_reminders_event_id_kind")),
    )
    op.create_index(
        "ix_event_reminders_due",
        "event_reminders",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )


def _create_households() -> None:
    op.create_table(
        "households",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_households_event_id_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
        sa.UniqueConstraint("event_id", "name", name=op.f("uq_households_event_id_name")),
    )


def _create_guests() -> None:
    op.create_table(
        "guests",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("household_id", BIG_ID, nullable=True),
        sa.Column("first_name", sa.String(length=64), nullable=False),
        sa.Column("last_name", sa.String(length=64), nullable=True),
        sa.Column("name_key", sa.String(length=129), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("phone_key", sa.String(length=16), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("side", sa.String(length=32), nullable=True),
        sa.Column("is_child", sa.Boolean(), nullable=False),
        sa.Column("plus_ones", sa.Integer(), nullable=False),
        sa.Column("plus_one_names", JSON_LIST, nullable=False),
        sa.Column("may_bring", sa.Integer(), nullable=True),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("diet", sa.String(length=200), nullable=True),
        sa.Column("seating", sa.String(length=32), nullable=True),
        sa.Column("notes", sa.String(length=1000), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "invited",
                "confirmed",
                "declined",
                "maybe",
                "waitlisted",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("added_by_id", BIG_ID, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["people.id"],
            name=op.f("fk_guests_added_by_id_people"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_guests_event_id_events"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_guests_household_id_households"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_guests_person_id_people"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guests")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_guests_event_id_person_id")),
    )
    op.create_index(op.f("ix_guests_added_by_id"), "guests", ["added_by_id"], unique=False)
    op.create_index(op.f("ix_guests_event_id_email"), "guests", ["event_id", "email"], unique=False)
    op.create_index(op.f("ix_guests_event_id_id"), "guests", ["event_id", "id"], unique=False)
    op.create_index(
        op.f("ix_guests_event_id_name_key"), "guests", ["event_id", "name_key"], unique=False
    )
    op.create_index(
        op.f("ix_guests_event_id_phone_key"), "guests", ["event_id", "phone_key"], unique=False
    )
    op.create_index(
        op.f("ix_guests_event_id_status_id"), "guests", ["event_id", "status", "id"], unique=False
    )
    op.create_index(
        "ix_guests_held",
        "guests",
        ["held_until"],
        unique=False,
        sqlite_where=sa.text("held_until IS NOT NULL"),
        postgresql_where=sa.text("held_until IS NOT NULL"),
    )
    op.create_index(op.f("ix_guests_household_id"), "guests", ["household_id"], unique=False)
    op.create_index(op.f("ix_guests_person_id"), "guests", ["person_id"], unique=False)


def _create_guest_links() -> None:
    op.create_table(
        "guest_links",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("guest_id", BIG_ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guest_id"],
            ["guests.id"],
            name=op.f("fk_guest_links_guest_id_guests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_guest_links_digest")),
    )
    op.create_index(op.f("ix_guest_links_guest_id"), "guest_links", ["guest_id"], unique=False)
