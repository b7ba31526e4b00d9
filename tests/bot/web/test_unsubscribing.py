"""/u/{token}: no more e-mail, by one POST and never by a GET."""

from __future__ import annotations

import pytest
from aiohttp import FormData

from bot.texts import Reader
from bot.web.front import Front
from core.mail.mailboxes import open_mailbox, why_closed
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.opened import open_page, send
from tests.cast import NOW, Cast

ERIN = "erin@example.org"


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    reader = Reader("en", "UTC")
    front = Front(sqlite_cast.database, sqlite_cast.clock, "https://usher.example", reader)
    return await serve(sqlite_cast.database, front=front)


@pytest.fixture
async def path(sqlite_cast: Cast) -> str:
    token = await sqlite_cast.write(lambda s: open_mailbox(s, ERIN, now=NOW).token)
    return f"/u/{token}"


async def closed(cast: Cast) -> bool:
    return await cast.read(lambda s: why_closed(s, ERIN)) is not None


@pytest.mark.attack(7)
async def test_to_look_changes_nothing(pages: Client, path: str, sqlite_cast: Cast) -> None:
    page = await open_page(pages, path)
    assert page.status == 200
    assert ERIN not in page.html
    async with pages.head(path) as answer:
        assert answer.status == 200
    assert not await closed(sqlite_cast)


@pytest.mark.parametrize("multipart", [False, True])
async def test_one_click_of_a_mail_program_is_enough_and_may_be_repeated(
    pages: Client, path: str, sqlite_cast: Cast, multipart: bool
) -> None:
    for _ in range(2):
        form = FormData({"List-Unsubscribe": "One-Click"}, default_to_multipart=multipart)
        async with pages.post(path, data=form, allow_redirects=False) as answer:
            assert answer.status == 200
    assert await closed(sqlite_cast)


async def test_the_page_s_own_button_does_it_and_another_takes_it_back(
    pages: Client, path: str, sqlite_cast: Cast
) -> None:
    page = await open_page(pages, path)
    done = await send(pages, page.form("No more e-mail"))
    assert "I don’t write to this address any more." in done.text
    assert await closed(sqlite_cast)
    again = await send(pages, done.form("Write to me again"))
    assert again.form("No more e-mail").action == path
    assert not await closed(sqlite_cast)


@pytest.mark.parametrize("method", ["get", "post"])
async def test_an_unknown_link_says_so(pages: Client, method: str) -> None:
    async with pages.request(method, "/u/" + "A" * 43) as answer:
        assert answer.status == 404
        assert "I don't know this link" in await answer.text()


async def test_the_page_is_kept_nowhere_and_found_by_nobody(pages: Client, path: str) -> None:
    page = await open_page(pages, path)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
