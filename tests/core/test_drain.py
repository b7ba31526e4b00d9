"""A drain: what waits for its next try goes at once, and what became of it is told."""

from __future__ import annotations

import pytest

from core.deliveries import DeliveryStatus
from core.deliveries.drain import count_since, drain
from tests.cast import Cast
from tests.core.dead import lay
from tests.core.sending import claim, sent

PENDING, SENT = DeliveryStatus.PENDING, DeliveryStatus.SENT


async def test_a_drain_brings_forward_what_waits_for_its_next_try(cast: Cast) -> None:
    await lay(cast, PENDING, "-1", attempts=3)
    assert await claim(cast) == []
    done = await cast.write(lambda s: drain(s, cast.alice(s), group=cast.tigers(s), now=cast.now))
    assert (done.open, done.facts) == (1, 0)
    (claimed,) = await claim(cast)
    await sent(cast, claimed)
    found = await cast.read(
        lambda s: count_since(
            s, cast.alice(s), group=cast.tigers(s), first=done.first, last=done.last
        )
    )
    assert found == {SENT: 1}


@pytest.mark.fault(31)
async def test_a_drain_keeps_the_wait_that_a_platform_asked_for(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await lay(cast, PENDING, "-1", attempts=0)
    await cast.write(lambda s: drain(s, cast.alice(s), group=cast.tigers(s), now=cast.now))
    assert await claim(cast) == []
