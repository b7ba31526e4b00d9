"""A broadcast whose process is killed midway goes on after the next start, and repeats nobody."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.sandbox.server import Sandbox
from core.access import Role
from core.broadcasts import CALL_BACK, LETTER, Broadcast, BroadcastState
from core.broadcasts.audience import Audience
from core.broadcasts.expanding import confirm_broadcast, draft_broadcast
from core.deliveries import Delivery, DeliveryStatus
from core.people import Identity
from tests.cast import Somebody
from tests.faults.rig import Processes, Team, until, variables
from tests.faults.test_crashes import lease_runs_out

CROWD = 12


async def crowd(tigers: Team) -> list[Somebody]:
    """Members with phones on which Start was pressed."""
    world, cast = tigers.sandbox.telegram, tigers.cast
    found = []
    for number in range(CROWD):
        phone = world.add_person(f"Fan {number}")
        world.press_start(phone.id)
        fan = await cast.somebody(phone.first_name, role=Role.MEMBER)

        def reached(s: Session, fan: Somebody = fan, address: str = str(phone.id)) -> None:
            [identity] = s.query(Identity).filter_by(person_id=fan.id)
            identity.address, identity.reachable = address, True

        await cast.write(reached)
        found.append(fan)
    return found


async def confirm(tigers: Team) -> None:
    """To all of them, a minute ago."""

    def unit(s: Session) -> None:
        cast, then = tigers.cast, datetime.now(UTC) - CALL_BACK - timedelta(seconds=1)
        draft = draft_broadcast(
            s,
            cast.alice(s),
            group=cast.tigers(s),
            text="See you at six",
            audience=Audience(role=Role.MEMBER),
            channels=["telegram"],
            links="https://usher.example/r/",
            now=then,
        )
        code = draft.broadcast.public_id
        confirm_broadcast(s, cast.alice(s), public_id=code, count=None, now=then)

    await tigers.cast.write(unit)


async def letters_of(tigers: Team) -> list[Delivery]:
    return [one for one in await tigers.cast.rows(Delivery) if one.kind == LETTER]


async def is_done(tigers: Team) -> bool:
    [found] = await tigers.cast.rows(Broadcast)
    return found.state is BroadcastState.DONE


def heard(sandbox: Sandbox) -> Counter[int]:
    """How often each has heard it."""
    said = sandbox.ledger.entries
    return Counter(int(one["chat_id"]) for one in said if "See you at six" in str(one["text"]))


@pytest.mark.parametrize("point", ["in_second_batch", "after_first_batch"])
async def test_a_broadcast_killed_midway_reaches_everybody_once(
    processes: Processes, tigers: Team, sqlite_database_url: str, point: str
) -> None:
    fans = await crowd(tigers)
    await confirm(tigers)
    settings = variables(sqlite_database_url, tigers.sandbox, USHER_OUTBOX_INTERVAL_S="0.05")
    assert await processes.start(settings, crash_at=point).ended() == -signal.SIGKILL
    assert 0 < len(await letters_of(tigers)) < CROWD
    assert heard(tigers.sandbox) == Counter()
    processes.start(settings)
    await lease_runs_out(tigers)
    await until(lambda: is_done(tigers))
    letters = await letters_of(tigers)
    assert len({one.address for one in letters}) == len(letters)
    assert len(fans) <= len(letters) <= len(fans) + 1, "Bob may be reached too"
    assert {one.status for one in letters} == {DeliveryStatus.SENT}
    assert heard(tigers.sandbox) == Counter(int(one.address) for one in letters)
