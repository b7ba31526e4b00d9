"""Guest lists: what a page, the numbers and a batch of an import cost among few and among many."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from benchmarks import guest_crowd
from benchmarks.broadcasts import PRIVATE
from benchmarks.databases import postgres, postgres_databases, sqlite
from benchmarks.growth import LIMIT, Nowhere
from benchmarks.guest_host import HOST
from benchmarks.guest_lists import measure, put_in
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row
from bot.command import Incoming
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from core.database import Database

BATCH = 500
PAGES = {
    "`/guests`, page 1": "/guests",
    "`/guests`, the last page": "/guests after={last}",
    "`/guests` who come": "/guests status=coming",
    "`/guests` of a side": '/guests side="side 2"',
    "`/guests` of a household": '/guests household="Home 7"',
    "`/guests` whom somebody added": '/guests by="Helper 7"',
    "`/guests` by a common name": f"/guests {guest_crowd.given()}",
    "`/stats`": "/stats",
}
Question = Callable[[], Awaitable[float]]


@dataclass
class Hall:
    """A database with an event of so many guests; lists that were put in are new each time."""

    database: Database
    dispatcher: Dispatcher
    event_id: int
    size: int
    lists: int = 0

    def questions(self) -> Mapping[str, Question]:
        pages = {
            case: partial(self._ask, line.format(last=self.size - 10))
            for case, line in PAGES.items()
        }
        return {**pages, f"a batch of {BATCH} new guests": self._put_in}

    async def _ask(self, line: str) -> float:
        begun = time.perf_counter()
        answer = await self.dispatcher.handle(Incoming(HOST, PRIVATE, line), Nowhere())
        took = time.perf_counter() - begun
        assert answer is not None
        assert not answer.reply.refused, answer.reader.plain(answer.reply.text)
        return took

    async def _put_in(self) -> float:
        """Only the transaction in which they come onto the list."""
        self.lists += 1
        first = self.size + self.lists * BATCH
        return await put_in(self.database, self.event_id, first=first, count=BATCH)


async def guests(
    *, sizes: Sequence[int], rounds: int, listed: int, on_postgres: bool = True
) -> list[Row]:
    """Each round everybody is asked everything, one size after the other; then a list of `listed`
    guests is read, shown and put in, in a process of its own.
    """
    rows: list[Row] = []
    with scratch() as folder:
        urls = [sqlite(folder, f"guests{size}") for size in sizes]
        rows += await _compare("SQLite", urls, sizes, rounds)
        rows += await _list(sqlite(folder, "list"), listed, "SQLite")
    if not on_postgres:
        return rows
    with postgres_databases(len(sizes)) as urls:
        rows += await _compare("PostgreSQL", urls, sizes, rounds) if urls else []
    with postgres() as url:
        rows += await _list(url, listed, "PostgreSQL") if url else []
    return rows


async def _list(url: str, listed: int, name: str) -> list[Row]:
    database = Database(url)
    event_id = await guest_crowd.host(database, 0)
    await database.close()
    return await measure(url, event_id, listed, name)


async def _compare(name: str, urls: Sequence[str], sizes: Sequence[int], rounds: int) -> list[Row]:
    async with AsyncExitStack() as stack:
        halls = []
        for url, size in zip(urls, sizes, strict=True):
            database = Database(url)
            stack.push_async_callback(database.close)
            event_id = await guest_crowd.host(database, size)
            dispatcher = Dispatcher(database, COMMANDS, clock=lambda: datetime.now(UTC))
            halls.append(Hall(database, dispatcher, event_id, size))
        took = await _ask_all(halls, rounds)
    told = " and ".join(f"{size:,}" for size in sizes)
    return [_row(f"{case} among {told} guests on {name}", spans) for case, spans in took.items()]


async def _ask_all(halls: Sequence[Hall], rounds: int) -> dict[str, list[list[float]]]:
    """Milliseconds by question, for each hall; the first round is not counted."""
    took: dict[str, list[list[float]]] = {}
    for number in range(rounds + 1):
        for at, hall in enumerate(halls):
            for case, ask in hall.questions().items():
                ms = await ask() * 1000
                await asyncio.sleep(0)
                if number:
                    took.setdefault(case, [[] for _ in halls])[at].append(ms)
    return took


def _row(case: str, took: Sequence[Sequence[float]]) -> Row:
    medians = [Spread(each).median for each in took]
    ratio = medians[-1] / medians[0]
    told = ", ".join(f"{median:.1f}" for median in medians)
    return Row(case, f"{told} ms; {ratio:.2f} ×", f"less than {LIMIT:g} ×", ratio < LIMIT)
