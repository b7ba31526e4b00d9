"""The scheduled job: facts fanned out, deliveries claimed, sent outside transactions, settled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from sqlalchemy.orm import Session

from bot.books import PAUSE_S, Books
from bot.channels import Channel
from bot.ground import Ground
from bot.stock import Stock
from bot.telling import Teller
from bot.texts import Reader
from core import claims, outbox
from core.claims import LEASE, Claim
from core.errors import DatabaseUnavailable
from core.retry import RetryPolicy
from core.routing import fan_out
from core.settlements import Settlement, postponed

FACTS = 100
SENDERS = 30
# How many are claimed at once: as many as were settled lately, and never fewer or more than this.
LEAST_BATCH, MOST_BATCH = 60, 1000
# Room that a crowd's messages never take.
RESERVE = 20
# Outcomes are collected for so long and written down together.
LINGER_S = 0.003
HEARTBEAT_S = LEASE.total_seconds() / 3
RESCUE_EVERY_S = 1.0

Tell = Callable[[Claim], Awaitable[Settlement]]

log = structlog.get_logger(__name__)


class OutboxJob:
    """One tick writes down what came of the last sends, fans out what is new and claims what is
    due; it never waits for a send. The commit that brings something new has it tick at once, the
    scheduler's interval is the safety net. `tell` is what is done with a claim.
    """

    def __init__(
        self,
        ground: Ground,
        channels: Mapping[str, Channel],
        *,
        reader: Reader,
        policy: RetryPolicy | None = None,
        tell: Tell | None = None,
    ) -> None:
        self._ground = ground
        self._database = ground.database
        self._tell = tell or Teller(ground, channels, reader=reader, policy=policy).tell
        self._stock = Stock()
        self._books = Books(ground.database, self._stock)
        self._batch = LEAST_BATCH
        self._senders: set[asyncio.Task[None]] = set()
        self._others: set[asyncio.Task[None]] = set()
        self._ticking = asyncio.Lock()
        self._confirming = asyncio.Lock()
        self._beating: asyncio.TimerHandle | None = None
        self._lingering: asyncio.TimerHandle | None = None
        self._rescue_at = 0.0
        self._again = False
        self._stopping = False
        self._database.on_commit(self._on_commit)

    async def tick(self) -> None:
        """Never raises for an outage: the next tick tries again."""
        async with self._ticking:
            try:
                while not self._stopping and (await self._cycle() or self._again):
                    pass
                self._ground.progress.outbox_ticked()
            except DatabaseUnavailable as error:
                log.warning("the outbox waits for the database", reason=str(error))
                if self._stock.outcomes:
                    self._later(PAUSE_S)

    async def stop(self) -> None:
        """Claim no more, and finish what is on its way. Cancelled, it breaks that off: each lease
        runs out, and the message is sent again at the next start.
        """
        self._stopping = True
        try:
            async with self._ticking:
                pass
            self._stock.put_back(postponed(claim) for claim in self._stock.empty())
            while self._senders:
                await asyncio.wait(self._senders)
            await self._books.close()
        finally:
            for timer in (self._beating, self._lingering):
                if timer is not None:
                    timer.cancel()
            tasks = [*self._senders, *self._others]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _on_commit(self, topics: frozenset[str]) -> None:
        if outbox.TOPIC in topics:
            self._wake()

    def _wake(self) -> None:
        self._again = True
        if not self._ticking.locked() and not self._stopping:
            self._start(self.tick())

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._others.add(task)
        task.add_done_callback(self._others.discard)

    async def _cycle(self) -> bool:
        """Whether there may be more to do."""
        self._again = False
        if told := len(self._stock.outcomes):
            self._batch = max(LEAST_BATCH, min(2 * told, MOST_BATCH))
        room = max(0, min(self._batch, 2 * self._batch - self._stock.size))
        facts, taken = await self._books.write(self._work(room))
        self._stock.add(taken)
        self._start_senders()
        self._keep_beating()
        return facts == FACTS or len(taken) >= max(room, 1)

    def _work(self, room: int) -> Callable[[Session], tuple[int, list[Claim]]]:
        """Fan out, and claim so many."""
        now, sending, rescue = self._ground.clock(), self._stock.ids(), self._may_rescue()
        bulk = max(0, room - RESERVE)

        def work(session: Session) -> tuple[int, list[Claim]]:
            facts = fan_out(session, now=now, limit=FACTS)
            if not room:
                return facts, []
            return facts, claims.claim_due(
                session, now=now, limit=room, bulk=bulk, sending=sending, rescue=rescue
            )

        return work

    def _may_rescue(self) -> bool:
        if time.monotonic() < self._rescue_at or self._stock.holds_suspect():
            return False
        self._rescue_at = time.monotonic() + RESCUE_EVERY_S
        return True

    def _start_senders(self) -> None:
        for _ in range(min(SENDERS - len(self._senders), len(self._stock.waiting))):
            sender = asyncio.create_task(self._send())
            self._senders.add(sender)
            sender.add_done_callback(self._senders.discard)

    async def _send(self) -> None:
        while (claim := self._stock.next()) is not None:
            outcome = await self._tell(claim)
            self._stock.finish(outcome)
            if len(self._stock.outcomes) >= self._batch:
                self._wake()
            elif self._lingering is None:
                self._later(LINGER_S)
        if self._stock.is_doubtful() and not self._confirming.locked():
            self._start(self._confirm())

    def _later(self, pause_s: float) -> None:
        if self._lingering is None:
            self._lingering = asyncio.get_running_loop().call_later(pause_s, self._stop_lingering)

    def _stop_lingering(self) -> None:
        self._lingering = None
        self._wake()

    def _keep_beating(self) -> None:
        if self._beating is None and self._stock.size:
            loop = asyncio.get_running_loop()
            self._beating = loop.call_later(HEARTBEAT_S, self._beat)

    def _beat(self) -> None:
        self._beating = None
        if self._stock.size:
            self._start(self._confirm())

    async def _confirm(self) -> None:
        """Have the leases of what is in hand run on, and let go of what is not ours any more."""
        async with self._confirming:
            asked = self._stock.claims()
            try:
                ours = await self._database.write(lambda session: claims.extend(session, asked))
            except DatabaseUnavailable:
                await asyncio.sleep(PAUSE_S)
            else:
                for claim in self._stock.confirm(asked, ours):
                    log.warning("a delivery was taken over meanwhile", delivery_id=claim.id)
        self._start_senders()
        self._keep_beating()
