"""Who opens a page, as far as their browser tells: from where, and in which language they read."""

from __future__ import annotations

import ipaddress

from aiohttp import hdrs, web

from bot.catalogues import best_locale
from bot.texts import Reader

MOST_LANGUAGES = 10


def address_of(request: web.Request) -> str:
    """The network address that limits count by: of IPv6 the /64 that one household has.

    A proxy of ours stands on a private address, and names whom it speaks for as the last of
    X-Forwarded-For; what strangers write there themselves stands before that.
    """
    peer = _parse(request.remote or "")
    if peer is not None and peer.is_private:
        named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        peer = _parse(named) or peer
    if isinstance(peer, ipaddress.IPv6Address):
        peer = peer.ipv4_mapped or peer
    if isinstance(peer, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((peer, 64), strict=False))
    return str(peer) if peer is not None else "unknown"


def reader_of(request: web.Request, fallback: Reader) -> Reader:
    """In the first language that the browser asks for and we have, in the fallback's zone."""
    locale = best_locale(*_languages(request), fallback.locale)
    return Reader(locale, fallback.timezone)


def _languages(request: web.Request) -> list[str]:
    """As in "he-IL,he;q=0.9,en;q=0.8", the most wanted first."""
    wanted = []
    for part in request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(",")[:MOST_LANGUAGES]:
        name, _, weight = part.strip().partition(";q=")
        if name.replace("-", "").isalnum():
            wanted.append((_weight(weight), name))
    return [name for _, name in sorted(wanted, key=lambda one: -one[0])]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _parse(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
