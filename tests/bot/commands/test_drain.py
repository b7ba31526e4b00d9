"""/drain: what waits goes at once, and a tap says what went."""

from __future__ import annotations

from core.deliveries import DeliveryStatus
from tests.bot.commands.talk import Talk
from tests.core.dead import lay
from tests.core.sending import claim, sent

PENDING = DeliveryStatus.PENDING


async def test_a_drain_says_what_goes_and_a_tap_what_went(talk: Talk) -> None:
    await lay(talk.cast, PENDING, "-1", "-2", attempts=1)
    heard = await talk.say(talk.cast.alice, "/drain")
    assert "2 messages are sent now" in heard.text
    (first, *_) = await claim(talk.cast)
    await sent(talk.cast, first)
    told = await talk.tap(talk.cast.alice, heard.lines[0])
    assert told.text.splitlines()[1:] == ["Sent: 1", "Still waiting: 1"]
    assert told.labels == ["Look again"]


async def test_a_drain_of_nothing_says_so(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/drain")
    assert "Nothing waits." in heard.text
