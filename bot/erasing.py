"""The scheduled job that carries out what people asked for: to be forgotten."""

from __future__ import annotations

import structlog

from bot.ground import Ground
from core.errors import DatabaseUnavailable
from core.people.forgetting import erase_next

EVERY_S = 600

log = structlog.get_logger(__name__)


async def erase_due(ground: Ground) -> None:
    """Everybody whose time has come, one unit of work each. What an outage stops, goes on later."""
    try:
        while await ground.database.write(lambda s: erase_next(s, now=ground.clock()), alone=True):
            log.info("somebody was forgotten, as they wished")
    except DatabaseUnavailable as error:
        log.warning("forgetting waits for the database", reason=str(error))
