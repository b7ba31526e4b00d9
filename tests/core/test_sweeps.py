"""Asking, one by one, whether those we believe in a room are there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.access import Role
from core.chats import Chat, Loss
from core.chats.occupants import Occupant, Presence
from core.chats.standings import lose_room
from core.chats.sweeps import Batch, give_up, next_batch, note_batch, start_sweeps, sweep_now
from core.errors import Forbidden, NotFound
from tests.cast import Cast, Somebody, refused
from tests.core.door import ROOM, see

IN, OUT, BANNED = Presence


@pytest.fixture
async def room(sqlite_cast: Cast) -> Cast:
    await sqlite_cast.bind(ROOM)
    return sqlite_cast


async def start(cast: Cast) -> int:
    night = cast.now - timedelta(hours=12)
    return await cast.write(lambda s: start_sweeps(s, before=night, now=cast.now))


async def look(cast: Cast, limit: int = 50) -> Batch | None:
    return await cast.read(lambda s: next_batch(s, platform="telegram", limit=limit))


async def find(cast: Cast, batch: Batch, presence: Presence = IN, *, only: int = 99) -> None:
    found = {identity_id: presence for identity_id, _ in batch.people[:only]}
    await cast.write(lambda s: note_batch(s, batch, found, asked_at=cast.now))


async def sweep(cast: Cast, limit: int = 50) -> list[list[str]]:
    """The addresses that were asked about, batch by batch, until the sweep is done."""
    asked = []
    while batch := await look(cast, limit):
        asked.append([address for _, address in batch.people])
        await find(cast, batch)
    return asked


async def test_members_and_who_was_seen_are_asked_about(cast: Cast) -> None:
    await cast.bind(ROOM)
    await see(cast, cast.charlie)
    await cast.somebody("Nobody here")
    assert await start(cast) == 1
    assert await sweep(cast) == [["1001", "1002", "1003"], []]


async def test_who_left_is_not_asked_about_unless_a_member(room: Cast) -> None:
    await see(room, room.charlie, OUT)
    await start(room)
    assert await sweep(room) == [["1001", "1002"], []]


async def test_a_sweep_goes_on_where_it_was(room: Cast) -> None:
    await start(room)
    batch = await look(room)
    assert batch is not None
    await find(room, batch, only=1)
    assert await sweep(room) == [["1002"], []]


async def test_a_sweep_comes_in_batches(room: Cast) -> None:
    await start(room)
    assert await sweep(room, limit=1) == [["1001"], ["1002"], []]
    assert {row.presence for row in await room.rows(Occupant)} == {IN}


async def test_a_room_is_swept_once_a_night(room: Cast) -> None:
    await start(room)
    await sweep(room)
    assert await start(room) == 0
    room.clock.advance(days=1)
    assert await start(room) == 1


async def test_what_the_platform_forgot_to_tell_comes_out(room: Cast) -> None:
    await see(room, room.bob)
    room.clock.advance(hours=1)
    await start(room)
    batch = await look(room)
    assert batch is not None
    await find(room, batch, OUT)
    assert {row.presence for row in await room.rows(Occupant)} == {OUT}


async def test_newer_news_outweigh_the_sweep(room: Cast) -> None:
    await start(room)
    batch = await look(room)
    assert batch is not None
    await see(room, room.bob, at=room.now + timedelta(seconds=1))
    await find(room, batch, OUT)
    assert [row.presence for row in await room.rows(Occupant)] == [IN, OUT]


async def test_a_room_we_are_out_of_is_not_asked_about(room: Cast) -> None:
    await room.write(
        lambda s: lose_room(
            s, platform="telegram", address=ROOM, loss=Loss.REMOVED, reason="403", now=room.now
        )
    )
    assert await start(room) == 0


async def test_a_room_that_can_t_be_asked_about_holds_up_no_other(room: Cast) -> None:
    await room.bind("-100600")
    await start(room)
    batch = await look(room)
    assert batch is not None
    await room.write(lambda s: give_up(s, batch, now=room.now))
    following = await look(room)
    assert following is not None
    assert following.address == "-100600"


async def at_once(cast: Cast, who: Somebody) -> int:
    return await cast.write(lambda s: sweep_now(s, who(s), group=cast.tigers(s), now=cast.now))


async def test_an_admin_may_have_it_swept_at_once(room: Cast) -> None:
    await room.join(room.bob, Role.ADMIN)
    assert await at_once(room, room.bob) == 1
    (chat,) = await room.rows(Chat)
    assert chat.sweep_since == room.now


async def test_members_and_charlie_may_not(room: Cast) -> None:
    assert isinstance(await refused(at_once(room, room.bob)), Forbidden)
    assert isinstance(await refused(at_once(room, room.charlie)), NotFound)
