"""/help: short for those who may do little, by topics for those who may do much."""

from __future__ import annotations

import re

import pytest

from bot.commands import COMMANDS
from bot.commands.topics import OTHERS, TOPICS, topic_of
from tests.bot.commands.talk import Talk


def test_every_command_has_one_topic_and_no_topic_tells_of_another() -> None:
    named = [name for topic in TOPICS for name in topic.commands]
    assert sorted(named) == sorted(one.name for one in COMMANDS)
    assert [one.name for one in COMMANDS if topic_of(one.name) is OTHERS] == []


async def test_an_owner_sees_topics_and_every_command_by_name(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/help")
    whole = await talk.say(talk.cast.alice, "/help all")
    offered = re.findall(r"^/\w+", whole.text, re.MULTILINE)
    assert set(re.findall(r"/\w+", heard.text)) == set(offered)
    assert "/help invites" in heard.lines
    assert len(heard.text) < 1500 < len(whole.text)


@pytest.mark.parametrize("key", [one.key for one in TOPICS if one.key != "start"])
async def test_a_topic_tells_how_its_commands_are_written(talk: Talk, key: str) -> None:
    await talk.cast.bind()
    talk.system_admins.add(talk.cast.alice.sender.key())
    heard = await talk.say(talk.cast.alice, f"/help {key}")
    (topic,) = [one for one in TOPICS if one.key == key]
    told = re.findall(r"^/(\w+)", heard.text, re.MULTILINE)
    assert told
    assert set(told) <= set(topic.commands)
    assert heard.lines == ["/help"]


async def test_a_command_is_told_by_its_name(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/help /transfer")
    assert "/transfer who" in heard.text
    assert len(re.findall(r"^/", heard.text, re.MULTILINE)) == 1


async def test_what_one_may_not_do_is_not_told_by_its_name_either(talk: Talk) -> None:
    assert "/transfer" not in (await talk.say(talk.cast.charlie, "/help transfer")).text
    assert "/paid" not in (await talk.say(talk.cast.alice, "/help paid")).text
