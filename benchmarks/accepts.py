"""A crowd at one invite: answers per second, beside a hand-written loop of its one UPDATE."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from benchmarks.databases import postgres, sqlite
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row
from core.database import Database
from core.migrate import migrate
from tests.cast import Cast, Clock, Somebody, meet
from tests.core.joining import race

CONNECTIONS = 10
MADE = "CREATE TABLE race (uses integer NOT NULL)"
OPENED = "INSERT INTO race VALUES (0)"
USED = "UPDATE race SET uses = uses + 1 WHERE uses < {limit}"
FORGOTTEN = "DELETE FROM race"

Loop = Callable[[int], Awaitable[float]]


async def accepts(*, rounds: int, crowd: int, on_postgres: bool = True) -> list[Row]:
    """Each round a crowd goes for an invite with room for half of them."""
    with scratch() as folder:
        rows = [
            await _compare("SQLite", sqlite(folder, "crowd"), _on_sqlite(folder), rounds, crowd)
        ]
        with postgres() as url:
            if url is not None and on_postgres:
                rows.append(await _compare("PostgreSQL", url, _on_postgres(url), rounds, crowd))
    return rows


async def _compare(name: str, url: str, driver: Loop, rounds: int, crowd: int) -> Row:
    database = Database(url)
    await migrate(database)
    cast = await meet(database, Clock())
    ours, bare = [], []
    for _ in range(rounds + 1):
        people = await cast.crowd(crowd)
        ours.append(crowd / await _seconds(cast, people))
        bare.append(crowd / await driver(crowd))
    await database.close()
    share = Spread([mine / least for mine, least in zip(ours[1:], bare[1:], strict=True)])
    return Row(
        f"answers to a crowd at one invite on {name}",
        f"{Spread(ours[1:]).told('.0f', 'a second')}; a loop of one UPDATE each:"
        f" {Spread(bare[1:]).told('.0f', 'a second')};"
        f" {share.told('.3f', 'of it')}",
    )


async def _seconds(cast: Cast, people: list[Somebody]) -> float:
    """From the first tap until the last of them knows."""
    made = await cast.invite(max_uses=len(people) // 2)
    begun = time.perf_counter()
    outcome = await race(cast, people, made.token)
    taken = time.perf_counter() - begun
    assert outcome["joined"] == len(people) // 2
    return taken


def _on_sqlite(folder: Path) -> Loop:
    """One connection, as there is one writer; as durable as ours."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(MADE)

    async def loop(crowd: int) -> float:
        connection.execute(FORGOTTEN)
        connection.execute(OPENED)
        begun = time.perf_counter()
        for _ in range(crowd):
            connection.execute(USED.format(limit=crowd // 2))
        return time.perf_counter() - begun

    return loop


def _on_postgres(url: str) -> Loop:
    """As many connections as ours may open."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    async def loop(crowd: int) -> float:
        links = [
            await psycopg.AsyncConnection.connect(address, autocommit=True)
            for _ in range(CONNECTIONS)
        ]
        await links[0].execute(MADE.replace("TABLE", "TABLE IF NOT EXISTS"))
        await links[0].execute(FORGOTTEN)
        await links[0].execute(OPENED)
        waiting = iter(range(crowd))

        async def work(link: psycopg.AsyncConnection) -> None:
            for _ in waiting:
                await link.execute(USED.format(limit=crowd // 2))

        begun = time.perf_counter()
        await asyncio.gather(*map(work, links))
        taken = time.perf_counter() - begun
        for link in links:
            await link.close()
        return taken

    return loop
