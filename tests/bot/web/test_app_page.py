"""A Mini App signs its user in once; who is signed in may use REST, as may Telegram's word."""

import asyncio
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from bot.web.api.callers import READINGS
from bot.web.api.working import Api
from bot.web.credentials import CSRF_HEADER, readings_of
from bot.web.front import Front
from bot.web.init_data import Verifier
from core.access import Role
from core.people import Identity
from core.people.web_sessions import WebSession
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.opened import Opened, open_page, send
from tests.bot.web.test_init_data import TOKEN, signed
from tests.bot.web.test_invite_answers import sign_in
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast

ALICE = {"id": 1001, "first_name": "Alice", "username": "alice"}
NEW = {"id": 1099, "first_name": "Noa"}


def handed(cast: Cast, user: object = ALICE) -> str:
    return urlencode(signed(user, at=cast.now))


def front_with_telegram(cast: Cast) -> Front:
    return front_of(cast, public_url="http://127.0.0.1", verifier=Verifier(TOKEN))


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    front = front_with_telegram(sqlite_cast)
    api = Api(
        database=sqlite_cast.database,
        now=sqlite_cast.clock,
        stopping=asyncio.Event(),
        monotonic=time.monotonic,
        public_url="http://127.0.0.1",
        readings=(*READINGS, *readings_of(front)),
    )
    return await serve(sqlite_cast.database, front=front, api=api)


async def opened_app(client: Client, init_data: str) -> Opened:
    form = (await open_page(client, "/app")).form("Sign in")
    return await send(client, form, init_data=init_data)


async def groups(client: Client, **headers: str) -> tuple[int, str]:
    """What REST says of one's own groups."""
    async with client.get("/api/v1/groups", headers=headers) as answer:
        return answer.status, await answer.text()


async def found_group(client: Client, **headers: str) -> int:
    body = {"name": "Lions", "kind": "team"}
    async with client.post("/api/v1/groups", json=body, headers=headers) as answer:
        return answer.status


async def test_what_telegram_says_signs_its_user_in(pages: Client, sqlite_cast: Cast) -> None:
    done = await opened_app(pages, handed(sqlite_cast))
    assert (done.status, done.headers["Location"]) == (303, "/me")
    assert "Hello Alice!" in (await open_page(pages, "/me")).text


async def test_who_is_new_becomes_known(pages: Client, sqlite_cast: Cast) -> None:
    await opened_app(pages, handed(sqlite_cast, NEW))
    assert "Hello Noa!" in (await open_page(pages, "/me")).text
    assert "1099" in [row.address for row in await sqlite_cast.rows(Identity)]


@pytest.mark.attack(36)
async def test_the_same_words_sign_in_once_also_after_signing_out(
    pages: Client, sqlite_cast: Cast
) -> None:
    words = handed(sqlite_cast)
    await opened_app(pages, words)
    await send(pages, (await open_page(pages, "/me")).form("Sign out everywhere"))
    again = await opened_app(pages, words)
    assert again.status == 401
    assert "Telegram does not vouch for this" in again.text
    assert (await open_page(pages, "/me")).status == 403


@pytest.mark.attack(35)
@pytest.mark.parametrize("words", ["", "hash=1", "user=%7B%7D&hash=00"])
async def test_other_words_sign_nobody_in(pages: Client, sqlite_cast: Cast, words: str) -> None:
    assert (await opened_app(pages, words)).status == 401
    assert await sqlite_cast.rows(WebSession) == []


async def test_only_this_page_runs_a_script_and_that_is_ours(pages: Client) -> None:
    page = await open_page(pages, "/app")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.html.count("<script") == 1
    assert '<script src="/assets/app.' in page.html


async def test_who_is_signed_in_reads_by_the_cookie(pages: Client, sqlite_cast: Cast) -> None:
    assert (await groups(pages))[0] == 401
    await sign_in(pages, sqlite_cast, sqlite_cast.alice)
    status, body = await groups(pages)
    assert status == 200
    assert "Tigers" in body


@pytest.mark.attack(6)
async def test_what_changes_something_needs_the_word_that_other_sites_lack(
    pages: Client, sqlite_cast: Cast
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.alice)
    assert await found_group(pages) == 403
    assert await found_group(pages, **{CSRF_HEADER: "0" * 64}) == 403
    async with pages.get("/me/csrf") as answer:
        token = (await answer.json())["token"]
    assert await found_group(pages, **{CSRF_HEADER: token}) == 201


async def test_who_is_not_signed_in_gets_no_such_word(pages: Client) -> None:
    assert (await open_page(pages, "/me/csrf")).status == 403


async def test_a_mini_app_asks_by_telegrams_word(pages: Client, sqlite_cast: Cast) -> None:
    status, body = await groups(pages, Authorization=f"tma {handed(sqlite_cast)}")
    assert status == 200
    assert "Tigers" in body
    status, body = await groups(
        pages, Authorization=f"tma {handed(sqlite_cast, {**ALICE, 'id': 1003})}"
    )
    assert "Tigers" not in body


@pytest.mark.attack(35)
async def test_stale_words_and_strangers_open_nothing(pages: Client, sqlite_cast: Cast) -> None:
    stranger = handed(sqlite_cast, NEW)
    assert (await groups(pages, Authorization=f"tma {stranger}"))[0] == 401
    words = handed(sqlite_cast)
    sqlite_cast.clock.now += timedelta(minutes=10)
    assert (await groups(pages, Authorization=f"tma {words}"))[0] == 401


@pytest.mark.attack(36)
async def test_once_exchanged_the_words_open_nothing_any_more(
    pages: Client, sqlite_cast: Cast
) -> None:
    words = handed(sqlite_cast)
    await opened_app(pages, words)
    pages.session.cookie_jar.clear()
    assert (await groups(pages, Authorization=f"tma {words}"))[0] == 401


@pytest.mark.attack(18)
async def test_an_invites_token_is_no_credential(pages: Client, sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite(to=sqlite_cast.bob)
    for scheme in ("Bearer", "tma"):
        assert (await groups(pages, Authorization=f"{scheme} {made.token}"))[0] == 401
    assert (await groups(pages, Cookie=f"usher={made.token}"))[0] == 401


async def test_accepted_and_read_in_the_same_second(pages: Client, sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite(role=Role.VIEWER)
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    assert "Tigers" not in (await groups(pages))[1]
    page = await open_page(pages, f"/i/{made.token}")
    await send(pages, page.form("Accept as Charlie"))
    assert "Tigers" in (await groups(pages))[1]
