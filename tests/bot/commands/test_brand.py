"""/brand: what a club's e-mails look like."""

from __future__ import annotations

import pytest

from tests.bot.commands.talk import Talk


async def test_it_shows_how_they_look(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/brand")
    assert "From: Tigers" in heard.text
    assert "#ffffff on #24476b" in heard.text


async def test_it_changes_what_is_given(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, '/brand name="FC Tigers" logo=FCT colour=#B3261E')
    assert "From: FC Tigers" in heard.text
    assert "Logo: FCT" in heard.text
    assert "#ffffff on #b3261e" in heard.text
    assert "From: FC Tigers" in (await talk.say(talk.cast.alice, "/brand")).text


@pytest.mark.parametrize("line", ["/brand colour=blue", "/brand colour=#ffe000 text=#ffffff"])
async def test_what_can_t_be_read_is_refused_with_a_way_out(talk: Talk, line: str) -> None:
    before = await talk.everything()
    heard = await talk.say(talk.cast.alice, line)
    assert heard.refused
    assert "#" in heard.text
    assert await talk.everything() == before


@pytest.mark.attack(22)
async def test_a_member_does_not_choose(talk: Talk) -> None:
    assert (await talk.say(talk.cast.bob, "/brand colour=#b3261e")).refused
