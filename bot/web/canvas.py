"""Canvas: a Sheet drawn for somebody's browser, with what browsers are told about every page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web
from babel.core import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bot.texts import Prose, Reader
from bot.web.assets import asset_path
from bot.web.sheets import Sheet

# Nothing comes from elsewhere, nothing runs, nobody frames it, and forms come back to us.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY}


@pass_context
def _say(context: Context, prose: Prose) -> Markup:
    reader: Reader = context["reader"]
    return Markup(reader.html(prose))  # noqa: S704 - the reader escapes what people wrote


@pass_context
def _plain(context: Context, prose: Prose) -> str:
    reader: Reader = context["reader"]
    return reader.plain(prose)


def _environment() -> Environment:
    templates = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(
        loader=templates,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(say=_say, plain=_plain, asset=asset_path)
    return made


ENVIRONMENT = _environment()


def draw(
    sheet: Sheet, reader: Reader, *, status: int = 200, template: str = "sheet.html", **more: Any
) -> web.Response:
    """The page in the reader's language and direction. `more` is for a template of one's own."""
    direction = Locale.parse(reader.locale).text_direction
    page = ENVIRONMENT.get_template(template)
    html = page.render(sheet=sheet, reader=reader, direction=direction, **more)
    return web.Response(
        text=html, status=status, content_type="text/html", charset="utf-8", headers=HEADERS
    )


def go_to(path: str) -> web.Response:
    """Have the browser open another of our pages, with a GET whatever came before: so a page that
    is loaded again posts nothing again.
    """
    return web.Response(status=303, headers={"Location": path})
