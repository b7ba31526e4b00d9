"""A callback or a direct message -> Arrival: just enough is read to keep it once and in order.

What was posted to us is kept apart from what we read ourselves: a callback is signed by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.groupme_api import PLATFORM
from bot.groupme_calls import room_address
from bot.inbound import Webhook
from bot.json_object import read_object
from core.inbox import Arrival

CALLBACK, LETTER = "callback", "letter"
# Message ids are numbers of up to 18 digits today.
ID = re.compile(r"[0-9]{1,32}")
# What is kept of a post: nothing else is read later.
KEPT = (
    "id",
    "group_id",
    "user_id",
    "sender_id",
    "sender_type",
    "name",
    "text",
    "system",
    "created_at",
)
KEPT_TEXT = 2000


def groupme_webhook(secret: str) -> Webhook:
    """GroupMe posts without a signature: the path itself is the secret, and what it says is read
    back before it counts.
    """
    return Webhook(PLATFORM, lambda headers: True, read_callback, secret=secret)  # noqa: ARG005


def read_callback(body: bytes) -> Sequence[Arrival]:
    """The post as it is kept; none for one of a bot's own. Raises ValueError."""
    post = read_object(body)
    if post.get("sender_type") == "bot":
        return []
    group_id = _id(post, "group_id")
    lane = room_address(group_id)[:64]
    # Whose it is, so that it is erased with them: a post without anybody is no reason to refuse it.
    whose = str(post.get("user_id") or post.get("sender_id") or "")
    sender = whose if ID.fullmatch(whose) else None
    return [Arrival(PLATFORM, _id(post, "id"), lane, {CALLBACK: _kept(post)}, sender)]


def letter_of(message: Mapping[str, Any]) -> Arrival:
    """A direct message that we have read ourselves. Raises ValueError."""
    sender = _id(message, "sender_id")
    kept = _kept(message) | {"source_guid": str(message.get("source_guid") or "")[:64]}
    return Arrival(PLATFORM, _id(message, "id"), sender, {LETTER: kept}, sender)


def _id(post: Mapping[str, Any], name: str) -> str:
    found = str(post.get(name))
    if not ID.fullmatch(found):
        raise ValueError(f"a message without a usable {name}")
    return found


def _kept(post: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _storable(post[name]) for name in KEPT if name in post}


def _storable(value: object) -> str | bool | None:
    """Without what PostgreSQL does not take: NUL and lone surrogates."""
    if value is None or isinstance(value, bool):
        return value
    text = str(value).replace("\0", "").encode("utf-8", "replace").decode()
    return text[:KEPT_TEXT]
