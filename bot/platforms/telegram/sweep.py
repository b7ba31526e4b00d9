"""The sweep of Telegram's rooms: getChatMember for one after the other, slowly."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.ground import Ground
from bot.platforms.telegram.membership import presence_of
from bot.telegram_api import PLATFORM, TelegramBot
from core.chats.occupants import Presence
from core.chats.sweeps import TOPIC, Batch, give_up, next_batch, note_batch, start_sweeps
from core.errors import DatabaseUnavailable

BATCH = 50
# A tick asks no more, so that a huge room can't keep the process from stopping.
MOST_AT_ONCE = 300
# Ten a second leave the larger part of Telegram's 30 a second to people.
PACE_S = 0.1
NIGHT = time(3)
UNKNOWN = ("user not found", "member not found", "participant_id_invalid", "user_not_participant")

log = structlog.get_logger(__name__)


class RoomSweep:
    """`zone` is whose night counts. A tick that is stopped goes on where it was with the next."""

    def __init__(
        self,
        bot: TelegramBot,
        ground: Ground,
        *,
        zone: str,
        wake: Callable[[], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._ground = ground
        self._zone = zone
        self._pause = pause
        self._wake = wake
        ground.database.on_commit(self._on_commit)

    async def tick(self) -> None:
        """Never raises for an outage: the next tick tries again."""
        try:
            now = self._ground.clock()
            night = last_night(now, self._zone)
            await self._ground.database.write(
                lambda session: start_sweeps(session, before=night, now=now)
            )
            asked = 0
            while asked < MOST_AT_ONCE and (batch := await self._next()):
                asked += max(1, len(batch.people))
                await self._ask(batch)
        except DatabaseUnavailable as error:
            log.warning("the sweep waits for the database", reason=str(error))
        except TelegramError as error:
            log.warning("the sweep waits for Telegram", reason=f"{type(error).__name__}: {error}")

    def _on_commit(self, topics: frozenset[str]) -> None:
        if TOPIC in topics:
            self._wake()

    async def _next(self) -> Batch | None:
        return await self._ground.database.read(
            lambda session: next_batch(session, platform=PLATFORM, limit=BATCH)
        )

    async def _ask(self, batch: Batch) -> None:
        """What was found before Telegram stopped answering is kept."""
        asked_at, found = self._ground.clock(), dict[int, Presence]()
        try:
            for identity_id, address in batch.people:
                found[identity_id] = await self._presence(batch.address, address)
                await self._pause(PACE_S)
        except (Forbidden, BadRequest) as error:
            log.warning("a room can't be swept", chat_id=batch.chat_id, reason=error.message)
            await self._ground.database.write(lambda session: give_up(session, batch, now=asked_at))
            return
        finally:
            if found or not batch.people:
                await self._ground.database.write(
                    lambda session: note_batch(session, batch, found, asked_at=asked_at)
                )

    async def _presence(self, room: str, who: str) -> Presence:
        """Raises TelegramError where Telegram can't say."""
        try:
            return presence_of(await self._bot.get_chat_member(int(room), int(who)))
        except RetryAfter:
            raise
        except BadRequest as error:
            if any(words in error.message.casefold() for words in UNKNOWN):
                return Presence.OUT
            raise


def last_night(now: datetime, zone: str) -> datetime:
    """The latest three o'clock in the morning in the zone, in UTC's terms."""
    local = now.astimezone(ZoneInfo(zone))
    night = local.replace(hour=NIGHT.hour, minute=0, second=0, microsecond=0)
    return night if night <= local else night - timedelta(days=1)
