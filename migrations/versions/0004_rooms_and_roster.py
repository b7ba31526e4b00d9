"""Rooms and roster: who is in which room, who asks to come in, and what we lack there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STILL_OPEN = sa.text("state = 'open'")

revision = "0004"
down_revision = "0003"


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    with op.batch_alter_table("chats") as chats:
        chats.add_column(sa.Column("lost_at", UtcDateTime(), nullable=True))
        chats.add_column(sa.Column("lost_reason", sa.String(length=16), nullable=True))
        chats.add_column(sa.Column("standing_at", UtcDateTime(), nullable=True))
        chats.add_column(sa.Column("sweep_since", UtcDateTime(), nullable=True))
        chats.add_column(sa.Column("sweep_after", BIG_ID, nullable=True))
        chats.add_column(sa.Column("swept_at", UtcDateTime(), nullable=True))
        chats.create_check_constraint(
            op.f("ck_chats_lost_reason"), "lost_reason IN ('removed', 'muted', 'rights')"
        )
    op.add_column("outbox", sa.Column("subject", sa.String(length=64), nullable=True))
    op.create_index("ix_outbox_subject", "outbox", ["subject"], unique=False)

    op.create_table(
        "occupants",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.Column("identity_id", BIG_ID, nullable=False),
        sa.Column("presence", _choice("presence", "in", "out", "banned"), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("ignored_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_occupants_chat_id_chats"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_occupants_identity_id_identities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupants")),
        sa.UniqueConstraint(
            "chat_id", "identity_id", name=op.f("uq_occupants_chat_id_identity_id")
        ),
    )
    op.create_index("ix_occupants_identity_id", "occupants", ["identity_id"], unique=False)

    op.create_table(
        "join_requests",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.Column("identity_id", BIG_ID, nullable=False),
        sa.Column(
            "state",
            _choice("state", "open", "approved", "declined", "elsewhere"),
            nullable=False,
        ),
        sa.Column("link", sa.String(length=32), nullable=True),
        sa.Column("reply_address", sa.String(length=64), nullable=False),
        sa.Column("reply_until", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("questioned_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("decided_by_id", BIG_ID, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            name=op.f("fk_join_requests_chat_id_chats"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["people.id"],
            name=op.f("fk_join_requests_decided_by_id_people"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_join_requests_identity_id_identities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_join_requests_public_id")),
    )
    op.create_index(
        "ix_join_requests_chat_id_state_id",
        "join_requests",
        ["chat_id", "state", "id"],
        unique=False,
    )
    op.create_index("ix_join_requests_identity_id", "join_requests", ["identity_id"], unique=False)
    op.create_index(
        "uq_join_requests_open",
        "join_requests",
        ["chat_id", "identity_id"],
        unique=True,
        sqlite_where=STILL_OPEN,
        postgresql_where=STILL_OPEN,
    )
    op.create_index(
        "ix_join_requests_asked",
        "join_requests",
        ["asked_at"],
        unique=False,
        sqlite_where=STILL_OPEN,
        postgresql_where=STILL_OPEN,
    )


def downgrade() -> None:
    op.drop_table("join_requests")
    op.drop_table("occupants")
    op.drop_index("ix_outbox_subject", table_name="outbox")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("subject")
    with op.batch_alter_table("chats") as chats:
        chats.drop_constraint(op.f("ck_chats_lost_reason"), type_="check")
        for column in (
            "swept_at",
            "sweep_after",
            "sweep_since",
            "standing_at",
            "lost_reason",
            "lost_at",
        ):
            chats.drop_column(column)
