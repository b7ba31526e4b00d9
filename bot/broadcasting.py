"""The scheduled job that makes broadcasts into messages, a batch at a time, and ends them."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import structlog

from bot.ground import Ground
from core.broadcasts.report import find_sent, finish, list_to_show, show_how_far
from core.broadcasts.sending import expand_next, is_broadcast_due
from core.errors import DatabaseUnavailable

# So often it is looked whether somebody is to see how far their broadcast is.
SHOW_EVERY_S = 1.0

log = structlog.get_logger(__name__)


async def carry_broadcasts_on(ground: Ground, rulers: Collection[str] = ()) -> None:
    """Until nothing is due. Commands get in between two batches. Never raises for an outage: the
    next time goes on from where it stopped.
    """
    clock, read, write = ground.clock, ground.database.read, ground.database.write
    whose = partial(expand_next, rulers=rulers, spacing=ground.pacing.spacing)
    try:
        if await read(lambda session: is_broadcast_due(session, now=clock())):
            shown = ground.pacing.ticks()
            while await write(lambda s: whose(s, now=clock()), alone=True):
                if ground.pacing.ticks() - shown >= SHOW_EVERY_S:
                    await _show(ground)
                    shown = ground.pacing.ticks()
        while (sent := await read(find_sent)) is not None:
            await write(partial(finish, broadcast_id=sent, now=clock()))
        await _show(ground)
    except DatabaseUnavailable as error:
        log.warning("broadcasts wait for the database", reason=str(error))


async def _show(ground: Ground) -> None:
    """How far each of them is, to who waits for it."""
    now = ground.clock()
    for one in await ground.database.read(partial(list_to_show, now=now)):
        await ground.database.write(partial(show_how_far, broadcast_id=one, now=now))
