"""Brings the database to a revision of the schema, under a lock, so that any process may start."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core import revising
from core.database import Database

SCRIPTS = Path(__file__).parent.parent / "migrations"
LOCK = 0x75736865  # "ushe": one number for every process of this program


async def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade, or downgrade when `revision` is an earlier one ("base" is the empty database).

    Raises CannotRevise, and what the database raises.
    """
    if revision == "head" and await current_revision(database) == latest_revision():
        return
    async with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        # A table rebuilt with foreign keys on deletes the rows that refer to it, without a word.
        await _set_foreign_keys(connection, on=False) if sqlite else None
        try:
            async with connection.begin():
                await connection.run_sync(_run, revision)
        finally:
            await _set_foreign_keys(connection, on=True) if sqlite else None


async def current_revision(database: Database) -> str | None:
    """The revision that the database is at, or None when it is empty."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_revision)


def latest_revision() -> str | None:
    return max(_names(), default=None)


def is_known(revision: str) -> bool:
    """Whether this version has that revision, or it belongs to a newer one."""
    return revision in _names()


def _names() -> set[str]:
    """All revisions that this version has: each file is named by its own, which rise."""
    return {path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py")}


def _run(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    current = _revision(connection)
    down = revision == "base" or (current is not None and revision < current and revision != "head")
    revising.revise(connection, SCRIPTS, revision, down=down)
    if connection.dialect.name == "sqlite":
        _check_foreign_keys(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT max(version_num) FROM alembic_version"))
    return revision


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration left {len(broken)} rows without what they refer to")


async def _set_foreign_keys(connection: AsyncConnection, *, on: bool) -> None:
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    await driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")
