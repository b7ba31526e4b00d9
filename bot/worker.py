"""The scheduled job: facts fanned out, deliveries claimed, sent outside transactions, settled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.books import PAUSE_S, Books
from bot.channels import Channel, Postal
from bot.ground import Ground
from bot.holding import Holding
from bot.senders import Senders, Tell
from bot.stock import Stock
from bot.telling import Teller
from bot.texts import Reader
from core import deliveries, outbox
from core.deliveries import claims
from core.deliveries.claims import Claim
from core.deliveries.retry import RetryPolicy
from core.errors import DatabaseUnavailable
from core.leases import is_held
from core.routing import fan_out

FACTS = 100
# How many are claimed at once: as many as were settled lately, and never fewer or more than this.
LEAST_BATCH, MOST_BATCH = 60, 1000
# Room that a crowd's messages never take.
RESERVE = 20
# Outcomes are collected for so long and written down together.
LINGER_S = 0.003
RESCUE_EVERY_S = 1.0
# The longest window that a platform keeps.
MEMORY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class OutboxJob:
    """One tick writes down what came of the last sends, fans out what is new and claims what is
    due; it never waits for a send. The commit that brings something new has it tick at once, the
    scheduler's interval is the safety net. `tell` is what is done with a claim; with `holding`,
    claims are taken only while we hold that lease.
    """

    def __init__(
        self,
        ground: Ground,
        channels: Mapping[str, Channel | Postal],
        *,
        reader: Reader,
        policy: RetryPolicy | None = None,
        tell: Tell | None = None,
        holding: Holding | None = None,
    ) -> None:
        self._ground = ground
        self._stock = Stock(ground.clock, ground.pacing)
        self._books = Books(ground.database, self._stock)
        self._teller = Teller(ground, channels, reader=reader, policy=policy)
        tell = tell or self._teller.tell
        self._senders = Senders(ground.database, self._stock, tell, self._told)
        self._holding = holding
        self._batch = LEAST_BATCH
        self._ticks: set[asyncio.Task[None]] = set()
        self._ticking = asyncio.Lock()
        self._lingering: asyncio.TimerHandle | None = None
        self._rescue_at = 0.0
        self._again = False
        self._woken = False
        self._stopping = False
        self._remembers = False
        ground.database.on_commit(self._on_commit)

    async def tick(self) -> None:
        """Never raises for an outage: the next tick tries again."""
        async with self._ticking:
            try:
                if not self._remembers:
                    await self._remember()
                while not self._stopping and (await self._cycle() or self._again):
                    pass
                self._ground.progress.outbox_ticked()
            except DatabaseUnavailable as error:
                log.warning("the outbox waits for the database", reason=str(error))
                if self._stock.outcomes:
                    self._wake_in(PAUSE_S)

    async def on_duty(self) -> None:
        """For as long as it is us who send. Cancelled, it gives back what was not begun."""
        self._wake()
        try:
            await asyncio.Event().wait()
        finally:
            self._stock.empty()
            self._wake()

    async def stop(self) -> None:
        """Claim no more, and finish what is on its way. Cancelled, it breaks that off: each lease
        runs out, and the message is sent again at the next start.
        """
        self._stopping = True
        try:
            async with self._ticking:
                pass
            self._stock.empty()
            await self._senders.finish()
            await self._books.close()
        finally:
            self._forget_lingering()
            for tick in self._ticks:
                tick.cancel()
            await asyncio.gather(*self._ticks, self._senders.stop(), return_exceptions=True)
            await self._teller.close()

    def _on_commit(self, topics: frozenset[str]) -> None:
        if outbox.TOPIC in topics:
            self._wake()

    def _told(self) -> None:
        if len(self._stock.outcomes) < self._batch:
            self._wake_in(LINGER_S)
        else:
            self._wake()

    def _wake(self) -> None:
        self._again = True
        if not (self._ticking.locked() or self._woken or self._stopping):
            self._woken = True
            tick = asyncio.create_task(self._tick_at_once())
            self._ticks.add(tick)
            tick.add_done_callback(self._ticks.discard)

    async def _tick_at_once(self) -> None:
        self._woken = False
        await self.tick()

    def _wake_in(self, pause_s: float) -> None:
        if self._lingering is None:
            self._lingering = asyncio.get_running_loop().call_later(pause_s, self._stop_lingering)

    def _forget_lingering(self) -> None:
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None

    def _stop_lingering(self) -> None:
        self._lingering = None
        self._wake()

    async def _remember(self) -> None:
        """What was sent just before we started counts too."""
        now, pacing = self._ground.clock(), self._ground.pacing
        for channel, address, at in await self._ground.database.read(
            lambda session: deliveries.list_sent_since(session, now - MEMORY)
        ):
            pacing.count(channel, address, ago_s=(now - at).total_seconds())
        self._remembers = True

    async def _cycle(self) -> bool:
        """Whether there may be more to do."""
        self._again = False
        self._forget_lingering()  # all that was told by now is written down by this one
        if told := len(self._stock.outcomes):
            self._batch = max(LEAST_BATCH, min(2 * told, MOST_BATCH))
        room = max(0, min(self._batch, 2 * self._batch - self._stock.size))
        facts, taken = await self._books.write(self._work(room))
        self._stock.add(taken)
        self._senders.start()
        return facts == FACTS or len(taken) >= max(room, 1)

    def _work(self, room: int) -> Callable[[Session], tuple[int, list[Claim]]]:
        """Fan out, and claim so many."""
        now, sending, rescue = self._ground.clock(), self._stock.ids(), self._may_rescue()
        spacing, bulk = self._ground.pacing.spacing, max(0, room - RESERVE)

        def work(session: Session) -> tuple[int, list[Claim]]:
            if not self._may_send(session):
                return 0, []
            facts = fan_out(session, now=now, limit=FACTS, spacing=spacing)
            if not room:
                return facts, []
            return facts, claims.claim_due(
                session, now=now, limit=room, bulk=bulk, sending=sending, rescue=rescue
            )

        return work

    def _may_send(self, session: Session) -> bool:
        """Whether in this very transaction we are the one who sends. The others don't fan out
        either: whoever is to send would not hear of it.
        """
        lease = self._holding
        return lease is None or (lease.held and is_held(session, lease.name, holder=lease.holder))

    def _may_rescue(self) -> bool:
        ticks = self._ground.pacing.ticks()
        if ticks < self._rescue_at or self._stock.holds_suspect():
            return False
        self._rescue_at = ticks + RESCUE_EVERY_S
        return True
