"""Of many processes one has the lease, by the database's clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from core.leases import Lease, hold, is_held, let_go
from tests.cast import Cast


async def take(cast: Cast, holder: str, instead_of: str | None = None) -> int | None:
    return await cast.write(lambda s: hold(s, "send", holder=holder, instead_of=instead_of))


async def holds(cast: Cast, holder: str) -> bool:
    return await cast.read(lambda s: is_held(s, "send", holder=holder))


async def run_out(cast: Cast) -> None:
    past = {"until": datetime(2000, 1, 1, tzinfo=UTC)}
    await cast.write(lambda s: s.execute(update(Lease).values(past)).close())


@pytest.mark.fault(6)
async def test_of_many_who_ask_at_once_one_gets_it(cast: Cast) -> None:
    fences = await asyncio.gather(*(take(cast, f"process {n}") for n in range(6)))
    assert sorted(fence or 0 for fence in fences) == [0, 0, 0, 0, 0, 1]


async def test_who_has_it_renews_it_with_the_same_fence(cast: Cast) -> None:
    assert [await take(cast, "one"), await take(cast, "one")] == [1, 1]
    assert await take(cast, "other") is None
    assert (await holds(cast, "one"), await holds(cast, "other")) == (True, False)


@pytest.mark.fault(8)
async def test_who_slept_too_long_has_lost_it(cast: Cast) -> None:
    await take(cast, "sleeper")
    await run_out(cast)
    assert not await holds(cast, "sleeper")
    assert await take(cast, "other") == 2
    assert await take(cast, "sleeper") is None


@pytest.mark.fault(20, 21)
async def test_a_wrong_clock_takes_nobody_s_lease(cast: Cast) -> None:
    await take(cast, "one")
    cast.clock.advance(hours=1)
    assert await take(cast, "other") is None


async def test_who_is_known_to_be_dead_is_not_waited_for(cast: Cast) -> None:
    await take(cast, "dead")
    assert await take(cast, "other", instead_of="somebody else") is None
    assert await take(cast, "other", instead_of="dead") == 2


async def test_who_lets_go_of_it_leaves_it_to_the_next(cast: Cast) -> None:
    await take(cast, "one")
    await cast.write(lambda s: let_go(s, "send", holder="other"))
    assert await holds(cast, "one")
    await cast.write(lambda s: let_go(s, "send", holder="one"))
    assert await take(cast, "other") == 1
