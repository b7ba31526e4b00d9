"""Canvas: a Sheet drawn for somebody's browser, with what browsers are told about every page."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from babel.core import Locale

from bot.texts import Reader
from bot.web import easel
from bot.web.sheets import Sheet

# Nothing comes from elsewhere, nothing runs, nobody frames it, and forms come back to us.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY}


def draw(
    sheet: Sheet, reader: Reader, *, status: int = 200, template: str = "sheet.html", **more: Any
) -> web.Response:
    """The page in the reader's language and direction. `more` is for a template of one's own."""
    direction = Locale.parse(reader.locale).text_direction
    page = easel.ENVIRONMENT.get_template(template)
    html = page.render(sheet=sheet, reader=reader, direction=direction, **more)
    return web.Response(
        text=html, status=status, content_type="text/html", charset="utf-8", headers=HEADERS
    )


def go_to(path: str) -> web.Response:
    """Have the browser open another of our pages, with a GET whatever came before: so a page that
    is loaded again posts nothing again.
    """
    return web.Response(status=303, headers={"Location": path})
