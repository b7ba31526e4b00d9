"""Messages that went wrong: tried again, called off, sent at once; by whom, and only once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.access import Role
from core.audit import AuditEntry
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.redrive import cancel_delivery, retry_all, retry_delivery
from core.deliveries.trail import View
from core.errors import CoreError
from core.outbox import EventStatus, OutboxEvent
from core.routing import fan_out
from tests.cast import Cast, Somebody, refused
from tests.core.dead import lay, lay_fact, statuses
from tests.core.sending import claim, sent

PENDING, SENDING, SENT, _, _, FAILED, DEAD, UNCERTAIN, CANCELLED = DeliveryStatus
Deed = Callable[..., Any]


async def do(cast: Cast, deed: Deed, who: Somebody, delivery_id: int) -> Any:
    def unit(s: Session) -> Any:
        return deed(s, who(s), delivery_id=delivery_id, now=cast.now)

    return await cast.write(unit)


async def again(cast: Cast, who: Somebody, view: View) -> int:
    def unit(s: Session) -> int:
        return retry_all(s, who(s), group=cast.tigers(s), view=view, now=cast.now)

    return await cast.write(unit)


@pytest.mark.fault(13)
@pytest.mark.parametrize("status", [FAILED, DEAD, UNCERTAIN])
async def test_a_redrive_works_after_the_cause_is_gone(cast: Cast, status: DeliveryStatus) -> None:
    (one,) = await lay(cast, status, "-1")
    assert await do(cast, retry_delivery, cast.alice, one) is status
    (claimed,) = await claim(cast)
    assert await sent(cast, claimed)
    (row,) = await cast.rows(Delivery)
    assert (row.status, row.attempts, row.lost_claims) == (SENT, 1, 0)


async def test_a_second_tap_on_retry_is_refused(sqlite_cast: Cast) -> None:
    (one,) = await lay(sqlite_cast, DEAD, "-1")
    await do(sqlite_cast, retry_delivery, sqlite_cast.alice, one)
    second = do(sqlite_cast, retry_delivery, sqlite_cast.alice, one)
    assert (await refused(second)).code == "message_not_in_trouble"


@pytest.mark.parametrize("deed", [retry_delivery, cancel_delivery])
async def test_to_others_a_message_looks_like_one_that_is_not_there(
    sqlite_cast: Cast, deed: Deed
) -> None:
    cast = sqlite_cast
    (one,) = await lay(cast, DEAD, "-1")
    for who in (cast.charlie, cast.bob):
        assert (await refused(do(cast, deed, who, one))).code == "no_such_message"
    assert (await refused(do(cast, deed, cast.alice, one + 1))).code == "no_such_message"
    assert await statuses(cast) == ["dead"]


async def test_a_cancelled_message_is_not_sent(sqlite_cast: Cast) -> None:
    (one,) = await lay(sqlite_cast, PENDING, "-1")
    await do(sqlite_cast, cancel_delivery, sqlite_cast.alice, one)
    sqlite_cast.clock.advance(days=1)
    assert (await claim(sqlite_cast), await statuses(sqlite_cast)) == ([], ["cancelled"])


async def test_of_a_cancel_and_a_claim_that_race_one_wins(cast: Cast) -> None:
    (one,) = await lay(cast, PENDING, "-1")
    cast.clock.advance(hours=2)
    cancelling: asyncio.Task[None] = asyncio.create_task(do(cast, cancel_delivery, cast.alice, one))
    claimed = await claim(cast)
    await asyncio.wait([cancelling])
    assert isinstance(cancelling.exception(), CoreError) == bool(claimed)
    assert await statuses(cast) == ["sending" if claimed else "cancelled"]


async def test_all_of_a_list_are_tried_again_and_no_other_groups(cast: Cast) -> None:
    lions = await cast.group("Lions", owner=cast.charlie)
    await lay(cast, DEAD, "-1", "-2")
    await lay(cast, FAILED, "-3")
    await lay(cast, DEAD, "-4", group=lions)
    assert await again(cast, cast.alice, View.DEAD) == 2
    assert await statuses(cast) == ["pending", "pending", "failed", "dead"]


@pytest.mark.fault(12)
async def test_a_fact_that_died_is_fanned_out_again(cast: Cast) -> None:
    await cast.bind("-1")
    await lay_fact(cast)
    assert await again(cast, cast.alice, View.UNREAD) == 1
    assert await cast.write(lambda s: fan_out(s, now=cast.now, limit=10)) == 1
    (event,) = await cast.rows(OutboxEvent)
    assert (event.status, await statuses(cast)) == (EventStatus.DONE, ["pending"])


async def test_an_editor_may_not_retry_all(sqlite_cast: Cast) -> None:
    eve = await sqlite_cast.somebody("Eve", role=Role.EDITOR)
    assert (await refused(again(sqlite_cast, eve, View.DEAD))).code == "not_allowed"


async def test_each_deed_stands_in_the_log(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    one, other = await lay(cast, DEAD, "-1", "-2")
    await do(cast, retry_delivery, cast.alice, one)
    await do(cast, cancel_delivery, cast.alice, other)
    await lay(cast, DEAD, "-3")
    await again(cast, cast.alice, View.DEAD)
    actions = [row.action for row in await cast.rows(AuditEntry)][-3:]
    assert actions == ["delivery.retried", "delivery.cancelled", "outbox.retried"]
