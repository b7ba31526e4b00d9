"""The wiring: which parts one process runs, how they start, and in which order they stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC
from enum import StrEnum
from functools import partial

import structlog
from aiohttp import web
from alembic.util import CommandError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot.catalogues import best_locale
from bot.channels.telegram import TelegramChannel
from bot.commands import COMMANDS
from bot.config import Settings
from bot.dispatch import Defaults, Dispatcher
from bot.ground import Ground
from bot.intake import Intake
from bot.platforms.telegram.arrivals import ALLOWED_UPDATES, arrival_of
from bot.platforms.telegram.menu import set_menus
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.poll import Poller, reason_of
from bot.platforms.telegram.sweep import RoomSweep
from bot.reminders import remind
from bot.telegram_api import PLATFORM, make_bot
from bot.texts import Reader
from bot.web.site import create_service
from bot.web.webhooks import Webhook, telegram_webhook
from bot.worker import OutboxJob
from core.database import Database
from core.migrate import migrate

# Within the 20 s that a process has after SIGTERM, with some to spare for closing what is open.
STOP_PATIENCE_S = 15.0
# So long the loops wait for Telegram to say who we are, before they start without it.
FIRST_PATIENCE_S = 1.0
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 30.0
PRUNE_EVERY_S = 3600
REMIND_EVERY_S = 60
SWEEP_EVERY_S = 60

log = structlog.get_logger(__name__)


class Part(StrEnum):
    """What a process may run; `all` runs all of them."""

    POLL = "poll"
    WEB = "web"
    WORKER = "worker"


class CannotStart(Exception):
    """Something outside is not as the settings say; one line that tells the operator what."""


class PortTaken(CannotStart):
    """The service can't listen where the settings say."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        reason = error.strerror or str(error)
        super().__init__(
            f"Can't listen on {host}:{port}: {reason}. Is Usher running already? If not, set"
            " USHER_HTTP_PORT so that it and the next port are free."
        )


async def serve(settings: Settings, parts: Collection[Part], stop: asyncio.Event) -> None:
    """Migrate, start the parts, and run until `stop` is set. Raises CannotStart.

    What was taken in and is not finished by then is in the database, and goes on at the next start.
    """
    database = Database(settings.database_url.get_secret_value())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await prepare(database)
        process = _Process(settings, frozenset(parts), Ground(database), stop)
        await process.run(stack)


async def prepare(database: Database) -> None:
    """Bring the database up to date. Raises CannotStart."""
    try:
        await migrate(database)
    except (SQLAlchemyError, CommandError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise CannotStart(
            f"The database can't be brought up to date: {reason}. See USHER_DATABASE_URL."
        ) from error


class _Process:
    def __init__(
        self, settings: Settings, parts: Collection[Part], ground: Ground, stop: asyncio.Event
    ) -> None:
        self._settings = settings
        self._parts = parts
        self._ground = ground
        self._stop = stop
        self._polls = Part.POLL in parts and settings.telegram_webhook_secret is None
        self._known = asyncio.Event()
        self._introduced = asyncio.Event()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        assert settings.telegram_token is not None, "the sandbox has a token too"
        token = settings.telegram_token.get_secret_value()
        self._bot = make_bot(token, settings.telegram_api_url)
        self._platform = TelegramPlatform(self._bot, self._dispatcher(), ground)

    async def run(self, stack: AsyncExitStack) -> None:
        if Part.WEB in self._parts:
            await stack.enter_async_context(self._site())
        stack.push_async_callback(self._platform.stop)
        async with AsyncExitStack() as loops:
            await loops.enter_async_context(_running(self._introduce))
            await _either(self._introduced, self._stop, within_s=FIRST_PATIENCE_S)
            if Part.WORKER in self._parts:
                await loops.enter_async_context(self._working())
            if self._polls:
                await loops.enter_async_context(_running(Poller(self._bot, self._ground).run))
            log.info("usher is up", parts=sorted(part.value for part in self._parts))
            await self._stop.wait()
            log.info("usher stops")

    def _dispatcher(self) -> Dispatcher:
        settings = self._settings
        return Dispatcher(
            self._ground.database,
            COMMANDS,
            system_admins={f"{platform}:{id_}" for platform, id_ in settings.system_admins},
            defaults=Defaults(settings.default_locale, settings.default_timezone),
            clock=self._ground.clock,
        )

    async def _introduce(self) -> None:
        """Who we are, how Telegram hands updates over, and which commands it shows."""
        await self._insist(self._platform.start)
        self._known.set()
        log.info("Telegram knows us", bot=self._bot.username)
        await self._insist(self._choose_delivery)
        self._introduced.set()
        if Part.WORKER in self._parts:
            await set_menus(self._bot, COMMANDS)

    async def _insist(self, step: Callable[[], Awaitable[object]]) -> None:
        """Without it the bot would be deaf, so it is tried until Telegram agrees."""
        pause_s = SHORTEST_PAUSE_S
        while True:
            try:
                await step()
            except TelegramError as error:
                reason = reason_of(error)
                log.warning("Telegram does not agree", reason=reason, pause_s=pause_s)
                if not self._polls:  # else the poll loop reports by itself
                    self._ground.progress.intake_failed(reason)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            else:
                return

    async def _choose_delivery(self) -> None:
        """By webhook or by polling. Raises TelegramError."""
        secret = self._settings.telegram_webhook_secret
        if secret is not None and Part.WEB in self._parts:
            await self._bot.set_webhook(
                f"{self._settings.public_url}/webhooks/{PLATFORM}",
                secret_token=secret.get_secret_value(),
                allowed_updates=ALLOWED_UPDATES,
            )
            self._ground.progress.intake_succeeded()
        elif self._polls:
            await self._bot.delete_webhook()

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        """The inbox and the scheduled job. What is in work when it ends is finished first."""
        intake = Intake(self._ground, {PLATFORM: self._platform})
        job = self._outbox_job()
        scheduler = self._scheduler
        scheduler.add_job(
            intake.prune,
            "interval",
            seconds=PRUNE_EVERY_S,
            next_run_time=self._ground.clock(),
            misfire_grace_time=None,
        )
        scheduler.add_job(remind, "interval", [self._ground], seconds=REMIND_EVERY_S)
        self._schedule_sweep()
        scheduler.start()
        async with _running(partial(self._take_in, intake)):
            try:
                yield
            finally:
                scheduler.pause()
                with suppress(TimeoutError):
                    async with asyncio.timeout(STOP_PATIENCE_S):
                        await asyncio.gather(intake.stop(), job.stop())
                # Cancels what it still runs, `wait` or not: see the executor's shutdown.
                scheduler.shutdown(wait=False)

    async def _take_in(self, intake: Intake) -> None:
        """Commands that name the bot can't be read before its name is known."""
        await self._known.wait()
        await intake.run()

    def _schedule_sweep(self) -> None:
        scheduler, clock = self._scheduler, self._ground.clock

        def wake() -> None:
            if scheduler.running:
                scheduler.modify_job("sweep", next_run_time=clock())

        sweep = RoomSweep(self._bot, self._ground, zone=self._settings.default_timezone, wake=wake)
        scheduler.add_job(
            sweep.tick,
            "interval",
            seconds=SWEEP_EVERY_S,
            id="sweep",
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def _outbox_job(self) -> OutboxJob:
        scheduler, settings = self._scheduler, self._settings

        def wake() -> None:
            if scheduler.running:
                scheduler.modify_job("outbox", next_run_time=self._ground.clock())

        job = OutboxJob(
            self._ground,
            {PLATFORM: TelegramChannel(self._bot)},
            reader=Reader(best_locale(settings.default_locale), settings.default_timezone),
            wake=wake,
        )
        scheduler.add_job(
            job.tick,
            "interval",
            seconds=settings.outbox_interval_s,
            id="outbox",
            next_run_time=self._ground.clock(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        return job

    @asynccontextmanager
    async def _site(self) -> AsyncIterator[None]:
        settings = self._settings
        service = create_service(
            database=self._ground.database,
            progress=self._ground.progress,
            metrics=self._ground.metrics,
            now=self._ground.clock,
            stopping=self._stop,
            webhooks=self._webhooks(),
            polling=self._polls,
            tick_s=settings.outbox_interval_s if Part.WORKER in self._parts else None,
        )
        runner = web.AppRunner(service, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await _listen(runner, settings.http_host, settings.http_port)
            yield
        finally:
            await runner.cleanup()

    def _webhooks(self) -> list[Webhook]:
        secret = self._settings.telegram_webhook_secret
        return [telegram_webhook(secret.get_secret_value(), arrival_of)] if secret else []


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise PortTaken(host, port, error) from None


@asynccontextmanager
async def _running(loop: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """The loop as a task that is started again if a bug ends it, and cancelled at the end."""
    task = asyncio.create_task(_for_ever(loop))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _for_ever(loop: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await loop()
        except Exception as error:
            log.error("a loop broke and is started again", exc_info=error)
            await asyncio.sleep(SHORTEST_PAUSE_S)
        else:
            return


async def _either(*events: asyncio.Event, within_s: float) -> None:
    """Returns when one of the events is set, or after `within_s` seconds."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
