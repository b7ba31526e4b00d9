"""What a delivery costs to drain behind a thousand others, and behind a million and a history."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing

import psycopg
from sqlalchemy import make_url

from benchmarks.databases import postgres_databases, sqlite
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row, limited
from bot.ground import Ground
from bot.pacing import Pacing
from bot.texts import Reader
from bot.worker import OutboxJob
from core.database import Database
from core.deliveries.claims import Claim
from core.deliveries.settlements import Settlement, sent
from core.migrate import migrate

LIMIT = 1.3
PATIENCE_S = 600.0
# Neither waits for the disk while it is filled: what a crash loses is made again.
UNSAFE = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000")
SAFE = ("PRAGMA journal_mode = WAL",)
HASTY = ("SET synchronous_commit = off", "SET session_replication_role = replica")
CHUNK = 1_000_000
FACTS = """WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {size})
 INSERT INTO outbox (event_type, payload, status, created_at)
 SELECT 'member.joined', '{{"group_id": 1, "person_id": 2, "invite_id": 3}}', 'done', {at} FROM n"""
DELIVERIES = """INSERT INTO deliveries (outbox_id, channel, address, kind, status, lane, attempts,
 lost_claims, due_at, sent_at)
 SELECT id, 'telegram', CAST(id AS VARCHAR), 'welcome', '{status}', 0, 0, 0, {at}, {sent_at}
 FROM outbox WHERE id > (SELECT coalesce(max(outbox_id), 0) FROM deliveries)"""
LONG_AGO, NOW = "'2026-09-01 10:00:00.000000'", "'2026-11-20 18:30:00.000000'"


async def backlog(
    *, few: int, many: int, history: int, rounds: int, on_postgres: bool = True
) -> list[Row]:
    """Drains of `few`, by turns from a queue that holds no more, and from one of `many` beside
    `history` that was sent long ago. Each takes up to three times as many of the `many`.
    """
    assert many > 3 * few * (rounds + 1), "the last round finds enough"
    with scratch() as folder, postgres_databases(2 if on_postgres else 0) as servers:
        queues = {"SQLite": [sqlite(folder, "small"), sqlite(folder, "large")]}
        if servers:
            queues["PostgreSQL"] = servers
        return [
            await _compare(name, urls, few, many, history, rounds) for name, urls in queues.items()
        ]


async def _compare(
    name: str, urls: list[str], few: int, many: int, history: int, rounds: int
) -> Row:
    small, large = urls
    for url in urls:
        await _make(url)
    _fill(large, done=history, waiting=many)
    costs: list[tuple[float, float]] = []
    for _ in range(rounds + 1):
        _fill(small, done=0, waiting=few)
        costs.append((await _drain(small, few), await _drain(large, few)))
    alone, behind = (Spread([pair[n] for pair in costs[1:]]) for n in (0, 1))
    ratio = Spread([large / small for small, large in costs[1:]])
    return limited(
        f"drain of {few} rows among {many:,} that wait and {history:,} sent, on {name}:"
        f" {behind.told('.0f', 'µs')} a row, {alone.told('.0f', 'µs')} where nothing else is",
        ratio.median,
        ratio.told(".2f", "× of it"),
        at_most=LIMIT,
        unit="×",
    )


async def _make(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


async def _drain(url: str, count: int) -> float:
    """Microseconds for each of the first `count`. What was claimed beyond them is given back."""
    database, done, told = Database(url), asyncio.Event(), 0

    async def tell(claim: Claim) -> Settlement:
        nonlocal told
        told += 1
        if told == count:
            done.set()
        return sent(claim, provider_id="1", now=ground.clock())

    ground = Ground(database, pacing=Pacing({}))
    job = OutboxJob(ground, {}, reader=Reader("en", "UTC"), tell=tell)
    try:
        started = time.perf_counter()
        ticking = asyncio.create_task(job.tick())
        async with asyncio.timeout(PATIENCE_S):
            await done.wait()
        seconds = time.perf_counter() - started
        await job.stop()
        await ticking
    finally:
        await database.close()
    return seconds / count * 1_000_000


def _fill(url: str, *, done: int, waiting: int) -> None:
    """So many facts with a delivery each; the oldest `done` of them were sent long ago."""
    if make_url(url).get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(make_url(url).database), isolation_level=None)) as raw:
            for statement in (*UNSAFE, *_statements(done, waiting), *SAFE):
                raw.execute(statement)
        return
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as link:
        # Autovacuum would read the tables through in time: their planner knows them.
        for statement in (*HASTY, *_statements(done, waiting), "VACUUM ANALYZE"):
            link.execute(statement.encode())


def _statements(done: int, waiting: int) -> list[str]:
    parts = [("sent", LONG_AGO, size) for size in _chunks(done)]
    parts += [("pending", NOW, size) for size in _chunks(waiting)]
    return [statement for part in parts for statement in _rows(*part)]


def _chunks(rows: int) -> list[int]:
    return [min(CHUNK, rows - start) for start in range(0, rows, CHUNK)]


def _rows(status: str, at: str, size: int) -> tuple[str, ...]:
    sent_at = at if status == "sent" else "NULL"
    return (
        "BEGIN",
        FACTS.format(size=size, at=at),
        DELIVERIES.format(status=status, at=at, sent_at=sent_at),
        "COMMIT",
    )
