"""From the commit of a fact to the moment its delivery is handed to a channel, and what it costs
to record one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import aiosqlite
import psycopg
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from benchmarks.databases import postgres, sqlite
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row, at_least, limited
from bot.ground import Ground, utc_now
from bot.pacing import Pacing
from bot.texts import Reader
from bot.worker import OutboxJob
from core.database import Database
from core.deliveries.claims import Claim
from core.deliveries.settlements import Settlement, sent
from core.facts import MemberJoined
from core.migrate import migrate
from core.outbox import record
from tests.cast import Cast, Clock, meet

# A change and the fact of it, in one transaction; the same by hand.
CHANGE = "UPDATE groups SET name = 'Tigers' WHERE id = 1"
FACT = """INSERT INTO outbox (event_type, group_id, payload, status, created_at)
 VALUES ('member.joined', 1, '{"group_id": 1, "person_id": 2, "invite_id": null}', 'done',
 '2026-11-20 18:30:00')"""

Insert = Callable[[int], Awaitable[float]]


async def dispatch(*, taps: int, rounds: int, on_postgres: bool = True) -> list[Row]:
    """One fact after the other; PostgreSQL's by a second connection that hears of it by NOTIFY."""
    with scratch() as folder, postgres() as server:
        url = sqlite(folder, "dispatch")
        rows = [
            *await _latency("in one process", 2.0, url, taps),
            await _enqueue("SQLite", url, _by_aiosqlite(url), rounds),
        ]
        if server is not None and on_postgres:
            rows += await _latency("by NOTIFY, on PostgreSQL", 4.0, server, taps)
            rows.append(await _enqueue("PostgreSQL", server, _by_psycopg(server), rounds))
        return rows


async def _latency(name: str, limit_ms: float, url: str, taps: int) -> list[Row]:
    waits = Spread(await _waits(url, taps))
    told = waits.told(".1f", "ms")
    case = f"commit → dispatch {name}, {taps} facts"
    late = waits.percentile(0.99)
    return [
        limited(f"{case}: median", waits.median, told, at_most=limit_ms, unit="ms"),
        limited(f"{case}: 99th percentile", late, f"{late:.1f} ms", at_most=15, unit="ms"),
    ]


async def _waits(url: str, taps: int) -> list[float]:
    """Milliseconds. On PostgreSQL who records and who sends know of each other by NOTIFY only."""
    here = Database(url)
    await migrate(here)
    cast = await meet(here, Clock())
    await cast.bind()
    there = here if here.engine.dialect.name == "sqlite" else Database(url)
    arrived: asyncio.Queue[float] = asyncio.Queue()

    async def tell(claim: Claim) -> Settlement:
        arrived.put_nowait(time.perf_counter())
        return sent(claim, provider_id="1", now=utc_now())

    job = OutboxJob(Ground(there, pacing=Pacing({})), {}, reader=Reader("en", "UTC"), tell=tell)
    listening = asyncio.create_task(there.listen())
    await job.tick()
    waits = [await _one(cast, arrived) for _ in range(taps + 5)]
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    await job.stop()
    await there.close()
    await here.close()
    return waits[5:]


async def _one(cast: Cast, arrived: asyncio.Queue[float]) -> float:
    await cast.database.write(lambda session: _join(session, cast))
    committed = time.perf_counter()
    return max(0.0, (await asyncio.wait_for(arrived.get(), 10) - committed) * 1000)


def _join(session: Session, cast: Cast) -> None:
    joined = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=None)
    record(session, joined, now=utc_now())


async def _enqueue(name: str, url: str, bare: Insert, rounds: int) -> Row:
    """Transactions of a change and its fact, one after the other, by turns with the bare driver."""
    database = Database(url)
    cast, ours, least = await meet(database, Clock()), [], []
    await _ours(cast, 20)
    for _ in range(rounds):
        ours.append(await _ours(cast, 200))
        least.append(await bare(200))
    await database.close()
    ratio = Spread([one / other for one, other in zip(ours, least, strict=True)])
    return at_least(
        f"a change and its fact in one transaction on {name}:"
        f" {Spread(ours).told(',.0f', 'a second')};"
        f" the same by the bare driver: {Spread(least).told(',.0f', 'a second')}",
        ratio.median,
        ratio.told(".2f", "of it"),
        limit=0.6,
    )


async def _ours(cast: Cast, count: int) -> float:
    def change(session: Session) -> None:
        session.execute(_CHANGE)
        _join(session, cast)

    started = time.perf_counter()
    for _ in range(count):
        await cast.database.write(change)
    return count / (time.perf_counter() - started)


def _by_aiosqlite(url: str) -> Insert:
    async def insert(count: int) -> float:
        path = str(make_url(url).database)
        async with aiosqlite.connect(path, isolation_level=None) as link:
            await link.execute("PRAGMA synchronous = FULL")
            started = time.perf_counter()
            for _ in range(count):
                for statement in ("BEGIN IMMEDIATE", CHANGE, FACT, "COMMIT"):
                    await link.execute(statement)
            return count / (time.perf_counter() - started)

    return insert


def _by_psycopg(url: str) -> Insert:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    async def insert(count: int) -> float:
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as link:
            started = time.perf_counter()
            for _ in range(count):
                async with link.transaction():
                    await link.execute(CHANGE)
                    await link.execute(FACT)
            return count / (time.perf_counter() - started)

    return insert


_CHANGE = text(CHANGE)
