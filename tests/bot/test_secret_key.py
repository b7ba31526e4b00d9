"""The key that signs what leaves us: set, or made once for all processes on one database."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.ground import Ground
from bot.secret_key import secret_key
from core.database import Database
from tests.cast import Clock
from tests.conftest import sqlite_url


async def keys(database: Database, clock: Clock, *, times: int = 5, **given: str) -> set[bytes]:
    """Those that so many processes have, which start at once."""
    url = database.engine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=SecretStr(url), **given)  # type: ignore[arg-type]
    ground = Ground(database, clock=clock)
    return set(await asyncio.gather(*(secret_key(settings, ground) for _ in range(times))))


async def test_all_processes_have_the_same_key(database: Database, clock: Clock) -> None:
    first = await keys(database, clock)
    assert len(first) == 1
    assert await keys(database, clock) == first
    assert len(first.pop()) >= 43


@pytest.mark.attack(24)
async def test_beside_a_sqlite_file_only_its_owner_may_read_it(
    sqlite_database: Database, clock: Clock, tmp_path: Path
) -> None:
    await keys(sqlite_database, clock)
    assert _keys_in(tmp_path) == {"usher.key": 0o600}


def _keys_in(folder: Path) -> dict[str, int]:
    """Each with its mode."""
    return {one.name: one.stat().st_mode & 0o777 for one in folder.iterdir() if ".key" in one.name}


async def test_a_key_that_is_set_is_taken(sqlite_database: Database, clock: Clock) -> None:
    assert await keys(sqlite_database, clock, secret_key="a-key-from-the-settings-0123456789") == {
        b"a-key-from-the-settings-0123456789"
    }


async def test_another_database_has_another_key(clock: Clock, tmp_path: Path) -> None:
    both = [Database(sqlite_url(tmp_path / name)) for name in ("one.db", "two.db")]
    found = [await keys(one, clock) for one in both]
    assert found[0] != found[1]
    for one in both:
        await one.close()
