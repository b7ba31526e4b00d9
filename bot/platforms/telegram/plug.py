"""Telegram as a plug: who we are there, by webhook or by polling, and the sweep of its rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

import structlog
from telegram.error import TelegramError

from bot.channels.telegram import TelegramChannel
from bot.clockwork import Clockwork
from bot.commands import COMMANDS
from bot.config import Settings
from bot.dispatch import Dispatcher
from bot.ground import Ground
from bot.inbound import Webhook
from bot.platforms.telegram.arrivals import ALLOWED_UPDATES, arrival_of
from bot.platforms.telegram.menu import set_menus
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.poll import Poller, reason_of
from bot.platforms.telegram.stars import StarWatch
from bot.platforms.telegram.sweep import RoomSweep
from bot.platforms.telegram.webhook import telegram_webhook
from bot.plug import Loop, Part
from bot.telegram_api import PLATFORM, make_bot
from bot.watchdog import Watchdog

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 30.0
SWEEP_EVERY_S = 60
# At the full pace ten seconds use up a thousand Stars.
STARS_EVERY_S = 5

log = structlog.get_logger(__name__)


class TelegramPlug:
    """Raises nothing for an outage of Telegram: everything is tried until it agrees."""

    name = PLATFORM

    def __init__(
        self, settings: Settings, ground: Ground, dispatcher: Dispatcher, parts: Collection[Part]
    ) -> None:
        assert settings.telegram_token is not None, "the sandbox has a token too"
        token = settings.telegram_token.get_secret_value()
        self._bot = make_bot(token, settings.telegram_api_url)
        self._bot.on_sent(partial(ground.pacing.count, PLATFORM))
        self._settings = settings
        self._ground = ground
        self._parts = parts
        self.polls = Part.POLL in parts and settings.telegram_webhook_secret is None
        self.platform = TelegramPlatform(self._bot, dispatcher, ground)
        self.channel = TelegramChannel(self._bot)
        self.known = asyncio.Event()
        self.introduced = asyncio.Event()

    async def introduce(self) -> None:
        """Who we are, how Telegram hands updates over, and which commands it shows."""
        await self._insist(self.platform.start)
        self.known.set()
        log.info("Telegram knows us", bot=self._bot.username)
        await self._insist(self._choose_delivery)
        self.introduced.set()
        if Part.WORKER in self._parts:
            await set_menus(self._bot, COMMANDS)

    def invite_link(self, token: str) -> str | None:
        """Into our private chat, once Telegram has told our name."""
        return self.platform.invite_link(token) if self.known.is_set() else None

    def webhooks(self) -> Sequence[Webhook]:
        secret = self._settings.telegram_webhook_secret
        return [telegram_webhook(secret.get_secret_value(), arrival_of)] if secret else []

    def loops(self) -> Sequence[Loop]:
        if not self.polls:
            return []
        poller, overdue_s = Poller(self._bot, self._ground), self._ground.progress.poll_overdue_s
        return [Watchdog(poller.run, overdue_s, self._bot.renew_polling).run]

    def schedule(self, clockwork: Clockwork) -> None:
        zone, wake = self._settings.default_timezone, clockwork.waker("sweep")
        sweep = RoomSweep(self._bot, self._ground, zone=zone, wake=wake)
        clockwork.every(SWEEP_EVERY_S, sweep.tick, name="sweep")
        clockwork.every(STARS_EVERY_S, StarWatch(self._bot, self._ground).tick, name="stars")

    async def stop(self) -> None:
        await self.platform.stop()

    async def _insist(self, step: Callable[[], Awaitable[object]]) -> None:
        """Without it the bot would be deaf, so it is tried until Telegram agrees."""
        pause_s = SHORTEST_PAUSE_S
        while True:
            try:
                await step()
            except TelegramError as error:
                reason = reason_of(error)
                log.warning("Telegram does not agree", reason=reason, pause_s=pause_s)
                if not self.polls:  # else the poll loop reports by itself
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
        elif self.polls:
            await self._bot.delete_webhook()
