"""A tap for each remedy: a message is tried again or called off, or all of a list are."""

from __future__ import annotations

import pytest

from core.deliveries import DeliveryStatus
from tests.bot.commands.talk import Talk
from tests.core.dead import lay, statuses

DEAD, UNCERTAIN = DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN


@pytest.fixture
async def troubled(talk: Talk) -> Talk:
    """Two messages of the Tigers went wrong."""
    await lay(talk.cast, DEAD, "-1")
    await lay(talk.cast, DeliveryStatus.FAILED, "-2")
    return talk


async def test_a_tap_tries_again_and_another_calls_off(troubled: Talk) -> None:
    heard = await troubled.say(troubled.cast.alice, "/outbox dead")
    retried = await troubled.tap(troubled.cast.alice, heard.lines[0])
    assert retried.text == "It is tried again now. /outbox shows what comes of it."
    await troubled.tap(troubled.cast.alice, heard.lines[1])
    assert await statuses(troubled.cast) == ["cancelled", "failed"]


async def test_an_uncertain_message_may_come_twice_and_that_is_said(talk: Talk) -> None:
    (one,) = await lay(talk.cast, UNCERTAIN, "-1")
    heard = await talk.tap(talk.cast.alice, f"/outbox retry {one}")
    assert "comes twice" in heard.text


async def test_all_are_tried_again_after_a_question(troubled: Talk) -> None:
    asked = await troubled.say(troubled.cast.alice, "/outbox all dead")
    assert "Try 1 message again?" in asked.text
    assert await statuses(troubled.cast) == ["dead", "failed"]
    await troubled.tap(troubled.cast.alice, asked.lines[0])
    assert await statuses(troubled.cast) == ["pending", "failed"]


async def test_what_is_more_by_now_is_asked_again(troubled: Talk) -> None:
    asked = await troubled.say(troubled.cast.alice, "/outbox all dead")
    await lay(troubled.cast, DEAD, "-7")
    again = await troubled.tap(troubled.cast.alice, asked.lines[0])
    assert "Try 2 messages again?" in again.text


async def test_nothing_to_try_again_is_said(talk: Talk) -> None:
    for view in ("waiting", "dead"):
        heard = await talk.say(talk.cast.alice, f"/outbox all {view}")
        assert "nothing to try again" in heard.text
        heard = await talk.say(talk.cast.alice, f"/outbox {view}")
        assert heard.text.endswith("nothing. /outbox shows the rest.")
