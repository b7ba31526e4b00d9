"""Direct messages: GroupMe calls nobody back for them, so they are read regularly."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.ground import Ground
from bot.groupme_api import GroupMeError
from bot.platforms.groupme import letters as module
from bot.platforms.groupme.letters import Letters
from bot.sandbox.faults import Fault
from core.inbox import InboxRow
from tests.bot.platforms.groupme.rig import GroupMeRig
from tests.cast import Clock, rows
from tests.faults.rig import until


@pytest.fixture
async def letters(rig: GroupMeRig, ground: Ground, clock: Clock) -> Letters:
    """They have been read before: only what is new counts."""
    rig.world.now = lambda: clock().timestamp()
    found = Letters(rig.groupme, ground)
    await found.look()
    clock.advance(seconds=1)
    return found


async def _kept(ground: Ground) -> list[str]:
    return [str(row.payload["letter"]["text"]) for row in await rows(ground.database, InboxRow)]


async def test_what_somebody_writes_is_kept_once(
    rig: GroupMeRig, letters: Letters, ground: Ground
) -> None:
    rig.write(rig.dana, "/start")
    assert [await letters.look() for _ in range(2)] == [1, 0]
    assert await _kept(ground) == ["/start"]


async def test_everybody_s_letters_are_kept_in_their_order(
    rig: GroupMeRig, letters: Letters, ground: Ground
) -> None:
    for who, text in ((rig.dana, "/a"), (rig.bob, "/b"), (rig.dana, "/c")):
        rig.write(who, text)
    await letters.look()
    assert sorted(await _kept(ground)) == ["/a", "/b", "/c"]


async def test_what_we_wrote_ourselves_is_not_kept(
    rig: GroupMeRig, letters: Letters, ground: Ground
) -> None:
    await rig.voice.say_to(rig.dana.address, ["/help"])
    rig.world.write_directly(rig.world.club.id, rig.dana.address, "typed by hand")
    assert await letters.look() == 0


async def test_nobody_s_old_letters_are_dug_up(rig: GroupMeRig, ground: Ground) -> None:
    rig.world.now = lambda: ground.clock().timestamp() - 60
    rig.write(rig.dana, "/newgroup Lions")
    assert await Letters(rig.groupme, ground).look() == 0


async def test_what_came_while_we_were_away_is_read_after_the_start(
    rig: GroupMeRig, letters: Letters, ground: Ground, clock: Clock
) -> None:
    rig.write(rig.dana, "/start")
    clock.advance(hours=20)
    assert await Letters(rig.groupme, ground).look() == 1


@pytest.mark.fault(52)
async def test_an_outage_loses_nothing(rig: GroupMeRig, letters: Letters, ground: Ground) -> None:
    rig.write(rig.dana, "/start")
    rig.sandbox.faults.add(Fault("GET /direct_messages", status=420))
    with pytest.raises(GroupMeError):
        await letters.look()
    assert await letters.look() == 1


@pytest.mark.fault(52)
async def test_the_loop_outlives_an_outage(
    rig: GroupMeRig, letters: Letters, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.01)
    outage = Fault("GET /chats", times=2, status=502, body="<html>")
    rig.sandbox.faults.add(outage)
    rig.write(rig.dana, "/start")
    task = asyncio.create_task(letters.run())
    await until(lambda: _kept(ground))
    assert outage.times == 0
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
