"""/revoke in lists, /revoke all, and putting out who came by an invite."""

from __future__ import annotations

import pytest

from core.access import Role
from core.invites import Invite, InviteState
from tests.bot.commands.talk import Heard, Talk, words


async def _states(talk: Talk) -> set[InviteState]:
    return {invite.state for invite in await talk.cast.rows(Invite)}


async def _came_by_it(talk: Talk, people: int) -> str:
    """An invite by which so many joined; its id."""
    made = await talk.cast.invite(max_uses=0)
    for fan in await talk.cast.crowd(people):
        await talk.cast.accept(fan, made.token)
    return made.public_id


async def _asked(talk: Talk, people: int = 2) -> Heard:
    code = await _came_by_it(talk, people)
    revoked = await talk.say(talk.cast.alice, f"/revoke {code}")
    return await talk.tap(talk.cast.alice, revoked.lines[0])


async def test_a_button_of_the_list_leaves_the_list_as_it_was(talk: Talk) -> None:
    for _ in range(12):
        await talk.cast.invite()
    first = await talk.say(talk.cast.alice, "/invites pending")
    second = await talk.tap(talk.cast.alice, first.lines[-1])
    heard = await talk.tap(talk.cast.alice, second.lines[2])
    assert heard.text.count("inv_") == 1
    assert heard.replaces


async def test_all_are_revoked_once_the_number_is_confirmed(talk: Talk) -> None:
    for _ in range(3):
        await talk.cast.invite()
    asked = await talk.say(talk.cast.alice, "/revoke all")
    assert asked.text.startswith("Revoke all 3 open invites to Tigers?")
    assert await _states(talk) == {InviteState.OPEN}
    heard = await talk.tap(talk.cast.alice, asked.lines[0])
    assert heard.text == "3 invites to Tigers are revoked."
    assert await _states(talk) == {InviteState.REVOKED}


async def test_another_number_is_asked_about_again(talk: Talk) -> None:
    await talk.cast.invite()
    asked = await talk.say(talk.cast.alice, "/revoke all")
    await talk.cast.invite()
    again = await talk.tap(talk.cast.alice, asked.lines[0])
    assert again.text.startswith("Revoke all 2 open invites")
    assert await _states(talk) == {InviteState.OPEN}


async def test_where_nothing_is_open_there_is_nothing_to_revoke(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/revoke all")
    assert heard.text == "There are no open invites in Tigers."


async def test_revoking_names_who_came_by_it_before_it_removes_them(talk: Talk) -> None:
    asked = await _asked(talk)
    assert asked.text.startswith("Remove 2 people who came by inv_")
    assert "• Fan 0\n• Fan 1" in asked.text
    heard = await talk.tap(talk.cast.alice, asked.lines[0])
    assert heard.text == "2 people are no longer in Tigers, and the invite is revoked."
    undone = await talk.tap(talk.cast.alice, heard.lines[0])
    assert undone.text == "2 people are in Tigers again. The invite stays revoked."
    again = await talk.tap(talk.cast.alice, heard.lines[0])
    assert again.text.startswith("There is nothing left to undo here.")


async def test_who_joined_meanwhile_is_asked_about_too(talk: Talk) -> None:
    made = await talk.cast.invite(max_uses=0)
    first, second = await talk.cast.crowd(2)
    await talk.cast.accept(first, made.token)
    asked = await talk.say(talk.cast.alice, f"/revoke {made.public_id} out=yes")
    assert "The invite is revoked with it." in asked.text
    await talk.cast.accept(second, made.token)
    again = await talk.tap(talk.cast.alice, asked.lines[0])
    assert again.text.startswith("Remove 2 people who came by")
    heard = await talk.tap(talk.cast.alice, again.lines[0])
    assert heard.text == "2 people are no longer in Tigers, and the invite is revoked."


async def test_more_than_twenty_are_counted_and_not_all_named(talk: Talk) -> None:
    asked = await _asked(talk, 23)
    assert asked.text.count("•") == 20
    assert "… and 3 more" in asked.text


async def test_who_stays_is_named_with_the_reason(talk: Talk) -> None:
    code = await _came_by_it(talk, 0)
    made = await talk.cast.invite(role=Role.EDITOR)
    await talk.cast.accept(talk.cast.charlie, made.token)
    await talk.cast.join(talk.cast.charlie, Role.OWNER)
    await talk.cast.join(talk.cast.bob, Role.ADMIN)
    asked = await talk.say(talk.cast.bob, f"/revoke {made.public_id} out=yes")
    heard = await talk.tap(talk.cast.bob, asked.lines[0])
    reason = words("rank_too_high", person="Charlie", group="Tigers")
    assert f"Charlie: {reason}" in heard.text
    assert heard.lines == []
    nobody = await talk.say(talk.cast.alice, f"/revoke {code} out=yes")
    assert nobody.text == f"Nobody who came by {code} is still in."


@pytest.mark.attack(39, 40)
async def test_the_buttons_obey_nobody_who_may_not(talk: Talk) -> None:
    asked = await _asked(talk)
    before = await talk.everything()
    for line in (*asked.lines, asked.lines[0].replace("yes", "undo")):
        assert (await talk.tap(talk.cast.bob, line)).refused
        assert (await talk.tap(talk.cast.charlie, line)).refused
    assert await talk.everything() == before
