"""/newgroup in a group, /rename and /move, and acting on groups below."""

from __future__ import annotations

import pytest

from core.access import Role
from core.audit import AuditEntry
from core.groups import Group, Kind
from tests.bot.commands.talk import Talk, words
from tests.cast import Place


async def _group(talk: Talk, place: Place) -> Group:
    return await talk.cast.read(place)


async def _last(talk: Talk) -> Group:
    return (await talk.cast.rows(Group))[-1]


@pytest.mark.parametrize(
    "line",
    [
        '/newgroup class "5b" in "Tigers"',
        "/newgroup class 5b in tigers",
        "/newgroup Class 5b In #{id}",
        "/newgroup class 5b in {id}",
        "/newgroup class 5b in=#{id}",
    ],
)
async def test_newgroup_founds_a_group_in_another(talk: Talk, line: str) -> None:
    heard = await talk.say(talk.cast.alice, line.format(id=talk.cast.tigers.id))
    made = await _last(talk)
    assert "The class 5b is founded in Tigers, and you are its owner." in heard.text
    assert (made.name, made.kind, made.parent_id) == ("5b", Kind.CLASS, talk.cast.tigers.id)


@pytest.mark.parametrize("name", ['"Made in Rome"', "«Made in Rome»"])
async def test_quotes_keep_a_name_together(talk: Talk, name: str) -> None:
    await talk.say(talk.cast.alice, f"/newgroup band {name}")
    assert ((await _last(talk)).name, (await _last(talk)).parent_id) == ("Made in Rome", None)


@pytest.mark.parametrize("who", ["bob", "charlie"])
async def test_newgroup_in_an_unknown_group_says_how_to_go_on(talk: Talk, who: str) -> None:
    await talk.cast.group("Lions", owner=talk.cast.alice)
    before = await talk.everything()
    heard = await talk.say(getattr(talk.cast, who), "/newgroup Cubs in Lions")
    assert heard.text == words("parent_unknown", parent="Lions")
    assert await talk.everything() == before


async def test_newgroup_asks_which_of_several_parents_with_buttons(talk: Talk) -> None:
    twin = await talk.cast.group("tigers")
    heard = await talk.say(talk.cast.alice, '/newgroup class "5b" in tigers')
    assert heard.labels == [f"Tigers (team) #{talk.cast.tigers.id}", f"tigers (team) #{twin.id}"]
    await talk.tap(talk.cast.alice, heard.lines[1])
    assert (await _last(talk)).parent_id == twin.id


async def test_a_name_too_long_for_a_button_is_typed_again_with_a_number(talk: Talk) -> None:
    twin = await talk.cast.group("tigers")
    name = "x" * 60
    heard = await talk.say(talk.cast.alice, f"/newgroup class {name} in tigers")
    assert heard.text.startswith("Several are called that.")
    assert f"tigers (team) #{twin.id}" in heard.text
    await talk.say(talk.cast.alice, f"/newgroup class {name} in #{twin.id}")
    assert (await _last(talk)).parent_id == twin.id


async def test_a_name_that_is_taken_comes_with_a_proposal(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/newgroup class 5b in Tigers")
    heard = await talk.say(talk.cast.alice, "/newgroup class 5B in Tigers")
    assert heard.text == words("name_taken", name="5B", parent="Tigers", proposal="5B 2")


@pytest.mark.attack(46)
async def test_a_homoglyph_is_founded_with_a_warning_that_shows_both_numbers(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/newgroup \u0422igers")  # Cyrillic T
    made = await _last(talk)
    assert made.name == "\u0422igers"
    assert f"(#{made.id}) looks like your group Tigers (#{talk.cast.tigers.id})" in heard.text


@pytest.mark.attack(46)
async def test_an_invitation_to_a_homoglyph_warns_whoever_knows_the_real_one(talk: Talk) -> None:
    fake = await talk.cast.group("\u0422igers", owner=talk.cast.charlie)
    made = await talk.cast.invite(by=talk.cast.charlie, group=fake, max_uses=2)
    heard = await talk.say(talk.cast.bob, f"/start j_{made.token}")
    assert f"(#{fake.id}) looks like your group Tigers (#{talk.cast.tigers.id})" in heard.text
    dana = await talk.cast.somebody()
    assert "looks like" not in (await talk.say(dana, f"/start j_{made.token}")).text


async def test_an_admin_of_the_school_acts_on_a_class_by_name(talk: Talk) -> None:
    cast = talk.cast
    cubs = await cast.group("Cubs", owner=cast.charlie, parent=cast.tigers)
    heard = await talk.say(cast.alice, "/group cubs")
    assert heard.text.startswith("You act on Cubs")
    assert (await talk.say(cast.alice, "/members")).text.startswith("Cubs")
    assert not (await talk.say(cast.alice, "/rename Kittens")).refused
    assert (await _group(talk, cubs)).name == "Kittens"


async def test_a_teacher_of_one_class_learns_nothing_of_another_or_of_the_school(
    talk: Talk,
) -> None:
    cast = talk.cast
    class_5b = await cast.group("5b", parent=cast.tigers)
    await cast.group("5c", parent=cast.tigers)
    dana = await cast.somebody(role=Role.OWNER, group=class_5b)
    assert (await talk.say(dana, "/groups")).text.splitlines()[1:] == ["• 5b – owner"]
    for name in ("5c", "Tigers"):
        assert (await talk.say(dana, f"/group {name}")).text == words("group_unknown")


async def test_groups_shows_the_tree_and_marks_the_current_one(talk: Talk) -> None:
    cubs = await talk.cast.group("Cubs", parent=talk.cast.tigers)
    await talk.cast.group("5b", parent=cubs)
    await talk.say(talk.cast.alice, "/group Cubs")
    heard = await talk.say(talk.cast.alice, "/groups")
    assert heard.text.splitlines()[1:] == [
        "• Tigers – owner",
        "\u2003• Cubs – owner, current",
        "\u2003\u2003• 5b – owner",
    ]


async def test_a_long_tree_is_turned_page_by_page(talk: Talk) -> None:
    for number in range(10, 35):
        await talk.cast.group(f"Class {number}", parent=talk.cast.tigers)
    pages = [await talk.say(talk.cast.alice, "/groups")]
    for _ in range(2):
        pages.append(await talk.tap(talk.cast.alice, pages[-1].lines[-1]))
    names = [line.split("•")[1] for page in pages for line in page.text.splitlines()[1:]]
    assert [len(page.text.splitlines()) - 1 for page in pages] == [10, 10, 6]
    assert len(set(names)) == 26
    back = await talk.tap(talk.cast.alice, pages[2].lines[-1])
    assert back.text == pages[1].text


async def test_rename_says_both_names_and_is_written_down(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/rename Lions of the North")
    assert heard.text == "Tigers is now called Lions of the North."
    entry = (await talk.cast.rows(AuditEntry))[-1]
    assert (entry.action, entry.actor_id) == ("group.renamed", talk.cast.alice.id)


async def test_rename_to_a_homoglyph_warns(talk: Talk) -> None:
    await talk.cast.group("Lions")
    heard = await talk.say(talk.cast.alice, "/rename T\u0456gers")
    assert "looks like your group Tigers" in heard.text


async def test_rename_without_a_name_shows_how_it_is_written(talk: Talk) -> None:
    assert (await talk.say(talk.cast.alice, "/rename")).text.endswith("/rename name")


async def test_move_shows_who_gains_and_loses_and_changes_nothing_yet(talk: Talk) -> None:
    cast = talk.cast
    cubs = await cast.group("Cubs", parent=cast.tigers)
    lions = await cast.group("Lions")
    await cast.join(cast.bob, Role.ADMIN)
    await cast.join(cast.charlie, Role.ADMIN, group=lions)
    before = await talk.everything()
    heard = await talk.say(cast.alice, "/move Cubs in Lions")
    assert heard.text.splitlines() == [
        "Move Cubs from Tigers into Lions?",
        "",
        "1 person gains rights in it",
        "• Charlie",
        "1 person loses rights in it",
        "• Bob",
        "",
        "Nothing has changed yet.",
    ]
    assert await talk.everything() == before
    done = await talk.tap(cast.alice, heard.lines[0])
    assert done.text == "Done: Cubs now stands in Lions."
    assert (await _group(talk, cubs)).parent_id == lions.id


async def test_move_names_ten_and_counts_the_rest(talk: Talk) -> None:
    lions = await talk.cast.group("Lions")
    for fan in await talk.cast.crowd(13):
        await talk.cast.join(fan, Role.ADMIN, group=lions)
    heard = await talk.say(talk.cast.alice, "/move Tigers in Lions")
    assert "13 people gain rights in it" in heard.text
    assert heard.text.count("• Fan") == 10
    assert "… and 3 more" in heard.text


@pytest.mark.attack(39)
async def test_a_confirmation_counts_for_what_was_shown_and_is_asked_again_otherwise(
    talk: Talk,
) -> None:
    cast = talk.cast
    lions = await cast.group("Lions")
    shown = await talk.say(cast.alice, "/move Tigers in Lions")
    await cast.join(cast.charlie, Role.OWNER, group=lions)
    heard = await talk.tap(cast.alice, shown.lines[0])
    assert "Charlie" in heard.text
    assert (await _group(talk, cast.tigers)).parent_id is None
    await talk.tap(cast.alice, heard.lines[0])
    assert (await _group(talk, cast.tigers)).parent_id == lions.id


@pytest.mark.attack(39)
async def test_somebody_else_s_tap_on_confirm_moves_nothing(talk: Talk) -> None:
    await talk.cast.group("Lions")
    heard = await talk.say(talk.cast.alice, "/move Tigers in Lions")
    assert (await talk.tap(talk.cast.bob, heard.lines[0])).refused
    assert (await talk.tap(talk.cast.charlie, heard.lines[0])).text == words("group_unknown")
    assert (await _group(talk, talk.cast.tigers)).parent_id is None


@pytest.mark.parametrize("line", ["/move Cubs to root", "/move to root", "/move Cubs in=root"])
async def test_move_to_root_makes_a_group_stand_on_its_own(talk: Talk, line: str) -> None:
    cubs = await talk.cast.group("Cubs", parent=talk.cast.tigers)
    heard = await talk.say(talk.cast.alice, line)
    assert heard.text.startswith("Make Cubs stand on its own?")
    done = await talk.tap(talk.cast.alice, heard.lines[0])
    assert done.text == "Done: Cubs stands on its own."
    assert (await _group(talk, cubs)).parent_id is None


@pytest.mark.parametrize("line", ["/move", "/move Cubs", "/move in", "/move Tigers in"])
async def test_move_without_a_place_shows_how_it_is_written(talk: Talk, line: str) -> None:
    heard = await talk.say(talk.cast.alice, line)
    assert heard.text.endswith("/move group in parent, or: /move group to root")


async def test_move_asks_which_of_several_with_buttons(talk: Talk) -> None:
    cast = talk.cast
    lions = await cast.group("Lions")
    twin = await cast.group("Tigers")
    heard = await talk.say(cast.alice, "/move tigers in Lions")
    assert heard.lines[1] == f"/move group={twin.id} in=Lions"
    asked = await talk.tap(cast.alice, heard.lines[1])
    await talk.tap(cast.alice, asked.lines[0])
    assert (await _group(talk, twin)).parent_id == lions.id


async def test_a_refused_move_says_why(talk: Talk) -> None:
    await talk.cast.group("Cubs", parent=talk.cast.tigers)
    heard = await talk.say(talk.cast.alice, "/move Tigers in Cubs")
    assert heard.text == words("move_cycle", group="Tigers", parent="Cubs")
