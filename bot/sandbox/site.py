"""The sandbox's page and its files."""

import mimetypes
from pathlib import Path

from aiohttp import web

PAGE = Path(__file__).parent / "page"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; frame-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
# The registry of the operating system may call scripts text/plain.
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
}


def _file(name: str) -> web.Response:
    found = PAGE / name
    if not found.is_file():
        raise web.HTTPNotFound(headers=HEADERS)
    kind = TYPES.get(found.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(
        body=found.read_bytes(), content_type=kind, charset=charset, headers=HEADERS
    )


async def index(_request: web.Request) -> web.Response:
    """The page itself."""
    return _file("index.html")


async def page_file(request: web.Request) -> web.Response:
    """Scripts, styles and pictures of the page."""
    return _file(request.match_info["file"])


ROUTES = [web.get("/", index), web.get(r"/page/{file:[A-Za-z0-9_-][A-Za-z0-9_.-]*}", page_file)]
