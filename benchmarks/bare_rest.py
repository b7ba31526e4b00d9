"""The same statements without Usher: recorded once, replayed through the bare driver."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import aiosqlite
import psycopg
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

CONNECTIONS = 5
Statement = tuple[str, Any]
Scripts = dict[str, list[Statement]]
_ASKED: ContextVar[str | None] = ContextVar("asked", default=None)


class Recorder:
    """What a service sends to its database, by request."""

    def __init__(self, engine: Engine) -> None:
        self.scripts: Scripts = {}
        event.listen(engine, "before_cursor_execute", self._note)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = name_of(request)
        if asked in self.scripts:
            return await handler(request)
        self.scripts[asked] = []
        token = _ASKED.set(asked)
        try:
            return await handler(request)
        finally:
            _ASKED.reset(token)

    def _note(self, conn: Any, cursor: Any, sql: str, parameters: Any, *rest: Any) -> None:
        asked = _ASKED.get()
        if asked is not None and not sql.startswith("BEGIN"):
            self.scripts[asked].append((sql, _portable(parameters)))


def _portable(parameters: Any) -> Any:
    """As another process can read it."""
    match parameters:
        case dict():
            return {name: _portable(value) for name, value in parameters.items()}
        case list() | tuple():
            return tuple(map(_portable, parameters))
        case memoryview():
            return bytes(parameters)
        case _:
            return parameters


def name_of(request: web.Request) -> str:
    """Who asks is part of what is asked."""
    return f"{request.path_qs} {request.headers.get(hdrs.AUTHORIZATION, '')}"


class Bare:
    """A handler of ten lines for every request that was recorded, on the driver alone."""

    def __init__(self, engine: AsyncEngine, scripts: Scripts) -> None:
        self.engine, self.scripts = engine, scripts
        self.free: asyncio.Queue[Any] = asyncio.Queue()
        self.writer = asyncio.Lock()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[web.Application]:
        for _ in range(CONNECTIONS):
            self.free.put_nowait(await self._connect())
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        try:
            yield app
        finally:
            while not self.free.empty():
                await self.free.get_nowait().close()

    async def _connect(self) -> Any:
        url = self.engine.url
        if url.get_backend_name() == "sqlite":
            link = await aiosqlite.connect(str(url.database), isolation_level=None)
            await link.execute("PRAGMA synchronous = FULL")
            await link.execute("PRAGMA foreign_keys = ON")
            return link
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return await psycopg.AsyncConnection.connect(plain, autocommit=True)

    async def _handle(self, request: web.Request) -> web.Response:
        script = self.scripts[name_of(request)]
        writes = request.method != "GET"
        if writes and self.engine.dialect.name == "sqlite":
            async with self.writer:
                rows = await self._run(script, "BEGIN IMMEDIATE", "COMMIT")
        else:
            rows = await self._run(script, "BEGIN", "COMMIT" if writes else "ROLLBACK")
        return web.Response(text=json.dumps(rows, default=str), content_type="application/json")

    async def _run(self, script: list[Statement], begin: str, end: str) -> list[Any]:
        rows: list[Any] = []
        link = await self.free.get()
        try:
            await link.execute(begin)
            for sql, parameters in script:
                cursor = await link.execute(sql, parameters)
                rows = await cursor.fetchall() if cursor.description else rows
            await link.execute(end)
        finally:
            self.free.put_nowait(link)
        return [list(row) for row in rows]
