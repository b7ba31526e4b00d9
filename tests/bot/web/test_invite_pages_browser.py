"""An invite's page and poster in a real browser."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.bot.web.browser import LOOKS, chromium, complaints, looking, tab_to
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.test_invite_pages import BOT_LINK, front_of
from tests.cast import Cast, Made

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Any]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    return await serve(sqlite_cast.database, front=front_of(sqlite_cast))


@pytest.fixture
async def made(sqlite_cast: Cast) -> Made:
    return await sqlite_cast.invite()


@pytest.mark.parametrize("look", LOOKS)
async def test_everybody_can_read_the_page(
    browser: Any, pages: Client, made: Made, look: dict[str, Any]
) -> None:
    async with looking(browser, **look) as page:
        await page.goto(str(pages.make_url(f"/i/{made.token}")))
        assert "invites you to" in await page.inner_text("h1")
        way = page.get_by_role("link", name="Open in Telegram")
        await tab_to(page, way)
        assert await way.get_attribute("href") == BOT_LINK + made.token
        picture = page.get_by_role("img", name="Or scan it with your phone")
        assert await picture.is_visible() == (look["viewport"]["width"] > 700)
        assert await complaints(page, look) == []


WHERE_THE_WORDS_BEGIN = """() => {
  const words = document.createRange()
  words.selectNodeContents(document.querySelector("dt"))
  return words.getBoundingClientRect().left
}"""


async def test_right_to_left_it_is_read_from_the_right(
    browser: Any, pages: Client, made: Made
) -> None:
    async with looking(browser, viewport={"width": 360, "height": 740}) as page:
        await page.goto(str(pages.make_url(f"/i/{made.token}")))
        left = await page.evaluate(WHERE_THE_WORDS_BEGIN)
        await page.evaluate("document.documentElement.dir = 'rtl'")
        assert await page.evaluate(WHERE_THE_WORDS_BEGIN) > left + 100


@pytest.mark.parametrize("look", LOOKS)
async def test_a_poster_shows_the_code_and_three_lines(
    browser: Any, pages: Client, made: Made, look: dict[str, Any]
) -> None:
    async with looking(browser, **look) as page:
        await page.goto(str(pages.make_url(f"/i/{made.token}/poster")))
        code = page.get_by_role("img", name="Scan to join")
        assert (await code.bounding_box())["height"] > 100
        assert await page.locator("main p").count() == 3
        assert await complaints(page, look) == []


async def test_a_poster_fits_on_one_sheet_of_a4(browser: Any, pages: Client, made: Made) -> None:
    async with looking(browser) as page:
        await page.goto(str(pages.make_url(f"/i/{made.token}/poster")))
        printed = await page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page\r") == 1
    assert b"[0 0 594.95996 841.91998]" in printed or b"[0 0 595.91998 842.88]" in printed
