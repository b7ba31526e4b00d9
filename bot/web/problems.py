"""Answers that say what went wrong, as application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

# Long enough for a lock to clear, short enough that a welcome is not missed.
RETRY_AFTER_S = 5


def problem(
    status: int,
    detail: str | None = None,
    *,
    code: str = "",
    request_id: str = "",
    more: Mapping[str, object] | None = None,
) -> web.Response:
    """An error answer. `code` is for programs, of HTTP's own words where none is given;
    `request_id` finds the log line. `more` are members that this kind of problem has besides.
    """
    meaning = HTTPStatus(status)
    body = {
        "type": "about:blank",
        "title": meaning.phrase,
        "status": status,
        "code": code or meaning.name.lower(),
        "detail": detail,
        "request_id": request_id,
        **(more or {}),
    }
    return web.Response(
        status=status,
        text=json.dumps({name: value for name, value in body.items() if value}),
        content_type="application/problem+json",
    )
