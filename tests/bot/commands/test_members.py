"""/members and /leave: who is in, and going."""

from __future__ import annotations

import pytest

import bot.commands.groups
import bot.commands.members
import core.members
from core.access import Member, MemberState, Role
from core.audit import AuditEntry
from core.people import Person
from tests.bot.commands.talk import TEAM_ROOM, Talk, words


async def _crowd(talk: Talk, size: int, name: str = "Guest {}") -> None:
    for number in range(size):
        await talk.cast.somebody(name.format(number), role=Role.MEMBER)


def _names(text: str) -> list[str]:
    return [line[2:].split(" – ")[0] for line in text.splitlines() if line.startswith("•")]


async def test_members_shows_names_and_roles(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/members", room=None)
    assert heard.text.splitlines() == [
        "Tigers – 2 members",
        "• Alice – owner ○",
        "• Bob – member ✓",
        "",
        "✓ I can write to them",
        "○ they have not pressed Start, so I can't",
    ]
    assert heard.lines == []


async def test_one_member_is_not_called_members(talk: Talk) -> None:
    await talk.cast.part(talk.cast.bob, MemberState.LEFT)
    assert (await talk.say(talk.cast.alice, "/members")).text.startswith("Tigers – 1 member\n")


async def test_members_turns_ten_a_page_there_and_back(talk_everywhere: Talk) -> None:
    talk = talk_everywhere
    await _crowd(talk, 21)
    first = await talk.say(talk.cast.alice, "/members")
    second = await talk.tap(talk.cast.alice, first.lines[-1])
    third = await talk.tap(talk.cast.alice, second.lines[-1])
    assert [len(_names(page.text)) for page in (first, second, third)] == [10, 10, 3]
    assert (first.labels, second.labels, third.labels) == (
        ["Next »"],
        ["« Back", "Next »"],
        ["« Back"],
    )
    assert len({*_names(first.text), *_names(second.text), *_names(third.text)}) == 23
    assert (await talk.tap(talk.cast.alice, second.lines[0])).text == first.text
    assert second.replaces


@pytest.mark.parametrize("text", ["bo", "BOB", '"Bob"', "“Bob”"])
async def test_members_finds_by_how_a_name_begins(talk: Talk, text: str) -> None:
    assert _names((await talk.say(talk.cast.alice, f"/members {text}")).text) == ["Bob"]


@pytest.mark.parametrize("text", ["жанна", "ЖАННА", "жан"])
async def test_capitals_do_not_matter_in_any_alphabet(talk_everywhere: Talk, text: str) -> None:
    talk = talk_everywhere
    await talk.cast.somebody("Жанна", role=Role.MEMBER)
    assert _names((await talk.say(talk.cast.alice, f"/members {text}")).text) == ["Жанна"]


@pytest.mark.attack(58)
@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 --", "*"])
async def test_wildcards_find_nobody(talk_everywhere: Talk, text: str) -> None:
    talk = talk_everywhere
    heard = await talk.say(talk.cast.alice, f"/members {text}")
    assert heard.text == f"Nobody in Tigers is called {text}. /members shows everybody."


async def test_a_filter_is_kept_while_turning(talk: Talk) -> None:
    await _crowd(talk, 11)
    first = await talk.say(talk.cast.alice, "/members guest 1")
    assert _names(first.text) == ["Guest 1", "Guest 10"]
    many = await talk.say(talk.cast.alice, "/members guest")
    assert _names((await talk.tap(talk.cast.alice, many.lines[0])).text) == ["Guest 10"]


@pytest.mark.parametrize("part", ["Ж" * 30, 'the "great"'])
async def test_a_filter_that_no_button_can_carry_says_so(talk: Talk, part: str) -> None:
    await _crowd(talk, 11, name=part + " {}")
    heard = await talk.say(talk.cast.alice, f"/members «{part}»")
    assert len(_names(heard.text)) == 10
    assert heard.lines == []
    assert heard.text.endswith("More people match. Fewer letters, without quotes, show them all.")


async def test_a_short_list_of_a_long_filter_says_nothing_of_more(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, f"/members {'x' * 3000}")
    assert len(heard.text) < 400
    dana = await talk.cast.somebody('Da"na', role=Role.MEMBER)
    heard = await talk.say(dana, '/members «Da"n»')
    assert heard.text.splitlines()[1:] == ['• Da"na – member ✓', "", "✓ I can write to them"]


async def test_a_large_group_is_not_counted_to_its_end(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (core.members, bot.commands.members, bot.commands.groups):
        monkeypatch.setattr(module, "MOST_COUNTED", 1)
    heard = await talk.say(talk.cast.alice, "/members")
    assert heard.text.startswith("Tigers – more than 1 members")
    assert "Members: more than 1" in (await talk.say(talk.cast.alice, "/group Tigers")).text


async def test_a_page_that_has_emptied_says_how_to_start_again(talk: Talk) -> None:
    heard = await talk.tap(talk.cast.alice, f"/members group={talk.cast.tigers.id} after=999999")
    assert heard.text == "Nobody is left on this page. /members starts again."


async def test_who_left_is_not_listed(talk: Talk) -> None:
    await talk.cast.part(talk.cast.bob, MemberState.BANNED)
    assert _names((await talk.say(talk.cast.alice, "/members")).text) == ["Alice"]


async def test_a_viewer_is_told_who_may_see_the_members(talk: Talk) -> None:
    dana = await talk.cast.somebody(role=Role.VIEWER)
    heard = await talk.say(dana, "/members")
    assert heard.text == (
        "In Tigers only people who are member or above may see the members. Ask one of them."
    )


async def test_members_in_a_room_are_those_of_its_group(talk: Talk) -> None:
    await talk.cast.bind()
    await talk.cast.group("Lions", owner=talk.cast.bob)
    assert (await talk.say(talk.cast.bob, "/members", TEAM_ROOM)).text.startswith("Tigers")


async def test_leave_ends_the_membership_and_keeps_its_row(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/leave")
    [_, row] = await talk.cast.rows(Member)
    assert heard.text == "You have left Tigers. An invite brings you back."
    assert (row.state, row.ended_at) == (MemberState.LEFT, talk.cast.now)
    assert (await talk.cast.rows(AuditEntry))[-1].action == "member.left"


async def test_leaving_forgets_the_current_group(talk: Talk) -> None:
    await talk.say(talk.cast.bob, "/group Tigers")
    await talk.say(talk.cast.bob, "/leave")
    people = await talk.cast.rows(Person)
    assert next(one.current_group_id for one in people if one.name == "Bob") is None


@pytest.mark.attack(27)
async def test_the_last_owner_stays_and_is_told_what_to_do(talk: Talk) -> None:
    before = await talk.everything()
    heard = await talk.say(talk.cast.alice, "/leave")
    assert heard.text == words("last_owner", group="Tigers")
    assert await talk.everything() == before


async def test_an_inherited_role_is_nothing_to_leave(talk: Talk) -> None:
    cubs = await talk.cast.group("Cubs", owner=talk.cast.bob, parent=talk.cast.tigers)
    heard = await talk.say(talk.cast.alice, f"/leave group={cubs.id}")
    assert heard.text == words("not_a_member", group="Cubs")
