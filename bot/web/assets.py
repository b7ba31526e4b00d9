"""What pages are drawn with besides words: served by ourselves, so that nobody else hears of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}
# The name changes with the content, so that a browser need never ask again.
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def asset_path(name: str) -> str:
    """Our own path of a file of `static`."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    stem, _, suffix = name.rpartition(".")
    return f"/assets/{stem}.{digest}.{suffix}"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, read once."""

    body: bytes
    kind: str

    async def serve(self, request: web.Request) -> web.Response:
        headers = {"Cache-Control": FOR_EVER}
        return web.Response(
            body=self.body, content_type=self.kind, charset="utf-8", headers=headers
        )


def add_assets(service: web.Application) -> None:
    for path in STATIC.iterdir():
        asset = Asset(path.read_bytes(), KINDS[path.suffix])
        service.router.add_get(asset_path(path.name), asset.serve)
