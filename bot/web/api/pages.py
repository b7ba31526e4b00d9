"""Where the document is served, for programs and for people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.web.api.document import openapi
from bot.web.api.operation import Operation
from bot.web.api.reference import STYLE, STYLE_PATH, reference_page

DOCUMENT_PATH, REFERENCE_PATH = "/api/openapi.json", "/api"
POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"


def mount_document(
    service: web.Application, operations: Sequence[Operation], *, server: str
) -> None:
    """Made once: it changes with the program only."""
    document = openapi(operations, server=server)
    page = web.json_response(document).body
    assert isinstance(page, bytes)
    add = service.router.add_get
    add(DOCUMENT_PATH, _giving(page, "application/json"))
    add(REFERENCE_PATH, _giving(reference_page(document).encode(), "text/html"))
    add(STYLE_PATH, _giving(STYLE.encode(), "text/css"))


def _giving(body: bytes, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:  # noqa: ARG001 - aiohttp's signature
        answer = web.Response(body=body, content_type=kind, charset="utf-8")
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    return handle
