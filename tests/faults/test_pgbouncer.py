"""Usher behind a real pgbouncer that lends a connection for one transaction at a time."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from core.facts import MemberJoined
from core.leases import hold, is_held
from core.migrate import migrate
from core.outbox import OutboxEvent, record
from tests.cast import Clock, meet, rows
from tests.conftest import opened
from tests.faults.rig import free_port, until
from tests.postgres_keeper import NOBODY

PGBOUNCER = "/usr/sbin/pgbouncer"
# One connection for all: whoever needed a session of its own would find another's.
SETTINGS = """[databases]
{name} = {server} dbname={name} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
logfile = {folder}/log
pidfile = {folder}/pid
"""

pytestmark = [
    pytest.mark.skipif(not Path(PGBOUNCER).exists(), reason="pgbouncer is not installed"),
]


@asynccontextmanager
async def bouncer(url: str, folder: Path, *, size: int) -> AsyncIterator[str]:
    """The URL that leads to the same database by a pool of `size` connections."""
    address = make_url(url)
    host, port = address.query.get("host") or address.host, address.port
    server = f"host={host}" + (f" port={port}" if port else "")
    server += f" password={address.password}" if address.password else ""
    here = free_port()
    written = SETTINGS.format(
        name=address.database,
        server=server,
        user=address.username,
        port=here,
        size=size,
        folder=folder,
    )
    (folder / "pgbouncer.ini").write_text(written)
    process = await asyncio.create_subprocess_exec(
        PGBOUNCER, "-q", folder / "pgbouncer.ini", user=NOBODY, group=NOBODY
    )
    pooled = address.set(host="127.0.0.1", port=here, query={"pgbouncer": "true"})
    try:
        await until(partial(_answers, here))
        yield pooled.render_as_string(hide_password=False)
    finally:
        process.kill()
        await process.wait()


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


@pytest.fixture
async def pooled_url(postgresql_database_url: str) -> AsyncIterator[str]:
    """A pool of two: whoever needed a session of its own would find another's."""
    folder = Path(tempfile.mkdtemp(prefix="usher-pgbouncer-"))
    if NOBODY is not None:
        shutil.chown(folder, NOBODY, NOBODY)
    try:
        async with bouncer(postgresql_database_url, folder, size=2) as url:
            yield url
    finally:
        shutil.rmtree(folder)


async def test_many_units_at_once_share_two_connections(pooled_url: str) -> None:
    async with opened(pooled_url) as database:
        cast = await meet(database, Clock())

        def join(session: Session) -> None:
            told = MemberJoined(group_id=cast.tigers.id, person_id=cast.bob.id, invite_id=None)
            record(session, told, now=cast.now)

        for _ in range(5):
            await asyncio.gather(*(database.write(join) for _ in range(20)))
        assert len(await rows(database, OutboxEvent)) == 100


async def test_a_lease_and_a_migration_hold_behind_the_pool(pooled_url: str) -> None:
    async with opened(pooled_url) as one, opened(pooled_url) as other:
        await asyncio.gather(migrate(one), migrate(other))
        assert await one.write(lambda s: hold(s, "sender", holder="a")) is not None
        assert await other.write(lambda s: hold(s, "sender", holder="b")) is None
        assert await other.read(lambda s: is_held(s, "sender", holder="a"))
