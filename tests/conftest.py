"""A real, migrated database for each test, and the cast that lives in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import make_url

from core.database import Database
from core.migrate import migrate
from tests.cast import NOW, Cast, Clock, meet, met
from tests.ready import EMPTY, share_statements

if TYPE_CHECKING:  # pytest loads it as a plugin
    from tests.postgres import PostgresCluster

share_statements()
pytest_plugins = ["tests.left_out", "tests.postgres", "tests.thrift"]

# A machine that is busy elsewhere is no fault of the code.
settings.register_profile("usher", deadline=None)
settings.load_profile("usher")


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without any table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield sqlite_url(request.getfixturevalue("tmp_path") / "empty.db")
    else:
        with _made(request.getfixturevalue("postgres_cluster")) as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database without any row, on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_database_url")
    return url


@pytest.fixture
def sqlite_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Who asks for the cast as well finds it there: that takes longer than the rest."""
    wanted = {"cast", "sqlite_cast"} & set(request.fixturenames)
    template: Path = request.getfixturevalue("cast_template" if wanted else "sqlite_template")
    return sqlite_url(Path(shutil.copy(template, tmp_path / "usher.db")))


@pytest.fixture
def postgresql_database_url(migrated_postgres_url: str) -> str:
    address = make_url(migrated_postgres_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as link:
        link.execute(EMPTY)
    return migrated_postgres_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Both databases: for rules with a race, and for what their SQL decides."""
    async with opened(database_url) as database:
        yield database


@pytest.fixture
async def sqlite_database(sqlite_database_url: str) -> AsyncIterator[Database]:
    """For what needs no second database."""
    async with opened(sqlite_database_url) as database:
        yield database


@pytest.fixture
async def postgresql_database(postgresql_database_url: str) -> AsyncIterator[Database]:
    async with opened(postgresql_database_url) as database:
        yield database


@pytest.fixture
async def cast(database: Database, clock: Clock) -> Cast:
    """Alice, bob, charlie and the Tigers, on both databases."""
    sqlite = database.engine.dialect.name == "sqlite"
    return met(database, clock) if sqlite else await meet(database, clock)


@pytest.fixture
async def sqlite_cast(sqlite_database: Database, clock: Clock) -> Cast:
    """Alice, bob, charlie and the Tigers, where one database is enough."""
    return met(sqlite_database, clock)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "usher.db"
    asyncio.run(_migrate(sqlite_url(path)))
    return path


@pytest.fixture(scope="session")
def cast_template(sqlite_template: Path) -> Path:
    """With alice, bob, charlie and the Tigers in it."""
    path = Path(shutil.copy(sqlite_template, sqlite_template.with_name("cast.db")))
    asyncio.run(_meet(sqlite_url(path)))
    return path


@pytest.fixture(scope="session")
def migrated_postgres_url(postgres_cluster: PostgresCluster) -> Iterator[str]:
    with _made(postgres_cluster) as url:
        asyncio.run(_migrate(url))
        yield url


@asynccontextmanager
async def opened(url: str, *, busy_timeout_s: float = 5.0) -> AsyncIterator[Database]:
    """The database at `url`, closed at the end."""
    database = Database(url, busy_timeout_s=busy_timeout_s)
    try:
        yield database
    finally:
        await database.close()


def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@contextmanager
def _made(cluster: PostgresCluster) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    yield cluster.create_database(name)
    cluster.drop_database(name)


async def _migrate(url: str) -> None:
    async with opened(url) as database:
        await migrate(database)


async def _meet(url: str) -> None:
    async with opened(url) as database:
        made, known = await meet(database, Clock()), met(database, Clock())
        assert (made.alice, made.bob, made.charlie) == (known.alice, known.bob, known.charlie)
        assert made.tigers == known.tigers
