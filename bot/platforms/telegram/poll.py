"""Long polling: what Telegram holds is kept in the inbox first, and confirmed by the next poll."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.ground import Ground
from bot.platforms.telegram.arrivals import ALLOWED_UPDATES, arrival_of
from bot.telegram_api import PLATFORM, TelegramBot, wait_of
from core.errors import DatabaseUnavailable
from core.inbox import Arrival, keep

POLL_TIMEOUT_S = 25
# So long another poller has to keep still before we believe to be the only one.
CONTESTED_TIMEOUT_S = 5
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0

log = structlog.get_logger(__name__)


class Poller:
    """Fetches updates for ever. Neither a 401 nor a 409 nor a broken network ends it.

    python-telegram-bot's own Updater confirms a batch before it is handled, lets one unreadable
    update block the batch, and stops for good, silently, on one 401.
    """

    def __init__(self, bot: TelegramBot, ground: Ground) -> None:
        self._bot = bot
        self._ground = ground
        self._pause_s = SHORTEST_PAUSE_S
        self._contested = False

    async def run(self) -> None:
        """Until cancelled, which is safe at any point: what is not kept is not confirmed either."""
        offset: int | None = None
        while True:
            try:
                offset = await self._turn(offset)
            except (TelegramError, DatabaseUnavailable) as error:
                await self._rest(error)
            except Exception as error:
                log.error("polling broke", exc_info=error)
                await self._rest(error)
            else:
                self._ground.progress.poll_succeeded()
                self._pause_s = SHORTEST_PAUSE_S

    async def _turn(self, offset: int | None) -> int | None:
        asked = time.monotonic()
        updates = await self._bot.get_raw_updates(
            offset=offset, timeout_s=self._patience_s(), allowed_updates=ALLOWED_UPDATES
        )
        if not updates:
            if self._patience_s() and time.monotonic() - asked < SHORTEST_PAUSE_S:
                await asyncio.sleep(SHORTEST_PAUSE_S)  # a server that does not wait
            # All is confirmed. Ids start anew after a quiet week, so no offset outlives its use.
            return None
        arrivals = list(_arrivals(updates))
        if not arrivals:
            raise TelegramError("no update has an id, so none can be confirmed")
        now = self._ground.clock()
        kept = await self._ground.database.write(lambda session: keep(session, arrivals, now=now))
        if kept == 0:
            await asyncio.sleep(SHORTEST_PAUSE_S)  # a server that forgets what was confirmed
        self._ground.metrics.updates_kept.labels(PLATFORM).inc(kept)
        # All of the batch is kept, so all of it may go: also where its ids fall.
        return max(int(arrival.external_id) for arrival in arrivals) + 1

    def _patience_s(self) -> int:
        """The first poll, and the first after a failure, say at once whether polling works.

        Not so after a 409: two pollers that ask in turns would each believe to be alone.
        """
        if self._ground.progress.poll_problem is not None:
            return CONTESTED_TIMEOUT_S if self._contested else 0
        return POLL_TIMEOUT_S if self._ground.progress.last_poll else 0

    async def _rest(self, error: Exception) -> None:
        reason = reason_of(error)
        self._contested = isinstance(error, Conflict)
        if isinstance(error, RetryAfter):
            self._pause_s = max(self._pause_s, wait_of(error))
        self._ground.progress.poll_failed(reason, pause_s=self._pause_s)
        log.warning("polling failed", reason=reason, pause_s=self._pause_s)
        await asyncio.sleep(self._pause_s)
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)


def _arrivals(updates: Iterable[dict[str, Any]]) -> Iterable[Arrival]:
    for update in updates:
        try:
            yield arrival_of(update)
        except ValueError as error:
            log.error("an update can't be kept", reason=str(error))


def reason_of(error: Exception) -> str:
    """What went wrong, in words for the operator, which never hold the token."""
    match error:
        case InvalidToken():
            return "401 Unauthorized: Telegram does not accept the bot token"
        case Conflict():
            return f"409 {error.message}"
        case _:
            return f"{type(error).__name__}: {error}"
