"""/archive, /restore, /deletegroup."""

from __future__ import annotations

import pytest

from core.access import Role
from core.groups import Group
from tests.bot.commands.talk import TEAM_ROOM, Talk, words


async def test_archive_and_restore_by_the_button(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/archive")
    assert heard.text.startswith("Tigers is archived")
    assert (
        "• Tigers – owner, archived, current" in (await talk.say(talk.cast.alice, "/groups")).text
    )
    assert "Archived" in (await talk.say(talk.cast.alice, "/group")).text
    back = await talk.tap(talk.cast.alice, heard.lines[0])
    assert back.text == "Tigers is back as it was. Its invites count again."
    assert "rchived" not in (await talk.say(talk.cast.alice, "/groups")).text


async def test_archive_takes_a_name(talk: Talk) -> None:
    cubs = await talk.cast.group("Cubs", parent=talk.cast.tigers)
    await talk.say(talk.cast.alice, "/group Tigers")
    await talk.say(talk.cast.alice, "/archive cubs")
    assert (await talk.cast.read(cubs)).archived_at is not None
    assert (await talk.cast.read(talk.cast.tigers)).archived_at is None


@pytest.mark.parametrize(
    "line", ["/invite", "/rename Lions", "/newgroup Cubs in Tigers", "/archive", "/move to root"]
)
async def test_what_would_change_an_archived_group_says_how_to_bring_it_back(
    talk: Talk, line: str
) -> None:
    await talk.say(talk.cast.alice, "/archive")
    before = await talk.everything()
    heard = await talk.say(talk.cast.alice, line)
    assert heard.text == words("group_archived", group="Tigers")
    assert await talk.everything() == before


@pytest.mark.parametrize("line", ["/members", "/invites", "/group", "/groups"])
async def test_an_archived_group_can_be_read(talk: Talk, line: str) -> None:
    await talk.say(talk.cast.alice, "/archive")
    assert not (await talk.say(talk.cast.alice, line)).refused


async def test_one_can_leave_an_archived_group(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/archive")
    assert not (await talk.say(talk.cast.bob, "/leave")).refused


@pytest.mark.attack(15)
async def test_an_invite_to_an_archived_group_has_words_of_its_own(talk: Talk) -> None:
    made = await talk.cast.invite()
    await talk.say(talk.cast.alice, "/archive")
    heard = await talk.say(talk.cast.charlie, f"/start j_{made.token}")
    assert heard.text == words("invite_archived", group="Tigers", inviter="Alice")


async def test_deletegroup_asks_twice_and_then_deletes(talk: Talk) -> None:
    await talk.cast.bind()
    await talk.cast.group("Cubs", parent=talk.cast.tigers)
    first = await talk.say(talk.cast.alice, "/deletegroup Tigers")
    assert f"Delete Tigers (#{talk.cast.tigers.id})? With it go:" in first.text
    told = ("2 members", "1 room", "0 open invites", "1 group below it", "• Cubs", "/archive")
    assert all(part in first.text for part in told)
    second = await talk.tap(talk.cast.alice, first.lines[0])
    assert second.text == "Really delete Tigers for good? This is the last question."
    assert len(await talk.cast.rows(Group)) == 2
    done = await talk.tap(talk.cast.alice, second.lines[0])
    assert done.text == "Tigers is deleted. /groups shows what is left."
    assert await talk.cast.rows(Group) == []


async def test_what_was_added_between_the_questions_is_asked_about_again(talk: Talk) -> None:
    first = await talk.say(talk.cast.alice, "/deletegroup")
    second = await talk.tap(talk.cast.alice, first.lines[0])
    await talk.cast.group("Cubs", parent=talk.cast.tigers)
    heard = await talk.tap(talk.cast.alice, second.lines[0])
    assert "• Cubs" in heard.text
    assert len(await talk.cast.rows(Group)) == 2


@pytest.mark.attack(39)
@pytest.mark.parametrize("step", [0, 1])
async def test_nobody_but_an_owner_gets_anywhere_with_the_buttons(talk: Talk, step: int) -> None:
    dana = await talk.cast.somebody(role=Role.ADMIN)
    first = await talk.say(talk.cast.alice, "/deletegroup")
    second = await talk.tap(talk.cast.alice, first.lines[0])
    line = (first, second)[step].lines[0]
    assert (await talk.tap(dana, line)).refused
    assert (await talk.tap(talk.cast.charlie, line)).text == words("group_unknown")
    assert len(await talk.cast.rows(Group)) == 1


async def test_a_seal_that_was_made_up_asks_from_the_start(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/deletegroup sure=yes")
    assert heard.text.startswith("Delete Tigers")
    assert len(await talk.cast.rows(Group)) == 1


async def test_deletegroup_in_a_room_is_about_the_room_s_group(talk: Talk) -> None:
    await talk.cast.bind()
    await talk.cast.group("Lions")
    assert "Tigers" in (await talk.say(talk.cast.alice, "/deletegroup", TEAM_ROOM)).text
