"""/drift: the counts, the two lists, and a tap for each remedy."""

from __future__ import annotations

import pytest

from core.access import Role
from core.chats import Chat, Loss
from core.chats.occupants import Presence
from core.chats.standings import lose_room
from tests.bot.commands.talk import Talk, words
from tests.core.door import ROOM, reach, see


@pytest.fixture
async def drifted(talk: Talk) -> Talk:
    """Charlie is in the room and no member, Bob is a member and not in the room."""
    await talk.cast.bind()
    await see(talk.cast, talk.cast.alice)
    await see(talk.cast, talk.cast.bob, Presence.OUT)
    await see(talk.cast, talk.cast.charlie)
    return talk


async def test_the_overview_counts_both_sides(drifted: Talk) -> None:
    heard = await drifted.say(drifted.cast.alice, "/drift")
    assert "In a room, but no member: 1" in heard.text
    assert "Member, but in no room: 1" in heard.text
    assert heard.labels == ["In a room only", "Member only", "Check now"]


async def test_it_names_what_is_wrong_with_a_room(drifted: Talk) -> None:
    await drifted.cast.write(
        lambda s: lose_room(
            s,
            platform="telegram",
            address=ROOM,
            loss=Loss.REMOVED,
            reason="403",
            now=drifted.cast.now,
        )
    )
    heard = await drifted.say(drifted.cast.alice, "/drift")
    assert "• Team room – I am no longer in it" in heard.text


async def test_without_a_room_it_says_how_to_get_one(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/drift")
    assert heard.text.startswith("Tigers has no room yet.")
    assert (await talk.say(talk.cast.alice, "/drift check")).text == heard.text


async def test_a_stranger_is_invited_by_a_tap(drifted: Talk) -> None:
    heard = await drifted.say(drifted.cast.alice, "/drift in")
    assert heard.labels == ["Invite Charlie", "Leave as is"]
    invited = await drifted.tap(drifted.cast.alice, heard.lines[0])
    assert "https://t.me/usher_bot?start=j_" in invited.text
    await reach(drifted.cast, drifted.cast.charlie)
    invited = await drifted.tap(drifted.cast.alice, heard.lines[0])
    assert invited.text == "I sent them the invite, with buttons to accept or decline."


async def test_a_stranger_is_left_alone_by_a_tap(drifted: Talk) -> None:
    heard = await drifted.say(drifted.cast.alice, "/drift in")
    await drifted.tap(drifted.cast.alice, heard.lines[1])
    heard = await drifted.say(drifted.cast.alice, "/drift in")
    assert heard.text == "Everybody in the rooms of Tigers is a member. /drift"


async def test_an_absent_member_is_asked_in_by_a_tap(drifted: Talk) -> None:
    heard = await drifted.say(drifted.cast.alice, "/drift out")
    assert heard.labels == ["Ask Bob in", "Write off"]
    assert (await drifted.tap(drifted.cast.alice, heard.lines[0])).refused
    await reach(drifted.cast, drifted.cast.bob)
    asked = await drifted.tap(drifted.cast.alice, heard.lines[0])
    assert asked.text == "I showed Bob the way into the room."


async def test_an_absent_member_is_written_off_by_a_tap(drifted: Talk) -> None:
    heard = await drifted.say(drifted.cast.alice, "/drift out")
    gone = await drifted.tap(drifted.cast.alice, heard.lines[1])
    assert gone.text == "Bob is no longer a member of Tigers. An invite brings them back: /invite"
    heard = await drifted.say(drifted.cast.alice, "/drift out")
    assert heard.text == "Every member of Tigers I asked about is in a room. /drift"
    assert gone.labels == ["Undo (10 min)"]
    back = await drifted.tap(drifted.cast.alice, gone.lines[0])
    assert back.text == "Undone: Bob is member in Tigers again."


async def test_a_check_begins_at_once(drifted: Talk) -> None:
    heard = await drifted.tap(drifted.cast.alice, "/drift check")
    assert heard.text.startswith("I am asking who is there, one by one.")
    (chat,) = await drifted.cast.rows(Chat)
    assert chat.sweep_since == drifted.cast.now


@pytest.mark.parametrize("line", ["/drift frob", "/drift invite", "/drift invite x", "/drift in 1"])
async def test_what_is_not_understood_is_answered_with_the_usage(talk: Talk, line: str) -> None:
    heard = await talk.say(talk.cast.alice, line)
    assert heard.text == "Something is missing. Write it like this: /drift check"


async def test_an_admin_may_and_a_member_may_not(drifted: Talk) -> None:
    assert "may compare the rooms" in (await drifted.say(drifted.cast.bob, "/drift")).text
    await drifted.cast.join(drifted.cast.bob, Role.ADMIN)
    assert not (await drifted.say(drifted.cast.bob, "/drift")).refused


@pytest.mark.attack(39)
@pytest.mark.parametrize(
    "line",
    ["/drift invite 3", "/drift ignore 3", "/drift offer 2", "/drift writeoff 2", "/drift offer 9"],
)
async def test_charlie_s_taps_change_nothing(drifted: Talk, line: str) -> None:
    before = await drifted.everything()
    heard = await drifted.tap(drifted.cast.charlie, line)
    assert heard.text == words("drift_is_over")
    assert await drifted.everything() == before
