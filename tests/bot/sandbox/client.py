"""A bare client of the sandbox: the Bot API and the play API without any library's help."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox.server import Sandbox

TOKEN = "1000000001:SANDBOX-tests-of-the-server"
DANA, BOB, CAROL, ROOM = 101, 102, 103, -1001000000001
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\x02\0\0\0\xfd\xd4\x9as"
    b"\0\0\0\x0bIDATx\x9cc`@\x06\0\0\x0e\0\x01\xa9\x91s\xb1\0\0\0\0IEND\xaeB`\x82"
)


class Refused(Exception):
    """The Bot API answered `ok: false`."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body.get("description"))
        self.status = status
        self.body = body
        self.description = str(body.get("description"))


@dataclass
class Client:
    """Calls methods with JSON and plays people over HTTP."""

    sandbox: Sandbox
    http: aiohttp.ClientSession

    async def call(self, method: str, **params: Any) -> Any:
        """The `result`; raises `Refused`."""
        url = f"{self.sandbox.url}/bot{TOKEN}/{method}"
        async with self.http.post(url, json=params) as answer:
            body = await answer.json()
        if body["ok"]:
            return body["result"]
        assert body["error_code"] == answer.status
        raise Refused(answer.status, body)

    async def refusal(self, method: str, **params: Any) -> str:
        """The description of a call that fails."""
        try:
            result = await self.call(method, **params)
        except Refused as refused:
            return refused.description
        raise AssertionError(f"{method} was not refused: {result}")

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """What waits, confirmed at once."""
        found: list[dict[str, Any]] = await self.call("getUpdates", **params)
        if found:
            await self.call("getUpdates", offset=found[-1]["update_id"] + 1)
        return found

    async def play(self, path: str, **fields: Any) -> Any:
        """Act as a person; an assertion fails when the sandbox refuses."""
        async with self.http.post(f"{self.sandbox.url}/play/{path}", json=fields) as answer:
            body = await answer.json()
            assert answer.status == 200, body
            return body

    async def look(self, path: str) -> Any:
        """GET JSON from the play API."""
        async with self.http.get(f"{self.sandbox.url}/play/{path}") as answer:
            return await answer.json()
