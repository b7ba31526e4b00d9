"""The job that reconciles for whoever has asked, one after the other."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.ground import Ground
from bot.groupme_api import PLATFORM, GroupMeError
from bot.platforms.groupme.reconcile import Reconciler
from core.chats.reconciliations import TOPIC, Reconciliation, asker_of, claim_next, finish
from core.errors import DatabaseUnavailable

log = structlog.get_logger(__name__)


class Provisioning:
    """What can't be done now is done by a later tick, when its lease has ended."""

    def __init__(self, reconciler: Reconciler, ground: Ground, *, wake: Callable[[], None]) -> None:
        self._reconciler = reconciler
        self._ground = ground
        self._wake = wake
        ground.database.on_commit(self._on_commit)

    async def tick(self) -> None:
        """Never raises for an outage."""
        try:
            while asked := await self._next():
                await self._reconcile(asked)
        except DatabaseUnavailable as error:
            log.warning("reconciling waits for the database", reason=str(error))
        except GroupMeError as error:
            log.warning("reconciling waits for GroupMe", reason=error.reason)

    def _on_commit(self, topics: frozenset[str]) -> None:
        if TOPIC in topics:
            self._wake()

    async def _next(self) -> Reconciliation | None:
        now = self._ground.clock()
        return await self._ground.database.write(
            lambda s: claim_next(s, platform=PLATFORM, now=now)
        )

    async def _reconcile(self, asked: Reconciliation) -> None:
        report = await self._reconciler.run(
            lambda s: asker_of(s, asked), create_for=asked.create_for_id
        )
        now = self._ground.clock()
        await self._ground.database.write(lambda s: finish(s, asked.id, report, now=now))
