"""WhatsApp's refusals: Meta's own code and a sentence, within the Graph API's envelope."""

from __future__ import annotations

from typing import Any

# HTTP statuses as they were seen; callers go by the code.
STATUSES = {190: 401, 10: 403, 131005: 403, 130429: 429, 80007: 429, 131000: 500, 131016: 503}
TITLES = {
    100: "Invalid parameter",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131026: "Message undeliverable",
    130429: "Rate limit hit",
    131047: "Re-engagement message",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132012: "Parameter format does not match format in the created template",
    132015: "Template is paused",
    132016: "Template is disabled",
}


class Refusal(Exception):
    """A failed call, or why a message failed after it was accepted."""

    def __init__(self, code: int, details: str = "", *, status: int | None = None) -> None:
        super().__init__(f"#{code} {details}")
        self.code = code
        self.details = details
        self.status = status or STATUSES.get(code, 400)

    @property
    def title(self) -> str:
        return TITLES.get(self.code, "Something went wrong")

    def envelope(self) -> dict[str, Any]:
        """As the answer to a call."""
        data = {"messaging_product": "whatsapp", "details": self.details}
        return {
            "error": {
                "message": f"(#{self.code}) {self.title}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": data,
                "fbtrace_id": "sandbox",
            }
        }

    def in_status(self) -> dict[str, Any]:
        """As a failed status tells it."""
        return {
            "code": self.code,
            "title": self.title,
            "message": self.title,
            "error_data": {"details": self.details},
        }
