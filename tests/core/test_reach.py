"""Whether somebody can be written to: what the platform said last counts, whenever it arrives."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import permutations

import pytest

from core.people import Identity, mark_unreachable, note_reach
from tests.cast import Cast


async def tell(cast: Cast, *, blocked: bool, minute: int) -> None:
    """Telegram says that bob blocked us, or took us back, in that minute."""
    at, lost = cast.now + timedelta(minutes=minute), "blocked" if blocked else None
    address = cast.bob.sender.address
    await cast.write(
        partial(note_reach, platform="telegram", address=address, lost=lost, said_at=at)
    )


async def reach(cast: Cast) -> bool:
    [bob] = [row for row in await cast.rows(Identity) if row.person_id == cast.bob.id]
    return bob.reachable


@pytest.mark.fault(47)
@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_news_in_any_order_end_in_the_same_state(
    sqlite_cast: Cast, order: tuple[int, ...]
) -> None:
    for minute in order:
        await tell(sqlite_cast, blocked=minute % 2 == 1, minute=minute)
    assert await reach(sqlite_cast) is False


@pytest.mark.fault(47)
async def test_a_block_that_comes_late_changes_nothing(cast: Cast) -> None:
    await tell(cast, blocked=False, minute=2)
    await tell(cast, blocked=True, minute=1)
    assert await reach(cast) is True


async def test_of_two_in_one_second_the_later_to_arrive_counts(cast: Cast) -> None:
    await tell(cast, blocked=False, minute=1)
    await tell(cast, blocked=True, minute=1)
    assert await reach(cast) is False


async def test_what_we_see_ourselves_counts_whatever_clocks_say(cast: Cast) -> None:
    address = cast.bob.sender.address
    await tell(cast, blocked=False, minute=60)
    await cast.write(partial(mark_unreachable, platform="telegram", address=address, reason="403"))
    assert await reach(cast) is False
    await tell(cast, blocked=False, minute=61)
    assert await reach(cast) is True
