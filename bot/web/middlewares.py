"""What every answer of the service has in common: headers, error bodies, one line in the log."""

from __future__ import annotations

import secrets
import time

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.web.problems import problem

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
REQUEST_ID = web.RequestKey("request_id", str)
# Asked every few seconds by machines: of interest only when somebody looks for it.
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
# What an error answer has to say beside its body.
KEPT_HEADERS = (hdrs.ALLOW, hdrs.RETRY_AFTER)

log = structlog.get_logger(__name__)


async def secure(request: web.Request, response: web.StreamResponse) -> None:
    """Set on preparation rather than in a middleware, whose headers a raised answer would miss."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers[hdrs.SERVER] = "Usher"
    if REQUEST_ID in request:
        response.headers["X-Request-Id"] = request[REQUEST_ID]


@web.middleware
async def log_access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line for each request, with the route in place of the path, which may hold a secret."""
    request[REQUEST_ID] = secrets.token_hex(8)
    started = time.monotonic()
    with structlog.contextvars.bound_contextvars(request_id=request[REQUEST_ID]):
        response = await handler(request)
        route = route_of(request)
        (log.debug if route in QUIET else log.info)(
            "request",
            method=request.method,
            route=route,
            status=response.status,
            ms=round((time.monotonic() - started) * 1000, 1),
        )
    return response


@web.middleware
async def explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error as a problem that tells nothing of the inside; bugs are logged with a trace."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        answer = problem(error.status, request_id=request[REQUEST_ID])
        kept = {name: error.headers[name] for name in KEPT_HEADERS if name in error.headers}
        answer.headers.update(kept)
        return answer
    except Exception:
        log.exception("request failed", route=route_of(request))
        return problem(500, request_id=request[REQUEST_ID])


def route_of(request: web.Request) -> str:
    """As it is registered: a path itself may hold a secret."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "(no such page)"
