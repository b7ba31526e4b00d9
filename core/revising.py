"""Alembic at work. Few starts need it, so it stands apart from who asks whether this one does."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection


class CannotRevise(Exception):
    """The database is at a revision that leads nowhere from here; Alembic says which."""


def revise(connection: Connection, scripts: Path, revision: str, *, down: bool) -> None:
    """Run the `scripts` that lead to that revision. Raises CannotRevise."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    try:
        (command.downgrade if down else command.upgrade)(config, revision)
    except CommandError as error:
        raise CannotRevise(str(error)) from error
