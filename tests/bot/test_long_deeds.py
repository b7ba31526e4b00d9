"""What takes long, through the outbox to the emulated Telegram: one message, edited as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.broadcasting import carry_broadcasts_on
from bot.channels import Channel, Postal
from bot.channels.telegram import TelegramChannel
from bot.dispatch import Defaults
from bot.ground import Ground
from bot.guest_importing import carry_imports_on
from bot.importing import import_rosters
from bot.notices import Telling
from bot.pacing import Pacing
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.telegram_api import make_bot
from bot.texts import Reader
from bot.worker import OutboxJob
from core.deliveries import Delivery, DeliveryStatus
from core.guests.weighing import AT_ONCE
from core.long_deeds import EDIT_EVERY
from core.outbox import OutboxEvent
from core.people import Identity
from core.rosters.weighing import CHUNK
from core.rosters.work import work_off_chunk
from tests.bot.commands.guest_talk import EventTalk, event_talk
from tests.bot.commands.talk import ISOLATES
from tests.bot.test_live_cards import ours
from tests.bot.test_worker import Post
from tests.cast import ALICE, Cast
from tests.core.eventing import put_guest
from tests.faults.rig import DANA, TOKEN, until

SENT = DeliveryStatus.SENT
EVERYBODY = 50

ALL = frozenset({"telegram", "email"})


class Gate:
    """A channel that lets so many letters through as it is told."""

    def __init__(self, letters: asyncio.Semaphore) -> None:
        self._letters = letters

    async def send(self, address: str, telling: Telling, reader: Reader) -> str | None:
        await self._letters.acquire()
        return address


@pytest.fixture
def gate() -> asyncio.Semaphore:
    return asyncio.Semaphore(0)


@pytest.fixture
async def rig(sqlite_cast: Cast, sandbox: Sandbox, gate: asyncio.Semaphore) -> AsyncIterator[Post]:
    async with make_bot(TOKEN, sandbox.url) as bot:
        unpaced = Pacing({}, lambda: sqlite_cast.clock().timestamp())
        ground = Ground(sqlite_cast.database, sqlite_cast.clock, pacing=unpaced)
        channels: dict[str, Channel | Postal] = {"email": Gate(gate)}
        channels["telegram"] = TelegramChannel(bot)
        job = OutboxJob(ground, channels, reader=Reader("en", "UTC"))
        yield Post(sqlite_cast, sandbox, job, ground)
        for _ in range(EVERYBODY):
            gate.release()
        await job.stop()


@pytest.fixture
async def talk(rig: Post) -> EventTalk:
    """Alice holds the sandbox's first phone, on which Start was pressed, and has an event."""
    cast = rig.cast
    cast.alice = replace(cast.alice, sender=replace(ALICE, address=str(DANA)))
    phone = update(Identity).where(Identity.person_id == cast.alice.id).values(address=str(DANA))
    await cast.write(lambda s: s.execute(phone))
    rig.sandbox.telegram.press_start(DANA)
    talk = await event_talk(cast, region="IL")
    talk.defaults = Defaults(channels=ALL, public_url="https://usher.example")
    await talk.say(cast.alice, "/start")
    return talk


async def crowd_of(talk: EventTalk, size: int) -> None:
    """Guests whom only an e-mail reaches."""
    for number in range(size):
        await put_guest(talk.cast, talk.event, f"Guest {number}", email=f"g{number}@x.org")


async def send(talk: EventTalk) -> str:
    """The code of a broadcast to all of them, whose minute is over."""
    shown = await talk.say(talk.cast.alice, "/broadcast to=all Hello")
    sent = await talk.tap(talk.cast.alice, shown.lines[0])
    talk.cast.clock.advance(seconds=61)
    return sent.lines[0].split()[-1]


async def arrive(rig: Post, gate: asyncio.Semaphore, how_many: int, *, of: int) -> None:
    """So many letters more are sent, which makes `of`."""
    for _ in range(how_many):
        gate.release()

    async def look() -> bool:
        rows = await rig.cast.rows(Delivery)
        return sum(one.kind == "announcement" and one.status is SENT for one in rows) == of

    await until(look)


async def pass_time(rig: Post, span: timedelta = EDIT_EVERY) -> str:
    """What the one message to alice says when that time has passed and all is told."""
    rig.cast.clock.now += span
    await carry_broadcasts_on(rig.ground)
    await carry_imports_on(rig.ground)
    return await told(rig)


async def told(rig: Post) -> str:
    async def look() -> bool:
        # Facts first: between the two they may become messages.
        waits = [one for one in await rig.cast.rows(OutboxEvent) if one.processed_at is None]
        rows = [one for one in await rig.cast.rows(Delivery) if one.kind != "announcement"]
        return bool(rows) and not waits and all(one.status is SENT for one in rows)

    await until(look)
    [shown] = ours(rig, DANA)
    return ISOLATES.sub("", shown.text or "")


async def test_a_broadcast_has_one_message_that_is_edited_as_it_goes(
    rig: Post, talk: EventTalk, gate: asyncio.Semaphore
) -> None:
    await crowd_of(talk, 4)
    code = await send(talk)
    assert await pass_time(rig) == "To Cup final: on its way\n░░░░░░░░░░ 0 of 4"
    await arrive(rig, gate, 3, of=3)
    assert "▓▓▓▓▓▓▓░░░ 3 of 4" in await pass_time(rig)
    await arrive(rig, gate, 1, of=4)
    assert await pass_time(rig) == "To Cup final: done\nsent: 4"
    [shown] = ours(rig, DANA)
    assert shown.buttons()[0]["callback_data"] == f"/broadcast table {code}"


async def test_it_is_edited_no_more_than_once_in_three_seconds(
    rig: Post, talk: EventTalk, gate: asyncio.Semaphore
) -> None:
    await crowd_of(talk, 20)
    await send(talk)
    await pass_time(rig)
    for number in range(1, 11):  # three seconds of letters
        await arrive(rig, gate, 1, of=number)
        await pass_time(rig, EDIT_EVERY / 10)
    edits = [one for one in await rig.cast.rows(OutboxEvent) if one.event_type == "progress.made"]
    assert len(edits) == 1
    assert "10 of 20" in await told(rig)


async def test_an_edit_that_waits_is_not_followed_by_another(rig: Post, talk: EventTalk) -> None:
    await crowd_of(talk, 2)
    await send(talk)
    await pass_time(rig)
    wait = {"retry_after": 3600}
    rig.sandbox.faults.add(Fault("editMessageText", times=99, status=429, parameters=wait))
    for _ in range(5):
        rig.cast.clock.now += EDIT_EVERY
        await carry_broadcasts_on(rig.ground)
    edits = [one for one in await rig.cast.rows(OutboxEvent) if one.event_type == "progress.made"]
    assert len(edits) == 1


async def test_what_is_called_back_ends_in_the_same_message(
    rig: Post, talk: EventTalk, gate: asyncio.Semaphore
) -> None:
    await crowd_of(talk, 3)
    code = await send(talk)
    await pass_time(rig)
    await arrive(rig, gate, 3, of=3)
    await talk.tap(talk.cast.alice, f"/broadcast cancel {code}")
    assert await told(rig) == "To Cup final: called back\nsent: 3"


async def test_a_long_list_shows_how_far_it_is(rig: Post, talk: EventTalk) -> None:
    rows = "\n".join(f"Guest {number},05{number:08d}" for number in range(AT_ONCE + 20))
    shown = await talk.say(talk.cast.alice, f"/import\nName,Phone\n{rows}")
    await talk.tap(talk.cast.alice, shown.lines[0])
    assert (
        await told(rig) == f"The list for Cup final goes in\n▓▓▓▓▓▓▓▓▓░ {AT_ONCE} of {AT_ONCE + 20}"
    )
    text = await pass_time(rig)
    assert text == f"The list for Cup final is in.\n{AT_ONCE + 20} new guests\n0 changed"


async def test_a_long_roster_shows_how_far_it_is(rig: Post, talk: EventTalk) -> None:
    lines = "\n".join(f"Player {number}" for number in range(2 * CHUNK + 1))
    tigers = talk.cast.tigers.id
    shown = await talk.say(talk.cast.alice, f"/importroster group={tigers}\nPlayer\n{lines}")
    await talk.tap(talk.cast.alice, shown.lines[0])
    rows = 2 * CHUNK + 1
    assert await told(rig) == f"Tigers: ░░░░░░░░░░ 0 of {rows} rows are done."
    rig.cast.clock.now += EDIT_EVERY
    await rig.cast.write(lambda s: work_off_chunk(s, rulers=(), now=rig.cast.now))
    text = await told(rig)
    assert text == f"Tigers: ▓▓▓▓░░░░░░ {CHUNK} of {rows} rows are done.\nAdded: {CHUNK}"
    await import_rosters(rig.ground, ())
    assert await told(rig) == f"The list for Tigers is done: {rows} rows.\nAdded: {rows}"
