"""Every page in a real browser: narrow and wide, light and dark, with and without script, both ways
of reading, by the keyboard alone, and for whoever can't see it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.bot.web.browser import (
    LOOKS,
    NARROW,
    chromium,
    complaints,
    is_too_wide,
    looking,
    shortcomings,
    tab_to,
)
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.scenes import Scene, everything, set_scenes
from tests.cast import Cast

pytestmark = pytest.mark.browser

WHERE_THE_HEADING_BEGINS = """() => {
  const words = document.createRange()
  words.selectNodeContents(document.querySelector("h1"))
  return [words.getBoundingClientRect().left, words.getBoundingClientRect().right]
}"""


def said(words: str) -> re.Pattern[str]:
    """The words, with whatever marks isolate the names in them."""
    return re.compile(r"\W*".join(re.escape(word) for word in re.findall(r"\w+", words)))


@dataclass
class Site:
    """A service with one of each page."""

    client: Client
    cast: Cast
    scenes: Mapping[str, Scene]

    def url(self, path: str) -> str:
        return str(self.client.make_url(path))


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Any]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def site(serve: Serve, sqlite_cast: Cast) -> Site:
    front, api = everything(sqlite_cast)
    client = await serve(sqlite_cast.database, front=front, api=api)
    return Site(client, sqlite_cast, await set_scenes(sqlite_cast))


@pytest.mark.parametrize("look", LOOKS)
async def test_everybody_can_read_and_reach_everything(
    browser: Any, site: Site, look: dict[str, Any]
) -> None:
    wrong: dict[str, list[str]] = {}
    async with looking(browser, **look) as page:
        for name, scene in site.scenes.items():
            await page.goto(site.url(scene.path))
            found = await complaints(page, look)
            if not said(scene.heading).search(await page.inner_text("h1")):
                found.append(f"the heading is {await page.inner_text('h1')}")
            if scene.role:
                await tab_to(page, page.get_by_role(scene.role, name=said(scene.name)).first)
            wrong[name] = found
    assert {name: found for name, found in wrong.items() if found} == {}


async def test_right_to_left_everything_is_read_from_the_right(browser: Any, site: Site) -> None:
    wrong: dict[str, object] = {}
    async with looking(browser, viewport=NARROW) as page:
        for name, scene in site.scenes.items():
            await page.goto(site.url(scene.path))
            await page.evaluate("document.documentElement.dir = 'rtl'")
            left, right = await page.evaluate(WHERE_THE_HEADING_BEGINS)
            middle = NARROW["width"] / 2
            found = [*await shortcomings(page), *(["too wide"] if await is_too_wide(page) else [])]
            if right <= middle or ((NARROW["width"] - right) > left + 1 and name != "poster"):
                found.append(f"the heading stands at {left} to {right}")
            if found:
                wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_a_guest_answers_by_the_keyboard_alone(
    browser: Any, site: Site, look: dict[str, Any]
) -> None:
    async with looking(browser, **look) as page:
        await page.goto(site.url(site.scenes["answer"].path))
        await tab_to(page, page.get_by_label("How many come along with").first)
        await page.keyboard.type("2")
        await tab_to(page, page.get_by_role("button", name=said("Zoe: Yes")))
        await page.keyboard.press("Enter")
        await page.get_by_text(said("Zoe comes to Cup final, with 2 more.")).wait_for()
        assert await complaints(page, look) == []
        await tab_to(page, page.get_by_role("button", name=said("Ben: No")))
        await page.keyboard.press("Enter")
        await page.get_by_text(said("Ben does not come to Cup final.")).wait_for()


@pytest.mark.parametrize("look", LOOKS)
async def test_a_reader_wants_no_more_mail_and_then_does(
    browser: Any, site: Site, look: dict[str, Any]
) -> None:
    async with looking(browser, **look) as page:
        await page.goto(site.url(site.scenes["unsubscribe"].path))
        for button in ("No more e-mail", "Write to me again"):
            await tab_to(page, page.get_by_role("button", name=button))
            await page.keyboard.press("Enter")
            await page.get_by_role("button", name=button).wait_for(state="detached")
            assert await complaints(page, look) == []


async def test_more_companions_than_allowed_are_refused_in_words(browser: Any, site: Site) -> None:
    async with looking(browser, viewport=NARROW) as page:
        await page.goto(site.url(site.scenes["answer"].path))
        await page.get_by_label("How many come along with").first.fill("7")
        await page.get_by_role("button", name=said("Zoe: Yes")).click()
        await page.locator(".refused").wait_for()
        assert "2" in await page.inner_text("main")
        assert await shortcomings(page) == []
