"""/link and /unlink, as they are said and heard."""

from __future__ import annotations

import asyncio
import re

import pytest

from core.access import Member, Role
from core.people import Identity
from core.people.links import LinkCode
from core.people.merges import Merge
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.core.linking import link, on_groupme, unlink

CODE = re.compile(r"/link ([a-z-]{14})")


async def code_of(talk: Talk, who: str = "bob") -> str:
    heard = await talk.say(getattr(talk.cast, who), "/link")
    [code] = CODE.findall(heard.text)
    return str(code)


@pytest.mark.parametrize("line", ["/link {}", "/start l_{}"])
async def test_a_code_asks_first_and_a_yes_makes_one_person(talk: Talk, line: str) -> None:
    bobby = await on_groupme(talk.cast)
    asked = await talk.say(bobby, line.format(await code_of(talk)))
    assert "This code is from Bob." in asked.text
    assert "telegram @bob" in asked.text
    assert await talk.cast.rows(Merge) == []
    done = await talk.tap(bobby, asked.lines[0])
    assert (done.replaces, "one person now" in done.text) == (True, True)
    assert "Tigers" in (await talk.say(bobby, "/groups")).text


@pytest.mark.attack(28)
async def test_opening_a_code_that_was_slipped_to_somebody_gives_nothing_away(talk: Talk) -> None:
    code = await code_of(talk, "charlie")
    await talk.say(talk.cast.alice, f"/start l_{code}")
    assert await talk.cast.role_of(talk.cast.charlie) is None


async def test_a_wrong_code_says_so_and_counts(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/link aaaa-bbbb-cccc")
    assert (heard.refused, heard.text) == (True, words("link_code_unknown"))


async def test_a_code_is_never_told_in_a_room(talk: Talk) -> None:
    await talk.cast.bind()
    heard = await talk.say(talk.cast.bob, "/link", TEAM_ROOM)
    assert heard.text == words("only_in_private")
    assert await talk.cast.rows(LinkCode) == []


async def test_unlink_asks_and_parts(talk: Talk) -> None:
    bobby = await on_groupme(talk.cast)
    await link(talk.cast, talk.cast.bob, bobby)
    asked = await talk.say(bobby, "/unlink")
    assert "joined with another account, Bobby" in asked.text
    assert "a person of their own" in (await talk.tap(bobby, asked.lines[0])).text
    assert (await talk.say(bobby, "/groups")).text == words("no_group")
    assert "Tigers" in (await talk.say(talk.cast.bob, "/groups")).text


async def test_without_a_merge_there_is_nothing_to_undo(talk: Talk) -> None:
    for line in ("/unlink", "/unlink yes"):
        assert (await talk.say(talk.cast.charlie, line)).text == words("nothing_to_unlink")


@pytest.mark.attack(3)
@pytest.mark.parametrize("accept_first", [True, False])
async def test_an_accept_that_races_a_link_is_the_merged_person_s(
    talk_everywhere: Talk, accept_first: bool
) -> None:
    talk, cast = talk_everywhere, talk_everywhere.cast
    lions = await cast.group("Lions")
    made = await cast.invite(group=lions)
    code = await code_of(talk)
    accept = talk.say(cast.charlie, f"/accept {made.token}")
    joined = talk.say(cast.charlie, f"/link yes {code}")
    await asyncio.gather(*([accept, joined] if accept_first else [joined, accept]))
    assert {row.person_id for row in await cast.rows(Identity)} == {cast.alice.id, cast.bob.id}
    [member] = [row for row in await cast.rows(Member) if row.person_id == cast.bob.id
                and row.group_id == lions.id]  # fmt: skip
    assert member.role is Role.MEMBER
    assert len(await cast.rows(Merge)) == 1


@pytest.mark.parametrize("link_first", [True, False])
async def test_a_group_founded_while_its_founder_is_linked_is_not_lost(
    talk_everywhere: Talk, link_first: bool
) -> None:
    talk, cast = talk_everywhere, talk_everywhere.cast
    code = await code_of(talk)
    found, joined = (
        talk.say(cast.charlie, "/newgroup Lions"),
        talk.say(cast.charlie, f"/link yes {code}"),
    )
    await asyncio.gather(*([joined, found] if link_first else [found, joined]))
    assert "Lions" in (await talk.say(cast.bob, "/groups")).text
    await unlink(cast, cast.bob)
    assert len([row for row in await cast.rows(Member) if row.role is Role.OWNER]) == 2
