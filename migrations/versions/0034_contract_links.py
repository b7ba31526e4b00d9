"""A guardian's own link to a contract, and for which guardian a signature is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "contract_links",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("guardian_id", BIG_ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guardian_id"],
            ["guardians.id"],
            name=op.f("fk_contract_links_guardian_id_guardians"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_contract_links_digest")),
    )
    op.create_index("ix_contract_links_guardian_id", "contract_links", ["guardian_id"])
    with op.batch_alter_table("contract_signatures") as batch:
        batch.add_column(sa.Column("guardian_id", BIG_ID, nullable=True))
        batch.create_foreign_key(
            op.f("fk_contract_signatures_guardian_id_guardians"),
            "guardians",
            ["guardian_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index("ix_contract_signatures_guardian_id", "contract_signatures", ["guardian_id"])
    # What a broadcast sends is called as the club's e-mails always were.
    op.execute("UPDATE deliveries SET kind = 'announcement' WHERE kind = 'broadcast'")


def downgrade() -> None:
    op.execute("UPDATE deliveries SET kind = 'broadcast' WHERE kind = 'announcement'")
    op.drop_index("ix_contract_signatures_guardian_id", "contract_signatures")
    with op.batch_alter_table("contract_signatures") as batch:
        batch.drop_constraint(
            op.f("fk_contract_signatures_guardian_id_guardians"), type_="foreignkey"
        )
        batch.drop_column("guardian_id")
    op.drop_table("contract_links")
