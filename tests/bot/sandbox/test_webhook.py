"""Delivery to the bot's own server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.telegram import webhook
from tests.bot.sandbox.client import DANA, Client
from tests.bot.sandbox.schema import problems


@dataclass
class Receiver:
    """The bot's server: answers with the scripted statuses, then with 200."""

    client: Client
    url: str = ""
    statuses: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get(webhook.SECRET_HEADER))
        self.client.sandbox.telegram.changes.ring()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def wait_for(self, count: int) -> list[dict[str, Any]]:
        world = self.client.sandbox.telegram
        await world.wait_for(lambda: len(self.bodies) >= count, timeout=10)
        return self.bodies


@pytest.fixture
async def receiver(started: Client, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    monkeypatch.setattr(webhook, "FIRST_RETRY_S", 0.01)
    one = Receiver(started)
    app = web.Application()
    app.router.add_post("/hook", one.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield one
    await runner.cleanup()


async def test_it_delivers_with_the_secret(started: Client, receiver: Receiver) -> None:
    await started.call("setWebhook", url=receiver.url, secret_token="s3cret_-")
    started.sandbox.telegram.say(DANA, DANA, "hi")
    [update] = await receiver.wait_for(1)
    assert update["message"]["text"] == "hi"
    assert problems("Update", update, "update") == []
    assert receiver.secrets == ["s3cret_-"]


async def test_it_repeats_until_the_update_is_taken(started: Client, receiver: Receiver) -> None:
    receiver.statuses = [500, 302, 503]
    await started.call("setWebhook", url=receiver.url)
    started.sandbox.telegram.say(DANA, DANA, "hi")
    bodies = await receiver.wait_for(4)
    assert [body["update_id"] for body in bodies] == [bodies[0]["update_id"]] * 4
    info = await started.call("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 503")


async def test_it_keeps_the_order_of_a_chat(started: Client, receiver: Receiver) -> None:
    receiver.statuses = [500]
    await started.call("setWebhook", url=receiver.url)
    for n in range(3):
        started.sandbox.telegram.say(DANA, DANA, str(n))
    bodies = await receiver.wait_for(4)
    assert [body["message"]["text"] for body in bodies] == ["0", "0", "1", "2"]


async def test_what_waited_is_delivered_first(started: Client, receiver: Receiver) -> None:
    started.sandbox.telegram.say(DANA, DANA, "before")
    await started.call("setWebhook", url=receiver.url)
    [update] = await receiver.wait_for(1)
    assert update["message"]["text"] == "before"


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
async def test_what_waits_can_be_dropped(started: Client, receiver: Receiver, method: str) -> None:
    started.sandbox.telegram.say(DANA, DANA, "before")
    await started.call(method, url=receiver.url, drop_pending_updates=True)
    info = await started.call("getWebhookInfo")
    assert info["pending_update_count"] == 0


async def test_polling_is_refused_meanwhile(started: Client, receiver: Receiver) -> None:
    await started.call("setWebhook", url=receiver.url)
    assert await started.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    await started.call("deleteWebhook")
    assert await started.call("getUpdates") == []


async def test_the_info_tells_where_updates_go(started: Client, receiver: Receiver) -> None:
    await started.call(
        "setWebhook", url=receiver.url, max_connections=7, allowed_updates=["message"]
    )
    info = await started.call("getWebhookInfo")
    assert (info["url"], info["max_connections"]) == (receiver.url, 7)
    assert info["allowed_updates"] == ["message"]


async def test_an_empty_url_takes_the_webhook_away(started: Client, receiver: Receiver) -> None:
    await started.call("setWebhook", url=receiver.url)
    await started.call("setWebhook", url="")
    assert (await started.call("getWebhookInfo"))["url"] == ""


async def test_a_dead_server_is_reported(started: Client) -> None:
    await started.call("setWebhook", url="http://127.0.0.1:9/hook")
    started.sandbox.telegram.say(DANA, DANA, "hi")
    info: dict[str, Any] = {}
    while "last_error_date" not in info:
        info = await started.call("getWebhookInfo")
    assert info["last_error_message"] == "Connection refused"


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        (
            {"url": "http://example.com/hook"},
            "bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            {"url": "https://example.com:8080/hook"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            {"url": "http://127.0.0.1/", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
        ({"url": "http://127.0.0.1/", "secret_token": "a" * 257}, "secret token is too long"),
        (
            {"url": "http://127.0.0.1/", "max_connections": 101},
            "max_connections must be between 1 and 100",
        ),
    ],
)
async def test_bad_webhooks_are_refused(
    started: Client, params: dict[str, Any], reason: str
) -> None:
    assert await started.refusal("setWebhook", **params) == f"Bad Request: {reason}"
