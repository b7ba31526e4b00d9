"""What becomes of a message once it was sent, or was not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.deliveries import (
    Delivery,
    count_by_status,
    list_sent_since,
    oldest_due,
    readdress,
)
from core.deliveries.errors import DeliveryError
from tests.cast import Cast
from tests.core.sending import (
    CANCELLED,
    DEAD,
    FAILED,
    UNCERTAIN,
    cancelled,
    claim,
    only,
    queue,
    refused,
    sent,
)


@pytest.mark.fault(31)
async def test_a_room_that_was_told_to_wait_waits_and_loses_no_attempt(cast: Cast) -> None:
    await queue(cast, "-1", "-2")
    slow, fine = await claim(cast)
    await refused(cast, slow, DeliveryError("429", retry_after_s=37))
    await sent(cast, fine)
    cast.clock.advance(seconds=36)
    assert await claim(cast) == []
    cast.clock.advance(seconds=1)
    (again,) = await claim(cast)
    assert (again.address, again.attempts) == ("-1", 1)


@pytest.mark.fault(32, 34)
async def test_a_failure_without_a_time_is_tried_again_later(cast: Cast) -> None:
    await queue(cast, "-1")
    (claimed,) = await claim(cast)
    await refused(cast, claimed, DeliveryError("502 Bad Gateway"))
    assert (await only(cast)).last_error == "502 Bad Gateway"
    assert await claim(cast) == []
    cast.clock.advance(minutes=1)
    assert [c.attempts for c in await claim(cast)] == [2]


@pytest.mark.fault(33)
async def test_what_may_have_arrived_is_held_for_a_person(cast: Cast) -> None:
    await queue(cast, "-1", "-1")
    (claimed,) = await claim(cast)
    await refused(cast, claimed, DeliveryError("timed out", uncertain=True))
    cast.clock.advance(days=30)
    (following,) = await claim(cast)
    assert following.id > claimed.id
    assert (await cast.rows(Delivery))[0].status is UNCERTAIN


@pytest.mark.fault(35, 37)
async def test_what_was_refused_for_good_is_not_tried_again(cast: Cast) -> None:
    await queue(cast, "-1", "-1")
    (claimed,) = await claim(cast)
    await refused(cast, claimed, DeliveryError("400", permanent=True))
    cast.clock.advance(days=30)
    assert [c.id for c in await claim(cast)] == [claimed.id + 1]
    assert (await cast.rows(Delivery))[0].status is FAILED


@pytest.mark.fault(13)
async def test_what_always_fails_is_dead_after_eight_tries(cast: Cast) -> None:
    await queue(cast, "-1")
    tries = 0
    while claims := await claim(cast):
        tries += 1
        await refused(cast, claims[0], DeliveryError("500"))
        cast.clock.advance(hours=12)
    assert tries == 8
    assert (await only(cast)).status is DEAD


@pytest.mark.fault(36)
async def test_a_room_that_moved_is_sent_to_once_at_its_new_address(cast: Cast) -> None:
    await queue(cast, "-1")
    (claimed,) = await claim(cast)
    for _ in range(2):  # by the error and by the message
        await cast.write(lambda s: readdress(s, channel="telegram", old="-1", new="-100"))
    await refused(cast, claimed, DeliveryError("moved", moved_to="-100"))
    (again,) = await claim(cast)
    assert (again.address, again.attempts) == ("-100", 1)
    await sent(cast, again)
    assert await claim(cast) == []


async def test_a_cancelled_message_is_not_sent(cast: Cast) -> None:
    await queue(cast, "-1")
    (claimed,) = await claim(cast)
    assert await cancelled(cast, claimed, "they left")
    assert await claim(cast) == []
    row = await only(cast)
    assert (row.status, row.last_error) == (CANCELLED, "they left")


async def test_who_was_sent_to_lately_is_remembered_for_the_pace(cast: Cast) -> None:
    await queue(cast, "-1", "-2")
    first, second = await claim(cast)
    await sent(cast, first)
    cast.clock.advance(seconds=60)
    await sent(cast, second)
    minute_ago = cast.now - timedelta(minutes=1)
    found = await cast.read(lambda s: list_sent_since(s, minute_ago))
    assert found == [("telegram", "-2", cast.now)]


async def test_readiness_sees_what_is_due_longest(cast: Cast) -> None:
    assert await cast.read(oldest_due) is None
    await queue(cast, "-1", "-2", "-3")
    cast.clock.advance(hours=1)
    first, _, _ = await claim(cast)
    await sent(cast, first)
    assert await cast.read(oldest_due) == cast.now - timedelta(hours=1)
    assert await cast.read(count_by_status) == {"sending": 2}
