"""Brings the database to a revision of the schema, under a lock, so that any process may start."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.database import Database

SCRIPTS = Path(__file__).parent.parent / "migrations"
LOCK = 0x75736865  # "ushe": one number for every process of this program


async def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade, or downgrade when `revision` is an earlier one ("base" is the empty database)."""
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
    return _scripts().get_current_head()


def is_known(revision: str) -> bool:
    """Whether this version has that revision, or it belongs to a newer one."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def _run(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    config = _config()
    config.attributes["connection"] = connection
    going_down = revision == "base" or revision in _passed(connection)
    (command.downgrade if going_down else command.upgrade)(config, revision)
    if connection.dialect.name == "sqlite":
        _check_foreign_keys(connection)


def _passed(connection: Connection) -> set[str]:
    current = _revision(connection)
    if current is None:
        return set()
    scripts = _scripts()
    return {script.revision for script in scripts.walk_revisions("base", current)} - {current}


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"the migration left {len(broken)} rows without what they refer to")


async def _set_foreign_keys(connection: AsyncConnection, *, on: bool) -> None:
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    await driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config
