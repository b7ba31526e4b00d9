"""The scheduled jobs that forget what was told, or asked for by programs, long ago."""

from __future__ import annotations

import structlog

from bot.ground import Ground
from core.deliveries.history import forget_told
from core.errors import DatabaseUnavailable
from core.guests.imports import forget_imports
from core.guests.undo import forget_guest_changes
from core.repeats import forget_repeats

log = structlog.get_logger(__name__)


async def forget(ground: Ground) -> None:
    """Never raises for an outage: the next time tries again."""
    try:
        now = ground.clock()
        while await ground.database.write(lambda s: forget_told(s, now=now), alone=True):
            pass
        await ground.database.write(lambda session: forget_imports(session, now=now))
        await ground.database.write(lambda session: forget_guest_changes(session, now=now))
    except DatabaseUnavailable as error:
        log.warning("the outbox is pruned later", reason=str(error))


async def forget_old_repeats(ground: Ground) -> None:
    """Never raises for an outage either."""
    try:
        now = ground.clock()
        while await ground.database.write(lambda s: forget_repeats(s, now=now), alone=True):
            pass
    except DatabaseUnavailable as error:
        log.warning("the requests of programs are forgotten later", reason=str(error))
