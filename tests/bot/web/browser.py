"""Our pages in headless Chromium: with and without JavaScript, narrow and wide, light and dark."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.bot.sandbox.page_fixtures import chromium

NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
LOOKS = [
    pytest.param({"viewport": NARROW, "java_script_enabled": False}, id="narrow, no script"),
    pytest.param({"viewport": WIDE, "java_script_enabled": False}, id="wide, no script"),
    pytest.param({"viewport": NARROW, "color_scheme": "dark"}, id="narrow, dark"),
    pytest.param({"viewport": WIDE, "color_scheme": "light"}, id="wide, light"),
]

__all__ = ["LOOKS", "NARROW", "WIDE", "chromium", "complaints", "looking", "tab_to"]


@asynccontextmanager
async def looking(browser: Any, **look: Any) -> AsyncIterator[Any]:
    """A window of that look, with its cookies to itself. In the end nothing must have been refused
    by the page's own policy, and nothing stands out to the side.
    """
    context = await browser.new_context(locale="en-GB", **look)
    page, problems = await context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    try:
        yield page
    finally:
        await context.close()
    assert [one for one in problems if "Security Policy" in one or "404" in one] == []


async def shortcomings(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA. It needs script, as the page does not."""
    axe_api = pytest.importorskip("axe_playwright_python.async_playwright")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = await axe_api.Axe().run(page, options={"runOnly": rules})
    return [f"{one['id']}: {one['help']}" for one in found.response["violations"]]


async def is_too_wide(page: Any) -> bool:
    """Whether one has to scroll sideways."""
    body = await page.locator("main").bounding_box()
    return bool(body["x"] + body["width"] > page.viewport_size["width"])


async def complaints(page: Any, look: dict[str, Any]) -> list[str]:
    """What is wrong with the page in this look, for whoever can't see it or has a small phone."""
    found = [] if look.get("java_script_enabled") is False else await shortcomings(page)
    return [*found, *(["it is too wide"] if await is_too_wide(page) else [])]


async def tab_to(page: Any, target: Any, most: int = 20) -> None:
    """Go through the page by the Tab key alone until the target holds the focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        if await target.and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"Tab never reached {target}")
