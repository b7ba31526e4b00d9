"""Webhooks while the database is away: put off, brought again, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.progress import Progress
from bot.web import webhooks
from core.database import Database
from tests.bot.web.conftest import Client, Serve, kept, locked, post, signed
from tests.cast import Clock
from tests.conftest import opened


@pytest.fixture
async def impatient(sqlite_database_url: str) -> AsyncIterator[Database]:
    async with opened(sqlite_database_url, busy_timeout_s=0.05) as database:
        yield database


@pytest.mark.fault(23)
@pytest.mark.fault(46)
async def test_a_locked_database_puts_the_platform_off(impatient: Database, serve: Serve) -> None:
    client = await serve(impatient)
    with locked(impatient):
        assert await post(client) == 503
    assert await post(client) == 200
    assert await kept(impatient) == ["5"]


@pytest.mark.fault(46)
async def test_it_says_when_to_come_again(impatient: Database, serve: Serve) -> None:
    client = await serve(impatient)
    body = {"update_id": 5}
    with locked(impatient):
        async with client.post("/webhooks/telegram", json=body, headers=signed()) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            assert (await answer.json())["code"] == "service_unavailable"


@pytest.mark.fault(23)
async def test_a_wait_beyond_its_patience_ends(
    sqlite_database: Database, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "WRITE_PATIENCE_S", 0.05)
    client = await serve(sqlite_database)
    with locked(sqlite_database):
        assert await post(client) == 503
    monkeypatch.undo()
    assert await post(client) == 200
    assert await kept(sqlite_database) == ["5"]


@pytest.mark.fault(23)
async def test_posts_that_wait_for_a_short_lock_are_all_kept(
    sqlite_database: Database, serve: Serve
) -> None:
    client = await serve(sqlite_database)
    with locked(sqlite_database):
        posts = [asyncio.create_task(post(client, b'{"update_id": %d}' % n)) for n in range(5)]
        await asyncio.wait(posts, timeout=0.1)
        assert not any(task.done() for task in posts)
    assert await asyncio.gather(*posts) == [200] * 5
    assert len(await kept(sqlite_database)) == 5


@pytest.mark.fault(24)
async def test_a_full_disk_is_no_acknowledgement_and_turns_health_red(
    sqlite_database: Database, serve: Serve
) -> None:
    client = await serve(sqlite_database)
    await _set_page_limit(sqlite_database, 1)  # SQLite raises it to the present size
    big = b'{"update_id": 5, "x": "%s"}' % (b"x" * 100_000)
    assert await post(client, big) == 503
    assert await _intake(client) == (503, False)
    await _set_page_limit(sqlite_database, 1_000_000)
    assert await post(client, big) == 200
    assert await _intake(client) == (200, True)


@pytest.mark.fault(46)
async def test_an_old_outage_that_nobody_repeats_is_forgotten(
    sqlite_database: Database, serve: Serve, progress: Progress, clock: Clock
) -> None:
    client = await serve(sqlite_database)
    progress.intake_failed("database is locked")
    clock.advance(seconds=170)
    assert await _intake(client) == (503, False)
    clock.advance(seconds=20)
    assert await _intake(client) == (200, True)


@pytest.mark.fault(46)
async def test_a_database_that_is_down_puts_the_platform_off(serve: Serve, away: Database) -> None:
    assert await post(await serve(away)) == 503


async def test_once_stopping_nothing_more_is_taken(
    client: Client, sqlite_database: Database, stopping: asyncio.Event
) -> None:
    assert await post(client) == 200
    stopping.set()
    assert await post(client, b'{"update_id": 6}') == 503
    assert await kept(sqlite_database) == ["5"]


async def _set_page_limit(database: Database, pages: int) -> None:
    """Each connection has its own, and one alone writes."""
    limit = text(f"PRAGMA max_page_count = {pages}")
    await database.write(lambda session: session.execute(limit).close())


async def _intake(client: Client) -> tuple[int, bool]:
    async with client.get("/readyz") as answer:
        checks = {check["name"]: check["ok"] for check in (await answer.json())["checks"]}
        return answer.status, checks["intake"]
