"""Where the document is served, for programs and for people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property

from aiohttp import web

from bot.web.api import document, reference
from bot.web.api.operation import Operation

DOCUMENT_PATH, REFERENCE_PATH, STYLE_PATH = "/api/openapi.json", "/api", "/api/reference.css"
POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"


class Document:
    """Made when it is first asked for, and once: it changes with the program only."""

    def __init__(self, operations: Sequence[Operation], *, server: str) -> None:
        self._operations = operations
        self._server = server

    @cached_property
    def _document(self) -> document.Json:
        return document.openapi(self._operations, server=self._server)

    @cached_property
    def for_programs(self) -> bytes:
        page = web.json_response(self._document).body
        assert isinstance(page, bytes)
        return page

    @cached_property
    def for_people(self) -> bytes:
        return reference.reference_page(self._document).encode()

    @cached_property
    def style(self) -> bytes:
        return reference.STYLE.encode()


def mount_document(
    service: web.Application, operations: Sequence[Operation], *, server: str
) -> None:
    one = Document(operations, server=server)
    add = service.router.add_get
    add(DOCUMENT_PATH, _giving(lambda: one.for_programs, "application/json"))
    add(REFERENCE_PATH, _giving(lambda: one.for_people, "text/html"))
    add(STYLE_PATH, _giving(lambda: one.style, "text/css"))


def _giving(
    make: Callable[[], bytes], kind: str
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:  # noqa: ARG001 - aiohttp's signature
        # The first time it takes 0.2 s, which others need not wait for.
        answer = web.Response(
            body=await asyncio.to_thread(make), content_type=kind, charset="utf-8"
        )
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    return handle
