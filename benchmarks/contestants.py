"""Who handles the taps: Usher, wired as in production."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from benchmarks.team import Team
from benchmarks.wire import Feed, NullNetwork, Update
from bot.channels.telegram import TelegramChannel
from bot.commands import COMMANDS
from bot.dispatch import Dispatcher
from bot.ground import Ground
from bot.intake import Intake
from bot.pacing import Pacing
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.poll import Poller
from bot.telegram_api import PLATFORM, TelegramBot
from bot.texts import Reader
from bot.worker import OutboxJob
from core.database import Database
from core.migrate import migrate

TOKEN = "1000000001:BENCH-this-opens-nothing-real-00000000"
ROUND_PATIENCE_S = 120.0


READER = Reader("en", "UTC")


class Contestant(Protocol):
    """Takes part in each round."""

    async def prepare(self, first: int, count: int) -> list[Update]:
        """The taps of so many new people, from this id on."""

    async def seconds_for(self, updates: Sequence[Update]) -> float:
        """From handing the updates over until the last reply is made."""

    async def settle(self) -> None:
        """Finish what is left over, so that it does not burden whoever is next."""


class Line:
    """A bot on a network that takes no time, and a count of the cards that it has changed."""

    def __init__(self) -> None:
        self.feed = Feed()
        self.bot = TelegramBot(
            TOKEN, request=NullNetwork(self._note), get_updates_request=self.feed
        )
        self._left = 0
        self._done = asyncio.Event()
        self._failure: BaseException | None = None

    async def seconds_for(self, updates: Sequence[Update]) -> float:
        self._left = len(updates)
        self._done.clear()
        started = time.perf_counter()
        self.feed.put(updates)
        await asyncio.wait_for(self._done.wait(), ROUND_PATIENCE_S)
        if self._failure is not None:
            raise self._failure
        return time.perf_counter() - started

    @asynccontextmanager
    async def running(self, loop: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
        """`loop` as a task; when it breaks, the round in which that happens breaks as well."""
        task = asyncio.create_task(loop)
        task.add_done_callback(self._ended)
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._failure = None if task.cancelled() else task.exception()
        self._done.set()

    def _note(self, method: str) -> None:
        if method == "editMessageText":
            self._left -= 1
            if not self._left:
                self._done.set()


class UsherLine:
    """Poller, inbox, python-telegram-bot, dispatcher, commit, reply."""

    def __init__(self, line: Line, team: Team) -> None:
        self._line = line
        self._team = team

    async def prepare(self, first: int, count: int) -> list[Update]:
        return await self._team.taps(first, count)

    async def seconds_for(self, updates: Sequence[Update]) -> float:
        return await self._line.seconds_for(updates)

    async def settle(self) -> None:
        await self._team.settled()


@asynccontextmanager
async def usher(url: str, *, welcomes: bool = False) -> AsyncIterator[UsherLine]:
    """Usher over an empty database at `url`; with `welcomes`, the scheduled job runs as well."""
    ground, line = Ground(Database(url), pacing=Pacing({})), Line()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(ground.database.close)
        await migrate(ground.database)
        team = await Team.found(ground, welcomes=welcomes)
        dispatcher = Dispatcher(ground.database, COMMANDS, clock=ground.clock)
        platform = TelegramPlatform(line.bot, dispatcher, ground)
        await platform.start()
        stack.push_async_callback(platform.stop)
        intake = Intake(ground, {PLATFORM: platform})
        stack.push_async_callback(intake.stop)
        if welcomes:
            job = OutboxJob(ground, {PLATFORM: TelegramChannel(line.bot)}, reader=READER)
            stack.push_async_callback(job.stop)
            stack.callback(_schedule(job).shutdown, wait=False)
        for loop in (intake.run, Poller(line.bot, ground).run):
            await stack.enter_async_context(line.running(loop()))
        yield UsherLine(line, team)


def _schedule(job: OutboxJob) -> AsyncIOScheduler:
    # That a pass takes longer than the interval is the rule here, not worth a warning each time.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(job.tick, "interval", seconds=1, id="outbox", max_instances=1, coalesce=True)
    scheduler.start()
    return scheduler
