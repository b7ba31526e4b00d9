"""A broadcast to very many guests made into messages, while somebody goes on giving commands."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import guest_crowd
from benchmarks.databases import postgres, sqlite
from benchmarks.growth import Nowhere
from benchmarks.guest_host import HOST, host_of
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row, limited
from bot.broadcasting import carry_broadcasts_on
from bot.command import Incoming, Place, Room
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.ground import Ground
from core.broadcasts import CALL_BACK, LETTER
from core.broadcasts.audience import Audience
from core.broadcasts.expanding import confirm_broadcast, draft_broadcast
from core.database import Database
from core.deliveries import Delivery
from core.groups import get_group

SECONDS_LIMIT, HELD_LIMIT_MS = 10.0, 50.0
LINE = "/guest 7"
PRIVATE = Room("telegram", HOST.address, HOST.name, Place.PRIVATE)
# Somebody who gives ten to twenty commands a second.
PAUSE_S = 0.05


async def broadcasts(*, people: int, alone: int, on_postgres: bool = True) -> list[Row]:
    """On each database; `alone` commands are timed before, when nothing else goes on."""
    with scratch() as folder, postgres() as url:
        rows = await _measure("SQLite", sqlite(folder, "broadcast"), people, alone)
        if on_postgres and url is not None:
            rows += await _measure("PostgreSQL", url, people, alone)
    return rows


async def _measure(name: str, url: str, people: int, alone: int) -> list[Row]:
    database = Database(url)
    try:
        event_id = await guest_crowd.host(database, people)
        dispatcher = Dispatcher(database, COMMANDS, clock=lambda: datetime.now(UTC))
        before = await _ask(dispatcher, lambda took: len(took) >= alone)
        await database.write(partial(_confirm, event_id=event_id))
        expanding = asyncio.create_task(_expand(database))
        during = await _ask(dispatcher, lambda _: expanding.done())
        took_s = await expanding
        assert await database.read(_count) == people
    finally:
        await database.close()
    return _rows(f"a broadcast to {people:,} on {name}", took_s, before, during)


async def _ask(dispatcher: Dispatcher, is_over: Callable[[list[float]], bool]) -> Spread:
    """What one command after the other takes, in milliseconds, until it is over."""
    took: list[float] = []
    while not (took and is_over(took)):
        begun = time.perf_counter()
        answer = await dispatcher.handle(Incoming(HOST, PRIVATE, LINE), Nowhere())
        took.append((time.perf_counter() - begun) * 1000)
        assert answer is not None
        assert not answer.reply.refused, answer.reader.plain(answer.reply.text)
        await asyncio.sleep(PAUSE_S)
    return Spread(took)


def _confirm(session: Session, event_id: int) -> None:
    """A minute ago, so that it is due."""
    actor, now = host_of(session), datetime.now(UTC) - CALL_BACK - timedelta(seconds=1)
    draft = draft_broadcast(
        session,
        actor,
        group=get_group(session, event_id),
        text="See you at six",
        audience=Audience(but=actor.person.id),
        channels=["telegram", "email"],
        links="https://usher.example/r/",
        now=now,
    )
    count, code = draft.reckoning.reached, draft.broadcast.public_id
    confirm_broadcast(session, actor, public_id=code, count=count, now=now)


async def _expand(database: Database) -> float:
    begun = time.perf_counter()
    await carry_broadcasts_on(Ground(database, lambda: datetime.now(UTC)))
    return time.perf_counter() - begun


def _count(session: Session) -> int:
    letters = select(func.count()).where(Delivery.kind == LETTER)
    return session.scalars(letters.select_from(Delivery)).one()


def _rows(case: str, took_s: float, before: Spread, during: Spread) -> list[Row]:
    held = during.median - before.median
    slow = during.percentile(0.95) - before.percentile(0.95)
    told = (
        f"median {held:.0f} ms longer than alone ({during.median:.0f} beside {before.median:.0f});"
        f" the slowest twentieth {slow:.0f} ms, the slowest of {len(during.samples)}"
        f" {max(during.samples) - max(before.samples):.0f} ms longer"
    )
    return [
        limited(
            f"{case}: made into messages",
            took_s,
            f"{took_s:.1f} s",
            at_most=SECONDS_LIMIT,
            unit="s",
        ),
        limited(
            f"{case}: a command meanwhile",
            max(held, slow),
            told,
            at_most=HELD_LIMIT_MS,
            unit="ms longer",
        ),
    ]
