"""The line to a web API: answers are bounded, redirects not followed, silence told from refusal."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.http_line import HttpLine, NoAnswerError

LARGEST = 100_000


async def _large(_request: web.Request) -> web.Response:
    return web.Response(body=b"x" * (LARGEST + 1))


async def _moved(_request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "/seen", "Set-Cookie": "a=1"})


async def _seen(request: web.Request) -> web.Response:
    return web.json_response(dict(request.headers))


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    app = web.Application()
    app.add_routes([web.get("/large", _large), web.get("/moved", _moved), web.get("/seen", _seen)])
    running = TestServer(app)
    await running.start_server()
    yield running
    await running.close()


@pytest.fixture
async def line() -> AsyncIterator[HttpLine]:
    running = HttpLine({"X-Token": "t"}, largest=LARGEST, connect_s=2, read_s=2)
    yield running
    await running.close()


async def test_an_answer_without_end_is_given_up(server: TestServer, line: HttpLine) -> None:
    with pytest.raises(NoAnswerError, match="too large") as caught:
        await line.ask("GET", str(server.make_url("/large")))
    assert caught.value.sent


async def test_the_token_follows_no_redirect_and_cookies_are_not_kept(
    server: TestServer, line: HttpLine
) -> None:
    answer = await line.ask("GET", str(server.make_url("/moved")))
    assert (answer.status, answer.is_success) == (302, False)
    seen = await line.ask("GET", str(server.make_url("/seen")))
    assert b'"X-Token": "t"' in seen.body
    assert b"Cookie" not in seen.body


async def test_nobody_there_was_never_sent(server: TestServer, line: HttpLine) -> None:
    url = str(server.make_url("/seen"))
    await server.close()
    with pytest.raises(NoAnswerError) as caught:
        await line.ask("GET", url)
    assert not caught.value.sent
    assert url not in str(caught.value)
