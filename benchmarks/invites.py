"""How long /invites and /invitestats take with a million invites, beside a thousand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.crowded import crowd
from benchmarks.databases import postgres, sqlite
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row
from core.access import Actor
from core.database import Database
from core.groups import Group, get_group
from core.invites import InviteStatus
from core.invites.lists import list_invites
from core.invites.stats import count_invites
from core.migrate import migrate
from core.people import Person

P95_LIMIT_MS, GROWTH_LIMIT = 50.0, 2.0
Look = Callable[[Session, Actor, Group, datetime], object]


def _page(status: InviteStatus | None) -> Look:
    return lambda s, actor, group, now: list_invites(s, actor, group=group, status=status, now=now)


LOOKS: dict[str, Look] = {
    "/invites": _page(None),
    "/invitestats": lambda s, actor, group, now: count_invites(s, actor, group=group, now=now),
    **{f"/invites {status.value}": _page(status) for status in InviteStatus},
}


async def invites(*, small: int, large: int, rounds: int, on_postgres: bool = True) -> list[Row]:
    """Each look at the small group and at the large one in turn, `rounds` times."""
    with scratch() as folder:
        rows = await _measure("SQLite", sqlite(folder, "invites"), small, large, rounds)
    with postgres() as url:
        if on_postgres and url is not None:
            rows += await _measure("PostgreSQL", url, small, large, rounds)
    return rows


async def _measure(name: str, url: str, small: int, large: int, rounds: int) -> list[Row]:
    database, now = Database(url), datetime.now(UTC)
    try:
        await migrate(database)
        sizes = {"Cubs": small, "Tigers": large}
        groups = [
            await database.write(partial(crowd, name=at, size=size, now=now))
            for at, size in sizes.items()
        ]
        await database.write(lambda s: s.execute(text("ANALYZE")).close())
        return [
            _row(
                f"{what} with {large} invites on {name}",
                *await _look(database, look, groups, rounds, now),
            )
            for what, look in LOOKS.items()
        ]
    finally:
        await database.close()


async def _look(
    database: Database, look: Look, groups: list[tuple[int, int]], rounds: int, now: datetime
) -> tuple[Spread, Spread]:
    taken: list[list[float]] = [[], []]
    for number in range(rounds + 3):
        for which, (group_id, person_id) in enumerate(groups):

            def unit(s: Session, group_id: int = group_id, person_id: int = person_id) -> object:
                actor = Actor(s.get_one(Person, person_id), via="telegram")
                return look(s, actor, get_group(s, group_id), now)

            begun = time.perf_counter()
            await database.read(unit)
            if number >= 3:  # what is still cold is left out
                taken[which].append((time.perf_counter() - begun) * 1000)
    return Spread(taken[0]), Spread(taken[1])


def _row(case: str, small: Spread, large: Spread) -> Row:
    growth, p95 = large.median / small.median, large.percentile(0.95)
    figure = f"{large.told('.1f', 'ms')}; p95 {p95:.1f} ms; {growth:.2f} × the small group's"
    limit = f"p95 at most {P95_LIMIT_MS:g} ms, growth at most {GROWTH_LIMIT:g}"
    return Row(case, figure, limit, p95 <= P95_LIMIT_MS and growth <= GROWTH_LIMIT)
