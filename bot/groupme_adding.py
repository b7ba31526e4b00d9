"""Adding somebody to a GroupMe group by API: closed to third parties, it is said, so it is tried
once, and a refusal is remembered for good. The share link is the way that always works.

People are added by the id of their account, never by a phone number: that finds the wrong ones.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.groupme_api import PLATFORM, GroupMeError
from bot.groupme_calls import GroupMe
from core.people import find_identity
from core.platform_notes import recall, remember

CLOSED_TO_ADD = "closed: adding"
# A result is not ready at once (API v3, members/results: 503); asked for after these many seconds.
PAUSES_S = (0.3, 0.6, 1.2, 2.4)
NICKNAME_LIMIT = 50
SHARE_URL = re.compile(r"https://(?:www\.)?groupme\.com/join_group/(?P<group>[0-9]+)/\S+")

log = structlog.get_logger(__name__)


class Adding:
    """`pause` takes seconds."""

    def __init__(
        self,
        groupme: GroupMe,
        ground: Ground,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._groupme = groupme
        self._ground = ground
        self._pause = pause

    async def add(self, share_url: str, user_id: str) -> bool:
        """Whether they are in the group of that link now. Never raises for GroupMe's sake."""
        found = SHARE_URL.fullmatch(share_url)
        if found is None or await self._is_closed():
            return False
        try:
            name = await self._ground.database.read(lambda s: _name_of(s, user_id))
            results_id = await self._groupme.add_member(found["group"], user_id, name)
        except GroupMeError as error:
            if error.is_refusal and error.status != 401:
                await self._close(error.reason)
            return False
        return await self._is_added(found["group"], results_id, user_id)

    async def _is_added(self, group_id: str, results_id: str, user_id: str) -> bool:
        """Who is absent from the results was not added, for whatever reason."""
        for pause_s in PAUSES_S:
            await self._pause(pause_s)
            try:
                return user_id in await self._groupme.added(group_id, results_id)
            except GroupMeError as error:
                if not error.is_passing:  # forgotten
                    return False
        return False

    async def _is_closed(self) -> bool:
        return await self._ground.database.read(
            lambda s: recall(s, platform=PLATFORM, name=CLOSED_TO_ADD) is not None
        )

    async def _close(self, reason: str) -> None:
        log.warning("GroupMe does not let us add people", reason=reason)
        now = self._ground.clock()
        await self._ground.database.write(
            lambda s: remember(s, platform=PLATFORM, name=CLOSED_TO_ADD, value=reason, now=now)
        )


def _name_of(session: Session, user_id: str) -> str:
    """What they are called in the group, until they call themselves otherwise."""
    identity = find_identity(session, platform=PLATFORM, address=user_id)
    return identity.person.name[:NICKNAME_LIMIT] if identity else user_id
