"""`python -m bot bounce`: an e-mail that came back, or a calendar's answer to one, handed over by
the mail server on standard input.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection

import structlog
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.ground import utc_now
from bot.mail.bounces import LARGEST, Bounce, read_bounce
from bot.mail.calendar_replies import read_reply
from core.database import Database
from core.errors import DatabaseUnavailable
from core.events.calendar_replies import take_reply
from core.mail.bounces import take_bounce

log = structlog.get_logger(__name__)


async def bounce(settings: Settings) -> int:
    """The exit status as mail servers read it: 0, or EX_TEMPFAIL to be asked again later."""
    content = sys.stdin.buffer.read(LARGEST)
    bounced = read_bounce(content)
    reply = read_reply(content) if bounced is None else None
    if bounced is None and reply is None:
        return 0
    channels = {"telegram"} | ({"groupme"} if settings.groupme_token is not None else set())
    database = Database(settings.database_url.get_secret_value())
    try:
        if reply is not None:
            fate = await database.write(lambda s: take_reply(s, reply, now=utc_now()))
            log.info("a calendar answered", fate=fate.value)
        if bounced is not None:
            await database.write(lambda s: _take(s, bounced, channels))
    except DatabaseUnavailable:
        return os.EX_TEMPFAIL
    finally:
        await database.close()
    return 0


def _take(session: Session, bounced: Bounce, channels: Collection[str]) -> bool:
    return take_bounce(
        session,
        message_id=bounced.message_id,
        reason=bounced.reason,
        bad_address=bounced.bad_address,
        channels=channels,
        now=utc_now(),
    )
