"""Webhooks: nothing forged gets in, and nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
import structlog

from core.database import Database
from core.inbox import list_waiting
from tests.bot.web.conftest import UPDATE, Client, kept, post, samples, signed
from tests.cast import NOW

PATH = "/webhooks/telegram"


async def test_an_update_is_kept_before_it_is_acknowledged(
    client: Client, sqlite_database: Database
) -> None:
    assert await post(client) == 200
    rows = await sqlite_database.read(lambda s: list_waiting(s, limit=9))
    assert [(row.external_id, row.lane, row.payload) for row in rows] == [
        ("5", "7", {"update_id": 5, "message": {"text": "hi"}})
    ]
    assert rows[0].received_at == NOW


@pytest.mark.fault(43)
async def test_a_repeated_update_is_kept_once(client: Client, sqlite_database: Database) -> None:
    statuses = await asyncio.gather(*(post(client) for _ in range(3)))
    assert statuses == [200, 200, 200]
    assert await kept(sqlite_database) == ["5"]


async def test_the_commit_is_announced_to_who_works_the_inbox_off(
    client: Client, sqlite_database: Database
) -> None:
    topics: list[frozenset[str]] = []
    sqlite_database.on_commit(topics.append)
    await post(client)
    assert topics == [frozenset({"inbox"})]


async def test_new_updates_are_counted(client: Client) -> None:
    for _ in range(2):
        await post(client)
    assert await samples(client, "usher_updates_kept_total") == [({"platform": "telegram"}, 1.0)]


@pytest.mark.attack(32)
@pytest.mark.parametrize("secret", ["", "wrong", "right-secret_2", "right-secret_1x", "ключ"])
async def test_a_wrong_secret_is_refused(
    client: Client, sqlite_database: Database, secret: str
) -> None:
    async with client.post(PATH, json={"update_id": 5}, headers=signed(secret)) as answer:
        assert answer.status == 401
        assert (await answer.json())["code"] == "unauthorized"
    assert await kept(sqlite_database) == []


@pytest.mark.attack(32)
async def test_no_secret_is_refused(client: Client) -> None:
    async with client.post(PATH, json={"update_id": 5}) as answer:
        assert answer.status == 401


@pytest.mark.attack(32)
async def test_the_secret_is_checked_before_the_body_is_read(client: Client) -> None:
    async with client.post(PATH, data=b"not json", headers=signed("wrong")) as answer:
        assert answer.status == 401


@pytest.mark.attack(32)
async def test_an_announced_huge_body_is_refused(client: Client) -> None:
    assert await post(client, BytesIO(b" " * (1024 * 1024 + 1))) == 413


@pytest.mark.attack(32)
@pytest.mark.attack(52)
async def test_an_unannounced_huge_body_is_refused(client: Client) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    async with client.post(PATH, data=chunks(), headers=signed()) as answer:
        assert answer.status == 413


@pytest.mark.attack(32)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "x"])
async def test_another_content_type_is_refused(client: Client, kind: str) -> None:
    headers = {**signed(), "Content-Type": kind}
    async with client.post(PATH, data=UPDATE, headers=headers) as answer:
        assert answer.status == 415


@pytest.mark.attack(32)
async def test_only_post_is_taken(client: Client) -> None:
    async with client.get(PATH, headers=signed()) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.attack(59)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"update_id": "5"}',
        b'{"update_id": true}',
        b'{"update_id": 9223372036854775808}',
        b'{"update_id": 5, "x": ' + b"9" * 5000 + b"}",
        b'{"update_id": 5, "x": NaN}',
        b'{"update_id": 5, "x": -Infinity}',
        b'{"update_id": 5, "x": 1e999}',
        b'{"update_id": 5, "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"update_id": 5, "x": ' + b'{"a":' * 200 + b"1" + b"}" * 201,
        b'{"update_id": 5, "x": "\xff"}',
        '{"update_id": 5}'.encode("utf-16"),
    ],
    ids=lambda body: repr(body[:30]),
)
async def test_what_is_no_update_is_refused(
    client: Client, sqlite_database: Database, body: bytes
) -> None:
    assert await post(client, body) == 400
    assert await kept(sqlite_database) == []


async def test_what_is_no_update_is_logged_once(client: Client) -> None:
    with structlog.testing.capture_logs() as lines:
        await post(client, b"[]")
    refused = [line for line in lines if line["event"] == "unreadable webhook refused"]
    assert [line["reason"] for line in refused] == ["not an object but list"]
