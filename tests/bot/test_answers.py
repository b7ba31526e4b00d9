"""Answers that were due when a process died are said by the next, once and by nobody else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.answers import PATIENCE, Answers
from bot.command import Reply
from bot.ground import Ground
from bot.packing import pack
from bot.texts import Reader, say
from core.inbox import InboxRow
from core.model import Payload
from core.replies import LONGEST_DUE, REPEATED, keep_reply
from tests.cast import Cast
from tests.core.test_replies import answered as handled
from tests.faults.rig import until

READER = Reader("en", "UTC")


@dataclass
class Phones:
    """A platform that can answer later, or fails to."""

    said: list[int] = field(default_factory=list)
    broken: bool = False

    async def handle(self, row: InboxRow) -> bool:
        return False

    async def apologise(self, row: InboxRow) -> None:
        raise AssertionError("nothing went wrong")

    async def repeat(self, back: Payload, reply: Reply, reader: Reader) -> None:
        if self.broken:
            raise ConnectionError("nobody listens")
        self.said.append(back["chat"])


@dataclass
class Office:
    """What a process has of it: the ground, the platform, and who sees to the answers."""

    cast: Cast
    ground: Ground
    phones: Phones
    answers: Answers

    async def owe(self, name: str = "1") -> int:
        row_id = await handled(self.cast, name)
        kept = {**pack(Reply(say("Done")), READER), "back": {"chat": int(name)}}
        await self.cast.write(lambda s: keep_reply(s, row_id, kept))
        return row_id

    async def is_even(self) -> bool:
        return not await self.owed()

    async def owed(self) -> list[int]:
        return [row.id for row in await self.cast.rows(InboxRow) if row.reply is not None]


@pytest.fixture
def office(cast: Cast) -> Office:
    ground, phones = Ground(cast.database, clock=cast.clock), Phones()
    return Office(cast, ground, phones, Answers(ground, {"telegram": phones}))


async def test_what_another_process_owed_is_said_in_order_and_noted(office: Office) -> None:
    for name in ("1", "2", "3"):
        await office.owe(name)
    office.cast.clock.advance(seconds=PATIENCE.total_seconds())
    await office.answers.say_what_is_due()
    assert (office.phones.said, await office.owed()) == ([1, 2, 3], [])
    assert {row.last_error for row in await office.cast.rows(InboxRow)} == {REPEATED}
    assert office.ground.metrics.answers_repeated._value.get() == 3


async def test_what_may_be_in_another_worker_s_hands_waits(office: Office) -> None:
    await office.owe()
    await office.answers.say_what_is_due()
    alone = office.cast.database.engine.dialect.name == "sqlite"
    assert office.phones.said == ([1] if alone else [])


async def test_what_is_in_our_own_hands_is_left_alone(office: Office) -> None:
    office.ground.answering.under_way.add(await office.owe("1"))
    office.ground.answering.said.add(await office.owe("2"))
    office.cast.clock.advance(seconds=PATIENCE.total_seconds())
    await office.answers.say_what_is_due()
    assert office.phones.said == []


async def test_after_five_minutes_it_is_dropped(office: Office) -> None:
    await office.owe()
    office.cast.clock.advance(seconds=LONGEST_DUE.total_seconds() + 1)
    await office.answers.say_what_is_due()
    assert (office.phones.said, await office.owed()) == ([], [])


async def test_what_fails_again_is_not_tried_a_third_time(office: Office) -> None:
    await office.owe()
    office.cast.clock.advance(seconds=PATIENCE.total_seconds())
    office.phones.broken = True
    await office.answers.say_what_is_due()
    office.phones.broken = False
    await office.answers.say_what_is_due()
    assert (office.phones.said, await office.owed()) == ([], [])


async def test_what_was_said_is_forgotten_at_once(office: Office) -> None:
    office.ground.answering.under_way.add(row_id := await office.owe())
    loop = asyncio.create_task(office.answers.run())  # which looks at once for what is owed
    await asyncio.sleep(0)
    office.ground.answering.settle(row_id)
    await until(office.is_even)
    loop.cancel()
    await asyncio.wait([loop])
    assert office.phones.said == []


async def test_a_stop_forgets_the_last_ones(office: Office) -> None:
    office.ground.answering.settle(await office.owe())
    await office.answers.stop()
    assert (await office.owed(), office.ground.answering.said) == ([], set())
