"""Whether a webhook is Meta's: its signature over the raw bytes, and the word that Meta repeats."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping

HEADER = "X-Hub-Signature-256"
PREFIX = "sha256="


def signed_with(secret: str) -> Callable[[Mapping[str, str], bytes], bool]:
    """Compares in constant time (Graph API, webhooks: HMAC-SHA256 with the app's secret). The
    bytes are those that came: written anew, the same JSON has another signature.
    """

    def is_signed(headers: Mapping[str, str], body: bytes) -> bool:
        given = headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(given, f"{PREFIX}{made}".encode())

    return is_signed


def greeting(verify_token: str) -> Callable[[Mapping[str, str]], str | None]:
    """What Meta is answered when it asks whether this address is ours; None: it is not Meta."""

    def answer(query: Mapping[str, str]) -> str | None:
        given = query.get("hub.verify_token", "").encode("utf-8", "surrogateescape")
        known = hmac.compare_digest(given, verify_token.encode())
        challenge = query.get("hub.challenge")
        return challenge if known and query.get("hub.mode") == "subscribe" else None

    return answer
