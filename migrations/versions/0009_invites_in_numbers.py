"""Invites in numbers: what happened to them, counted for each and for each inviter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

revision = "0009"
down_revision = "0008"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHECKS = {"week": "checked_days IS NULL", "month": "checked_days = 7"}
STAYS = ("stayed_7", "gone_7", "stayed_30", "gone_30")
COUNTS = ("sent", "seen", "accepted", "declined", "expired", *STAYS)
# What is known of the time before. Whether people stayed is found out from now on.
HISTORY = """
INSERT INTO invite_tallies
    (group_id, inviter_id, invite_id, sent, seen, accepted, declined, expired,
     stayed_7, gone_7, stayed_30, gone_30)
SELECT group_id, inviter_id, id, 1,
    (SELECT count(*) FROM invite_views v WHERE v.invite_id = invites.id),
    (SELECT count(*) FROM redemptions r WHERE r.invite_id = invites.id),
    (SELECT count(*) FROM invite_views v
        WHERE v.invite_id = invites.id AND v.declined_at IS NOT NULL),
    CASE WHEN state = 'open' AND end_noted_at IS NOT NULL
        AND (max_uses = 0 OR uses < max_uses) THEN 1 ELSE 0 END,
    0, 0, 0, 0
FROM invites
"""
TOTALS = f"""
INSERT INTO invite_tallies (group_id, inviter_id, {", ".join(COUNTS)})
SELECT group_id, inviter_id, {", ".join(f"sum({name})" for name in COUNTS)}
FROM invite_tallies GROUP BY group_id, inviter_id
"""  # noqa: S608 - of constants alone


def upgrade() -> None:
    op.create_table(
        "invite_deeds",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("invite_id", BIG_ID, nullable=False),
        sa.Column(
            "deed",
            sa.Enum(*COUNTS, name="deed", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        _reference("invite_deeds", "group_id", "groups"),
        _reference("invite_deeds", "invite_id", "invites"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_deeds")),
    )
    op.create_index("ix_invite_deeds_group_id", "invite_deeds", ["group_id"])
    op.create_index("ix_invite_deeds_invite_id", "invite_deeds", ["invite_id"])
    op.create_table(
        "invite_tallies",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("inviter_id", BIG_ID, nullable=True),
        sa.Column("invite_id", BIG_ID, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        _reference("invite_tallies", "group_id", "groups"),
        _reference("invite_tallies", "inviter_id", "people", ondelete="SET NULL"),
        _reference("invite_tallies", "invite_id", "invites"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_tallies")),
    )
    op.create_index(
        "ix_invite_tallies_group_id_invite_id", "invite_tallies", ["group_id", "invite_id"]
    )
    op.create_index("ix_invite_tallies_inviter_id", "invite_tallies", ["inviter_id"])
    op.create_index("ix_invite_tallies_invite_id", "invite_tallies", ["invite_id"])
    op.add_column("redemptions", sa.Column("checked_days", sa.Integer(), nullable=True))
    for name, condition in CHECKS.items():
        where = sa.text(condition)
        op.create_index(
            f"ix_redemptions_{name}",
            "redemptions",
            ["created_at"],
            sqlite_where=where,
            postgresql_where=where,
        )
    op.execute(HISTORY)
    op.execute(TOTALS)


def downgrade() -> None:
    for name in CHECKS:
        op.drop_index(f"ix_redemptions_{name}", table_name="redemptions")
    with op.batch_alter_table("redemptions") as redemptions:
        redemptions.drop_column("checked_days")
    op.drop_table("invite_tallies")
    op.drop_table("invite_deeds")


def _reference(
    table: str, column: str, other: str, *, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
