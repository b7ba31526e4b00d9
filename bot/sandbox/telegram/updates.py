"""The queue of updates: what was asked for, what waits, who fetches."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.sandbox.telegram.errors import ApiError, conflict

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
    "subscription",
    "stopped_message_generation",
)
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
FIRST_ID = 700_000_001
KEPT_S = 24 * 3600
LONGEST_POLL_S = 50
CONFLICT_PAUSE_S = 3.0
OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


@dataclass(frozen=True)
class Queued:
    """An update and when it came in (Unix seconds)."""

    update: dict[str, Any]
    date: float


class UpdateQueue:
    """Updates in their order until they are confirmed or 24 hours old."""

    def __init__(self, now: Callable[[], float], era: int) -> None:
        self._now = now
        self._next_id = FIRST_ID + era - 1
        self._queue: OrderedDict[int, Queued] = OrderedDict()
        self._allowed: list[str] = []
        self._poll: asyncio.Future[None] | None = None
        self._next_conflict = 0.0
        self.webhook_active = False
        self.last = 0
        self.bell = asyncio.Event()

    def clock(self) -> int:
        """The time in Unix seconds."""
        return int(self._now())

    @property
    def allowed(self) -> list[str]:
        """The list asked for last; empty means the default."""
        return self._allowed

    def allow(self, names: list[str] | None) -> None:
        """None keeps the previous list; only unknown names mean the default."""
        if names is not None:
            self._allowed = [kind for kind in KINDS if kind in names]

    def wants(self, kind: str) -> bool:
        """Whether an update of this kind is queued at all."""
        return kind in self._allowed if self._allowed else kind not in ON_REQUEST

    def push(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue an update, unless nobody asked for its kind."""
        if self.wants(kind):
            self._next_id += 1
            self.push_raw({"update_id": self._next_id, kind: payload})

    def push_raw(self, update: dict[str, Any]) -> None:
        """Queue a body as it is, for tests of unreadable, repeated or misordered updates."""
        self.last += 1
        self._queue[self.last] = Queued(update, self._now())
        self.bell.set()
        if self._poll and not self._poll.done():
            self._poll.set_result(None)

    def pending(self, most: int | None = None) -> list[dict[str, Any]]:
        """The first of what waits, oldest first; older than 24 hours is forgotten."""
        self._drop_while(lambda queued: queued.date <= self._now() - KEPT_S)
        return [queued.update for queued in islice(self._queue.values(), most)]

    def __len__(self) -> int:
        return len(self._queue)

    def numbered(self, number: int) -> dict[str, Any] | None:
        """The update with this place in the queue (up to `last`), if it still waits."""
        queued = self._queue.get(number)
        return None if queued is None else queued.update

    def remove(self, number: int) -> None:
        """Forget one update: the webhook took it."""
        self._queue.pop(number, None)

    def drop(self) -> None:
        """Forget everything that waits."""
        self._queue.clear()

    def confirm(self, offset: int) -> None:
        """Forget everything before `offset`; a negative one keeps that many from the end."""
        if offset < 0:
            for _ in range(len(self._queue) + offset):
                self._queue.popitem(last=False)
        else:
            self._drop_while(lambda queued: queued.update.get("update_id", 0) < offset)

    def _drop_while(self, done: Callable[[Queued], bool]) -> None:
        while self._queue and done(next(iter(self._queue.values()))):
            self._queue.popitem(last=False)

    async def poll(self, offset: int, limit: int, timeout: int) -> list[dict[str, Any]]:
        """What getUpdates answers; waits up to `timeout` seconds (at most 50) for something."""
        if self.webhook_active:
            raise conflict(WEBHOOK_ACTIVE)
        self.interrupt(conflict(OTHER_POLL))
        self.confirm(offset)
        if not self.pending(1) and timeout > 0:
            await self._wait(min(timeout, LONGEST_POLL_S))
        return self.pending(limit)

    async def _wait(self, timeout: float) -> None:
        waiting = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout):
                await waiting
        except TimeoutError:
            return
        except ApiError:
            await self._pause_between_conflicts()
            raise
        finally:
            if self._poll is waiting:
                self._poll = None

    async def _pause_between_conflicts(self) -> None:
        """The Bot API server answers at most one conflict every three seconds."""
        loop = asyncio.get_running_loop()
        early = loop.time() < self._next_conflict
        self._next_conflict = loop.time() + CONFLICT_PAUSE_S
        if early:
            await asyncio.sleep(CONFLICT_PAUSE_S)

    def interrupt(self, reason: ApiError | None) -> None:
        """End a waiting poll: with an error, or (when the server stops) with nothing."""
        waiting, self._poll = self._poll, None
        if waiting is None or waiting.done():
            return
        if reason is None:
            waiting.set_result(None)
        else:
            waiting.set_exception(reason)
