"""What a refusal is in HTTP: a status by its category, its code, and the words that chat uses."""

from __future__ import annotations

from aiohttp import hdrs, web
from pydantic import ValidationError

from bot.refusals import refuse
from bot.texts import FIRST_STRONG_ISOLATE, POP_ISOLATE, Reader
from bot.web.problems import RETRY_AFTER_S, problem
from bot.web.statuses import status_of
from core.errors import CoreError, Forbidden

# A refusal may say how long to wait; these are the ones that don't.
USUAL_WAIT_S = 60
ISOLATES = str.maketrans("", "", FIRST_STRONG_ISOLATE + POP_ISOLATE)


class Unauthorized(Exception):
    """There is no credential, or it opens nothing; which of the two, and why, is not told."""


class Unreadable(Exception):
    """The request has not the form that the document describes. `errors`: where, and what."""

    def __init__(self, status: int, errors: list[dict[str, str]]) -> None:
        super().__init__(status)
        self.status = status
        self.errors = errors

    @classmethod
    def of(cls, error: ValidationError, *, where: str, status: int = 400) -> Unreadable:
        """What pydantic found, without repeating what was sent."""
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return cls(
            status,
            [
                {"where": ".".join([where, *map(str, one["loc"])]), "what": one["msg"]}
                for one in found
            ],
        )


def words_of(error: CoreError, reader: Reader) -> str:
    """In the reader's language, without the marks that only chats need."""
    return reader.plain(refuse(error).text).translate(ISOLATES)


def refusal(error: CoreError, reader: Reader, *, request_id: str) -> web.Response:
    status = status_of(error)
    answer = problem(status, words_of(error, reader), code=error.code, request_id=request_id)
    if status == 429:
        wait = error.fields.get("retry_after_s", USUAL_WAIT_S)
        answer.headers[hdrs.RETRY_AFTER] = str(wait)
    return answer


def unauthorized(reader: Reader, *, request_id: str) -> web.Response:
    told = Forbidden("key_opens_nothing")
    answer = problem(401, words_of(told, reader), code=told.code, request_id=request_id)
    answer.headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="Usher"'
    return answer


def unavailable(request_id: str) -> web.Response:
    answer = problem(503, request_id=request_id)
    answer.headers[hdrs.RETRY_AFTER] = str(RETRY_AFTER_S)
    return answer


def unreadable(error: Unreadable, *, request_id: str) -> web.Response:
    code = "not_readable" if error.status == 400 else ""
    return problem(error.status, code=code, request_id=request_id, more={"errors": error.errors})
