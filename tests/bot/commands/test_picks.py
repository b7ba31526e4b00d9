"""Choosing people in the platform's own list: asked for, and gone on with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.access import Role
from core.people import Identity, Sender
from core.people.picks import Pick, number_of
from tests.bot.commands.talk import TEAM_ROOM, Heard, Talk, words
from tests.cast import ALICE, BOB, CHARLIE, Somebody

STRANGER = Sender("telegram", "99", "Zoe", username="zoe")


async def picks(talk: Talk, who: Somebody, *people: Sender, line: str) -> Heard:
    """Choose people in the list that was opened for the line."""
    about = people[0] if len(people) == 1 else None
    chosen = replace(talk.incoming(who, ""), picked=people, about=about, pick=number_of(line))
    answer = await talk.hand_in(chosen)
    assert answer is not None
    return Heard(answer)


def asked(heard: Heard) -> str:
    """The line that goes on once somebody is chosen."""
    pick = heard.answer.reply.pick
    assert pick is not None, heard.text
    return pick.line


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("/role coach", "Bob is now coach in Tigers."),
        ("/remove", "Bob is no longer in Tigers. An invite brings them back."),
        ("/remove ban", "Bob is banned from Tigers."),
        ("/transfer", "Bob is offered Tigers."),
    ],
)
async def test_who_names_nobody_chooses_them(talk: Talk, line: str, done: str) -> None:
    again = asked(await talk.say(talk.cast.alice, line))
    assert again == f"{line} group={talk.cast.tigers.id}"
    heard = await picks(talk, talk.cast.alice, BOB, line=again)
    assert heard.text.startswith(done)


async def test_find_looks_for_the_one_who_is_chosen(talk: Talk) -> None:
    cast = talk.cast
    lions = await cast.group("Lions")
    await cast.join(cast.charlie, Role.MEMBER, group=lions)
    await talk.say(cast.alice, f"/group {cast.tigers.id}")
    again = asked(await talk.say(cast.alice, "/find"))
    heard = await picks(talk, cast.alice, CHARLIE, line=again)
    assert heard.lines == [f"/invite person={cast.charlie.id} group={cast.tigers.id}"]


@pytest.mark.parametrize("whom", [CHARLIE, STRANGER, BOB, ALICE])
async def test_find_tells_strangers_and_unknown_people_and_members_apart_for_nobody(
    talk: Talk, whom: Sender
) -> None:
    again = asked(await talk.say(talk.cast.alice, "/find"))
    heard = await picks(talk, talk.cast.alice, whom, line=again)
    assert heard.text == (
        "They are in none of your other groups, or in Tigers already."
        " /invite makes a link for anybody."
    )


async def test_a_stranger_who_is_chosen_is_not_made_known(talk: Talk) -> None:
    again = asked(await talk.say(talk.cast.alice, "/remove"))
    heard = await picks(talk, talk.cast.alice, STRANGER, line=again)
    assert heard.text == words("who_not_here", group="Tigers")
    assert "99" not in {row.address for row in await talk.cast.rows(Identity)}


async def test_whoever_may_not_is_not_asked_for_anybody(talk: Talk) -> None:
    line = f"/remove group={talk.cast.tigers.id}"
    assert (await talk.say(talk.cast.bob, line)).refused
    assert (await talk.say(talk.cast.charlie, line)).text == words("group_unknown")
    assert await talk.cast.rows(Pick) == []


async def test_in_a_room_there_is_no_list_to_choose_from(talk: Talk) -> None:
    await talk.cast.bind(TEAM_ROOM.address)
    heard = await talk.say(talk.cast.alice, "/remove", TEAM_ROOM)
    assert (heard.text, heard.answer.reply.pick) == (words("who_missing"), None)


async def test_an_older_list_does_not_go_on_with_a_newer_line(talk: Talk) -> None:
    older = asked(await talk.say(talk.cast.alice, "/role coach"))
    await talk.say(talk.cast.alice, "/remove ban")
    heard = await picks(talk, talk.cast.alice, BOB, line=older)
    assert heard.text == words("pick_over")


async def test_a_list_that_lies_open_for_a_day_is_over(talk: Talk) -> None:
    again = asked(await talk.say(talk.cast.alice, "/remove"))
    talk.cast.clock.advance(days=1)
    heard = await picks(talk, talk.cast.alice, BOB, line=again)
    assert heard.text == words("pick_over")


@pytest.mark.attack(38)
async def test_the_line_of_somebody_else_is_not_gone_on_with(talk: Talk) -> None:
    again = asked(await talk.say(talk.cast.alice, "/remove"))
    heard = await picks(talk, talk.cast.charlie, BOB, line=again)
    assert heard.text == words("pick_over")


async def test_the_right_is_asked_for_again_when_the_line_goes_on(talk: Talk) -> None:
    cast = talk.cast
    dana = await cast.somebody("Dana", role=Role.ADMIN)
    again = asked(await talk.say(dana, "/remove"))
    await talk.say(cast.alice, "/role dana viewer")
    assert (await picks(talk, dana, BOB, line=again)).refused
