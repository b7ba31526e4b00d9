"""Doors: each member's own link into a room, requests without a room, and who came in by what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_GROUP = sa.text("state = 'open' AND chat_id IS NULL")

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("invite_views", sa.Column("reason", sa.String(length=200), nullable=True))
    with op.batch_alter_table("members") as members:
        members.add_column(sa.Column("origin", sa.String(length=16), nullable=True))
        members.create_check_constraint(
            op.f("ck_members_origin"), "origin IN ('founder', 'invite', 'request')"
        )
    _requests_of_groups()
    op.create_table(
        "room_links",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("invite_id", BIG_ID, nullable=True),
        sa.Column("url", sa.String(length=255), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_room_links_chat_id_chats"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_room_links_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invite_id"],
            ["invites.id"],
            name=op.f("fk_room_links_invite_id_invites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_links")),
        sa.UniqueConstraint("name", name=op.f("uq_room_links_name")),
    )
    op.create_index("ix_room_links_chat_id", "room_links", ["chat_id"], unique=False)
    op.create_index("ix_room_links_invite_id", "room_links", ["invite_id"], unique=False)
    op.create_index(
        "ix_room_links_person_id_chat_id", "room_links", ["person_id", "chat_id"], unique=False
    )


def _requests_of_groups() -> None:
    with op.batch_alter_table("join_requests") as requests:
        requests.add_column(sa.Column("group_id", BIG_ID, nullable=True))
        requests.add_column(sa.Column("invite_id", BIG_ID, nullable=True))
        requests.alter_column("chat_id", existing_type=BIG_ID, nullable=True)
    op.execute(
        "UPDATE join_requests SET group_id ="
        " (SELECT group_id FROM chats WHERE chats.id = join_requests.chat_id)"
    )
    op.drop_index("ix_join_requests_chat_id_state_id", table_name="join_requests")
    with op.batch_alter_table("join_requests") as requests:
        requests.alter_column("group_id", existing_type=BIG_ID, nullable=False)
        requests.create_foreign_key(
            op.f("fk_join_requests_group_id_groups"),
            "groups",
            ["group_id"],
            ["id"],
            ondelete="CASCADE",
        )
        requests.create_foreign_key(
            op.f("fk_join_requests_invite_id_invites"),
            "invites",
            ["invite_id"],
            ["id"],
            ondelete="SET NULL",
        )
    columns = ["group_id", "state", "id"]
    op.create_index("ix_join_requests_group_id_state_id", "join_requests", columns, unique=False)
    op.create_index("ix_join_requests_chat_id", "join_requests", ["chat_id"], unique=False)
    op.create_index("ix_join_requests_invite_id", "join_requests", ["invite_id"], unique=False)
    op.create_index(
        "uq_join_requests_at_group",
        "join_requests",
        ["group_id", "identity_id"],
        unique=True,
        sqlite_where=AT_GROUP,
        postgresql_where=AT_GROUP,
    )


def downgrade() -> None:
    op.drop_table("room_links")
    op.execute("DELETE FROM join_requests WHERE chat_id IS NULL")
    op.drop_index("uq_join_requests_at_group", table_name="join_requests")
    for column in ("invite_id", "chat_id", "group_id_state_id"):
        op.drop_index(f"ix_join_requests_{column}", table_name="join_requests")
    with op.batch_alter_table("join_requests") as requests:
        requests.drop_constraint(op.f("fk_join_requests_invite_id_invites"), type_="foreignkey")
        requests.drop_constraint(op.f("fk_join_requests_group_id_groups"), type_="foreignkey")
        requests.alter_column("chat_id", existing_type=BIG_ID, nullable=False)
        requests.drop_column("invite_id")
        requests.drop_column("group_id")
    columns = ["chat_id", "state", "id"]
    op.create_index("ix_join_requests_chat_id_state_id", "join_requests", columns, unique=False)
    with op.batch_alter_table("members") as members:
        members.drop_constraint(op.f("ck_members_origin"), type_="check")
        members.drop_column("origin")
    op.drop_column("invite_views", "reason")
