"""A flood: what a bot takes in, what it puts off, and what memory that costs."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, closing
from multiprocessing import get_context
from pathlib import Path

from benchmarks import household
from benchmarks.process import Running, free_ports, wait_for
from benchmarks.rest_load import Taken, load
from benchmarks.start import scratch
from benchmarks.table import Row, limited

MEMORY_LIMIT_MB = 200.0
SECRET = "the-word-that-telegram-says"
# Whose numbers begin with -1002, which none of the sandbox's do.
FIRST_ROOM, ROOMS = -1_002_000_000_000, 1000
PATIENCE_S = 480.0
# As many as are put off: twice what a service takes in at a time.
CLIENTS = 400


async def flood(*, updates: int) -> list[Row]:
    """So many updates by webhook, as fast as they are answered; then they are worked off."""
    port = free_ports()
    with scratch() as folder, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        async with (
            household.sandbox(folder) as url,
            _bot(folder, url, port) as bot,
            bot.peak_mb() as memory,
        ):
            loop, sent = asyncio.get_running_loop(), list(_posts(updates))
            taken = await loop.run_in_executor(pool, load, port, sent, CLIENTS)
            kept = _count(folder, "lane LIKE '-1002%'")

            async def all_is_handled() -> bool:
                await asyncio.sleep(0.1)
                return not _count(folder, "status = 'pending'")

            await wait_for(all_is_handled, bot, timeout_s=PATIENCE_S)
    return _rows(updates, taken, kept, max(memory))


@asynccontextmanager
async def _bot(folder: Path, url: str, port: int) -> AsyncIterator[Running]:
    """The database is made by the one before, which then has more loaded than others."""
    async with household.bot(folder, url):
        pass
    async with household.bot(folder, url, port=port, telegram_webhook_secret=SECRET) as bot:
        yield bot


def _rows(updates: int, taken: Taken, kept: int, megabytes: float) -> list[Row]:
    put_off, took = taken.statuses[503], taken.statuses[200]
    lost = abs(kept - took) + updates - took - put_off
    what = f"a flood of {updates:,} updates"
    told = f"{took:,} taken in, {put_off:,} put off, {lost:,} lost; {taken.rate:.0f} a second"
    return [
        limited(what, lost, told, at_most=0, unit="lost"),
        limited(
            f"{what}: memory",
            megabytes,
            f"{megabytes:.0f} MB at most",
            at_most=MEMORY_LIMIT_MB,
            unit="MB",
        ),
    ]


def _count(folder: Path, where: str) -> int:
    with closing(sqlite3.connect(folder / "usher.db", timeout=30)) as database:
        query = f"SELECT count(*) FROM inbox WHERE {where}"  # noqa: S608 - ours
        return int(database.execute(query).fetchone()[0])


def _posts(updates: int) -> Iterator[bytes]:
    """Talk in rooms that nobody has bound, as it goes over the wire."""
    for number in range(1, updates + 1):
        person = {"id": 5000 + number % 7919, "is_bot": False, "first_name": "Guest"}
        chat = {"id": FIRST_ROOM - number % ROOMS, "type": "supergroup", "title": "Talk"}
        message = {
            "message_id": number,
            "from": person,
            "chat": chat,
            "date": 1_790_000_000,
            "text": "See you at the match " * 20,
        }
        body = json.dumps({"update_id": number, "message": message}).encode()
        lines = (
            "POST /webhooks/telegram HTTP/1.1",
            "Host: usher.test",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}",
            "",
            "",
        )
        yield "\r\n".join(lines).encode() + body
