"""The service on a real database, with a clock that stands still."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from bot.metrics import Metrics
from bot.platforms.telegram.webhook import TELEGRAM_HEADER, telegram_webhook
from bot.progress import Progress
from bot.web.site import create_service
from core.database import Database
from core.inbox import Arrival, InboxRow
from tests.cast import Clock
from tests.conftest import opened

Client = TestClient[web.Request, web.Application]
Serve = Callable[..., Awaitable[Client]]
SECRET = "right-secret_1"
UPDATE = b'{"update_id": 5, "message": {"text": "hi"}}'


def arrive(update: dict[str, Any]) -> Arrival:
    return Arrival("telegram", str(update["update_id"]), lane="7", payload=update)


@pytest.fixture
def progress(clock: Clock) -> Progress:
    return Progress(now=clock, monotonic=lambda: clock().timestamp())


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def stopping() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def serve(
    progress: Progress, metrics: Metrics, clock: Clock, stopping: asyncio.Event
) -> AsyncIterator[Serve]:
    """A client of a service on the given database, which takes Telegram's webhook."""
    clients: list[Client] = []

    async def start(database: Database, **options: Any) -> Client:
        options.setdefault("webhooks", [telegram_webhook(SECRET, arrive)])
        service = create_service(
            database=database,
            progress=progress,
            metrics=metrics,
            now=clock,
            stopping=stopping,
            **options,
        )
        clients.append(TestClient(TestServer(service)))
        await clients[-1].start_server()
        return clients[-1]

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def client(serve: Serve, sqlite_database: Database) -> Client:
    return await serve(sqlite_database)


@pytest.fixture
async def away() -> AsyncIterator[Database]:
    """A database whose server is not there."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    async with opened(f"postgresql+psycopg://u:p@127.0.0.1:{port}/db") as database:
        yield database


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another process holds SQLite's one write lock."""
    other = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


async def post(client: Client, body: bytes | BytesIO = UPDATE) -> int:
    """Post to Telegram's webhook with the right secret; the status of the answer."""
    async with client.post("/webhooks/telegram", data=body, headers=signed()) as answer:
        return answer.status


async def kept(database: Database) -> list[str]:
    """The ids of the updates in the inbox."""
    return await database.read(lambda s: list(s.scalars(select(InboxRow.external_id))))


async def samples(client: Client, name: str) -> list[tuple[dict[str, str], float]]:
    """What /metrics says under `name`: labels and value."""
    async with client.get("/metrics") as answer:
        families = list(text_string_to_metric_families(await answer.text()))
    found = [sample for family in families for sample in family.samples]
    return [(sample.labels, sample.value) for sample in found if sample.name == name]


def signed(secret: str = SECRET) -> dict[str, str]:
    return {TELEGRAM_HEADER: secret, "Content-Type": "application/json"}
