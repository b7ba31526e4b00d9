"""Which group a command is about."""

from __future__ import annotations

import pytest

from core.access import Role
from core.invites import Invite
from tests.bot.commands.talk import OTHER_ROOM, TEAM_ROOM, Talk, words
from tests.cast import Place


async def _without_current(talk: Talk) -> Place:
    """Bob is in two groups, and none is his current one."""
    lions = await talk.cast.group("Lions")
    await talk.cast.join(talk.cast.bob, Role.ADMIN, group=lions)
    return lions


async def test_several_groups_are_asked_about_with_buttons(talk: Talk) -> None:
    lions = await _without_current(talk)
    heard = await talk.say(talk.cast.bob, "/members")
    assert heard.text == "Which group?"
    assert heard.labels == ["Tigers (team)", "Lions (team)"]
    pressed = await talk.tap(talk.cast.bob, heard.lines[1])
    assert heard.lines[1] == f"/members group={lions.id}"
    assert pressed.text.startswith("Lions")


async def test_the_buttons_keep_what_was_typed(talk: Talk) -> None:
    lions = await _without_current(talk)
    heard = await talk.say(talk.cast.bob, '/invite uses=3 note="See you"')
    assert not (await talk.tap(talk.cast.bob, heard.lines[1])).refused
    [made] = await talk.cast.rows(Invite)
    assert (made.group_id, made.max_uses, made.note) == (lions.id, 3, "See you")


async def test_what_no_button_can_carry_is_typed_again_after_choosing(talk: Talk) -> None:
    lions = await _without_current(talk)
    heard = await talk.say(talk.cast.bob, f'/invite note="{"x" * 60}"')
    assert heard.text == "Which group? Choose it, then type that again."
    assert heard.lines[1] == f"/group group={lions.id}"
    await talk.tap(talk.cast.bob, heard.lines[1])
    assert not (await talk.say(talk.cast.bob, f'/invite note="{"x" * 60}"')).refused


async def test_asking_back_changes_nothing(talk: Talk) -> None:
    await _without_current(talk)
    before = await talk.everything()
    await talk.say(talk.cast.bob, "/leave")
    assert await talk.everything() == before


async def test_the_current_group_is_meant_in_private(talk: Talk) -> None:
    await _without_current(talk)
    await talk.say(talk.cast.bob, "/group Tigers")
    assert (await talk.say(talk.cast.bob, "/members")).text.startswith("Tigers")


async def test_a_current_group_that_was_left_is_meant_no_longer(talk: Talk) -> None:
    await _without_current(talk)
    await talk.say(talk.cast.bob, "/group Lions")
    await talk.tap(talk.cast.bob, (await talk.say(talk.cast.bob, "/leave")).lines[0])
    assert (await talk.say(talk.cast.bob, "/members")).text.startswith("Tigers")


async def test_a_room_means_its_group_whatever_is_current(talk: Talk) -> None:
    await talk.cast.bind()
    await talk.cast.group("Lions")
    assert (await talk.say(talk.cast.alice, "/members", TEAM_ROOM)).text.startswith("Tigers")


@pytest.mark.attack(43)
@pytest.mark.parametrize("line", ["/members", "/invite", "/invites", "/leave"])
async def test_a_room_without_a_group_says_how_to_tie_it(talk: Talk, line: str) -> None:
    before = await talk.everything()
    heard = await talk.say(talk.cast.alice, line, OTHER_ROOM)
    assert heard.text == words("room_unbound")
    assert await talk.everything() == before


@pytest.mark.parametrize("number", ["x", "-1", "1e3", "9" * 19])
async def test_a_group_that_is_no_number_is_refused(talk: Talk, number: str) -> None:
    heard = await talk.say(talk.cast.alice, f"/members group={number}")
    assert heard.text == "group takes a whole number. Write it like group=5."


async def test_a_head_of_the_whole_acts_on_the_parts_below(talk: Talk) -> None:
    cubs = await talk.cast.group("Cubs", owner=talk.cast.bob, parent=talk.cast.tigers)
    heard = await talk.say(talk.cast.alice, f"/members group={cubs.id}")
    assert heard.text.startswith("Cubs")
