"""/mydata and /forgetme, as they are said and heard."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.erasing import erase_due
from bot.ground import Ground
from core.access import Role
from core.people import Identity
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.cast import Somebody
from tests.core.linking import link, on_groupme


async def data_of(talk: Talk, who: Somebody) -> dict[str, Any]:
    document = (await talk.say(who, "/mydata")).answer.reply.document
    assert document is not None
    assert document.filename.endswith(".json")
    read: dict[str, Any] = json.loads(document.content)
    return read


async def test_mydata_tells_all_there_is(talk: Talk) -> None:
    cast = talk.cast
    made = await cast.invite()
    await talk.say(cast.charlie, f"/start j_{made.token}")
    await talk.say(cast.charlie, f"/accept {made.token}")
    data = await data_of(talk, cast.charlie)
    assert (data["name"], data["identities"][0]["address"]) == ("Charlie", "1003")
    assert data["memberships"][0] | {"joined_at": ""} == {
        "group": "Tigers",
        "role": "member",
        "state": "active",
        "joined_at": "",
        "ended_at": None,
    }
    for what in ("invites_used", "invites_seen"):
        assert data[what][0]["invite"] == made.public_id
    deeds = {deed["action"] for deed in data["what_you_did"]}
    assert deeds == {"invite.accepted", "invite.used_up"}


@pytest.mark.attack(24)
async def test_mydata_holds_no_token_and_nobody_else(talk: Talk) -> None:
    cast = talk.cast
    made = await cast.invite()
    await cast.invite(to=cast.bob)
    await cast.accept(cast.charlie, made.token)
    for who in (cast.alice, cast.charlie, cast.bob):
        told = json.dumps(await data_of(talk, who))
        assert made.token not in told
        others = {"Alice", "Bob", "Charlie", "1001", "1002", "1003"} - {
            who.sender.name,
            who.sender.address,
        }
        assert [name for name in others if f'"{name}"' in told] == []


async def test_mydata_tells_of_every_linked_account(talk_everywhere: Talk) -> None:
    talk, cast = talk_everywhere, talk_everywhere.cast
    await cast.group("Lions", owner=cast.charlie)
    await link(cast, cast.bob, cast.charlie)
    data = await data_of(talk, cast.bob)
    assert [one["address"] for one in data["identities"]] == ["1002", "1003"]
    assert [one["group"] for one in data["memberships"]] == ["Tigers", "Lions", "Tigers"][:2]
    assert "group.created" in [deed["action"] for deed in data["what_you_did"]]


async def test_mydata_is_not_for_rooms(talk: Talk) -> None:
    await talk.cast.bind()
    heard = await talk.say(talk.cast.bob, "/mydata", TEAM_ROOM)
    assert (heard.text, heard.answer.reply.document) == (words("only_in_private"), None)


async def test_forgetme_asks_twice_then_does_it(talk: Talk) -> None:
    cast = talk.cast
    first = await talk.say(cast.bob, "/forgetme")
    assert "You leave all your groups" in first.text
    second = await talk.tap(cast.bob, first.lines[0])
    assert "Really?" in second.text
    assert "I forget you on 21 Nov 2026, 06:30" in (await talk.tap(cast.bob, second.lines[0])).text
    ground = Ground(cast.database, clock=cast.clock)
    await erase_due(ground)
    assert await cast.role_of(cast.bob) is Role.MEMBER
    cast.clock.advance(hours=12)
    await erase_due(ground)
    assert {row.person_id for row in await cast.rows(Identity)} == {cast.alice.id, cast.charlie.id}
    assert (await talk.say(cast.bob, "/groups")).text == words("no_group")


async def test_who_thinks_better_of_it_stays(talk: Talk) -> None:
    for line in ("/forgetme yes", "/forgetme really"):
        await talk.tap(talk.cast.bob, line)
    waiting = await talk.say(talk.cast.bob, "/forgetme")
    assert waiting.lines == ["/forgetme no"]
    assert "you stay as you are" in (await talk.tap(talk.cast.bob, "/forgetme no")).text
    again = await talk.tap(talk.cast.bob, "/forgetme no")
    assert "Nothing was about to be erased" in again.text


async def test_the_second_question_holds_for_ten_minutes(talk: Talk) -> None:
    await talk.tap(talk.cast.bob, "/forgetme yes")
    talk.cast.clock.advance(minutes=10)
    assert (await talk.tap(talk.cast.bob, "/forgetme really")).text == words("forget_expired")


@pytest.mark.attack(27)
@pytest.mark.parametrize("line", ["/forgetme", "/forgetme yes", "/forgetme really"])
async def test_the_last_owner_is_told_to_hand_the_group_on(talk: Talk, line: str) -> None:
    heard = await talk.say(talk.cast.alice, line)
    assert heard.text == words("forget_last_owner", group="Tigers")


async def test_an_unclear_answer_erases_nothing(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/forgetme perhaps")
    assert heard.text == words("forget_unclear", word="perhaps")


async def test_who_was_linked_is_forgotten_wholly(talk: Talk) -> None:
    bobby = await on_groupme(talk.cast)
    await link(talk.cast, talk.cast.bob, bobby)
    for line in ("/forgetme yes", "/forgetme really"):
        await talk.tap(bobby, line)
    talk.cast.clock.advance(hours=12)
    await erase_due(Ground(talk.cast.database, clock=talk.cast.clock))
    assert "groupme" not in {row.platform for row in await talk.cast.rows(Identity)}
