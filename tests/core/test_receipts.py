"""Receipts move a delivery forward only, whatever comes first."""

from __future__ import annotations

from functools import partial
from itertools import permutations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.deliveries import RECEIPTED, Delivery, DeliveryStatus
from core.deliveries.errors import DeliveryError
from core.deliveries.receipts import is_known, note_failure, note_progress
from core.facts import MemberJoined
from core.outbox import OutboxEvent, record
from core.people import Identity
from tests.cast import Cast
from tests.core.sending import POLICY

SENT, DELIVERED, READ = DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ
ADDRESS, SENT_ID = "+12025550101", "wamid.1"
GONE = DeliveryError("131026", permanent=True, unreachable=True)


@pytest.fixture
async def told(cast: Cast) -> Cast:
    """Bob was told something on WhatsApp; he has an e-mail address too."""
    known = [(RECEIPTED, ADDRESS), ("email", "bob@example.org")]

    def unit(s: Session) -> None:
        record(
            s,
            MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=1),
            now=cast.now,
        )
        s.flush()
        event = s.scalars(select(OutboxEvent.id)).one()
        s.add_all(
            Identity(
                person_id=cast.bob.id,
                platform=platform,
                address=address,
                reachable=True,
                created_at=cast.now,
            )
            for platform, address in known
        )
        s.add(
            Delivery(
                outbox_id=event,
                channel=RECEIPTED,
                address=ADDRESS,
                kind="welcome",
                due_at=cast.now,
                status=SENT,
                attempts=1,
                provider_id=SENT_ID,
            )
        )

    await cast.write(unit)
    return cast


async def progress(cast: Cast, status: DeliveryStatus) -> bool:
    return await cast.write(partial(note_progress, provider_id=SENT_ID, status=status))


async def fail(cast: Cast, error: DeliveryError = GONE, channels: str = "email") -> bool:
    return await cast.write(
        lambda s: note_failure(
            s, provider_id=SENT_ID, error=error, channels={channels}, policy=POLICY, now=cast.now
        )
    )


async def statuses(cast: Cast) -> list[str]:
    rows = sorted(await cast.rows(Delivery), key=lambda row: row.id)
    return [f"{row.channel} {row.status.value}" for row in rows]


@pytest.mark.fault(55)
@pytest.mark.parametrize("order", list(permutations([SENT, DELIVERED, READ])))
async def test_in_any_order_it_ends_as_read(told: Cast, order: tuple[DeliveryStatus, ...]) -> None:
    for status in order:
        await progress(told, status)
    assert await statuses(told) == ["whatsapp read"]


@pytest.mark.fault(55)
async def test_read_may_come_without_delivered_and_is_not_taken_back(told: Cast) -> None:
    assert [await progress(told, status) for status in (READ, DELIVERED)] == [True, False]
    assert await fail(told) is False
    assert await statuses(told) == ["whatsapp read"]


@pytest.mark.fault(55)
async def test_what_fails_after_it_was_accepted_falls_back_once(told: Cast) -> None:
    assert [await fail(told) for _ in range(3)] == [True, False, False]
    assert await statuses(told) == ["whatsapp failed", "email pending"]
    known = {row.address: row.reachable for row in await told.rows(Identity)}
    assert (known[ADDRESS], known["bob@example.org"]) == (False, True)


@pytest.mark.fault(55)
async def test_what_time_may_heal_is_tried_again_and_old_receipts_do_not_touch_it(
    told: Cast,
) -> None:
    assert await fail(told, DeliveryError("131000"))
    assert await statuses(told) == ["whatsapp pending"]
    assert await progress(told, READ) is False
    assert await statuses(told) == ["whatsapp pending"]


async def test_who_may_be_reached_otherwise_keeps_their_address(told: Cast) -> None:
    await fail(told, DeliveryError("130472", permanent=True, elsewhere=True))
    assert await statuses(told) == ["whatsapp failed", "email pending"]
    assert [row.reachable for row in await told.rows(Identity) if row.address == ADDRESS] == [True]


async def test_an_id_of_nobody_changes_nothing(told: Cast) -> None:
    unknown = partial(note_progress, provider_id="wamid.2", status=READ)
    assert await told.write(unknown) is False
    assert await told.read(partial(is_known, provider_id="wamid.2")) is False
    assert await told.read(partial(is_known, provider_id=SENT_ID)) is True
    assert await statuses(told) == ["whatsapp sent"]
