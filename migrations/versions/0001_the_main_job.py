"""The main job: people, groups, members, chats, invites, inbox, outbox, deliveries, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_OBJECT = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")

# What needs a look is counted by indexes of its own, however long the history is.
TROUBLE = {
    "inbox": ("ix_inbox_trouble", "status IN ('unreadable', 'dead')"),
    "outbox": ("ix_outbox_dead", "status = 'dead'"),
    "deliveries": ("ix_deliveries_trouble", "status IN ('failed', 'dead', 'uncertain')"),
}

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "groups",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "org",
                "team",
                "band",
                "event",
                "class",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", BIG_ID, nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=128), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["groups.id"],
            name=op.f("fk_groups_parent_id_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("parent_id", "slug", name=op.f("uq_groups_parent_id_slug")),
    )
    op.create_table(
        "guesses",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("guesser", sa.String(length=340), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guesses")),
    )
    op.create_index("ix_guesses_guesser", "guesses", ["guesser"], unique=False)
    op.create_index("ix_guesses_made_at", "guesses", ["made_at"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "handled",
                "unreadable",
                "dead",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_inbox_platform_external_id")),
    )
    op.create_index("ix_inbox_handled", "inbox", ["handled_at"], unique=False)
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )

    op.create_table(
        "chats",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("bound_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_chats_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("platform", "address", name=op.f("uq_chats_platform_address")),
    )
    op.create_index("ix_chats_group_id", "chats", ["group_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_type", sa.String(length=64), nullable=False),
        sa.Column("group_id", BIG_ID, nullable=True),
        sa.Column("payload", JSON_OBJECT, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "done",
                "dead",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("processed_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_outbox_group_id_groups"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_group_id", "outbox", ["group_id"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )

    op.create_table(
        "people",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("current_group_id", BIG_ID, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["current_group_id"],
            ["groups.id"],
            name=op.f("fk_people_current_group_id_groups"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "audit",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=True),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("details", JSON_OBJECT, nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_audit_actor_id_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_audit_group_id_groups"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_group_id_id", "audit", ["group_id", "id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("outbox_id", BIG_ID, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "sending",
                "sent",
                "delivered",
                "read",
                "failed",
                "dead",
                "uncertain",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lost_claims", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("claim_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("provider_id", sa.String(length=128), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outbox_id"],
            ["outbox.id"],
            name=op.f("fk_deliveries_outbox_id_outbox"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "outbox_id", "channel", "address", name=op.f("uq_deliveries_outbox_id_channel_address")
        ),
    )
    op.create_index(
        "ix_deliveries_destination",
        "deliveries",
        ["channel", "address", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'sending')"),
        postgresql_where=sa.text("status IN ('pending', 'sending')"),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status IN ('pending', 'sending')"),
        postgresql_where=sa.text("status IN ('pending', 'sending')"),
    )

    op.create_table(
        "identities",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("unreachable_reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_identities_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("platform", "address", name=op.f("uq_identities_platform_address")),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"], unique=False)
    op.create_index("ix_identities_username", "identities", ["username"], unique=False)

    op.create_table(
        "invites",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("inviter_id", BIG_ID, nullable=False),
        sa.Column("invitee_id", BIG_ID, nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "admin",
                "editor",
                "member",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("by_system_admin", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "declined",
                "revoked",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("max_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_invites_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invitee_id"],
            ["people.id"],
            name=op.f("fk_invites_invitee_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["inviter_id"],
            ["people.id"],
            name=op.f("fk_invites_inviter_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invites_public_id")),
    )
    op.create_index("ix_invites_group_id_id", "invites", ["group_id", "id"], unique=False)
    op.create_index("ix_invites_invitee_id", "invites", ["invitee_id"], unique=False)
    op.create_index("ix_invites_inviter_id", "invites", ["inviter_id"], unique=False)

    op.create_table(
        "members",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "admin",
                "editor",
                "member",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "left",
                "removed",
                "banned",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_members_group_id_groups"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_members_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("person_id", "group_id", name=op.f("uq_members_person_id_group_id")),
    )
    op.create_index(
        "ix_members_group_id_state_id", "members", ["group_id", "state", "id"], unique=False
    )

    op.create_table(
        "invite_tokens",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("invite_id", BIG_ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invite_id"],
            ["invites.id"],
            name=op.f("fk_invite_tokens_invite_id_invites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_invite_tokens_digest")),
    )
    op.create_index("ix_invite_tokens_invite_id", "invite_tokens", ["invite_id"], unique=False)

    op.create_table(
        "invite_views",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("invite_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("declined_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invite_id"],
            ["invites.id"],
            name=op.f("fk_invite_views_invite_id_invites"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_invite_views_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_views")),
        sa.UniqueConstraint(
            "invite_id", "person_id", name=op.f("uq_invite_views_invite_id_person_id")
        ),
    )
    op.create_index("ix_invite_views_person_id", "invite_views", ["person_id"], unique=False)

    op.create_table(
        "redemptions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("invite_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invite_id"],
            ["invites.id"],
            name=op.f("fk_redemptions_invite_id_invites"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_redemptions_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sa.UniqueConstraint(
            "invite_id", "person_id", name=op.f("uq_redemptions_invite_id_person_id")
        ),
    )
    op.create_index("ix_redemptions_person_id", "redemptions", ["person_id"], unique=False)
    for table, (index, rows) in TROUBLE.items():
        where = sa.text(rows)
        op.create_index(index, table, ["status"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table, (index, _) in TROUBLE.items():
        op.drop_index(index, table)
    op.drop_index("ix_redemptions_person_id", "redemptions")

    op.drop_table("redemptions")
    op.drop_index("ix_invite_views_person_id", "invite_views")

    op.drop_table("invite_views")
    op.drop_index("ix_invite_tokens_invite_id", "invite_tokens")

    op.drop_table("invite_tokens")
    op.drop_index("ix_members_group_id_state_id", "members")

    op.drop_table("members")
    op.drop_index("ix_invites_inviter_id", "invites")
    op.drop_index("ix_invites_invitee_id", "invites")
    op.drop_index("ix_invites_group_id_id", "invites")

    op.drop_table("invites")
    op.drop_index("ix_identities_username", "identities")
    op.drop_index("ix_identities_person_id", "identities")

    op.drop_table("identities")
    op.drop_index("ix_deliveries_due", "deliveries")
    op.drop_index("ix_deliveries_destination", "deliveries")

    op.drop_table("deliveries")
    op.drop_index("ix_audit_group_id_id", "audit")

    op.drop_table("audit")
    op.drop_table("people")
    op.drop_index("ix_outbox_waiting", "outbox")
    op.drop_index("ix_outbox_group_id", "outbox")

    op.drop_table("outbox")
    op.drop_index("ix_chats_group_id", "chats")

    op.drop_table("chats")
    op.drop_index("ix_inbox_waiting", "inbox")
    op.drop_index("ix_inbox_handled", "inbox")

    op.drop_table("inbox")
    op.drop_index("ix_guesses_made_at", "guesses")
    op.drop_index("ix_guesses_guesser", "guesses")

    op.drop_table("guesses")
    op.drop_table("groups")
