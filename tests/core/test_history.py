"""What was told long ago is forgotten, and nothing else."""

from __future__ import annotations

from core.deliveries import Delivery
from core.deliveries.history import CHUNK, KEPT_FOR, forget_told
from core.outbox import OutboxEvent
from tests.cast import Cast
from tests.core.sending import claim, queue, sent
from tests.core.test_routing import fan, joined


async def forget(cast: Cast) -> int:
    return await cast.write(lambda s: forget_told(s, now=cast.now))


async def told(cast: Cast, times: int = 1) -> None:
    await cast.bind("-1001")
    await joined(cast, times=times)
    await fan(cast, limit=times)
    while claims := await claim(cast, times):
        for one in claims:
            await sent(cast, one)


async def test_a_fact_that_was_told_is_forgotten_after_90_days(cast: Cast) -> None:
    await told(cast)
    cast.clock.advance(seconds=KEPT_FOR.total_seconds())
    assert await forget(cast) == 0
    cast.clock.advance(seconds=1)
    assert await forget(cast) == 1
    assert (await cast.rows(OutboxEvent), await cast.rows(Delivery)) == ([], [])


async def test_what_still_waits_is_kept_however_old_it_is(cast: Cast) -> None:
    await joined(cast)
    await queue(cast, "-1")
    await claim(cast)
    cast.clock.advance(seconds=10 * KEPT_FOR.total_seconds())
    assert await forget(cast) == 0
    assert len(await cast.rows(OutboxEvent)) == 2


async def test_it_goes_by_chunks(sqlite_cast: Cast) -> None:
    await joined(sqlite_cast, times=CHUNK + 1)
    await fan(sqlite_cast, limit=CHUNK + 1)
    sqlite_cast.clock.advance(seconds=2 * KEPT_FOR.total_seconds())
    assert [await forget(sqlite_cast) for _ in range(3)] == [CHUNK, 1, 0]
