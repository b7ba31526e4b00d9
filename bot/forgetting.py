"""The scheduled job that forgets what was told long ago."""

from __future__ import annotations

import structlog

from bot.ground import Ground
from core.errors import DatabaseUnavailable
from core.history import forget_told

log = structlog.get_logger(__name__)


async def forget(ground: Ground) -> None:
    """Never raises for an outage: the next time tries again."""
    try:
        now = ground.clock()
        while await ground.database.write(lambda session: forget_told(session, now=now)):
            pass
    except DatabaseUnavailable as error:
        log.warning("the outbox is pruned later", reason=str(error))
