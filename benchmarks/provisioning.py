"""How long it takes to match GroupMe's groups to ours, beside what its own slowness dictates."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from benchmarks.databases import sqlite
from benchmarks.start import scratch
from benchmarks.table import ROOT, Row, limited
from bot.ground import Ground
from bot.groupme_api import GroupMeApi
from bot.groupme_calls import GroupMe
from bot.groupme_voice import Voice
from bot.platforms.groupme.reconcile import AT_ONCE, Reconciler, operator
from bot.sandbox.groupme.world import World
from bot.sandbox.server import GROUPME_TOKEN, Sandbox
from core.access import Actor
from core.database import Database
from core.groups import Kind
from core.groups.tree import create_group
from core.migrate import migrate
from core.people import Sender, recognise

TOKEN = "1000000001:SANDBOX-benchmark-of-provisioning-0"
MOST_REQUESTS, MOST_TIMES = 3, 1.2


async def provisioning(*, groups: int, members: int, latency_s: float) -> list[Row]:
    """A first run, which ties and shares all, and a second, which finds nothing to do. GroupMe is
    emulated by a process of its own, whose work is not ours.
    """
    async with elsewhere(groups, members, latency_s) as groupme:
        with scratch() as folder:
            database = Database(sqlite(folder, "provisioning"))
            try:
                await migrate(database)
                await database.write(lambda s: found(s, groups))
                return [
                    row
                    for which in ("first", "second")
                    for row in await _run(which, groupme, Ground(database), groups, members)
                ]
            finally:
                await database.close()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The emulated GroupMe in its process, which counts the requests that it was sent."""

    url: str
    latency_s: float
    process: asyncio.subprocess.Process

    async def calls(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        return int(await _said(self.process))


@asynccontextmanager
async def elsewhere(groups: int, members: int, latency_s: float) -> AsyncIterator[Elsewhere]:
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "benchmarks.provisioning", str(groups), str(members)]
    process = await asyncio.create_subprocess_exec(
        *command, str(latency_s), cwd=ROOT, stdin=pipe, stdout=pipe
    )
    try:
        yield Elsewhere(await _said(process), latency_s, process)
    finally:
        process.terminate()
        await process.wait()


async def _said(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def serve(groups: int, members: int, latency_s: float) -> None:
    """Tell the address, and then the number of requests as often as a line is read."""
    sandbox = Sandbox(TOKEN)
    furnish(sandbox.groupme, groups, members)
    await sandbox.start()
    sandbox.groupme_api.latency_s = latency_s
    print(sandbox.groupme_url, flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(len(sandbox.groupme_api.calls), flush=True)
    await sandbox.stop()


def furnish(world: World, groups: int, members: int) -> None:
    """Each group with its share of the members; sharing is off, and there are no bots."""
    world.reset()
    for number in range(groups):
        group = world.add_group(f"Team {number}", world.club.id)
        for at in range(number, members, groups):
            world.put_in(group, world.add_account(f"Player {at}"))


def found(session: Session, groups: int) -> None:
    now = datetime.now(UTC)
    owner = recognise(session, sender=Sender("telegram", "1", "Dana"), now=now).person
    session.flush()
    for number in range(groups):
        actor = Actor(owner, via="telegram")
        create_group(session, actor, kind=Kind.TEAM, name=f"Team {number}", now=now)


async def _run(
    which: str, there: Elsewhere, ground: Ground, groups: int, members: int
) -> list[Row]:
    groupme = GroupMe(GroupMeApi(GROUPME_TOKEN, there.url))
    reconciler = Reconciler(groupme, Voice(groupme, ground, "http://usher.test/hook"), ground)
    before = await there.calls()
    begun = time.perf_counter()
    await reconciler.run(operator)
    took_s = time.perf_counter() - begun
    await groupme.close()
    calls = await there.calls() - before
    dictated_s = math.ceil(calls / AT_ONCE) * there.latency_s
    case = f"reconcile {groups} groups, {members} members, {which} run"
    times = took_s / dictated_s if dictated_s else 0.0
    figure = f"{took_s:.1f} s, {times:.2f} × the {dictated_s:.1f} s that GroupMe takes"
    each = calls / groups
    return [
        limited(case, times, figure, at_most=MOST_TIMES, unit="×")
        if which == "first"
        else Row(case, figure),
        limited(f"{case}: requests", each, f"{each:.2f} a group", at_most=MOST_REQUESTS, unit=""),
    ]


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
