"""The nightly sweep against the sandbox: what Telegram forgot to tell comes out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.platforms.telegram.sweep import RoomSweep, last_night
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.chats import Member
from bot.telegram_api import TelegramBot
from core.access import Role
from core.chats import Chat
from core.chats.occupants import Occupant, Presence
from core.people import Sender, recognise
from tests.bot.platforms.telegram.phones import BOB, CAROL, DANA, ROOM
from tests.cast import Cast, Somebody
from tests.core.door import see


class Watch:
    """A sweep that does not wait, and how often it would have."""

    def __init__(self, bot: TelegramBot, cast: Cast) -> None:
        self.pauses: list[float] = []
        self.wakes: list[bool] = []
        self.cast = cast
        self.sweep = RoomSweep(
            bot,
            Ground(cast.database, cast.clock),
            zone="UTC",
            wake=lambda: self.wakes.append(True),
            pause=self._pause,
        )

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def presences(self) -> dict[int, Presence]:
        """By the person's number in the sandbox."""
        rows = await self.cast.rows(Occupant)
        return {self.numbers[row.identity_id]: row.presence for row in rows}

    numbers: dict[int, int]


@pytest.fixture
async def watch(bot: TelegramBot, sqlite_cast: Cast) -> Watch:
    """Bob and Carol of the sandbox are members of the Tigers, whose room is its room."""
    cast = sqlite_cast
    watch = Watch(bot, cast)
    watch.numbers = {}
    await cast.bind(str(ROOM))
    for number, role in ((DANA, Role.ADMIN), (BOB, Role.MEMBER), (CAROL, Role.MEMBER)):
        sender = Sender("telegram", str(number), f"Person {number}")

        def meet(s: Session, sender: Sender = sender) -> tuple[int, int]:
            identity = recognise(s, sender=sender, now=cast.now)
            s.flush()
            return identity.id, identity.person_id

        identity_id, person_id = await cast.write(meet)
        watch.numbers[identity_id] = number
        await cast.join(Somebody(person_id, sender), role)
    watch.numbers |= {1: 1001, 2: 1002}  # alice and bob of the cast, whom the sandbox does not know
    return watch


async def test_it_finds_who_is_there_and_who_is_not(watch: Watch, sandbox: Sandbox) -> None:
    sandbox.telegram.add_member(ROOM, BOB)
    await watch.sweep.tick()
    assert await watch.presences() == {
        DANA: Presence.IN,
        BOB: Presence.IN,
        CAROL: Presence.OUT,
        1001: Presence.OUT,
        1002: Presence.OUT,
    }


async def test_it_finds_who_left_without_a_word(watch: Watch, sandbox: Sandbox) -> None:
    sandbox.telegram.add_member(ROOM, BOB)
    await watch.sweep.tick()
    sandbox.telegram.room(ROOM).members[BOB] = Member(BOB, "left")
    watch.cast.clock.advance(days=1)
    await watch.sweep.tick()
    assert (await watch.presences())[BOB] is Presence.OUT


async def test_it_is_paced_and_done_for_the_night(watch: Watch) -> None:
    await watch.sweep.tick()
    assert watch.pauses == [0.1] * 5
    await watch.sweep.tick()
    assert len(watch.pauses) == 5
    (chat,) = await watch.cast.rows(Chat)
    assert (chat.sweep_since, chat.swept_at) == (None, watch.cast.now)


@pytest.mark.fault(31)
async def test_a_wait_that_telegram_asks_for_ends_the_tick_and_keeps_what_was_found(
    watch: Watch, sandbox: Sandbox
) -> None:
    sandbox.telegram.add_member(ROOM, BOB)
    busy = Fault("getChatMember", status=429, parameters={"retry_after": 30})

    async def pause(seconds: float) -> None:
        watch.pauses.append(seconds)
        if len(watch.pauses) == 2:
            sandbox.faults.add(busy)

    watch.sweep._pause = pause
    await watch.sweep.tick()
    assert len(await watch.presences()) == 2
    await watch.sweep.tick()
    assert len(await watch.presences()) == 5


async def test_a_room_that_is_out_of_reach_is_left_for_the_next_night(
    watch: Watch, sandbox: Sandbox
) -> None:
    sandbox.telegram.set_bot_status(ROOM, "kicked", by=DANA)
    await watch.sweep.tick()
    (chat,) = await watch.cast.rows(Chat)
    assert (chat.sweep_since, chat.swept_at) == (None, watch.cast.now)
    assert not {DANA, BOB, CAROL} & set(await watch.presences())


async def test_who_spoke_there_is_asked_about_too(watch: Watch, sandbox: Sandbox) -> None:
    await see(watch.cast, watch.cast.charlie, room=str(ROOM), at=watch.cast.now)
    watch.cast.clock.advance(minutes=1)
    await watch.sweep.tick()
    charlie, *_ = await watch.cast.rows(Occupant)
    assert charlie.presence is Presence.OUT


@pytest.mark.parametrize(
    ("hour", "zone", "night"),
    [
        (12, "UTC", datetime(2026, 11, 20, 3, tzinfo=UTC)),
        (2, "UTC", datetime(2026, 11, 19, 3, tzinfo=UTC)),
        (12, "Asia/Tokyo", datetime(2026, 11, 19, 18, tzinfo=UTC)),
    ],
)
def test_the_last_night_is_that_of_the_zone(hour: int, zone: str, night: datetime) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour)
    assert last_night(now, zone) == night
