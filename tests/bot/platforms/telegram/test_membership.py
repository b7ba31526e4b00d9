"""Comings, goings and requests as Telegram tells of them, through the whole of Usher."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from core.access import Member, MemberState, Role
from core.chats import Chat, Loss
from core.chats.occupants import Occupant, Presence
from core.chats.requests import JoinRequest, RequestState
from core.deliveries import Delivery
from core.groups import get_group
from core.members import admit
from core.people import Person
from tests.bot.platforms.telegram.doors import Door, door_of
from tests.cast import NOW
from tests.faults.rig import BOB, CAROL, DANA, ROOM, sandbox_at, until

GONE = "Forbidden: bot was kicked from the supergroup chat"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with sandbox_at() as sandbox:
        yield sandbox


@pytest.fixture
async def door(sandbox: Sandbox, sqlite_database_url: str) -> AsyncIterator[Door]:
    async with door_of(sandbox, sqlite_database_url) as door:
        yield door


async def enrol(door: Door, who: int, role: Role = Role.MEMBER) -> None:
    """Somebody who has written to us becomes a member without an invite."""
    person_id = await door.person(who)
    (chat,) = await door.rows(Chat)

    def unit(s: Session) -> None:
        person, group = s.get_one(Person, person_id), get_group(s, chat.group_id)
        admit(s, None, person=person, group=group, role=role, now=NOW)

    await door.database.write(unit)


async def test_an_admin_lets_in_who_knocks(door: Door) -> None:
    door.knock(BOB)
    card = await door.hears(DANA, "Bob asks to join Tigers room.")
    door.tap(DANA, card, "Approve")
    await door.comes_in(BOB)
    await door.hears(ROOM, "Welcome Bob to Tigers!")
    assert "Dana let Bob into Tigers room." in door.said(DANA)


async def test_an_admin_turns_away_who_knocks(door: Door) -> None:
    door.knock(BOB)
    door.tap(DANA, await door.hears(DANA, "Bob asks"), "Decline")
    await door.world.wait_for(lambda: not door.world.room(ROOM).requests, 20)
    assert not door.is_inside(BOB)


async def test_the_card_of_the_other_admin_changes(door: Door) -> None:
    await door.say(CAROL, CAROL, "/start")
    await enrol(door, CAROL, Role.ADMIN)
    door.knock(BOB)
    await door.hears(CAROL, "Bob asks to join")
    door.tap(DANA, await door.hears(DANA, "Bob asks to join"), "Decline")
    await door.hears(CAROL, "Dana declined Bob’s request to join Tigers room.")
    assert door.ours(CAROL)[-1].reply_markup is None


async def test_a_member_who_knocks_is_let_in_at_once(door: Door) -> None:
    await door.say(BOB, BOB, "/start")
    await enrol(door, BOB)
    door.knock(BOB)
    await door.comes_in(BOB)
    assert not any("asks to join" in text for text in door.said(DANA))


@pytest.mark.parametrize("words", ["HIDE_REQUESTER_MISSING", "USER_ALREADY_PARTICIPANT"])
async def test_what_was_decided_in_telegram_itself_is_done(door: Door, words: str) -> None:
    door.knock(BOB)
    card = await door.hears(DANA, "Bob asks")
    fault = Fault("approveChatJoinRequest", status=400, description=f"Bad Request: {words}")
    door.sandbox.faults.add(fault)
    door.tap(DANA, card, "Approve")
    assert (await door.one(Delivery, kind="admission", status="sent")).attempts == 1


@pytest.mark.fault(31)
async def test_an_approval_outlives_an_outage(door: Door) -> None:
    door.knock(BOB)
    card = await door.hears(DANA, "Bob asks")
    busy = Fault("approveChatJoinRequest", status=429, parameters={"retry_after": 1})
    door.sandbox.faults.add(busy)
    door.tap(DANA, card, "Approve")
    await door.comes_in(BOB)
    assert busy.times == 0


async def test_an_approval_in_telegram_s_own_window_settles_the_card(door: Door) -> None:
    door.knock(BOB)
    await door.hears(DANA, "Bob asks")
    door.world.let_in(door.world.room(ROOM), BOB, by=DANA, link=None)
    await door.hears(DANA, "Bob is in Tigers room: Dana decided in the room itself.")
    assert (await door.one(JoinRequest)).state is RequestState.ELSEWHERE


async def test_a_question_is_answered_before_they_ever_pressed_start(door: Door) -> None:
    door.knock(BOB)
    door.tap(DANA, await door.hears(DANA, "Bob asks"), "Ask")
    await door.hears(BOB, "Dana would like to know more about you first.")
    await door.say(BOB, BOB, "/answer I am new")
    await door.hears(DANA, "They say: “I am new”")


@pytest.mark.attack(38)
async def test_an_anonymous_admin_decides_as_the_person_telegram_names(
    sandbox: Sandbox, sqlite_database_url: str
) -> None:
    async with door_of(sandbox, sqlite_database_url, reachable=False) as door:
        door.knock(BOB)
        card = await door.hears(ROOM, "Bob asks to join Tigers room.")
        door.world.say_anonymously(ROOM, "/requests")
        await door.hears(ROOM, "I can't see who you are while you write anonymously.")
        door.tap(DANA, card, "Approve")
        await door.comes_in(BOB)
        assert (await door.one(JoinRequest)).decided_by_id == await door.person(DANA)


@pytest.mark.attack(39)
async def test_a_bystander_s_tap_decides_nothing(
    sandbox: Sandbox, sqlite_database_url: str
) -> None:
    async with door_of(sandbox, sqlite_database_url, reachable=False) as door:
        door.world.add_member(ROOM, CAROL)
        door.knock(BOB)
        card = await door.hears(ROOM, "Bob asks")
        number = door.world.tap(CAROL, ROOM, card.message_id, card.buttons()[0]["callback_data"])
        (answer,) = await door.world.wait_for(lambda: door.world.answers(number), 20)
        assert "There is no request" in answer.text
        assert (await door.one(JoinRequest)).state is RequestState.OPEN


@pytest.mark.attack(47)
async def test_a_name_full_of_tricks_is_only_a_name(door: Door) -> None:
    nasty = door.world.add_person("\0\u202e<b>Mallory\x1b", username=None)
    door.knock(nasty.id)
    card = await door.hears(DANA, "<b>Mallory asks to join")
    assert "\u202e" not in (card.text or "")


async def test_coming_and_leaving_is_known_and_ends_no_membership(door: Door) -> None:
    await door.say(BOB, BOB, "/start")
    await enrol(door, BOB)
    door.world.add_member(ROOM, BOB)
    bob = await door.one(Occupant, presence=Presence.IN)
    door.world.remove_member(ROOM, BOB)
    assert (await door.one(Occupant, presence=Presence.OUT)).id == bob.id
    member = await door.one(Member, role=Role.MEMBER)
    assert member.state is MemberState.ACTIVE


async def test_a_bot_that_is_no_admin_learns_from_service_messages(door: Door) -> None:
    door.world.set_bot_status(ROOM, "member", by=DANA)
    door.world.add_member(ROOM, BOB)
    assert (await door.one(Occupant, presence=Presence.IN)).chat_id


async def test_other_bots_are_nobody(door: Door) -> None:
    door.world.set_bot_status(ROOM, "left", by=DANA)
    door.world.set_bot_status(ROOM, "administrator", {"can_invite_users": True}, by=DANA)
    await until(lambda: _has_no_loss(door))
    assert {row.identity_id for row in await door.rows(Occupant)} <= {1}


async def _has_no_loss(door: Door) -> bool:
    (chat,) = await door.rows(Chat)
    return chat.standing_at is not None and chat.lost_reason is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("kicked", "I am no longer in Tigers room, a room of Tigers."),
        ("member", "I may not invite people in Tigers room, a room of Tigers"),
    ],
)
async def test_the_owner_hears_that_a_room_is_lost(door: Door, status: str, words: str) -> None:
    door.world.set_bot_status(ROOM, status, by=DANA)
    await door.hears(DANA, words)


async def test_what_is_regained_is_in_order(door: Door) -> None:
    door.world.set_bot_status(ROOM, "kicked", by=DANA)
    await door.hears(DANA, "I am no longer in Tigers room")
    door.world.set_bot_status(ROOM, "administrator", {"can_invite_users": True}, by=DANA)
    await until(lambda: _has_no_loss(door))


@pytest.mark.fault(37)
async def test_a_refused_welcome_marks_the_room_and_the_owner_hears(door: Door) -> None:
    door.sandbox.faults.add(
        Fault("sendMessage", status=403, description=GONE, chat_id=ROOM, times=1)
    )
    door.knock(BOB)
    door.tap(DANA, await door.hears(DANA, "Bob asks"), "Approve")
    await door.hears(DANA, "I am no longer in Tigers room, a room of Tigers.")
    assert (await door.one(Chat)).lost_reason is Loss.REMOVED


async def test_a_missing_right_shows_when_it_is_needed(door: Door) -> None:
    door.knock(BOB)
    card = await door.hears(DANA, "Bob asks")
    lacking = "Bad Request: not enough rights to manage chat join requests"
    door.sandbox.faults.add(Fault("approveChatJoinRequest", status=400, description=lacking))
    door.tap(DANA, card, "Approve")
    await door.hears(DANA, "I may not invite people in Tigers room")
    assert not door.is_inside(BOB)


async def test_bind_without_rights_warns_in_private(door: Door) -> None:
    room = door.world.add_room("Second room", owner_id=DANA, with_bot=True)
    answer = await door.say(DANA, room.id, "/bind")
    assert "I lack rights here" in (answer.text or "")
    await door.hears(DANA, "I may not invite people in Second room")


@pytest.mark.attack(43)
async def test_a_bot_that_is_added_to_an_unknown_room_keeps_quiet(door: Door) -> None:
    room = door.world.add_room("Strangers", owner_id=CAROL, with_bot=True)
    door.world.add_member(room.id, BOB)
    door.world.set_bot_status(room.id, "kicked", by=CAROL)
    await door.say(BOB, BOB, "/start")
    assert door.ours(room.id) == []
    assert len(await door.rows(Chat)) == 1


async def test_a_member_is_shown_the_way_in_and_let_in(door: Door) -> None:
    await door.say(BOB, BOB, "/start")
    await enrol(door, BOB)
    door.world.add_member(ROOM, BOB)
    await door.one(Occupant, presence=Presence.IN)
    door.world.remove_member(ROOM, BOB)
    await door.one(Occupant, presence=Presence.OUT)
    door.tap(DANA, await door.say(DANA, DANA, "/drift out"), "Ask Bob in")
    offer = await door.hears(BOB, "You are a member of Tigers, but not in its room Tigers room.")
    door.world.open_link(BOB, offer.buttons()[0]["url"])
    await door.comes_in(BOB)


async def test_the_way_in_opens_nothing_for_others(door: Door) -> None:
    await door.say(BOB, BOB, "/start")
    await enrol(door, BOB)
    member = await door.one(Member, role=Role.MEMBER)
    await door.say(DANA, DANA, f"/drift offer {member.id}")
    offer = await door.hears(BOB, "Ask to join by this link")
    assert door.world.open_link(CAROL, offer.buttons()[0]["url"])["opened"] == "requested"
    await door.hears(DANA, "Carol asks to join Tigers room.")


async def test_a_stranger_in_the_room_gets_the_invite_as_a_card(door: Door) -> None:
    await door.say(BOB, BOB, "/start")
    door.world.add_member(ROOM, BOB)
    await door.one(Occupant, presence=Presence.IN)
    door.tap(DANA, await door.say(DANA, DANA, "/drift in"), "Invite Bob")
    door.tap(BOB, await door.hears(BOB, "Dana invites you to Tigers."), "Accept")
    await door.hears(ROOM, "Welcome Bob to Tigers!")


@pytest.mark.fault(36)
async def test_a_room_that_moves_keeps_its_people(door: Door) -> None:
    room = door.world.add_room("Small room", owner_id=DANA, kind="group", with_bot=True)
    door.world.set_bot_status(room.id, "administrator", {"can_invite_users": True}, by=DANA)
    await door.say(DANA, room.id, "/bind")
    door.world.add_member(room.id, BOB)
    await door.one(Occupant, presence=Presence.IN)
    moved = door.world.migrate(room.id)
    chat = await door.one(Chat, address=str(moved.id))
    assert [row.chat_id for row in await door.rows(Occupant)] == [chat.id]


async def test_a_card_tells_the_time_of_its_reader_s_zone(door: Door) -> None:
    person_id = await door.person(DANA)
    zone = update(Person).where(Person.id == person_id).values(timezone="Asia/Tokyo")
    await door.database.write(lambda s: s.execute(zone).close())
    door.knock(BOB)
    card = await door.hears(DANA, "Bob asks")
    assert "Asia/Tokyo" in (card.text or "")
