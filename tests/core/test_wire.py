"""What one process commits wakes the others; PostgreSQL only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest
from sqlalchemy import event, make_url, text

from core.database import Database, announce
from core.database.engines import without_pool
from core.database.wire import EVERYTHING
from tests.conftest import opened

Heard = asyncio.Queue[frozenset[str]]
LISTENERS = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


@asynccontextmanager
async def listener(url: str) -> AsyncIterator[Heard]:
    """Another process, as far as the database can tell, that listens."""
    heard = Heard()
    async with opened(url) as other:
        other.on_commit(heard.put_nowait)
        listening = asyncio.create_task(other.listen())
        try:
            yield heard
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


async def listening(database: Database) -> int:
    """The backend of the only listener."""
    return await database.read(lambda s: s.scalars(text(f"SELECT pid {LISTENERS}")).one())


async def test_a_commit_is_heard_in_another_process(
    postgresql_database: Database, postgresql_database_url: str
) -> None:
    own = Heard()
    postgresql_database.on_commit(own.put_nowait)
    async with listener(postgresql_database_url) as heard:
        assert await asyncio.wait_for(heard.get(), 10) == EVERYTHING
        await postgresql_database.write(lambda s: announce(s, "outbox"))
        assert await asyncio.wait_for(heard.get(), 10) == {"outbox"}
    assert [own.get_nowait() for _ in range(own.qsize())] == [{"outbox"}]


async def test_what_is_rolled_back_is_announced_to_nobody(
    postgresql_database: Database, postgresql_database_url: str
) -> None:
    def unit(s: object) -> None:
        announce(s, "lost")  # type: ignore[arg-type]
        raise RuntimeError("no")

    async with listener(postgresql_database_url) as heard:
        assert await asyncio.wait_for(heard.get(), 10) == EVERYTHING
        with pytest.raises(RuntimeError):
            await postgresql_database.write(unit)
        await postgresql_database.write(partial(announce, topic="outbox"))
        assert await asyncio.wait_for(heard.get(), 10) == {"outbox"}


@pytest.mark.fault(26)
async def test_a_listener_whose_connection_broke_looks_everything_up_and_goes_on(
    postgresql_database: Database, postgresql_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.database.wire.PAUSE_S", 0.01)
    async with listener(postgresql_database_url) as heard:
        assert await asyncio.wait_for(heard.get(), 10) == EVERYTHING
        first = await listening(postgresql_database)
        kill = text(f"SELECT pg_terminate_backend({first})")
        await postgresql_database.write(lambda s: s.execute(kill).close())
        assert await asyncio.wait_for(heard.get(), 10) == EVERYTHING
        await postgresql_database.write(partial(announce, topic="inbox"))
        assert await asyncio.wait_for(heard.get(), 10) == {"inbox"}


async def test_behind_a_pool_nothing_is_prepared_and_nothing_is_listened_to(
    postgresql_database_url: str,
) -> None:
    thresholds: list[object] = []
    url = make_url(postgresql_database_url).update_query_dict({"pgbouncer": "true"})
    async with opened(url.render_as_string(hide_password=False)) as pooled:
        sync = pooled.sync_engine
        event.listen(
            sync,
            "connect",
            lambda link, _: thresholds.append(link.prepare_threshold),
        )
        await asyncio.wait_for(pooled.listen(), 5)
        await pooled.write(partial(announce, topic="outbox"))
    assert thresholds == [None]


def test_only_the_word_for_a_pool_is_taken_out_of_the_address() -> None:
    url = make_url("postgresql+psycopg://me@host/usher?pgbouncer=true&sslmode=require")
    found, pooled = without_pool(url)
    assert (dict(found.query), pooled) == ({"sslmode": "require"}, True)
