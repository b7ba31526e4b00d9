"""Programs that ask the service for people of the cast, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDictProxy

from bot.metrics import Metrics
from bot.progress import Progress
from bot.web.api.rates import Rate
from bot.web.api.working import Api
from bot.web.site import create_service
from core.access import Permission
from core.api_keys import create_key
from tests.cast import Cast, Place, Somebody

PUBLIC_URL = "https://usher.test"


@dataclass(frozen=True)
class Heard:
    """What the service answered."""

    status: int
    body: Any
    headers: CIMultiDictProxy[str]

    @property
    def code(self) -> str:
        """Of a problem."""
        assert self.headers["Content-Type"].startswith("application/problem+json"), self
        return str(self.body["code"])

    @property
    def items(self) -> list[Any]:
        return list(self.body["items"])


@dataclass
class Programs:
    """A service, and a key of whoever asks."""

    cast: Cast
    client: TestClient[web.Request, web.Application]
    api: Api
    keys: dict[int, str] = field(default_factory=dict)

    async def key(
        self,
        who: Somebody,
        *,
        groups: list[Place] | None = None,
        may: set[Permission] | None = None,
    ) -> str:
        """A new key of theirs."""

        def unit(s: Any) -> str:
            only = [place(s) for place in groups] if groups is not None else None
            made = create_key(
                s, who(s), name="test", groups=only, permissions=may, now=self.cast.now
            )
            return made[1]

        return await self.cast.write(unit)

    async def ask(
        self,
        who: Somebody | str | None,
        method: str,
        path: str,
        body: Any = None,
        **headers: str,
    ) -> Heard:
        """Under /api/v1, with a key of `who`, or with this key. Headers' names take `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(who, Somebody):
            if who.id not in self.keys:
                self.keys[who.id] = await self.key(who)
            who = self.keys[who.id]
        if who is not None:
            sent["Authorization"] = f"Bearer {who}"
        async with self.client.request(method, f"/api/v1{path}", json=body, headers=sent) as answer:
            told = await answer.json(content_type=None) if answer.status != 204 else None
            return Heard(answer.status, told, answer.headers)

    async def get(self, who: Somebody | str | None, path: str, **headers: str) -> Heard:
        return await self.ask(who, "GET", path, **headers)

    async def post(
        self, who: Somebody | str | None, path: str, body: Any = None, **headers: str
    ) -> Heard:
        return await self.ask(who, "POST", path, body, **headers)


Serving = Callable[..., Awaitable[Programs]]


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    """Programs that talk to a service on the database of a cast."""
    clients = []

    async def start(cast: Cast, *, rate: Rate | None = None, **options: Any) -> Programs:
        stopping = options.pop("stopping", asyncio.Event())
        api = Api(
            database=options.pop("database", cast.database),
            now=cast.clock,
            stopping=stopping,
            monotonic=lambda: cast.clock().timestamp(),
            public_url=PUBLIC_URL,
            rate=rate or Rate(burst=100_000, per_s=1000),
            **options,
        )
        service = create_service(
            database=cast.database,
            progress=Progress(now=cast.clock, monotonic=lambda: 0.0),
            metrics=Metrics(),
            now=cast.clock,
            stopping=stopping,
            api=api,
        )
        client = TestClient(TestServer(service))
        clients.append(client)
        await client.start_server()
        return Programs(cast, client, api)

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def programs(serving: Serving, sqlite_cast: Cast) -> Programs:
    return await serving(sqlite_cast)


@pytest.fixture
async def programs_everywhere(serving: Serving, cast: Cast) -> Programs:
    return await serving(cast)
