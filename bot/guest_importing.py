"""The scheduled job that puts long guest lists in, a batch at a time: commands get in between."""

from __future__ import annotations

import structlog

from bot.ground import Ground
from core.errors import DatabaseUnavailable
from core.guest_importing import carry_on

log = structlog.get_logger(__name__)


async def carry_imports_on(ground: Ground) -> None:
    """Until none is under way. Never raises for an outage: the next time goes on from there."""
    try:
        while await ground.database.write(lambda session: carry_on(session, now=ground.clock())):
            pass
    except DatabaseUnavailable as error:
        log.warning("imports wait for the database", reason=str(error))
