"""Answers: each is said, also when the process that owed it died first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Protocol, runtime_checkable

import structlog

from bot.command import Reply
from bot.ground import Ground
from bot.inbound import Platform
from bot.packing import unpack
from bot.texts import Reader
from core.errors import DatabaseUnavailable
from core.inbox import InboxRow
from core.model import Payload
from core.replies import forget_replies, list_due, take_reply

LOOK_EVERY_S = 5.0
# Another process may be at it still: it waits up to 30 s for Telegram, and is cut off by 30 s more.
PATIENCE = timedelta(seconds=75)

log = structlog.get_logger(__name__)


@runtime_checkable
class Repeating(Protocol):
    """A platform that can answer later, by what it kept as the way back."""

    async def repeat(self, back: Payload, reply: Reply, reader: Reader) -> None:
        """Say the reply. Raises whatever went wrong."""


class Answers:
    """Forgets the replies that this process has said, and says those that another one owed."""

    def __init__(self, ground: Ground, platforms: Mapping[str, Platform]) -> None:
        self._ground = ground
        self._database = ground.database
        self._answering = ground.answering
        self._platforms = platforms
        # With SQLite there is one worker, so whatever is unsaid and not in its hands is left over.
        alone = self._database.engine.dialect.name == "sqlite"
        self._patience = timedelta() if alone else PATIENCE

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._try(self.say_what_is_due)
            await self._forget_for(LOOK_EVERY_S)

    async def stop(self) -> None:
        """Forget the last ones."""
        await self._try(self.forget)

    async def forget(self) -> None:
        """Nothing stays of what was said."""
        said = frozenset(self._answering.said)
        if said:
            await self._database.write(lambda session: forget_replies(session, said))
            self._answering.said -= said

    async def say_what_is_due(self) -> None:
        """Say what another process did not come to say, in the order in which it was asked."""
        before = self._ground.clock() - self._patience
        mine = self._answering.mine()
        rows = await self._database.read(
            lambda session: list_due(session, before=before, under_way=mine)
        )
        for row in rows:
            # What came in while we looked is in our own hands.
            if row.id not in self._answering.mine():
                await self._say(row)

    async def _say(self, row: InboxRow) -> None:
        now = self._ground.clock()
        kept = await self._database.write(lambda session: take_reply(session, row.id, now=now))
        platform: object = self._platforms.get(row.platform)
        if kept is None or not isinstance(platform, Repeating):
            return
        self._ground.metrics.answers_repeated.inc()
        try:
            await platform.repeat(kept["back"], *unpack(kept))
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            log.warning("an answer was not delivered", inbox_id=row.id, reason=reason)
        else:
            log.info("an answer was delivered late", inbox_id=row.id)

    async def _forget_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._answering.woken.wait(), left)
            self._answering.woken.clear()
            await self._try(self.forget)

    async def _try(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except DatabaseUnavailable as error:
            log.warning("answers wait for the database", reason=str(error))
