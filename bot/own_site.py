"""Site: our own pages as commands know them, and the key by which we sign what leaves us."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Site:
    """`url` is where browsers find us, without a slash at the end. Of `key`, which only we have,
    all secrets are made that would otherwise have to be kept.
    """

    url: str = ""
    key: bytes = field(default=b"", repr=False)

    def page(self, path: str) -> str:
        """The link to one of our pages; `path` begins with a slash."""
        return f"{self.url}{path}"

    def webhook_secret(self, public_id: str, generation: int) -> str:
        """What a webhook's receiver checks our signature by.

        Standard Webhooks 1.0: `whsec_` and base64 of 24 to 64 bytes; here 32.
        """
        assert self.key, "nothing may be signed with an empty key"
        name = f"webhook:{public_id}:{generation}".encode()
        made = hmac.new(self.key, name, hashlib.sha256).digest()
        return "whsec_" + base64.b64encode(made).decode()


def sign_webhook(secrets: Iterable[str], *, message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature for each secret, the newest first.

    Standard Webhooks 1.0, symmetric: HMAC-SHA256 of id, timestamp in seconds, and the body, with
    dots between.
    """
    content = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signed(secret, content)}" for secret in secrets)


def _signed(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
