"""The emulated GroupMe: its people, its callbacks, and its refusals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.groupme.world import World
from bot.sandbox.server import GROUPME_TOKEN, Sandbox
from tests.bot.sandbox.client import TOKEN

Posted = tuple[str, asyncio.Queue[dict[str, Any]]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = Sandbox(TOKEN)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    return sandbox.groupme


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


@pytest.fixture
async def posted() -> AsyncIterator[Posted]:
    """An address, and what is posted to it."""
    got: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        got.put_nowait(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("/hook")), got
    await server.close()


async def call(
    sandbox: Sandbox, http: aiohttp.ClientSession, method: str, path: str, **body: Any
) -> tuple[int, Any]:
    headers = {"X-Access-Token": GROUPME_TOKEN}
    url = sandbox.groupme_url + path
    async with http.request(method, url, json=body or None, headers=headers) as answer:
        text = await answer.text()
        return answer.status, (await answer.json()) if text else None


async def play(sandbox: Sandbox, http: aiohttp.ClientSession, action: str, **body: Any) -> Any:
    async with http.post(f"{sandbox.url}/play/groupme/{action}", json=body) as answer:
        return await answer.json()


async def test_a_bot_is_called_back_for_every_message_its_own_included(
    world: World, posted: Posted
) -> None:
    url, got = posted
    group, dana = world.find_group("Tigers"), world.find_account("Dana")
    bot = world.add_bot(group.id, url)
    world.write(dana.id, group.id, "hello")
    world.say(group, bot.bot_id, "hi", sender_type="bot", name="Usher")
    told = [await asyncio.wait_for(got.get(), 20) for _ in range(2)]
    assert [one["sender_type"] for one in told] == ["user", "bot"]
    assert "event" not in told[0]


async def test_a_coming_has_its_event_only_when_it_is_read_back(
    sandbox: Sandbox, world: World, http: aiohttp.ClientSession
) -> None:
    group = world.share(world.find_group("Tigers").id)
    world.join(world.find_account("Frank").id, group.id)
    _, body = await call(sandbox, http, "GET", f"/groups/{group.id}/messages")
    [message] = body["response"]["messages"]
    assert message["event"]["type"] == "membership.announce.joined"
    assert type(message["event"]["data"]["user"]["id"]) is int


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/groups", {"name": "Bears"}, 403),
        ("/groups", {"name": "x" * 141}, 400),
        ("/groups/799999/messages", {"message": {"source_guid": "1", "text": "x"}}, 404),
        ("/bots/post", {"bot_id": "nobody", "text": "x"}, 404),
        ("/no/such/call", {}, 404),
    ],
)
async def test_refusals_are_in_the_envelope(
    sandbox: Sandbox, http: aiohttp.ClientSession, path: str, body: Any, status: int
) -> None:
    found, answer = await call(sandbox, http, "POST", path, **body)
    assert (found, answer["meta"]["code"], answer["response"]) == (status, status, None)


async def test_a_long_text_and_a_repeated_guid_are_refused(
    sandbox: Sandbox, world: World, http: aiohttp.ClientSession
) -> None:
    path = f"/groups/{world.find_group('Tigers').id}/messages"
    statuses = []
    for text in ("x" * 1001, "hello", "hello"):
        message = {"source_guid": "one", "text": text}
        statuses.append((await call(sandbox, http, "POST", path, message=message))[0])
    assert statuses == [400, 201, 409]


async def test_without_the_token_nothing_is_told(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{sandbox.groupme_url}/groups") as answer:
        assert answer.status == 401


async def test_people_are_played_over_http(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    noa = await play(sandbox, http, "accounts", name="Noa")
    group = await play(sandbox, http, "groups", name="Bears", creator_id=noa["id"], share=True)
    await play(sandbox, http, "posts", user_id=noa["id"], group_id=group["id"], text="hello")
    async with http.get(f"{sandbox.url}/play/groupme/state") as answer:
        state = await answer.json()
    assert [post["text"] for post in state["posts"]] == ["hello"]
    refused = await play(sandbox, http, "leave", user_id=noa["id"], group_id=group["id"])
    assert refused["error"] == "Who made a group cannot leave it."


async def test_starting_over_clears_groupme_too(
    sandbox: Sandbox, world: World, http: aiohttp.ClientSession
) -> None:
    world.settle_bot("http://usher.test/hook")
    world.add_account("Noa")
    async with http.post(f"{sandbox.url}/play/reset", json={}) as answer:
        assert answer.status == 200
    assert [one.name for one in world.accounts.values()].count("Noa") == 0
    assert [bot.callback_url for bot in world.bots.values()] == ["http://usher.test/hook"]
