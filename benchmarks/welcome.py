"""From the tap on Accept to the welcome's arrival in the room, over HTTP, as a phone sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks import household
from benchmarks.ecdf import draw
from benchmarks.phones import Tigers, phones
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row, limited

MEDIAN_LIMIT_MS, P99_LIMIT_MS = 50.0, 250.0
INTERVALS_S = (1.0, 3600.0)
WARM_UP = 5
# A room takes twenty messages a minute: no one of them may get all the welcomes.
ROOMS = 25


async def tap_to_welcome(
    *, taps: int, intervals_s: tuple[float, ...] = INTERVALS_S, picture: Path | None = None
) -> list[Row]:
    """`taps` people for each outbox interval, one after the other, the intervals by turns."""
    series = await _measure(taps, intervals_s)
    if picture is not None:
        draw(
            {_name(interval_s): ms for interval_s, ms in series.items()},
            title="Tap on Accept → welcome in the room",
            path=picture,
        )
    return [row for interval_s, ms in series.items() for row in _rows(interval_s, Spread(ms))]


async def _measure(taps: int, intervals_s: tuple[float, ...]) -> dict[float, list[float]]:
    series: dict[float, list[float]] = {interval_s: [] for interval_s in intervals_s}
    with scratch() as folder:
        async with _worlds(folder, intervals_s, min(ROOMS, taps)) as worlds:
            for number in range(WARM_UP + taps):
                for interval_s, teams in worlds.items():
                    name, tigers = f"Guest{number}.", teams[number % len(teams)]
                    seconds = await tigers.tap(await tigers.invite(name), name)
                    series[interval_s].append(seconds * 1000)
    return {interval_s: ms[WARM_UP:] for interval_s, ms in series.items()}


@asynccontextmanager
async def _worlds(
    folder: Path, intervals_s: tuple[float, ...], rooms: int
) -> AsyncIterator[dict[float, list[Tigers]]]:
    """For each interval a sandbox, a bot and teams of their own, side by side."""
    if not intervals_s:
        yield {}
        return
    place = folder / str(len(intervals_s))
    place.mkdir()
    async with (
        household.sandbox(place) as url,
        household.bot(place, url, interval_s=intervals_s[0]),
        phones(url) as seen,
        _worlds(folder, intervals_s[1:], rooms) as others,
    ):
        teams = [Tigers(seen) for _ in range(rooms)]
        for number, team in enumerate(teams):
            await team.found(f"Tigers {number}")
        yield {intervals_s[0]: teams, **others}


def _rows(interval_s: float, ms: Spread) -> list[Row]:
    case = f"tap on Accept → welcome in the room, {_name(interval_s)}, {len(ms.samples)} taps"
    p99 = ms.percentile(0.99)
    return [
        limited(
            f"{case}: median",
            ms.median,
            f"{ms.median:.1f} ms (fastest {min(ms.samples):.1f})",
            at_most=MEDIAN_LIMIT_MS,
            unit="ms",
        ),
        limited(
            f"{case}: 99th percentile",
            p99,
            f"{p99:.1f} ms (slowest {max(ms.samples):.1f})",
            at_most=P99_LIMIT_MS,
            unit="ms",
        ),
    ]


def _name(interval_s: float) -> str:
    return f"outbox interval {interval_s:g} s"
