"""A bot that works for a long time: does it grow?"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from benchmarks import household
from benchmarks.phones import Phones, Tigers, phones
from benchmarks.process import Running
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row, limited

RATE = 50
GROWTH_LIMIT = 0.05
ROOMS = 5
LOOKS = 200
# So many wait for an answer at most: where the machine can't keep up, people talk less.
MOST_OPEN = 20
# Until caches are full and every connection is open; of the rest the ends are compared.
WARM_UP, END = 0.25, 0.2
CATCH_UP_S = 120.0
# Of ten updates so many are words in rooms, to which nobody answers; two of 100 bring somebody new.
LINES = ("/members", "/groups", "/help", "/invites", "/members d")


@dataclass(frozen=True, slots=True)
class Look:
    """Resident memory in 10^6 bytes, and open files and connections."""

    memory_mb: float
    descriptors: int


async def soak(*, seconds: float) -> list[Row]:
    """`python -m bot` and a sandbox as processes of their own, at 50 updates a second."""
    with scratch() as folder:
        async with (
            household.sandbox(folder) as url,
            household.bot(folder, url) as bot,
            phones(url) as seen,
        ):
            started = _handled(folder)
            looking = asyncio.create_task(_look(bot, seconds))
            took = await _people_talk(seen, seconds)
            looks = await looking
            await _all_is_handled(folder)
            rate = (_handled(folder) - started) / took
    return soak_rows(looks, seconds, rate)


async def _people_talk(seen: Phones, seconds: float) -> float:
    """How long it took, in seconds: longer than asked for where the machine can't keep up."""
    teams = [Tigers(seen) for _ in range(ROOMS)]
    for number, team in enumerate(teams):
        await team.found(f"Tigers {number}")
    began, tasks = time.perf_counter(), set()
    for number in range(int(seconds * RATE)):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        team = teams[number % ROOMS]
        task = asyncio.create_task(_one(team, number))
        tasks.add(task)
        if len(tasks) >= MOST_OPEN:
            done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.gather(*done)
    await asyncio.gather(*tasks)
    seen.seen.clear()
    return time.perf_counter() - began


async def _one(team: Tigers, number: int) -> None:
    """Whoever has no answer in half a minute gives up, as people do."""
    with suppress(TimeoutError):
        if number % 10 < 6:
            await team.chat(f"See you at practice number {number}")
        elif number % 50 == 9:
            await team.come(f"Fan {number}")
        else:
            await team.ask_for(LINES[number % len(LINES)])


async def _look(bot: Running, seconds: float) -> list[Look]:
    process = psutil.Process(bot.process.pid)
    looks = []
    for _ in range(LOOKS):
        await asyncio.sleep(seconds / LOOKS)
        with process.oneshot():
            looks.append(Look(process.memory_info().rss / 1e6, process.num_fds()))
    return looks


async def _all_is_handled(folder: Path) -> None:
    async with asyncio.timeout(CATCH_UP_S):
        while _waiting(folder):  # noqa: ASYNC110 - the bot is another process
            await asyncio.sleep(0.2)


def _handled(folder: Path) -> int:
    return _ask(folder, "SELECT coalesce(max(id), 0) FROM inbox")


def _waiting(folder: Path) -> int:
    return _ask(folder, "SELECT count(*) FROM inbox WHERE status = 'pending'")


def _ask(folder: Path, question: str) -> int:
    with closing(sqlite3.connect(folder / "usher.db", timeout=30)) as link:
        return int(link.execute(question).fetchone()[0])


def soak_rows(looks: list[Look], seconds: float, rate: float) -> list[Row]:
    warm = looks[int(len(looks) * WARM_UP) :]
    part = max(1, int(len(warm) * END))
    first, last = warm[:part], warm[-part:]
    before, after = (median(one.memory_mb for one in ends) for ends in (first, last))
    growth = after / before - 1
    opened = median(one.descriptors for one in last) - median(one.descriptors for one in first)
    case = f"{seconds / 60:g} minutes at {rate:.0f} updates a second"
    memory = Spread([one.memory_mb for one in warm]).told(".0f", "MB")
    files = Spread([one.descriptors for one in warm]).told(".0f", "open")
    told = f"{growth:+.1%}; {memory} after a warm-up of a quarter"
    return [
        limited(f"{case}: memory", growth * 100, told, at_most=GROWTH_LIMIT * 100, unit="%"),
        limited(f"{case}: descriptors", opened, f"{opened:+.0f}; {files}", at_most=0, unit="more"),
    ]
