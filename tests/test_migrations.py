"""The schema: up, down, alike to the models, and kind to the rows that it meets."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

import core.migrate
from core.access import Member
from core.database import Database
from core.errors import DatabaseUnavailable
from core.migrate import current_revision, is_known, latest_revision, migrate
from core.revising import CannotRevise
from core.schema import Base
from tests.cast import Cast, Clock, meet, rows
from tests.conftest import opened

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade():
    {upgrade}


def downgrade():
    pass
"""
# SQLite can only do this by building the table anew.
REBUILD = """with op.batch_alter_table("groups") as table:
        table.alter_column("name", type_=sa.String(80))"""
NEWER = text("UPDATE alembic_version SET version_num = '9999'")
ORPHAN = 'op.execute("DELETE FROM groups")'


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    async with opened(empty_url) as database:
        yield database


@pytest.fixture
async def migrated(empty: Database) -> Database:
    """One of its own: the migrated database that other tests share stays as it is."""
    await migrate(empty)
    return empty


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations to which a test may add one."""
    copy = shutil.copytree(core.migrate.SCRIPTS, tmp_path / "migrations")
    monkeypatch.setattr(core.migrate, "SCRIPTS", copy)
    return copy


async def test_it_goes_up_and_down_and_up_again(empty: Database) -> None:
    assert await current_revision(empty) is None
    for _ in range(2):
        await migrate(empty)
        assert await current_revision(empty) == latest_revision()
        await migrate(empty, "base")
        assert await _tables(empty) == {"alembic_version"}
        assert await current_revision(empty) is None


def test_each_revision_names_its_file_and_follows_the_one_before() -> None:
    """By which it is known without Alembic whether there is anything for it to do."""
    scripts = ScriptDirectory(str(core.migrate.SCRIPTS))
    walked = [Path(one.path).name.partition("_")[0] for one in scripts.walk_revisions()]
    assert [one.revision for one in scripts.walk_revisions()] == walked
    assert walked == sorted(walked, reverse=True)
    assert scripts.get_current_head() == latest_revision()


async def test_what_is_up_to_date_is_not_looked_through(
    migrated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.migrate, "_run", None)
    await migrate(migrated)


async def test_a_database_of_a_newer_version_is_left_alone(migrated: Database) -> None:
    await migrated.write(lambda s: s.execute(NEWER).close())
    with pytest.raises(CannotRevise, match="9999"):
        await migrate(migrated)
    assert await current_revision(migrated) == "9999"
    assert not is_known("9999")


async def test_going_up_twice_changes_nothing(empty: Database) -> None:
    await migrate(empty)
    before = await _shape(empty)
    await migrate(empty)
    assert await _shape(empty) == before


async def test_the_schema_is_the_models(empty: Database) -> None:
    await migrate(empty)
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_the_schema_has_each_index_check_and_rule_of_the_models(empty: Database) -> None:
    await migrate(empty)
    by_migrations = await _shape(empty)
    await migrate(empty, "base")
    async with empty.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    assert await _shape(empty) == by_migrations
    assert {"unique", "checks", "foreign"} <= set(by_migrations["members"])


async def test_two_processes_that_start_at_once_both_find_it_migrated(empty_url: str) -> None:
    async with opened(empty_url) as one, opened(empty_url) as other:
        await asyncio.gather(migrate(one), migrate(other))
        assert await current_revision(one) == await current_revision(other) == latest_revision()


async def test_rows_outlive_the_rebuilding_of_what_they_refer_to(
    migrated: Database, scripts: Path
) -> None:
    cast = await meet(migrated, Clock())
    _add(scripts, REBUILD)
    await migrate(migrated)
    assert await current_revision(migrated) == "9999"
    assert [m.person_id for m in await rows(migrated, Member)] == [cast.alice.id, cast.bob.id]


async def test_a_migration_that_leaves_orphans_is_undone(sqlite_cast: Cast, scripts: Path) -> None:
    database, before = sqlite_cast.database, latest_revision()
    _add(scripts, ORPHAN)
    with pytest.raises(RuntimeError, match="without what they refer to"):
        await migrate(database)
    assert await current_revision(database) == before
    assert len(await rows(database, Member)) == 2


async def test_foreign_keys_are_on_again_afterwards(sqlite_cast: Cast) -> None:
    database = sqlite_cast.database
    await migrate(database)
    await sqlite_cast.write(lambda s: s.delete(sqlite_cast.tigers(s)))
    assert await rows(database, Member) == []


async def test_a_migration_that_fails_leaves_the_schema_as_it_was(
    migrated: Database, scripts: Path
) -> None:
    before = await _shape(migrated)
    _add(scripts, 'op.drop_table("guesses")\n    op.execute("NONSENSE")')
    with pytest.raises(DBAPIError, match="syntax error"):
        await migrate(migrated)
    assert await _shape(migrated) == before


def _add(scripts: Path, upgrade: str) -> None:
    text = NEXT.format(revision="9999", before=latest_revision(), upgrade=upgrade)
    (scripts / "versions" / "9999_next.py").write_text(text)


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def _tables(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda c: inspect(c).get_table_names()))


async def _shape(database: Database) -> dict[str, dict[str, Any]]:
    """All that the database knows of its tables, in an order of its own."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_inspect)


def _inspect(connection: Connection) -> dict[str, dict[str, Any]]:
    seen = inspect(connection)
    return {
        table: {
            "columns": _texts(seen.get_columns(table)),
            "key": seen.get_pk_constraint(table),
            "indexes": _texts(seen.get_indexes(table)),
            "unique": _texts(seen.get_unique_constraints(table)),
            "checks": _texts(seen.get_check_constraints(table)),
            "foreign": _texts(seen.get_foreign_keys(table)),
        }
        for table in seen.get_table_names()
    }


def _texts(things: Iterable[Any]) -> list[str]:
    """Without the addresses that SQL expressions show in their `repr`."""
    return sorted(json.dumps(dict(thing), default=str, sort_keys=True) for thing in things)


async def test_a_migration_may_take_longer_than_any_unit(
    postgresql_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgresql_database_url, patience_s=0.2)

    def slow(connection: Connection, _: str) -> None:
        connection.execute(text("SELECT pg_sleep(0.6)"))

    monkeypatch.setattr(core.migrate, "_run", slow)
    await migrate(database, "base")
    with pytest.raises(DatabaseUnavailable):
        await database.read(lambda session: session.execute(text("SELECT pg_sleep(0.6)")))
    await database.close()
