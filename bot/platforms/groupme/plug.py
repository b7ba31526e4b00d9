"""GroupMe as a plug: callbacks, letters, and the regular comparison of its rooms."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Sequence

import structlog
from sqlalchemy.orm import Session

from bot.channels.groupme import GroupMeChannel
from bot.clockwork import Clockwork
from bot.config import Settings
from bot.dispatch import Dispatcher
from bot.ground import Ground
from bot.groupme_api import PLATFORM, GroupMeApi, GroupMeError
from bot.groupme_calls import GroupMe
from bot.groupme_voice import Voice
from bot.inbound import Webhook
from bot.platforms.groupme.arrivals import groupme_webhook
from bot.platforms.groupme.census import RoomCensus
from bot.platforms.groupme.letters import Letters
from bot.platforms.groupme.platform import GroupMePlatform
from bot.platforms.groupme.provision import Provisioning
from bot.platforms.groupme.reconcile import Reconciler
from bot.plug import Loop, Part
from core.chats.reconciliations import ACCOUNT_NOTE
from core.platform_notes import remember

CENSUS_EVERY_S = 60
RECONCILE_EVERY_S = 60
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0
SECRET_NOTE = "callback secret"  # noqa: S105 - the name of the note, not what it holds

log = structlog.get_logger(__name__)


class GroupMePlug:
    """`secret` ends the path that GroupMe posts to. Nothing waits for GroupMe: while it is away,
    messages stay in the inbox and deliveries in the outbox.
    """

    name = PLATFORM

    def __init__(
        self,
        settings: Settings,
        ground: Ground,
        dispatcher: Dispatcher,
        parts: Collection[Part],
        secret: str,
    ) -> None:
        assert settings.groupme_token is not None, "without it there is no GroupMe"
        token = settings.groupme_token.get_secret_value()
        self._groupme = GroupMe(GroupMeApi(token, settings.groupme_api_url))
        self._ground = ground
        self._parts = parts
        self._webhook = groupme_webhook(secret)
        url = callback_url(settings, secret)
        self._voice = voice = Voice(self._groupme, ground, url)
        self.platform = GroupMePlatform(
            self._groupme, voice, dispatcher, ground, settings.public_url
        )
        self.channel = GroupMeChannel(self._groupme, voice, ground)
        self.known = asyncio.Event()
        self.known.set()
        self.introduced = asyncio.Event()
        self.introduced.set()

    async def introduce(self) -> None:
        """Ask once who we are, for the log; a wrong token is told until it is right."""
        pause_s = SHORTEST_PAUSE_S
        while True:
            try:
                _, name = await self._groupme.me()
            except GroupMeError as error:
                log.warning("GroupMe does not agree", reason=error.reason, pause_s=pause_s)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            else:
                log.info("GroupMe knows us", account=name)
                break
        await self._ground.database.write(lambda s: self._note_account(s, name))

    def _note_account(self, session: Session, name: str) -> None:
        """From here on /groupme knows that there is somebody to ask."""
        now = self._ground.clock()
        remember(session, platform=PLATFORM, name=ACCOUNT_NOTE, value=name, now=now)

    def webhooks(self) -> Sequence[Webhook]:
        return [self._webhook]

    def loops(self) -> Sequence[Loop]:
        return [Letters(self._groupme, self._ground).run] if Part.POLL in self._parts else []

    def schedule(self, clockwork: Clockwork) -> None:
        wake = clockwork.waker("census")
        census = RoomCensus(self._groupme, self._ground, wake=wake)
        clockwork.every(CENSUS_EVERY_S, census.tick, name="census", at_once=True)
        reconciler = Reconciler(self._groupme, self._voice, self._ground)
        wake = clockwork.waker("reconcile")
        provisioning = Provisioning(reconciler, self._ground, wake=wake)
        clockwork.every(RECONCILE_EVERY_S, provisioning.tick, name="reconcile", at_once=True)

    async def stop(self) -> None:
        await self._groupme.close()


def callback_url(settings: Settings, secret: str) -> str:
    """Where GroupMe is asked to post what is said in the rooms of our bots."""
    return f"{settings.public_url}/webhooks/{PLATFORM}/{secret}"


async def callback_secret(settings: Settings, ground: Ground) -> str:
    """As it is set, or else made on first use and the same for all processes ever since."""
    if settings.groupme_callback_secret is not None:
        return settings.groupme_callback_secret.get_secret_value()
    made, now = secrets.token_urlsafe(24), ground.clock()
    return await ground.database.write(
        lambda s: remember(s, platform=PLATFORM, name=SECRET_NOTE, value=made, now=now)
    )
