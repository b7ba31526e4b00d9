"""GroupMe's API v3 over aiohttp: the HTTP status decides, whatever the envelope says.

The token goes into a header, since addresses get logged. Every call raises GroupMeError.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from bot.http_line import Answer, HttpLine, NoAnswerError

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
        self._root = root.rstrip("/")
        self._pictures = PICTURES if self._root == DEFAULT_ROOT else f"{self._root}/pictures"
        self._line = HttpLine(
            {"X-Access-Token": token},
            largest=LARGEST_ANSWER,
            connect_s=CONNECT_TIMEOUT_S,
            read_s=READ_TIMEOUT_S,
        )

    async def close(self) -> None:
        await self._line.close()

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
        try:
            return _read(await self._line.ask(method, url, **options))
        except NoAnswerError as error:
            raise GroupMeError(error.reason, sent=error.sent) from None


def _read(answer: Answer) -> Any:
    if answer.status == 304:
        return None
    if not answer.is_success:
        _refuse(answer)
    if not answer.body.strip():
        return None
    try:
        envelope = json.loads(answer.body)
        return envelope["response"] if "response" in envelope else envelope["payload"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise GroupMeError("the answer is not GroupMe's") from None


def _refuse(answer: Answer) -> NoReturn:
    wait = answer.headers.get("Retry-After", "")
    wait_s = float(wait) if wait.isascii() and wait.isdigit() else BUSY_PAUSE_S
    raise GroupMeError(
        f"{answer.status} {_errors_in(answer.body)}".strip(),
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
