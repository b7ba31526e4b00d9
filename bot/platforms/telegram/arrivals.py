"""A raw update -> Arrival: just enough is read to keep it once and in order within its chat."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bot.telegram_api import PLATFORM
from core.inbox import Arrival

# Asked for by name each time: the server remembers the last list, and leaves chat_member out.
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
)
MAX_ID = 2**63 - 1
# Telegram's own updates nest about ten deep.
DEEPEST = 100


def arrival_of(update: object) -> Arrival:
    """The update as it is kept. Raises ValueError for one without a usable id."""
    update_id = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(update_id, int) or isinstance(update_id, bool) or abs(update_id) > MAX_ID:
        raise ValueError("the update has no id")
    payload = _storable(update)
    return Arrival(PLATFORM, str(update_id), _lane(payload), payload, _sender(payload))


def _lane(update: Mapping[str, Any]) -> str:
    for content in update.values():
        if not isinstance(content, dict):
            continue
        message = content.get("message")
        holder = content if "chat" in content else message
        chat = holder.get("chat") if isinstance(holder, dict) else None
        if isinstance(chat, dict) and "id" in chat:
            return str(chat["id"])[:64]
        sender = content.get("from")
        if isinstance(sender, dict) and "id" in sender:
            return str(sender["id"])[:64]
    return ""


def _sender(update: Mapping[str, Any]) -> str | None:
    """Whose update it is, by their id, so that it can be erased with them."""
    for content in update.values():
        sender = content.get("from") if isinstance(content, dict) else None
        if isinstance(sender, dict) and "id" in sender:
            return str(sender["id"])[:64]
    return None


def _storable(value: Any, depth: int = 0) -> Any:
    """Without what PostgreSQL does not take: NUL, lone surrogates, NaN, endless nesting.

    One such update would otherwise block its batch, time after time.
    """
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case float() if not math.isfinite(value):
            return None
        case list() | dict() if depth == DEEPEST:
            return None
        case list():
            return [_storable(item, depth + 1) for item in value]
        case dict():
            return {_storable(key): _storable(item, depth + 1) for key, item in value.items()}
        case _:
            return value
