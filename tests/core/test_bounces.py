"""An e-mail that a server had accepted comes back."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from core.deliveries import Delivery, DeliveryStatus
from core.facts import MemberJoined
from core.invites.whom import EMAIL
from core.mail.bounces import take_bounce
from core.mail.mailboxes import why_closed
from core.outbox import OutboxEvent, record
from core.people import Identity
from tests.cast import NOW, Cast

ERIN = "erin@example.org"
HEX = "0123456789abcdef01234567"


@pytest.fixture
async def sent(sqlite_cast: Cast) -> str:
    """The Message-ID of a mail that Bob got."""

    def unit(s: Session) -> str:
        bob = sqlite_cast.bob.id
        fact = MemberJoined(group_id=sqlite_cast.tigers.id, person_id=bob, invite_id=None)
        record(s, fact, now=NOW)
        there = {"platform": EMAIL, "address": ERIN}
        s.add(Identity(**there, person_id=bob, reachable=True, created_at=NOW))
        s.flush()
        event = s.query(OutboxEvent).one()
        row = Delivery(outbox_id=event.id, channel=EMAIL, address=ERIN, kind="registration")
        row.due_at, row.status, row.attempts = NOW, DeliveryStatus.SENT, 1
        s.add(row)
        s.flush()
        row.provider_id = f"<{row.id}.{HEX}@u.example>"
        return row.provider_id

    return await sqlite_cast.write(unit)


async def bounce(cast: Cast, message_id: str, *, bad: bool = True) -> bool:
    return await cast.write(
        lambda s: take_bounce(
            s,
            message_id=message_id,
            reason="5.1.1 Nobody",
            bad_address=bad,
            channels={"telegram"},
            now=NOW,
        )
    )


async def mail(cast: Cast) -> Delivery:
    return (await cast.rows(Delivery))[0]


async def test_the_delivery_failed_and_the_address_is_marked(sqlite_cast: Cast, sent: str) -> None:
    assert await bounce(sqlite_cast, sent)
    row = await mail(sqlite_cast)
    assert (row.status, row.last_error) == (DeliveryStatus.FAILED, "5.1.1 Nobody")
    assert await sqlite_cast.read(lambda s: why_closed(s, ERIN)) == "5.1.1 Nobody"


async def test_what_is_not_about_the_address_leaves_it_alone(sqlite_cast: Cast, sent: str) -> None:
    assert await bounce(sqlite_cast, sent, bad=False)
    assert (await mail(sqlite_cast)).status is DeliveryStatus.FAILED
    assert await sqlite_cast.read(lambda s: why_closed(s, ERIN)) is None


async def test_a_bounce_counts_once(sqlite_cast: Cast, sent: str) -> None:
    assert [await bounce(sqlite_cast, sent) for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    "forged", ["", "<1.x@u.example>", f"<1.{HEX[::-1]}@u.example>", f"<99.{HEX}@u.example>"]
)
async def test_a_forged_bounce_does_nothing(sqlite_cast: Cast, sent: str, forged: str) -> None:
    assert not await bounce(sqlite_cast, forged)
    assert (await mail(sqlite_cast)).status is DeliveryStatus.SENT
