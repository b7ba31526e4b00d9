"""A guest list of ten thousand rows, read, shown and put in, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.guest_host import host_of
from benchmarks.table import ROOT, Row, limited
from core.contacts.entries import read_entry
from core.contacts.guest_files import read_guest_file
from core.contacts.raw_guests import RawGuest
from core.database import Database
from core.events import get_event
from core.guests import Guest
from core.guests.importing import carry_on, commit_import
from core.guests.imports import begin_import, keep_rows
from core.guests.weighing import weigh_entries

SECONDS_LIMIT, MEMORY_LIMIT_MB = 10.0, 150.0


async def measure(url: str, event_id: int, rows: int, name: str) -> list[Row]:
    """Its time, and the most memory that its process ever had. The event has nobody yet."""
    command = [sys.executable, "-m", "benchmarks.guest_lists", url, str(event_id), str(rows)]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    told = json.loads(said)
    assert told["guests"] == rows
    case = f"{rows:,} guests in one list on {name}"
    parts = (
        f"{told['took_s']:.1f} s, of them {told['shown_s']:.1f} s until it is shown; the longest of"
        f" {told['batches']} transactions {told['longest_s'] * 1000:.0f} ms"
    )
    return [
        limited(case, told["took_s"], parts, at_most=SECONDS_LIMIT, unit="s"),
        limited(
            f"{case}: memory of the process",
            told["peak_mb"],
            f"{told['peak_mb']:.0f} MB at most",
            at_most=MEMORY_LIMIT_MB,
            unit="MB",
        ),
    ]


async def put_in(database: Database, event_id: int, *, first: int, count: int) -> float:
    """Seconds that the transaction takes in which new guests come onto the list."""
    rows = read_guest_file(_file(count, first)).rows
    code = await database.write(lambda s: _show(s, event_id, rows))
    begun = time.perf_counter()
    await database.write(lambda s: _commit(s, code))
    return time.perf_counter() - begun


async def run(url: str, event_id: int, count: int) -> dict[str, float]:
    """What it took; times in seconds, memory in MB."""
    database = Database(url)
    try:
        data, begun = _file(count, 0), time.perf_counter()
        rows = (await asyncio.to_thread(read_guest_file, data)).rows
        code = await database.write(lambda s: _show(s, event_id, rows))
        shown_s = time.perf_counter() - begun
        spans = await _all(database, code)
        took_s = time.perf_counter() - begun
        guests = await database.read(_count)
    finally:
        await database.close()
    return {
        "took_s": took_s,
        "shown_s": shown_s,
        "longest_s": max(spans),
        "batches": len(spans),
        "peak_mb": peak_mb(),
        "guests": guests,
    }


def peak_mb() -> float:
    """The most that this process ever had. What getrusage tells may be its parent's, from before
    it became this program (see execve(2) and getrusage(2)); Linux keeps its own as VmHWM.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text().splitlines()
    return next(int(one.split()[1]) for one in lines if one.startswith("VmHWM:")) / 1024


async def _all(database: Database, code: str) -> list[float]:
    """The seconds that each transaction took."""
    spans: list[float] = []
    left = 1
    while left:
        begun = time.perf_counter()
        if not spans:
            left = await database.write(lambda s: _commit(s, code))
        else:
            left = await database.write(_carry_on)
        spans.append(time.perf_counter() - begun)
    return spans


def _show(session: Session, event_id: int, rows: Sequence[RawGuest]) -> str:
    event, now = get_event(session, event_id), datetime.now(UTC)
    entries = (read_entry(raw, region="IL") for raw in rows)
    draft = begin_import(session, host_of(session), event=event, now=now)
    keep_rows(session, draft, weigh_entries(session, event, entries))
    return draft.public_id


def _commit(session: Session, code: str) -> int:
    return commit_import(session, host_of(session), public_id=code, now=datetime.now(UTC)).left


def _carry_on(session: Session) -> int:
    progress = carry_on(session, now=datetime.now(UTC))
    assert progress is not None, "it is under way"
    return progress.left


def _count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Guest)).one()


def _file(count: int, first: int) -> bytes:
    """With all that a list may say, as people write it."""
    header = "First name,Last name,Phone,Email,Side,Household,Plus one,RSVP,Table,Diet,Notes"
    rows = (
        f"New{n % 200},Guest{n},05{20_000_000 + n},new{n}@x.org,side {n % 4},Home {n // 4},{n % 2},"
        f"{('yes', 'no', 'maybe', '')[n % 4]},table {n % 500},vegan,by the window"
        for n in range(first, first + count)
    )
    return "\n".join([header, *rows]).encode()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
