"""What happened in the world, numbered, for those who watch it."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
REMEMBERED = 10_000


class Changes:
    """A numbered log of events with a wake-up; watchers never poll."""

    def __init__(self) -> None:
        self.seq = 0
        self.closed = False
        self._log: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self._bell = asyncio.Event()

    def publish(self, kind: str, **fields: Any) -> None:
        """Append one event and wake everybody who waits."""
        self.seq += 1
        self._log.append({"seq": self.seq, "type": kind} | fields)
        self.ring()

    def ring(self) -> None:
        """Wake the watchers without an event."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    def since(self, seq: int) -> list[dict[str, Any]]:
        """Events after `seq`; a `reset` when some of them are no longer remembered."""
        if seq >= self.seq:
            return []
        if seq < self._log[0]["seq"] - 1:
            return [{"seq": self.seq, "type": "reset"}]
        return [event for event in self._log if event["seq"] > seq]

    async def wait(self) -> None:
        """Return at the next change."""
        await self._bell.wait()

    async def wait_for(self, predicate: Callable[[], T], timeout: float) -> T:
        """The first true value of `predicate`; `TimeoutError` after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not (found := predicate()):
                await self.wait()
            return found

    def close(self) -> None:
        """End the streams: the server stops."""
        self.closed = True
        self.ring()
