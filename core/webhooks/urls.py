"""Which addresses may be posted to: https, by a name or a public number, and nothing hidden in it.

What the name leads to is looked at again each time that something is posted.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from core.errors import Invalid

URL_LIMIT = 500
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# RFC 6052: behind these digits stands an IPv4 address, which a gateway leads to.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def check_url(url: str) -> str:
    """The address as it is kept. Raises Invalid, without saying what stands behind it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid("webhook_url_unreadable") from None
    if parts.scheme != "https" or not host or len(url) > URL_LIMIT or not url.isascii():
        raise Invalid("webhook_url_unreadable")
    if parts.username or parts.password or parts.fragment:
        raise Invalid("webhook_url_unreadable")
    number = _as_number(host)
    if not (is_public(number) if number is not None else _is_name(host)):
        raise Invalid("webhook_url_private")
    return url


def is_public(address: Address) -> bool:
    """Whether it is out in the internet, also where one number is written within another.

    Only such may be posted to: what is in our own network trusts whoever is in it.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = _within(address)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _is_name(host: str) -> bool:
    """Whether it is a name of the web: the last part of those is no number (RFC 3696, 2), while
    `127.1` and `0x7f.1` are ways to write numbers that connect all the same.
    """
    _, dot, last = host.rstrip(".").rpartition(".")
    return bool(dot) and not last[:1].isdigit()


def _as_number(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
