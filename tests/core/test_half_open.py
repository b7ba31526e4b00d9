"""A database whose end of the line is gone, and nobody said so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import DatabaseUnavailable

SOCKET = ".s.PGSQL.5432"


class Relay:
    """Stands between us and the server; `mute`, it takes everything and passes nothing on."""

    def __init__(self, server: str) -> None:
        self._server = server
        self.mute = False
        self._serving: set[asyncio.Task[object] | None] = set()

    async def ended(self) -> None:
        serving = [one for one in self._serving if one]
        for one in serving:
            one.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.add(asyncio.current_task())
        there, to_there = await asyncio.open_unix_connection(self._server)
        try:
            await asyncio.gather(self._pass(reader, to_there), self._pass(there, writer))
        except (OSError, asyncio.CancelledError):
            to_there.close()
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if not self.mute:
                writer.write(data)
        writer.close()


@asynccontextmanager
async def relayed(url: str, folder: Path) -> AsyncIterator[tuple[Relay, Database]]:
    address = make_url(url)
    host = address.query.get("host")
    if not isinstance(host, str):
        pytest.skip("the server is not on a socket of this machine")
    relay = Relay(f"{host}/{SOCKET}")
    server = await asyncio.start_unix_server(relay.serve, folder / SOCKET)
    here = address.update_query_dict({"host": str(folder)})
    database = Database(here.render_as_string(hide_password=False), patience_s=0.3)
    try:
        yield relay, database
    finally:
        await database.close()
        server.close()
        await relay.ended()


def one(session: Session) -> int:
    return int(session.execute(text("SELECT 1")).scalar_one())


@pytest.mark.fault(27)
@pytest.mark.parametrize("way", ["read", "write"])
async def test_a_line_that_is_half_open_is_given_up_and_made_anew(
    postgresql_database_url: str, tmp_path: Path, way: str
) -> None:
    async with relayed(postgresql_database_url, tmp_path) as (relay, database):
        run = database.read if way == "read" else database.write
        assert await run(one) == 1
        relay.mute = True
        with pytest.raises(DatabaseUnavailable):
            await asyncio.wait_for(run(one), 20)
        relay.mute = False
        assert await run(one) == 1


@pytest.mark.fault(27)
async def test_it_is_given_up_in_the_middle_of_a_unit(
    postgresql_database_url: str, tmp_path: Path
) -> None:
    async with relayed(postgresql_database_url, tmp_path) as (relay, database):

        def unit(session: Session) -> int:
            relay.mute = True
            return one(session)

        with pytest.raises(DatabaseUnavailable):
            await asyncio.wait_for(database.read(unit), 20)
        relay.mute = False
        assert await database.read(one) == 1
