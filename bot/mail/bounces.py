"""Bounces as mail servers write them (RFC 3464), read from whoever hands them to us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any

from bot.mail.replies import BAD_ADDRESS
from core.names import clean_text, cut

REASON_LIMIT = 300
LARGEST = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounce:
    """What did not arrive, by its Message-ID, and why: `status` is an enhanced code (RFC 3463)."""

    message_id: str
    status: str
    reason: str

    @property
    def bad_address(self) -> bool:
        return self.status in BAD_ADDRESS


def read_bounce(content: bytes) -> Bounce | None:
    """None for what is no report of a failure: an out-of-office answer, a delay, a receipt."""
    report = message_from_bytes(content[:LARGEST], policy=default)
    if report.get_content_type() != "multipart/report":
        return None
    parts = list(report.walk())
    failure = next((one for part in parts for one in _failures(part)), None)
    message_id = next(filter(None, map(_original_id, parts)), None)
    if failure is None or message_id is None:
        return None
    status = str(failure.get("Status", "")).split(" ")[0]
    said = str(failure.get("Diagnostic-Code", "")).partition(";")[2] or "it came back"
    return Bounce(message_id, status, cut(clean_text(f"{status} {said}"), REASON_LIMIT))


def _failures(part: EmailMessage) -> Iterator[Message[Any, Any]]:
    """The recipients for whom it failed; a delay is merely information."""
    if part.get_content_type() != "message/delivery-status":
        return
    blocks: Any = part.get_payload()
    for block in blocks:
        if str(block.get("Action", "")).strip().casefold() == "failed":
            yield block


def _original_id(part: EmailMessage) -> str | None:
    """The Message-ID in what came back of our message: all of it, or its headers alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        original: Any = part.get_payload(0)
        return _id_of(original)
    if kind == "text/rfc822-headers":
        payload: Any = part.get_payload(decode=True)
        return _id_of(message_from_bytes(payload, policy=default))
    return None


def _id_of(original: Message[Any, Any]) -> str | None:
    found = original.get("Message-ID")
    return str(found).strip() if found else None
