"""What a sender does, in short calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.deliveries import Delivery, DeliveryStatus, settlements
from core.deliveries.claims import Claim, claim_due, extend
from core.deliveries.errors import DeliveryError
from core.deliveries.retry import RetryPolicy
from core.deliveries.settlements import Settlement, settle
from core.facts import MemberJoined
from core.outbox import OutboxEvent, record
from tests.cast import Cast

POLICY = RetryPolicy(jitter=0.0)
PENDING, SENDING, SENT, _, _, FAILED, DEAD, UNCERTAIN, CANCELLED = DeliveryStatus


async def queue(cast: Cast, *addresses: str) -> None:
    """One message to each address, in this order, each of its own event."""

    def unit(s: Session) -> None:
        for number, address in enumerate(addresses):
            fact = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=number)
            record(s, fact, now=cast.now)
            s.flush()
            event = s.scalars(select(func.max(OutboxEvent.id))).one()
            s.add(_message(event, address, cast.now))
            s.flush()

    await cast.write(unit)


async def claim(cast: Cast, limit: int = 10) -> list[Claim]:
    return await cast.database.write(lambda s: claim_due(s, now=cast.now, limit=limit))


async def sent(cast: Cast, claimed: Claim) -> bool:
    return await settled(cast, settlements.sent(claimed, provider_id="77", now=cast.now))


async def refused(cast: Cast, claimed: Claim, error: DeliveryError) -> bool:
    return await settled(cast, settlements.refused(claimed, error, now=cast.now, policy=POLICY))


async def cancelled(cast: Cast, claimed: Claim, reason: str = "late") -> bool:
    return await settled(cast, settlements.cancelled(claimed, reason=reason))


async def settled(cast: Cast, outcome: Settlement) -> bool:
    """Whether its claim still held."""
    return await cast.write(lambda s: settle(s, [outcome])) == {outcome.claim.id}


async def extended(cast: Cast, claimed: Claim) -> set[int]:
    """The id, if the claim still holds and its lease runs from now on."""
    return await cast.write(lambda s: extend(s, [claimed]))


async def expire_leases(cast: Cast) -> None:
    """What the database's clock would do in a minute."""
    past = {"lease_until": datetime(2000, 1, 1, tzinfo=cast.now.tzinfo)}
    await cast.write(lambda s: s.execute(update(Delivery).values(past)).close())


async def only(cast: Cast) -> Delivery:
    (row,) = await cast.rows(Delivery)
    return row


def _message(event: int, address: str, now: datetime) -> Delivery:
    return Delivery(
        outbox_id=event, channel="telegram", address=address, kind="welcome", due_at=now
    )
