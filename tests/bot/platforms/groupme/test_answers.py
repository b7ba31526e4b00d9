"""Replies on GroupMe: where they are said, in which pieces, and with which pictures."""

from __future__ import annotations

import pytest

from bot.command import Reply
from bot.ground import Ground
from bot.groupme_voice import GUID_PREFIX
from bot.platforms.groupme.outgoing import NO_FILES
from bot.sandbox.faults import Fault
from bot.texts import Reader, say
from core.inbox import InboxRow
from core.people import Identity
from tests.bot.platforms.groupme.rig import GroupMeRig
from tests.cast import rows


async def test_in_a_room_our_bot_answers(rig: GroupMeRig) -> None:
    await rig.say(rig.dana, "/help", in_room=True)
    assert rig.world.posts(rig.group.id)[-1].user_id == rig.bot.bot_id


async def test_without_a_bot_our_account_answers(rig: GroupMeRig) -> None:
    del rig.world.bots[rig.bot.bot_id]
    rig.write(rig.dana, "/help", in_room=True)
    await rig.work_off()
    assert rig.world.posts(rig.group.id)[-1].user_id == rig.world.club.id


@pytest.mark.fault(53)
async def test_what_we_say_ourselves_is_no_command(rig: GroupMeRig) -> None:
    club, group = rig.world.club.id, rig.group
    rig.world.say(group, club, "/help", source_guid=f"{GUID_PREFIX}1")
    rig.world.say(group, rig.bot.bot_id, "/help", sender_type="bot", name="Usher")
    assert await rig.work_off() == [False]
    assert len(rig.world.posts(group.id)) == 2


async def test_the_account_s_owner_may_speak_to_us_too(rig: GroupMeRig) -> None:
    rig.world.write(rig.world.club.id, rig.group.id, "/help")
    assert await rig.work_off() == [True]


@pytest.mark.attack(49)
async def test_a_long_answer_comes_in_several_pieces(rig: GroupMeRig) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    before = len(rig.heard(rig.dana))
    await rig.say(rig.dana, "/help")
    told = rig.heard(rig.dana)[before:]
    assert len(told) > 1
    assert max(len(piece.encode("utf-16-le")) // 2 for piece in told) <= 1000


async def test_a_picture_goes_through_the_image_service(rig: GroupMeRig) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    await rig.say(rig.dana, "/bind", in_room=True)
    await rig.say(rig.dana, "/invite")
    await rig.say(rig.dana, "/invite", in_room=True)
    attached = [one.attachments for one in rig.world.letters(rig.dana.address)]
    attached += [one.attachments for one in rig.world.posts(rig.group.id)]
    urls = [one[0]["url"] for one in attached if one]
    pictures = [rig.world.pictures[str(url).rpartition("/")[2]] for url in urls]
    assert [picture[:4] for picture in pictures] == [b"\x89PNG", b"\x89PNG"]


async def test_without_the_image_service_the_link_is_there_all_the_same(rig: GroupMeRig) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    rig.sandbox.faults.add(Fault("POST /pictures", status=503))
    await rig.say(rig.dana, "/invite")
    assert "http://usher.test/i/" in "\n".join(rig.heard(rig.dana))


@pytest.mark.fault(52)
async def test_an_answer_waits_as_long_as_groupme_asks(rig: GroupMeRig) -> None:
    await rig.say(rig.dana, "/help", in_room=True)
    wait = Fault("POST /bots/post", status=429, parameters={"Retry-After": 0})
    rig.sandbox.faults.add(wait)
    before = len(rig.world.posts(rig.group.id))
    await rig.say(rig.dana, "/groups", in_room=True)
    assert len(rig.world.posts(rig.group.id)) == before + 2


async def test_talk_in_private_is_left_alone(rig: GroupMeRig) -> None:
    rig.write(rig.dana, "see you at six")
    rig.write(rig.dana, "7")
    assert await rig.work_off() == [False, False]
    assert rig.heard(rig.dana) == []


async def test_a_private_talk_makes_somebody_reachable(rig: GroupMeRig, ground: Ground) -> None:
    await rig.say(rig.dana, "/start")
    [identity] = await rows(ground.database, Identity)
    assert (identity.platform, identity.address) == ("groupme", rig.dana.address)
    assert identity.reachable


async def test_an_answer_that_a_dead_process_owed_is_said(rig: GroupMeRig) -> None:
    reader = Reader("en", "UTC")
    back = {"group_id": rig.group.id, "user_id": rig.dana.address}
    await rig.platform.repeat(back, Reply(say("Hello")), reader)
    await rig.platform.repeat(back | {"group_id": None}, Reply(say("Hello")), reader)
    assert rig.heard(rig.dana, in_room=True) == rig.heard(rig.dana) == ["Hello"]


@pytest.mark.fault(52)
async def test_an_answer_that_surely_was_not_sent_stays_owed(rig: GroupMeRig) -> None:
    rig.sandbox.faults.add(Fault("POST /direct_messages", status=420))
    rig.write(rig.dana, "/start")
    [row] = await rig.receive()
    await rig.platform.handle(row)
    assert rig.ground.answering.said == set()
    assert (await rows(rig.ground.database, InboxRow))[0].reply is not None


@pytest.mark.parametrize("command", ["/mydata", "/log csv", "/invitestats csv"])
async def test_where_files_can_t_be_sent_it_says_where_they_can(
    rig: GroupMeRig, command: str
) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    heard = await rig.say(rig.dana, command)
    assert heard.startswith(Reader("en", "UTC").plain(NO_FILES))


async def test_what_a_file_would_have_gone_with_is_said_all_the_same(rig: GroupMeRig) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    heard = await rig.say(rig.dana, "/importroster\nPlayer,E-mail\nMia,mia@\nNoa,")
    assert "Not taken: 1" in heard
    assert "Take over 1 player" in heard
