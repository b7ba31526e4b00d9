"""The job that counts long guest lists, beside whoever gives commands."""

from __future__ import annotations

from functools import partial

import structlog

from bot.ground import Ground
from core.errors import DatabaseUnavailable
from core.events.counts import count_wanted_event, keep_count

log = structlog.get_logger(__name__)


async def count_events(ground: Ground) -> None:
    """All whose numbers somebody wants. Never raises for an outage: the next time tries again."""
    try:
        while True:
            now = ground.clock()
            counted = await ground.database.read(partial(count_wanted_event, now=now))
            if counted is None:
                return
            keep = partial(keep_count, event_id=counted[0], numbers=counted[1], now=now)
            await ground.database.write(keep)
    except DatabaseUnavailable as error:
        log.warning("guest lists wait to be counted", reason=str(error))
