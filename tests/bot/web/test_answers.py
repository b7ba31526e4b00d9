"""What every answer has in common: headers, errors that tell nothing, a log line without paths."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
import structlog

from bot.inbound import Webhook
from core.database import Database
from core.inbox import Arrival
from tests.bot.web.conftest import Client, Serve, post

TOKEN = "A" * 20 + "b" * 20 + "123"


def fail(body: bytes) -> Sequence[Arrival]:
    raise RuntimeError(f"a bug that knows {TOKEN}")


@pytest.mark.attack(26)
@pytest.mark.attack(25)
@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/nothing", "/webhooks/telegram"]
)
async def test_every_answer_is_private_and_unframed(client: Client, path: str) -> None:
    async with client.get(path) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Server"] == "Usher"


async def test_a_wrong_path_is_a_problem_with_a_request_id(client: Client) -> None:
    async with client.get("/nothing") as answer:
        body = await answer.json(content_type="application/problem+json")
        assert body.pop("request_id") == answer.headers["X-Request-Id"]
    assert body == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "not_found",
    }


@pytest.mark.attack(60)
async def test_a_bug_is_logged_and_told_to_nobody(serve: Serve, sqlite_database: Database) -> None:
    broken = Webhook("broken", verify=bool, read=fail)
    client = await serve(sqlite_database, webhooks=[broken])
    with structlog.testing.capture_logs() as lines:
        async with client.post("/webhooks/broken", json={}) as answer:
            text = await answer.text()
    assert (answer.status, json.loads(text)["code"]) == (500, "internal_server_error")
    assert "Traceback" not in text
    assert TOKEN not in text
    failed = next(line for line in lines if line["event"] == "request failed")
    assert (failed["exc_info"], failed["route"]) == (True, "/webhooks/broken")


@pytest.mark.attack(60)
@pytest.mark.parametrize("path", [f"/nothing/{TOKEN}?a={TOKEN}", f"/healthz?token={TOKEN}"])
async def test_the_access_log_has_no_path_and_no_query(client: Client, path: str) -> None:
    with structlog.testing.capture_logs() as lines:
        async with client.get(path):
            pass
    assert [line["event"] for line in lines] == ["request"]
    assert TOKEN not in repr(lines)


async def test_the_access_log_tells_what_happened(client: Client) -> None:
    with structlog.testing.capture_logs() as lines:
        await post(client, b"[]")
    line = next(line for line in lines if line["event"] == "request")
    assert (line["method"], line["route"], line["status"]) == ("POST", "/webhooks/telegram", 400)
    assert line["log_level"] == "info"


async def test_what_machines_ask_all_the_time_is_logged_quietly(client: Client) -> None:
    with structlog.testing.capture_logs() as lines:
        async with client.get("/healthz"):
            pass
    assert [line["log_level"] for line in lines] == ["debug"]
