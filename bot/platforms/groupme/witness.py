"""Witness: what was posted to us counts only once GroupMe itself has said the same.

Callbacks are signed by nobody, so a command is read back through the API before it is obeyed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.groupme_api import GroupMeError
from bot.groupme_calls import GroupMe
from bot.inbound import PlatformSilent
from bot.platforms.groupme.posts import Post, read_post

# In a busy room a hundred messages are a minute; further back than three hundred nobody looks.
PAGES = 3
SHORTEST_REST_S, LONGEST_REST_S = 2.0, 60.0


class Witness:
    """After a failure GroupMe is left alone for a while: a flood of posts asks it nothing then."""

    def __init__(self, groupme: GroupMe, clock: Callable[[], float] = time.monotonic) -> None:
        self._groupme = groupme
        self._clock = clock
        self._rest_s = SHORTEST_REST_S
        self._asleep_until = 0.0

    async def confirm(self, told: Post) -> Post | None:
        """The post as GroupMe has it, or None when it has none like it. Raises PlatformSilent."""
        if self._clock() < self._asleep_until:
            raise PlatformSilent("GroupMe did not answer a moment ago")
        try:
            found = await self._find(told)
        except GroupMeError as error:
            if error.is_refusal and error.status != 401:  # a group that we are not in
                return None
            self._rest(error)
            raise PlatformSilent(error.reason) from error
        self._rest_s = SHORTEST_REST_S
        return found if found is not None and found.agrees_with(told) else None

    async def _find(self, told: Post) -> Post | None:
        assert told.group_id is not None, "what is private was read by ourselves"
        before = None
        for _ in range(PAGES):
            messages = await self._groupme.messages(told.group_id, before=before)
            for message in messages:
                if str(message.get("id")) == told.id:
                    return _read(message)
            ids = [int(str(one["id"])) for one in messages if str(one.get("id", "")).isdigit()]
            if not ids or min(ids) < int(told.id):  # ids grow, so it can't be further back
                return None
            before = str(min(ids))
        return None

    def _rest(self, error: GroupMeError) -> None:
        pause_s = max(self._rest_s, error.retry_after_s or 0.0)
        self._asleep_until = self._clock() + pause_s
        self._rest_s = min(self._rest_s * 2, LONGEST_REST_S)


def _read(message: dict[str, object]) -> Post | None:
    try:
        return read_post(message)
    except ValueError:
        return None
