"""Deliveries drained through a channel that does nothing, beside job queues and a bare driver."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from benchmarks.bare_drains import drain_postgres, drain_sqlite
from benchmarks.databases import postgres, sqlite
from benchmarks.queues import (
    drain_huey,
    drain_persist_queue,
    drain_pgqueuer,
    drain_procrastinate,
)
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row, at_least
from bot.ground import Ground
from bot.pacing import Pacing
from bot.texts import Reader
from bot.worker import OutboxJob
from core.database import Database
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.claims import Claim
from core.deliveries.settlements import Settlement, sent
from core.migrate import migrate
from core.outbox import EventStatus, OutboxEvent

CHUNK = 10_000
LARGE = 100_000
# Who takes one row at a time is as fast with fewer: so many are queued for them at most.
MOST_SINGLY, MOST_DURABLY = 10_000, 1_000
# At least so much of theirs.
ON_SQLITE = {"huey": 3.0, "persist-queue": 3.0, "bare": 0.4}
ON_POSTGRES = {"pgqueuer": 1.3, "procrastinate": 20.0, "bare": 0.4}
PAYLOAD = {"group_id": 1, "person_id": 2, "invite_id": 3}
# Rows a second, after so many rows were queued.
Drain = Callable[[int], Awaitable[float]]


async def drain(*, sizes: Sequence[int], rounds: int, on_postgres: bool = True) -> list[Row]:
    """By turns, each on an empty queue of its own; the largest size once only."""
    found = []
    with scratch() as folder, postgres() as url:
        for size in sizes:
            times = 1 if size >= LARGE else rounds
            found += await _race(_on_sqlite(folder), size, times, "SQLite", ON_SQLITE)
            if url is not None and on_postgres:
                found += await _race(_on_postgres(url), size, times, "PostgreSQL", ON_POSTGRES)
    return found


def _on_sqlite(folder: Path) -> dict[str, Drain]:
    return {
        "Usher": lambda rows: usher(sqlite(folder, f"usher-{time.monotonic_ns()}"), rows),
        "huey": lambda rows: drain_huey(
            folder / f"huey-{time.monotonic_ns()}.db", min(rows, MOST_SINGLY)
        ),
        "persist-queue": lambda rows: drain_persist_queue(
            folder / f"persist-{time.monotonic_ns()}", min(rows, MOST_DURABLY)
        ),
        "bare": lambda rows: drain_sqlite(folder / f"bare-{time.monotonic_ns()}.db", rows),
    }


def _on_postgres(url: str) -> dict[str, Drain]:
    return {
        "Usher": lambda rows: usher(url, rows),
        "pgqueuer": lambda rows: drain_pgqueuer(url, rows),
        "procrastinate": lambda rows: drain_procrastinate(url, min(rows, MOST_DURABLY)),
        "bare": lambda rows: drain_postgres(url, rows),
    }


async def _race(
    racing: dict[str, Drain], rows: int, rounds: int, name: str, limits: dict[str, float]
) -> list[Row]:
    rates: dict[str, list[float]] = {who: [] for who in racing}
    for _ in range(rounds):
        for who, run in racing.items():
            rates[who].append(await run(rows))
    ours = rates["Usher"]
    told = Spread(ours).told(",.0f", "a second")
    table = [Row(f"drain of {rows} deliveries on {name}", told)]
    for who, limit in limits.items():
        ratio = Spread([one / other for one, other in zip(ours, rates[who], strict=True)])
        table.append(
            at_least(
                f"… in relation to {who}, which made {Spread(rates[who]).told(',.0f', 'a second')}",
                ratio.median,
                ratio.told(".2f", "of it"),
                limit=limit,
            )
        )
    return table


async def usher(url: str, rows: int) -> float:
    """Claims, a fencing token, leases, order for each destination, settlement: all but the send."""
    database = Database(url)
    try:
        await migrate(database)
        await _queue(database, rows)
        return await _drain(Ground(database, pacing=Pacing({})), rows)
    finally:
        await database.close()


async def _drain(ground: Ground, rows: int) -> float:
    done, left = asyncio.Event(), rows

    async def tell(claim: Claim) -> Settlement:
        nonlocal left
        left -= 1
        if not left:
            done.set()
        return sent(claim, provider_id="1", now=ground.clock())

    job = OutboxJob(ground, {}, reader=Reader("en", "UTC"), tell=tell)
    started = time.perf_counter()
    ticking = asyncio.create_task(job.tick())
    await done.wait()
    await ticking
    await job.stop()
    return rows / (time.perf_counter() - started)


async def _queue(database: Database, rows: int) -> None:
    """What was left by an earlier round is out of the way, as history is."""

    def unit(session: Session) -> None:
        now = Ground(database).clock()
        session.execute(update(Delivery).values(status=DeliveryStatus.SENT))
        event = {
            "event_type": "member.joined",
            "payload": PAYLOAD,
            "status": EventStatus.DONE,
            "created_at": now,
        }
        for start in range(0, rows, CHUNK):
            count = min(CHUNK, rows - start)
            facts = session.scalars(insert(OutboxEvent).returning(OutboxEvent.id), [event] * count)
            waiting = {"channel": "telegram", "kind": "welcome", "due_at": now, "lost_claims": 0}
            waiting |= {"status": DeliveryStatus.PENDING, "attempts": 0}
            session.execute(
                insert(Delivery),
                [{**waiting, "outbox_id": id_, "address": str(id_)} for id_ in facts.all()],
            )

    await database.write(unit)
