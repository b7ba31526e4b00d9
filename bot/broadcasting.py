"""The scheduled job that makes broadcasts into messages, a batch at a time, and ends them."""

from __future__ import annotations

import structlog

from bot.ground import Ground
from core.broadcast_report import finish_next
from core.broadcasting import expand_next
from core.errors import DatabaseUnavailable

log = structlog.get_logger(__name__)


async def carry_broadcasts_on(ground: Ground) -> None:
    """Until nothing is due. Commands get in between two batches. Never raises for an outage: the
    next time goes on from where it stopped.
    """
    spacing, clock, write = ground.pacing.spacing, ground.clock, ground.database.write
    try:
        while await write(lambda session: expand_next(session, spacing=spacing, now=clock())):
            pass
        while await write(lambda session: finish_next(session, now=clock())):
            pass
    except DatabaseUnavailable as error:
        log.warning("broadcasts wait for the database", reason=str(error))
