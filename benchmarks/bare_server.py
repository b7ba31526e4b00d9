"""`python -m benchmarks.bare_server`: says yes to every call of the Bot API, as fast as it can.

Prints its port. It keeps nothing and checks nothing, so that what is measured is whoever calls it.
"""

from __future__ import annotations

import asyncio
import json
import re

CHAT = re.compile(rb'"chat_id": *"?(-?\d+)')
END = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
ME = {"id": 1000000001, "is_bot": True, "first_name": "Usher", "username": "usher_bot"}


class Yes(asyncio.Protocol):
    """One connection, a request after the other."""

    def __init__(self) -> None:
        self._waiting = b""
        self._told = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while END in self._waiting:
            head, _, rest = self._waiting.partition(END)
            length = LENGTH.search(head)
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return
            self._waiting = rest[size:]
            self._answer(head, rest[:size])

    def _answer(self, head: bytes, body: bytes) -> None:
        chat = CHAT.search(body)
        self._told += 1
        result = ME if chat is None else _message(int(chat[1]), self._told)
        answer = json.dumps({"ok": True, "result": result}).encode()
        told = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}"
        self._transport.write(told.encode() + END + answer)


def _message(chat_id: int, number: int) -> dict[str, object]:
    chat = {"id": chat_id, "type": "private", "first_name": "Guest"}
    return {"message_id": number, "date": 1_795_000_000, "chat": chat, "text": "Hello"}


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Yes, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
