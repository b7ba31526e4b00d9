"""A platform is a plug: what each of them must do, whichever it is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ground import Ground
from bot.inbound import UnreadableUpdate
from core.access import Member
from core.chats import Chat
from core.database import Database
from core.groups import Group
from core.inbox import Arrival, InboxRow, InboxStatus
from core.invites import Invite
from core.people import Identity, Sender
from tests.bot.platforms.rigs import RIGS, ROOMLESS, Rig, kept
from tests.cast import Clock, rows


@pytest.fixture
def ground(sqlite_database: Database, clock: Clock) -> Ground:
    return Ground(sqlite_database, clock)


@pytest.fixture(params=sorted(RIGS))
async def rig(request: pytest.FixtureRequest, ground: Ground) -> AsyncIterator[Rig]:
    async with RIGS[request.param](ground) as running:
        yield running


@pytest.fixture(params=sorted(RIGS.keys() - ROOMLESS))
async def roomy(request: pytest.FixtureRequest, ground: Ground) -> AsyncIterator[Rig]:
    async with RIGS[request.param](ground) as running:
        yield running


async def _work_off(rig: Rig) -> list[bool]:
    """Handle all that came in: for each, whether something in it was for us."""
    return [await rig.platform.handle(row) for row in await rig.receive()]


async def _say(rig: Rig, who: Sender, text: str, *, in_room: bool = False) -> str:
    """The last that is heard of us after `who` wrote `text`."""
    rig.write(who, text, in_room=in_room)
    await _work_off(rig)
    return rig.heard(who, in_room=in_room)[-1]


async def test_a_line_is_answered_where_it_was_said(roomy: Rig) -> None:
    assert "Hello \u2068Dana\u2069!" in await _say(roomy, roomy.dana, "/start")
    assert "What you can do here" in await _say(roomy, roomy.dana, "/help", in_room=True)
    assert len(roomy.heard(roomy.dana)) == 1


async def test_what_is_said_in_private_is_answered_there(rig: Rig) -> None:
    assert "Hello \u2068Dana\u2069!" in await _say(rig, rig.dana, "/start")
    assert len(rig.heard(rig.dana)) == 1


async def test_the_main_job_is_done_by_taps(rig: Rig, ground: Ground) -> None:
    await _say(rig, rig.dana, "/newgroup Lions")
    await _say(rig, rig.dana, "/invite")
    link = re.search(r"https?://\S+", "\n".join(rig.heard(rig.dana)))
    assert link
    rig.open_link(rig.bob, link[0])
    await _work_off(rig)
    assert "invites you to \u2068Lions\u2069" in rig.heard(rig.bob)[-1]
    [invite] = await rows(ground.database, Invite)
    rig.press(rig.bob, f"/accept {invite.public_id}")
    await _work_off(rig)
    assert rig.heard(rig.bob)[-1].startswith("You are in \u2068Lions\u2069, as member.")
    assert len(await rows(ground.database, Member)) == 2


async def test_a_button_says_an_ordinary_line(rig: Rig, ground: Ground) -> None:
    await _say(rig, rig.dana, "/newgroup Lions")
    [lions] = await rows(ground.database, Group)
    rig.press(rig.dana, f"/members group={lions.id}")
    await _work_off(rig)
    assert "\u2068Lions\u2069 – 1 member" in rig.heard(rig.dana)[-1]


@pytest.mark.attack(40)
async def test_a_button_that_is_not_ours_is_answered(rig: Rig) -> None:
    await _say(rig, rig.dana, "/start")
    rig.press(rig.dana, "v1:accept:7")
    await _work_off(rig)
    assert rig.heard(rig.dana)[-1].startswith("This button no longer does anything.")


@pytest.mark.attack(39)
async def test_a_button_pressed_by_another_is_refused_to_them(roomy: Rig, ground: Ground) -> None:
    await _say(roomy, roomy.dana, "/newgroup Lions")
    await _say(roomy, roomy.dana, "/bind", in_room=True)
    roomy.press(roomy.bob, "/unbind", in_room=True)
    await _work_off(roomy)
    assert roomy.heard(roomy.bob, in_room=True)[-1].startswith(
        "There is no such group among yours."
    )
    assert len(await rows(ground.database, Chat)) == 1


@pytest.mark.fault(43)
async def test_an_update_that_comes_again_is_brought_about_once(rig: Rig, ground: Ground) -> None:
    rig.write(rig.dana, "/newgroup Lions")
    [row] = await rig.receive()
    assert [await rig.platform.handle(row) for _ in range(3)] == [True, True, True]
    assert len(await rows(ground.database, Group)) == 1
    assert len(rig.heard(rig.dana)) == 1


async def test_what_was_for_us_is_claimed_and_the_rest_is_left(roomy: Rig, ground: Ground) -> None:
    roomy.write(roomy.dana, "/help", in_room=True)
    roomy.write(roomy.dana, "good morning everybody", in_room=True)
    claimed = await _work_off(roomy)
    assert claimed[0]
    assert len(roomy.heard(roomy.dana, in_room=True)) == 1
    handled = [row.status is InboxStatus.HANDLED for row in await rows(ground.database, InboxRow)]
    assert handled == claimed


@pytest.mark.fault(45)
async def test_an_update_of_no_known_form_is_called_unreadable(rig: Rig, ground: Ground) -> None:
    broken = {"update_id": 1, "message": {"message_id": "x", "date": "soon", "chat": {}}}
    arrival = Arrival(rig.dana.platform, "1", "1", broken)
    [row] = await kept(ground, [arrival])
    with pytest.raises(UnreadableUpdate):
        await rig.platform.handle(row)


async def test_only_who_runs_the_room_runs_it(roomy: Rig) -> None:
    assert await roomy.platform.runs_room(roomy.room, roomy.dana)
    assert not await roomy.platform.runs_room(roomy.room, roomy.bob)
    assert await roomy.platform.runs_room(replace(roomy.room, address="-1"), roomy.dana) is None


@pytest.mark.fault(37)
async def test_who_cannot_be_answered_has_done_it_all_the_same(rig: Rig, ground: Ground) -> None:
    await _say(rig, rig.bob, "/start")
    rig.write(rig.bob, "/newgroup Lions")
    rig.shut_out(rig.bob)
    await _work_off(rig)
    assert len(await rows(ground.database, Group)) == 1
    assert not any(who.reachable for who in await rows(ground.database, Identity))


async def test_an_apology_reaches_who_asked(rig: Rig) -> None:
    rig.write(rig.dana, "/help")
    [row] = await rig.receive()
    await rig.platform.apologise(row)
    assert rig.heard(rig.dana)[-1].startswith("Something went wrong on my side.")


async def test_an_apology_reaches_who_pressed_a_button(rig: Rig) -> None:
    await _say(rig, rig.dana, "/start")
    rig.press(rig.dana, "/help")
    [row] = await rig.receive()
    await rig.platform.apologise(row)
    assert rig.heard(rig.dana)[-1].startswith("Something went wrong on my side.")


@pytest.mark.attack(49)
async def test_five_thousand_characters_are_answered(rig: Rig, ground: Ground) -> None:
    assert "too long" in await _say(rig, rig.dana, "/newgroup " + "x" * 4000)
    assert await rows(ground.database, Group) == []


@pytest.mark.attack(44)
@pytest.mark.parametrize("name", ["<b>", "</a>", "A & B", "<a href='x'>"])
async def test_markup_in_a_name_arrives_as_it_was_typed(rig: Rig, name: str) -> None:
    assert f"\u2068{name}\u2069" in await _say(rig, rig.dana, f"/newgroup {name}")
