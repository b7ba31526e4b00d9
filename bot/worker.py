"""The scheduled job: facts fanned out, deliveries claimed, sent outside transactions, settled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from bot.channels import Channel
from bot.ground import Ground
from bot.notices import Notice, Rewrite, Telling, render
from bot.readers import read_by
from bot.texts import Reader
from core import deliveries, outbox
from core.chats import Loss
from core.deliveries import LEASE, Claim
from core.delivery_error import DeliveryError
from core.errors import DatabaseUnavailable
from core.facts import UnreadableFact, read_fact
from core.moves import move_room
from core.people import mark_unreachable
from core.retry import RetryPolicy
from core.routing import fan_out
from core.standings import lose_room

FACTS = 100
SENDERS = 30
# Two thirds of a lease: no send outlasts its claim, so no lease needs to be extended.
LONGEST_SEND_S = LEASE.total_seconds() * 2 / 3
SETTLE_PAUSE_S = 1.0

Settlement = Callable[[Session], bool]

log = structlog.get_logger(__name__)


class OutboxJob:
    """One tick fans out what is new and starts sending what is due; it never waits for a send.

    `wake` has the scheduler tick at once; a tick that is running looks again by itself.
    """

    def __init__(
        self,
        ground: Ground,
        channels: Mapping[str, Channel],
        *,
        reader: Reader,
        wake: Callable[[], None],
        policy: RetryPolicy | None = None,
    ) -> None:
        self._ground = ground
        self._database = ground.database
        self._channels = channels
        self._reader = reader
        self._wake = wake
        self._policy = policy or RetryPolicy()
        self._sends: dict[asyncio.Task[None], int] = {}
        self._ticking = asyncio.Lock()
        self._again = False
        self._stopping = False
        self._database.on_commit(self._on_commit)

    async def tick(self) -> None:
        """Never raises for an outage: the next tick tries again."""
        async with self._ticking:
            try:
                while not self._stopping and (await self._start_sending() or self._again):
                    pass
                self._ground.progress.outbox_ticked()
            except DatabaseUnavailable as error:
                log.warning("the outbox waits for the database", reason=str(error))

    async def stop(self) -> None:
        """Claim no more, and finish what is on its way. Cancelled, it breaks that off: each lease
        runs out, and the message is sent again at the next start.
        """
        self._stopping = True
        try:
            async with self._ticking:
                pass
            while self._sends:
                await asyncio.wait(self._sends)
        finally:
            for send in self._sends:
                send.cancel()
            await asyncio.gather(*self._sends, return_exceptions=True)

    def _on_commit(self, topics: frozenset[str]) -> None:
        if outbox.TOPIC in topics:
            self._tick_again()

    def _tick_again(self) -> None:
        self._again = True
        if not self._ticking.locked() and not self._stopping:
            self._wake()

    async def _start_sending(self) -> bool:
        """Whether there was something to do."""
        self._again = False
        now, free = self._ground.clock(), SENDERS - len(self._sends)
        sending = list(self._sends.values())
        facts, claims = await self._database.write(
            lambda session: _take(session, now, free, sending)
        )
        for claim in claims:
            task = asyncio.create_task(self._deliver(claim))
            self._sends[task] = claim.id
            task.add_done_callback(self._done)
        return bool(facts or claims)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._sends[task]
        if not task.cancelled() and (error := task.exception()):
            log.error("a delivery was not settled", exc_info=error)
        self._tick_again()  # the destination's next message waited for this one

    async def _deliver(self, claim: Claim) -> None:
        settle = await self._attempt(claim)
        async with asyncio.timeout(LEASE.total_seconds()):
            while not await self._write_down(claim, settle):
                pass

    async def _write_down(self, claim: Claim, settle: Settlement) -> bool:
        """False, after a pause, while the database is away: given up, it would be sent again."""
        try:
            settled = await self._database.write(settle)
        except DatabaseUnavailable as error:
            log.warning("a delivery waits to be settled", delivery_id=claim.id, reason=str(error))
            await asyncio.sleep(SETTLE_PAUSE_S)
            return False
        if not settled:
            log.warning("a delivery was taken over meanwhile", delivery_id=claim.id)
        return True

    async def _attempt(self, claim: Claim) -> Settlement:
        """Send it, and say how to write down what came of it."""
        try:
            channel = self._channels[claim.channel]
            telling, reader = await self._database.read(
                lambda session: (_render(session, claim), read_by(session, claim, self._reader))
            )
        except (UnreadableFact, LookupError) as error:
            reason = f"{type(error).__name__}: {error}"
            return lambda session: deliveries.bury(session, claim, reason=reason)
        except DatabaseUnavailable as error:  # nothing was sent
            return self._refused(claim, DeliveryError(str(error), retry_after_s=SETTLE_PAUSE_S))
        if telling is None:
            return lambda session: deliveries.cancel(session, claim, reason="nothing to tell")
        return await self._send(channel, claim, telling, reader)

    async def _send(
        self, channel: Channel, claim: Claim, telling: Telling, reader: Reader
    ) -> Settlement:
        try:
            async with asyncio.timeout(LONGEST_SEND_S):
                sent_id = await channel.send(claim.address, telling, reader)
        except DeliveryError as error:
            return self._refused(claim, error)
        except Exception as error:  # words may have arrived before whatever broke
            log.error("a channel broke", delivery_id=claim.id, exc_info=error)
            reason = f"{type(error).__name__}: {error}"
            # To do the same again does nothing: an act is tried again.
            told = isinstance(telling, Notice)
            return self._refused(claim, DeliveryError(reason, uncertain=told))
        self._count(claim, "sent")
        now = self._ground.clock()
        return lambda session: deliveries.settle_sent(session, claim, provider_id=sent_id, now=now)

    def _refused(self, claim: Claim, error: DeliveryError) -> Settlement:
        self._count(claim, "uncertain" if error.uncertain else "refused")
        log.warning("not delivered", delivery_id=claim.id, channel=claim.channel, why=error.reason)
        now = self._ground.clock()

        def settle(session: Session) -> bool:
            _learn(session, claim, error, now=now)
            return deliveries.settle_refused(session, claim, error, now=now, policy=self._policy)

        return settle

    def _count(self, claim: Claim, outcome: str) -> None:
        self._ground.metrics.messages_sent.labels(claim.channel, outcome).inc()


def _take(
    session: Session, now: datetime, free: int, sending: Collection[int]
) -> tuple[int, list[Claim]]:
    facts = fan_out(session, now=now, limit=FACTS)
    if not free:
        return facts, []
    return facts, deliveries.claim_due(session, now=now, limit=free, sending=sending)


def _render(session: Session, claim: Claim) -> Telling | None:
    telling = render(session, claim.kind, read_fact(claim.event.event_type, claim.event.payload))
    if not isinstance(telling, Notice) or telling.outdates is None:
        return telling
    told = deliveries.list_told(
        session,
        subject=telling.outdates,
        kind="request_card",
        channel=claim.channel,
        address=claim.address,
    )
    return Rewrite(tuple(told), telling.text) if told else None


def _learn(session: Session, claim: Claim, error: DeliveryError, *, now: datetime) -> None:
    """What the refusal says about the destination."""
    place = {"platform": claim.channel, "address": claim.address}
    if error.moved_to is not None:
        move_room(session, platform=claim.channel, old=claim.address, new=error.moved_to)
    if error.unreachable:
        mark_unreachable(session, **place, reason=error.reason)
        lose_room(session, **place, loss=Loss.REMOVED, reason=error.reason, now=now)
    if error.lacks_rights:
        loss = Loss.RIGHTS if claim.kind == "admission" else Loss.MUTED
        lose_room(session, **place, loss=loss, reason=error.reason, now=now)
