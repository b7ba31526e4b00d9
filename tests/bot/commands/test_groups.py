"""/newgroup, /groups, /group: founding groups and moving between them."""

from __future__ import annotations

import pytest

from core.access import Role
from core.audit import AuditEntry
from core.groups import Group, Kind
from core.people import Person
from tests.bot.commands.talk import TEAM_ROOM, Talk, words


async def _current(talk: Talk) -> int | None:
    people = await talk.cast.rows(Person)
    return next(one.current_group_id for one in people if one.id == talk.cast.alice.id)


async def test_newgroup_makes_its_founder_the_owner(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/newgroup Lions of the North")
    [_, lions] = await talk.cast.rows(Group)
    assert "The team Lions of the North is founded, and you are its owner." in heard.text
    assert (lions.name, lions.kind, lions.slug) == (
        "Lions of the North",
        Kind.TEAM,
        "lions-of-the-north",
    )
    assert "owner" in (await talk.say(talk.cast.charlie, "/groups")).text


@pytest.mark.parametrize("kind", Kind)
async def test_the_first_word_may_be_the_kind(talk: Talk, kind: Kind) -> None:
    await talk.say(talk.cast.charlie, f"/newgroup {kind.value.title()} Lions")
    found = (await talk.cast.rows(Group))[-1]
    assert (found.kind, found.name) == (kind, "Lions")


async def test_a_kind_alone_is_a_name(talk: Talk) -> None:
    await talk.say(talk.cast.charlie, "/newgroup Band")
    found = (await talk.cast.rows(Group))[-1]
    assert (found.kind, found.name) == (Kind.TEAM, "Band")


async def test_newgroup_is_written_down(talk: Talk) -> None:
    await talk.say(talk.cast.charlie, "/newgroup Lions")
    entry = (await talk.cast.rows(AuditEntry))[-1]
    assert (entry.action, entry.actor_id) == ("group.created", talk.cast.charlie.id)


async def test_newgroup_without_a_name_shows_how_it_is_written(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/newgroup")
    assert heard.text.endswith("/newgroup Tigers")
    assert heard.refused


@pytest.mark.attack(45)
@pytest.mark.parametrize("name", ["\u200b", "\u202e", '""', '"   "', "\u3164", "\u2066\u2069"])
async def test_a_name_that_nobody_sees_is_refused(talk: Talk, name: str) -> None:
    before = await talk.everything()
    assert (await talk.say(talk.cast.charlie, f"/newgroup {name}")).text == words("name_blank")
    assert await talk.everything() == before


@pytest.mark.attack(48)
async def test_a_name_is_counted_in_the_strictest_unit(talk: Talk) -> None:
    family = "👨‍👩‍👧‍👦"
    assert not (await talk.say(talk.cast.charlie, f"/newgroup {family * 5}")).refused
    heard = await talk.say(talk.cast.charlie, f"/newgroup {family * 6}")
    assert heard.text == words("name_too_long", limit=64)


@pytest.mark.attack(47)
async def test_nul_and_lone_surrogates_never_reach_the_database(talk_everywhere: Talk) -> None:
    talk = talk_everywhere
    await talk.say(talk.cast.charlie, "/newgroup Li\0ons\ud800 \x1b\x85North")
    assert (await talk.cast.rows(Group))[-1].name == "Lions North"
    heard = await talk.say(talk.cast.charlie, "/revoke inv_\0\udfff")
    assert heard.text == words("no_such_invite", invite="inv_")


async def test_groups_lists_mine_with_roles_and_marks_the_current(talk: Talk) -> None:
    lions = await talk.cast.group("Lions", owner=talk.cast.bob)
    await talk.cast.join(talk.cast.alice, Role.VIEWER, group=lions)
    heard = await talk.say(talk.cast.alice, "/groups")
    assert heard.text.splitlines() == [
        "Your groups",
        "• Lions – viewer",
        "• Tigers – owner, current",
    ]
    assert heard.lines == [f"/group group={lions.id}", f"/group group={talk.cast.tigers.id}"]


async def test_groups_of_somebody_without_any_says_how_to_begin(talk: Talk) -> None:
    assert (await talk.say(talk.cast.charlie, "/groups")).text == words("no_group")


@pytest.mark.parametrize("name", ["Tigers", "tigers", "TIGERS", "#tigers", "{id}", '"Tigers"'])
async def test_group_switches_by_name_slug_or_number(talk: Talk, name: str) -> None:
    await talk.cast.group("Lions")
    heard = await talk.say(talk.cast.alice, f"/group {name.format(id=talk.cast.tigers.id)}")
    assert heard.text.startswith("You act on Tigers (team).")
    assert await _current(talk) == talk.cast.tigers.id


async def test_group_alone_shows_the_current_one_with_a_button_for_its_members(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/group")
    assert "Tigers" in heard.text
    assert "Members: 2" in heard.text
    assert heard.lines == [f"/members group={talk.cast.tigers.id}"]


async def test_group_alone_asks_somebody_who_has_no_current_one(talk: Talk) -> None:
    assert (await talk.say(talk.cast.bob, "/group")).text.startswith("Your groups")


async def test_groups_of_one_name_are_told_apart_by_buttons(talk: Talk) -> None:
    twin = await talk.cast.group("Tigers")
    heard = await talk.say(talk.cast.alice, "/group tigers")
    assert heard.lines == [f"/group group={talk.cast.tigers.id}", f"/group group={twin.id}"]
    await talk.tap(talk.cast.alice, heard.lines[0])
    assert await _current(talk) == talk.cast.tigers.id


@pytest.mark.parametrize("line", ["/group Tigers", "/group group={id}", "/group {id}"])
async def test_charlie_cannot_enter_or_learn_of_a_group_that_is_not_his(
    talk: Talk, line: str
) -> None:
    before = await talk.everything()
    heard = await talk.say(talk.cast.charlie, line.format(id=talk.cast.tigers.id))
    assert heard.text == words("group_unknown")
    assert await talk.everything() == before


async def test_a_group_can_be_founded_from_a_room(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/newgroup Lions", TEAM_ROOM)
    assert "/bind" in heard.text


async def test_the_beginning_of_a_name_is_asked_about(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/group tig")
    assert heard.text == "Which group do you mean?"
    assert heard.lines == [f"/group group={talk.cast.tigers.id}"]
    assert (await talk.say(talk.cast.charlie, "/group tig")).text == words("group_unknown")


async def test_who_founds_another_group_hears_that_commands_are_about_it_now(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/newgroup Lions")
    assert "is about" not in heard.text
    heard = await talk.say(talk.cast.charlie, "/newgroup Bears")
    assert "In private, what you type is about Bears now; /group goes back." in heard.text
