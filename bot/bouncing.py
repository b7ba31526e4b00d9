"""`python -m bot bounce`: a bounced e-mail, handed over by the mail server on standard input."""

from __future__ import annotations

import os
import sys

from bot.config import Settings
from bot.ground import utc_now
from bot.mail.bounces import LARGEST, read_bounce
from core.bounces import take_bounce
from core.database import Database
from core.errors import DatabaseUnavailable


async def bounce(settings: Settings) -> int:
    """The exit status as mail servers read it: 0, or EX_TEMPFAIL to be asked again later."""
    found = read_bounce(sys.stdin.buffer.read(LARGEST))
    if found is None:
        return 0
    channels = {"telegram"} | ({"groupme"} if settings.groupme_token is not None else set())
    database = Database(settings.database_url.get_secret_value())
    try:
        await database.write(
            lambda s: take_bounce(
                s,
                message_id=found.message_id,
                reason=found.reason,
                bad_address=found.bad_address,
                channels=channels,
                now=utc_now(),
            )
        )
    except DatabaseUnavailable:
        return os.EX_TEMPFAIL
    finally:
        await database.close()
    return 0
