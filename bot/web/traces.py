"""A span for each request, for whoever has OpenTelemetry set up."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.tracing import Kind, Tracing
from bot.web.middlewares import QUIET, REQUEST_ID, route_of


def traced_by(tracing: Tracing) -> Middleware:
    """By the route, never by the path or the query, which may hold a secret; attributes are named
    as in OpenTelemetry's conventions for HTTP.
    """

    @web.middleware
    async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
        route = route_of(request)
        if route in QUIET:
            return await handler(request)
        facts = {"http.request.method": request.method, "http.route": route}
        with tracing.span(f"{request.method} {route}", Kind.SERVER, facts, request.headers) as span:
            response = await handler(request)
            span.set_attribute("http.response.status_code", response.status)
            span.set_attribute("usher.request_id", request[REQUEST_ID])
            if response.status >= 500:
                span.set_attribute("error.type", str(response.status))
        return response

    return trace
