"""Rosters: players and their guardians, what is signed, and the signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.model import UtcDateTime

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    _players()
    _guardians()
    _terms()
    _signatures()
    skipped = sa.text("status = 'cancelled' AND attempts = 0")
    op.create_index(
        "ix_deliveries_skipped",
        "deliveries",
        ["id"],
        sqlite_where=skipped,
        postgresql_where=skipped,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_skipped", "deliveries")
    for table in ("contract_signatures", "contract_terms", "guardians", "players"):
        op.drop_table(table)


def _players() -> None:
    op.create_table(
        "players",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_key", sa.String(length=128), nullable=False),
        sa.Column(
            "contract",
            _choice("contract", "unsigned", "sent", "signed", "void"),
            nullable=False,
        ),
        sa.Column("link_owed", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _refers("players", "group_id", "groups"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_players")),
        sa.UniqueConstraint("public_id", name=op.f("uq_players_public_id")),
    )
    op.create_index("ix_players_group_id_id", "players", ["group_id", "id"])
    op.create_index("ix_players_name_key", "players", ["name_key"])
    owed = sa.text("link_owed")
    op.create_index(
        "ix_players_link_owed", "players", ["id"], sqlite_where=owed, postgresql_where=owed
    )


def _guardians() -> None:
    op.create_table(
        "guardians",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("player_id", BIG_ID, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("handle", sa.String(length=90), nullable=True),
        _refers("guardians", "player_id", "players"),
        _refers("guardians", "person_id", "people", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardians")),
        sa.UniqueConstraint("player_id", "place", name=op.f("uq_guardians_player_id_place")),
    )
    for column in ("person_id", "email", "phone", "handle"):
        op.create_index(f"ix_guardians_{column}", "guardians", [column])


def _terms() -> None:
    op.create_table(
        "contract_terms",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("group_id", BIG_ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author_id", BIG_ID, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _refers("contract_terms", "group_id", "groups", ondelete="SET NULL"),
        _refers("contract_terms", "author_id", "people", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_terms")),
        sa.UniqueConstraint("group_id", "version", name=op.f("uq_contract_terms_group_id_version")),
    )


def _signatures() -> None:
    op.create_table(
        "contract_signatures",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("player_id", BIG_ID, nullable=False),
        sa.Column("terms_id", BIG_ID, nullable=True),
        sa.Column("terms_version", sa.Integer(), nullable=True),
        sa.Column("terms_sha256", sa.String(length=64), nullable=True),
        sa.Column("signer_id", BIG_ID, nullable=True),
        sa.Column("capacity", _choice("capacity", "guardian", "club"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        _refers("contract_signatures", "player_id", "players"),
        _refers("contract_signatures", "terms_id", "contract_terms", ondelete="SET NULL"),
        _refers("contract_signatures", "signer_id", "people", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_signatures")),
    )
    for column in ("player_id", "signer_id"):
        op.create_index(f"ix_contract_signatures_{column}", "contract_signatures", [column])
    counting = sa.text("voided_at IS NULL")
    op.create_index(
        "uq_contract_signatures_counting",
        "contract_signatures",
        ["player_id"],
        unique=True,
        sqlite_where=counting,
        postgresql_where=counting,
    )


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


def _refers(
    table: str, column: str, other: str, *, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
