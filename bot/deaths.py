"""The scheduled job that tells people of messages and acts that were given up."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from bot.ground import Ground
from core.deliveries.deaths import report_deaths
from core.deliveries.misses import report_misses
from core.errors import DatabaseUnavailable

log = structlog.get_logger(__name__)


async def tell_of_deaths(ground: Ground, system_admins: Collection[str]) -> None:
    """Never raises for an outage: the next time tries again."""
    now = ground.clock()
    try:
        await ground.database.write(lambda session: report_misses(session, now=now))
        words = await ground.database.write(
            lambda session: report_deaths(session, system_admins=system_admins, now=now)
        )
    except DatabaseUnavailable as error:
        log.warning("words of deaths wait for the database", reason=str(error))
    else:
        if words:
            log.warning("messages were given up", words=words)
