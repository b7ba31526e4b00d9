"""Signing in, accepting by e-mail and one's own page in a real browser, by the keyboard alone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from core.people.signin import offer_signin
from tests.bot.web.browser import LOOKS, NARROW, chromium, complaints, looking, tab_to
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.test_app_page import front_with_telegram, handed
from tests.bot.web.test_invite_answers import the_code
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Any]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    front = front_of(sqlite_cast, by_email=True, public_url="http://127.0.0.1")
    return await serve(sqlite_cast.database, front=front)


@pytest.mark.parametrize("look", LOOKS)
async def test_an_invite_is_accepted_by_e_mail(
    browser: Any, pages: Client, sqlite_cast: Cast, look: dict[str, Any]
) -> None:
    made = await sqlite_cast.invite()
    async with looking(browser, **look) as page:
        await page.goto(str(pages.make_url(f"/i/{made.token}")))
        assert await complaints(page, look) == []
        await tab_to(page, page.get_by_label("Your name"))
        await page.keyboard.type("Dana")
        await page.keyboard.press("Tab")
        await page.keyboard.type("dana@example.org")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Look into your mail").wait_for()
        assert await complaints(page, look) == []
        await tab_to(page, page.get_by_label("The six digits"))
        await page.keyboard.type(await the_code(sqlite_cast))
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="You are in").wait_for()
        assert await complaints(page, look) == []


@pytest.mark.parametrize("look", LOOKS)
async def test_a_link_signs_in_and_the_page_signs_out(
    browser: Any, pages: Client, sqlite_cast: Cast, look: dict[str, Any]
) -> None:
    cast = sqlite_cast
    lions = await cast.group("Lions", owner=cast.charlie)
    await cast.invite(by=cast.charlie, group=lions, to=cast.alice)
    token = await cast.write(lambda s: offer_signin(s, cast.alice(s), now=cast.now))
    async with looking(browser, **look) as page:
        await page.goto(str(pages.make_url(f"/s/{token}")))
        assert await complaints(page, look) == []
        await tab_to(page, page.get_by_role("button", name="Sign in"))
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Hello").wait_for()
        assert await complaints(page, look) == []
        await tab_to(page, page.get_by_role("button", name="Join"))
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Invites for you").wait_for(state="detached")
        await tab_to(page, page.get_by_role("button", name="Sign out everywhere"))
        await page.keyboard.press("Enter")
        await page.get_by_text("Nobody is signed in here").wait_for()
        assert await complaints(page, look) == []


async def test_within_telegram_the_app_signs_in_by_itself(
    browser: Any, serve: Serve, sqlite_cast: Cast
) -> None:
    client = await serve(sqlite_cast.database, front=front_with_telegram(sqlite_cast))
    async with looking(browser, viewport=NARROW) as page:
        words = handed(sqlite_cast).replace("%", "%25").replace("&", "%26").replace("=", "%3D")
        await page.goto(f"{client.make_url('/app')}#tgWebAppData={words}&tgWebAppVersion=9.1")
        await page.get_by_role("heading", name="Hello").wait_for()
        assert page.url.endswith("/me")
