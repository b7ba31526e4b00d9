"""Server-sent events."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.sandbox.telegram.changes import Changes

HEARTBEAT_S = 15
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}


def _start(request: web.Request, changes: Changes) -> int:
    """Where to go on: the browser's memory wins over the address."""
    given = request.headers.get("Last-Event-ID") or request.query.get("since", "")
    return int(given) if given.isascii() and given.isdigit() else changes.seq


def _frame(event: dict[str, Any]) -> bytes:
    return f"id: {event['seq']}\ndata: {json.dumps(event)}\n\n".encode()


async def events(request: web.Request, changes: Changes) -> web.StreamResponse:
    """Every event after the one named, then each new one, with a comment every 15 s."""
    seq = _start(request, changes)
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    await response.write(b": welcome\n\n")
    try:
        while not changes.closed:
            for event in changes.since(seq):
                await response.write(_frame(event))
                seq = event["seq"]
            await _next(response, changes, seq)
    except ConnectionError:
        return response
    return response


async def _next(response: web.StreamResponse, changes: Changes, seq: int) -> None:
    if changes.seq > seq:
        return
    try:
        async with asyncio.timeout(HEARTBEAT_S):
            await changes.wait()
    except TimeoutError:
        await response.write(b": still here\n\n")
