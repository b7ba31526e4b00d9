"""The scheduled job that reminds admins of what has waited for their decision too long."""

from __future__ import annotations

import structlog

from bot.ground import Ground
from core.errors import DatabaseUnavailable
from core.requests import remind_of_requests

log = structlog.get_logger(__name__)


async def remind(ground: Ground) -> None:
    """Never raises for an outage: the next time tries again."""
    try:
        now = ground.clock()
        while await ground.database.write(lambda session: remind_of_requests(session, now=now)):
            pass
    except DatabaseUnavailable as error:
        log.warning("reminders wait for the database", reason=str(error))
