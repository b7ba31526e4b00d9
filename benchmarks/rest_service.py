"""What listens when REST is measured: the service of the product, and a bare handler."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from aiohttp import web

from benchmarks.bare_rest import Bare, Recorder, Scripts
from bot.metrics import Metrics
from bot.progress import Progress
from bot.web.api.rates import Rate
from bot.web.api.working import Api
from bot.web.site import create_service
from core.database import Database

PUBLIC_URL = "http://usher.test"
Serving = Callable[[Database, str], AbstractAsyncContextManager[int]]


@asynccontextmanager
async def product(database: Database, file: str) -> AsyncIterator[int]:  # noqa: ARG001 - as they all
    """The port of the service as it runs in the product, with nobody held back."""
    async with listening(service_of(database)) as port:
        yield port


@asynccontextmanager
async def recorded(database: Database, file: str) -> AsyncIterator[int]:
    """The same; what it sends to the database is in the file afterwards, by request."""
    recorder, service = Recorder(database.sync_engine), service_of(database)
    service.middlewares.insert(0, recorder.middleware)
    async with listening(service) as port:
        yield port
    await asyncio.to_thread(_keep, Path(file), recorder.scripts)


@asynccontextmanager
async def bare(database: Database, file: str) -> AsyncIterator[int]:
    """A handler that sends those very statements, and their rows as JSON."""
    scripts = await asyncio.to_thread(_kept, Path(file))
    async with Bare(database.engine, scripts).serving() as app, listening(app) as port:
        yield port


def _keep(path: Path, scripts: Scripts) -> None:
    path.write_bytes(pickle.dumps(scripts))


def _kept(path: Path) -> Scripts:
    found: Scripts = pickle.loads(path.read_bytes())  # noqa: S301 - we have just written it
    return found


KINDS: Mapping[str, Serving] = {"product": product, "recorded": recorded, "bare": bare}


def service_of(database: Database) -> web.Application:
    api = Api(
        database=database,
        now=lambda: datetime.now(UTC),
        stopping=asyncio.Event(),
        monotonic=monotonic,
        public_url=PUBLIC_URL,
        rate=Rate(burst=10_000_000, per_s=1e6),
    )
    return create_service(
        database=database,
        progress=Progress(),
        metrics=Metrics(),
        now=api.now,
        stopping=api.stopping,
        api=api,
    )


@asynccontextmanager
async def listening(service: web.Application) -> AsyncIterator[int]:
    runner = web.AppRunner(service, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
