"""GroupMe's API v3 over aiohttp: the HTTP status decides, whatever the envelope says.

The token goes into a header, since addresses get logged. Every call raises GroupMeError.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import aiohttp

PLATFORM = "groupme"
DEFAULT_ROOT = "https://api.groupme.com/v3"
PICTURES = "https://image.groupme.com/pictures"
READ_TIMEOUT_S = 12.0
CONNECT_TIMEOUT_S = 6.0
LARGEST_ANSWER = 32 * 1024 * 1024
# Limits are unpublished; 420 is GroupMe's own word for too many calls.
BUSY = (420, 429)
BUSY_PAUSE_S = 60.0
LONGEST_PAUSE_S = 3600.0


class GroupMeError(Exception):
    """A call that brought no answer, or a refusal.

    `status` is HTTP's, None without an answer. `sent`: the request may have been carried out.
    `retry_after_s`: how long GroupMe wants to be left alone.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        sent: bool = True,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.sent = sent
        self.retry_after_s = retry_after_s

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can tell what came of the call."""
        return self.status is None and self.sent

    @property
    def is_passing(self) -> bool:
        """Whether the same call may well succeed later."""
        return self.status is None or self.status in BUSY or self.status >= 500

    @property
    def is_refusal(self) -> bool:
        """Whether GroupMe has understood, and says no for good."""
        return self.status is not None and 400 <= self.status < 500 and not self.is_passing


class GroupMeApi:
    """`root` is the API's address; the image service stands beside it, or below another root."""

    def __init__(self, token: str, root: str) -> None:
        self._token = token
        self._root = root.rstrip("/")
        self._pictures = PICTURES if self._root == DEFAULT_ROOT else f"{self._root}/pictures"
        self._http: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def get(self, path: str, **query: str | int) -> Any:
        """What stands in `response`; None for nothing new."""
        return await self._call("GET", self._root + path, params=query)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What stands in `response`; None for an answer without a body."""
        return await self._call("POST", self._root + path, json=body)

    async def upload(self, png: bytes) -> str:
        """The address of the picture at the image service, which has an envelope of its own."""
        headers = {"Content-Type": "image/png"}
        answer = await self._call("POST", self._pictures, data=png, headers=headers)
        url = answer.get("url") if isinstance(answer, dict) else None
        if not isinstance(url, str):
            raise GroupMeError("the image service named no address")
        return url

    async def _call(self, method: str, url: str, **options: Any) -> Any:
        timeout = aiohttp.ClientTimeout(
            total=CONNECT_TIMEOUT_S + READ_TIMEOUT_S,
            connect=CONNECT_TIMEOUT_S,
            sock_read=READ_TIMEOUT_S,
        )
        headers = {"X-Access-Token": self._token, **options.pop("headers", {})}
        try:
            async with self._session().request(
                method, url, headers=headers, timeout=timeout, allow_redirects=False, **options
            ) as answer:
                return _read(answer, await _whole(answer))
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            reason = f"no connection: {type(error).__name__}"
            raise GroupMeError(reason, sent=False) from None
        except TimeoutError:
            raise GroupMeError("no answer in time") from None
        except aiohttp.ClientError as error:
            raise GroupMeError(f"the connection broke: {type(error).__name__}") from None

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._http


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise GroupMeError("the answer is too large")
    return bytes(body)


def _read(answer: aiohttp.ClientResponse, body: bytes) -> Any:
    if answer.status == 304:
        return None
    if not 200 <= answer.status < 300:
        _refuse(answer, body)
    if not body.strip():
        return None
    try:
        envelope = json.loads(body)
        return envelope["response"] if "response" in envelope else envelope["payload"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise GroupMeError("the answer is not GroupMe's") from None


def _refuse(answer: aiohttp.ClientResponse, body: bytes) -> NoReturn:
    wait = answer.headers.get("Retry-After", "")
    wait_s = float(wait) if wait.isascii() and wait.isdigit() else BUSY_PAUSE_S
    raise GroupMeError(
        f"{answer.status} {_errors_in(body)}".strip(),
        status=answer.status,
        sent=False,
        retry_after_s=min(wait_s, LONGEST_PAUSE_S) if answer.status in BUSY else None,
    )


def _errors_in(body: bytes) -> str:
    """GroupMe's own words. A proxy's page is dropped: it may be large, or quote the request."""
    try:
        errors = json.loads(body)["meta"]["errors"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return ""
    return "; ".join(str(one) for one in errors)[:200] if isinstance(errors, list) else ""
