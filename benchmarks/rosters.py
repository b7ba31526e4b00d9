"""A list of players with signed contracts, read, shown and worked off in a process of its own."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.databases import postgres, sqlite
from benchmarks.start import scratch
from benchmarks.table import ROOT, Row, limited
from core.access import Actor
from core.database import Database
from core.groups import Group, Kind
from core.groups.tree import create_group
from core.migrate import migrate
from core.people import Sender, recognise
from core.rosters.files import RosterFile, read_roster
from core.rosters.imports import await_roster, commit_roster, show_roster
from core.rosters.signatures import Signature
from core.rosters.work import work_off_chunk

MEMORY_LIMIT_MB = 150.0
DANA = Sender("telegram", "1", "Dana")


async def rosters(*, players: int, on_postgres: bool = True) -> list[Row]:
    """On each database; the longest transaction is the longest that anybody else has to wait."""
    with scratch() as folder, postgres() as url:
        found = await _measure(sqlite(folder, "rosters"), players, "SQLite")
        if url is None or not on_postgres:
            return found
        return found + await _measure(url, players, "PostgreSQL")


async def _measure(url: str, players: int, name: str) -> list[Row]:
    command = [sys.executable, "-m", "benchmarks.rosters", url, str(players)]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    told = json.loads(said)
    assert told["signed"] == players
    case = f"{players:,} signings in one import on {name}"
    return [
        Row(
            case,
            f"{told['took_s']:.1f} s, of them {told['shown_s']:.1f} s for the preview; the longest"
            f" transaction of that and of {told['chunks']} more {told['longest_s'] * 1000:.0f} ms",
        ),
        limited(
            f"{case}: memory of the process",
            told["peak_mb"],
            f"{told['peak_mb']:.0f} MB at most",
            at_most=MEMORY_LIMIT_MB,
            unit="MB",
        ),
    ]


async def run(url: str, players: int) -> dict[str, float]:
    """What it took; times in seconds, memory in MB."""
    database = Database(url)
    try:
        await migrate(database)
        await database.write(_found)
        data, begun = _list(players), time.perf_counter()
        # As the command does: beside the event loop, and before anything is locked.
        found = await asyncio.to_thread(read_roster, data, platform="telegram", region="US")
        read = time.perf_counter()
        public_id = await database.write(lambda s: _show(s, found))
        shown_s, shows_s = time.perf_counter() - begun, time.perf_counter() - read
        await database.write(
            lambda s: commit_roster(s, _dana(s), public_id=public_id, now=datetime.now(UTC)).id
        )
        spans = await _work_off(database)
        took_s = time.perf_counter() - begun
        signed = await database.read(_count)
    finally:
        await database.close()
    return {
        "took_s": took_s,
        "shown_s": shown_s,
        "longest_s": max(shows_s, *spans),
        "chunks": len(spans),
        "peak_mb": _peak_mb(),
        "signed": signed,
    }


def _peak_mb() -> float:
    """What this process held at most. On Linux `getrusage` would tell the parent's peak instead,
    if that was higher: it outlives the start of a program (proc(5), VmHWM).
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    words = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(words.split()[1]) / 1024


async def _work_off(database: Database) -> list[float]:
    """The seconds that each transaction took."""
    spans, more = [], True
    while more:
        begun = time.perf_counter()
        more = await database.write(lambda s: work_off_chunk(s, rulers=(), now=datetime.now(UTC)))
        spans.append(time.perf_counter() - begun)
    return spans


def _found(session: Session) -> None:
    person = recognise(session, sender=DANA, now=datetime.now(UTC)).person
    session.flush()
    actor = Actor(person, via="telegram")
    create_group(session, actor, kind=Kind.TEAM, name="Tigers", now=datetime.now(UTC))


def _dana(session: Session) -> Actor:
    return Actor(recognise(session, sender=DANA, now=datetime.now(UTC)).person, via="telegram")


def _list(players: int) -> bytes:
    rows = (
        f"Player {n},Parent {n},parent{n}@example.org,+1202555{n % 10_000:04},yes"
        for n in range(players)
    )
    return "\n".join(["Player,Parent,E-mail,Phone,Signed", *rows]).encode()


def _show(session: Session, found: RosterFile) -> str:
    group = session.scalars(select(Group)).one()
    actor = _dana(session)
    draft = await_roster(session, actor, group=group, now=datetime.now(UTC))
    return show_roster(session, actor, draft=draft, rows=found.rows).draft.public_id


def _count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Signature)).one()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(sys.argv[1], int(sys.argv[2])))))
