"""How invites go on and end: sent again, about to run out, run out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

revision = "0008"
down_revision = "0007"

MOMENTS = ("refreshed_at", "ending_noted_at", "end_noted_at")
NOT_ENDED = sa.text("state = 'open' AND end_noted_at IS NULL")
NOT_ENDING = sa.text("state = 'open' AND ending_noted_at IS NULL")


def upgrade() -> None:
    for column in MOMENTS:
        op.add_column("invites", sa.Column(column, UtcDateTime(), nullable=True))
    op.add_column("invite_tokens", sa.Column("resent_at", UtcDateTime(), nullable=True))
    # What ended long ago is no news.
    op.execute(
        "UPDATE invites SET end_noted_at = expires_at, ending_noted_at = expires_at"
        " WHERE expires_at < CURRENT_TIMESTAMP"
    )
    for name, condition in (("ix_invites_end", NOT_ENDED), ("ix_invites_ending", NOT_ENDING)):
        op.create_index(
            name,
            "invites",
            ["expires_at"],
            unique=False,
            sqlite_where=condition,
            postgresql_where=condition,
        )


def downgrade() -> None:
    op.drop_index("ix_invites_ending", table_name="invites")
    op.drop_index("ix_invites_end", table_name="invites")
    with op.batch_alter_table("invite_tokens") as tokens:
        tokens.drop_column("resent_at")
    with op.batch_alter_table("invites") as invites:
        for column in reversed(MOMENTS):
            invites.drop_column(column)
