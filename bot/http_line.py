"""A line to a web API over aiohttp: one request, its answer whole, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

CHUNK = 64 * 1024


class NoAnswerError(Exception):
    """`sent`: the request may have been carried out. The reason names no address: it holds ids."""

    def __init__(self, reason: str, *, sent: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class HttpLine:
    """`headers` go along with each request; `largest` is in bytes, the rest in seconds. Cookies are
    not kept, and redirects not followed: the token would go along.
    """

    def __init__(
        self, headers: Mapping[str, str], *, largest: int, connect_s: float, read_s: float
    ) -> None:
        self._headers = headers
        self._largest = largest
        self._timeout = aiohttp.ClientTimeout(
            total=connect_s + read_s, connect=connect_s, sock_read=read_s
        )
        self._http: aiohttp.ClientSession | None = None

    async def ask(self, method: str, url: str, **options: Any) -> Answer:
        """`options` are aiohttp's. Raises NoAnswerError."""
        headers = {**self._headers, **options.pop("headers", {})}
        wants = {"headers": headers, "timeout": self._timeout, "allow_redirects": False, **options}
        try:
            async with self._session().request(method, url, **wants) as answer:
                return Answer(answer.status, answer.headers, await self._whole(answer))
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise NoAnswerError(f"no connection: {type(error).__name__}", sent=False) from None
        except TimeoutError:
            raise NoAnswerError("no answer in time") from None
        except aiohttp.ClientError as error:
            raise NoAnswerError(f"the connection broke: {type(error).__name__}") from None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._http

    async def _whole(self, answer: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for chunk in answer.content.iter_chunked(CHUNK):
            body += chunk
            if len(body) > self._largest:
                raise NoAnswerError("the answer is too large")
        return bytes(body)
