"""WhatsApp as a plug: the webhook, the channel, and the list of templates."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

import structlog

from bot.channels.whatsapp import WhatsAppChannel
from bot.clockwork import Clockwork
from bot.config import Settings
from bot.dispatch import Dispatcher
from bot.ground import Ground
from bot.inbound import Webhook
from bot.platforms.whatsapp.arrivals import whatsapp_webhook
from bot.platforms.whatsapp.catalogue import Catalogue
from bot.platforms.whatsapp.platform import WhatsAppPlatform
from bot.platforms.whatsapp.receipts import Receipts
from bot.plug import Loop
from bot.whatsapp_api import PLATFORM, WhatsAppApi, WhatsAppError
from bot.whatsapp_calls import WhatsApp
from bot.whatsapp_voice import Voice
from core.chats.reconciliations import ACCOUNT_NOTE
from core.platform_notes import replace_notes

TEMPLATES_EVERY_S = 3600
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0

log = structlog.get_logger(__name__)


def make_whatsapp(settings: Settings) -> WhatsApp:
    """The client for the number that the settings name."""
    assert settings.whatsapp_token is not None, "without it there is no WhatsApp"
    token = settings.whatsapp_token.get_secret_value()
    api = WhatsAppApi(token, settings.whatsapp_api_url)
    return WhatsApp(api, settings.whatsapp_phone_number_id or "")


class WhatsAppPlug:
    """Nothing waits for WhatsApp: while it is away, messages stay in the inbox and deliveries in
    the outbox. `channels` tells by which of them people can be reached.
    """

    name = PLATFORM

    def __init__(
        self,
        settings: Settings,
        ground: Ground,
        dispatcher: Dispatcher,
        channels: Callable[[], Collection[str]],
    ) -> None:
        self._settings = settings
        self._ground = ground
        self._whatsapp = make_whatsapp(settings)
        voice = Voice(self._whatsapp, ground)
        receipts = Receipts(ground, channels)
        self.platform = WhatsAppPlatform(voice, dispatcher, receipts, ground, settings.public_url)
        self.channel = WhatsAppChannel(voice, ground, settings.public_url)
        self.known = asyncio.Event()
        self.known.set()
        self.introduced = asyncio.Event()
        self.introduced.set()

    async def introduce(self) -> None:
        """Ask what our number is called, until WhatsApp agrees; what is wrong goes to the log."""
        pause_s = SHORTEST_PAUSE_S
        while True:
            try:
                number = await self._whatsapp.number()
                break
            except WhatsAppError as error:
                log.warning("WhatsApp does not agree", reason=error.reason, pause_s=pause_s)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
        log.info("WhatsApp knows us", name=number.name)
        notes, now = {ACCOUNT_NOTE: number.shown}, self._ground.clock()
        await self._ground.database.write(
            lambda s: replace_notes(s, platform=PLATFORM, notes=notes, now=now)
        )

    def webhooks(self) -> Sequence[Webhook]:
        settings = self._settings
        assert settings.whatsapp_app_secret is not None, "settings come all or none"
        assert settings.whatsapp_verify_token is not None, "settings come all or none"
        secret = settings.whatsapp_app_secret.get_secret_value()
        token = settings.whatsapp_verify_token.get_secret_value()
        return [whatsapp_webhook(secret, token, settings.whatsapp_phone_number_id or "")]

    def loops(self) -> Sequence[Loop]:
        return []

    def schedule(self, clockwork: Clockwork) -> None:
        catalogue = Catalogue(self._whatsapp, self._ground, wake=clockwork.waker("templates"))
        clockwork.every(TEMPLATES_EVERY_S, catalogue.tick, name="templates", at_once=True)

    async def stop(self) -> None:
        await self._whatsapp.close()
