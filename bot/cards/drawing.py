"""The job that draws the cards of events anew when answers have come in."""

from __future__ import annotations

import structlog

from bot.ground import Ground
from core.errors import DatabaseUnavailable
from core.events.rooms import draw_card, is_card_due

EVERY_S = 1

log = structlog.get_logger(__name__)


async def draw_cards(ground: Ground) -> None:
    """Never raises for an outage: the next time tries again."""
    now = ground.clock()
    try:
        if not await ground.database.read(lambda session: is_card_due(session, now=now)):
            return
        while await ground.database.write(lambda session: draw_card(session, now=now)):
            pass
    except DatabaseUnavailable as error:
        log.warning("cards wait for the database", reason=str(error))
