"""The job that works off lists of players, a chunk in each transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection

import structlog

from bot.ground import Ground
from core.errors import DatabaseUnavailable
from core.rosters.imports import TOPIC
from core.rosters.work import break_off, work_off_chunk

EVERY_S = 60

log = structlog.get_logger(__name__)


async def import_rosters(ground: Ground, rulers: Collection[str]) -> None:
    """All that were asked for. What an outage or a stop breaks off goes on where it was."""
    try:
        while await _step(ground, rulers):
            pass
    except DatabaseUnavailable as error:
        log.warning("a roster waits for the database", reason=str(error))


async def _step(ground: Ground, rulers: Collection[str]) -> bool:
    now = ground.clock()
    try:
        return await ground.database.write(
            lambda session: work_off_chunk(session, rulers=rulers, now=now), alone=True
        )
    except DatabaseUnavailable:
        raise
    except Exception as error:
        log.error("a roster can't be worked off", exc_info=error)
        await ground.database.write(lambda session: break_off(session, now=now))
        return True


def wake_on_commit(ground: Ground, wake: Callable[[], None]) -> None:
    """Begin at once when somebody asks for it."""

    def woken(topics: frozenset[str]) -> None:
        if TOPIC in topics:
            wake()

    ground.database.on_commit(woken)
