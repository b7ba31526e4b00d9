"""/undo alone: the asker's latest changes, a button for each."""

from __future__ import annotations

from core.access import MemberState, Role
from tests.bot.commands.talk import Talk, words
from tests.core.linking import stand

UNDO = "/undo"


async def test_it_offers_one_s_own_latest_changes_and_a_tap_undoes_one(talk: Talk) -> None:
    dana = await talk.cast.somebody(role=Role.MEMBER)
    await talk.say(talk.cast.alice, "/role Dana coach")
    await talk.say(talk.cast.alice, "/remove Bob")
    heard = await talk.say(talk.cast.alice, UNDO)
    assert heard.text == "Which change in Tigers shall I undo?"
    assert heard.labels == ["Bob was removed", "Dana became coach"]
    await talk.tap(talk.cast.alice, heard.lines[0])
    assert await stand(talk.cast, talk.cast.bob) == (Role.MEMBER, MemberState.ACTIVE)
    assert (await talk.say(talk.cast.alice, UNDO)).labels == ["Dana became coach"]
    assert await talk.cast.role_of(dana) is Role.ADMIN


async def test_bans_and_their_end_are_told_apart(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/remove Bob ban")
    assert (await talk.say(talk.cast.alice, UNDO)).labels == ["Bob was banned"]
    await talk.say(talk.cast.alice, "/remove Bob unban")
    assert (await talk.say(talk.cast.alice, UNDO)).labels == ["Bob is banned no more"]


async def test_after_ten_minutes_there_is_nothing_left(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/remove Bob")
    talk.cast.clock.advance(minutes=10, seconds=1)
    heard = await talk.say(talk.cast.alice, UNDO)
    assert "there is nothing to undo" in heard.text
    assert heard.lines == []


async def test_others_changes_are_not_offered_and_charlie_sees_nothing(talk: Talk) -> None:
    dana = await talk.cast.somebody(role=Role.ADMIN)
    await talk.say(talk.cast.alice, "/remove Bob")
    assert (await talk.say(dana, UNDO)).lines == []
    refusal = await talk.say(talk.cast.charlie, f"{UNDO} group={talk.cast.tigers.id}")
    assert refusal.text == words("group_unknown")
