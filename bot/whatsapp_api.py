"""WhatsApp's Cloud API over aiohttp: what went wrong is told by the code in the answer.

The token goes into a header, since addresses get logged. Every call raises WhatsAppError.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import aiohttp

from bot.http_line import HttpLine, NoAnswerError

PLATFORM = "whatsapp"
# Of the Graph API; versions live for two years.
VERSION = "v23.0"
READ_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 6.0
LARGEST_ANSWER = 8 * 1024 * 1024


class WhatsAppError(Exception):
    """A call that brought no answer, or a refusal.

    `code` is Meta's own, None where the answer held none; `status` is HTTP's, None without an
    answer. `sent`: the request may have been carried out. `transient`: Meta says that it passes.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: int | None = None,
        status: int | None = None,
        sent: bool = True,
        transient: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.status = status
        self.sent = sent
        self.transient = transient

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can tell what came of the call."""
        return self.status is None and self.sent


class WhatsAppApi:
    """`root` is the Graph API's address. Paths begin behind its version."""

    def __init__(self, token: str, root: str) -> None:
        self._root = f"{root.rstrip('/')}/{VERSION}"
        self._line = HttpLine(
            {"Authorization": f"Bearer {token}"},
            largest=LARGEST_ANSWER,
            connect_s=CONNECT_TIMEOUT_S,
            read_s=READ_TIMEOUT_S,
        )

    async def close(self) -> None:
        await self._line.close()

    async def get(self, path: str, **query: str | int) -> dict[str, Any]:
        return await self._call("GET", path, params=query)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._call("POST", path, json=body)

    async def upload(self, path: str, content: bytes, filename: str, kind: str) -> dict[str, Any]:
        """A file as a form; `kind` is its MIME type."""
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", kind)
        form.add_field("file", content, filename=filename, content_type=kind)
        return await self._call("POST", path, data=form)

    async def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = await self._line.ask(method, self._root + path, **options)
        except NoAnswerError as error:
            raise WhatsAppError(error.reason, sent=error.sent) from None
        return _read(answer.status, answer.body)


def _read(status: int, body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    answer = found if isinstance(found, dict) else {}
    # A proxy's page is dropped: it may be large, or quote the request.
    if not 200 <= status < 300 or "error" in answer:
        _refuse(status, answer.get("error"))
    if not isinstance(found, dict):
        raise WhatsAppError("the answer is not the Cloud API's")
    return answer


def _refuse(status: int, found: object) -> NoReturn:
    error = found if isinstance(found, dict) else {}
    code, told = error.get("code"), str(error.get("message") or "")
    raise WhatsAppError(
        f"{status} {told[:200]}".strip(),
        code=code if isinstance(code, int) else None,
        status=status,
        sent=False,
        transient=error.get("is_transient") is True,
    )
