"""Cards of groups that are offered to people who write elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

revision = "0013"
down_revision = "0012"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFERENCES = {"person_id": "people", "group_id": "groups", "invite_id": "invites"}


def upgrade() -> None:
    op.create_table(
        "inline_offers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("invite_id", BIG_ID, nullable=True),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_inline_offers_{column}_{table}"),
                ondelete="CASCADE",
            )
            for column, table in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inline_offers")),
        sa.UniqueConstraint("digest", name=op.f("uq_inline_offers_digest")),
    )
    for column in REFERENCES:
        op.create_index(f"ix_inline_offers_{column}", "inline_offers", [column])


def downgrade() -> None:
    op.drop_table("inline_offers")
