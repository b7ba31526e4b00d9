"""Buttons as numbers: one types what one was shown, and nobody else's numbers do anything."""

from __future__ import annotations

from bot.ground import Ground
from core.access import Member
from core.chats import Chat
from core.groups import Group
from tests.bot.platforms.groupme.rig import GroupMeRig
from tests.cast import Clock, rows


async def _two_groups(rig: GroupMeRig) -> None:
    for name in ("Lions", "Bears"):
        await rig.say(rig.dana, f"/newgroup {name}")


async def test_buttons_become_numbered_lines(rig: GroupMeRig) -> None:
    await _two_groups(rig)
    told = await rig.say(rig.dana, "/bind", in_room=True)
    assert [line[:8] for line in told.splitlines() if line.startswith("Reply")] == [
        "Reply 1 ",
        "Reply 2 ",
    ]


async def test_a_number_does_what_its_line_says(rig: GroupMeRig, ground: Ground) -> None:
    await _two_groups(rig)
    await rig.say(rig.dana, "/bind", in_room=True)
    assert "now belongs to" in await rig.say(rig.dana, "reply 2", in_room=True)
    [chat], groups = await rows(ground.database, Chat), await rows(ground.database, Group)
    assert chat.group_id == groups[1].id


async def test_a_number_of_somebody_else_does_nothing(rig: GroupMeRig, ground: Ground) -> None:
    await _two_groups(rig)
    await rig.say(rig.dana, "/bind", in_room=True)
    rig.write(rig.bob, "1", in_room=True)
    assert await rig.work_off() == [False]
    assert await rows(ground.database, Chat) == []


async def test_a_number_expires(rig: GroupMeRig, ground: Ground, clock: Clock) -> None:
    await _two_groups(rig)
    await rig.say(rig.dana, "/bind", in_room=True)
    clock.advance(hours=1)
    rig.write(rig.dana, "1", in_room=True)
    assert await rig.work_off() == [False]
    assert await rows(ground.database, Chat) == []


async def test_a_number_in_the_midst_of_a_sentence_is_no_answer(rig: GroupMeRig) -> None:
    await _two_groups(rig)
    await rig.say(rig.dana, "/bind", in_room=True)
    rig.write(rig.dana, "1 of us is late", in_room=True)
    assert await rig.work_off() == [False]


async def test_an_invite_is_accepted_by_a_number(rig: GroupMeRig, ground: Ground) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    told = await rig.say(rig.dana, "/invite")
    link = next(word for word in "\n".join(rig.heard(rig.dana)).split() if "/i/" in word)
    assert "Reply 1 – Accept" in await rig.say(rig.bob, link), told
    assert (await rig.say(rig.bob, "1")).startswith("You are in")
    assert len(await rows(ground.database, Member)) == 2
