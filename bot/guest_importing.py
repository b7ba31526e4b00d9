"""The scheduled job that puts long guest lists in, a batch at a time: commands get in between."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import structlog

from bot.ground import Ground
from core.errors import DatabaseUnavailable
from core.guests.importing import carry_on, is_import_due

log = structlog.get_logger(__name__)


async def carry_imports_on(ground: Ground, rulers: Collection[str] = ()) -> None:
    """Until none is under way. Never raises for an outage: the next time goes on from there."""
    clock, database = ground.clock, ground.database
    try:
        while await database.read(is_import_due):
            going = partial(carry_on, rulers=rulers, now=clock())
            if not await database.write(going, alone=True):
                break  # another process is at it
    except DatabaseUnavailable as error:
        log.warning("imports wait for the database", reason=str(error))
