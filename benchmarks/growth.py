"""What a question costs among a thousand members, and among a million."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import crowd
from benchmarks.crowd import Fan
from benchmarks.databases import postgres_databases, sqlite
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row
from bot.command import Incoming, Place, Room
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from core.access import Actor, Member, MemberState, Permission, require
from core.chats import Loss
from core.database import Database
from core.groups import get_group
from core.people import Person, Sender

LIMIT = 2.0
PAGE, PAGE_SIZE = 1000, 10
# Who owns the root asks: their realm is everybody.
ASKER = Fan(1)
WANTED = Fan(77)
Question = Callable[[], Awaitable[None]]


class Nowhere:
    """Nothing outside is asked here."""

    def invite_link(self, token: str) -> str:
        return token

    async def runs_room(self, room: Room, sender: Sender) -> bool:
        return False

    async def loss_in(self, room: Room) -> Loss | None:
        return None


@dataclass(frozen=True, slots=True)
class Town:
    """A database with a crowd, and whoever asks there."""

    database: Database
    dispatcher: Dispatcher
    cursor: int

    def questions(self) -> Mapping[str, Question]:
        large, quarter = f"group={crowd.LARGE}", f"group={crowd.GROUPS - 1}"
        lines = {
            "`/members`, page 1": f"/members {large}",
            "`/members`, page 1,000 or the last": f"/members {large} after={self.cursor}",
            "`/members` by a rare name": f"/members {WANTED.name} {large}",
            "`/members` by a common name": f"/members {WANTED.given} {large}",
            "`/find` a rare name": f"/find {WANTED.name} {quarter}",
            "`/find` a common name": f"/find {WANTED.given} {quarter}",
        }
        asked = {name: self._asking(line) for name, line in lines.items()}
        return {"a permission check, six levels down": self._check, **asked}

    def _asking(self, line: str) -> Question:
        room = Room("telegram", str(ASKER.number), ASKER.name, Place.PRIVATE)
        sender = Sender("telegram", str(ASKER.number), ASKER.name)

        async def ask() -> None:
            answer = await self.dispatcher.handle(Incoming(sender, room, line), Nowhere())
            assert answer is not None
            assert not answer.reply.refused, answer.reader.plain(answer.reply.text)

        return ask

    async def _check(self) -> None:
        await self.database.read(_check)


def _check(session: Session) -> None:
    asker = Actor(session.get_one(Person, ASKER.number), "telegram")
    require(session, asker, Permission.INVITE, get_group(session, crowd.LARGE))


async def growth(*, sizes: Sequence[int], rounds: int, on_postgres: bool = True) -> list[Row]:
    """Each round everybody is asked everything, one size after the other."""
    rows: list[Row] = []
    with scratch() as folder:
        urls = [sqlite(folder, f"crowd{size}") for size in sizes]
        rows += await _compare("SQLite", urls, sizes, rounds)
    with postgres_databases(len(sizes) if on_postgres else 0) as urls:
        rows += await _compare("PostgreSQL", urls, sizes, rounds) if urls else []
    return rows


async def _compare(name: str, urls: Sequence[str], sizes: Sequence[int], rounds: int) -> list[Row]:
    async with AsyncExitStack() as stack:
        towns = []
        for url, size in zip(urls, sizes, strict=True):
            database = Database(url)
            stack.push_async_callback(database.close)
            towns.append(await _settle(database, size))
        return [
            _row(f"{question}, on {name}", took)
            for question, took in (await _measure(towns, rounds)).items()
        ]


async def _settle(database: Database, size: int) -> Town:
    await crowd.fill(database, size)
    dispatcher = Dispatcher(database, COMMANDS, clock=lambda: datetime.now(UTC))
    return Town(database, dispatcher, await database.read(_page_before))


def _page_before(session: Session) -> int:
    """The last member before page 1,000, or before the last page where there are fewer."""
    inside = Member.group_id == crowd.LARGE, Member.state == MemberState.ACTIVE
    ids = session.scalars(select(Member.id).where(*inside).order_by(Member.id)).all()
    return ids[min((PAGE - 1) * PAGE_SIZE, len(ids) - PAGE_SIZE) - 1]


async def _measure(towns: Sequence[Town], rounds: int) -> dict[str, list[list[float]]]:
    """Milliseconds by question, for each town; the first round is not counted."""
    took: dict[str, list[list[float]]] = {}
    for number in range(rounds + 1):
        for at, town in enumerate(towns):
            for name, ask in town.questions().items():
                started = time.perf_counter()
                await ask()
                ms = (time.perf_counter() - started) * 1000
                if number:
                    took.setdefault(name, [[] for _ in towns])[at].append(ms)
    return took


def _row(case: str, took: Sequence[Sequence[float]]) -> Row:
    medians = [Spread(each).median for each in took]
    ratio = medians[-1] / medians[0]
    told = ", ".join(f"{median:.2f}" for median in medians)
    return Row(case, f"{told} ms; {ratio:.2f} ×", f"less than {LIMIT:g} ×", ratio < LIMIT)
