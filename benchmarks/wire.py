"""Telegram's JSON, and a network that takes no time: what is left is the program itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from telegram.request import BaseRequest, RequestData

BOT = {"id": 1_000_000_001, "is_bot": True, "first_name": "Usher", "username": "usher_bench_bot"}
MOMENT = 1_790_000_000
BATCH = 100

Update = dict[str, Any]


def tap(update_id: int, user_id: int, data: str) -> Update:
    """Somebody presses a button of a card in their private chat."""
    person = {"id": user_id, "is_bot": False, "first_name": f"Guest {user_id}"}
    message = {
        "message_id": 7,
        "from": BOT,
        "chat": {"id": user_id, "type": "private", "first_name": person["first_name"]},
        "date": MOMENT,
        "text": "Alice invites you to Tigers.\n\nWhat it is: team\nYour role: member",
        "entities": [{"type": "bold", "offset": 21, "length": 6}],
        "reply_markup": {"inline_keyboard": [[{"text": "Accept", "callback_data": data}]]},
    }
    query = {
        "id": str(4_000_000_000_000_000_000 + update_id),
        "from": person | {"language_code": "en"},
        "message": message,
        "chat_instance": str(user_id * 7919),
        "data": data,
    }
    return {"update_id": update_id, "callback_query": query}


class Feed(BaseRequest):
    """getUpdates from memory, 100 at a time; like the server it keeps silent when there is none."""

    def __init__(self) -> None:
        self._batches: asyncio.Queue[bytes] = asyncio.Queue()

    def put(self, updates: Sequence[Update]) -> None:
        for start in range(0, len(updates), BATCH):
            self._batches.put_nowait(_answer(updates[start : start + BATCH]))

    @property
    def read_timeout(self) -> float:
        return 0.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        return 200, await self._batches.get()


class NullNetwork(BaseRequest):
    """Every call succeeds at once; `on_call` hears its method's name."""

    def __init__(self, on_call: Callable[[str], None]) -> None:
        self._on_call = on_call
        message = {"message_id": 7, "from": BOT, "date": MOMENT, "text": "Welcome!"}
        sent = _answer(message | {"chat": {"id": 1, "type": "private", "first_name": "Guest"}})
        door = {"invite_link": "https://t.me/+bench", "creator": BOT, "is_primary": False}
        door |= {"creates_join_request": True, "is_revoked": False}
        self._answers = {
            "getMe": _answer(BOT),
            "sendMessage": sent,
            "editMessageText": sent,
            "createChatInviteLink": _answer(door),
        }
        self._yes = _answer(True)

    @property
    def read_timeout(self) -> float:
        return 0.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        await asyncio.sleep(0)  # a socket would give way here too
        called = url.rpartition("/")[2]
        self._on_call(called)
        return 200, self._answers.get(called, self._yes)


def _answer(result: object) -> bytes:
    return json.dumps({"ok": True, "result": result}).encode()
