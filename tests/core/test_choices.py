"""What a number stands for, to whom, and for how long."""

from __future__ import annotations

from datetime import timedelta

from core.chats.choices import ANYBODY, HIGHEST, Choice, choose, offer
from tests.cast import Cast

ROOM = "group:17"


async def offered(cast: Cast, sender: str, *lines: str, room: str = ROOM) -> int:
    return await cast.write(
        lambda s: offer(
            s,
            platform="groupme",
            room=room,
            sender=sender,
            lines=lines,
            now=cast.now,
            until=cast.now + timedelta(hours=1),
        )
    )


async def chosen(cast: Cast, sender: str, number: int, room: str = ROOM) -> str | None:
    return await cast.read(
        lambda s: choose(
            s, platform="groupme", room=room, sender=sender, number=number, now=cast.now
        )
    )


async def test_each_number_is_a_line(cast: Cast) -> None:
    assert await offered(cast, "7", "/a", "/b") == 1
    assert [await chosen(cast, "7", number) for number in (0, 1, 2, 3)] == [None, "/a", "/b", None]


async def test_the_numbers_are_for_who_asked(cast: Cast) -> None:
    await offered(cast, "7", "/a")
    assert await chosen(cast, "8", 1) is None


async def test_the_numbers_are_for_where_they_were_shown(cast: Cast) -> None:
    await offered(cast, "7", "/a")
    assert await chosen(cast, "7", 1, room="group:18") is None


async def test_a_new_offer_takes_the_place_of_the_older(cast: Cast) -> None:
    await offered(cast, "7", "/a", "/b")
    await offered(cast, "7", "/c")
    assert [await chosen(cast, "7", number) for number in (1, 2)] == ["/c", None]
    assert len(await cast.rows(Choice)) == 1


async def test_what_is_for_everybody_is_never_mixed_up_with_one_s_own(cast: Cast) -> None:
    await offered(cast, "7", "/a", "/b")
    assert await offered(cast, ANYBODY, "/everybody") == 3
    assert await offered(cast, "8", "/c") == 4
    assert [await chosen(cast, "7", number) for number in (1, 3)] == ["/a", "/everybody"]
    assert [await chosen(cast, "8", number) for number in (3, 4)] == ["/everybody", "/c"]


async def test_numbers_expire_and_are_given_anew(cast: Cast) -> None:
    await offered(cast, ANYBODY, "/a")
    cast.clock.advance(hours=1)
    assert await chosen(cast, "7", 1) is None
    assert await offered(cast, ANYBODY, "/b") == 1
    assert len(await cast.rows(Choice)) == 1


async def test_numbers_stay_handy(cast: Cast) -> None:
    lines = [f"/line {number}" for number in range(HIGHEST - 1)]
    await offered(cast, ANYBODY, *lines)
    assert await offered(cast, ANYBODY, "/a", "/b") == 1
    assert await chosen(cast, "7", 2) == "/b"
