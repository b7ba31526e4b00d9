"""The scheduled job that looks at the clock: requests that wait too long, invites that run out."""

from __future__ import annotations

from functools import partial

import structlog

from bot.ground import Ground
from core.chats.reminders import remind_of_requests
from core.deliveries.quarantine import quarantine
from core.errors import DatabaseUnavailable
from core.events.recurring import extend_series
from core.events.reminders import remind_guests
from core.guests.seats import expire_offers
from core.invites.expiry import expire_invites, remind_of_invites
from core.invites.stays import count_stays
from core.invites.tallies import fold_deeds
from core.rosters.welcomes import send_owed_links

# Each does the one thing that is due longest, and says whether there was any.
DUE = (
    remind_of_requests,
    expire_invites,
    remind_of_invites,
    count_stays,
    expire_offers,
    remind_guests,
    extend_series,
)

log = structlog.get_logger(__name__)


async def remind(ground: Ground) -> None:
    """Never raises for an outage: the next time tries again."""
    try:
        now = ground.clock()
        for due in DUE:
            while await ground.database.write(partial(due, now=now)):
                pass
        while await ground.database.write(fold_deeds, alone=True):
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
