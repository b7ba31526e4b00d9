"""The inbox is worked off: in order within a chat, side by side between chats, each update once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

import bot.intake
from bot.ground import Ground
from bot.inbound import UnreadableUpdate
from bot.intake import BATCH, LANES, Intake
from core.database import Database, announce
from core.errors import DatabaseUnavailable
from core.inbox import TOPIC, Arrival, InboxRow, InboxStatus, keep, list_waiting, mark_handled
from tests.bot.web.conftest import locked
from tests.cast import Clock, rows
from tests.conftest import opened
from tests.faults.rig import until

PENDING, HANDLED, UNREADABLE, DEAD = InboxStatus
NEVER_S = 3600.0


@dataclass
class Chats:
    """A platform that writes down what it handles, and on which things go wrong by name."""

    ground: Ground
    handled: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    apologies: list[str] = field(default_factory=list)
    closed: dict[str, asyncio.Event] = field(default_factory=dict)

    def close(self, lane: str) -> asyncio.Event:
        """The chat's updates wait until the event is set."""
        return self.closed.setdefault(lane, asyncio.Event())

    async def handle(self, row: InboxRow) -> bool:
        self.tried.append(row.external_id)
        if row.lane in self.closed:
            await self.closed[row.lane].wait()
        if "bug" in row.external_id:
            raise ZeroDivisionError("a bug")
        if "unreadable" in row.external_id:
            raise UnreadableUpdate("no date")
        if "foreign" in row.external_id:
            return False
        now = self.ground.clock()
        if await self.ground.database.write(lambda s: mark_handled(s, row.id, now=now)):
            self.handled.append(row.external_id)
        return True

    async def apologise(self, row: InboxRow) -> None:
        self.apologies.append(row.external_id)
        if "rude" in row.external_id:
            raise ConnectionError("nobody listens")


@dataclass
class Inbox:
    """A database with an inbox, and a platform that takes from it."""

    database: Database
    chats: Chats

    async def arrive(self, *names: str) -> None:
        """Each `chat/update`, kept in one commit."""
        arrivals = [Arrival("telegram", name, name.partition("/")[0], {}) for name in names]
        now = self.chats.ground.clock()
        await self.database.write(lambda s: keep(s, arrivals, now=now))

    async def statuses(self) -> dict[str, InboxStatus]:
        return {row.external_id: row.status for row in await rows(self.database, InboxRow)}

    async def settled(self) -> dict[str, InboxStatus]:
        """The statuses, once nothing is pending."""

        async def look() -> dict[str, InboxStatus]:
            found = await self.statuses()
            return found if found and PENDING not in found.values() else {}

        return await until(look)

    async def has_handled(self, *names: str) -> None:
        async def look() -> bool:
            return set(names) <= set(self.chats.handled)

        await until(look)

    @asynccontextmanager
    async def worked_off(self, *, pause_s: float = NEVER_S) -> AsyncIterator[Intake]:
        intake = Intake(self.chats.ground, {"telegram": self.chats}, pause_s=pause_s)
        task = asyncio.create_task(intake.run())
        try:
            yield intake
        finally:
            await intake.stop()
            await asyncio.wait_for(task, 5)


def inbox_of(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, Chats(Ground(database, clock)))


@pytest.fixture
def inbox(sqlite_database: Database, clock: Clock) -> Inbox:
    return inbox_of(sqlite_database, clock)


async def test_the_commit_wakes_it_and_not_the_pause(inbox: Inbox) -> None:
    async with inbox.worked_off():
        await inbox.arrive("a/1")
        await inbox.has_handled("a/1")
        await inbox.arrive("a/2", "b/1")
        assert set((await inbox.settled()).values()) == {HANDLED}


async def test_order_is_kept_within_a_chat_and_chats_go_side_by_side(inbox: Inbox) -> None:
    gate = inbox.chats.close("a")
    await inbox.arrive("a/1", "a/2", "a/3", "b/1", "b/2")
    async with inbox.worked_off():
        await inbox.has_handled("b/1", "b/2")
        assert inbox.chats.tried.count("a/2") == 0
        gate.set()
        await inbox.settled()
    assert inbox.chats.handled == ["b/1", "b/2", "a/1", "a/2", "a/3"]


async def test_what_arrives_for_a_busy_chat_waits_its_turn(inbox: Inbox) -> None:
    gate = inbox.chats.close("a")
    async with inbox.worked_off():
        for number in range(5):
            await inbox.arrive(f"a/{number}")
        gate.set()
        await inbox.settled()
    assert inbox.chats.handled == [f"a/{number}" for number in range(5)]


@pytest.mark.fault(15)
async def test_a_chat_with_very_much_to_do_does_not_hide_the_others(inbox: Inbox) -> None:
    gate = inbox.chats.close("a")
    await inbox.arrive(*(f"a/{number}" for number in range(BATCH)), "b/1")
    async with inbox.worked_off():
        await inbox.has_handled("b/1")
        gate.set()


async def test_more_chats_than_can_be_served_at_once_are_all_served(inbox: Inbox) -> None:
    names = [f"{chat}/{number}" for chat in range(2 * LANES) for number in range(2)]
    await inbox.arrive(*names)
    async with inbox.worked_off():
        assert set((await inbox.settled()).values()) == {HANDLED}
    assert Counter(inbox.chats.handled) == Counter(names)


async def test_what_arrives_at_once_is_read_once(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []

    def read(*args: Any, **options: Any) -> list[InboxRow]:
        reads.append(1)
        return list_waiting(*args, **options)

    monkeypatch.setattr("bot.intake.inbox.list_waiting", read)
    await inbox.arrive(*(f"{chat}/1" for chat in range(2 * LANES)))
    async with inbox.worked_off():
        await inbox.settled()
    assert len(reads) == 1


async def test_chats_keep_their_order_however_little_is_read_at_once(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.intake, "LANES", 3)
    monkeypatch.setattr(bot.intake, "BATCH", 5)
    updates = {chat: [f"{chat}/{number}" for number in range(5 + chat)] for chat in range(6)}
    async with inbox.worked_off():
        await inbox.arrive(*updates[5])
        for number in range(10):
            await inbox.arrive(*(each[number] for each in updates.values() if number < len(each)))
        await inbox.settled()
    for chat, names in updates.items():
        assert [name for name in inbox.chats.handled if name.startswith(f"{chat}/")] == names


@pytest.mark.parametrize("told", [True, False])
async def test_a_lower_id_that_is_committed_late_is_seen(inbox: Inbox, told: bool) -> None:
    def commit_late(session: Session) -> None:
        lower = {"id": -1, "platform": "telegram", "external_id": "b/1", "lane": "b"}
        session.add(InboxRow(**lower, payload={}, received_at=inbox.chats.ground.clock()))
        if told:
            announce(session, TOPIC)

    async with inbox.worked_off(pause_s=NEVER_S if told else 0.01):
        await inbox.arrive("a/1")
        await inbox.has_handled("a/1")
        await inbox.database.write(commit_late)
        await inbox.has_handled("b/1")


async def test_a_bug_is_apologised_for_once_and_replayed_until_it_is_dead(inbox: Inbox) -> None:
    await inbox.arrive("a/bug", "a/2")
    async with inbox.worked_off(pause_s=0.01):
        assert await inbox.settled() == {"a/bug": DEAD, "a/2": HANDLED}
    assert inbox.chats.tried == ["a/bug"] * 3 + ["a/2"]
    assert inbox.chats.apologies == ["a/bug"]
    (row, _) = await rows(inbox.database, InboxRow)
    assert (row.attempts, row.last_error) == (3, "ZeroDivisionError: a bug")


async def test_an_apology_that_fails_changes_nothing(inbox: Inbox) -> None:
    await inbox.arrive("a/rude-bug", "a/2")
    async with inbox.worked_off(pause_s=0.01):
        assert await inbox.settled() == {"a/rude-bug": DEAD, "a/2": HANDLED}


async def test_a_bug_in_one_chat_is_not_tried_faster_because_others_talk(inbox: Inbox) -> None:
    async with inbox.worked_off():
        await inbox.arrive("a/bug")
        for number in range(20):
            await inbox.arrive(f"b/{number}")
            await inbox.has_handled(f"b/{number}")
    assert inbox.chats.tried.count("a/bug") == 1


@pytest.mark.fault(45)
async def test_an_unreadable_update_is_set_aside_and_the_other_99_are_handled(
    inbox: Inbox,
) -> None:
    await inbox.arrive(*(f"a/{number}" for number in range(50)), "a/unreadable")
    await inbox.arrive(*(f"a/{number}" for number in range(50, 99)))
    async with inbox.worked_off():
        found = await inbox.settled()
    assert Counter(found.values()) == {HANDLED: 99, UNREADABLE: 1}
    assert inbox.chats.handled == [f"a/{number}" for number in range(99)]


async def test_an_update_that_is_not_for_us_is_marked_handled(inbox: Inbox) -> None:
    await inbox.arrive("a/foreign")
    async with inbox.worked_off():
        assert await inbox.settled() == {"a/foreign": HANDLED}


async def test_a_platform_that_is_not_known_kills_nothing_but_its_updates(inbox: Inbox) -> None:
    await inbox.arrive("b/1")
    strange = [Arrival("pigeon", "1", "c", {})]
    await inbox.database.write(lambda s: keep(s, strange, now=inbox.chats.ground.clock()))
    async with inbox.worked_off(pause_s=0.01):
        assert await inbox.settled() == {"b/1": HANDLED, "1": DEAD}


@pytest.mark.fault(42)
async def test_what_a_dead_process_left_is_handled_at_the_next_start(
    database: Database, clock: Clock
) -> None:
    inbox = inbox_of(database, clock)
    await inbox.arrive(*(f"{number % 7}/{number}" for number in range(100)))
    inbox.chats.close("3")
    async with inbox.worked_off():
        await inbox.has_handled("0/0")
        for lane in list(inbox.chats.closed.values()):
            lane.set()
    async with inbox.worked_off():
        assert Counter((await inbox.settled()).values()) == {HANDLED: 100}
    assert Counter(inbox.chats.handled).most_common(1)[0][1] == 1


@pytest.mark.fault(43)
async def test_an_update_that_comes_thrice_at_once_has_one_effect(
    database: Database, clock: Clock
) -> None:
    inbox = inbox_of(database, clock)
    names = [f"{number}/x" for number in range(10)]
    async with inbox.worked_off(), inbox.worked_off():
        await asyncio.gather(*(inbox.arrive(*names) for _ in range(3)))
        await inbox.settled()
        await inbox.arrive(*names)
    assert Counter(inbox.chats.handled) == Counter(names)


@pytest.mark.fault(23)
async def test_a_locked_database_delays_and_loses_nothing(
    sqlite_database_url: str, clock: Clock
) -> None:
    async with opened(sqlite_database_url, busy_timeout_s=0.02) as database:
        inbox = inbox_of(database, clock)
        await inbox.arrive("a/1", "a/2", "b/1")
        with locked(database):
            async with inbox.worked_off(pause_s=0.01):
                await until(lambda: _tried_again(inbox, "a/1"))
        assert set((await inbox.statuses()).values()) == {PENDING}
        async with inbox.worked_off(pause_s=0.01):
            await inbox.settled()
    assert sorted(inbox.chats.handled) == ["a/1", "a/2", "b/1"]
    assert inbox.chats.apologies == []


async def test_an_outage_while_reading_does_not_end_it(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    read = inbox.database.read

    async def flaky(unit: object) -> object:
        looks.append(1)
        if len(looks) < 4:
            raise DatabaseUnavailable("gone")
        return await read(unit)  # type: ignore[arg-type]

    await inbox.arrive("a/1")
    monkeypatch.setattr(inbox.database, "read", flaky)
    async with inbox.worked_off(pause_s=0.01):
        await inbox.has_handled("a/1")


@pytest.mark.fault(17)
async def test_a_stop_finishes_what_is_in_work_and_takes_no_more(inbox: Inbox) -> None:
    gate = inbox.chats.close("a")
    async with inbox.worked_off() as intake:
        await inbox.arrive("a/1", "a/2")
        await until(lambda: _tried_again(inbox, "a/1", times=1))
        stop = asyncio.create_task(intake.stop())
        await asyncio.wait([stop], timeout=0.05)
        assert not stop.done()
        gate.set()
        await stop
    assert await inbox.statuses() == {"a/1": HANDLED, "a/2": PENDING}


async def test_a_stop_does_not_wait_for_a_chat_that_rests_after_a_failure(inbox: Inbox) -> None:
    async with inbox.worked_off() as intake:
        await inbox.arrive("a/bug")
        await until(lambda: _failed_once(inbox))
        await asyncio.wait_for(intake.stop(), 2)


async def test_handled_updates_are_forgotten_after_seven_days_and_others_never(
    inbox: Inbox, clock: Clock
) -> None:
    await inbox.arrive("a/1", "b/bug", "c/unreadable")
    async with inbox.worked_off(pause_s=0.01) as intake:
        await inbox.settled()
        clock.advance(days=7)
        await intake.prune()
        assert "a/1" in await inbox.statuses()
        clock.now += timedelta(seconds=1)
        await intake.prune()
    assert await inbox.statuses() == {"b/bug": DEAD, "c/unreadable": UNREADABLE}


async def _tried_again(inbox: Inbox, name: str, times: int = 2) -> bool:
    return inbox.chats.tried.count(name) >= times


async def _failed_once(inbox: Inbox) -> bool:
    (row,) = await rows(inbox.database, InboxRow)
    return row.attempts == 1
