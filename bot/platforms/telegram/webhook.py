"""Telegram's webhook: what it posts, told from what others post by a secret header."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.inbound import Webhook
from bot.json_object import read_object
from core.inbox import Arrival

# The header's name is Telegram's (Bot API, setWebhook, secret_token).
TELEGRAM_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def telegram_webhook(secret: str, arrive: Callable[[dict[str, Any]], Arrival]) -> Webhook:
    """Telegram's webhook: `arrive` makes an update, which has an update_id, into an Arrival."""

    def read(body: bytes) -> Sequence[Arrival]:
        update = read_object(body)
        if type(update.get("update_id")) is not int:
            raise ValueError("an update without an update_id")
        return [arrive(update)]

    return Webhook("telegram", by_header(TELEGRAM_HEADER, secret), read)


def by_header(name: str, secret: str) -> Callable[[Mapping[str, str]], bool]:
    """True for headers that hold the secret, in the same time however much of it is right."""
    expected = secret.encode()

    def verify(headers: Mapping[str, str]) -> bool:
        given = headers.get(name, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, expected)

    return verify
