"""WhatsApp's webhook: only what Meta signed counts, to the byte, and it is kept once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from io import BytesIO
from typing import Any

import pytest
import structlog

from bot.platforms.whatsapp.arrivals import whatsapp_webhook
from bot.sandbox.telegram.changes import Changes
from bot.sandbox.whatsapp.world import PHONE_ID, World
from core.database import Database
from tests.bot.web.conftest import Client, Serve, kept

CHALLENGE = "1158201444"
SECRET, WORD, PATH = "app-secret", "our-word", "/webhooks/whatsapp"
GREETING = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": CHALLENGE}


@pytest.fixture
async def client(serve: Serve, sqlite_database: Database) -> Client:
    return await serve(sqlite_database, webhooks=[whatsapp_webhook(SECRET, WORD, PHONE_ID)])


@pytest.fixture
def posted() -> dict[str, Any]:
    """What Meta posts when Dana writes."""
    told: list[dict[str, Any]] = []
    world = World(lambda: 1_790_000_000.0, Changes())
    world.told = told.append
    world.write(world.find("Dana").number, "/start")
    return told[0]


def signature(body: bytes, secret: str = SECRET, kind: str = "sha256") -> str:
    return f"{kind}={hmac.new(secret.encode(), body, kind).hexdigest()}"


async def post(client: Client, body: bytes, signed: str | None = None) -> int:
    headers = {"Content-Type": "application/json"}
    headers["X-Hub-Signature-256"] = signature(body) if signed is None else signed
    async with client.post(PATH, data=BytesIO(body), headers=headers) as answer:
        return answer.status


async def test_meta_is_answered_its_challenge(client: Client) -> None:
    async with client.get(PATH, params=GREETING) as answer:
        assert (answer.status, await answer.text()) == (200, CHALLENGE)


@pytest.mark.attack(34)
@pytest.mark.parametrize(
    "change",
    [{"hub.verify_token": "wrong"}, {"hub.verify_token": "é"}, {"hub.mode": "unsubscribe"}],
)
async def test_who_does_not_know_our_word_is_refused(
    client: Client, change: dict[str, str]
) -> None:
    async with client.get(PATH, params=GREETING | change) as answer:
        assert (answer.status, CHALLENGE in await answer.text()) == (403, False)


async def test_a_message_is_kept_before_it_is_acknowledged(
    client: Client, sqlite_database: Database, posted: dict[str, Any]
) -> None:
    assert await post(client, json.dumps(posted).encode()) == 200
    [key] = await kept(sqlite_database)
    assert len(key) == hashlib.sha256().digest_size * 2


@pytest.mark.fault(43)
async def test_a_repeated_message_is_kept_once(
    client: Client, sqlite_database: Database, posted: dict[str, Any]
) -> None:
    body = json.dumps(posted).encode()
    assert await asyncio.gather(*(post(client, body) for _ in range(3))) == [200, 200, 200]
    assert len(await kept(sqlite_database)) == 1


@pytest.mark.attack(34)
@pytest.mark.parametrize("secret", ["", "wrong"])
async def test_a_bad_signature_is_refused(
    client: Client, sqlite_database: Database, posted: dict[str, Any], secret: str
) -> None:
    body = json.dumps(posted).encode()
    assert await post(client, body, signature(body, secret)) == 401
    assert await post(client, body, "") == 401
    assert await post(client, body, "sha256=é") == 401
    assert await kept(sqlite_database) == []


@pytest.mark.attack(34)
async def test_the_same_json_written_anew_is_refused(
    client: Client, posted: dict[str, Any]
) -> None:
    body, again = json.dumps(posted).encode(), json.dumps(posted, indent=1).encode()
    assert await post(client, again, signature(body)) == 401


@pytest.mark.attack(34)
async def test_sha1_alone_is_not_enough(client: Client, posted: dict[str, Any]) -> None:
    body = json.dumps(posted).encode()
    assert await post(client, body, signature(body, kind="sha1")) == 401
    headers = {"Content-Type": "application/json", "X-Hub-Signature": signature(body, kind="sha1")}
    async with client.post(PATH, data=body, headers=headers) as answer:
        assert answer.status == 401


@pytest.mark.attack(34)
async def test_two_megabytes_are_taken_when_they_are_signed_and_five_never(
    client: Client, sqlite_database: Database, posted: dict[str, Any]
) -> None:
    body = json.dumps(posted).encode()
    assert await post(client, body + b" " * 2 * 1024 * 1024) == 200
    assert len(await kept(sqlite_database)) == 1
    assert await post(client, body + b" " * 5 * 1024 * 1024) == 413


async def test_what_is_of_another_number_of_ours_is_not_kept(
    client: Client, sqlite_database: Database, posted: dict[str, Any]
) -> None:
    posted["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "9"
    assert await post(client, json.dumps(posted).encode()) == 200
    assert await kept(sqlite_database) == []


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b"{}", b'{"object": "page"}', b"[" * 20_000])
async def test_wrong_json_is_refused(client: Client, body: bytes) -> None:
    assert await post(client, body) == 400


@pytest.mark.parametrize(
    "value", [None, 7, [], {"messages": 7}, {"messages": [7, {}]}, {"statuses": [{"id": None}]}]
)
async def test_odd_values_harm_nothing(client: Client, posted: dict[str, Any], value: Any) -> None:
    about = posted["entry"][0]["changes"][0]["value"]["metadata"]
    odd = value | {"metadata": about} if isinstance(value, dict) else value
    posted["entry"][0]["changes"][0]["value"] = odd
    assert await post(client, json.dumps(posted).encode()) == 200


async def test_the_secret_is_in_no_answer_and_no_log(client: Client) -> None:
    with structlog.testing.capture_logs() as logs:
        async with client.post(PATH, data=b"nonsense") as answer:
            body = await answer.text()
    assert SECRET not in body + json.dumps(logs, default=str)
