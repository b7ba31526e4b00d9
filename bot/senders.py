"""Senders: who sends what is in stock, at its pace, and keeps the claims alive meanwhile."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable

import structlog

from bot.books import PAUSE_S
from bot.pacing import PACED
from bot.stock import Stock
from core.database import Database
from core.deliveries.claims import LEASE, Claim, extend
from core.deliveries.settlements import Settlement
from core.errors import DatabaseUnavailable

# More than all channels together allow at once.
MOST = 200
HEARTBEAT_S = LEASE.total_seconds() / 3

Tell = Callable[[Claim], Awaitable[Settlement]]

log = structlog.get_logger(__name__)


class Senders:
    """Up to 200 at once. `tell` is what is done with a claim, `told` is called when outcomes wait
    to be written down.
    """

    def __init__(
        self, database: Database, stock: Stock, tell: Tell, told: Callable[[], None]
    ) -> None:
        self._database = database
        self._stock = stock
        self._tell = tell
        self._told = told
        self._running: set[asyncio.Task[None]] = set()
        self._confirming: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._beat: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """As many as there is something to send for, now and whenever it may leave."""
        while len(self._running) < MOST and (claim := self._stock.next()) is not None:
            sender = asyncio.create_task(self._send(claim))
            self._running.add(sender)
            sender.add_done_callback(self._running.discard)
        self._look_ahead()

    async def finish(self) -> None:
        """Until nothing is under way."""
        while tasks := {*self._running, *([self._confirming] if self._confirming else [])}:
            await asyncio.wait(tasks)

    async def stop(self) -> None:
        """Break off what is under way."""
        for timer in (self._alarm, self._beat):
            if timer is not None:
                timer.cancel()
        tasks = [*self._running, *([self._confirming] if self._confirming else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, first: Claim) -> None:
        PACED.set(True)
        claim: Claim | None = first
        while claim is not None:
            self._stock.finish(await self._tell(claim))
            self._told()
            claim = self._stock.next()
        self._look_ahead()

    def _look_ahead(self) -> None:
        """See to it that what can't leave now is not forgotten."""
        if self._stock.outcomes:
            self._told()
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._stock.in_doubt:
            self._confirm()
        elif (wait_s := self._stock.wait()) < math.inf and len(self._running) < MOST:
            self._alarm = _call(wait_s, self.start)
        if self._beat is None and self._stock.size:
            self._beat = _call(HEARTBEAT_S, self._extend)

    def _extend(self) -> None:
        self._beat = None
        if self._stock.size:
            self._confirm()

    def _confirm(self) -> None:
        if self._confirming is None:
            self._confirming = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        """Have the leases of what is in hand run on, and let go of what is not ours any more."""
        asked = self._stock.claims()
        try:
            ours = await self._database.write(lambda session: extend(session, asked))
        except DatabaseUnavailable:
            await asyncio.sleep(PAUSE_S)
        else:
            for claim in self._stock.confirm(asked, ours):
                log.warning("a delivery was taken over meanwhile", delivery_id=claim.id)
        finally:
            self._confirming = None
        self.start()


def _call(pause_s: float, back: Callable[[], None]) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(pause_s, back)
