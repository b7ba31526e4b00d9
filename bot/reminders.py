"""The scheduled job that looks at the clock: requests that wait too long, invites that run out."""

from __future__ import annotations

import structlog

from bot.ground import Ground
from core.errors import DatabaseUnavailable
from core.expiry import expire_invites, remind_of_invites
from core.quarantine import quarantine
from core.reminders import remind_of_requests
from core.stays import count_stays
from core.tallies import fold_deeds
from core.welcomes import send_owed_links

log = structlog.get_logger(__name__)


async def remind(ground: Ground) -> None:
    """Never raises for an outage: the next time tries again."""
    try:
        now = ground.clock()
        while await ground.database.write(lambda session: remind_of_requests(session, now=now)):
            pass
        while await ground.database.write(lambda session: expire_invites(session, now=now)):
            pass
        while await ground.database.write(lambda session: remind_of_invites(session, now=now)):
            pass
        while await ground.database.write(lambda session: count_stays(session, now=now)):
            pass
        while await ground.database.write(fold_deeds):
            pass
        while await ground.database.write(lambda session: send_owed_links(session, now=now)):
            pass
    except DatabaseUnavailable as error:
        log.warning("reminders wait for the database", reason=str(error))


async def hold_back(ground: Ground) -> None:
    """Once at the start: what is as old as a backup is for people to decide."""
    now = ground.clock()
    try:
        held = await ground.database.write(lambda session: quarantine(session, now=now))
    except DatabaseUnavailable as error:
        log.warning("nothing was held back", reason=str(error))
    else:
        if held:
            log.warning("old messages are held back", count=held)
