"""Clocks that jump, hosts that disagree, and rescuers that die: the database's own time decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.deliveries.claims import Claim, claim_due
from tests.cast import Cast
from tests.core.sending import claim, expire_leases, only, queue, sent


async def claim_at(cast: Cast, ahead: timedelta) -> list[Claim]:
    """What a host takes whose clock is so far ahead."""
    return await cast.write(lambda s: claim_due(s, now=cast.now + ahead, limit=10))


@pytest.mark.fault(19)
async def test_after_an_hour_of_sleep_all_that_is_due_is_taken_once(cast: Cast) -> None:
    await queue(cast, *(f"-{number}" for number in range(1, 6)))
    cast.clock.advance(hours=1)
    assert (len(await claim(cast)), len(await claim(cast))) == (5, 0)


@pytest.mark.fault(20)
@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)])
async def test_a_clock_that_jumps_brings_no_early_repeat(cast: Cast, jump: timedelta) -> None:
    await queue(cast, "-1")
    (first,) = await claim(cast)
    assert await claim_at(cast, jump) == []
    assert await sent(cast, first)


@pytest.mark.fault(20)
async def test_a_clock_that_fell_back_starves_nobody_for_longer_than_it_fell(cast: Cast) -> None:
    await queue(cast, "-1")
    cast.clock.advance(hours=-1)
    await queue(cast, "-2")
    assert [one.address for one in await claim(cast)] == ["-2"]
    cast.clock.advance(hours=1)
    assert [one.address for one in await claim(cast)] == ["-1"]


@pytest.mark.fault(21)
async def test_of_two_hosts_five_minutes_apart_none_takes_what_the_other_has(cast: Cast) -> None:
    await queue(cast, "-1")
    (taken,) = await claim_at(cast, timedelta())
    assert await claim_at(cast, timedelta(minutes=5)) == []
    assert await sent(cast, taken)
    assert (await only(cast)).attempts == 1


@pytest.mark.fault(10)
async def test_a_rescuer_that_dies_leaves_it_to_the_next(cast: Cast) -> None:
    await queue(cast, "-1")
    await claim(cast)
    await expire_leases(cast)

    def dies(s: Session) -> None:
        assert claim_due(s, now=cast.now, limit=10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await cast.database.write(dies)
    (rescued,) = await claim(cast)
    assert await sent(cast, rescued)
    assert (await only(cast)).lost_claims == 1
