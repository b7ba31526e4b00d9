"""Keeping other web pages away from the sandbox."""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware


def _is_own_host(host: str, bound_to: str) -> bool:
    """Numbers, localhost, or the name it was bound to: a foreign name may be DNS rebinding."""
    name = urlsplit(f"//{host}").hostname or ""
    if name in ("localhost", bound_to):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def same_origin_only(bound_to: str) -> Middleware:
    """A middleware that answers 403 to requests which a page from elsewhere makes."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        foreign = origin is not None and origin != f"{request.scheme}://{request.host}"
        if foreign or not _is_own_host(request.host, bound_to):
            reason = "Only the sandbox's own page may do this."
            return web.json_response({"error": reason}, status=403)
        return await handler(request)

    return check
