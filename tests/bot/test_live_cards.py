"""A card in a room, through the outbox to the emulated Telegram: few edits, no tap lost."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.cards.drawing import draw_cards
from bot.channels.telegram import TelegramChannel
from bot.ground import Ground
from bot.pacing import Pacing
from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.messages import Message
from bot.telegram_api import make_bot
from bot.texts import Reader
from bot.worker import OutboxJob
from core.deliveries import Delivery, DeliveryStatus
from core.events import get_event
from core.events.rooms import ask_in_rooms
from tests.bot.test_worker import Post
from tests.cast import Cast
from tests.core.eventing import make_event
from tests.core.test_rsvp import answer
from tests.faults.rig import TOKEN

SENT = DeliveryStatus.SENT


@pytest.fixture
async def rig(sqlite_cast: Cast, sandbox: Sandbox) -> AsyncIterator[Post]:
    async with make_bot(TOKEN, sandbox.url) as bot:
        unpaced = Pacing({}, lambda: sqlite_cast.clock().timestamp())
        ground = Ground(sqlite_cast.database, sqlite_cast.clock, pacing=unpaced)
        channels = {"telegram": TelegramChannel(bot)}
        job = OutboxJob(ground, channels, reader=Reader("en", "UTC"))
        yield Post(sqlite_cast, sandbox, job, ground)
        await job.stop()


def ours(rig: Post, room: int) -> list[Message]:
    """What we said in the room, as it reads there now."""
    bot = rig.sandbox.telegram.bot.id
    return [one for one in rig.sandbox.telegram.messages(room) if one.from_id == bot]


def card(rig: Post, room: int) -> tuple[str, int]:
    """What the one message of ours in the room says, and how many buttons it has."""
    [shown] = ours(rig, room)
    return shown.text or "", len(shown.buttons())


async def test_a_hundred_taps_change_it_once_and_each_is_counted(rig: Post) -> None:
    cast, room = rig.cast, await rig.room()
    place = await make_event(cast)
    await draw_cards(rig.ground)
    await rig.come_to(SENT)
    assert "2 have not answered" in card(rig, room)[0]
    for who in await cast.crowd(100):
        await answer(cast, who, place, room_of=cast.tigers.id)
        await draw_cards(rig.ground)
    assert len(await cast.rows(Delivery)) == 1
    cast.clock.advance(seconds=4)
    await draw_cards(rig.ground)
    await rig.come_to(SENT, SENT)
    text, buttons = card(rig, room)
    assert "yes: 100" in text
    assert buttons == 4


async def test_when_it_was_shown_twice_the_latest_changes(rig: Post) -> None:
    cast, room = rig.cast, await rig.room()
    place = await make_event(cast)
    await draw_cards(rig.ground)
    cast.clock.advance(minutes=1)
    await cast.write(lambda s: ask_in_rooms(s, get_event(s, place.id), now=cast.now))
    await rig.come_to(SENT, SENT)
    await answer(cast, cast.bob, place)
    cast.clock.advance(seconds=4)
    await draw_cards(rig.ground)
    await rig.come_to(SENT, SENT, SENT)
    older, newer = ours(rig, room)
    assert ("Bob" in (older.text or ""), "Bob" in (newer.text or "")) == (False, True)
