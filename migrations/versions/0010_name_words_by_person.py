"""Whether somebody is called so is read off one index."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

OLD, NEW = "ix_name_words_person_id", "ix_name_words_person_id_word"


def upgrade() -> None:
    op.create_index(NEW, "name_words", ["person_id", "word"], unique=False)
    op.drop_index(OLD, table_name="name_words")


def downgrade() -> None:
    op.create_index(OLD, "name_words", ["person_id"], unique=False)
    op.drop_index(NEW, table_name="name_words")
