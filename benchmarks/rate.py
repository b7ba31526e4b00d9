"""How fast one sender writes to people by HTTP when no limit holds it back."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from benchmarks.databases import postgres, sqlite
from benchmarks.household import TOKEN
from benchmarks.process import running, wait_for
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import ROOT, Row, at_least
from bot.channels.telegram import TelegramChannel
from bot.ground import Ground, utc_now
from bot.notices import Telling
from bot.pacing import Pacing
from bot.telegram_api import TelegramBot, make_bot
from bot.texts import Reader
from bot.worker import OutboxJob
from core.broadcasts import LETTER, Broadcast, BroadcastRecipient, BroadcastState
from core.database import Database
from core.deliveries import Delivery, DeliveryStatus, Lane
from core.facts.broadcasts import BroadcastSent
from core.migrate import migrate
from core.outbox import EventStatus, OutboxEvent
from core.people import Identity, Person
from core.tokens import new_public_id
from tests.cast import Clock, meet

# Telegram's paid broadcast: core.telegram.org/bots/api#sendmessage.
LEAST = 1000
FIRST = 1_000_000
TEXT = "Hi {first}, training begins at half past six tonight. Bring water and your boots."
PATIENCE_S = 600.0


async def rate(*, crowd: int, rounds: int, on_postgres: bool = True) -> list[Row]:
    """A broadcast, a round each: rendered for its reader, sent by aiohttp to a server in another
    process which answers at once, and settled.
    """
    with scratch() as folder, postgres() as server:
        async with _yes(folder) as api:
            found = [await _rates("SQLite", sqlite(folder, "rate"), api, crowd, rounds)]
            if server is not None and on_postgres:
                found.append(await _rates("PostgreSQL", server, api, crowd, rounds))
            return found


@asynccontextmanager
async def _yes(folder: Path) -> AsyncIterator[str]:
    """The URL of the server."""
    starter = f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); "
    started = f"{starter}runpy.run_module('benchmarks.bare_server', run_name='__main__')"
    async with running(sys.executable, "-c", started, folder=folder) as one:

        async def is_up() -> bool:
            return one.text().endswith("\n")

        await wait_for(is_up, one, timeout_s=30)
        yield f"http://127.0.0.1:{one.text().strip()}"


async def _rates(name: str, url: str, api: str, crowd: int, rounds: int) -> Row:
    database, bot = Database(url), make_bot(TOKEN, api)
    await migrate(database)
    await meet(database, Clock())
    await database.write(lambda session: _gather(session, crowd))
    await bot.initialize()
    try:
        rates = Spread([await _round(database, bot, crowd) for _ in range(rounds)])
    finally:
        await bot.shutdown()
        await database.close()
    case = f"{crowd} letters of a broadcast by HTTP on {name}, without limits"
    return at_least(case, rates.median, rates.told(",.0f", "a second"), limit=LEAST)


async def _round(database: Database, bot: TelegramBot, crowd: int) -> float:
    """Until all are settled."""
    await database.write(lambda session: _broadcast(session, crowd))
    channel, ground = Counted(bot, crowd), Ground(database, pacing=Pacing({}))
    job = OutboxJob(ground, {"telegram": channel}, reader=Reader("en", "UTC"))
    started = time.perf_counter()
    await job.tick()
    async with asyncio.timeout(PATIENCE_S):
        await channel.done.wait()
    await job.stop()
    return crowd / (time.perf_counter() - started)


class Counted(TelegramChannel):
    """`done` when so many messages were taken."""

    def __init__(self, bot: TelegramBot, crowd: int) -> None:
        super().__init__(bot)
        self.done = asyncio.Event()
        self._left = crowd

    async def send(self, address: str, telling: Telling, reader: Reader) -> str | None:
        sent_id = await super().send(address, telling, reader)
        self._left -= 1
        if not self._left:
            self.done.set()
        return sent_id


def _gather(session: Session, crowd: int) -> None:
    at = {"created_at": utc_now()}
    numbers = range(FIRST, FIRST + crowd)
    session.execute(insert(Person), [{"id": n, "name": f"Fan {n}", **at} for n in numbers])
    reached = {"platform": "telegram", "reachable": True, **at}
    session.execute(
        insert(Identity), [{"person_id": n, "address": str(n), **reached} for n in numbers]
    )


def _broadcast(session: Session, crowd: int) -> None:
    """One that was confirmed, and made into messages."""
    now, author = utc_now(), session.scalars(select(func.min(Person.id))).one()
    found = Broadcast(
        public_id=new_public_id("bct"),
        group_id=1,
        author_id=author,
        text=TEXT,
        links="",
        audience={},
        channels={"names": ["telegram"]},
        state=BroadcastState.SENDING,
        cursor=0,
        created_at=now,
    )
    session.add(found)
    session.flush()
    fact = BroadcastSent(group_id=1, broadcast_id=found.id)
    told = OutboxEvent(
        event_type=fact.event_type,
        group_id=1,
        subject=fact.subject,
        payload=fact.model_dump(),
        status=EventStatus.DONE,
        created_at=now,
    )
    session.add(told)
    session.flush()
    people = [{"person_id": n, "channel": "telegram", "address": str(n)} for n in _crowd(crowd)]
    session.execute(
        insert(BroadcastRecipient), [{"broadcast_id": found.id, **one} for one in people]
    )
    letter = {"outbox_id": told.id, "channel": "telegram", "kind": LETTER, "lane": Lane.BULK}
    letter |= {"status": DeliveryStatus.PENDING, "attempts": 0, "lost_claims": 0, "due_at": now}
    session.execute(insert(Delivery), [{**letter, "address": str(n)} for n in _crowd(crowd)])


def _crowd(crowd: int) -> range:
    return range(FIRST, FIRST + crowd)
