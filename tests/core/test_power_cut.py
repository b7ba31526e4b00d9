"""A power cut: the files as they are on disk at any moment hold all that was acknowledged."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.database import Database
from core.inbox import Arrival, keep
from tests.cast import NOW


async def write_on(database: Database, acknowledged: list[int]) -> None:
    """Update after update, noted once it is committed."""
    for number in range(10_000):
        arrival = Arrival("telegram", str(number), "lane", {"words": "x" * 500})
        await database.write(lambda s, one=arrival: keep(s, [one], now=NOW))  # type: ignore[misc]
        acknowledged.append(number)


def copied(source: Path, folder: Path) -> Path:
    """The database and its log as they are, in the midst of whatever is written."""
    folder.mkdir()
    for suffix in ("", "-wal"):
        if (part := Path(f"{source}{suffix}")).exists():
            shutil.copy(part, folder / part.name)
    return folder / source.name


@pytest.mark.fault(25)
async def test_what_was_acknowledged_is_in_the_files_whenever_they_are_copied(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = Path(str(sqlite_database.engine.url.database))
    acknowledged: list[int] = []
    writing = asyncio.create_task(write_on(sqlite_database, acknowledged))
    for number in range(10):
        before = len(acknowledged)
        while len(acknowledged) < before + 5:  # noqa: ASYNC110 - the writer is to be in its midst
            await asyncio.sleep(0.001)
        sure = len(acknowledged)
        copy = await asyncio.to_thread(copied, path, tmp_path / str(number))
        with closing(sqlite3.connect(copy)) as found:
            assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert found.execute("SELECT count(*) FROM inbox").fetchone()[0] >= sure
    writing.cancel()
    await asyncio.wait([writing])
