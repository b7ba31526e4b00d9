"""Forms that come back: only from a page of ours, in the same browser, and of a sensible size."""

from __future__ import annotations

from aiohttp import web

from bot.web.cookies import NONCE, Jar, visit_of
from core.errors import Forbidden

LARGEST_FORM = 16 * 1024


async def read_form(request: web.Request, jar: Jar) -> dict[str, str]:
    """The fields of a form that this very path was given on a page of ours.

    Raises Forbidden for one that another site sends, or a page that is too old.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("page_too_old")
    fields = await read_fields(request)
    if not visit_of(request, jar).is_ours(request.path, fields.pop(NONCE, "")):
        raise Forbidden("page_too_old")
    return fields


async def read_fields(request: web.Request) -> dict[str, str]:
    """The fields of a form, wherever it comes from."""
    if (request.content_length or 0) > LARGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(LARGEST_FORM)
    # Of a page in UTF-8 forms come back so; other signs can say what is no text.
    is_utf8 = (request.charset or "utf-8").casefold() == "utf-8"
    if request.content_type != "application/x-www-form-urlencoded" or not is_utf8:
        raise web.HTTPUnsupportedMediaType
    try:
        given = await request.post()
    except ValueError as error:
        raise web.HTTPBadRequest from error
    return {name: value for name, value in given.items() if isinstance(value, str)}
