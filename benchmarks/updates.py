"""Full accepts handled per second, beside bare handlers that keep two rows, or nothing."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bare_updates, contestants, table
from benchmarks.contestants import Contestant
from benchmarks.databases import postgres, sqlite
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row

FORGETFUL = "bare python-telegram-bot handler, no database"
DRIVER = "bare handler, two INSERTs in one transaction by aiosqlite"
ORM = "bare handler, the same by SQLAlchemy's ORM"
OURS = "full accept on SQLite"
DRIVER_LIMIT, ORM_LIMIT = 0.5, 1.0
FIRST_GUEST = 10_000
Laps = dict[str, list["Lap"]]


@dataclass(frozen=True, slots=True)
class Lap:
    """What one round took: updates a second, and processor milliseconds for each update.

    The latter leaves out what other programs do with the machine, and PostgreSQL's own processes.
    """

    rate: float
    processor_ms: float


async def updates(*, rounds: int, taps: int, on_postgres: bool = True) -> list[Row]:
    """Each round everybody handles `taps` new people's taps, one contestant after the other."""
    with scratch() as folder:
        async with AsyncExitStack() as stack:
            racing = await _enter(stack, folder, on_postgres=on_postgres)
            gc.collect()
            gc.freeze()  # as in production, and nobody pays for what the others hold
            laps: Laps = {name: [] for name in racing}
            for number in range(rounds + 1):
                await _round(racing, laps, FIRST_GUEST + number * taps, taps)
    counted = {name: each[1:] for name, each in laps.items()}
    rows = [_row(name, each) for name, each in counted.items()]
    rows.append(_beside(counted, DRIVER, at_least=DRIVER_LIMIT))
    rows.append(_beside(counted, ORM, at_least=ORM_LIMIT))
    return rows


async def _enter(
    stack: AsyncExitStack, folder: Path, *, on_postgres: bool
) -> dict[str, Contestant]:
    enter = stack.enter_async_context
    racing: dict[str, Contestant] = {
        FORGETFUL: await enter(bare_updates.by_nobody()),
        DRIVER: await enter(bare_updates.by_driver(folder)),
        ORM: await enter(bare_updates.by_orm(folder)),
        OURS: await enter(contestants.usher(sqlite(folder, "accept"))),
        "full accept on SQLite, welcomes sent meanwhile": await enter(
            contestants.usher(sqlite(folder, "welcome"), welcomes=True)
        ),
    }
    url = stack.enter_context(postgres()) if on_postgres else None
    if url is not None:
        racing["full accept on PostgreSQL"] = await enter(contestants.usher(url))
    return racing


async def _round(racing: Mapping[str, Contestant], laps: Laps, first: int, taps: int) -> None:
    """The first round, in which everything is still cold, is for the caller to leave out."""
    for name, contestant in racing.items():
        prepared = await contestant.prepare(first, taps)
        busy = time.process_time()
        seconds = await contestant.seconds_for(prepared)
        laps[name].append(Lap(taps / seconds, (time.process_time() - busy) / taps * 1000))
        await contestant.settle()


def _row(name: str, laps: list[Lap]) -> Row:
    rate = Spread([lap.rate for lap in laps])
    busy = Spread([lap.processor_ms for lap in laps])
    told = f"{rate.told('.0f', 'a second')}; {busy.told('.2f', 'ms of processor time each')}"
    return Row(f"updates handled: {name}", told)


def _beside(laps: Laps, peer: str, *, at_least: float) -> Row:
    """Round by round: whatever slows the machine down slows both down."""
    both = zip(laps[OURS], laps[peer], strict=True)
    ratio = Spread([ours.rate / theirs.rate for ours, theirs in both])
    case = f"{OURS}, beside a {peer}"
    return table.at_least(case, ratio.median, ratio.told(".3f", "of its rate"), limit=at_least)
