"""A new member's own link into the room, through the whole of Usher."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from core.chats.doors import RoomLink
from tests.bot.platforms.telegram.doors import Door, door_of
from tests.faults.rig import BOB, CAROL, DANA, ROOM, sandbox_at


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with sandbox_at() as sandbox:
        yield sandbox


@pytest.fixture
async def door(sandbox: Sandbox, sqlite_database_url: str) -> AsyncIterator[Door]:
    async with door_of(sandbox, sqlite_database_url) as door:
        yield door


async def accept(door: Door, who: int = BOB) -> None:
    """By a link of Dana's."""
    invite = await door.say(DANA, DANA, "/invite")
    (link,) = re.findall(r"start=(j_[\w-]{43})", invite.text or "")
    card = await door.say(who, who, f"/start {link}")
    door.tap(who, card, "Accept")


async def the_way_in(door: Door, who: int = BOB) -> str:
    """The link behind the button."""
    told = await door.hears(who, "This is your way into Tigers room")
    (button,) = told.buttons()
    return str(button["url"])


async def test_who_accepts_comes_into_the_room_by_a_link_of_their_own(door: Door) -> None:
    await accept(door)
    await door.hears(BOB, "The way into Tigers room follows.")
    url = await the_way_in(door)
    assert door.world.open_link(BOB, url)["opened"] == "requested"
    await door.comes_in(BOB)
    link = await door.one(RoomLink)
    await door.world.wait_for(lambda: door.world.room(ROOM).links[url].is_revoked, 20)
    assert door.world.room(ROOM).links[url].name == link.name


@pytest.mark.attack(7)
async def test_somebody_else_who_opens_it_stays_outside_and_dana_hears_of_it(door: Door) -> None:
    await accept(door)
    door.world.open_link(CAROL, await the_way_in(door))
    await door.hears(DANA, "Carol tried to come into Tigers room by a link that was for Bob alone")
    assert not door.is_inside(CAROL)
    await door.world.wait_for(lambda: CAROL not in door.world.room(ROOM).requests, 20)


async def test_a_revoked_invite_takes_its_link_along(door: Door) -> None:
    await accept(door)
    url = await the_way_in(door)
    code = (await door.one(RoomLink)).name.rpartition("_")[0]
    await door.say(DANA, DANA, f"/revoke {code}")
    await door.world.wait_for(lambda: door.world.room(ROOM).links[url].is_revoked, 20)


@pytest.mark.fault(31)
async def test_the_way_in_comes_when_telegram_has_time_for_it(door: Door) -> None:
    busy = Fault("createChatInviteLink", status=429, parameters={"retry_after": 1})
    door.sandbox.faults.add(busy)
    await accept(door)
    assert door.world.open_link(BOB, await the_way_in(door))["opened"] == "requested"
    assert busy.times == 0


async def test_who_can_t_be_let_in_hears_whom_to_ask_and_the_owner_what_is_wrong(
    door: Door,
) -> None:
    words = "Bad Request: not enough rights to manage chat invite link"
    door.sandbox.faults.add(Fault("createChatInviteLink", status=400, description=words))
    await accept(door)
    await door.hears(BOB, "I can’t open Tigers room to you.")
    await door.hears(DANA, "I may not invite people in Tigers room")
    assert door.world.room(ROOM).links == {}
