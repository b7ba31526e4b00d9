"""Job queues that others use, each with a job that does nothing, at their best settings."""

from __future__ import annotations

import time
from pathlib import Path

import asyncpg
from huey import SqliteHuey
from persistqueue import SQLiteAckQueue
from pgqueuer import AsyncpgDriver, Queries
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.types import QueueExecutionMode
from procrastinate import App, PsycopgConnector
from procrastinate.types import JSONDict
from sqlalchemy import make_url

PAYLOAD = b'{"group_id": 1, "person_id": 2, "invite_id": 3}'
BATCH = 500
CONCURRENCY = 10


async def drain_huey(path: Path, rows: int) -> float:
    """Rows a second; without a consumer's threads, which only slow it down here."""
    huey = SqliteHuey(filename=str(path), results=False)

    queued = huey.task()(_nothing)
    for _ in range(rows):
        queued(PAYLOAD.decode())
    started = time.perf_counter()
    for _ in range(rows):
        huey.execute(huey.dequeue())
    return rows / (time.perf_counter() - started)


async def drain_persist_queue(folder: Path, rows: int) -> float:
    """Rows a second, of its queue with acknowledgements: the others know of no claims."""
    queue = SQLiteAckQueue(str(folder), auto_commit=True)
    try:
        for _ in range(rows):
            queue.put(PAYLOAD)
        started = time.perf_counter()
        for _ in range(rows):
            queue.ack(queue.get(block=False))
        return rows / (time.perf_counter() - started)
    finally:
        queue.close()


async def drain_pgqueuer(url: str, rows: int) -> float:
    """Rows a second; by asyncpg, with which it is faster than with psycopg."""
    link = await asyncpg.connect(_address(url))
    try:
        queries = Queries(AsyncpgDriver(link))
        if not await queries.has_table("pgqueuer"):
            await queries.install()
        await queries.enqueue(["nothing"] * rows, [PAYLOAD] * rows, [0] * rows)
        manager = QueueManager(queries)

        @manager.entrypoint("nothing")
        async def nothing(job: Job) -> None:
            pass

        started = time.perf_counter()
        await manager.run(batch_size=BATCH, mode=QueueExecutionMode.drain)
        return rows / (time.perf_counter() - started)
    finally:
        await link.close()


async def drain_procrastinate(url: str, rows: int) -> float:
    app = App(connector=PsycopgConnector(conninfo=_address(url)))

    @app.task(name="nothing")
    async def nothing(payload: str) -> None:
        pass

    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        jobs: list[JSONDict] = [{"payload": PAYLOAD.decode()} for _ in range(rows)]
        await nothing.batch_defer_async(*jobs)
        started = time.perf_counter()
        await app.run_worker_async(
            wait=False, concurrency=CONCURRENCY, install_signal_handlers=False, listen_notify=False
        )
        return rows / (time.perf_counter() - started)


def _nothing(payload: str) -> None:
    """What each job does."""


def _address(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
