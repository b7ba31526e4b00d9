"""/bind and /unbind: tying a room to a group."""

from __future__ import annotations

import pytest

from core.access import Role
from core.chats import Chat, Loss
from core.chats.occupants import Occupant, Presence
from core.outbox import OutboxEvent
from tests.bot.commands.talk import OTHER_ROOM, TEAM_ROOM, Talk, words


async def test_bind_ties_the_room_to_the_only_group(talk: Talk) -> None:
    talk.runs(talk.cast.alice)
    heard = await talk.say(talk.cast.alice, "/bind", TEAM_ROOM)
    [chat] = await talk.cast.rows(Chat)
    assert heard.text.startswith("This room now belongs to Tigers.")
    assert (chat.group_id, chat.address, chat.title) == (
        talk.cast.tigers.id,
        "-100500",
        "Team room",
    )


async def test_bind_a_second_time_changes_nothing(talk: Talk) -> None:
    talk.runs(talk.cast.alice)
    await talk.say(talk.cast.alice, "/bind", TEAM_ROOM)
    before = await talk.everything()
    assert not (await talk.say(talk.cast.alice, "/bind Tigers", TEAM_ROOM)).refused
    assert await talk.everything() == before


async def test_bind_asks_by_buttons_which_of_several_groups(talk: Talk) -> None:
    talk.runs(talk.cast.alice)
    lions = await talk.cast.group("Lions")
    heard = await talk.say(talk.cast.alice, "/bind", TEAM_ROOM)
    assert heard.text == "Which group is this room's?"
    assert heard.lines == [f"/bind group={talk.cast.tigers.id}", f"/bind group={lions.id}"]
    tied = await talk.tap(talk.cast.alice, heard.lines[1], TEAM_ROOM)
    assert tied.text.startswith("This room now belongs to Lions.")
    assert tied.replaces


async def test_bind_offers_only_groups_that_the_asker_runs(talk: Talk) -> None:
    talk.runs(talk.cast.bob)
    await talk.cast.group("Lions", owner=talk.cast.bob)
    heard = await talk.say(talk.cast.bob, "/bind", TEAM_ROOM)
    assert heard.text.startswith("This room now belongs to Lions.")


async def test_bind_by_name_takes_that_group(talk: Talk) -> None:
    talk.runs(talk.cast.alice)
    await talk.cast.group("Lions")
    heard = await talk.say(talk.cast.alice, "/bind tigers", TEAM_ROOM)
    assert heard.text.startswith("This room now belongs to Tigers.")


async def test_bind_is_refused_to_who_does_not_run_the_room(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/bind", TEAM_ROOM)
    assert heard.text == words("not_room_admin", room="Team room")
    assert await talk.cast.rows(Chat) == []


async def test_bind_is_refused_to_a_mere_member_of_the_group(talk: Talk) -> None:
    talk.runs(talk.cast.bob)
    heard = await talk.say(talk.cast.bob, "/bind", TEAM_ROOM)
    assert "only people who are admin or above may tie a chat to the group" in heard.text
    assert await talk.cast.rows(Chat) == []


@pytest.mark.parametrize("line", ["/bind Tigers", "/bind group={id}"])
async def test_charlie_cannot_tie_his_room_to_somebody_else_s_group(talk: Talk, line: str) -> None:
    talk.runs(talk.cast.charlie)
    heard = await talk.say(talk.cast.charlie, line.format(id=talk.cast.tigers.id), TEAM_ROOM)
    assert heard.text == words("group_unknown")
    assert await talk.cast.rows(Chat) == []


async def test_bind_without_any_group_says_how_to_found_one(talk: Talk) -> None:
    talk.runs(talk.cast.charlie)
    assert (await talk.say(talk.cast.charlie, "/bind", TEAM_ROOM)).text == words("no_group")


@pytest.mark.attack(43)
@pytest.mark.parametrize("line", ["/bind", "/bind Lions", "/bind group={lions}"])
async def test_a_room_that_is_taken_says_so_and_not_by_whom(talk: Talk, line: str) -> None:
    await talk.cast.bind()
    lions = await talk.cast.group("Lions", owner=talk.cast.charlie)
    talk.runs(talk.cast.charlie)
    heard = await talk.say(talk.cast.charlie, line.format(lions=lions.id), TEAM_ROOM)
    assert heard.text == words("room_taken")
    assert len(await talk.cast.rows(Chat)) == 1


@pytest.mark.attack(39)
async def test_the_bind_button_pressed_by_another_is_refused(talk: Talk) -> None:
    heard = await talk.tap(talk.cast.bob, f"/bind group={talk.cast.tigers.id}", TEAM_ROOM)
    assert heard.text == words("not_room_admin", room="Team room")
    assert heard.refused


@pytest.mark.parametrize("command", ["/bind", "/unbind"])
async def test_rooms_are_tied_in_the_room_itself(talk: Talk, command: str) -> None:
    assert (await talk.say(talk.cast.alice, command)).text == words("only_in_room")


async def test_unbind_frees_the_room(talk: Talk) -> None:
    await talk.cast.bind()
    heard = await talk.say(talk.cast.alice, "/unbind", TEAM_ROOM)
    assert heard.text == "This room no longer belongs to Tigers. /bind ties it again."
    assert await talk.cast.rows(Chat) == []


async def test_unbind_of_a_free_room_says_how_to_tie_it(talk: Talk) -> None:
    assert (await talk.say(talk.cast.alice, "/unbind", OTHER_ROOM)).text == words("room_unbound")


async def test_unbind_is_refused_to_a_mere_member(talk: Talk) -> None:
    await talk.cast.bind()
    assert "Ask one of them." in (await talk.say(talk.cast.bob, "/unbind", TEAM_ROOM)).text
    assert len(await talk.cast.rows(Chat)) == 1


async def test_unbind_is_refused_to_charlie_who_runs_the_room(talk: Talk) -> None:
    await talk.cast.bind()
    talk.runs(talk.cast.charlie)
    heard = await talk.say(talk.cast.charlie, "/unbind", TEAM_ROOM)
    assert heard.text == words("group_unknown")
    assert len(await talk.cast.rows(Chat)) == 1


async def test_an_admin_may_bind_and_unbind(talk: Talk) -> None:
    await talk.cast.join(talk.cast.bob, Role.ADMIN)
    talk.runs(talk.cast.bob)
    assert not (await talk.say(talk.cast.bob, "/bind", TEAM_ROOM)).refused
    assert not (await talk.say(talk.cast.bob, "/unbind", TEAM_ROOM)).refused
    assert await talk.cast.rows(Chat) == []


async def test_bind_says_so_when_the_platform_is_silent(talk: Talk) -> None:
    talk.outside.silent = True
    heard = await talk.say(talk.cast.alice, "/bind", TEAM_ROOM)
    assert heard.text == words("platform_silent", room="Team room")
    assert await talk.cast.rows(Chat) == []


async def test_bind_without_rights_says_so_there_and_in_private(talk: Talk) -> None:
    talk.runs(talk.cast.alice)
    talk.outside.loss = Loss.RIGHTS
    heard = await talk.say(talk.cast.alice, "/bind", TEAM_ROOM)
    assert "I lack rights here: make me an administrator who may invite people." in heard.text
    (event,) = await talk.cast.rows(OutboxEvent)
    assert (event.event_type, event.payload["person_id"]) == (
        "room.needs_rights",
        talk.cast.alice.id,
    )


async def test_bind_again_with_rights_clears_the_mark(talk: Talk) -> None:
    talk.runs(talk.cast.alice)
    talk.outside.loss = Loss.RIGHTS
    await talk.say(talk.cast.alice, "/bind", TEAM_ROOM)
    talk.outside.loss = None
    heard = await talk.say(talk.cast.alice, "/bind", TEAM_ROOM)
    assert "I lack rights" not in heard.text
    (chat,) = await talk.cast.rows(Chat)
    assert (chat.lost_at, chat.lost_reason) == (None, None)


async def test_whoever_speaks_in_a_tied_room_is_in_it(talk: Talk) -> None:
    await talk.cast.bind()
    await talk.say(talk.cast.charlie, "/help", TEAM_ROOM)
    (occupant,) = await talk.cast.rows(Occupant)
    assert occupant.presence is Presence.IN
