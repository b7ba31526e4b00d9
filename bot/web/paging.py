"""A page's handler: what the core refuses becomes a page too, with its reason and the next step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import hdrs, web

from bot.refusals import refuse
from bot.texts import say
from bot.web.canvas import draw
from bot.web.front import Front
from bot.web.problems import RETRY_AFTER_S
from bot.web.sheets import Sheet
from bot.web.statuses import status_of
from bot.web.visitors import reader_of
from core.errors import CoreError, DatabaseUnavailable, Limited

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)


def paged(front: Front, handler: Handler) -> Handler:
    """The handler, with a page for each refusal."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except CoreError as error:
            return refused(error, front, request)
        except DatabaseUnavailable as error:
            log.warning("a page has to wait", reason=str(error))
            return _unavailable(front, request)

    return handle


def refused(
    error: CoreError, front: Front, request: web.Request, sheet: Sheet | None = None
) -> web.Response:
    """The refusal in the words of chat, or as a `sheet` that holds them."""
    told = sheet or Sheet(say("That did not work"), (refuse(error).text,), refused=True)
    answer = draw(told, reader_of(request, front.reader), status=status_of(error))
    if isinstance(error, Limited):
        answer.headers[hdrs.RETRY_AFTER] = str(error.fields.get("retry_after_s", RETRY_AFTER_S))
    return answer


def _unavailable(front: Front, request: web.Request) -> web.Response:
    told = say("I can’t look into my books just now. Try again in a minute.")
    sheet = Sheet(say("A moment, please"), (told,), refused=True)
    answer = draw(sheet, reader_of(request, front.reader), status=503)
    answer.headers[hdrs.RETRY_AFTER] = str(RETRY_AFTER_S)
    return answer
