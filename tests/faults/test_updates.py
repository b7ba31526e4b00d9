"""Updates as they should not be, through the whole bot: each is handled once, or set aside."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from core.access import Member
from core.deliveries import Delivery, DeliveryStatus
from core.inbox import InboxRow, InboxStatus
from core.invites.redemptions import Redemption
from core.people import find_identity
from tests.faults.rig import (
    BOB,
    CAROL,
    ROOM,
    Processes,
    Team,
    Usher,
    until,
    usher,
    variables,
)


@pytest.fixture
async def running(tigers: Team, sqlite_database_url: str) -> AsyncIterator[Usher]:
    async with usher(variables(sqlite_database_url, tigers.sandbox)) as running:
        await until(running.is_ready)
        await until(lambda: settled(tigers))
        yield running


async def settled(tigers: Team) -> Counter[InboxStatus]:
    """The inbox by status, once nothing waits in it nor in Telegram's queue."""
    if tigers.sandbox.telegram.updates.pending():
        return Counter()
    found = Counter(row.status for row in await tigers.cast.rows(InboxRow))
    return Counter() if InboxStatus.PENDING in found else found


def a_tap(tigers: Team, card: Any, update_id: int) -> dict[str, Any]:
    """The update that a tap on the card's Accept makes, under any id."""
    updates = tigers.sandbox.telegram.updates
    before = len(updates.pending())
    tigers.tap_accept(card)
    tap = updates.pending()[before]
    return tap | {"update_id": update_id}


@pytest.mark.fault(45)
async def test_an_unreadable_update_is_set_aside_and_the_other_99_are_handled(
    running: Usher, tigers: Team
) -> None:
    world = tigers.sandbox.telegram
    before = await until(lambda: settled(tigers))
    people = [world.add_person(f"Guest{n}").id for n in range(99)]
    for one in people[:50]:
        world.press_start(one)
    chat = {"id": people[0], "type": "private"}
    world.updates.push_raw(
        {"update_id": 1, "message": {"message_id": 1, "date": "tomorrow", "chat": chat}}
    )
    for one in people[50:]:
        world.press_start(one)
    await world.wait_for(lambda: all(tigers.welcomes(one) for one in people), 20)
    found = await until(lambda: settled(tigers)) - before
    assert found == {InboxStatus.HANDLED: 99, InboxStatus.UNREADABLE: 1}


@pytest.mark.fault(43)
async def test_a_tap_that_comes_three_times_joins_once(running: Usher, tigers: Team) -> None:
    card = await tigers.card(BOB)
    tap = a_tap(tigers, card, 77)
    for _ in range(3):
        tigers.sandbox.telegram.updates.push_raw(tap)
    await tigers.welcomed("Bob")
    await until(lambda: settled(tigers))
    assert len(await tigers.cast.rows(Redemption)) == 1
    assert [row.kind for row in await tigers.cast.rows(Delivery)].count("welcome") == 1


@pytest.mark.fault(44)
async def test_ids_that_fall_are_handled(running: Usher, tigers: Team) -> None:
    card = await tigers.card(BOB)
    await until(lambda: settled(tigers))
    tap = a_tap(tigers, card, 3)
    tigers.sandbox.telegram.updates.drop()
    tigers.sandbox.telegram.updates.push_raw(tap)
    await tigers.welcomed("Bob")


@pytest.mark.fault(47)
async def test_taps_before_their_message_converge(running: Usher, tigers: Team) -> None:
    world = tigers.sandbox.telegram
    cards = [await tigers.card(one) for one in (BOB, CAROL)]
    await until(lambda: settled(tigers))
    taps = [a_tap(tigers, card, number) for number, card in enumerate(cards, start=900)]
    world.updates.drop()
    for tap in reversed([*taps, *taps]):
        world.updates.push_raw(tap)
    await tigers.welcomed("Bob")
    await tigers.welcomed("Carol")
    assert len(tigers.welcomes()) == 2


@pytest.mark.fault(36)
async def test_a_room_that_moves_is_followed_by_error_and_by_message(
    sqlite_database_url: str, tigers: Team
) -> None:
    world = tigers.sandbox.telegram
    old = world.add_room("Small room", owner_id=101, kind="group", with_bot=True).id
    await tigers.cast.bind(str(old))
    async with usher(variables(sqlite_database_url, tigers.sandbox)) as running:
        await until(running.is_ready)
        card = await tigers.card(BOB)
        new = world.migrate(old).id
        tigers.tap_accept(card)
        await world.wait_for(lambda: tigers.welcomes(new), 20)
        rows = await until(lambda: _all_sent(tigers))
        await until(lambda: settled(tigers))
    assert {row.address for row in rows if row.kind == "welcome"} == {str(ROOM), str(new)}
    assert len(tigers.welcomes(new)) == 1


@pytest.mark.fault(37)
async def test_who_blocked_the_bot_is_unreachable_until_they_come_back(
    running: Usher, tigers: Team
) -> None:
    world = tigers.sandbox.telegram
    tigers.say_hello(BOB)
    await until(lambda: _reach(tigers, expected=True))
    world.block(BOB)
    await until(lambda: _reach(tigers, expected=False))
    world.unblock(BOB)
    await until(lambda: _reach(tigers, expected=True))


@pytest.mark.fault(37)
async def test_a_403_is_noted_and_cleared_by_my_chat_member(
    running: Usher, tigers: Team, sandbox: Sandbox
) -> None:
    tigers.say_hello(BOB)
    await until(lambda: _reach(tigers, expected=True))
    await tigers.cast.bind(str(BOB))
    blocked = "Forbidden: bot was blocked by the user"
    sandbox.faults.add(Fault("sendMessage", chat_id=BOB, status=403, description=blocked))
    await tigers.cast.accept(tigers.cast.charlie, tigers.invite.token)
    await tigers.accept(CAROL)  # her commit wakes the job
    await until(lambda: _reach(tigers, expected=False))
    sandbox.telegram.block(BOB)
    sandbox.telegram.unblock(BOB)
    await until(lambda: _reach(tigers, expected=True))


@pytest.mark.fault(43)
@pytest.mark.fault(6)
async def test_two_whole_bots_on_one_sqlite_file_do_everything_once(
    processes: Processes, tigers: Team, sqlite_database_url: str
) -> None:
    quick = {"USHER_OUTBOX_INTERVAL_S": "0.05"}
    bots = [
        processes.start(variables(sqlite_database_url, tigers.sandbox, **quick), part)
        for part in ("all", "worker")
    ]
    await asyncio.gather(*(bot.logged("Telegram knows us") for bot in bots))
    people = [tigers.sandbox.telegram.add_person(f"Guest{n:02}").id for n in range(10)]
    for one in people:
        await tigers.accept(one)
    await tigers.sandbox.telegram.wait_for(lambda: len(tigers.welcomes()) == 10, 20)
    await until(lambda: settled(tigers))
    assert len(tigers.welcomes()) == 10
    assert len(await tigers.cast.rows(Member)) == 2 + 10
    assert all("database is locked" not in bot.text() for bot in bots)


async def _all_sent(tigers: Team) -> list[Delivery]:
    rows = await tigers.cast.rows(Delivery)
    return rows if {row.status for row in rows} == {DeliveryStatus.SENT} else []


async def _reach(tigers: Team, *, expected: bool) -> bool:
    found = await tigers.cast.read(
        lambda s: find_identity(s, platform="telegram", address=str(BOB))
    )
    return found is not None and found.reachable is expected
