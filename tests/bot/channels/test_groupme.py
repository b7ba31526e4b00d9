"""A Notice as a post on GroupMe, and each refusal in the outbox's own terms."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.groupme import GroupMeChannel
from bot.command import Button
from bot.ground import Ground
from bot.groupme_voice import GUID_PREFIX
from bot.notices import Admission, Deed, LinkEnd, LinkOrder, Notice, Rewrite, RoomBan
from bot.sandbox.faults import Fault
from bot.texts import Reader, lines, say
from core.database import Database
from core.deliveries.errors import DeliveryError
from tests.bot.platforms.groupme.rig import GroupMeRig, groupme_rig
from tests.cast import Clock

READER = Reader("en", "UTC")
NOTICE = Notice(lines(say("Welcome {person} to <b>{group}</b>!", person="<b>", group="A & B")))
WELCOME = "Welcome \u2068<b>\u2069 to \u2068A & B\u2069!"
BOT_POST, OWN_POST = "POST /bots/post", "POST /groups/:group/messages"
LETTER = "POST /direct_messages"
PAGE = "<html><body>Bad Gateway</body></html>"


@pytest.fixture
async def rig(sqlite_database: Database, clock: Clock) -> AsyncIterator[GroupMeRig]:
    async with groupme_rig(Ground(sqlite_database, clock)) as running:
        yield running


@pytest.fixture
def channel(rig: GroupMeRig) -> GroupMeChannel:
    return GroupMeChannel(rig.groupme, rig.voice, rig.ground)


@pytest.fixture
def botless(rig: GroupMeRig) -> GroupMeRig:
    """The room has no bot, and so our account speaks."""
    rig.world.bots.clear()
    return rig


def posted(rig: GroupMeRig) -> list[str | None]:
    return [post.text for post in rig.world.posts(rig.group.id)]


async def outcome(rig: GroupMeRig, channel: GroupMeChannel, address: str = "") -> str:
    try:
        await channel.send(address or rig.room.address, NOTICE, READER)
    except DeliveryError as error:
        flags = {
            "later": error.retry_after_s is not None,
            "unreachable": error.unreachable,
            "permanent": error.permanent,
            "uncertain": error.uncertain,
        }
        return " ".join(name for name, is_set in flags.items() if is_set) or "again"
    return "sent"


async def test_a_welcome_is_posted_by_the_room_s_bot(
    rig: GroupMeRig, channel: GroupMeChannel
) -> None:
    assert await outcome(rig, channel) == "sent"
    [post] = rig.world.posts(rig.group.id)
    assert (post.text, post.user_id, post.sender_type) == (WELCOME, rig.bot.bot_id, "bot")


async def test_a_private_notice_is_a_letter(rig: GroupMeRig, channel: GroupMeChannel) -> None:
    sent_id = await channel.send(rig.bob.address, NOTICE, READER)
    [letter] = rig.world.letters(rig.bob.address)
    assert (letter.text, letter.id) == (WELCOME, sent_id)


async def test_a_room_and_an_account_of_one_number_are_told_apart(
    rig: GroupMeRig, channel: GroupMeChannel
) -> None:
    rig.world.accounts[rig.group.id] = rig.world.accounts[rig.bob.address]
    await channel.send(rig.bob.address, NOTICE, READER)
    assert posted(rig) == []


@pytest.mark.fault(50)
async def test_a_bot_s_post_without_an_answer_is_uncertain(
    rig: GroupMeRig, channel: GroupMeChannel
) -> None:
    rig.sandbox.faults.add(Fault(BOT_POST, drop="after"))
    assert await outcome(rig, channel) == "uncertain"
    assert posted(rig) == [WELCOME]


@pytest.mark.fault(50)
async def test_our_own_post_without_an_answer_is_sent_again_and_409_means_that_it_is_there(
    botless: GroupMeRig, channel: GroupMeChannel
) -> None:
    botless.sandbox.faults.add(Fault(OWN_POST, drop="after"))
    assert await outcome(botless, channel) == "sent"
    assert posted(botless) == [WELCOME]


@pytest.mark.fault(50)
async def test_after_two_silences_we_look_whether_it_is_there(
    botless: GroupMeRig, channel: GroupMeChannel
) -> None:
    botless.sandbox.faults.add(Fault(OWN_POST, drop="after"))
    botless.sandbox.faults.add(Fault(OWN_POST, drop="before"))
    assert await outcome(botless, channel) == "sent"
    assert posted(botless) == [WELCOME]
    assert botless.world.posts(botless.group.id)[0].source_guid.startswith(GUID_PREFIX)


@pytest.mark.fault(50)
async def test_what_is_not_there_is_tried_again_later(
    botless: GroupMeRig, channel: GroupMeChannel
) -> None:
    botless.sandbox.faults.add(Fault(OWN_POST, times=2, drop="before"))
    assert await outcome(botless, channel) == "again"
    assert posted(botless) == []


@pytest.mark.fault(50)
async def test_what_nobody_can_tell_stays_uncertain(
    botless: GroupMeRig, channel: GroupMeChannel
) -> None:
    botless.sandbox.faults.add(Fault(LETTER, times=2, drop="after"))
    botless.sandbox.faults.add(Fault("GET /direct_messages", times=2, drop="before"))
    assert await outcome(botless, channel, botless.bob.address) == "uncertain"


@pytest.mark.fault(52)
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(BOT_POST, status=420), "later"),
        (Fault(BOT_POST, status=429, body=PAGE), "later"),
        (Fault(BOT_POST, status=502, body=PAGE), "again"),
        (Fault(BOT_POST, status=200, body=PAGE), "uncertain"),
        (Fault(BOT_POST, status=401), "again"),
        (Fault(BOT_POST, status=400), "permanent"),
        (Fault(BOT_POST, status=403), "unreachable permanent"),
        (Fault("GET /bots", status=420), "later"),
    ],
    ids=["420", "429", "502", "html", "401", "400", "403", "bots"],
)
async def test_each_refusal_means_what_it_says(
    rig: GroupMeRig, channel: GroupMeChannel, fault: Fault, expected: str
) -> None:
    rig.sandbox.faults.add(fault)
    assert await outcome(rig, channel) == expected


@pytest.mark.fault(52)
async def test_a_wait_that_groupme_names_is_kept(rig: GroupMeRig, channel: GroupMeChannel) -> None:
    rig.sandbox.faults.add(Fault(BOT_POST, status=429, parameters={"Retry-After": 37}))
    with pytest.raises(DeliveryError) as caught:
        await channel.send(rig.room.address, NOTICE, READER)
    assert caught.value.retry_after_s == 37


@pytest.mark.fault(34)
async def test_without_a_connection_it_is_tried_again(
    rig: GroupMeRig, channel: GroupMeChannel
) -> None:
    await rig.voice.learn(rig.group.id, rig.bot.bot_id)
    await rig.sandbox.stop()
    assert await outcome(rig, channel) == "again"


async def test_a_bot_that_was_removed_is_replaced(rig: GroupMeRig, channel: GroupMeChannel) -> None:
    await outcome(rig, channel)
    rig.world.bots.clear()
    await rig.say(rig.dana, "/newgroup Lions")
    await rig.say(rig.dana, "/bind", in_room=True)
    assert await outcome(rig, channel) == "sent"
    assert [bot.callback_url for bot in rig.world.bots.values()] == [rig.voice.callback_url]


async def test_who_blocks_us_is_out_of_reach(rig: GroupMeRig, channel: GroupMeChannel) -> None:
    rig.shut_out(rig.bob)
    assert await outcome(rig, channel, rig.bob.address) == "unreachable permanent"


async def test_the_buttons_of_a_notice_are_numbers_for_everybody(
    rig: GroupMeRig, channel: GroupMeChannel
) -> None:
    card = Notice(say("Erin asks to join."), ((Button(say("Approve"), "/help"),),))
    await channel.send(rig.room.address, card, READER)
    assert posted(rig) == ["Erin asks to join.\n\nReply 1 – Approve"]
    assert "What you can do here" in await rig.say(rig.bob, "1", in_room=True)


async def test_the_way_in_is_the_share_link(rig: GroupMeRig, channel: GroupMeChannel) -> None:
    url = rig.world.share(rig.group.id).share_url
    await channel.send(rig.bob.address, Notice(say("Come in:"), door=rig.room.address), READER)
    assert rig.world.letters(rig.bob.address)[-1].text == f"Come in:\n{url}"


@pytest.mark.parametrize("door", ["-100500", "group:799999"])
async def test_where_there_is_no_way_in_nobody_is_sent_there(
    rig: GroupMeRig, channel: GroupMeChannel, door: str
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await channel.send(rig.bob.address, Notice(say("Come in:"), door=door), READER)
    assert caught.value.permanent
    assert rig.world.letters(rig.bob.address) == []


@pytest.mark.parametrize("deed", [Deed.KICK, Deed.BAN])
async def test_who_is_put_out_is_removed_by_their_membership(
    rig: GroupMeRig, channel: GroupMeChannel, deed: Deed
) -> None:
    ban = RoomBan(deed, (("telegram", "1002"), ("groupme", rig.bob.address)))
    for _ in range(2):  # who is gone already is no trouble
        await channel.send(rig.room.address, ban, READER)
    assert rig.bob.address not in rig.group.members


async def test_who_may_come_back_needs_nothing_done(
    rig: GroupMeRig, channel: GroupMeChannel
) -> None:
    ban = RoomBan(Deed.UNBAN, (("groupme", rig.bob.address),))
    await channel.send(rig.room.address, ban, READER)
    assert rig.bob.address in rig.group.members


async def test_what_was_said_stays_as_it_was_said(rig: GroupMeRig, channel: GroupMeChannel) -> None:
    assert await channel.send(rig.room.address, Rewrite(("1",), say("Gone")), READER) is None
    assert posted(rig) == []


async def test_groupme_has_no_door_to_open(rig: GroupMeRig, channel: GroupMeChannel) -> None:
    with pytest.raises(DeliveryError, match="no such act"):
        await channel.send(rig.room.address, Admission(rig.bob.address, let_in=True), READER)


async def test_a_member_s_way_in_is_the_share_link(
    rig: GroupMeRig, channel: GroupMeChannel
) -> None:
    shared = rig.world.share(rig.group.id).share_url
    url = await channel.send(rig.room.address, LinkOrder(1, "inv_x", None), READER)
    assert url == shared
    await channel.send(rig.bob.address, Notice(say("Come in:"), url=url), READER)
    assert rig.world.letters(rig.bob.address)[-1].text == f"Come in:\n{url}"
    assert await channel.send(rig.room.address, LinkEnd(url or ""), READER) is None
