"""The wiring: which parts one process runs, how they start, and in which order they stop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.answers import Answers
from bot.cannot_start import CannotStart, Outdated, PortTaken
from bot.cards.drawing import EVERY_S as DRAW_EVERY_S
from bot.cards.drawing import draw_cards
from bot.catalogues import best_locale
from bot.channels.webhook import WebhookChannel
from bot.clockwork import Clockwork
from bot.commands import COMMANDS
from bot.config import Settings
from bot.crowds import work_off_crowds
from bot.deaths import tell_of_deaths
from bot.dispatch import Dispatcher
from bot.erasing import EVERY_S as ERASE_EVERY_S
from bot.erasing import erase_due
from bot.forgetting import forget, forget_old_repeats
from bot.ground import Ground
from bot.holding import Holding
from bot.importing import EVERY_S as IMPORT_EVERY_S
from bot.importing import import_rosters, wake_on_commit
from bot.intake import Intake
from bot.lookout import Lookout
from bot.loops import either, holding, running
from bot.mail import plug as mail
from bot.mail.unplugged import unplugged
from bot.own_site import Site
from bot.platforms.groupme import plug as groupme
from bot.platforms.telegram.plug import TelegramPlug
from bot.platforms.whatsapp import plug as whatsapp
from bot.plug import Loop, Part, Plug
from bot.reminders import hold_back, remind
from bot.secret_key import secret_key
from bot.shopfront import api_of, defaults_of, front_of
from bot.texts import Reader
from bot.tracing import start_tracing
from bot.web.front import Front
from bot.web.site import create_service
from bot.worker import OutboxJob
from core import revising
from core.database import Database, take_short_turns
from core.invites.whom import EMAIL
from core.migrate import latest_revision, migrate
from core.webhooks import CHANNEL

# Within the 20 s that a process has after SIGTERM, with some to spare for closing what is open.
STOP_PATIENCE_S = 15.0
# So long the loops wait for the platforms to say who we are, before they start without it.
FIRST_PATIENCE_S = 1.0
PRUNE_EVERY_S = 3600
REMIND_EVERY_S = 60
DEATHS_EVERY_S = 60

log = structlog.get_logger(__name__)


async def serve(settings: Settings, parts: Collection[Part], stop: asyncio.Event) -> None:
    """Migrate, start the parts, and run until `stop` is set. Raises CannotStart.

    What was taken in and is not finished by then is in the database, and goes on at the next start.
    """
    take_short_turns()
    database = Database(settings.database_url.get_secret_value())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await prepare(database)
        ground = Ground(database, tracing=start_tracing(os.environ))
        stack.push_async_callback(asyncio.to_thread, ground.tracing.close)
        site = Site(settings.public_url, await secret_key(settings, ground))
        process = _Process(settings, frozenset(parts), ground, stop, site)
        await process.run(stack)


async def prepare(database: Database) -> None:
    """Bring the database up to date. Raises CannotStart."""
    try:
        await migrate(database)
    except (SQLAlchemyError, revising.CannotRevise, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise CannotStart(
            f"The database can't be brought up to date: {reason}. See USHER_DATABASE_URL."
        ) from error


class _Process:
    def __init__(
        self,
        settings: Settings,
        parts: Collection[Part],
        ground: Ground,
        stop: asyncio.Event,
        site: Site,
    ) -> None:
        self._settings = settings
        self._site = site
        self._webhooks = WebhookChannel(ground, site)
        self._parts = parts
        self._ground = ground
        self._stop = stop
        self._sending = Holding(ground.database, "send")
        self._polling = Holding(ground.database, "poll")
        self._lookout = Lookout(ground.database, latest_revision(), stop)
        self._clockwork = Clockwork(ground.clock, lambda: self._sending.held)
        self._telegram = TelegramPlug(settings, ground, self._dispatcher(), parts)
        self._polls = self._telegram.polls
        self._plugs: list[Plug] = [self._telegram]

    async def run(self, stack: AsyncExitStack) -> None:
        await self._plug_in()
        if Part.WEB in self._parts:
            await stack.enter_async_context(self._serving())
        for plug in self._plugs:
            stack.push_async_callback(plug.stop)
        stack.push_async_callback(self._webhooks.close)
        async with AsyncExitStack() as loops:
            for watch in (self._lookout.run, self._ground.database.listen):
                await loops.enter_async_context(running(watch))
            for plug in self._plugs:
                await loops.enter_async_context(running(plug.introduce))
            await either(self._introduced(), self._stop.wait(), within_s=FIRST_PATIENCE_S)
            if Part.WORKER in self._parts:
                await loops.enter_async_context(holding(self._sending))
                await loops.enter_async_context(self._working())
            await self._start_polling(loops)
            log.info("usher is up", parts=sorted(part.value for part in self._parts))
            await self._stop.wait()
            log.info("usher stops")
        if self._lookout.seen is not None:
            raise Outdated(self._lookout.seen, self._lookout.revision)

    async def _plug_in(self) -> None:
        """What is set up beside Telegram."""
        if self._settings.groupme_token is not None:
            self._plugs.append(await self._groupme())
        if self._settings.whatsapp_token is not None:
            self._plugs.append(self._whatsapp())
        if self._settings.smtp_url is not None:
            self._plugs.append(mail.EmailPlug(self._settings, self._ground))
        else:
            await unplugged(self._ground.database)

    async def _start_polling(self, loops: AsyncExitStack) -> None:
        """One process polls, the others stand by."""
        polling = [loop for plug in self._plugs for loop in plug.loops()]
        if polling:
            await loops.enter_async_context(holding(self._polling))
            self._ground.progress.stands_by = not self._polling.held
        for loop in polling:
            ours = partial(self._polling.whenever_held, partial(self._poll, loop))
            await loops.enter_async_context(running(ours))

    async def _poll(self, loop: Loop) -> None:
        self._ground.progress.stands_by = False
        try:
            await loop()
        finally:
            self._ground.progress.stands_by = True

    def _dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self._ground.database,
            COMMANDS,
            system_admins=self._rulers(),
            defaults=defaults_of(self._settings, self._site),
            clock=self._ground.clock,
        )

    async def _groupme(self) -> groupme.GroupMePlug:
        settings, ground = self._settings, self._ground
        secret = await groupme.callback_secret(settings, ground)
        return groupme.GroupMePlug(settings, ground, self._dispatcher(), self._parts, secret)

    def _whatsapp(self) -> whatsapp.WhatsAppPlug:
        return whatsapp.WhatsAppPlug(
            self._settings, self._ground, self._dispatcher(), self._reached_by
        )

    def _reached_by(self) -> frozenset[str]:
        """The channels that are set up."""
        return frozenset(plug.name for plug in self._plugs)

    def _rulers(self) -> set[str]:
        return {f"{platform}:{id_}" for platform, id_ in self._settings.system_admins}

    async def _introduced(self) -> None:
        for plug in self._plugs:
            await plug.introduced.wait()

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        """The inbox and the regular jobs. What is in work when it ends is finished first."""
        played = ((plug.name, plug.platform) for plug in self._plugs)
        platforms = {name: platform for name, platform in played if platform is not None}
        intake, answers = Intake(self._ground, platforms), Answers(self._ground, platforms)
        await hold_back(self._ground)
        job, clockwork = self._outbox_job(), self._clockwork
        clockwork.every(PRUNE_EVERY_S, intake.prune, name="prune", at_once=True)
        clockwork.every(REMIND_EVERY_S, partial(remind, self._ground), name="remind")
        work_off_crowds(clockwork, self._ground, self._rulers())
        clockwork.every(PRUNE_EVERY_S, partial(forget, self._ground), name="forget")
        clockwork.every(PRUNE_EVERY_S, partial(forget_old_repeats, self._ground), name="repeats")
        mourn = partial(tell_of_deaths, self._ground, self._rulers())
        clockwork.every(DEATHS_EVERY_S, mourn, name="deaths")
        clockwork.every(DRAW_EVERY_S, partial(draw_cards, self._ground), name="cards")
        clockwork.every(ERASE_EVERY_S, partial(erase_due, self._ground), name="erase")
        rosters = partial(import_rosters, self._ground, self._rulers())
        clockwork.every(IMPORT_EVERY_S, rosters, name="rosters", at_once=True)
        wake_on_commit(self._ground, clockwork.waker("rosters"))
        for plug in self._plugs:
            plug.schedule(clockwork)
        clockwork.start()
        sending = partial(self._sending.whenever_held, job.on_duty)
        async with (
            running(sending),
            running(partial(self._once_known, intake.run)),
            running(partial(self._once_known, answers.run)),
        ):
            try:
                yield
            finally:
                clockwork.pause()
                with suppress(TimeoutError):
                    async with asyncio.timeout(STOP_PATIENCE_S):
                        await asyncio.gather(intake.stop(), job.stop(), clockwork.idle())
                        await answers.stop()
                clockwork.stop()

    async def _once_known(self, loop: Loop) -> None:
        """Commands that name the bot can't be read before its name is known."""
        for plug in self._plugs:
            await plug.known.wait()
        await loop()

    def _outbox_job(self) -> OutboxJob:
        settings = self._settings
        job = OutboxJob(
            self._ground,
            {CHANNEL: self._webhooks, **{plug.name: plug.channel for plug in self._plugs}},
            reader=Reader(best_locale(settings.default_locale), settings.default_timezone),
            holding=self._sending,
        )
        self._clockwork.every(
            settings.outbox_interval_s, job.tick, name="outbox", at_once=True, everywhere=True
        )
        return job

    def _front(self) -> Front:
        return front_of(
            self._settings,
            self._ground,
            rulers=self._rulers(),
            telegram_link=self._telegram.invite_link,
            by_email=any(plug.name == EMAIL for plug in self._plugs),
        )

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        settings, front = self._settings, self._front()
        service = create_service(
            database=self._ground.database,
            progress=self._ground.progress,
            metrics=self._ground.metrics,
            now=self._ground.clock,
            stopping=self._stop,
            webhooks=[webhook for plug in self._plugs for webhook in plug.webhooks()],
            polling=self._polls,
            tick_s=settings.outbox_interval_s if Part.WORKER in self._parts else None,
            api=api_of(
                front, stopping=self._stop, defaults=defaults_of(self._settings, self._site)
            ),
            front=front,
            tracing=self._ground.tracing,
        )
        runner = web.AppRunner(service, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await _listen(runner, settings.http_host, settings.http_port)
            yield
        finally:
            await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise PortTaken(host, port, error) from None
