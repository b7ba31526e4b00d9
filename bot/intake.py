"""Works off the inbox: one at a time and in order within a chat, different chats side by side."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.ground import Ground
from bot.inbound import Platform, PlatformSilent, UnreadableUpdate
from bot.tracing import Kind
from core import inbox
from core.errors import DatabaseUnavailable
from core.inbox import InboxRow, InboxStatus

SAFETY_NET_S = 1.0
LANES = 32
BATCH = 256
KEPT_FOR = timedelta(days=7)
AT_ONCE = 0.0

Lane = tuple[str, str]

log = structlog.get_logger(__name__)


class Intake:
    """Hands each kept update to its platform until it is handled, set aside or dead."""

    def __init__(
        self,
        ground: Ground,
        platforms: Mapping[str, Platform],
        *,
        pause_s: float = SAFETY_NET_S,
    ) -> None:
        self._ground = ground
        self._database = ground.database
        self._platforms = platforms
        self._pause_s = pause_s
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._kept: dict[Lane, list[InboxRow]] = {}  # read, and waiting for a free lane
        self._behind: set[Lane] = set()  # in work, with perhaps more to do than was read
        self._due = AT_ONCE  # when to read again, in monotonic seconds
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._database.on_commit(self._on_commit)

    async def run(self) -> None:
        """Until `stop`. The commit that keeps an update wakes it; the pause is the safety net."""
        while not self._stopping.is_set():
            self._woken.clear()
            if not self._start_lanes():
                await self._woken.wait()
            elif (pause_s := self._due - time.monotonic()) > 0:
                await _pause(self._woken, pause_s)
            else:
                await self._read()

    async def stop(self) -> None:
        """Take no more, and finish what is in work."""
        self._stopping.set()
        self._woken.set()
        await asyncio.gather(*self._lanes.values())

    async def prune(self) -> None:
        """Forget updates that were handled seven days ago or more, a chunk at a time."""
        before = self._ground.clock() - KEPT_FOR
        try:
            while await self._database.write(lambda s: inbox.prune(s, before=before), alone=True):
                pass
        except DatabaseUnavailable as error:
            log.warning("the inbox is pruned later", reason=str(error))

    def _on_commit(self, topics: frozenset[str]) -> None:
        if inbox.TOPIC in topics:
            self._due = AT_ONCE
            self._woken.set()

    def _start_lanes(self) -> bool:
        """Whether there is room for more than what is kept."""
        while self._kept and len(self._lanes) < LANES:
            lane = next(iter(self._kept))
            self._lanes[lane] = asyncio.create_task(self._work(lane, self._kept.pop(lane)))
        return len(self._lanes) < LANES

    async def _read(self) -> None:
        """Always from the oldest on: an id may be committed after higher ones were read."""
        # Both before reading, so that what happens meanwhile has it read again.
        self._due = time.monotonic() + self._pause_s
        self._behind.update(self._lanes)
        busy = [lane for _, lane in self._lanes]
        try:
            rows = await self._database.read(
                lambda session: inbox.list_waiting(session, busy_lanes=busy, limit=BATCH)
            )
        except DatabaseUnavailable as error:
            log.warning("the inbox can't be read", reason=str(error))
            return
        self._ground.progress.inbox_passed()
        self._kept = _by_lane(rows)
        if len(rows) == BATCH:  # behind a lane with much to do, others may wait
            self._due = AT_ONCE

    async def _work(self, lane: Lane, rows: Sequence[InboxRow]) -> None:
        try:
            for row in rows:
                if self._stopping.is_set() or not await self._settle(row):
                    self._behind.add(lane)
                    break
        finally:
            del self._lanes[lane]
            if lane in self._behind:
                self._behind.remove(lane)
                self._due = AT_ONCE
            self._woken.set()

    async def _settle(self, row: InboxRow) -> bool:
        """Whether the lane may go on to its next update."""
        try:
            with self._ground.tracing.span(f"update {row.platform}", Kind.CONSUMER, _facts(row)):
                await self._take(row)
        except DatabaseUnavailable as error:
            log.warning("an update waits for the database", inbox_id=row.id, reason=str(error))
        except PlatformSilent as error:
            log.info("an update waits for its platform", inbox_id=row.id, reason=str(error))
        except Exception as error:
            if await self._fail(row, error):
                return True
        else:
            self._ground.metrics.updates_handled.labels(row.platform).inc()
            return True
        # By the clock: woken by other chats' updates, it would use up its tries in no time.
        await _pause(self._stopping, self._pause_s)
        return False

    async def _take(self, row: InboxRow) -> None:
        try:
            claimed = await self._platforms[row.platform].handle(row)
        except UnreadableUpdate as error:
            reason = str(error)
            log.warning("an update was set aside", inbox_id=row.id, reason=reason)
            await self._database.write(
                lambda session: inbox.set_aside(
                    session, row.id, reason=reason, now=self._ground.clock()
                )
            )
            return
        if not claimed:  # nothing in it was for us
            now = self._ground.clock()
            await self._database.write(lambda session: inbox.mark_handled(session, row.id, now=now))

    async def _fail(self, row: InboxRow, error: Exception) -> bool:
        """A bug of ours: kept for replay, with an apology the first time. Whether it is over."""
        log.error("an update was not handled", inbox_id=row.id, exc_info=error)
        self._ground.metrics.updates_failed.labels(row.platform).inc()
        reason = f"{type(error).__name__}: {error}"
        try:
            status = await self._database.write(
                lambda session: inbox.mark_failed(session, row.id, reason=reason)
            )
        except DatabaseUnavailable as outage:
            log.warning("a failure was not noted", inbox_id=row.id, reason=str(outage))
            return False
        if row.attempts == 0:
            await self._apologise(row)
        return status is not InboxStatus.PENDING

    async def _apologise(self, row: InboxRow) -> None:
        try:
            await self._platforms[row.platform].apologise(row)
        except Exception as error:
            log.error("an apology was not made", inbox_id=row.id, exc_info=error)


def _facts(row: InboxRow) -> dict[str, str | int]:
    """What a span tells of an update: nothing that anybody said, and not who."""
    return {
        "usher.platform": row.platform,
        "usher.inbox_id": row.id,
        "usher.attempts": row.attempts,
    }


async def _pause(until: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(until.wait(), timeout=seconds)


def _by_lane(rows: Iterable[InboxRow]) -> dict[Lane, list[InboxRow]]:
    lanes: dict[Lane, list[InboxRow]] = defaultdict(list)
    for row in rows:
        lanes[row.platform, row.lane].append(row)
    return lanes
