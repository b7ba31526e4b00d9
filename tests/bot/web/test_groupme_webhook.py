"""GroupMe's callback: whoever knows the path may post, and nothing that they post can hurt."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from io import BytesIO
from typing import Any

import aiohttp
import pytest
import structlog

from bot.platforms.groupme.arrivals import groupme_webhook
from core.database import Database
from tests.bot.platforms.groupme.test_posts import POST
from tests.bot.web.conftest import Client, Serve, kept, samples

SECRET = "right-secret_1"
PATH = f"/webhooks/groupme/{SECRET}"
LARGE = 5 * 1024 * 1024


@pytest.fixture
async def client(serve: Serve, sqlite_database: Database) -> Client:
    return await serve(sqlite_database, webhooks=[groupme_webhook(SECRET)])


async def post(client: Client, body: Any = POST, path: str = PATH) -> int:
    async with client.post(path, json=body) as answer:
        return answer.status


async def test_a_message_is_kept_before_it_is_acknowledged(
    client: Client, sqlite_database: Database
) -> None:
    assert await post(client) == 200
    assert await kept(sqlite_database) == [POST["id"]]


@pytest.mark.fault(43)
async def test_a_repeated_message_is_kept_once(client: Client, sqlite_database: Database) -> None:
    assert await asyncio.gather(*(post(client) for _ in range(3))) == [200, 200, 200]
    assert await kept(sqlite_database) == [POST["id"]]


@pytest.mark.fault(53)
async def test_what_a_bot_says_is_acknowledged_and_dropped(
    client: Client, sqlite_database: Database
) -> None:
    assert await post(client, POST | {"sender_type": "bot"}) == 200
    assert await kept(sqlite_database) == []


@pytest.mark.attack(33)
@pytest.mark.parametrize("secret", ["wrong", "right-secret_2", "right-secret_1x", "%D0%BA", "a/b"])
async def test_without_the_secret_there_is_nothing_there(
    client: Client, sqlite_database: Database, secret: str
) -> None:
    assert await post(client, path=f"/webhooks/groupme/{secret}") == 404
    assert await post(client, path="/webhooks/groupme") == 404
    assert await kept(sqlite_database) == []


@pytest.mark.attack(33)
async def test_five_megabytes_are_refused(client: Client, sqlite_database: Database) -> None:
    body, headers = BytesIO(b" " * LARGE), {"Content-Type": "application/json"}
    with suppress(aiohttp.ClientError):  # it is not even read to the end
        async with client.post(PATH, data=body, headers=headers) as answer:
            assert answer.status == 413
    assert await kept(sqlite_database) == []


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b"{}", b'{"id": NaN}', b"[" * 20_000])
async def test_wrong_json_is_refused(client: Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with client.post(PATH, data=body, headers=headers) as answer:
        assert answer.status == 400


async def test_a_flood_of_nonsense_is_told_once_with_its_number(client: Client) -> None:
    with structlog.testing.capture_logs() as logs:
        for _ in range(50):
            await post(client, {"id": "x"})
    told = [one for one in logs if one["event"] == "unreadable webhook refused"]
    assert [one["times"] for one in told] == [1]


@pytest.mark.fault(59)
async def test_a_flood_of_foreign_messages_is_kept_and_counted(
    client: Client, sqlite_database: Database
) -> None:
    flood = [POST | {"id": str(10**9 + number), "group_id": "99"} for number in range(200)]
    assert set(await asyncio.gather(*(post(client, one) for one in flood))) == {200}
    assert len(await kept(sqlite_database)) == 200
    [(_, count)] = await samples(client, "usher_updates_kept_total")
    assert count == 200


async def test_the_secret_is_in_no_answer_and_no_log(client: Client) -> None:
    with structlog.testing.capture_logs() as logs:
        async with client.post(PATH, data=b"nonsense") as answer:
            body = await answer.text()
    assert SECRET not in body + json.dumps(logs, default=str)
