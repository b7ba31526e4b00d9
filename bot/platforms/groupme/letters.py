"""Direct messages to our account: GroupMe calls nobody back for them, so we look regularly."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.ground import Ground
from bot.groupme_api import PLATFORM, GroupMeError
from bot.groupme_calls import GroupMe
from bot.groupme_voice import GUID_PREFIX
from bot.platforms.groupme.arrivals import letter_of
from core.errors import DatabaseUnavailable
from core.inbox import Arrival, keep
from core.platform_notes import remember

EVERY_S = 5.0
LONGEST_PAUSE_S = 120.0
# Who wrote while we were away is answered, but nobody's old conversations are dug up.
LOOK_BACK = timedelta(days=1)
SINCE = "letters since"

log = structlog.get_logger(__name__)


class Letters:
    """`me` is our account's id. Repeats are recognised by the inbox, for as long as it remembers:
    longer than we look back.
    """

    def __init__(self, groupme: GroupMe, ground: Ground) -> None:
        self._groupme = groupme
        self._ground = ground
        self._seen: dict[str, int] = {}
        self._began: datetime | None = None

    async def run(self) -> None:
        """Until cancelled. An outage makes the pauses longer, and is told once."""
        pause_s = EVERY_S
        while True:
            try:
                await self.look()
                pause_s = EVERY_S
            except (GroupMeError, DatabaseUnavailable) as error:
                if pause_s == EVERY_S:
                    log.warning("direct messages are read later", reason=str(error))
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            await asyncio.sleep(pause_s)

    async def look(self) -> int:
        """Keep what is new; how many. Raises GroupMeError, DatabaseUnavailable."""
        now = self._ground.clock()
        if self._began is None:
            self._began = await self._first_look(now)
        floor = max(self._began, now - LOOK_BACK)
        arrivals: list[Arrival] = []
        for chat in await self._groupme.chats():
            arrivals += await self._new_in(chat, floor)
        if not arrivals:
            return 0
        kept = await self._ground.database.write(lambda s: keep(s, arrivals, now=now))
        self._ground.metrics.updates_kept.labels(PLATFORM).inc(kept)
        return kept

    async def _first_look(self, now: datetime) -> datetime:
        """When we began to read letters at all: whatever is older was not meant for us."""
        told = await self._ground.database.write(
            lambda s: remember(s, platform=PLATFORM, name=SINCE, value=now.isoformat(), now=now)
        )
        return datetime.fromisoformat(told)

    async def _new_in(self, chat: Mapping[str, Any], floor: datetime) -> list[Arrival]:
        other, last = chat.get("other_user"), chat.get("last_message")
        if not isinstance(other, dict) or not isinstance(last, dict):
            return []
        user_id, newest = str(other.get("id")), _number(last.get("id"))
        before = self._seen.get(user_id, 0)
        if newest <= before or not _is_since(last, floor):
            return []
        since = str(before) if before else None
        letters = await self._groupme.letters(user_id, since=since)
        self._seen[user_id] = newest
        theirs = [
            one for one in letters if _is_since(one, floor) and str(one.get("sender_id")) == user_id
        ]
        return [arrival for arrival in map(_arrival, theirs) if arrival is not None]


def _arrival(letter: Mapping[str, Any]) -> Arrival | None:
    if str(letter.get("source_guid")).startswith(GUID_PREFIX):
        return None
    try:
        return letter_of(letter)
    except ValueError as error:
        log.warning("a direct message can't be kept", reason=str(error))
        return None


def _is_since(letter: Mapping[str, Any], floor: datetime) -> bool:
    return _number(letter.get("created_at")) >= int(floor.timestamp())


def _number(found: object) -> int:
    text = str(found)
    return int(text) if text.isascii() and text.isdigit() else 0
