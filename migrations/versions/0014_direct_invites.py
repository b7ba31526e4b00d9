"""Direct invites: for whom an invite is before we know them, and who has proven what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("invites") as batch:
        batch.add_column(sa.Column("claim", sa.String(length=340), nullable=True))
        batch.add_column(sa.Column("title", sa.String(length=64), nullable=True))
    op.create_index("ix_invites_claim", "invites", ["claim"])
    op.create_table(
        "claimants",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("invite_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("verdict", _verdict(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        _link("claimants", "invite_id", "invites"),
        _link("claimants", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claimants")),
        sa.UniqueConstraint(
            "invite_id", "person_id", name=op.f("uq_claimants_invite_id_person_id")
        ),
    )
    op.create_index("ix_claimants_person_id", "claimants", ["person_id"])
    op.create_table(
        "proofs",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("proven_at", UtcDateTime(), nullable=False),
        _link("proofs", "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
        sa.UniqueConstraint("kind", "address", name=op.f("uq_proofs_kind_address")),
    )
    op.create_index("ix_proofs_person_id", "proofs", ["person_id"])


def downgrade() -> None:
    for table in ("proofs", "claimants"):
        op.drop_table(table)
    op.drop_index("ix_invites_claim", "invites")
    with op.batch_alter_table("invites") as batch:
        for column in ("title", "claim"):
            batch.drop_column(column)


def _verdict() -> sa.Enum:
    return sa.Enum(
        "open", "yes", "no", name="verdict", native_enum=False, create_constraint=True, length=16
    )


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")
