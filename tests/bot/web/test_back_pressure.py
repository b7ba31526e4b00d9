"""While we can't keep up, every platform is put off and comes again; none is ever told: gone."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable

import aiohttp
import pytest

from bot.inbound import Webhook
from bot.platforms.groupme.arrivals import groupme_webhook
from bot.platforms.telegram.webhook import TELEGRAM_HEADER, telegram_webhook
from bot.platforms.whatsapp.arrivals import whatsapp_webhook
from bot.web import webhooks
from core.database import Database
from tests.bot.platforms.groupme.test_posts import POST
from tests.bot.web.conftest import Client, Serve, arrive, kept, locked
from tests.conftest import opened

SECRET = "right-secret_1"
PHONE = "1234567890"


def by_telegram(number: int) -> tuple[str, bytes, dict[str, str]]:
    body = json.dumps({"update_id": number, "message": {"text": "x" * 1000}}).encode()
    return "/webhooks/telegram", body, {TELEGRAM_HEADER: SECRET}


def by_groupme(number: int) -> tuple[str, bytes, dict[str, str]]:
    post = POST | {"id": str(10**9 + number)}
    return f"/webhooks/groupme/{SECRET}", json.dumps(post).encode(), {}


def by_whatsapp(number: int) -> tuple[str, bytes, dict[str, str]]:
    message = {"id": f"wamid.{number}", "from": "15550001111", "type": "text", "timestamp": "1"}
    value = {
        "metadata": {"phone_number_id": PHONE},
        "messages": [{**message, "text": {"body": "hi"}}],
    }
    posted = {
        "object": "whatsapp_business_account",
        "entry": [{"changes": [{"field": "messages", "value": value}]}],
    }
    body = json.dumps(posted).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return "/webhooks/whatsapp", body, {"X-Hub-Signature-256": f"sha256={signature}"}


Posted = Callable[[int], tuple[str, bytes, dict[str, str]]]
PLATFORMS: dict[str, tuple[Webhook, Posted]] = {
    "telegram": (telegram_webhook(SECRET, arrive), by_telegram),
    "groupme": (groupme_webhook(SECRET), by_groupme),
    "whatsapp": (whatsapp_webhook(SECRET, "word", PHONE), by_whatsapp),
}


async def post(client: Client, posted: tuple[str, bytes, dict[str, str]]) -> tuple[int, str]:
    path, body, headers = posted
    kind = {"Content-Type": "application/json", **headers}
    async with client.post(path, data=body, headers=kind) as answer:
        return answer.status, answer.headers.get("Retry-After", "")


@pytest.mark.fault(46)
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_while_the_database_is_locked_it_is_put_off_and_then_taken_in(
    serve: Serve, sqlite_database_url: str, platform: str
) -> None:
    webhook, posted = PLATFORMS[platform]
    async with opened(sqlite_database_url, busy_timeout_s=0.05) as database:
        client = await serve(database, webhooks=[webhook])
        with locked(database):
            assert await post(client, posted(1)) == (503, "5")
        assert await post(client, posted(1)) == (200, "")
        assert len(await kept(database)) == 1


@pytest.mark.fault(59)
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_who_comes_when_all_places_are_taken_is_put_off(
    serve: Serve, sqlite_database: Database, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST_AT_ONCE", 3)
    webhook, posted = PLATFORMS[platform]
    client = await serve(sqlite_database, webhooks=[webhook])
    with locked(sqlite_database):
        first = [asyncio.create_task(post(client, posted(number))) for number in range(9)]
        done, waiting = await asyncio.wait(first, timeout=2)
        assert [task.result() for task in done] == [(503, "5")] * 6
    assert [await task for task in waiting] == [(200, "")] * 3


@pytest.mark.fault(59)
async def test_of_a_flood_only_so_many_wait_with_their_bodies(
    serve: Serve, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST_AT_ONCE", 20)
    client = await serve(sqlite_database, webhooks=[PLATFORMS["telegram"][0]])
    at_once = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    async with at_once as http:
        with locked(sqlite_database):
            waiting = {asyncio.create_task(flood(http, client, n)) for n in range(300)}
            put_off = 0
            while put_off < 280:
                done, waiting = await asyncio.wait(waiting, return_when="FIRST_COMPLETED")
                assert {task.result() for task in done} == {503}
                put_off += len(done)
        assert {await task for task in waiting} == {200}
    assert len(await kept(sqlite_database)) == 20


async def flood(http: aiohttp.ClientSession, client: Client, number: int) -> int:
    path, body, headers = by_telegram(number)
    kind = {"Content-Type": "application/json", **headers}
    async with http.post(client.make_url(path), data=body, headers=kind) as answer:
        return answer.status
