"""/language and /timezone: what is chosen is spoken, and a group's choice where nothing is."""

from __future__ import annotations

import pytest

from core.access import Role
from core.audit import AuditEntry
from core.groups import Group
from core.people import Person
from tests.bot.commands.talk import TEAM_ROOM, Talk, words


async def test_a_zone_is_chosen_by_its_city_and_used_at_once(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/timezone new york")
    assert "America/New_York" in heard.text
    assert "America/New_York" in (await talk.say(talk.cast.alice, "/invite")).text


async def test_without_a_zone_common_ones_are_buttons(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/timezone")
    assert "/timezone Europe/Berlin" in heard.lines
    await talk.tap(talk.cast.bob, "/timezone Europe/Berlin")
    assert (await talk.cast.rows(Person))[1].timezone == "Europe/Berlin"
    assert "Europe/Berlin" in (await talk.say(talk.cast.bob, "/timezone")).text


async def test_a_slip_is_met_with_near_names(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/timezone Berln")
    assert (heard.refused, "/timezone Europe/Berlin" in heard.lines) == (True, True)
    assert (await talk.cast.rows(Person))[1].timezone is None


async def test_a_zone_that_is_nowhere_is_refused(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/timezone zzzzzzzz")
    assert heard.text == words("no_such_zone", zone="zzzzzzzz")


async def test_a_language_is_chosen_among_those_there_are(talk: Talk) -> None:
    assert "/language en" in (await talk.say(talk.cast.bob, "/language")).lines
    assert "English" in (await talk.say(talk.cast.bob, "/language EN")).text
    assert (await talk.cast.rows(Person))[1].locale == "en"
    heard = await talk.say(talk.cast.bob, "/language tlh")
    assert heard.text == words("no_such_language", language="tlh")


async def test_a_group_s_zone_is_for_those_who_chose_none(talk: Talk) -> None:
    await talk.cast.bind()
    await talk.say(talk.cast.alice, "/timezone Asia/Tokyo")
    await talk.say(talk.cast.alice, "/timezone Europe/Berlin for=group", TEAM_ROOM)
    dana = await talk.cast.somebody(role=Role.ADMIN)
    assert "Europe/Berlin" in (await talk.say(dana, "/invite", TEAM_ROOM)).text
    assert "Asia/Tokyo" in (await talk.say(talk.cast.alice, "/invite", TEAM_ROOM)).text
    assert "group.zone_set" in [row.action for row in await talk.cast.rows(AuditEntry)]


async def test_in_private_the_current_group_s_zone_counts(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/timezone Europe/Berlin for=group")
    assert "Europe/Berlin" in (await talk.say(talk.cast.alice, "/invite")).text


@pytest.mark.attack(28)
@pytest.mark.parametrize("line", ["/language en for=group", "/timezone UTC for=group"])
async def test_only_admins_choose_for_a_group(talk: Talk, line: str) -> None:
    await talk.cast.bind()
    before = (await talk.cast.rows(Group))[0]
    for who in (talk.cast.bob, talk.cast.charlie):
        assert (await talk.say(who, line, TEAM_ROOM)).refused
    after = (await talk.cast.rows(Group))[0]
    assert (after.locale, after.timezone) == (before.locale, before.timezone) == (None, None)


async def test_whose_it_is_must_be_readable(talk: Talk) -> None:
    assert "for=group" in (await talk.say(talk.cast.bob, "/timezone UTC for=mars")).text
