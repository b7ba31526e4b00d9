"""A resolver that knows the way to public addresses only.

It is asked by the very connection that is made, so that a name can't lead somewhere else between
the look and the step.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from core.webhooks.urls import Address


class PrivateAddress(OSError):
    """It leads into a private network."""

    def __init__(self) -> None:
        super().__init__("it leads into a private network")


class PublicOnly(AbstractResolver):
    """One private address among several is enough to refuse the name."""

    def __init__(
        self, allows: Callable[[Address], bool], inner: AbstractResolver | None = None
    ) -> None:
        self._allows = allows
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self._inner = self._inner or ThreadedResolver()
        found = await self._inner.resolve(host, port, family)
        if not all(self._allows(ip_address(one["host"].partition("%")[0])) for one in found):
            raise PrivateAddress
        return found

    async def close(self) -> None:
        if self._inner is not None:
            await self._inner.close()


def is_number(host: str) -> bool:
    """Whether it is an address already, for which no resolver is asked."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
