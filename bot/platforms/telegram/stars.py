"""The Stars that pay for messages beyond the free limit, where a system admin allows it."""

from __future__ import annotations

import structlog
from telegram.error import TelegramError

from bot.ground import Ground
from bot.paces import PAID
from bot.telegram_api import PLATFORM, TelegramBot
from core.deliveries.paid import is_allowed, note_balance
from core.errors import DatabaseUnavailable

log = structlog.get_logger(__name__)


class StarWatch:
    """Pays only while the balance is known to hold."""

    def __init__(self, bot: TelegramBot, ground: Ground) -> None:
        self._bot = bot
        self._ground = ground
        self._paying = False

    async def tick(self) -> None:
        """Never raises for an outage: what is not known is not paid."""
        try:
            paying = await self._ask()
        except (DatabaseUnavailable, TelegramError) as error:
            log.warning("the balance of Stars is not known", reason=type(error).__name__)
            paying = False
        if paying != self._paying:
            log.info("paid messages", on=paying)
        self._paying = paying
        self._bot.pay(willing=paying)
        self._ground.pacing.widen(PLATFORM, PAID if paying else None)

    async def _ask(self) -> bool:
        database, now = self._ground.database, self._ground.clock()
        if not await database.read(lambda session: is_allowed(session, PLATFORM)):
            return False
        left = (await self._bot.get_my_star_balance()).amount
        return await database.write(
            lambda session: note_balance(session, PLATFORM, balance=left, now=now)
        )
